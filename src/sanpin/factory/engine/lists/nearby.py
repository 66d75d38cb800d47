"""Kernels that look around in a schedule for what to move, and where to."""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.chance import draw, steps
from sanpin.factory.engine.lists.layout import Floats, Ints, get, row_of, spot

__all__ = [
    "anybody_near",
    "choose",
    "draw_target",
    "fresh",
    "is_moved",
    "is_plain",
    "kin_of",
    "machine_of",
    "mode_on",
    "near",
    "walk",
]

JOB, MODES, MODES_END, MACHINE, CLASS = at.JOB, at.MODES, at.MODES_END, at.MACHINE, at.CLASS

CHAIN = 200
"""Operations of a chain that are looked at."""


@kernel
def machine_of(plant: Ints, lot: Ints, op: int) -> int:
    """Return the machine on which an operation is planned, -1 outside."""
    return int(get(plant, at.P_MODE, lot[lot[at.L_MODE] + op], MACHINE))


@kernel
def _waited_for(plant: Ints, lot: Ints, op: int) -> int:
    """Return who ended last before an operation, in its job or on its machine; -1 for nobody."""
    found = lot[lot[at.L_BEFORE_ON] + op]
    latest = lot[spot(lot, at.L_RECORD, found, at.END)] if found >= 0 else -1
    row = row_of(plant, at.P_OP, op)
    for link in range(plant[row + at.BEFORE], plant[row + at.BEFORE_END]):
        other = get(plant, at.P_LINK, link, at.OTHER)
        record = row_of(lot, at.L_RECORD, other)
        end = lot[record + at.END] + get(plant, at.P_LINK, link, at.MIN_LAG)
        if lot[record + at.CHOSEN] >= 0 and (end > latest or (end == latest and draw(lot, 2) == 0)):
            found, latest = other, end
    return int(found)


@kernel
def critical(plant: Ints, lot: Ints) -> int:
    """Return an operation of the chain that the end of all waits for, -1 where nothing is done."""
    found, latest, ties = -1, -1, 0
    for machine in range(plant[at.MACHINES]):
        op = lot[lot[at.L_LAST_ON] + machine]
        end = lot[spot(lot, at.L_RECORD, op, at.END)] if op >= 0 else -1
        ties = ties + 1 if end == latest else 1
        if end > latest or (end == latest and end >= 0 and draw(lot, ties) == 0):
            found, latest = op, end
    op, seen = found, 1
    while op >= 0 and seen < CHAIN:
        # Each of the chain with the same chance.
        if draw(lot, seen) == 0:
            found = op
        op, seen = _waited_for(plant, lot, op), seen + 1
    return int(found)


@kernel
def choose(plant: Ints, prices: Floats, lot: Ints) -> int:
    """Choose an operation to move: mostly one of a late job, or one that needs a change-over.

    Where the end of all matters and dates do not, every second one is of the chain it waits for.
    """
    count, aim = plant[at.OPERATIONS], plant[at.P_AIM]
    ends = prices[aim + at.MAKESPAN] > 0 and prices[aim + at.TARDINESS] == 0
    if ends and draw(lot, 2) == 0:
        op = critical(plant, lot)
        if op >= 0:
            return op
    op = draw(lot, count)
    if draw(lot, 3) == 0:
        return op
    for _ in range(12):
        job = get(plant, at.P_OP, op, JOB)
        late = lot[lot[at.L_JOB_END] + job] > get(plant, at.P_JOB, job, at.DUE)
        if late or lot[spot(lot, at.L_RECORD, op, at.SETUP)] > 0:
            return op
        op = draw(lot, count)
    return op


@kernel
def near(plant: Ints, lot: Ints, op: int, machine: int) -> int:
    """Return one on a machine that stands near another one in the list and stays, -1 for none."""
    reach = 40 + 4 * plant[at.MACHINES]
    place = lot[lot[at.L_POSITION] + op] + draw(lot, 2 * reach) - reach
    step = 1 if draw(lot, 2) == 0 else -1
    for _ in range(reach):
        if 0 <= place < plant[at.OPERATIONS]:
            other = lot[lot[at.L_ORDER] + place]
            stays = other != op and lot[lot[at.L_FORCED] + other] != lot[at.TRIAL]
            if stays and machine_of(plant, lot, other) == machine:
                return int(other)
        place += step
    return -1


@kernel
def walk(lot: Ints, op: int, step: int) -> int:
    """Return the operation so many steps before (negative) or after another on its machine."""
    found = op
    while step != 0:
        side = at.L_BEFORE_ON if step < 0 else at.L_AFTER_ON
        other = lot[lot[side] + found]
        if other < 0:
            break
        found = other
        step += 1 if step < 0 else -1
    return int(found)


@kernel
def kin_of(plant: Ints, lot: Ints, op: int, mode: int, start: int) -> int:
    """Return an operation of the class of a mode near another one on its machine, -1 for none."""
    wanted = get(plant, at.P_MODE, mode, CLASS)
    back = ahead = start
    for _ in range(16):
        if back >= 0:
            here = get(plant, at.P_MODE, lot[lot[at.L_MODE] + back], CLASS)
            if here == wanted and back != op:
                return int(back)
            back = lot[lot[at.L_BEFORE_ON] + back]
        if ahead >= 0:
            here = get(plant, at.P_MODE, lot[lot[at.L_MODE] + ahead], CLASS)
            if here == wanted and ahead != op:
                return int(ahead)
            ahead = lot[lot[at.L_AFTER_ON] + ahead]
    return -1


@kernel
def mode_on(plant: Ints, lot: Ints, op: int, machine: int) -> int:
    """Return a mode of an operation on a machine, -1 for none."""
    row = row_of(plant, at.P_OP, op)
    count = plant[row + MODES_END] - plant[row + MODES]
    begin = draw(lot, count)
    for step in range(count):
        mode = plant[row + MODES] + (begin + step) % count
        if get(plant, at.P_MODE, mode, MACHINE) == machine:
            return int(mode)
    return -1


@kernel
def fresh(lot: Ints) -> int:
    """Return the label of a load that no other operation has."""
    lot[at.LABEL] += 1
    return int(lot[at.LABEL])


@kernel
def anybody_near(plant: Ints, lot: Ints, op: int) -> int:
    """Return an operation of any machine near another one in the list, or that one.

    The order between machines decides who gets workers, tools, pools and materials first.
    """
    if plant[at.GROUPS] + plant[at.PIECES] + plant[at.POOL_COUNT] + plant[at.MATERIALS] == 0:
        return op
    step = steps(lot, 4 + 2 * plant[at.MACHINES])
    place = lot[lot[at.L_POSITION] + op] + (step if draw(lot, 2) == 0 else -step)
    if place < 0 or place >= plant[at.OPERATIONS]:
        return op
    return int(lot[lot[at.L_ORDER] + place])


@kernel
def is_moved(lot: Ints, op: int) -> bool:
    """Tell whether an operation is one of those whose place or mode this trial changes."""
    return bool(lot[lot[at.L_FORCED] + op] == lot[at.TRIAL])


@kernel
def is_plain(plant: Ints, op: int, mode: int) -> bool:
    """Tell whether a mode is on a machine that is no oven, and fills or drains no tank."""
    machine = get(plant, at.P_MODE, mode, MACHINE)
    return bool(
        machine >= 0
        and get(plant, at.P_MACHINE, machine, at.OVEN) == 0
        and get(plant, at.P_OP, op, at.HOLD) < 0
        and get(plant, at.P_OP, op, at.FREES) == get(plant, at.P_OP, op, at.FREES_END)
    )


@kernel
def draw_target(plant: Ints, lot: Ints, op: int, mode: int, start: int) -> int:
    """Return beside whom an operation could be put: its class, or whoever is near.

    Parameters
    ----------
    start : an operation on the machine of the mode, or the one to be moved
    """
    machine, target = get(plant, at.P_MODE, mode, MACHINE), start
    if get(plant, at.P_MACHINE, machine, at.TABLE) >= 0 and draw(lot, 2) == 0:
        kin = kin_of(plant, lot, op, mode, target)
        target = kin if kin >= 0 else target
    if target == op or draw(lot, 4) == 0:
        step = steps(lot, 12)
        target = walk(lot, target, step if draw(lot, 5) < 2 else -step)
    return int(target)
