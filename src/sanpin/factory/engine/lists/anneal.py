"""Kernel of simulated annealing on lists (Kirkpatrick et al. 1983), with moves and exact trials."""

from __future__ import annotations

from math import inf

from sanpin.factory.engine.compiled import entry, kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.chance import draw, exponential
from sanpin.factory.engine.lists.edits import stretch_first, undo
from sanpin.factory.engine.lists.keep import keep_best
from sanpin.factory.engine.lists.layout import Floats, Ints
from sanpin.factory.engine.lists.moves import propose
from sanpin.factory.engine.lists.scan import commit, forget, scan

__all__ = ["anneal"]

OBJECTIVE, BROKEN, GAIN, BROKEN_GAIN = at.OBJECTIVE, at.BROKEN, at.GAIN, at.BROKEN_GAIN
BEST, BEST_BROKEN = at.BEST, at.BEST_BROKEN

PRICE = 1e5
"""Of a unit of breach, so that a breach is never worth a gain of the objective."""


@kernel
def _is_better(lot: Ints, worth: Floats) -> bool:
    """Tell whether the schedule is better than the best one."""
    here = lot[at.L_VALUE]
    if worth[here + BROKEN] != worth[here + BEST_BROKEN]:
        return bool(worth[here + BROKEN] < worth[here + BEST_BROKEN])
    return bool(worth[here + OBJECTIVE] < worth[here + BEST] - 1e-7)


@kernel
def _keep_before(plant: Ints, lot: Ints, worth: Floats) -> None:
    """Undo a trial, and keep the schedule before it."""
    forget(plant, lot, worth)
    undo(lot)
    keep_best(plant, lot, worth)


@entry
def anneal(plant: Ints, prices: Floats, lot: Ints, worth: Floats, effort: int, heat: float) -> None:
    """Try moves until an effort is spent; the best schedule met is kept.

    Parameters
    ----------
    effort : in operations booked, a measure of time that does not depend on the clock
    heat : temperature; a worsening of that size is accepted once in e times
    """
    lot[at.EFFORT] = 0
    value = lot[at.L_VALUE]
    while lot[at.EFFORT] < effort:
        lot[at.TRIED] += 1
        lot[at.EFFORT] += 12
        limit = heat * exponential(lot)
        # What mends a breach may cost a lot, which an estimate of the objective alone cannot tell.
        broken = worth[value + BROKEN] > 0 and draw(lot, 2) == 0
        if not propose(plant, prices, lot, inf if broken else limit):
            undo(lot)
            continue
        first = stretch_first(plant, lot)
        lot[at.EFFORT] += (lot[at.LAST] - first) // 4
        good = scan(plant, prices, lot, worth, first, lot[at.LAST], limit, PRICE)
        change = worth[value + GAIN] + PRICE * worth[value + BROKEN_GAIN]
        if not good:
            forget(plant, lot, worth)
            undo(lot)
            continue
        if lot[at.BETTER] > 0 and change > 0:
            # The best is about to be left: keep it first. Its list is the one before the trial.
            _keep_before(plant, lot, worth)
            continue
        lot[at.ACCEPTED] += 1
        commit(plant, prices, lot, worth, first)
        if _is_better(lot, worth):
            lot[at.BETTER] = 1
    if lot[at.BETTER] > 0:
        keep_best(plant, lot, worth)
