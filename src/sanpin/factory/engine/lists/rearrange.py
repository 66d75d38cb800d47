"""Kernels that put several operations of a machine into another order at once."""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.chance import steps
from sanpin.factory.engine.lists.edits import decide_anew
from sanpin.factory.engine.lists.estimate import estimate_order
from sanpin.factory.engine.lists.layout import Floats, Ints, get, row_of
from sanpin.factory.engine.lists.nearby import fresh, is_moved, is_plain

__all__ = ["add_to", "merge", "reverse", "swap"]

EDITS, KEY, CLASS = at.EDITS, at.KEY, at.CLASS

LONGEST = 8
"""Operations of a run, and of what is turned round."""


@kernel
def add_to(lot: Ints, op: int, key: int) -> None:
    """Add an operation to the edits, in its mode and with a load of its own."""
    lot[row_of(lot, at.L_EDIT, lot[EDITS]) + KEY] = key
    decide_anew(lot, op, lot[lot[at.L_MODE] + op], fresh(lot), 0)


@kernel
def _sort(lot: Ints) -> None:
    """Sort the edits by their keys; of two with the same key the one noted first stays first."""
    for count in range(1, lot[EDITS]):
        here = count
        while here > 0:
            row = row_of(lot, at.L_EDIT, here)
            if lot[row - at.EDIT_WIDTH + KEY] <= lot[row + KEY]:
                break
            for cell in range(row, row + at.EDIT_WIDTH):
                lot[cell], lot[cell - at.EDIT_WIDTH] = lot[cell - at.EDIT_WIDTH], lot[cell]
            here -= 1


@kernel
def _is_workable(plant: Ints, lot: Ints) -> bool:
    """Tell whether what was put elsewhere stands behind its predecessors, before its successors."""
    position = lot[at.L_POSITION]
    for edit in range(lot[EDITS]):
        op = lot[row_of(lot, at.L_EDIT, edit)]
        row = row_of(plant, at.P_OP, op)
        for link in range(plant[row + at.BEFORE], plant[row + at.BEFORE_END]):
            if lot[position + get(plant, at.P_LINK, link, at.OTHER)] > lot[position + op]:
                return False
        for after in range(plant[row + at.NEXT], plant[row + at.NEXT_END]):
            if lot[position + plant[plant[at.P_AFTER] + after]] < lot[position + op]:
                return False
    return True


@kernel
def merge(plant: Ints, lot: Ints) -> bool:
    """Put the operations of the edits where their keys say; tell whether the list is workable."""
    order, position, segment = lot[at.L_ORDER], lot[at.L_POSITION], lot[at.L_SEGMENT]
    first, last = plant[at.OPERATIONS], -1
    for edit in range(lot[EDITS]):
        row = row_of(lot, at.L_EDIT, edit)
        place = lot[position + lot[row]]
        first, last = min(first, place, lot[row + KEY] >> 1), max(last, place, lot[row + KEY] >> 1)
    if last - first >= at.FARTHEST:
        return False
    _sort(lot)
    lot[at.FIRST], lot[at.LAST] = first, last
    for place in range(first, last + 1):
        lot[segment + place - first] = lot[order + place]
    target, edit = first, 0
    for place in range(first, last + 2):
        while edit < lot[EDITS] and (
            place > last or lot[row_of(lot, at.L_EDIT, edit) + KEY] <= 2 * place
        ):
            op = lot[row_of(lot, at.L_EDIT, edit)]
            lot[order + target], lot[position + op] = op, target
            lot[lot[at.L_PICKED] + op] = lot[at.TRIAL]
            target, edit = target + 1, edit + 1
        if place <= last:
            op = lot[segment + place - first]
            if not is_moved(lot, op):
                lot[order + target], lot[position + op] = op, target
                target += 1
    return _is_workable(plant, lot)


@kernel
def _put_back_to_back(lot: Ints, first: int, last: int, slot: int) -> int:
    """Add a stretch of a machine to the edits; its operations take the places from a slot on.

    Returns
    -------
    The first operation whose place is not taken.
    """
    op = first
    while True:
        add_to(lot, op, 2 * lot[lot[at.L_POSITION] + slot])
        slot = lot[lot[at.L_AFTER_ON] + slot]
        if op == last:
            return int(slot)
        op = lot[lot[at.L_AFTER_ON] + op]


@kernel
def _stretch(plant: Ints, lot: Ints, op: int, most: int, alike: bool) -> int:
    """Return the last of those from an operation on that may be put elsewhere, -1 for none.

    Parameters
    ----------
    alike : whether all must be of the class of the first
    """
    wanted, last = get(plant, at.P_MODE, lot[lot[at.L_MODE] + op], CLASS), -1
    while op >= 0 and most > 0:
        mode = lot[lot[at.L_MODE] + op]
        if not is_plain(plant, op, mode):
            break
        if alike and get(plant, at.P_MODE, mode, CLASS) != wanted:
            break
        last, op, most = op, lot[lot[at.L_AFTER_ON] + op], most - 1
    return int(last)


@kernel
def swap(plant: Ints, prices: Floats, lot: Ints, op: int, limit: float) -> bool:
    """Let two runs of one class each change places on their machine, with what lies between."""
    end = _stretch(plant, lot, op, LONGEST, True)
    if end < 0:
        return False
    between = lot[lot[at.L_AFTER_ON] + end]
    if between < 0:
        return False
    other = between
    for _ in range(steps(lot, LONGEST) - 1):
        following = lot[lot[at.L_AFTER_ON] + other]
        if following < 0 or not is_plain(plant, other, lot[lot[at.L_MODE] + other]):
            break
        other = following
    last = _stretch(plant, lot, other, LONGEST, True)
    if last < 0:
        return False
    slot = _put_back_to_back(lot, other, last, op)
    if other != between:
        slot = _put_back_to_back(lot, between, lot[lot[at.L_BEFORE_ON] + other], slot)
    _put_back_to_back(lot, op, end, slot)
    return estimate_order(plant, prices, lot, op, last) <= limit and merge(plant, lot)


@kernel
def reverse(plant: Ints, prices: Floats, lot: Ints, op: int, limit: float) -> bool:
    """Turn a stretch of a machine round."""
    last = _stretch(plant, lot, op, 1 + steps(lot, LONGEST - 1), False)
    if last < 0 or last == op:
        return False
    member, slot = last, op
    while True:
        add_to(lot, member, 2 * lot[lot[at.L_POSITION] + slot])
        if member == op:
            break
        member, slot = lot[lot[at.L_BEFORE_ON] + member], lot[lot[at.L_AFTER_ON] + slot]
    return estimate_order(plant, prices, lot, op, last) <= limit and merge(plant, lot)
