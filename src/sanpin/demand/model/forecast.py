"""Forecasts with quantiles, and the rolling-origin backtest that says how good they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sanpin.base import N_, InputError

__all__ = ["QUANTILES", "Backtest", "Forecast", "ForecastParams", "OriginScore", "quantile_column"]

QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


def quantile_column(level: float) -> str:
    """Name the column of a quantile, such as ``q0.05``."""
    return f"q{level:g}"


@dataclass(frozen=True, slots=True)
class ForecastParams:
    """How to forecast.

    Attributes
    ----------
    horizon : periods ahead
    quantiles : levels in (0, 1), ascending
    cap : quantile of an item's non-zero history above which a day is capped for the level
    profile_periods : recent periods that form the pooled weekday profile
    history : recent periods that form the distribution
    half_life : age in periods at which a period's weight in the distribution is halved
    prior_weight : weight, in periods, of the distribution pooled over items of like level
    origins, origin_step : how many past origins correct the distribution, periods apart
    trust : share of that correction that is applied
    """

    horizon: int = 28
    quantiles: tuple[float, ...] = QUANTILES
    cap: float = 0.9
    profile_periods: int = 84
    history: int = 182
    half_life: float = 42.0
    prior_weight: float = 20.0
    origins: int = 4
    origin_step: int = 11
    trust: float = 0.5

    def __post_init__(self) -> None:
        """Refuse horizons and levels that mean nothing."""
        if self.horizon < 1:
            raise InputError(
                "demand.forecast.horizon",
                N_("A horizon of {horizon} periods cannot be forecast."),
                hint=N_("Ask for one period or more."),
                horizon=self.horizon,
            )
        levels = self.quantiles
        if not all(0 < a < 1 for a in levels) or list(levels) != sorted(set(levels)):
            raise InputError(
                "demand.forecast.quantiles",
                N_("The quantiles {quantiles} are not ascending numbers between 0 and 1."),
                hint=N_("Give them like .05,.5,.95."),
                quantiles=", ".join(f"{a:g}" for a in levels),
            )


@dataclass(frozen=True, slots=True)
class Forecast:
    """What will probably be demanded.

    Attributes
    ----------
    items : item codes
    dates : (horizon,) dates
    levels : (levels,) quantile levels
    mean : (items, horizon) expected ordinary demand
    quantiles : (items, horizon, levels), never negative, never crossing
    total_mean, total_quantiles : (horizon,) and (horizon, levels) of the sum over all items,
        estimated and calibrated at that level: quantiles of items do not add
    """

    items: Sequence[str]
    dates: NDArray[np.datetime64]
    levels: tuple[float, ...]
    mean: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    total_mean: NDArray[np.float64]
    total_quantiles: NDArray[np.float64]

    def frame(self) -> pl.DataFrame:
        """Return the long frame ``level, item, date, mean, q...``: items first, then the total."""
        horizon = len(self.dates)
        count = len(self.items)
        values = np.concatenate([self.quantiles, self.total_quantiles[None]]).reshape(
            (count + 1) * horizon, len(self.levels)
        )
        mean = np.concatenate([self.mean, self.total_mean[None]]).ravel()
        places = np.repeat(np.arange(count + 1), horizon)
        codes = pl.Series("item", [*self.items, ""], dtype=pl.String)
        return pl.DataFrame(
            {
                "level": pl.Series(["item", "total"], dtype=pl.String).gather(
                    (places == count).astype(np.uint32)
                ),
                "item": codes.gather(places.astype(np.uint32)),
                "date": pl.Series(np.tile(self.dates.astype("datetime64[D]"), count + 1)),
                "mean": mean,
                **{quantile_column(a): values[:, k] for k, a in enumerate(self.levels)},
            }
        )


@dataclass(frozen=True, slots=True)
class OriginScore:
    """How good the forecast from one origin was, beside the seasonal naive one.

    Attributes
    ----------
    origin : last day that the forecast knew
    items : items judged (>= 56 periods and >= 20 selling periods at the origin)
    rmsse, rmsse_naive : mean over items of the root mean squared scaled error
    weighted, weighted_naive : the same, weighted by the revenue of the last 28 periods
    total, total_naive : the same for the sum over all items
    wape, wape_naive : sum of absolute errors over sum of demand
    pinball : mean scaled pinball loss over items, periods and levels
    below, at_most : per level, shares P(y < q) and P(y <= q) over all items forecast
    total_below : per level, share P(y < q) of the total
    """

    origin: np.datetime64
    items: int
    rmsse: float
    rmsse_naive: float
    weighted: float
    weighted_naive: float
    total: float
    total_naive: float
    wape: float
    wape_naive: float
    pinball: float
    below: tuple[float, ...]
    at_most: tuple[float, ...]
    total_below: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Backtest:
    """Scores over rolling origins.

    Attributes
    ----------
    horizon : periods ahead
    season : lag of the seasonal naive forecast
    levels : quantile levels
    origins : one score per origin, oldest first; empty when the history is too short
    items : item codes
    item_rmsse : (items,) mean RMSSE of each item over the origins that judge it, else NaN
    """

    horizon: int
    season: int
    levels: tuple[float, ...]
    origins: tuple[OriginScore, ...]
    items: Sequence[str]
    item_rmsse: NDArray[np.float64]

    def mean(self, name: str) -> float | None:
        """Return the mean of a score over the origins, None when there is none."""
        values = [float(getattr(score, name)) for score in self.origins]
        return float(np.mean(values)) if values else None

    def coverage(self, name: str) -> list[float]:
        """Return the mean of ``below``, ``at_most`` or ``total_below`` per level."""
        if not self.origins:
            return []
        return [float(v) for v in np.mean([getattr(s, name) for s in self.origins], axis=0)]

    def metrics(self) -> dict[str, object]:
        """Return the figures that a Run keeps."""
        names = ("rmsse", "rmsse_naive", "weighted", "weighted_naive", "total", "total_naive")
        figures: dict[str, object] = {
            name: self.mean(name) for name in (*names, "wape", "wape_naive", "pinball")
        }
        figures["rmsse_seasonal_naive"] = figures["rmsse_naive"]
        figures["origins"] = len(self.origins)
        for name in ("below", "at_most", "total_below"):
            figures[f"coverage_{name}"] = self.coverage(name)
        return figures
