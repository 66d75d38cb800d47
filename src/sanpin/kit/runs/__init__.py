"""Runs: what was computed, from what, by whom, how far it is, and with which result."""

from sanpin.kit.runs.compare import (
    Difference,
    MetricChange,
    RunComparison,
    compare_runs,
    scalars,
)
from sanpin.kit.runs.control import cancel_run, enqueue, find_verb, rerun
from sanpin.kit.runs.handle import Cancelled, RunHandle, start_run
from sanpin.kit.runs.query import (
    error_text,
    get_run,
    is_stopping,
    last_run,
    list_runs,
    standing_text,
)

__all__ = [
    "Cancelled",
    "Difference",
    "MetricChange",
    "RunComparison",
    "RunHandle",
    "cancel_run",
    "compare_runs",
    "enqueue",
    "error_text",
    "find_verb",
    "get_run",
    "is_stopping",
    "last_run",
    "list_runs",
    "rerun",
    "scalars",
    "standing_text",
    "start_run",
]
