"""Figures of one firm from its order lines and its shop floor: pure functions over frames.

Every figure of the orders is a function of the book and a period. Applied to the period before
and to six steps of 30 days it gives change and trend, so that all values of a figure are
computed alike. None stands for what the data cannot tell; it is never written as 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from sanpin.flows.scoreboard.book import FIRST_PRICE_DAYS, Book
from sanpin.flows.scoreboard.figure import (
    DEFINITIONS,
    WINDOW_DAYS,
    Definition,
    Figure,
    Period,
)

__all__ = ["FloorTotals", "firm_figures"]

HISTORY_STEPS = 6
HISTORY_STEP_DAYS = 30


@dataclass(frozen=True, slots=True)
class FloorTotals:
    """What one pass of the plant adds to the scoreboard; all counts in pieces but where named.

    Attributes
    ----------
    lots : number of lots
    median_lot_size : pieces per lot
    changeovers : set-ups longer than zero
    started, good, scrapped : pieces over all lots
    shipped, traceable : pieces shipped, and those of them with a full trace
    finished_orders, on_time_orders : orders
    """

    lots: int
    median_lot_size: float
    changeovers: int
    started: float
    good: float
    scrapped: float
    shipped: float
    traceable: float
    finished_orders: int
    on_time_orders: int

    def value(self, key: str) -> float | None:
        """Return the floor's figure of this name.

        Parameters
        ----------
        key : of a definition with `floor` set

        Returns
        -------
        In the definition's unit; None when there is nothing to divide by.
        """
        if key == "median_lot_size":
            return self.median_lot_size if self.lots else None
        shares = {
            "changeovers_per_100_lots": (self.changeovers, self.lots),
            "first_pass_yield": (self.good, self.started),
            "scrap_rate": (self.scrapped, self.started),
            "traceable_share": (self.traceable, self.shipped),
            "on_time_share": (self.on_time_orders, self.finished_orders),
        }
        part, whole = shares[key]
        return _percent(part, whole)


def firm_figures(
    sales: pl.DataFrame,
    returns: pl.DataFrame,
    as_of: date,
    floor: FloorTotals | None = None,
    previous_floor: FloorTotals | None = None,
) -> list[Figure]:
    """Compute every figure that the data can carry.

    Parameters
    ----------
    sales : rows ``item, date, quantity, revenue, order_id, customer, country``
    returns : rows ``date, value`` with positive values
    as_of : the day after the last day that counts
    floor, previous_floor : totals of the last and the last but one pass of the plant

    Returns
    -------
    list[Figure] in the order of `DEFINITIONS`; figures of the floor only where it exists.
    """
    book = Book.of(sales, returns)
    period = Period.before(as_of)
    figures = []
    for definition in DEFINITIONS:
        if definition.floor:
            if floor is not None:
                figures.append(_floor_figure(definition, floor, previous_floor, period))
            continue
        figures.append(_order_figure(definition, book, period))
    return figures


def _floor_figure(
    definition: Definition, floor: FloorTotals, previous: FloorTotals | None, period: Period
) -> Figure:
    """Return a figure of the floor; it has no history beyond the pass before."""
    before = previous.value(definition.key) if previous else None
    return Figure(definition, floor.value(definition.key), before, period)


def _order_figure(definition: Definition, book: Book, period: Period) -> Figure:
    """Return a figure of the orders with the period before and its history."""
    measure = _MEASURES[definition.key]

    def at(when: Period) -> float | None:
        # A first sale can only be told from an old one when there is history before the period.
        needed = when.start - timedelta(days=_HISTORY_NEEDED.get(definition.key, 0))
        return measure(book, when) if book.start <= needed else None

    steps = range(HISTORY_STEPS - 1, -1, -1)
    history = tuple(at(period.shifted(-HISTORY_STEP_DAYS * step)) for step in steps)
    return Figure(definition, history[-1], at(period.previous), period, history)


def _active_items(book: Book, period: Period) -> float | None:
    """Count the items sold."""
    return float(book.within(period)["item"].n_unique())


def _new_items(book: Book, period: Period) -> float | None:
    """Count the items first sold in the period."""
    return float(book.new_items(period).height)


def _new_item_revenue_share(book: Book, period: Period) -> float | None:
    """Return the share of revenue with items first sold in the period, in percent."""
    lines = book.within(period)
    new = lines.join(book.new_items(period), on="item", how="semi")
    return _percent(_total(new["revenue"]), _total(lines["revenue"]))


def _effective_items(book: Book, period: Period) -> float | None:
    """Return the effective number of items: the Hill number of order 1 (Hill 1973).

    exp of Shannon's entropy of the revenue shares. A range of n equally strong items is worth n;
    one that sells a single item is worth 1, however long its list.
    """
    shares = _shares(book.within(period), "item")
    return math.exp(-sum(s * math.log(s) for s in shares)) if shares else None


def _median_order_size(book: Book, period: Period) -> float | None:
    """Return the median of the pieces per order; lines of one order add up."""
    sizes = book.within(period).group_by("order_id").agg(pl.col("quantity").sum())["quantity"]
    return float(sizes.median()) if len(sizes) else None  # type: ignore[arg-type]


def _return_rate(book: Book, period: Period) -> float | None:
    """Return the value returned as percent of the value sold in the same days.

    A return is counted on its own day, not on that of its sale, which the books seldom name.
    """
    back = book.returns.filter(pl.col("date").is_between(period.start, period.end, "left"))
    return _percent(_total(back["value"]), _total(book.within(period)["revenue"]))


def _repeat_purchase_share(book: Book, period: Period) -> float | None:
    """Return the percent of customers who bought again within 90 days of their first purchase.

    The cohort is that of the period before: only those customers have had the whole window.
    """
    cohort = book.cohort(period.previous)
    return _percent(_total(cohort["again"].is_not_null()), cohort.height)


def _returning_revenue_share(book: Book, period: Period) -> float | None:
    """Return the percent of revenue with a known customer that came from earlier customers."""
    lines = book.within(period).join(book.first_purchase, on="customer")
    known = lines.filter(pl.col("first") < period.start)
    return _percent(_total(known["revenue"]), _total(lines["revenue"]))


def _countries(book: Book, period: Period) -> float | None:
    """Count the countries sold to; None where no order names one."""
    count = book.within(period)["country"].drop_nulls().n_unique()
    return float(count) if count else None


def _country_concentration(book: Book, period: Period) -> float | None:
    """Return the Herfindahl index of the countries: 1/n for n equal ones, 1 for a single one."""
    shares = _shares(book.within(period).drop_nulls("country"), "country")
    return sum(s * s for s in shares) if shares else None


def _price_index(book: Book, period: Period) -> float | None:
    """Return revenue as percent of what the same pieces cost at each item's own first price.

    A Paasche-like index: today's quantities weigh both prices, so that a shift to cheaper items
    does not read as a fall in price.
    """
    lines = book.within(period).join(book.first_price, on="item")
    priced = lines.filter(pl.col("revenue") > 0)
    worth = _total(priced["quantity"] * priced["first_price"])
    return _percent(_total(priced["revenue"]), worth)


def _shares(lines: pl.DataFrame, column: str) -> list[float]:
    """Return the revenue shares by a column, largest first; refunds beyond sales do not count."""
    revenue = lines.group_by(column).agg(pl.col("revenue").sum()).filter(pl.col("revenue") > 0)
    total = _total(revenue["revenue"])
    return sorted((revenue["revenue"] / total).to_list(), reverse=True)


def _total(values: pl.Series) -> float:
    """Return a sum; that of nothing is 0."""
    return float(values.sum())


def _percent(part: float, whole: float) -> float | None:
    """Return a part in percent, None of nothing."""
    return 100.0 * part / whole if whole else None


_MEASURES: Mapping[str, Callable[[Book, Period], float | None]] = {
    "active_items": _active_items,
    "new_items": _new_items,
    "new_item_revenue_share": _new_item_revenue_share,
    "effective_items": _effective_items,
    "median_order_size": _median_order_size,
    "return_rate": _return_rate,
    "repeat_purchase_share": _repeat_purchase_share,
    "returning_revenue_share": _returning_revenue_share,
    "countries": _countries,
    "country_concentration": _country_concentration,
    "price_index": _price_index,
}

_HISTORY_NEEDED: Mapping[str, int] = {
    "new_items": FIRST_PRICE_DAYS,
    "new_item_revenue_share": FIRST_PRICE_DAYS,
    "repeat_purchase_share": WINDOW_DAYS,
    "returning_revenue_share": 1,
    "price_index": 1,
}
"""Days of history that a figure needs before its period begins."""
