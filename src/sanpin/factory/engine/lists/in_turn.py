"""Kernel that places one job after the other, each held back so that nothing waits too long.

Rules that look at machines one by one may break longest waits where these are tight; a job that is
placed as a whole can start as late as its last operations need it.
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import entry, kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.layout import FAR, Floats, Ints, get, row_of
from sanpin.factory.engine.lists.place import book, decide, decide_load
from sanpin.factory.engine.lists.scan import copy_cells, reset
from sanpin.factory.engine.lists.waiting import opens

__all__ = ["place_in_turn"]

MODES, MODES_END, MACHINE = at.MODES, at.MODES_END, at.MACHINE
BEFORE, BEFORE_END, OTHER, MAX_LAG = at.BEFORE, at.BEFORE_END, at.OTHER, at.MAX_LAG
START, END, BREACH, CHOSEN = at.START, at.END, at.BREACH, at.CHOSEN

TURNS = 40
"""Times that a job is placed; each holds something of it back that was too early."""


@kernel
def _decide(plant: Ints, lot: Ints, place: int, mode: int) -> None:
    """Find the first start of the operation at a place of the list, in a mode."""
    op = lot[lot[at.L_ORDER] + place]
    lot[lot[at.L_MODE] + op] = mode
    out = mode == get(plant, at.P_OP, op, MODES_END)
    machine = -1 if out else get(plant, at.P_MODE, mode, MACHINE)
    if machine >= 0 and get(plant, at.P_MACHINE, machine, at.OVEN) > 0:
        decide_load(plant, lot, place, place + 1)
    else:
        decide(plant, lot, op, mode)


@kernel
def _decide_best(plant: Ints, lot: Ints, place: int) -> None:
    """Choose the mode in which the operation at a place of the list ends first."""
    op = lot[lot[at.L_ORDER] + place]
    row, record = row_of(plant, at.P_OP, op), row_of(lot, at.L_RECORD, op)
    best = lot[lot[at.L_MODE] + op]
    if best < plant[row + MODES_END]:
        least, soonest = FAR, FAR
        for mode in range(plant[row + MODES], plant[row + MODES_END]):
            _decide(plant, lot, place, mode)
            breach, end = lot[record + BREACH], lot[record + END]
            if breach < least or (breach == least and end < soonest):
                best, least, soonest = mode, breach, end
    _decide(plant, lot, place, best)


@kernel
def _hold_back(plant: Ints, lot: Ints, op: int) -> bool:
    """Let those start later for which an operation comes too late; tell whether there are any."""
    row, start = row_of(plant, at.P_OP, op), lot[row_of(lot, at.L_RECORD, op) + START]
    found = False
    for link in range(plant[row + BEFORE], plant[row + BEFORE_END]):
        other = get(plant, at.P_LINK, link, OTHER)
        record = row_of(lot, at.L_RECORD, other)
        short = start - lot[record + END] - get(plant, at.P_LINK, link, MAX_LAG)
        if lot[record + CHOSEN] >= 0 and short > 0:
            later = opens(plant, lot, other, lot[record + START] + short)
            found = found or later > lot[lot[at.L_DELAY] + other]
            lot[lot[at.L_DELAY] + other] = max(later, lot[lot[at.L_DELAY] + other])
    return found


@kernel
def _place_job(plant: Ints, lot: Ints, first: int, end: int) -> bool:
    """Place a job at the end of its machines; tell whether something of it must be held back."""
    for place in range(first, end):
        op = lot[lot[at.L_ORDER] + place]
        _decide_best(plant, lot, place)
        chosen = lot[row_of(lot, at.L_RECORD, op) + CHOSEN] >= 0
        if chosen and _hold_back(plant, lot, op):
            return True
        if chosen:
            book(plant, lot, op)
    return False


@entry
def place_in_turn(plant: Ints, lot: Ints, worth: Floats) -> None:
    """Place all jobs in the order of the list, in which each stands together.

    Decided are modes and delays; `total` works the list off.
    """
    reset(plant, lot, worth)
    state, kept = lot[at.L_STATE], row_of(lot, at.L_MARK, plant[at.MARKS] - 1)
    place = 0
    while place < plant[at.OPERATIONS]:
        job, end = get(plant, at.P_OP, lot[lot[at.L_ORDER] + place], at.JOB), place
        while (
            end < plant[at.OPERATIONS]
            and get(plant, at.P_OP, lot[lot[at.L_ORDER] + end], at.JOB) == job
        ):
            end += 1
        copy_cells(lot, state, kept, plant[at.STATE_SIZE])
        turn = 0
        while _place_job(plant, lot, place, end) and turn < TURNS:
            copy_cells(lot, kept, state, plant[at.STATE_SIZE])
            turn += 1
        place = end
