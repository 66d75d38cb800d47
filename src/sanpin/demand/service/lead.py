"""Demand over the next days, as planning and the run-out of stock ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sanpin.base import N_, InputError
from sanpin.demand.model.forecast import quantile_column
from sanpin.demand.service.computing import LEAD_LEVELS
from sanpin.demand.service.results import required_forecast
from sanpin.kit.context import Context

__all__ = ["CumulativeDemand", "cumulative_demand", "demand_over"]


@dataclass(frozen=True, slots=True)
class CumulativeDemand:
    """Demand from today up to and including each day.

    Attributes
    ----------
    items : item codes, ascending
    levels : ascending probabilities
    mean : (days, items) expected ordinary demand up to each day
    quantiles : (days, items, levels) quantiles of it, never falling with the days
    """

    items: Sequence[str]
    levels: NDArray[np.float64]
    mean: NDArray[np.float64]
    quantiles: NDArray[np.float64]


def cumulative_demand(ctx: Context, days: int) -> CumulativeDemand:
    """Return the distribution of the demand of the next 1, 2, ... `days` days of every item."""
    frame = _cumulative(ctx, days).filter(pl.col("days") <= days).sort("days", "item")
    items = frame.filter(pl.col("days") == 1)["item"].to_list()
    shape = (days, len(items))
    names = [quantile_column(a) for a in LEAD_LEVELS]
    return CumulativeDemand(
        items=items,
        levels=np.array(LEAD_LEVELS),
        mean=frame["mean"].to_numpy().reshape(shape),
        quantiles=frame.select(names).to_numpy().reshape(*shape, len(names)),
    )


def demand_over(ctx: Context, days: int, quantile: float) -> pl.DataFrame:
    """Return ``item, quantity``: a quantile of each item's demand over the next `days` days.

    The quantile is that of the sum, from what came over as many days after earlier origins; see
    `sanpin.demand.engine.lead`. Between the levels that are kept (.05 to .98) it is interpolated.
    """
    if not LEAD_LEVELS[0] <= quantile <= LEAD_LEVELS[-1]:
        raise InputError(
            "demand.lead.quantile",
            N_("The quantile {quantile} is outside {lowest} to {highest}."),
            hint=N_("Choose a service level in that range."),
            quantile=quantile,
            lowest=LEAD_LEVELS[0],
            highest=LEAD_LEVELS[-1],
        )
    frame = _cumulative(ctx, days).filter(pl.col("days") == days).sort("item")
    values = frame.select([quantile_column(a) for a in LEAD_LEVELS]).to_numpy()
    above = int(np.clip(np.searchsorted(LEAD_LEVELS, quantile), 1, len(LEAD_LEVELS) - 1))
    low, high = LEAD_LEVELS[above - 1], LEAD_LEVELS[above]
    share = (quantile - low) / (high - low)
    quantity = values[:, above - 1] + share * (values[:, above] - values[:, above - 1])
    return pl.DataFrame({"item": frame["item"], "quantity": quantity})


def _cumulative(ctx: Context, days: int) -> pl.DataFrame:
    """Return the kept sums over days, having seen that the forecast reaches that far."""
    known = required_forecast(ctx)
    if not 1 <= days <= known.horizon:
        raise InputError(
            "demand.lead.days",
            N_("The forecast reaches {horizon} days; {days} were asked for."),
            hint=N_("Ask for fewer days, or forecast further."),
            horizon=known.horizon,
            days=days,
        )
    return ctx.lake.read(known.cumulative)
