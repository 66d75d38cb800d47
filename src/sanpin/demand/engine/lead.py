"""Demand over the next days: quantiles of the sum, item by item.

Quantiles of days do not add: a run of good days is likelier than independence says, an item may
die or wake, and one order of a month's stock moves every sum it falls into. The sums are
therefore judged as sums: what came over so many days after earlier origins, divided by what was
expected of them there, pooled over items of like expectation. Those ratios, with the (n + 1)/n
rule of split conformal prediction (Vovk et al. 2005), are the distribution of the next sum.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from sanpin.demand.engine.forecast import Forecaster
from sanpin.demand.engine.spread import cut_clusters

__all__ = ["lead_quantiles"]

_FEWEST_PERIODS = 14
_FEWEST_RATIOS = 20


def lead_quantiles(
    forecaster: Forecaster,
    span: int,
    levels: tuple[float, ...],
    *,
    periods: int | None = None,
    skip: int = 0,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean and the quantiles of each item's demand over the next `span` periods.

    Parameters
    ----------
    forecaster : with a horizon of at least `skip` and `span` together
    span : periods to add up
    levels : quantile levels, ascending
    periods : how much of the history is known; all of it by default
    skip : periods between the end of the history and the first one that counts

    Returns
    -------
    (items,) mean of ordinary demand and (items, levels) quantiles, never negative nor crossing
    """
    known = forecaster.panel.periods if periods is None else periods
    mean = forecaster.expectation(known).mean[:, skip : skip + span].sum(axis=1)
    expected, ratios = _past_ratios(forecaster, known, span, skip)
    if len(ratios) < _FEWEST_RATIOS:
        result = mean[:, None] + _spread_of_days(forecaster, known, span)[:, None] * np.array(
            [NormalDist().inv_cdf(level) for level in levels]
        )
    else:
        result = mean[:, None] * _quantiles_of_like(mean, expected, ratios, np.array(levels))
    result[forecaster.whole] = np.round(result[forecaster.whole])
    return mean, np.sort(np.maximum(result, 0.0), axis=1)


def _past_ratios(
    forecaster: Forecaster, known: int, span: int, skip: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what was expected of the sums after earlier origins, and what came over that."""
    params = forecaster.params
    expected, ratios = [np.zeros(0)], [np.zeros(0)]
    # Spans share their origins, and with them what is expected there, while the history allows.
    back = params.horizon if known - params.horizon >= _FEWEST_PERIODS else skip + span
    for k in range(params.origins):
        origin = known - back - k * params.origin_step
        if origin < _FEWEST_PERIODS:
            break
        mean = forecaster.expectation(origin).mean[:, skip : skip + span].sum(axis=1)
        came = forecaster.panel.quantity[:, origin + skip : origin + skip + span].sum(axis=1)
        usable = (mean > 0) & ~np.isnan(came)
        expected.append(mean[usable])
        ratios.append(came[usable] / mean[usable])
    return np.concatenate(expected), np.concatenate(ratios)


def _quantiles_of_like(
    mean: NDArray[np.float64],
    expected: NDArray[np.float64],
    ratios: NDArray[np.float64],
    levels: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return (items, levels) quantiles of the ratios of items with like expectations."""
    edges = cut_clusters(expected)
    seen, place = np.digitize(expected, edges), np.digitize(mean, edges)
    result = np.ones((len(mean), len(levels)))
    for k in range(len(edges) + 1):
        like = ratios[seen == k]
        pool = like if len(like) >= _FEWEST_RATIOS else ratios
        outward = 0.5 + (levels - 0.5) * (len(pool) + 1) / len(pool)
        result[place == k] = np.quantile(pool, np.clip(outward, 0.0, 1.0))
    return result


def _spread_of_days(forecaster: Forecaster, known: int, span: int) -> NDArray[np.float64]:
    """Return the standard deviation of a sum of independent days, for histories of days only."""
    quantity = forecaster.panel.quantity[:, :known]
    count = np.maximum((~np.isnan(quantity)).sum(axis=1), 1)
    average = np.nansum(quantity, axis=1) / count
    variance = np.nansum((quantity - average[:, None]) ** 2, axis=1) / count
    return np.asarray(np.sqrt(span * variance))
