"""The rows behind each figure of the orders: what a drill-down shows and exports.

Each function selects what the function of the same figure in `firm` sums up: a drill-down must
add up to its figure. `_ROWS` also names the columns that it reads, so that nothing else is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from sanpin.flows.scoreboard.book import Book
from sanpin.flows.scoreboard.figure import Period

__all__ = ["figure_columns", "figure_rows"]


def figure_rows(book: Book, key: str, period: Period) -> pl.DataFrame | None:
    """Return the rows that a figure is made of, largest first; None for figures of the floor."""
    source = _ROWS.get(key)
    return source[0](book, period) if source else None


def figure_columns(key: str) -> tuple[str, ...] | None:
    """Return the columns of the sales that `figure_rows` needs, None for figures of the floor."""
    source = _ROWS.get(key)
    return ("date", *source[1]) if source else None


def _items(book: Book, period: Period) -> pl.DataFrame:
    """Return the items sold with their share of the revenue."""
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
    """Return the items first sold in the period."""
    return _items(book, period).join(
        book.new_items(period), on="item", how="semi", maintain_order="left"
    )


def _orders(book: Book, period: Period) -> pl.DataFrame:
    """Return the orders with their pieces."""
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
    """Return the goods that came back."""
    back = book.returns.filter(pl.col("date").is_between(period.start, period.end, "left"))
    return back.sort("value", "date", descending=True)


def _cohort(book: Book, period: Period) -> pl.DataFrame:
    """Return the customers of the period before, and when they bought again."""
    return book.cohort(period.previous)


def _customers(book: Book, period: Period) -> pl.DataFrame:
    """Return the customers with a name, and whether they were known before."""
    lines = book.within(period).join(book.first_purchase, on="customer")
    found = lines.group_by("customer").agg(pl.col("first").first(), pl.col("revenue").sum())
    known = pl.col("first") < period.start
    return found.with_columns(returning=known).sort("revenue", "customer", descending=True)


def _countries(book: Book, period: Period) -> pl.DataFrame:
    """Return the countries with their share of the revenue."""
    lines = book.within(period).drop_nulls("country")
    found = lines.group_by("country").agg(
        pl.col("revenue").sum(), customers=pl.col("customer").n_unique()
    )
    total = pl.col("revenue").sum()
    return found.with_columns(share=pl.col("revenue") / total).sort(
        "revenue", "country", descending=[True, False]
    )


def _prices(book: Book, period: Period) -> pl.DataFrame:
    """Return the items with their price now and their own first price."""
    lines = book.within(period).filter((pl.col("revenue") > 0) & (pl.col("quantity") > 0))
    found = lines.group_by("item").agg(
        pl.col("revenue").sum(), price=pl.col("revenue").sum() / pl.col("quantity").sum()
    )
    return (
        found.join(book.first_price, on="item")
        .with_columns(index=100 * pl.col("price") / pl.col("first_price"))
        .sort("revenue", "item", descending=[True, False])
    )


_Source = tuple[Callable[[Book, Period], pl.DataFrame], tuple[str, ...]]

_ITEMS = ("item", "order_id", "quantity", "revenue")

_ROWS: Mapping[str, _Source] = {
    "active_items": (_items, _ITEMS),
    "new_items": (_new_items, _ITEMS),
    "new_item_revenue_share": (_new_items, _ITEMS),
    "effective_items": (_items, _ITEMS),
    "median_order_size": (_orders, ("order_id", "customer", "quantity", "revenue")),
    "return_rate": (_returns, ()),
    "repeat_purchase_share": (_cohort, ("customer",)),
    "returning_revenue_share": (_customers, ("customer", "revenue")),
    "countries": (_countries, ("country", "customer", "revenue")),
    "country_concentration": (_countries, ("country", "customer", "revenue")),
    "price_index": (_prices, ("item", "quantity", "revenue")),
}
"""What gives the rows of each figure, and which columns of the sales that needs."""
