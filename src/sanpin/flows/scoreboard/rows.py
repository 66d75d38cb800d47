"""The rows behind each figure of the orders: what a drill-down shows and exports."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from sanpin.flows.scoreboard.book import Book
from sanpin.flows.scoreboard.figure import Period

__all__ = ["figure_rows"]


def figure_rows(book: Book, key: str, period: Period) -> pl.DataFrame | None:
    """Return the rows that a figure is made of, largest first; None for figures of the floor."""
    source = _ROWS.get(key)
    return source(book, period) if source else None


def _items(book: Book, period: Period) -> pl.DataFrame:
    lines = book.within(period)
    total = pl.col("revenue").sum()
    found = lines.group_by("item").agg(
        pl.col("quantity").sum(),
        pl.col("revenue").sum(),
        orders=pl.col("order_id").n_unique(),
    )
    return (
        found.join(book.first_sale, on="item")
        .with_columns(share=pl.col("revenue") / total)
        .sort("revenue", "item", descending=[True, False])
    )


def _new_items(book: Book, period: Period) -> pl.DataFrame:
    return _items(book, period).join(
        book.new_items(period), on="item", how="semi", maintain_order="left"
    )


def _orders(book: Book, period: Period) -> pl.DataFrame:
    found = (
        book.within(period)
        .group_by("order_id")
        .agg(
            pl.col("date").min(),
            pl.col("customer").first(),
            pl.col("quantity").sum(),
            pl.col("revenue").sum(),
            lines=pl.len(),
        )
    )
    return found.sort("quantity", "order_id", descending=[True, False])


def _returns(book: Book, period: Period) -> pl.DataFrame:
    back = book.returns.filter(pl.col("date").is_between(period.start, period.end, "left"))
    return back.sort("value", descending=True)


def _cohort(book: Book, period: Period) -> pl.DataFrame:
    return book.cohort(period.previous)


def _customers(book: Book, period: Period) -> pl.DataFrame:
    lines = book.within(period).join(book.first_purchase, on="customer")
    found = lines.group_by("customer").agg(pl.col("first").first(), pl.col("revenue").sum())
    known = pl.col("first") < period.start
    return found.with_columns(returning=known).sort("revenue", "customer", descending=True)


def _countries(book: Book, period: Period) -> pl.DataFrame:
    lines = book.within(period).drop_nulls("country")
    found = lines.group_by("country").agg(
        pl.col("revenue").sum(), customers=pl.col("customer").n_unique()
    )
    total = pl.col("revenue").sum()
    return found.with_columns(share=pl.col("revenue") / total).sort(
        "revenue", "country", descending=[True, False]
    )


def _prices(book: Book, period: Period) -> pl.DataFrame:
    lines = book.within(period).filter((pl.col("revenue") > 0) & (pl.col("quantity") > 0))
    found = lines.group_by("item").agg(
        pl.col("revenue").sum(), price=pl.col("revenue").sum() / pl.col("quantity").sum()
    )
    return (
        found.join(book.first_price, on="item")
        .with_columns(index=100 * pl.col("price") / pl.col("first_price"))
        .sort("revenue", "item", descending=[True, False])
    )


_ROWS: Mapping[str, Callable[[Book, Period], pl.DataFrame]] = {
    "active_items": _items,
    "new_items": _new_items,
    "new_item_revenue_share": _new_items,
    "effective_items": _items,
    "median_order_size": _orders,
    "return_rate": _returns,
    "repeat_purchase_share": _cohort,
    "returning_revenue_share": _customers,
    "countries": _countries,
    "country_concentration": _countries,
    "price_index": _prices,
}
