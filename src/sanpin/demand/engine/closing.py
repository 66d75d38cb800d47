"""Days without sales that say nothing about demand: closed days and empty shelves."""

from __future__ import annotations

import numpy as np
import polars as pl

from sanpin.demand.engine.evidence import none
from sanpin.demand.model.orders import CORRECTION_SCHEMA, IntakeParams, Rule

__all__ = ["closed_days", "silent_runs"]


def closed_days(sales: pl.DataFrame, params: IntakeParams) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Find the days on which nobody sells: weekly closing and holidays.

    A silent day counts as closed only when silence is improbable under the orders of the days
    like it (Poisson, ``exp(-rate)``): a shop with three orders a month is never "closed".

    Returns
    -------
    Frame ``date, closed`` of every day from the first to the last sale, and the evidence.
    """
    if sales.is_empty():
        return pl.DataFrame(schema={"date": pl.Date, "closed": pl.Boolean}), none()
    counts = sales.group_by("date").agg(pl.col("order_id").n_unique().alias("orders"))
    first, last = sales["date"].min(), sales["date"].max()
    days = (
        pl.select(pl.date_range(pl.lit(first), pl.lit(last), "1d").alias("date"))
        .join(counts, on="date", how="left")
        .with_columns(pl.col("orders").fill_null(0), pl.col("date").dt.weekday().alias("weekday"))
    )
    usual = pl.col("orders").mean()
    days = days.with_columns(
        usual.over("weekday").alias("rate"),
        pl.col("orders").sum().over("weekday").alias("total"),
        (pl.len().over("weekday") * pl.col("orders").mean()).alias("expected"),
    )
    weekly = (pl.col("total") == 0) & (1 - (-pl.col("expected")).exp() >= params.closed_confidence)
    holiday = (pl.col("orders") == 0) & (1 - (-pl.col("rate")).exp() >= params.closed_confidence)
    sure = 1 - (-pl.max_horizontal("rate", pl.when(pl.col("total") == 0).then("expected"))).exp()
    marked = days.with_columns((weekly | holiday).alias("closed"), sure.alias("confidence"))
    evidence = marked.filter("closed").select(
        _evidence_columns(Rule.CLOSED_DAY, pl.lit(""), pl.col("date"), pl.col("confidence"))
    )
    return marked.select("date", "closed"), evidence


def silent_runs(
    sales: pl.DataFrame, days: pl.DataFrame, params: IntakeParams
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Find runs of open days without a sale that are improbable at the item's own rate.

    With p the share of open days on which the item sells (the run itself left out), a run of
    n open days has chance ``(1 - p)^n``; below `stock_out_chance` the shelf was probably empty.

    Returns
    -------
    Frame ``item, start, end`` (first and last silent day) and the evidence, one row per run.
    """
    open_days = days.filter(~pl.col("closed"))["date"].sort()
    sold = sales.select("item", "date").unique().sort("item", "date")
    place = np.searchsorted(open_days.to_numpy(), sold["date"].to_numpy())
    runs = sold.with_columns(pl.Series("place", place)).with_columns(
        pl.col("place").shift(-1).over("item").alias("next"),
        pl.col("date").shift(-1).over("item").alias("until"),
        pl.len().over("item").alias("selling"),
        pl.col("place").min().over("item").alias("begin"),
        pl.col("place").max().over("item").alias("finish"),
    )
    length = pl.col("next") - pl.col("place") - 1
    rate = pl.col("selling") / (pl.col("finish") - pl.col("begin") + 1 - length)
    chance = (1 - rate.clip(0.0, 0.99)).pow(length)
    runs = runs.filter((length >= params.stock_out_days) & (chance < params.stock_out_chance))
    runs = runs.with_columns(
        (pl.col("date") + pl.duration(days=1)).alias("start"),
        (pl.col("until") - pl.duration(days=1)).alias("end"),
        (1 - chance).alias("confidence"),
    )
    evidence = runs.select(
        _evidence_columns(Rule.STOCK_OUT, pl.col("item"), pl.col("start"), pl.lit(0.6))
    )
    return runs.select("item", "start", "end"), evidence


def _evidence_columns(rule: Rule, item: pl.Expr, date: pl.Expr, sure: pl.Expr) -> list[pl.Expr]:
    """Describe days as evidence: they stand in no source row and change no quantity."""
    values = {
        "source_row": pl.lit(None),
        "rule": pl.lit(rule.value),
        "item": item,
        "date": date,
        "before": pl.lit(0.0),
        "after": pl.lit(None),
        "quantity_delta": pl.lit(0.0),
        "matched_row": pl.lit(None),
        "confidence": sure,
    }
    return [values[name].cast(kind).alias(name) for name, kind in CORRECTION_SCHEMA.items()]
