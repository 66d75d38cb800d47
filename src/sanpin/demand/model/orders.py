"""Order lines as a firm's book has them, and the corrections that intake makes to them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from sanpin.base import N_, InputError

__all__ = ["CORRECTION_SCHEMA", "ORDER_SCHEMA", "IntakeParams", "Rule", "complete_orders"]

ORDER_SCHEMA: dict[str, pl.DataType] = {
    "source_row": pl.Int64(),
    "order_id": pl.String(),
    "item": pl.String(),
    "description": pl.String(),
    "quantity": pl.Float64(),
    "time": pl.Datetime("us"),
    "unit_price": pl.Float64(),
    "customer": pl.String(),
    "country": pl.String(),
    "site": pl.String(),
}
"""Columns of an order line; ``order_id, item, quantity, time`` are required, the rest optional."""

REQUIRED = ("order_id", "item", "quantity", "time")

CORRECTION_SCHEMA: dict[str, pl.DataType] = {
    "source_row": pl.Int64(),
    "rule": pl.String(),
    "item": pl.String(),
    "date": pl.Date(),
    "before": pl.Float64(),
    "after": pl.Float64(),
    "quantity_delta": pl.Float64(),
    "matched_row": pl.Int64(),
    "confidence": pl.Float64(),
}
"""Columns of one piece of evidence: what a rule changed, and how sure it is."""


class Rule(StrEnum):
    """Corrections in the order in which they are applied."""

    NON_PRODUCT = "non_product"
    ADJUSTMENT = "adjustment"
    DUPLICATE_LINE = "duplicate_line"
    CANCELLED_ORDER = "cancelled_order"
    RETURN = "return"
    PRICE_ERROR = "price_error"
    BULK_ORDER = "bulk_order"
    CLOSED_DAY = "closed_day"
    STOCK_OUT = "stock_out"

    @property
    def label(self) -> str:
        """Catalogue key of the name that a person reads."""
        return _LABELS[self]

    @property
    def meaning(self) -> str:
        """Catalogue key of the sentence that explains the rule."""
        return _MEANINGS[self]


_LABELS = {
    Rule.NON_PRODUCT: N_("Not goods"),
    Rule.ADJUSTMENT: N_("Stock booking"),
    Rule.DUPLICATE_LINE: N_("Duplicate line"),
    Rule.CANCELLED_ORDER: N_("Cancelled order"),
    Rule.RETURN: N_("Return"),
    Rule.PRICE_ERROR: N_("Price error"),
    Rule.BULK_ORDER: N_("Bulk order"),
    Rule.CLOSED_DAY: N_("Closed day"),
    Rule.STOCK_OUT: N_("Probably out of stock"),
}

_MEANINGS = {
    Rule.NON_PRODUCT: N_("Postage, fees, discounts and the like leave demand."),
    Rule.ADJUSTMENT: N_("Write-offs and finds of stock without a price leave demand."),
    Rule.DUPLICATE_LINE: N_("A line or a whole order that was entered twice counts once."),
    Rule.CANCELLED_ORDER: N_("A line and the later line that cancels it both leave demand."),
    Rule.RETURN: N_("Goods that came back are shown at their day and never reduce demand."),
    Rule.PRICE_ERROR: N_("A price far from the item's own is replaced by its running median."),
    Rule.BULK_ORDER: N_("An exceptionally large line stays, but does not set the level."),
    Rule.CLOSED_DAY: N_("A day on which nobody sells is marked instead of counted as zero."),
    Rule.STOCK_OUT: N_("A run of zeros too long for the item's rate is marked."),
}


@dataclass(frozen=True, slots=True)
class IntakeParams:
    """Limits of the intake rules.

    Attributes
    ----------
    keep_duplicates : take identical lines as separate sales
    resend_minutes : how soon an identical order of the same customer counts as sent twice
    price_window : lines in the running median of an item's price
    price_limit : factor from the running median that is always suspicious
    bulk_factor : multiple of the item's median line above which a line may be a bulk order
    closed_confidence : how improbable silence must be before a day counts as closed
    stock_out_chance : chance below which a run of zeros counts as out of stock
    stock_out_days : shortest run, in open days, that may count as out of stock
    """

    keep_duplicates: bool = False
    resend_minutes: int = 15
    price_window: int = 31
    price_limit: float = 3.0
    bulk_factor: float = 50.0
    closed_confidence: float = 0.99
    stock_out_chance: float = 1e-5
    stock_out_days: int = 14


def complete_orders(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the lines with exactly the columns of `ORDER_SCHEMA`, absent ones empty.

    Raises
    ------
    InputError
        ``demand.orders.column`` when a required column is absent.
    """
    missing = [name for name in REQUIRED if name not in frame.columns]
    if missing:
        raise InputError(
            "demand.orders.column",
            N_("The orders have no column {columns}."),
            hint=N_("Give order_id, item, quantity and time for every line."),
            columns=", ".join(missing),
        )
    if "source_row" not in frame.columns:
        frame = frame.with_row_index("source_row", offset=1)
    return frame.select(
        pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, kind).alias(name)
        for name, kind in ORDER_SCHEMA.items()
    ).with_columns(pl.col("item").str.strip_chars(), pl.col("order_id").str.strip_chars())
