"""An order book as the figures read it: sales, returns, and every first time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import polars as pl

from sanpin.flows.scoreboard.figure import WINDOW_DAYS, Period

__all__ = ["FIRST_PRICE_DAYS", "Book"]

FIRST_PRICE_DAYS = 28
"""An item's own first price is the mean over so many days from its first sale."""


@dataclass(frozen=True)
class Book:
    """The order book with what is looked up again and again, each computed when first asked for.

    A figure that asks for less may be given narrower sales: only `date` must be there.

    Attributes
    ----------
    sales : rows ``item, date, quantity, revenue, order_id, customer, country``
    returns : rows ``date, value``, and what else a drill-down shows
    """

    sales: pl.DataFrame
    returns: pl.DataFrame

    @staticmethod
    def of(sales: pl.DataFrame, returns: pl.DataFrame) -> Book:
        """Index an order book."""
        return Book(sales, returns)

    @cached_property
    def first_sale(self) -> pl.DataFrame:
        """Rows ``item, first``."""
        return self.sales.group_by("item").agg(first=pl.col("date").min())

    @cached_property
    def first_purchase(self) -> pl.DataFrame:
        """Rows ``customer, first`` of the known customers."""
        known = self.sales.filter(pl.col("customer").is_not_null())
        return known.group_by("customer").agg(first=pl.col("date").min())

    @cached_property
    def first_price(self) -> pl.DataFrame:
        """Rows ``item, first_price``, the mean over the item's first days of sale."""
        early = (
            self.sales.filter((pl.col("revenue") > 0) & (pl.col("quantity") > 0))
            .join(self.first_sale, on="item")
            .filter(pl.col("date") < pl.col("first") + timedelta(days=FIRST_PRICE_DAYS))
        )
        return early.group_by("item").agg(
            first_price=pl.col("revenue").sum() / pl.col("quantity").sum()
        )

    @cached_property
    def start(self) -> date:
        """First day of the book; the end of time when it is empty."""
        start = self.sales["date"].min() if self.sales.height else date.max
        assert isinstance(start, date)
        return start

    def within(self, period: Period) -> pl.DataFrame:
        """Return the sales of a period."""
        return self.sales.filter(pl.col("date").is_between(period.start, period.end, "left"))

    def new_items(self, period: Period) -> pl.DataFrame:
        """Return ``item, first`` of the items first sold in a period."""
        return self.first_sale.filter(pl.col("first").is_between(period.start, period.end, "left"))

    def cohort(self, period: Period) -> pl.DataFrame:
        """Return ``customer, first, again`` of those who first bought in a period.

        `again` is the first later day on which the customer bought within 90 days, else null.
        """
        cohort = self.first_purchase.filter(
            pl.col("first").is_between(period.start, period.end, "left")
        )
        later = self.sales.join(cohort, on="customer").filter(
            (pl.col("date") > pl.col("first"))
            & (pl.col("date") < pl.col("first") + timedelta(days=WINDOW_DAYS))
        )
        again = later.group_by("customer").agg(again=pl.col("date").min())
        return cohort.join(again, on="customer", how="left").sort("first", "customer")
