"""From the raw lines of an order book to a clean daily panel, with evidence for each change.

For each item, the sum of the readable source quantities plus the sum of ``quantity_delta`` over
the corrections equals the sum of the panel's quantity. Nothing else may change demand.
"""

from __future__ import annotations

import polars as pl

from sanpin.base import N_, InputError
from sanpin.demand.engine.cancellations import drop_cancelled, record_returns
from sanpin.demand.engine.closing import closed_days, silent_runs
from sanpin.demand.engine.duplicates import drop_duplicate_lines, drop_resent_orders
from sanpin.demand.engine.evidence import removed
from sanpin.demand.engine.goods import booking_text, non_product_items, usual_descriptions
from sanpin.demand.engine.outliers import mark_bulk, mend_prices
from sanpin.demand.model.orders import ORDER_SCHEMA, IntakeParams, Rule, complete_orders
from sanpin.demand.model.panel import PANEL_SCHEMA, Intake

__all__ = ["build_panel", "take_in"]

_DESCRIBED_BOOK = 0.5
_DEFAULT = IntakeParams()


def take_in(orders: pl.DataFrame, params: IntakeParams = _DEFAULT) -> Intake:
    """Apply the rules in their order and return the clean panel with all evidence.

    Parameters
    ----------
    orders : order lines; columns of `ORDER_SCHEMA`, the optional ones may be absent
    params : limits of the rules

    Raises
    ------
    InputError
        ``demand.orders.column`` or ``demand.orders.value`` when a required value is absent.
    """
    lines = complete_orders(orders)
    _check_values(lines)
    lines = lines.with_columns(pl.col("time").dt.date().alias("date"))
    evidence = []
    for rule in (_drop_non_products, _drop_adjustments):
        lines, found = rule(lines)
        evidence.append(found)
    if not params.keep_duplicates:
        lines, copies = drop_duplicate_lines(lines)
        lines, resent = drop_resent_orders(lines, params)
        evidence += [copies, resent]
    lines, found = drop_cancelled(lines)
    sales, back, returned = record_returns(lines)
    sales, prices = mend_prices(sales, params)
    sales, bulk = mark_bulk(sales, params)
    days, closed = closed_days(sales, params)
    runs, silent = silent_runs(sales, days, params)
    evidence += [found, returned, prices, bulk, closed, silent]
    return Intake(
        panel=build_panel(sales, back, days, runs),
        corrections=pl.concat(evidence),
        sales=sales.select(*ORDER_SCHEMA, "bulk"),
        returns=back.select(*ORDER_SCHEMA),
        lines=orders.height,
    )


def _check_values(lines: pl.DataFrame) -> None:
    """Refuse lines without a required value; files are checked before, frames may not be."""
    required = ("order_id", "item", "quantity", "time")
    bad = lines.filter(
        pl.any_horizontal(pl.col(required).is_null()) | ~pl.col("quantity").is_finite()
    )
    if bad.height:
        raise InputError(
            "demand.orders.value",
            N_("Row {row} has no order number, item, quantity or time."),
            hint=N_("Fill in the value or take the row out; {count} rows are incomplete."),
            row=bad["source_row"][0],
            count=bad.height,
        )


def _drop_non_products(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Take out the lines of codes that are not goods, whatever their sign or price."""
    found = non_product_items(lines, usual_descriptions(lines))
    gone = lines.join(found, on="item", how="inner", maintain_order="left")
    kept = lines.join(found, on="item", how="anti", maintain_order="left")
    return kept, removed(gone, Rule.NON_PRODUCT, confidence=pl.col("confidence"))


def _drop_adjustments(lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Take out stock bookings: no price and negative, or no price, no customer and an odd text.

    A book without prices or without texts is not judged by what it does not hold.
    """
    free = (pl.col("unit_price") <= 0).fill_null(value=False)
    nobody = pl.col("customer").is_null()
    described = lines.height > 0 and lines["description"].null_count() < (
        _DESCRIBED_BOOK * lines.height
    )
    odd = booking_text() | (pl.col("description").is_null() & pl.lit(described))
    booked = free & ((pl.col("quantity") < 0) | (nobody & odd))
    confidence = pl.when(pl.col("quantity") < 0).then(0.95).otherwise(0.8)
    return (
        lines.filter(~booked),
        removed(lines.filter(booked), Rule.ADJUSTMENT, confidence=confidence),
    )


def build_panel(
    sales: pl.DataFrame, back: pl.DataFrame, days: pl.DataFrame, runs: pl.DataFrame
) -> pl.DataFrame:
    """Sum the corrected lines per item and calendar day.

    Parameters
    ----------
    sales : positive lines with ``bulk``
    back : returned lines, negative quantities
    days : ``date, closed``
    runs : ``item, start, end`` of probable stock-outs
    """
    revenue = (pl.col("quantity") * pl.col("unit_price")).sum()
    known = pl.col("unit_price").is_not_null().any()
    sold = sales.group_by("item", "date").agg(
        pl.col("quantity").sum(),
        pl.col("bulk").sum(),
        pl.when(known).then(revenue).alias("revenue"),
        pl.when(known)
        .then(revenue / pl.col("quantity").filter(pl.col("unit_price").is_not_null()).sum())
        .alias("price"),
        pl.col("order_id").n_unique().cast(pl.Int64).alias("orders"),
        pl.col("customer").drop_nulls().n_unique().cast(pl.Int64).alias("customers"),
    )
    returned = back.group_by("item", "date").agg((-pl.col("quantity")).sum().alias("returned"))
    spans = (
        pl.concat([sold.select("item", "date"), returned.select("item", "date")])
        .group_by("item")
        .agg(pl.col("date").min().alias("begin"))
        .join(
            sold.group_by("item").agg(
                pl.col("date").min().alias("first"), pl.col("date").max().alias("last")
            ),
            on="item",
            how="left",
        )
    )
    if spans.is_empty():
        return pl.DataFrame(schema=PANEL_SCHEMA)
    end = max(value for value in (sold["date"].max(), back["date"].max()) if value is not None)
    grid = (
        spans.sort("item")
        .with_columns(pl.date_ranges("begin", pl.lit(end), "1d").alias("date"))
        .explode("date")
        .join(sold, on=("item", "date"), how="left", maintain_order="left")
        .join(returned, on=("item", "date"), how="left", maintain_order="left")
        .join(days, on="date", how="left", maintain_order="left")
    )
    return _mask(grid, runs).select(pl.col(name).cast(kind) for name, kind in PANEL_SCHEMA.items())


def _mask(grid: pl.DataFrame, runs: pl.DataFrame) -> pl.DataFrame:
    """Mark the zeros that say nothing about demand, and fill what has no sales with zeros.

    A day with a sale is never masked. A zero outside the first and the last sale is "not yet
    sold" or "sold no more?": the reader of the panel decides, as the forecast does.
    """
    silent = (
        runs.with_columns(pl.date_ranges("start", "end", "1d").alias("date"))
        .explode("date")
        .select("item", "date", pl.lit(value=True).alias("silent"))
    )
    outside = pl.col("first").is_null() | ~pl.col("date").is_between("first", "last")
    quiet = pl.col("quantity").fill_null(0.0) == 0
    why = (
        outside | pl.col("closed").fill_null(value=False) | pl.col("silent").fill_null(value=False)
    )
    return grid.join(silent, on=("item", "date"), how="left", maintain_order="left").with_columns(
        (quiet & why).alias("masked"),
        pl.col("quantity", "bulk", "returned").fill_null(0.0),
        pl.col("revenue").fill_null(0.0),
        pl.col("orders", "customers").fill_null(0),
    )
