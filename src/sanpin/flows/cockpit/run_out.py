"""Which items run out, when, and how probable that is: pure arithmetic over quantiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["RunOut", "exceedance", "run_out"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RunOut:
    """Answer per item.

    Attributes
    ----------
    day : first day (0 = today) on which running out is more likely than not, -1 for none
    probability : largest probability of running out on any day of the horizon
    """

    day: NDArray[np.int64]
    probability: Floats


def run_out(stock: Floats, receipts: Floats, demand: Floats, levels: Floats) -> RunOut:
    """Say when stock and receipts no longer cover demand.

    Parameters
    ----------
    stock : pieces on hand, shape (items,)
    receipts : pieces received up to and including each day, shape (days, items)
    demand : quantiles of the demand up to and including each day, shape (days, items, levels)
    levels : ascending probabilities of those quantiles, shape (levels,)

    Notes
    -----
    The chance of being out on a day is P(cumulative demand > stock + cumulative receipts). It is
    taken per day; a receipt that comes later does not undo an earlier run-out.
    """
    days, items = receipts.shape
    chance = np.zeros((days, items))
    for day in range(days):
        chance[day] = exceedance(stock + receipts[day], demand[day], levels)
    likely = chance > 0.5
    first = np.where(likely.any(axis=0), likely.argmax(axis=0), -1).astype(np.int64)
    return RunOut(first, chance.max(axis=0) if days else np.zeros(items))


def exceedance(amount: Floats, quantiles: Floats, levels: Floats) -> Floats:
    """Return P(demand > amount) per item by interpolation between quantiles.

    Parameters
    ----------
    amount : shape (items,)
    quantiles : shape (items, levels), ascending along the last axis
    levels : shape (levels,)

    Notes
    -----
    Below the lowest quantile the distribution falls linearly to zero demand; above the highest
    its tail is taken as exponential with the spacing of the last two quantiles, so that a stock
    far above the highest quantile is safe rather than forever at the last level.
    """
    out = np.empty(len(amount))
    for item, value in enumerate(amount):
        row = quantiles[item]
        if value >= row[-1]:
            out[item] = _tail(value, row, levels)
        elif value < row[0]:
            out[item] = 1.0 - levels[0] * max(value, 0.0) / row[0]
        else:
            # The last quantile not above the value: ties mean probability mass at the value.
            at = int(np.searchsorted(row, value, side="right")) - 1
            share = (value - row[at]) / (row[at + 1] - row[at])
            out[item] = 1.0 - (levels[at] + share * (levels[at + 1] - levels[at]))
    return np.clip(out, 0.0, 1.0)


def _tail(value: float, row: Floats, levels: Floats) -> float:
    """Return P(demand > value) at or above the highest quantile, by an exponential tail.

    The rate is the one at which the last two quantiles decay. Where they are equal, all mass that
    is left sits at that value, and above it there is none.
    """
    beyond = 1.0 - float(levels[-1])
    if len(row) < 2:
        return beyond
    gap = float(row[-1] - row[-2])
    if gap <= 0:
        return beyond if value == row[-1] and value > 0 else 0.0
    rate = np.log((1.0 - levels[-2]) / (1.0 - levels[-1])) / gap
    return beyond * float(np.exp(-rate * (value - row[-1])))
