"""Lines and whole orders that were entered twice."""

from __future__ import annotations

import polars as pl

from sanpin.demand.engine.evidence import removed
from sanpin.demand.model.orders import IntakeParams, Rule

__all__ = ["drop_duplicate_lines", "drop_resent_orders"]

_LINE = ("order_id", "item", "quantity", "unit_price", "time", "customer")
_SMALLEST_ORDER = 2
_MOST = 0.5


def drop_duplicate_lines(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Keep the first of identical lines: same order, item, quantity, price and instant.

    Two identical lines can be two real scans of the same goods; only the firm knows. They are
    taken for one by default, since exports that join tables repeat lines far more often.
    """
    marked = lines.with_columns(pl.col("source_row").first().over(_LINE).alias("original"))
    again = pl.col("original") != pl.col("source_row")
    copies = marked.filter(again)
    evidence = removed(copies, Rule.DUPLICATE_LINE, matched=pl.col("original"), confidence=0.9)
    return marked.filter(~again).drop("original"), evidence


def drop_resent_orders(
    lines: pl.DataFrame, params: IntakeParams
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Drop an order whose lines the same customer sent minutes before.

    An order of one line is left alone: two customers' clerks may well sell the same thing twice.
    So is a second order that its firm cancelled itself, since the cancelling lines take it out.
    """
    later = _resent(lines, params)
    if later.is_empty():
        return lines, removed(lines.head(0), Rule.DUPLICATE_LINE)
    marked = lines.join(later, on="order_id", how="left", maintain_order="left")
    cancelled = _cancelled_orders(marked)
    second = pl.col("earlier").is_not_null() & ~pl.col("order_id").is_in(cancelled.implode())
    twins = marked.select(
        pl.col("order_id").alias("earlier"),
        "item",
        "quantity",
        pl.col("source_row").alias("original"),
    ).unique(("earlier", "item", "quantity"), keep="first", maintain_order=True)
    copies = marked.filter(second).join(
        twins, on=("earlier", "item", "quantity"), how="left", maintain_order="left"
    )
    evidence = removed(copies, Rule.DUPLICATE_LINE, matched=pl.col("original"), confidence=0.8)
    return marked.filter(~second).drop("earlier"), evidence


def _resent(lines: pl.DataFrame, params: IntakeParams) -> pl.DataFrame:
    """Return ``order_id, earlier`` of orders equal to one that came minutes before.

    Orders are compared by the sum of the hashes of their lines, which does not depend on the
    order of the lines. The hashes are shortened so that the sum cannot overflow.
    """
    gap = pl.col("time") - pl.col("time").shift(1)
    same = ("customer", "lines", "content")
    return (
        lines.filter(pl.col("customer").is_not_null())
        .with_columns(pl.struct("item", "quantity", "unit_price").hash(seed=1).alias("content"))
        .with_columns(pl.col("content") // 2**32)
        .group_by("order_id", maintain_order=True)
        .agg(
            pl.col("customer").first(),
            pl.col("time").min(),
            pl.col("quantity").min().alias("smallest"),
            pl.len().alias("lines"),
            pl.col("content").sum(),
        )
        .filter((pl.col("lines") >= _SMALLEST_ORDER) & (pl.col("smallest") > 0))
        .sort("time", maintain_order=True)
        .with_columns(
            pl.col("order_id").shift(1).over(same).alias("earlier"),
            gap.over(same).alias("gap"),
        )
        .filter(pl.col("gap") <= pl.duration(minutes=params.resend_minutes))
        .select("order_id", "earlier")
    )


def _cancelled_orders(marked: pl.DataFrame) -> pl.Series:
    """Return the second orders of which most lines are cancelled later by a negative line.

    Dropping such an order as a duplicate would let its cancellation take out the first one too.
    """
    undone = (
        marked.filter(pl.col("quantity") < 0)
        .group_by("customer", "item", -pl.col("quantity"))
        .agg(pl.col("time").max().alias("undone"))
    )
    return (
        marked.filter(pl.col("earlier").is_not_null())
        .join(undone, on=("customer", "item", "quantity"), how="left")
        .group_by("order_id")
        .agg((pl.col("undone") >= pl.col("time")).fill_null(value=False).mean().alias("share"))
        .filter(pl.col("share") > _MOST)
        .get_column("order_id")
    )
