"""Match each negative line to the sale that it takes back.

In one group of equal customer, item and amount, sales and cancellations are brackets: a
cancellation closes the latest sale still open. The nesting depth is a running sum reflected at
zero, and inside one depth the lines alternate, so every partner is simply the line before: the
whole book is matched without a loop.
"""

from __future__ import annotations

import polars as pl

from sanpin.demand.engine.evidence import describe, removed
from sanpin.demand.model.orders import Rule

__all__ = ["drop_cancelled", "match_last", "record_returns"]

_DAY_CONFIDENCE = ((1, 0.99), (30, 0.95), (90, 0.85))
_LATE_CONFIDENCE = 0.7


def match_last(lines: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
    """Pair each negative line with the latest earlier open positive line of the same group.

    Parameters
    ----------
    lines : columns ``source_row, quantity, time`` and the keys; the amount is added as a key
    keys : columns that must be equal

    Returns
    -------
    Columns ``source_row`` (negative line), ``matched_row`` (positive line), ``lag_days``.
    """
    group = [*keys, "amount"]
    step = pl.col("quantity").sign().cast(pl.Int64)
    walked = (
        lines.filter((pl.col("quantity") != 0) & pl.all_horizontal(pl.col(keys).is_not_null()))
        .with_columns(pl.col("quantity").abs().alias("amount"), step.alias("step"))
        .with_columns((pl.col("step") < 0).any().over(group).alias("touched"))
        .filter(pl.col("touched"))
        .sort(
            [*group, "time", "step", "source_row"],
            descending=[False] * (len(group) + 1) + [True, False],
        )
        .with_columns(pl.col("step").cum_sum().over(group).alias("walk"))
        .with_columns(pl.col("walk").cum_min().over(group).clip(upper_bound=0).alias("floor"))
        .with_columns((pl.col("walk") - pl.col("floor")).alias("depth"))
    )
    before = pl.col("depth").shift(1, fill_value=0).over(group)
    level = pl.when(pl.col("step") > 0).then(pl.col("depth")).otherwise(before)
    nested = walked.with_columns(level.alias("level")).filter(pl.col("level") > 0)
    same = [*group, "level"]
    return (
        nested.with_columns(
            pl.col("source_row").shift(1).over(same).alias("matched_row"),
            (pl.col("time") - pl.col("time").shift(1).over(same)).alias("lag"),
        )
        .filter((pl.col("step") < 0) & pl.col("matched_row").is_not_null())
        .select("source_row", "matched_row", pl.col("lag").dt.total_days().alias("lag_days"))
    )


def drop_cancelled(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Take out each cancelling line together with the line that it cancels.

    First by customer, item and quantity; what is left, by the order number without its prefix
    (``C536379`` cancels ``536379``, ``红冲-8812`` cancels ``8812``).
    """
    by_customer = match_last(lines, ("customer", "item"))
    used = pl.concat([by_customer["source_row"], by_customer["matched_row"]])
    rest = lines.filter(~pl.col("source_row").is_in(used.implode())).with_columns(
        pl.col("order_id").str.replace(r"^\D+", "").str.replace(r"\D+$", "").alias("number")
    )
    rest = rest.with_columns(
        pl.when(pl.col("number") == "").then("order_id").otherwise("number").alias("number")
    )
    pairs = pl.concat([by_customer, match_last(rest, ("number", "item"))])
    both = pl.concat(
        [
            pairs,
            pairs.select(
                pl.col("matched_row").alias("source_row"),
                pl.col("source_row").alias("matched_row"),
                "lag_days",
            ),
        ]
    )
    gone = lines.join(both, on="source_row", how="inner", maintain_order="left")
    evidence = removed(
        gone, Rule.CANCELLED_ORDER, matched=pl.col("matched_row"), confidence=_confidence()
    )
    kept = lines.join(both, on="source_row", how="anti", maintain_order="left")
    return kept, evidence


def record_returns(
    lines: pl.DataFrame,
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Split off the negative lines without a partner: sales, returned goods, evidence."""
    back = lines.filter(pl.col("quantity") < 0)
    evidence = describe(
        back,
        Rule.RETURN,
        before=pl.col("quantity"),
        after=pl.lit(0.0),
        delta=-pl.col("quantity"),
        confidence=0.9,
    )
    return lines.filter(pl.col("quantity") > 0), back, evidence


def _confidence() -> pl.Expr:
    """The longer between sale and cancellation, the likelier it was a return."""
    sure: pl.Expr = pl.lit(_LATE_CONFIDENCE)
    for days, value in reversed(_DAY_CONFIDENCE):
        sure = pl.when(pl.col("lag_days") <= days).then(value).otherwise(sure)
    return sure
