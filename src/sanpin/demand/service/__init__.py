"""Use cases of demand: keep orders, clean them, forecast, and answer pages and flows."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sanpin.demand.service.kinds import IMPORT_KINDS

if TYPE_CHECKING:
    from sanpin.demand.service.charts import accuracy_chart, item_chart, total_chart
    from sanpin.demand.service.computing import (
        forecast_job,
        intake_job,
        run_forecast,
        run_intake,
    )
    from sanpin.demand.service.files import backtest_file, forecast_file, intake_file
    from sanpin.demand.service.lead import CumulativeDemand, cumulative_demand, demand_over
    from sanpin.demand.service.orders import (
        SAMPLE_SOURCE,
        SAMPLE_URL,
        as_of_day,
        batches,
        count_lines,
        has_orders,
        has_sample_orders,
        load_sample,
        raw_lines,
        remove_sample,
        save_orders,
    )
    from sanpin.demand.service.queries import (
        SHAPE_LABELS,
        Accuracy,
        ItemView,
        accuracy,
        correction_counts,
        correction_rows,
        item_view,
        portfolio,
        search,
    )
    from sanpin.demand.service.results import (
        corrections,
        current_forecast,
        current_intake,
        forecast_frame,
        fresh_intake,
        panel,
        returned_lines,
        sales_lines,
    )

__all__ = [
    "IMPORT_KINDS",
    "SAMPLE_SOURCE",
    "SAMPLE_URL",
    "SHAPE_LABELS",
    "Accuracy",
    "CumulativeDemand",
    "ItemView",
    "accuracy",
    "accuracy_chart",
    "as_of_day",
    "backtest_file",
    "batches",
    "correction_counts",
    "correction_rows",
    "corrections",
    "count_lines",
    "cumulative_demand",
    "current_forecast",
    "current_intake",
    "demand_over",
    "forecast_file",
    "forecast_frame",
    "forecast_job",
    "fresh_intake",
    "has_orders",
    "has_sample_orders",
    "intake_file",
    "intake_job",
    "item_chart",
    "item_view",
    "load_sample",
    "panel",
    "portfolio",
    "raw_lines",
    "remove_sample",
    "returned_lines",
    "run_forecast",
    "run_intake",
    "sales_lines",
    "save_orders",
    "search",
    "total_chart",
]

# The import kind is asked for by every list of kinds; what computes loads when first used.
_HOMES = {
    "charts": ("accuracy_chart", "item_chart", "total_chart"),
    "computing": ("forecast_job", "intake_job", "run_forecast", "run_intake"),
    "files": ("backtest_file", "forecast_file", "intake_file"),
    "lead": ("CumulativeDemand", "cumulative_demand", "demand_over"),
    "orders": (
        "SAMPLE_SOURCE",
        "SAMPLE_URL",
        "as_of_day",
        "batches",
        "count_lines",
        "has_orders",
        "has_sample_orders",
        "load_sample",
        "raw_lines",
        "remove_sample",
        "save_orders",
    ),
    "queries": (
        "SHAPE_LABELS",
        "Accuracy",
        "ItemView",
        "accuracy",
        "correction_counts",
        "correction_rows",
        "item_view",
        "portfolio",
        "search",
    ),
    "results": (
        "corrections",
        "current_forecast",
        "current_intake",
        "forecast_frame",
        "fresh_intake",
        "panel",
        "returned_lines",
        "sales_lines",
    ),
}


def __getattr__(name: str) -> Any:
    """Load a use case from the module that holds it."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
