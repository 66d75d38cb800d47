"""Kernels that mend a schedule made by rules.

Whoever is waited for too long starts later; who is held back for nothing, earlier.
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import entry
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.anneal import PRICE
from sanpin.factory.engine.lists.edits import begin_trial, decide_anew, stretch_first, undo
from sanpin.factory.engine.lists.layout import Floats, Ints, spot
from sanpin.factory.engine.lists.scan import commit, forget, scan
from sanpin.factory.engine.lists.waiting import hold_back, stay

__all__ = ["hurry", "mend"]

SWEEPS = 8
"""Times that the list is gone through; what one delay mends may break another limit."""


@entry
def mend(plant: Ints, prices: Floats, lot: Ints, worth: Floats, effort: int) -> None:
    """Hold back what comes before operations that break limits, as long as that helps.

    Parameters
    ----------
    effort : in operations booked, after which nothing more is tried
    """
    lot[at.EFFORT] = 0
    broken = lot[at.L_VALUE] + at.BROKEN
    for _ in range(SWEEPS):
        before = worth[broken]
        for place in range(plant[at.OPERATIONS]):
            op = lot[lot[at.L_ORDER] + place]
            if lot[spot(lot, at.L_RECORD, op, at.BREACH)] == 0 or lot[at.EFFORT] >= effort:
                continue
            begin_trial(lot)
            if not hold_back(plant, lot, op):
                continue
            first = stretch_first(plant, lot)
            if scan(plant, prices, lot, worth, first, lot[at.LAST], -1e-6, PRICE):
                commit(plant, prices, lot, worth, first)
            else:
                forget(plant, lot, worth)
                undo(lot)
        if worth[broken] == 0 or worth[broken] >= before:
            return


@entry
def hurry(plant: Ints, prices: Floats, lot: Ints, worth: Floats, effort: int) -> None:
    """Hold operations back no more, one after the other, where that does no harm.

    Parameters
    ----------
    effort : in operations booked, after which nothing more is tried
    """
    lot[at.EFFORT] = 0
    for place in range(plant[at.OPERATIONS]):
        op = lot[lot[at.L_ORDER] + place]
        if lot[lot[at.L_DELAY] + op] == 0 or lot[at.EFFORT] >= effort:
            continue
        begin_trial(lot)
        decide_anew(lot, op, lot[lot[at.L_MODE] + op], lot[lot[at.L_LOAD] + op], 0)
        if not stay(plant, lot):
            continue
        first = stretch_first(plant, lot)
        if scan(plant, prices, lot, worth, first, lot[at.LAST], 1e-6, PRICE):
            commit(plant, prices, lot, worth, first)
        else:
            forget(plant, lot, worth)
            undo(lot)
