"""Charts of the pages as specs: numbers and words, no look."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from sanpin.base import N_
from sanpin.demand.service.orders import as_of_day
from sanpin.demand.service.queries import Accuracy, ItemView
from sanpin.demand.service.results import forecast_frame, required_forecast
from sanpin.kit.context import Context
from sanpin.kit.i18n import translate

__all__ = ["accuracy_chart", "item_chart", "total_chart"]

_BANDS = (("q0.05", "q0.95", 90), ("q0.1", "q0.9", 80), ("q0.25", "q0.75", 50))
_LONGEST_HISTORY = 112
_SHORTEST_MASK = 3


def item_chart(ctx: Context, view: ItemView) -> dict[str, Any]:
    """Return history and forecast fan of one item, its silent runs hatched."""
    history = view.history.sort("date").tail(_LONGEST_HISTORY)
    spec = _fan(ctx, history.select("date", "quantity"), view.fan.sort("date"))
    return {**spec, "masked": _masked_runs(history)}


def total_chart(ctx: Context) -> dict[str, Any]:
    """Return history and forecast fan of the sum over all items."""
    history = pl.DataFrame(
        required_forecast(ctx).accuracy["history"],
        schema={"date": pl.String, "quantity": pl.Float64},
        orient="row",
    ).with_columns(pl.col("date").str.to_date())
    fan = forecast_frame(ctx, "").sort("date")
    return _fan(ctx, history, fan)


def accuracy_chart(ctx: Context, found: Accuracy) -> dict[str, Any]:
    """Return the error of the forecast and of the seasonal naive one, origin by origin."""
    words = {
        "rmsse": translate(N_("Forecast"), ctx.language),
        "rmsse_naive": translate(N_("Seasonal naive"), ctx.language),
    }
    return {
        "type": "bar",
        "unit": "RMSSE",
        "digits": 3,
        "x": {"values": [one["origin"] for one in found.origins]},
        "series": [
            {"name": words[key], "values": [one[key] for one in found.origins], "colour": colour}
            for key, colour in (("rmsse", "accent"), ("rmsse_naive", "muted"))
        ],
    }


def _fan(ctx: Context, history: pl.DataFrame, fan: pl.DataFrame) -> dict[str, Any]:
    """Return a chart of the past as a line and the future as a line with bands.

    Parameters
    ----------
    history : ``date, quantity``, oldest first
    fan : rows of the forecast, oldest first; levels that it lacks give no band
    """
    language = ctx.language
    past, ahead = [None] * history.height, [None] * fan.height
    bands = [
        {
            "name": translate(N_("{share} % range"), language, share=share),
            "low": [*past, *fan[low].to_list()],
            "high": [*past, *fan[high].to_list()],
        }
        for low, high, share in _BANDS
        if low in fan.columns and high in fan.columns
    ]
    return {
        "type": "fan",
        "unit": translate(N_("pieces per day"), language),
        "digits": 1,
        "x": {"values": [_text(day) for day in [*history["date"], *fan["date"]]]},
        "series": [
            {
                "name": translate(N_("Sold"), language),
                "values": [*history["quantity"].to_list(), *ahead],
                "colour": "ink",
            },
            {
                "name": translate(N_("Expected"), language),
                "values": [*past, *fan["mean"].round(2).to_list()],
                "colour": "accent",
            },
        ],
        "bands": bands,
        "as_of": _text(as_of_day(ctx)),
    }


def _masked_runs(history: pl.DataFrame) -> list[list[str]]:
    """Return first and last day of every run of masked days that is worth a hatch."""
    runs = (
        history.with_columns(pl.col("masked").rle_id().alias("run"))
        .filter("masked")
        .group_by("run", maintain_order=True)
        .agg(
            pl.col("date").first().alias("start"),
            pl.col("date").last().alias("end"),
            pl.len().alias("days"),
        )
        .filter(pl.col("days") >= _SHORTEST_MASK)
    )
    return [[_text(a), _text(b)] for a, b in runs.select("start", "end").iter_rows()]


def _text(day: date) -> str:
    """Write a day as charts expect it."""
    return day.isoformat()
