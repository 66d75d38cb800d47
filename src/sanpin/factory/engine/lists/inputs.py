"""Kernels that hash all that an operation looks at when it is placed.

There are two hashes: one that is soon told and differs as soon as anybody of a group of workers is
free at another time, and a closer one, in which only those count who are free in time. The closer
one is asked for only when the first differs: it looks at everybody of the group.
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.cleaning import cleaning_inputs
from sanpin.factory.engine.lists.layout import Ints, get, row_of
from sanpin.factory.engine.lists.state import salted
from sanpin.factory.engine.lists.tanks import tank_inputs

__all__ = ["load_inputs"]

MACHINE, GROUP, TOOL, USES, USES_END = at.MACHINE, at.GROUP, at.TOOL, at.USES, at.USES_END
AT_MACHINE, AT_WORKER, AT_PIECE = at.AT_MACHINE, at.AT_WORKER, at.AT_PIECE
AT_GROUP, AT_USED, CREW_AT, WIDTH = at.AT_GROUP, at.AT_USED, at.CREW_AT, at.WIDTH
SEEN = at.SEEN

BY_OP, BY_MODE, BY_DELAY = -7046029254386353131, -4658895280553007687, -7723592293110705685
"""Factors of chance, as each cell of the state has one."""


@kernel
def _group_inputs(plant: Ints, lot: Ints, record: int, group: int) -> int:
    """Hash when each of a group is free, as far as that matters for an operation.

    Who was free before the work could start is as good as who is free then, and who is free after
    it was done could not have been taken.
    """
    hashed, salt, state = 0, plant[at.P_SALT] + plant[AT_WORKER], lot[at.L_STATE] + plant[AT_WORKER]
    seen, end = lot[record + SEEN], max(lot[record + SEEN], lot[record + at.SEEN_TO])
    for row in range(get(plant, at.P_GROUP, group, 0), get(plant, at.P_GROUP, group, 1)):
        worker = get(plant, at.P_ABLE, row, 0)
        hashed += min(end, max(seen, lot[state + worker])) * plant[salt + worker]
    return hashed


@kernel
def _inputs(plant: Ints, lot: Ints, op: int, closely: bool) -> int:
    """Hash what an operation looks at when it is placed in its mode."""
    mode = lot[lot[at.L_MODE] + op]
    hashed = (op + 1) * BY_OP + mode * BY_MODE + lot[lot[at.L_DELAY] + op] * BY_DELAY
    if mode == get(plant, at.P_OP, op, at.MODES_END):
        return int(hashed)
    record, state, salt = row_of(lot, at.L_RECORD, op), lot[at.L_STATE], plant[at.P_SALT]
    machine = get(plant, at.P_MODE, mode, MACHINE)
    if machine >= 0:
        here = plant[AT_MACHINE] + 2 * machine
        hashed += salted(plant, lot, here) + salted(plant, lot, here + 1)
        hashed += cleaning_inputs(plant, lot, machine)
    if lot[record + at.LOOKED] > 0:
        group = get(plant, at.P_MODE, mode, GROUP)
        if closely:
            hashed += _group_inputs(plant, lot, record, group)
        else:
            hashed += lot[state + plant[AT_GROUP] + group]
    setters = get(plant, at.P_MODE, mode, at.SETTERS)
    if setters >= 0 and lot[record + at.SETUP] > 0:
        hashed += lot[state + plant[AT_GROUP] + setters]
    for column in range(record + CREW_AT, record + CREW_AT + plant[WIDTH]):
        if lot[column] >= 0:
            # Since when a worker is free does not matter before machine and work are there.
            here = plant[AT_WORKER] + lot[column]
            hashed += max(lot[state + here], lot[record + SEEN]) * plant[salt + here]
    tool = get(plant, at.P_OP, op, TOOL)
    if tool >= 0:
        first = plant[AT_PIECE] + get(plant, at.P_TOOL, tool, 0)
        for here in range(first, first + get(plant, at.P_TOOL, tool, 1)):
            hashed += salted(plant, lot, here)
    for row in range(get(plant, at.P_OP, op, USES), get(plant, at.P_OP, op, USES_END)):
        material = get(plant, at.P_NEED, row, 0)
        hashed += salted(plant, lot, plant[AT_USED] + material)
        hashed += lot[state + plant[at.AT_MADE] + material]
    if plant[at.TANKS] > 0:
        hashed += tank_inputs(plant, lot, op)
    return int(hashed)


@kernel
def load_inputs(plant: Ints, lot: Ints, first: int, last: int, closely: bool) -> int:
    """Hash what the members of a load look at, one after the other in the list."""
    hashed = 0
    for place in range(first, last):
        hashed += _inputs(plant, lot, lot[lot[at.L_ORDER] + place], closely)
    return hashed
