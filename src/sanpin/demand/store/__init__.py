"""Store of the domain: which order files, panels and forecasts are in force."""

from sanpin.demand.store.records import (
    BatchRecord,
    ForecastRecord,
    IntakeRecord,
    find_batch,
    last_forecast,
    last_intake,
    list_batches,
    remove_sample_batches,
    save_batch,
    save_forecast,
    save_intake,
)
from sanpin.demand.store.tables import METADATA

__all__ = [
    "METADATA",
    "BatchRecord",
    "ForecastRecord",
    "IntakeRecord",
    "find_batch",
    "last_forecast",
    "last_intake",
    "list_batches",
    "remove_sample_batches",
    "save_batch",
    "save_forecast",
    "save_intake",
]
