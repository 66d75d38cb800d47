"""The distribution around an expectation: weighted history, pooled shape, correction.

An item's distribution is that of its own recent demand divided by the period's factor, each
period weighted by its age, joined by the shape pooled over items of like level. Counts are
judged by the non-randomised probability integral transform (Czado, Gneiting and Held 2009): an
observation y spreads evenly between F(y - 1) and F(y). Its average over past forecasts, per
cluster of expected demand, is the map from promised to kept probability; quantiles are read at
the inverse of that map (a conformal correction that keeps counts whole and in order).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "GRID",
    "Atoms",
    "cut_clusters",
    "gather_atoms",
    "identity_maps",
    "invert_maps",
    "kept_probability",
]

GRID = np.linspace(0.0, 1.0, 401)
"""Probabilities at which the maps are kept."""

_BINS = 8
_CLUSTERS = 8
_SHAPE = 40
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Atoms:
    """A discrete distribution per item.

    Attributes
    ----------
    values : (items, atoms) demand per unit of factor, ascending in each row
    weights : (items, atoms) cumulated weight, one at the end
    whole : (items,) whether the item is counted in whole units
    """

    values: NDArray[np.float64]
    weights: NDArray[np.float64]
    whole: NDArray[np.bool_]

    def probability(
        self, row: int | np.intp, low: NDArray[np.float64], high: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the weights below `low` and up to `high` of one item."""
        cumulated = np.concatenate([[0.0], self.weights[row]])
        below = np.searchsorted(self.values[row], low, side="left")
        up_to = np.searchsorted(self.values[row], high, side="right")
        return cumulated[below], cumulated[up_to]

    def quantile(self, row: int | np.intp, levels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return quantiles of one item per unit of factor."""
        place = np.searchsorted(self.weights[row], levels - _TINY)
        return np.asarray(self.values[row][np.minimum(place, self.values.shape[1] - 1)])


def gather_atoms(
    demand: NDArray[np.float64],
    weight: NDArray[np.float64],
    level: NDArray[np.float64],
    prior_weight: float,
    whole: NDArray[np.bool_],
) -> Atoms:
    """Join each item's weighted history with the shape pooled over items of like level.

    Parameters
    ----------
    demand : (items, periods) past demand per unit of factor, NaN where unknown
    weight : (periods,) weight by age
    level : (items,) expected demand per unit of factor
    prior_weight : weight of the pooled shape, in periods
    """
    known = ~np.isnan(demand)
    own = np.where(known, weight, 0.0)
    filled = np.where(known, demand, 0.0)
    shape = _pooled_shape(filled, own, level)
    values = np.concatenate([filled, level[:, None] * shape], axis=1)
    weights = np.concatenate([own, np.full(shape.shape, prior_weight / _SHAPE)], axis=1)
    order = np.argsort(values, axis=1, kind="stable")
    cumulated = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1)
    return Atoms(
        values=np.take_along_axis(values, order, axis=1),
        weights=cumulated / cumulated[:, -1:],
        whole=whole,
    )


def _pooled_shape(
    filled: NDArray[np.float64], own: NDArray[np.float64], level: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return (items, `_SHAPE`) quantiles of demand over level among items of like level."""
    shape = np.zeros((len(level), _SHAPE))
    sold = level > 0
    if not sold.any():
        return shape
    points = (np.arange(_SHAPE) + 0.5) / _SHAPE
    edges = np.quantile(level[sold], np.linspace(0, 1, _BINS + 1)[1:-1])
    place = np.digitize(level, edges)
    for k in range(_BINS):
        members = (place == k) & sold
        if members.any():
            ratios = (filled[members] / level[members, None])[own[members] > 0]
            shape[members] = np.quantile(ratios, points) if len(ratios) else 1.0
    return shape


def kept_probability(
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    cluster: NDArray[np.int64],
    clusters: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sum the transforms of observations per cluster.

    Parameters
    ----------
    low, high : F(y - 1) and F(y) of each observation
    cluster : its cluster

    Returns
    -------
    (clusters, grid) sums of the transform at `GRID`, and (clusters,) counts
    """
    steps = len(GRID) - 1
    start, end = low * steps, np.maximum(high, low + _TINY) * steps
    slope = 1.0 / (end - start)
    bends = np.zeros((clusters, len(GRID) + 2))
    for point, sign in ((start, slope), (end, -slope)):
        whole = np.minimum(point.astype(np.int64), steps)
        part = point - whole
        np.add.at(bends, (cluster, whole + 1), sign * (1 - part))
        np.add.at(bends, (cluster, np.minimum(whole + 2, steps + 2)), sign * part)
    sums = np.cumsum(np.cumsum(bends, axis=1), axis=1)[:, : len(GRID)]
    return sums, np.bincount(cluster, minlength=clusters).astype(np.float64)


def identity_maps(clusters: int) -> NDArray[np.float64]:
    """Return the maps that leave every probability as it is."""
    return np.tile(GRID, (clusters, 1))


def invert_maps(maps: NDArray[np.float64], levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (clusters, levels): the promised probability that keeps each level."""
    rising = np.maximum.accumulate(maps, axis=1) + np.arange(len(GRID)) * 1e-12
    return np.array([np.interp(levels, row, GRID) for row in rising])


def cut_clusters(mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cut expected demand into clusters of equal size; return the edges between them."""
    positive = mean[mean > 0]
    if not len(positive):
        return np.zeros(0)
    return np.unique(np.quantile(positive, np.linspace(0, 1, _CLUSTERS + 1)[1:-1]))
