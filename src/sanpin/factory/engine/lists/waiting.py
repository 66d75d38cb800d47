"""Kernels that propose to wait: where a longest wait or an expiry makes an early start harmful."""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.chance import draw, steps
from sanpin.factory.engine.lists.edits import decide_anew, load_first
from sanpin.factory.engine.lists.layout import FAR, Ints, get, row_of, spot
from sanpin.factory.engine.lists.opening import span

__all__ = ["hold_back", "opens", "stay", "wait"]

BEFORE, BEFORE_END, OTHER, MAX_LAG = at.BEFORE, at.BEFORE_END, at.OTHER, at.MAX_LAG
START, END, WORK, BREACH, EDITS = at.START, at.END, at.WORK, at.BREACH, at.EDITS


@kernel
def _delay(lot: Ints, op: int, delay: int) -> None:
    """Change nothing about an operation but the instant before which it may not start."""
    decide_anew(lot, op, lot[lot[at.L_MODE] + op], lot[lot[at.L_LOAD] + op], delay)


@kernel
def opens(plant: Ints, lot: Ints, op: int, t: int) -> int:
    """Return when an operation with its machine and crew could start from an instant on."""
    record = row_of(lot, at.L_RECORD, op)
    machine = get(plant, at.P_MODE, lot[record + at.CHOSEN], at.MACHINE)
    if machine < 0:
        return t
    calendar = get(plant, at.P_MACHINE, machine, at.CALENDAR)
    for place in range(at.CREW_AT, at.CREW_AT + plant[at.WIDTH]):
        worker = lot[record + place]
        if worker >= 0:
            calendar = plant[spot(plant, at.P_BOTH, calendar, get(plant, at.P_WORKER, worker, 0))]
        if calendar < 0:
            # Members of a load each bring their own, and nobody needs them in one.
            return t
    start, _ = span(
        plant, calendar, get(plant, at.P_OP, op, at.RESUMABLE), t, lot[record + WORK], 0
    )
    return start if start < FAR else t


@kernel
def _push(plant: Ints, lot: Ints, op: int, start: int) -> None:
    """Delay predecessors by what an operation that starts then makes them wait too long."""
    for link in range(get(plant, at.P_OP, op, BEFORE), get(plant, at.P_OP, op, BEFORE_END)):
        other = get(plant, at.P_LINK, link, OTHER)
        record = row_of(lot, at.L_RECORD, other)
        if lot[record + at.CHOSEN] < 0:
            continue
        short = start - lot[record + END] - get(plant, at.P_LINK, link, MAX_LAG)
        if short > 0 and lot[EDITS] < at.MOST_EDITS:
            _delay(lot, other, opens(plant, lot, other, lot[record + START] + short))


@kernel
def stay(plant: Ints, lot: Ints) -> bool:
    """Leave the list as it is: only decisions change; tell whether any has."""
    if lot[EDITS] == 0:
        return False
    first = last = lot[lot[at.L_POSITION] + lot[row_of(lot, at.L_EDIT, 0)]]
    for edit in range(1, lot[EDITS]):
        here = lot[lot[at.L_POSITION] + lot[row_of(lot, at.L_EDIT, edit)]]
        first, last = min(first, here), max(last, here)
    lot[at.FIRST], lot[at.LAST] = load_first(plant, lot, first), last
    for place in range(lot[at.FIRST], last + 1):
        lot[lot[at.L_SEGMENT] + place - lot[at.FIRST]] = lot[lot[at.L_ORDER] + place]
    return True


@kernel
def hold_back(plant: Ints, lot: Ints, op: int) -> bool:
    """Let those start later for which an operation comes too late, and those before them."""
    _push(plant, lot, op, lot[spot(lot, at.L_RECORD, op, START)])
    edit = 0
    while edit < lot[EDITS]:
        other = lot[row_of(lot, at.L_EDIT, edit)]
        _push(plant, lot, other, lot[lot[at.L_DELAY] + other])
        edit += 1
    return stay(plant, lot)


@kernel
def wait(plant: Ints, lot: Ints) -> bool:
    """Hold back what comes before a late operation, or let any one wait a while, or no more."""
    op = draw(lot, plant[at.OPERATIONS])
    for _ in range(12):
        if lot[spot(lot, at.L_RECORD, op, BREACH)] > 0 and hold_back(plant, lot, op):
            return True
        op = draw(lot, plant[at.OPERATIONS])
    record = row_of(lot, at.L_RECORD, op)
    if lot[lot[at.L_DELAY] + op] > 0 and draw(lot, 4) > 0:
        _delay(lot, op, 0)
    else:
        _delay(lot, op, lot[record + START] + steps(lot, 4 + 2 * lot[record + WORK]))
    return stay(plant, lot)
