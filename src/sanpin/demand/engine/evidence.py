"""The record that every correction leaves: what stood there, what stands there now."""

from __future__ import annotations

import polars as pl

from sanpin.demand.model.orders import CORRECTION_SCHEMA, Rule

__all__ = ["describe", "none", "removed"]


def describe(
    lines: pl.DataFrame,
    rule: Rule,
    *,
    before: pl.Expr,
    after: pl.Expr,
    delta: pl.Expr | None = None,
    matched: pl.Expr | None = None,
    confidence: pl.Expr | float = 1.0,
) -> pl.DataFrame:
    """Return one piece of evidence for each of the lines.

    Parameters
    ----------
    lines : columns ``source_row``, ``item`` and ``date``, and those that the expressions name
    before, after : what the rule changed: a quantity, or a price for `Rule.PRICE_ERROR`
    delta : change of the quantity that counts as demand; none by default
    matched : row that explains this one, such as the sale that a cancellation takes back
    confidence : how sure the rule is, in [0, 1]
    """
    sure = pl.lit(confidence) if isinstance(confidence, float) else confidence
    values = {
        "source_row": pl.col("source_row"),
        "rule": pl.lit(rule.value),
        "item": pl.col("item"),
        "date": pl.col("date"),
        "before": before,
        "after": after,
        "quantity_delta": pl.lit(0.0) if delta is None else delta,
        "matched_row": pl.lit(None) if matched is None else matched,
        "confidence": sure,
    }
    return lines.select(
        values[name].cast(kind).alias(name) for name, kind in CORRECTION_SCHEMA.items()
    )


def removed(
    lines: pl.DataFrame,
    rule: Rule,
    *,
    matched: pl.Expr | None = None,
    confidence: pl.Expr | float = 1.0,
) -> pl.DataFrame:
    """Return the evidence that these lines leave demand altogether."""
    return describe(
        lines,
        rule,
        before=pl.col("quantity"),
        after=pl.lit(0.0),
        delta=-pl.col("quantity"),
        matched=matched,
        confidence=confidence,
    )


def none() -> pl.DataFrame:
    """Return no evidence, with all its columns."""
    return pl.DataFrame(schema=CORRECTION_SCHEMA)
