"""Shapes of demand: how often an item sells and how much its sales vary."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sanpin.demand.model.panel import Panel

__all__ = ["classify", "growth"]

_INTERVAL_LIMIT = 1.32
_VARIATION_LIMIT = 0.49
_RECENT = 28
_START = 0.1


def classify(panel: Panel) -> list[str]:
    """Return smooth, intermittent, erratic or lumpy for each item, or new with one sale or none.

    By the mean interval between sales (1.32 open periods) and the squared coefficient of
    variation of the sizes (0.49): Syntetos, Boylan and Croston 2005.
    """
    traded = np.nansum(panel.quantity, axis=0) > 0
    quantity = panel.quantity[:, traded]
    sold = quantity > 0
    sales = sold.sum(axis=1)
    lived = (~np.isnan(quantity)).sum(axis=1)
    count = np.maximum(sales, 1)
    average = np.nansum(quantity, axis=1) / count
    squares = np.nansum(np.where(sold, (quantity - average[:, None]) ** 2, 0.0), axis=1) / count
    variation = squares / np.where(average > 0, average, 1.0) ** 2
    often = lived / count < _INTERVAL_LIMIT
    steady = variation < _VARIATION_LIMIT
    names = np.where(
        often, np.where(steady, "smooth", "erratic"), np.where(steady, "intermittent", "lumpy")
    )
    return [str(name) for name in np.where(sales > 1, names, "new")]


def growth(panel: Panel) -> NDArray[np.float64]:
    """Return demand of the last 28 periods over that of the 28 before, minus one.

    NaN where the earlier 28 sold less than a tenth of the later ones: that is a start, no growth.
    """
    recent = np.nansum(panel.quantity[:, -_RECENT:], axis=1)
    before = np.nansum(panel.quantity[:, -2 * _RECENT : -_RECENT], axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(before > _START * recent, recent / np.maximum(before, 1e-12) - 1.0, np.nan)
