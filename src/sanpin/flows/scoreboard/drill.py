"""Drilling into a figure: the rows it is made of, where to read more, its trend.

A figure of the orders is made of order lines, which `rows` selects by the same period and the
same filters that computed it. A figure of the floor divides two counts, which are its rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Any

import polars as pl

from sanpin.base import N_
from sanpin.demand import service as demand
from sanpin.flows.scoreboard.book import Book
from sanpin.flows.scoreboard.figure import Definition, Figure, Period
from sanpin.flows.scoreboard.firm import HISTORY_STEP_DAYS
from sanpin.flows.scoreboard.kept import floor_totals, last_loops
from sanpin.flows.scoreboard.rows import figure_columns, figure_rows
from sanpin.flows.scoreboard.service import order_book
from sanpin.flows.scoreboard.words import FigureWords
from sanpin.kit.context import Context
from sanpin.master import service as master

__all__ = ["COLUMNS", "FLOOR_LINKS", "Rows", "drill_rows", "headings", "trend"]

Column = dict[str, Any]

COLUMNS: dict[str, Column] = {
    "item": {"label": N_("Item"), "link": "/demand/items/{item}"},
    "description": {"label": N_("Description")},
    "order_id": {"label": N_("Order")},
    "customer": {"label": N_("Customer")},
    "country": {"label": N_("Country")},
    "date": {"label": N_("Day")},
    "quantity": {"label": N_("Pieces"), "digits": 0},
    "revenue": {"label": N_("Revenue"), "digits": 2},
    "orders": {"label": N_("Orders"), "digits": 0},
    "lines": {"label": N_("Order lines"), "digits": 0},
    "share": {"label": N_("Share of revenue"), "format": "percent", "digits": 2},
    "first": {"label": N_("First time")},
    "again": {"label": N_("Bought again")},
    "returning": {"label": N_("Known before")},
    "customers": {"label": N_("Customers"), "digits": 0},
    "value": {"label": N_("Value"), "digits": 2},
    "price": {"label": N_("Realised price"), "digits": 2},
    "first_price": {"label": N_("First price"), "digits": 2},
    "index": {"label": N_("% of first price"), "digits": 1},
    "count": {"label": N_("Count of the floor")},
    "now": {"label": N_("Last run"), "digits": 0},
    "before": {"label": N_("Run before"), "digits": 0},
}
"""How each column of a drill-down is headed and written; what it holds is decided by `rows`."""

_SHOWN = {
    "items": ("item", "description", "quantity", "revenue", "share", "orders", "first"),
    "prices": ("item", "description", "price", "first_price", "index", "revenue"),
    "orders": ("order_id", "date", "customer", "lines", "quantity", "revenue"),
    "returns": ("item", "description", "date", "order_id", "customer", "quantity", "value"),
}
_ORDER = {
    "active_items": _SHOWN["items"],
    "new_items": _SHOWN["items"],
    "new_item_revenue_share": _SHOWN["items"],
    "effective_items": _SHOWN["items"],
    "median_order_size": _SHOWN["orders"],
    "return_rate": _SHOWN["returns"],
    "price_index": _SHOWN["prices"],
}

_FLOOR_COUNTS = {
    "lots": N_("Lots"),
    "median_lot_size": N_("Median pieces per lot"),
    "changeovers": N_("Change-overs"),
    "started": N_("Pieces started"),
    "good": N_("Pieces good at the first attempt"),
    "scrapped": N_("Pieces scrapped"),
    "shipped": N_("Pieces shipped"),
    "traceable": N_("Pieces shipped with a full trace"),
    "finished_orders": N_("Orders finished"),
    "on_time_orders": N_("Orders finished on time"),
}
_FLOOR_PARTS = {
    "median_lot_size": ("median_lot_size", "lots"),
    "changeovers_per_100_lots": ("changeovers", "lots"),
    "first_pass_yield": ("good", "started"),
    "scrap_rate": ("scrapped", "started"),
    "traceable_share": ("traceable", "shipped"),
    "on_time_share": ("on_time_orders", "finished_orders"),
}

FLOOR_LINKS = {
    "median_lot_size": ("/factory/plan", N_("See the make orders and their lots")),
    "changeovers_per_100_lots": ("/factory/schedule", N_("See the set-ups on the schedule")),
    "first_pass_yield": ("/factory/schedule", N_("See the lots on the schedule")),
    "scrap_rate": ("/factory/schedule", N_("See the lots on the schedule")),
    "traceable_share": ("/trace", N_("Follow a lot in the trace")),
    "on_time_share": ("/factory/schedule", N_("See the late orders on the schedule")),
}
"""Where the lists behind the figures of the floor are."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows behind a figure, with their columns as tables show them.

    Attributes
    ----------
    frame : all rows, with codes rather than names
    columns : key, heading and format of what a table shows; a download may hold more
    """

    frame: pl.DataFrame
    columns: Sequence[Column]

    def page(self, ctx: Context, start: int, count: int) -> list[dict[str, Any]]:
        """Return some rows for people: items with names, days with years, yes and no.

        Parameters
        ----------
        start, count : which rows; only their items are looked up
        """
        words = FigureWords(ctx.language)
        rows = self.named(ctx, self.frame.slice(start, count)).to_dicts()
        return [{key: words.cell(one) for key, one in row.items()} for row in rows]

    def named(self, ctx: Context, frame: pl.DataFrame | None = None) -> pl.DataFrame:
        """Return rows, all by default, with the descriptions of their items."""
        rows = self.frame if frame is None else frame
        if "item" not in rows.columns:
            return rows
        found = rows.join(
            _descriptions(ctx, rows["item"]), on="item", how="left", maintain_order="left"
        )
        first = [column["key"] for column in self.columns if column["key"] in found.columns]
        return found.select(*first, *(name for name in found.columns if name not in first))


def drill_rows(ctx: Context, definition: Definition, period: Period) -> Rows:
    """Return the rows that a figure is made of: of the orders, or the counts of the floor.

    Rows of corrected lines that are kept are computed once: the lines never change.

    Parameters
    ----------
    definition : the figure
    period : the days that it was computed over

    Returns
    -------
    Rows, largest first; without any where no loop has run a floor yet.
    """
    columns = figure_columns(definition.key)
    if columns is None:
        frame = _floor_rows(ctx, definition.key)
    else:
        known = demand.fresh_intake(ctx, period.end)
        of_orders = _kept_rows if known else _order_rows
        frame = of_orders(_Lines(ctx, (known.sales, known.returns) if known else ()),
                          definition.key, columns, period)  # fmt: skip
    shown = _ORDER.get(definition.key, tuple(frame.columns))
    return Rows(frame, [{"key": name, **COLUMNS[name]} for name in shown])


@dataclass(frozen=True, slots=True)
class _Lines:
    """The order lines of a workspace: equal to others when they are the same kept lines."""

    ctx: Context = field(compare=False)
    datasets: tuple[str, ...]


def _order_rows(lines: _Lines, key: str, columns: tuple[str, ...], period: Period) -> pl.DataFrame:
    """Return the rows of a figure of the orders.

    Parameters
    ----------
    key : of the figure
    columns : of the sales that it needs
    """
    book = Book.of(*order_book(lines.ctx, period.end, columns))
    found = figure_rows(book, key, period)
    assert found is not None, "columns and rows come from one table"
    return found


# As many as there are figures of the orders, for two workspaces or days at a time.
_kept_rows = lru_cache(maxsize=24)(_order_rows)


def _floor_rows(ctx: Context, key: str) -> pl.DataFrame:
    """Return the counts that a figure of the floor divides, of the last two loops."""
    known = [asdict(totals) for run in last_loops(ctx, 2) if (totals := floor_totals(run))]
    # Two empty ones at the end stand in for loops that have not been.
    now, before = [*known, {}, {}][:2]
    say = FigureWords(ctx.language).say
    rows = [
        (say(_FLOOR_COUNTS[name]), now.get(name), before.get(name)) for name in _FLOOR_PARTS[key]
    ]
    types = {"count": pl.String, "now": pl.Float64, "before": pl.Float64}
    return pl.DataFrame(rows if known else [], schema=types, orient="row")


def _descriptions(ctx: Context, items: pl.Series) -> pl.DataFrame:
    """Return ``item, description``: the name in master data, else that of the order lines."""
    codes = items.unique().to_list()
    names = {code: item.name(ctx.language) for code, item in master.items_of(ctx, codes).items()}
    rest, known = [code for code in codes if code not in names], demand.current_intake(ctx)
    if rest and known is not None:
        lines = ctx.lake.scan(known.sales).select("item", "description")
        wanted = lines.filter(pl.col("item").is_in(rest)).group_by("item")
        names |= dict(wanted.agg(pl.col("description").drop_nulls().last()).collect().rows())
    return pl.DataFrame(
        list(names.items()), schema={"item": pl.String, "description": pl.String}, orient="row"
    )


def headings(ctx: Context) -> dict[str, str]:
    """Return what stands above each column of a download."""
    say = FigureWords(ctx.language).say
    return {name: say(column["label"]) for name, column in COLUMNS.items()}


def trend(figure: Figure, words: FigureWords) -> dict[str, Any] | None:
    """Return the chart of a figure's history, None when there is no line to draw."""
    if sum(value is not None for value in figure.history) < 2:
        return None
    steps = range(len(figure.history) - 1, -1, -1)
    last = figure.period.last
    days = [(last - timedelta(days=HISTORY_STEP_DAYS * step)).isoformat() for step in steps]
    return {
        "type": "line",
        "unit": words.unit(figure),
        # An index up to one moves in its third decimal.
        "digits": 3 if figure.definition.unit.startswith("index") else 1,
        "x": {"values": days},
        "series": [
            {
                "name": words.say(figure.definition.label),
                "values": list(figure.history),
                "colour": figure.definition.pillar.value,
            }
        ],
    }
