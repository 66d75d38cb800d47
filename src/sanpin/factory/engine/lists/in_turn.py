"""Kernel that places one job after the other, each held back so that nothing waits too long.

Rules that look at machines one by one may break longest waits where these are tight; a job that is
placed as a whole can start as late as its last operations need it.
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import entry, kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.layout import FAR, FORBIDDEN, Floats, Ints, get, row_of
from sanpin.factory.engine.lists.opening import span
from sanpin.factory.engine.lists.place import book, change, decide, decide_load, load_end, ready_at
from sanpin.factory.engine.lists.scan import copy_cells, reset
from sanpin.factory.engine.lists.state import supplied_at
from sanpin.factory.engine.lists.waiting import opens

__all__ = ["place_in_turn"]

MODES, MODES_END, MACHINE, DURATION = at.MODES, at.MODES_END, at.MACHINE, at.DURATION
BEFORE, BEFORE_END, OTHER, MAX_LAG = at.BEFORE, at.BEFORE_END, at.OTHER, at.MAX_LAG
START, END, BREACH, CHOSEN = at.START, at.END, at.BREACH, at.CHOSEN

TURNS = 40
"""Times that a job is placed; each holds something of it back that was too early."""

POSTPONED = 50
"""Jobs in a row that are put off because something of them cannot be done yet."""


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
def _no_sooner_than(plant: Ints, lot: Ints, op: int, mode: int, supply: int) -> int:
    """Return an instant before which an operation does not end in a mode, whoever does it."""
    machine, work = get(plant, at.P_MODE, mode, MACHINE), get(plant, at.P_MODE, mode, DURATION)
    if machine < 0:
        return max(ready_at(plant, lot, op, 0)[0], supply) + work
    here = row_of(plant, at.P_MACHINE, machine)
    ready, least, _, _ = ready_at(plant, lot, op, plant[here + at.SITE])
    free = lot[lot[at.L_STATE] + plant[at.AT_MACHINE] + 2 * machine]
    setup = change(plant, lot, machine, mode)
    if setup >= FORBIDDEN:
        return FAR
    resumable = get(plant, at.P_OP, op, at.RESUMABLE) if plant[here + at.OVEN] == 0 else 0
    begin = max(ready, free + setup, supply)
    quickest = -(-work * 100 // plant[at.FASTEST])
    return span(plant, plant[here + at.CALENDAR], resumable, begin, quickest, least)[1]


@kernel
def _decide_best(plant: Ints, lot: Ints, place: int) -> None:
    """Choose the mode in which the operation at a place of the list ends first.

    The most promising one is tried first; of the others only what might end sooner.
    """
    op = lot[lot[at.L_ORDER] + place]
    row, record = row_of(plant, at.P_OP, op), row_of(lot, at.L_RECORD, op)
    best = lot[lot[at.L_MODE] + op]
    if best == plant[row + MODES_END] or plant[row + MODES] + 1 == plant[row + MODES_END]:
        _decide(plant, lot, place, best)
        return
    supply, likely, sooner = supplied_at(plant, lot, op), plant[row + MODES], FAR
    for mode in range(plant[row + MODES], plant[row + MODES_END]):
        end = _no_sooner_than(plant, lot, op, mode, supply)
        if end < sooner:
            likely, sooner = mode, end
    _decide(plant, lot, place, likely)
    best, least, soonest, last = likely, lot[record + BREACH], lot[record + END], likely
    for mode in range(plant[row + MODES], plant[row + MODES_END]):
        if mode == likely:
            continue
        # What breaks nothing and ends sooner than others may is the best; the first among equals.
        if least == 0:
            sooner = _no_sooner_than(plant, lot, op, mode, supply)
            if sooner > soonest or (sooner == soonest and mode > best):
                continue
        _decide(plant, lot, place, mode)
        breach, end, last = lot[record + BREACH], lot[record + END], mode
        if breach < least or (breach == least and (end, mode) < (soonest, best)):
            best, least, soonest = mode, breach, end
    if last != best:
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


@kernel
def _job_end(plant: Ints, lot: Ints, first: int) -> int:
    """Return the place after the last operation of the job that begins at a place of the list."""
    job, end = get(plant, at.P_OP, lot[lot[at.L_ORDER] + first], at.JOB), first
    while (
        end < plant[at.OPERATIONS]
        and get(plant, at.P_OP, lot[lot[at.L_ORDER] + end], at.JOB) == job
    ):
        end += 1
    return end


@kernel
def _fails(lot: Ints, first: int, end: int) -> bool:
    """Tell whether something of a job cannot be done now, however late."""
    for place in range(first, end):
        if lot[row_of(lot, at.L_RECORD, lot[lot[at.L_ORDER] + place]) + BREACH] >= at.IMPOSSIBLE:
            return True
    return False


@kernel
def _postpone(plant: Ints, lot: Ints, first: int, end: int) -> None:
    """Put a job at the end of the list; what comes before may make it possible."""
    for place in range(first, end):
        op = lot[lot[at.L_ORDER] + place]
        lot[lot[at.L_DELAY] + op] = 0
        lot[lot[at.L_SEGMENT] + place - first] = op
        lot[row_of(lot, at.L_RECORD, op) + CHOSEN] = -1
    here = first
    for place in range(end, plant[at.OPERATIONS] + end - first):
        later = place - plant[at.OPERATIONS]
        op = lot[lot[at.L_SEGMENT] + later] if later >= 0 else lot[lot[at.L_ORDER] + place]
        lot[lot[at.L_ORDER] + here] = op
        lot[lot[at.L_POSITION] + op] = here
        here += 1


@kernel
def _work_off(plant: Ints, lot: Ints, goal: int) -> None:
    """Place what stands before a place of the list as it was decided.

    Nothing is chosen anew: neither modes nor loads nor delays change.
    """
    place = 0
    while place < goal:
        end, op = load_end(plant, lot, place), lot[lot[at.L_ORDER] + place]
        mode = lot[lot[at.L_MODE] + op]
        machine = get(plant, at.P_MODE, mode, MACHINE) if mode >= 0 else -1
        if machine >= 0 and get(plant, at.P_MACHINE, machine, at.OVEN) > 0:
            decide_load(plant, lot, place, end)
        else:
            decide(plant, lot, op, mode)
        while place < end:
            op = lot[lot[at.L_ORDER] + place]
            if lot[row_of(lot, at.L_RECORD, op) + CHOSEN] >= 0:
                book(plant, lot, op)
            place += 1


@entry
def place_in_turn(plant: Ints, lot: Ints, worth: Floats, first: int) -> None:
    """Place jobs in the order of the list, in which each stands together.

    Decided are modes and delays; `total` works the list off.

    Parameters
    ----------
    first : place of the first job; what stands before it is placed as it was decided
    """
    reset(plant, lot, worth)
    _work_off(plant, lot, first)
    state, kept = lot[at.L_STATE], row_of(lot, at.L_MARK, plant[at.MARKS] - 1)
    place, postponed = first, 0
    while place < plant[at.OPERATIONS]:
        end = _job_end(plant, lot, place)
        copy_cells(lot, state, kept, plant[at.STATE_SIZE])
        turn = 0
        while _place_job(plant, lot, place, end) and turn < TURNS:
            copy_cells(lot, kept, state, plant[at.STATE_SIZE])
            turn += 1
        if end < plant[at.OPERATIONS] and postponed < POSTPONED and _fails(lot, place, end):
            copy_cells(lot, kept, state, plant[at.STATE_SIZE])
            _postpone(plant, lot, place, end)
            postponed += 1
        else:
            place, postponed = end, 0
