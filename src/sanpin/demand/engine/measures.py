"""Scaled errors and losses of forecasts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["absolute_scale", "pinball", "rmsse", "seasonal_naive", "squared_scale"]


def squared_scale(known: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean squared first difference of each row since its first sale.

    The scale of RMSSE (Hyndman and Koehler 2006; M5 guide 2020); NaN marks "not yet sold".
    """
    steps = np.diff(known, axis=1)
    count = (~np.isnan(steps)).sum(axis=1)
    return np.asarray(np.nansum(steps**2, axis=1) / np.maximum(count, 1))


def absolute_scale(known: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean absolute first difference of each row since its first sale."""
    steps = np.abs(np.diff(known, axis=1))
    count = (~np.isnan(steps)).sum(axis=1)
    return np.asarray(np.nansum(steps, axis=1) / np.maximum(count, 1))


def rmsse(
    came: NDArray[np.float64], mean: NDArray[np.float64], scale: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the root mean squared scaled error of each row: ``sqrt(mean((y - f)^2) / scale)``."""
    return np.asarray(np.sqrt(np.mean((came - mean) ** 2, axis=1) / scale))


def pinball(
    came: NDArray[np.float64],
    quantiles: NDArray[np.float64],
    levels: NDArray[np.float64],
    scale: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the scaled pinball loss of each row: mean ``max(a e, (a - 1) e)`` over scale."""
    error = came[:, :, None] - quantiles
    loss = np.maximum(levels * error, (levels - 1) * error).mean(axis=(1, 2))
    return np.asarray(loss / scale)


def seasonal_naive(known: NDArray[np.float64], season: int, horizon: int) -> NDArray[np.float64]:
    """Repeat the last season of each row; what is unknown counts as zero."""
    last = np.nan_to_num(known[:, -season:])
    repeats = -(-horizon // last.shape[1])
    return np.tile(last, (1, repeats))[:, :horizon]
