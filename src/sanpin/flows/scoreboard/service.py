"""The scoreboard as records: the firm's own thread, and what is published of its surroundings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from sanpin.demand import service as demand
from sanpin.flows.scoreboard.figure import Figure, Pillar
from sanpin.flows.scoreboard.firm import FloorTotals, firm_figures
from sanpin.flows.scoreboard.kept import (
    definition_of,
    figures_of,
    floor_totals,
    last_loops,
    stored_record,
)
from sanpin.kit.context import Context
from sanpin.kit.i18n import translate
from sanpin.kit.pages import as_of_day
from sanpin.master import service as master
from sanpin.sector.service import published

__all__ = [
    "compute_firm_figures",
    "definition_of",
    "figure_record",
    "figures_frame",
    "grouped",
    "kept_figures",
    "last_loops",
    "order_book",
    "scoreboard_record",
    "stored_record",
]


def compute_firm_figures(ctx: Context, floor: FloorTotals | None = None) -> list[Figure]:
    """Compute the firm's figures from its orders and, if given, a pass of its floor.

    Without `floor` the totals of the last loop are used. The period before is that of the last
    loop of an earlier day, so that running the same day again changes nothing. The figures of
    the floor carry the SAMPLE mark when the plant is generated.
    """
    as_of = as_of_day(ctx)
    passes = [
        (str(run.params.get("as_of")), totals)
        for run in last_loops(ctx, limit=None)
        if (totals := floor_totals(run))
    ]
    if floor is None and passes:
        floor = passes[0][1]
    before = next((totals for day, totals in passes if day < str(as_of)), None)
    sales, returns = order_book(ctx, as_of)
    figures = firm_figures(sales, returns, as_of, floor, before)
    sample = ctx.workspace.sample or master.has_sample(ctx)
    return [one.marked(sample) if one.definition.floor else one for one in figures]


def kept_figures(ctx: Context) -> list[Figure]:
    """Return the figures that the last loop of this day kept, or compute them when none did.

    A loop of another day does not count: its periods end on that day.
    """
    today = str(as_of_day(ctx))
    for run in last_loops(ctx):
        if str(run.params.get("as_of")) == today and (kept := figures_of(run)):
            return kept
    return compute_firm_figures(ctx)


_DAY = pl.col("time").dt.date().alias("date")
_PRICED = pl.col("quantity") * pl.col("unit_price").fill_null(0.0)
_SALES = {
    "order_id": pl.col("order_id"),
    "item": pl.col("item"),
    "customer": pl.col("customer"),
    "country": pl.col("country"),
    "date": _DAY,
    "quantity": pl.col("quantity").cast(pl.Float64),
    "revenue": _PRICED.alias("revenue"),
}


def order_book(
    ctx: Context, as_of: date, columns: Sequence[str] = tuple(_SALES)
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return corrected sales and the value of returns before `as_of`, as the figures need them.

    Of the sales only `columns` are read: a drill-down that asks for three of them does not wait
    for the other four.

    Parameters
    ----------
    as_of : the day after the last day that counts
    columns : of the sales, by the names of `_SALES`

    Returns
    -------
    sales : rows with `columns`
    returns : rows ``date, order_id, item, customer, quantity, value`` with positive values
    """
    # Corrected lines that are kept are scanned rather than corrected once more.
    known = demand.fresh_intake(ctx, as_of)
    if known is None:
        sales = demand.sales_lines(ctx, as_of).lazy()
        returns = demand.returned_lines(ctx, as_of).lazy()
    else:
        sales, returns = ctx.lake.scan(known.sales), ctx.lake.scan(known.returns)
    back = returns.select(
        _DAY, "order_id", "item", "customer", "quantity", _PRICED.abs().alias("value")
    )
    return sales.select(*(_SALES[name] for name in columns)).collect(), back.collect()


def scoreboard_record(
    ctx: Context, region: str | None = None, industry: str | None = None
) -> dict[str, Any]:
    """Return both sides as ``sanpin scoreboard --json`` prints them.

    Parameters
    ----------
    region, industry : only published figures of these, by name in either language or by id

    Raises
    ------
    InputError
        when `region` or `industry` names nothing known
    """
    rows = published(ctx, region or None, industry or None)
    figures = kept_figures(ctx) if demand.has_orders(ctx) else []
    return {"firm": grouped(figures), "published": rows}


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
        "simulated": figure.simulated,
        "formula": figure.definition.formula,
    }


def figures_frame(figures: Sequence[Figure], language: str) -> pl.DataFrame:
    """Return the figures as a table with words in `language`, for downloads.

    Parameters
    ----------
    figures : in reading order
    language : of labels, units and formulas
    """
    rows = [
        {
            "pillar": translate(one.definition.pillar.label, language),
            "key": one.definition.key,
            "figure": translate(one.definition.label, language),
            "value": one.value,
            "unit": translate(one.definition.unit, language),
            "previous": one.previous,
            "from": one.period.start,
            "until": one.period.end,
            "sample": one.sample,
            "formula": translate(one.definition.formula, language),
        }
        for one in figures
    ]
    text, number = pl.String, pl.Float64
    kinds = (text, text, text, number, text, number, pl.Date, pl.Date, pl.Boolean, text)
    return pl.DataFrame(rows, schema=dict(zip(_FRAME_COLUMNS, kinds, strict=True)))


_FRAME_COLUMNS = (
    "pillar", "key", "figure", "value", "unit", "previous", "from", "until", "sample", "formula",
)  # fmt: skip
