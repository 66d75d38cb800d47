"""What the portfolio says about each item, computed once per forecast."""

from __future__ import annotations

import numpy as np
import polars as pl

from sanpin.demand.engine.classify import classify, growth
from sanpin.demand.engine.goods import usual_descriptions
from sanpin.demand.model.forecast import Backtest, Forecast
from sanpin.demand.model.panel import Panel

__all__ = ["portfolio_rows"]

_WEEKS = 12
_DAYS = 7
_RECENT = 28


def portfolio_rows(
    sales: pl.DataFrame,
    history: Panel,
    made: Forecast,
    cumulative: pl.DataFrame,
    tested: Backtest,
) -> pl.DataFrame:
    """Return one row per item, the largest revenue of the last 28 days first.

    Columns: item, description, weeks (12 weekly sums), recent (sum of the last 28 days), mean
    (expected sum of the horizon), q0.1, q0.5, q0.9 (of that sum), shape, rmsse, growth, revenue
    (last 28 days), last_sale, share (of that revenue).
    """
    weeks = np.nan_to_num(history.quantity[:, -_WEEKS * _DAYS :])
    weeks = np.pad(weeks, ((0, 0), (max(0, _WEEKS * _DAYS - weeks.shape[1]), 0)))
    sums = weeks.reshape(len(history.items), _WEEKS, _DAYS).sum(axis=2)
    revenue = history.revenue[:, -_RECENT:].sum(axis=1)
    changed = growth(history)
    rows = pl.DataFrame(
        {
            "item": pl.Series(list(history.items), dtype=pl.String),
            "weeks": pl.Series(sums.tolist(), dtype=pl.List(pl.Float64)),
            "recent": np.nansum(history.quantity[:, -_RECENT:], axis=1),
            "mean": made.mean.sum(axis=1),
            "shape": classify(history),
            "rmsse": tested.item_rmsse,
            "growth": changed,
            "revenue": revenue,
            "share": revenue / max(float(revenue.sum()), 1e-12),
        }
    ).with_columns(pl.col("rmsse", "growth").fill_nan(None))
    last = sales.group_by("item").agg(pl.col("time").max().dt.date().alias("last_sale"))
    span = cumulative.filter(pl.col("days") == pl.col("days").max())
    return (
        rows.join(usual_descriptions(sales).rename({"usual": "description"}), on="item", how="left")
        .join(span.select("item", "q0.1", "q0.5", "q0.9"), on="item", how="left")
        .join(last, on="item", how="left")
        .sort(["revenue", "recent", "item"], descending=[True, True, False])
    )
