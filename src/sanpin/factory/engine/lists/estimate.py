"""Kernels that estimate what a move does to the machines it touches, before it is tried.

What is moved, and those after it at its new and at its old place, are given the starts that their
machine, predecessors and calendars allow; workers, tools, stocks and pools are left out of account.
From the ends follow what the jobs would cost. Most moves are so bad that this tells.
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.guess import loss
from sanpin.factory.engine.lists.layout import FAR, Floats, Ints, get, row_of
from sanpin.factory.engine.lists.nearby import is_moved
from sanpin.factory.engine.lists.opening import fits_at, span
from sanpin.factory.engine.lists.place import ready_at

__all__ = ["estimate", "estimate_order"]

MACHINE, CLASS, TABLE = at.MACHINE, at.CLASS, at.TABLE
END, SETUP, OPEN, WORK, CHOSEN = at.END, at.SETUP, at.OPEN, at.WORK, at.CHOSEN

REACH = 24
"""Operations after a place that are looked at."""

NOWHERE = -2

NOTHING = -1
"""Class of a machine that has done nothing yet."""


@kernel
def _change_between(plant: Ints, machine: int, before: int, after: int) -> int:
    """Return the length of a change-over between two classes, without cleaning."""
    table = get(plant, at.P_MACHINE, machine, TABLE)
    if table < 0 or before == NOTHING:
        return 0
    row = get(plant, at.P_TABLE, table, at.LENGTHS)
    row += before * get(plant, at.P_TABLE, table, at.CLASSES)
    return int(plant[plant[at.P_LENGTH] + row + after])


@kernel
def _end_on(plant: Ints, lot: Ints, op: int, mode: int, free: int, change: int) -> int:
    """Return when an operation would end on a machine that is free, after a change-over."""
    record, machine = row_of(lot, at.L_RECORD, op), get(plant, at.P_MODE, mode, MACHINE)
    ready, least, _, _ = ready_at(plant, lot, op, get(plant, at.P_MACHINE, machine, at.SITE))
    calendar = get(plant, at.P_MACHINE, machine, at.CALENDAR)
    work, rests = get(plant, at.P_MODE, mode, at.DURATION), get(plant, at.P_OP, op, at.RESUMABLE)
    if lot[record + CHOSEN] == mode:
        work = lot[record + WORK]
        if rests > 0 and lot[record + OPEN] >= 0:
            calendar = lot[record + OPEN]
    if change > 0:
        open_hours = get(plant, at.P_MACHINE, machine, at.CALENDAR)
        free = fits_at(plant, open_hours, free, change) + change
    _, end = span(plant, calendar, rests, max(ready, free), work, least)
    return end if end < FAR else FAR >> 8


@kernel
def _kind_of(plant: Ints, lot: Ints, machine: int, op: int) -> int:
    """Return the class of a machine after an operation, or at the beginning."""
    if op >= 0:
        return get(plant, at.P_MODE, lot[row_of(lot, at.L_RECORD, op) + CHOSEN], CLASS)
    return get(plant, at.P_MACHINE, machine, at.INITIAL)


@kernel
def _left_by(plant: Ints, lot: Ints, machine: int, op: int) -> tuple[int, int]:
    """Return when and with which class a machine is left by whoever comes before an operation.

    -1 stands for the end of all.
    """
    before = lot[lot[at.L_BEFORE_ON] + op] if op >= 0 else lot[lot[at.L_LAST_ON] + machine]
    while before >= 0 and is_moved(lot, before):
        before = lot[lot[at.L_BEFORE_ON] + before]
    free = lot[row_of(lot, at.L_RECORD, before) + END] if before >= 0 else 0
    return free, _kind_of(plant, lot, machine, before)


@kernel
def _dearer(plant: Ints, prices: Floats, lot: Ints, edit: int) -> float:
    """Return what an edit adds to the price of modes."""
    row, price = row_of(lot, at.L_EDIT, edit), plant[at.P_PRICE]
    mode = lot[lot[at.L_MODE] + lot[row]]
    dearer = prices[price + mode] - prices[price + lot[row + 1]]
    return float(prices[plant[at.P_AIM] + at.COST] * dearer)


@kernel
def _put_block(
    plant: Ints, prices: Floats, lot: Ints, free: int, kind: int
) -> tuple[float, int, int]:
    """Let a machine do what is moved; return what that adds, and its end and class then."""
    machine = get(
        plant, at.P_MODE, lot[lot[at.L_MODE] + lot[row_of(lot, at.L_EDIT, lot[at.BLOCK])]], MACHINE
    )
    total, weight = 0.0, prices[plant[at.P_AIM] + at.SETUP_TERM]
    for edit in range(lot[at.BLOCK], lot[at.BLOCK_END]):
        op = lot[row_of(lot, at.L_EDIT, edit)]
        mode, record = lot[lot[at.L_MODE] + op], row_of(lot, at.L_RECORD, op)
        change = _change_between(plant, machine, kind, get(plant, at.P_MODE, mode, CLASS))
        free, kind = (
            _end_on(plant, lot, op, mode, free, change),
            get(plant, at.P_MODE, mode, CLASS),
        )
        total += weight * (change - lot[record + SETUP]) + _dearer(plant, prices, lot, edit)
        total += loss(plant, prices, lot, op, free - lot[record + END])
    return total, free, kind


@kernel
def _follow(
    plant: Ints, prices: Floats, lot: Ints, machine: int, here: tuple[int, int, int, int]
) -> tuple[float, bool]:
    """Return what changes for those who come next on a machine, and whether those moved were met.

    Parameters
    ----------
    here : the first of them; before which one those are put that are moved, `NOWHERE` if they are
        not; from when the machine is free, and its class then
    """
    op, goal, free, kind = here
    total, met, weight = 0.0, False, prices[plant[at.P_AIM] + at.SETUP_TERM]
    for _ in range(REACH):
        while op >= 0 and is_moved(lot, op):
            op, met = lot[lot[at.L_AFTER_ON] + op], True
        if op == goal:
            more, free, kind = _put_block(plant, prices, lot, free, kind)
            total, goal = total + more, NOWHERE
            continue
        if op < 0:
            break
        mode, record = lot[lot[at.L_MODE] + op], row_of(lot, at.L_RECORD, op)
        change = _change_between(plant, machine, kind, get(plant, at.P_MODE, mode, CLASS))
        end = _end_on(plant, lot, op, mode, free, change)
        total += weight * (change - lot[record + SETUP])
        total += loss(plant, prices, lot, op, end - lot[record + END])
        free, kind = end, get(plant, at.P_MODE, mode, CLASS)
        op = lot[lot[at.L_AFTER_ON] + op]
        if end == lot[record + END]:
            if goal == NOWHERE:
                break
            # All stays as it is up to where those are put that are moved.
            op = goal
            free, kind = _left_by(plant, lot, machine, goal)
    return total, met


@kernel
def estimate(plant: Ints, prices: Floats, lot: Ints, before: int, after: int) -> float:
    """Return about what the move of a block of edits adds to the objective.

    Parameters
    ----------
    before, after : between whom the operations of the block are put on a machine, -1 for nobody
    """
    row = row_of(lot, at.L_EDIT, lot[at.BLOCK])
    first, last = lot[row], lot[row_of(lot, at.L_EDIT, lot[at.BLOCK_END] - 1)]
    machine = get(plant, at.P_MODE, lot[lot[at.L_MODE] + first], MACHINE)
    old = get(plant, at.P_MODE, lot[row + 1], MACHINE)
    if (before >= 0 and is_moved(lot, before)) or (after >= 0 and is_moved(lot, after)):
        # It stays between the same two.
        return 0.0
    position = lot[at.L_POSITION]
    total, met = 0.0, False
    if old == machine and before >= 0 and lot[position + before] > lot[position + first]:
        # It goes later: who came after it is looked at first.
        free, kind = _left_by(plant, lot, machine, first)
        following = lot[lot[at.L_AFTER_ON] + last]
        total, met = _follow(plant, prices, lot, machine, (following, after, free, kind))
        return total
    free = lot[row_of(lot, at.L_RECORD, before) + END] if before >= 0 else 0
    kind = _kind_of(plant, lot, machine, before)
    total, met = _follow(plant, prices, lot, machine, (after, after, free, kind))
    if old >= 0 and not met:
        free, kind = _left_by(plant, lot, old, first)
        following = lot[lot[at.L_AFTER_ON] + last]
        more, met = _follow(plant, prices, lot, old, (following, NOWHERE, free, kind))
        total += more
    return total


@kernel
def estimate_order(plant: Ints, prices: Floats, lot: Ints, first: int, last: int) -> float:
    """Return about what it adds to the objective to do a stretch of a machine in another order.

    Parameters
    ----------
    first, last : who began the stretch and who ended it so far; the edits stand in the new order
    """
    machine = get(plant, at.P_MODE, lot[lot[at.L_MODE] + first], MACHINE)
    lot[at.BLOCK], lot[at.BLOCK_END] = 0, lot[at.EDITS]
    free, kind = _left_by(plant, lot, machine, first)
    total, free, kind = _put_block(plant, prices, lot, free, kind)
    following = lot[lot[at.L_AFTER_ON] + last]
    more, _ = _follow(plant, prices, lot, machine, (following, NOWHERE, free, kind))
    return total + more
