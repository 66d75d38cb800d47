"""What the parameters and figures of Runs are called, counted in, and better at."""

from __future__ import annotations

from collections.abc import Mapping

from sanpin.base import N_
from sanpin.factory.pages.words import STATES
from sanpin.factory.service import TERMS, UNITS

__all__ = ["ASKED", "BETTER", "GROUPS", "LABELS", "MINUTES", "SECONDS", "SHARES", "WORDS"]

GROUPS: Mapping[str, str] = {
    "": N_("In all"),
    "summary": N_("In all"),
    "summary.forecast": N_("Forecast"),
    "summary.plan": N_("Plan"),
    "summary.schedule": N_("Schedule"),
    "summary.trace": N_("Trace"),
    "summary.scoreboard.variety": N_("Variety"),
    "summary.scoreboard.quality": N_("Quality"),
    "summary.scoreboard.brand": N_("Brand"),
    "floor": N_("Floor"),
    "forecast": N_("Forecast"),
    "objective": N_("Weights"),
    "step_seconds": N_("Time of each step"),
    "terms": N_("What it costs"),
}
"""Heading of each group of names, by what stands before their last part."""

LABELS: Mapping[str, str] = {
    "as_of": N_("As-of date"),
    "bound": N_("Proven bound"),
    "breakdowns": N_("Breakdowns"),
    "chain": N_("Critical chain"),
    "captured": N_("Events captured"),
    "cases": N_("Cases"),
    "changeovers": N_("Change-overs"),
    "corrections": N_("Corrections"),
    "days": N_("Days planned"),
    "duplicates": N_("Events known already"),
    "events": N_("Events"),
    "finished_orders": N_("Orders finished"),
    "first_pass_yield": N_("First-pass yield"),
    "forecast_seconds": N_("Time of the forecast"),
    "gap": N_("Gap to the bound"),
    "good": N_("Pieces good at the first attempt"),
    "held_lots": N_("Lots on hold"),
    "horizon": N_("Days forecast"),
    "horizon_days": N_("Days forecast"),
    "items": N_("Items"),
    "jobs": N_("Jobs"),
    "keep_duplicates": N_("Repeated lines kept"),
    "late_jobs": N_("Late jobs"),
    "late_orders": N_("Late orders"),
    "lines": N_("Order lines"),
    "lots": N_("Lots"),
    "machines": N_("Machines"),
    "make_orders": N_("Make orders"),
    "median_lot_size": N_("Median pieces per lot"),
    "name": N_("Name"),
    "objective": N_("Objective"),
    **{f"objective.{name}": label for name, label in TERMS.items()},
    "on_time_orders": N_("Orders finished on time"),
    "on_time_share": N_("On-time share"),
    "operations": N_("Operations"),
    "orders": N_("Orders"),
    "origins": N_("Origins of the backtest"),
    "pallets": N_("Pallets"),
    "pieces": N_("Pieces"),
    "pieces_good": N_("Pieces good at the first attempt"),
    "pieces_started": N_("Pieces started"),
    "plan_days": N_("Days planned"),
    "problem": N_("Problem"),
    "problem_hash": N_("Fingerprint of the problem"),
    "rejected": N_("Events refused"),
    "rmsse": N_("Error (RMSSE)"),
    "rmsse_seasonal_naive": N_("Error of seasonal naive (RMSSE)"),
    "schedule_seconds": N_("Time given to scheduling"),
    "scrap_share": N_("Share scrapped"),
    "scrapped": N_("Pieces scrapped"),
    "seconds": N_("Time taken"),
    "seed": N_("Seed"),
    "service_level": N_("Service level"),
    "setups": N_("Change-overs"),
    "setup_minutes": N_("Setting up"),
    "setup_time": N_("Setting up"),
    "shipments": N_("Shipments"),
    "shipped": N_("Pieces shipped"),
    "short_materials": N_("Materials short"),
    "solution": N_("Schedule"),
    "start": N_("Schedule to begin with"),
    "started": N_("Pieces started"),
    "status": N_("Outcome"),
    "step": N_("Rounds"),
    "step_seconds.decide": N_("Looking for decisions"),
    "step_seconds.forecast": N_("Forecasting all items"),
    "step_seconds.intake": N_("Correcting the orders"),
    "step_seconds.kernels": N_("Compiling the search, once for this installation"),
    "step_seconds.make": N_("Running the floor"),
    "step_seconds.plan": N_("Planning what to make"),
    "step_seconds.schedule": N_("Scheduling the plants"),
    "step_seconds.scoreboard": N_("Computing the scoreboard"),
    "step_seconds.totals": N_("Following every lot"),
    "step_seconds.trace": N_("Capturing events"),
    "steps": N_("Rounds"),
    "summary.orders": N_("Order lines"),
    "tardiness_minutes": N_("Lateness in all"),
    **{f"terms.{name}": label for name, label in TERMS.items()},
    "traceable": N_("Pieces shipped with a full trace"),
    "unit": N_("Unit of time"),
    "utilisation": N_("Use of open time"),
    "valid": N_("Checked and valid"),
    "version": N_("Version"),
    "workers": N_("Processor cores"),
    "worst_job": N_("Job that costs most by being late"),
}
"""Label by full name, else by the last part of it."""

ASKED: Mapping[str, str] = {"seconds": N_("Time limit"), "steps": N_("Rounds at most")}
"""Labels of what is asked that differ from those of what came out."""

WORDS: Mapping[str, Mapping[str, str]] = {
    "status": {state: word for state, (_, word) in STATES.items()},
    "unit": UNITS,
}
"""Values that are words, by the last part of the name."""

SHARES = frozenset(
    {"first_pass_yield", "gap", "on_time_share", "scrap_share", "service_level", "utilisation"}
)
"""Names of shares between 0 and 1, which are read as percent."""

SECONDS, MINUTES = frozenset({"seconds"}), frozenset({"minutes"})
"""Last words of names that are lengths of time."""

BETTER: Mapping[str, str] = {
    "first_pass_yield": "up",
    "good": "up",
    "held_lots": "down",
    "late_orders": "down",
    "on_time_orders": "up",
    "on_time_share": "up",
    "pieces_good": "up",
    "rejected": "down",
    "rmsse": "down",
    "scrapped": "down",
    "setup_minutes": "down",
    "short_materials": "down",
    "tardiness_minutes": "down",
    "traceable": "up",
}
"""Which direction is an improvement, where it is one."""
