"""Rolling origins: forecast from earlier days and compare with what came."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from sanpin.demand.engine.forecast import Forecaster
from sanpin.demand.engine.measures import (
    absolute_scale,
    pinball,
    rmsse,
    seasonal_naive,
    squared_scale,
)
from sanpin.demand.model.forecast import Backtest, ForecastParams, OriginScore
from sanpin.demand.model.panel import Panel

__all__ = ["backtest", "judged_items", "last_origins"]

ORIGINS = 6
ORIGIN_STEP = 11
_FEWEST_PERIODS = 56
_FEWEST_SALES = 20
_RECENT = 28
_DEFAULT = ForecastParams()


def last_origins(panel: Panel, horizon: int) -> list[int]:
    """Return up to six origins, as numbers of known periods, the last one a horizon before the end.

    Daily origins lie 11 days apart so that they fall on different weekdays; other panels use a
    third of the horizon.
    """
    step = ORIGIN_STEP if panel.frequency.daily else max(1, horizon // 3)
    fewest = _FEWEST_PERIODS if panel.frequency.daily else 2 * max(panel.frequency.windows)
    last = panel.periods - horizon
    origins = [last - k * step for k in range(ORIGINS)]
    return [origin for origin in reversed(origins) if origin >= fewest]


def judged_items(known: NDArray[np.float64], *, daily: bool) -> NDArray[np.bool_]:
    """Say which rows have enough history to be judged: >= 56 periods and >= 20 selling periods."""
    lived: NDArray[np.int64] = (~np.isnan(known)).sum(axis=1)
    sold: NDArray[np.int64] = (np.nan_to_num(known) > 0).sum(axis=1)
    changed: NDArray[np.bool_] = squared_scale(known) > 0
    fewest = (_FEWEST_PERIODS, _FEWEST_SALES) if daily else (2, 2)
    return np.asarray((lived >= fewest[0]) & (sold >= fewest[1]) & changed)


def backtest(
    panel: Panel,
    params: ForecastParams = _DEFAULT,
    *,
    origins: list[int] | None = None,
) -> Backtest:
    """Score the forecast beside the seasonal naive one from up to six origins.

    Parameters
    ----------
    panel : whole history
    params : as for the forecast; a method change is judged here
    origins : numbers of known periods to forecast from; by default `last_origins`

    Returns
    -------
    Scores per origin, and the RMSSE of each item
    """
    chosen = last_origins(panel, params.horizon) if origins is None else origins
    forecaster = Forecaster(panel, params)
    dropped = panel.periods - forecaster.panel.periods
    errors = np.full((len(panel.items), max(len(chosen), 1)), np.nan)
    scores = []
    for k, origin in enumerate(chosen):
        known = panel.quantity[:, :origin]
        judged = judged_items(known, daily=panel.frequency.daily)
        if not judged.any():
            continue
        scores.append(_score(panel, forecaster, origin, origin - dropped, judged))
        mean = forecaster.expectation(origin - dropped).mean
        came = panel.quantity[:, origin : origin + params.horizon]
        errors[judged, k] = rmsse(came[judged], mean[judged], squared_scale(known[judged]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        item_rmsse = np.nanmean(errors, axis=1)
    return Backtest(
        horizon=params.horizon,
        season=panel.frequency.season,
        levels=params.quantiles,
        origins=tuple(scores),
        items=panel.items,
        item_rmsse=item_rmsse,
    )


def _score(
    panel: Panel, forecaster: Forecaster, origin: int, place: int, judged: NDArray[np.bool_]
) -> OriginScore:
    """Score one origin.

    Parameters
    ----------
    origin : periods known, counted in the whole panel, from which errors are scaled
    place : the same origin in the forecaster's panel, which may leave out very old periods
    judged : (items,) which items have enough history to be judged

    Notes
    -----
    Errors are judged over items with enough history, as published comparisons do; coverage over
    all items sold so far, since every one of them gets quantiles that someone may trust.
    """
    horizon = forecaster.params.horizon
    levels = np.array(forecaster.params.quantiles)
    known = panel.quantity[:, :origin]
    came = np.nan_to_num(panel.quantity[:, origin : origin + horizon])
    made = forecaster.forecast(place)
    naive = seasonal_naive(known, min(panel.frequency.season, origin), horizon)
    scale = squared_scale(known[judged])
    ours = rmsse(came[judged], made.mean[judged], scale)
    theirs = rmsse(came[judged], naive[judged], scale)
    weight = np.nansum(panel.revenue[judged, max(0, origin - _RECENT) : origin], axis=1)
    weight = weight / weight.sum() if weight.sum() > 0 else np.full(len(weight), 1 / len(weight))
    sold = ~np.isnan(known).all(axis=1)
    total = came[sold].sum(axis=0)
    total_scale = squared_scale(np.nansum(known, axis=0)[None])
    absolute = absolute_scale(known[judged])
    demand = max(float(came[judged].sum()), 1e-12)
    total_sold = total > 0
    return OriginScore(
        origin=panel.dates[origin - 1],
        items=int(judged.sum()),
        rmsse=float(ours.mean()),
        rmsse_naive=float(theirs.mean()),
        weighted=float(ours @ weight),
        weighted_naive=float(theirs @ weight),
        total=float(rmsse(total[None], made.total_mean[None], total_scale)[0]),
        total_naive=float(rmsse(total[None], naive[sold].sum(axis=0)[None], total_scale)[0]),
        wape=float(np.abs(came[judged] - made.mean[judged]).sum() / demand),
        wape_naive=float(np.abs(came[judged] - naive[judged]).sum() / demand),
        pinball=float(pinball(came[judged], made.quantiles[judged], levels, absolute).mean()),
        below=_share(came[sold, :, None] < made.quantiles[sold]),
        at_most=_share(came[sold, :, None] <= made.quantiles[sold]),
        total_below=_share((total[:, None] < made.total_quantiles)[total_sold][None]),
    )


def _share(hits: NDArray[np.bool_]) -> tuple[float, ...]:
    """Return the share of hits per level."""
    return tuple(float(v) for v in hits.mean(axis=(0, 1)))
