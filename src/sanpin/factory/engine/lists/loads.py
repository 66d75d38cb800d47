"""Kernels that part a load of an oven, or let a moved one join another."""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.edits import decide_anew, load_last
from sanpin.factory.engine.lists.layout import Ints, get, row_of
from sanpin.factory.engine.lists.nearby import fresh, machine_of
from sanpin.factory.engine.lists.waiting import stay

__all__ = ["join", "part"]

OVEN, FAMILY, EDITS = at.OVEN, at.FAMILY, at.EDITS


@kernel
def _bakes(plant: Ints, lot: Ints, op: int) -> bool:
    """Tell whether an operation is planned in an oven."""
    machine = machine_of(plant, lot, op)
    return machine >= 0 and get(plant, at.P_MACHINE, machine, OVEN) > 0


@kernel
def join(plant: Ints, lot: Ints, target: int) -> None:
    """Let the operations of the edits, which are put beside a load, be of it as far as it has room.

    Who is of another family or machine keeps its own load.
    """
    if not _bakes(plant, lot, target):
        return
    for edit in range(lot[EDITS]):
        op = lot[row_of(lot, at.L_EDIT, edit)]
        if machine_of(plant, lot, op) == machine_of(plant, lot, target) and get(
            plant, at.P_OP, op, FAMILY
        ) == get(plant, at.P_OP, target, FAMILY):
            lot[lot[at.L_LOAD] + op] = lot[lot[at.L_LOAD] + target]


@kernel
def part(plant: Ints, lot: Ints, op: int) -> bool:
    """Make what stands in a load from an operation on a load of its own; tell whether it was not.

    What comes first need then no longer wait for what comes last.
    """
    if not _bakes(plant, lot, op):
        return False
    place = lot[lot[at.L_POSITION] + op]
    last = load_last(plant, lot, place)
    before = lot[lot[at.L_ORDER] + place - 1] if place > 0 else op
    if lot[lot[at.L_LOAD] + before] != lot[lot[at.L_LOAD] + op] or place == 0:
        return False
    label = fresh(lot)
    while place <= last and lot[EDITS] < at.MOST_EDITS:
        member = lot[lot[at.L_ORDER] + place]
        decide_anew(lot, member, lot[lot[at.L_MODE] + member], label, lot[lot[at.L_DELAY] + member])
        place += 1
    return stay(plant, lot)
