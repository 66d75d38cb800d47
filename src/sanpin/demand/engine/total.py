"""The total over all items: its own level, profile and calibrated quantiles.

Quantiles of items do not add, and means of capped items leave out exceptional orders. The total
is therefore one series of its own: level times weekday profile, and around it the ratios of what
came to what was expected from earlier origins, with the (n + 1)/n rule of split conformal
prediction (Vovk et al. 2005).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sanpin.demand.engine.levels import expect
from sanpin.demand.model.forecast import ForecastParams
from sanpin.demand.model.panel import Panel

__all__ = ["forecast_total", "total_panel"]

_CAP = 0.98
_WINDOWS = (28, 56)
_ORIGIN_STEP = 7
_ORIGINS = 6
_HALF_LIFE = 28.0
_FEWEST_PERIODS = 14
_FEWEST_RATIOS = 5


def total_panel(panel: Panel) -> Panel:
    """Return the panel of one series that sums all items.

    The sum is smooth where items are not, so its level needs fewer and longer windows, and its
    cap is higher: exceptional orders of single items are a steady part of the total.
    """
    frequency = panel.frequency
    if frequency.daily:
        frequency = replace(frequency, windows=_WINDOWS)
    return replace(
        panel,
        items=[""],
        frequency=frequency,
        quantity=np.nansum(panel.quantity, axis=0)[None],
        revenue=np.nansum(panel.revenue, axis=0)[None],
        silent=np.zeros((1, panel.periods), dtype=bool),
    )


def forecast_total(
    panel: Panel, params: ForecastParams
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (horizon,) mean and (horizon, levels) quantiles of the total.

    Parameters
    ----------
    panel : items as they are known; their sum is the series
    params : horizon and levels; the constants of the total stand in this module
    """
    series = total_panel(panel)
    mean = expect(series, series.periods, params, _CAP).mean[0]
    ratios, weights = _past_ratios(series, params)
    if len(ratios) < _FEWEST_RATIOS:
        ratios, weights = _own_ratios(series)
    spread = _outward_quantiles(ratios, weights, np.array(params.quantiles))
    quantiles = mean[:, None] * spread[None, :]
    known = panel.quantity[~np.isnan(panel.quantity)]
    if (known == np.round(known)).all():
        quantiles = np.round(quantiles)
    return mean, np.maximum(np.sort(quantiles, axis=1), 0.0)


def _past_ratios(
    series: Panel, params: ForecastParams
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what came over what was expected in the open periods after earlier origins.

    The second array holds weights: an origin that is `_HALF_LIFE` older counts half, since the
    season of the year moves the bias of any method without a yearly history.
    """
    ratios, weights = [np.zeros(0)], [np.zeros(0)]
    for k in range(_ORIGINS):
        origin = series.periods - params.horizon - k * _ORIGIN_STEP
        if origin < _FEWEST_PERIODS:
            break
        mean = expect(series, origin, params, _CAP).mean[0]
        came = series.quantity[0, origin : origin + params.horizon]
        usable = (mean > 0) & (came > 0)
        ratios.append(came[usable] / mean[usable])
        weights.append(np.full(int(usable.sum()), 0.5 ** (k * _ORIGIN_STEP / _HALF_LIFE)))
    return np.concatenate(ratios), np.concatenate(weights)


def _own_ratios(series: Panel) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the total's own history over its mean, where it is too short to look back."""
    known = series.quantity[0]
    average = known.mean() if len(known) else 0.0
    ratios = known / average if average > 0 else np.zeros(0)
    return ratios, np.ones(len(ratios))


def _outward_quantiles(
    ratios: NDArray[np.float64], weights: NDArray[np.float64], levels: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return weighted quantiles, moved outward by (n + 1)/n; ones when there are no ratios."""
    if not len(ratios):
        return np.ones(len(levels))
    order = np.argsort(ratios, kind="stable")
    cumulated = np.cumsum(weights[order]) - 0.5 * weights[order]
    outward = 0.5 + (levels - 0.5) * (len(ratios) + 1) / len(ratios)
    return np.interp(outward, cumulated / weights.sum(), ratios[order])
