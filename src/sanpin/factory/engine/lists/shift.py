"""Kernel that moves a whole job in time.

Where the end of a shift or a long wait lies between two places of a job, no single operation of
it is worth moving: all have to be earlier or later together.
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.chance import draw, steps
from sanpin.factory.engine.lists.edits import load_first, load_last
from sanpin.factory.engine.lists.layout import Ints, get, spot
from sanpin.factory.engine.lists.nearby import walk
from sanpin.factory.engine.lists.rearrange import add_to, merge

__all__ = ["shift"]

FARTHEST = 12
"""Neighbours on a machine that an operation passes, at most."""

SPAN = 100
"""Places of the list that a job may lie apart; of wider ones so many fewer are tried, since all
that lies between has to be worked off."""


@kernel
def _start(lot: Ints, place: int) -> int:
    """Return when the operation at a place of the list begins."""
    return int(lot[spot(lot, at.L_RECORD, lot[lot[at.L_ORDER] + place], at.START)])


@kernel
def _key_at(plant: Ints, lot: Ints, op: int, start: int) -> int:
    """Return the key of the place among those that begin about an instant."""
    place, count = lot[lot[at.L_POSITION] + op], plant[at.OPERATIONS]
    if start < _start(lot, place):
        while place > 0 and _start(lot, place - 1) >= start:
            place -= 1
        return 2 * load_first(plant, lot, place)
    while place + 1 < count and _start(lot, place + 1) <= start:
        place += 1
    return 2 * load_last(plant, lot, place) + 1


@kernel
def shift(plant: Ints, lot: Ints, op: int) -> bool:
    """Move all operations of a job so far as one of them has to go to pass some on its machine."""
    step = steps(lot, FARTHEST)
    target = walk(lot, op, -step if draw(lot, 3) > 0 else step)
    way = lot[spot(lot, at.L_RECORD, target, at.START)] - lot[spot(lot, at.L_RECORD, op, at.START)]
    job = get(plant, at.P_OP, op, at.JOB)
    first, end = get(plant, at.P_JOB, job, at.OPS), get(plant, at.P_JOB, job, at.OPS_END)
    if way == 0 or end - first > at.MOST_EDITS:
        return False
    low = high = lot[lot[at.L_POSITION] + op]
    for member in range(first, end):
        low = min(low, lot[lot[at.L_POSITION] + member])
        high = max(high, lot[lot[at.L_POSITION] + member])
    if draw(lot, max(1, high - low)) >= SPAN:
        return False
    for member in range(first, end):
        if lot[lot[at.L_MODE] + member] != get(plant, at.P_OP, member, at.MODES_END):
            start = lot[spot(lot, at.L_RECORD, member, at.START)] + way
            add_to(lot, member, _key_at(plant, lot, member, start))
    return merge(plant, lot)
