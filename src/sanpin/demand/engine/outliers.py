"""Prices that were mistyped and lines far larger than the item's others."""

from __future__ import annotations

import math

import polars as pl

from sanpin.demand.engine.evidence import describe
from sanpin.demand.model.orders import IntakeParams, Rule

__all__ = ["mark_bulk", "mend_prices"]

_SPREAD = 1.4826
"""Median absolute deviation of a normal distribution to its standard deviation."""

_DECIMAL_SLIPS = (10.0, 100.0, 1000.0)
_SLIP_TOLERANCE = 0.1
_PRICE_DEVIATIONS = 6.0
_SAME_PRICE = 0.1
_STANDING = 0.02
_FEWEST_PRICES = 3
_TAIL_DEVIATIONS = 3.0902
_FEWEST_LINES = 3


def mend_prices(lines: pl.DataFrame, params: IntakeParams) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Replace prices far from the item's running median, unless others of that week share them.

    A price is suspicious when its ratio to the running median is near 10, 100 or 1000 (a
    slipped decimal point) or its inverse, or beyond six robust deviations and `price_limit`. A
    second price list (retail beside wholesale) is no error: a price that at least 2 % of the
    item's orders pay stands, unless it looks like a slipped point.
    """
    priced = lines.filter(pl.col("unit_price") > 0).sort("item", "time", "source_row")
    log_price = pl.col("unit_price").log()
    running = log_price.rolling_median(params.price_window, min_samples=1, center=True)
    judged = (
        priced.with_columns(running.over("item").alias("usual"), pl.len().over("item").alias("n"))
        .with_columns(
            (log_price - pl.col("usual")).alias("away"),
            pl.col("order_id").n_unique().over("item", "unit_price").alias("payers"),
        )
        .with_columns(pl.col("away").abs().median().over("item").alias("mad"))
    )
    away = pl.col("away").abs()
    slip = pl.any_horizontal([(away - math.log(f)).abs() < _SLIP_TOLERANCE for f in _DECIMAL_SLIPS])
    far = (away > _PRICE_DEVIATIONS * _SPREAD * pl.col("mad")) & (
        away > math.log(params.price_limit)
    )
    standing = pl.col("payers") >= pl.max_horizontal(_FEWEST_PRICES, _STANDING * pl.col("n"))
    suspects = judged.filter((slip | (far & ~standing)) & (pl.col("n") >= _FEWEST_PRICES))
    wrong = suspects.join(_shared(judged, suspects), on="source_row", how="anti")
    wrong = wrong.with_columns(pl.col("usual").exp().round(4).alias("mended"))
    evidence = describe(
        wrong,
        Rule.PRICE_ERROR,
        before=pl.col("unit_price"),
        after=pl.col("mended"),
        confidence=0.8,
    )
    mended = (
        lines.join(
            wrong.select("source_row", "mended"), on="source_row", how="left", maintain_order="left"
        )
        .with_columns(pl.coalesce("mended", "unit_price").alias("unit_price"))
        .drop("mended")
    )
    return mended, evidence


def _shared(judged: pl.DataFrame, suspects: pl.DataFrame) -> pl.DataFrame:
    """Return the suspects whose price another order of the item has in the same week.

    A mistyped price stands alone; a clearance or a changed list shows in several orders.
    """
    week = pl.col("date").dt.truncate("1w")
    others = judged.select(
        "item",
        week.alias("week"),
        pl.col("unit_price").alias("other"),
        pl.col("order_id").alias("other_order"),
    )
    near = (pl.col("other") / pl.col("unit_price")).log().abs() < _SAME_PRICE
    return (
        suspects.select("source_row", "item", "order_id", "unit_price", week.alias("week"))
        .join(others, on=("item", "week"), how="inner")
        .filter(near & (pl.col("other_order") != pl.col("order_id")))
        .select("source_row")
        .unique()
    )


def mark_bulk(lines: pl.DataFrame, params: IntakeParams) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Mark lines beyond both `bulk_factor` medians and the robust 99.9 % tail of the item.

    The tail is ``exp(median + 3.09 spread)`` of the log quantities, with the spread never
    below the median spread of all items. Adds the column ``bulk``: the line's quantity or 0.
    """
    size = pl.col("quantity").log()
    judged = lines.with_columns(
        size.median().over("item").alias("usual"), pl.len().over("item").alias("n")
    ).with_columns((size - pl.col("usual")).abs().median().over("item").alias("mad"))
    pooled = judged.get_column("mad").median() if judged.height else 0.0
    spread = _SPREAD * pl.max_horizontal(pl.col("mad"), pl.lit(pooled, pl.Float64))
    tail = (pl.col("usual") + _TAIL_DEVIATIONS * spread).exp()
    limit = pl.max_horizontal(params.bulk_factor * pl.col("usual").exp(), tail)
    large = (pl.col("quantity") > limit) & (pl.col("n") >= _FEWEST_LINES)
    marked = judged.with_columns(pl.when(large).then("quantity").otherwise(0.0).alias("bulk"))
    evidence = describe(
        marked.filter(pl.col("bulk") > 0),
        Rule.BULK_ORDER,
        before=pl.col("quantity"),
        after=pl.col("quantity"),
        confidence=0.9,
    )
    return marked.drop("usual", "n", "mad"), evidence
