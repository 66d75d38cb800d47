"""The scoreboard as records: the firm's own thread, and what is published of its surroundings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import polars as pl

from sanpin.base import Run, RunState
from sanpin.demand import service as demand
from sanpin.flows.scoreboard.figure import DEFINITIONS, Definition, Figure, Period, Pillar
from sanpin.flows.scoreboard.firm import FloorTotals, firm_figures
from sanpin.kit.context import Context
from sanpin.kit.pages import as_of_day
from sanpin.kit.runs import list_runs

__all__ = [
    "compute_firm_figures",
    "figure_record",
    "grouped",
    "kept_figures",
    "last_loops",
    "stored_record",
]


def compute_firm_figures(ctx: Context, floor: FloorTotals | None = None) -> list[Figure]:
    """Compute the firm's figures from its orders and, if given, a pass of its floor.

    Without `floor` the totals of the last loop are used, and those of the one before as the
    period before. The figures of the floor carry the SAMPLE mark when the plant is generated.
    """
    as_of = as_of_day(ctx)
    before = [totals for run in last_loops(ctx) if (totals := floor_totals(run))]
    if floor is None:
        floor, before = (before[0], before[1:]) if before else (None, [])
    sales, returns = order_book(ctx, as_of)
    figures = firm_figures(sales, returns, as_of, floor, before[0] if before else None)
    sample = ctx.workspace.sample
    return [one.marked(sample) if one.definition.floor else one for one in figures]


def kept_figures(ctx: Context) -> list[Figure]:
    """Return the figures that the last loop kept, or compute them when none ran yet."""
    for run in last_loops(ctx):
        kept = run.metrics.get("scoreboard")
        if isinstance(kept, list) and str(run.params.get("as_of")) == str(as_of_day(ctx)):
            return [_from_record(record) for record in kept]
    return compute_firm_figures(ctx)


def last_loops(ctx: Context, limit: int = 12) -> list[Run]:
    """Return the finished loops, newest first."""
    return list_runs(ctx, "loop", "run", state=RunState.DONE, limit=limit)


def floor_totals(run: Run) -> FloorTotals | None:
    """Return the floor's totals that a loop kept."""
    kept = run.metrics.get("floor")
    return FloorTotals(**kept) if isinstance(kept, Mapping) else None


def order_book(ctx: Context, as_of: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return corrected sales and the value of returns before `as_of`, as the figures need them."""
    sales = demand.sales_lines(ctx, as_of)
    returns = demand.returned_lines(ctx, as_of)
    priced = pl.col("quantity") * pl.col("unit_price").fill_null(0.0)
    return (
        sales.select(
            "order_id",
            "item",
            "customer",
            "country",
            pl.col("time").dt.date().alias("date"),
            pl.col("quantity").cast(pl.Float64),
            priced.alias("revenue"),
        ),
        returns.select(pl.col("time").dt.date().alias("date"), priced.abs().alias("value")),
    )


def grouped(figures: Sequence[Figure]) -> dict[str, dict[str, dict[str, Any]]]:
    """Return ``{pillar: {figure: {value, unit, previous, ...}}}`` as the doors print it."""
    groups: dict[str, dict[str, dict[str, Any]]] = {pillar.value: {} for pillar in Pillar}
    for figure in figures:
        groups[figure.definition.pillar.value][figure.definition.key] = figure_record(figure)
    return groups


def figure_record(figure: Figure) -> dict[str, Any]:
    """Return one figure for machines."""
    return {
        "value": figure.value,
        "unit": figure.definition.unit,
        "previous": figure.previous,
        "period": str(figure.period),
        "sample": figure.sample,
        "formula": figure.definition.formula,
    }


def stored_record(figure: Figure) -> dict[str, Any]:
    """Return one figure as a loop keeps it."""
    values = asdict(figure)
    values["definition"] = figure.definition.key
    return values


def _from_record(record: Mapping[str, Any]) -> Figure:
    period = record["period"]
    return Figure(
        definition=definition_of(record["definition"]),
        value=record["value"],
        previous=record["previous"],
        period=Period(date.fromisoformat(period["start"]), date.fromisoformat(period["end"])),
        history=tuple(record["history"]),
        sample=record["sample"],
    )


def definition_of(key: str) -> Definition:
    """Return the definition of a figure by its key."""
    return next(one for one in DEFINITIONS if one.key == key)
