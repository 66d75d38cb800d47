"""Kernels that propose: which operation goes where."""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.chance import draw, steps
from sanpin.factory.engine.lists.edits import (
    decide_anew,
    load_first,
    load_last,
    move_earlier,
    move_later,
    pick,
)
from sanpin.factory.engine.lists.estimate import estimate
from sanpin.factory.engine.lists.layout import Floats, Ints, get, row_of, spot
from sanpin.factory.engine.lists.partners import add_partners, draw_hold, other_hold
from sanpin.factory.engine.lists.routings import switch_routing
from sanpin.factory.engine.lists.waiting import wait

__all__ = ["propose"]

JOB, MODES, MODES_END, FAMILY, SIZE = at.JOB, at.MODES, at.MODES_END, at.FAMILY, at.SIZE
MACHINE, CLASS, OVEN, TABLE, DUE = at.MACHINE, at.CLASS, at.OVEN, at.TABLE, at.DUE
END, SETUP = at.END, at.SETUP
TRIAL, LABEL, EDITS, FIRST, LAST = at.TRIAL, at.LABEL, at.EDITS, at.FIRST, at.LAST

FARTHEST = 3000
"""Places of the list that a move may span."""


@kernel
def _machine_of(plant: Ints, lot: Ints, op: int) -> int:
    """Return the machine on which an operation is planned, -1 outside."""
    return int(get(plant, at.P_MODE, lot[lot[at.L_MODE] + op], MACHINE))


@kernel
def _choose(plant: Ints, lot: Ints) -> int:
    """Choose an operation to move: mostly one of a late job, or one that needs a change-over."""
    count = plant[at.OPERATIONS]
    op = draw(lot, count)
    if draw(lot, 3) == 0:
        return op
    for _ in range(12):
        job = get(plant, at.P_OP, op, JOB)
        late = lot[lot[at.L_JOB_END] + job] > get(plant, at.P_JOB, job, DUE)
        if late or lot[spot(lot, at.L_RECORD, op, SETUP)] > 0:
            return op
        op = draw(lot, count)
    return op


@kernel
def _near(plant: Ints, lot: Ints, op: int, machine: int) -> int:
    """Return one on a machine that stands near another one in the list and stays, -1 for none."""
    reach = 40 + 4 * plant[at.MACHINES]
    place = lot[lot[at.L_POSITION] + op] + draw(lot, 2 * reach) - reach
    step = 1 if draw(lot, 2) == 0 else -1
    for _ in range(reach):
        if 0 <= place < plant[at.OPERATIONS]:
            other = lot[lot[at.L_ORDER] + place]
            stays = other != op and lot[lot[at.L_FORCED] + other] != lot[TRIAL]
            if stays and _machine_of(plant, lot, other) == machine:
                return int(other)
        place += step
    return -1


@kernel
def _walk(lot: Ints, op: int, step: int) -> int:
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
def _kin(plant: Ints, lot: Ints, op: int, mode: int, start: int) -> int:
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
def _is_hopeless(
    plant: Ints, prices: Floats, lot: Ints, target: int, after: bool, limit: float
) -> bool:
    """Tell whether to put the operations of the edits beside another one seems to cost too much."""
    machine = _machine_of(plant, lot, target)
    old = get(plant, at.P_MODE, lot[row_of(lot, at.L_EDIT, 0) + 1], MACHINE)
    for edit in range(lot[EDITS]):
        if machine != _machine_of(plant, lot, lot[row_of(lot, at.L_EDIT, edit)]):
            return False
    if (
        machine < 0
        or get(plant, at.P_MACHINE, machine, OVEN) > 0
        or (old >= 0 and get(plant, at.P_MACHINE, old, OVEN) > 0)
    ):
        return False
    if after:
        return estimate(plant, prices, lot, target, lot[lot[at.L_AFTER_ON] + target]) > limit
    return estimate(plant, prices, lot, lot[lot[at.L_BEFORE_ON] + target], target) > limit


@kernel
def _put_beside(
    plant: Ints, prices: Floats, lot: Ints, target: int, after: bool, limit: float
) -> bool:
    """Move the operations of the edits beside another one; tell whether the list has changed."""
    if _is_hopeless(plant, prices, lot, target, after, limit):
        return False
    place = lot[lot[at.L_POSITION] + target]
    place = load_last(plant, lot, place) + 1 if after else load_first(plant, lot, place)
    first = last = lot[lot[at.L_POSITION] + lot[row_of(lot, at.L_EDIT, 0)]]
    for edit in range(1, lot[EDITS]):
        here = lot[lot[at.L_POSITION] + lot[row_of(lot, at.L_EDIT, edit)]]
        first, last = min(first, here), max(last, here)
    if place <= first and last - place < FARTHEST:
        for edit in range(lot[EDITS]):
            pick(plant, lot, lot[row_of(lot, at.L_EDIT, edit)], place, True)
        move_earlier(lot, place, last)
    elif place > last and place - first < FARTHEST:
        for edit in range(lot[EDITS]):
            pick(plant, lot, lot[row_of(lot, at.L_EDIT, edit)], place - 1, False)
        move_later(lot, first, place - 1)
    else:
        return False
    return True


@kernel
def _mode_on(plant: Ints, lot: Ints, op: int, machine: int) -> int:
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
def _fresh(lot: Ints) -> int:
    """Return the label of a load that no other operation has."""
    lot[LABEL] += 1
    return int(lot[LABEL])


@kernel
def _load_for(plant: Ints, lot: Ints, op: int, target: int, machine: int) -> int:
    """Return the label for an operation beside another one: mostly the same load, if it may."""
    if (
        get(plant, at.P_MACHINE, machine, OVEN) > 0
        and _machine_of(plant, lot, target) == machine
        and get(plant, at.P_OP, op, FAMILY) == get(plant, at.P_OP, target, FAMILY)
        and draw(lot, 4) > 0
    ):
        return int(lot[lot[at.L_LOAD] + target])
    return _fresh(lot)


@kernel
def _beside(plant: Ints, lot: Ints, op: int) -> int:
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
def _insert(plant: Ints, prices: Floats, lot: Ints, op: int, limit: float) -> bool:
    """Move one operation, to another place or machine, or beside its class."""
    row = row_of(plant, at.P_OP, op)
    mode, count = lot[lot[at.L_MODE] + op], plant[row + MODES_END] - plant[row + MODES]
    target = op
    if count > 1 and draw(lot, 2) == 0:
        mode = plant[row + MODES] + draw(lot, count)
        machine = get(plant, at.P_MODE, mode, MACHINE)
        if machine >= 0 and machine != _machine_of(plant, lot, op):
            target = _near(plant, lot, op, machine)
    machine = get(plant, at.P_MODE, mode, MACHINE)
    if target < 0 or machine < 0:
        # Outside, or on a machine that does nothing near: only the mode changes.
        decide_anew(lot, op, mode, _fresh(lot), 0)
        lot[FIRST] = lot[LAST] = load_first(plant, lot, lot[lot[at.L_POSITION] + op])
        lot[lot[at.L_SEGMENT]] = lot[lot[at.L_ORDER] + lot[FIRST]]
        return True
    if get(plant, at.P_MACHINE, machine, TABLE) >= 0 and draw(lot, 2) == 0:
        kin = _kin(plant, lot, op, mode, target)
        target = kin if kin >= 0 else target
    if target == op or draw(lot, 4) == 0:
        step = steps(lot, 12)
        target = _walk(lot, target, step if draw(lot, 5) < 2 else -step)
    label = _load_for(plant, lot, op, target, machine)
    if target == op:
        target, label = _beside(plant, lot, op), _fresh(lot)
    if target == op:
        return False
    decide_anew(lot, op, mode, label, 0)
    if plant[at.TANKS] > 0 and draw(lot, 3) > 0:
        add_partners(plant, lot)
    after = lot[lot[at.L_POSITION] + target] > lot[lot[at.L_POSITION] + op]
    if lot[lot[at.L_LOAD] + op] != lot[lot[at.L_LOAD] + target] and draw(lot, 4) == 0:
        after = not after
    return _put_beside(plant, prices, lot, target, after, limit)


@kernel
def _run(plant: Ints, prices: Floats, lot: Ints, op: int, limit: float) -> bool:
    """Move a run of one class, or a whole load, beside another run of its machine or elsewhere."""
    mode = lot[lot[at.L_MODE] + op]
    machine = get(plant, at.P_MODE, mode, MACHINE)
    if machine < 0:
        return False
    oven = get(plant, at.P_MACHINE, machine, OVEN) > 0
    wanted = get(plant, at.P_MODE, mode, CLASS)
    goal = machine
    row = row_of(plant, at.P_OP, op)
    if draw(lot, 3) == 0:
        other = plant[row + MODES] + draw(lot, plant[row + MODES_END] - plant[row + MODES])
        goal = get(plant, at.P_MODE, other, MACHINE)
        if goal < 0:
            return False
    label = lot[lot[at.L_LOAD] + op]
    member, end = op, 2 + draw(lot, at.MOST_EDITS - 2)
    last = op
    while member >= 0 and lot[EDITS] < end:
        here = lot[lot[at.L_MODE] + member]
        if get(plant, at.P_MODE, here, CLASS) != wanted:
            break
        if oven and lot[lot[at.L_LOAD] + member] != label:
            break
        there = here if goal == machine else _mode_on(plant, lot, member, goal)
        if there < 0:
            break
        decide_anew(lot, member, there, lot[lot[at.L_LOAD] + member], 0)
        last = member
        member = lot[lot[at.L_AFTER_ON] + member]
    if lot[EDITS] == 0:
        return False
    if goal != machine:
        target = _near(plant, lot, op, goal)
        return target >= 0 and _put_beside(plant, prices, lot, target, draw(lot, 2) == 0, limit)
    if draw(lot, 5) < 3:
        target = _walk(lot, op, -steps(lot, 12))
        return target != op and _put_beside(plant, prices, lot, target, False, limit)
    target = _walk(lot, last, steps(lot, 12))
    return target != last and _put_beside(plant, prices, lot, target, True, limit)


@kernel
def _pour(plant: Ints, prices: Floats, lot: Ints, limit: float) -> bool:
    """Move a hold as a whole, from filling to draining, before or after another of its tank."""
    hold = draw_hold(plant, lot)
    other = other_hold(plant, lot, hold) if hold >= 0 else -1
    if other < 0:
        return False
    op = get(plant, at.P_HOLD, hold, at.HOLDER)
    decide_anew(lot, op, lot[lot[at.L_MODE] + op], _fresh(lot), 0)
    add_partners(plant, lot)
    fills, drains = get(plant, at.P_HOLD, other, at.HOLDER), get(plant, at.P_HOLD, other, at.UNTIL)
    later = lot[lot[at.L_POSITION] + fills] > lot[lot[at.L_POSITION] + op]
    return _put_beside(plant, prices, lot, drains if later else fills, later, limit)


@kernel
def propose(plant: Ints, prices: Floats, lot: Ints, limit: float) -> bool:
    """Rewrite the list by a move of chance; tell whether there is something to try.

    Without a move, decisions may have been noted as edits, which `undo` restores.

    Parameters
    ----------
    limit : what a move may cost by an estimate
    """
    lot[TRIAL] += 1
    lot[EDITS] = 0
    lot[FIRST], lot[LAST] = 0, -1
    if plant[at.TANKS] > 0 and draw(lot, 6) == 0:
        return _pour(plant, prices, lot, limit)
    if plant[at.HASTE] > 0 and draw(lot, 4 * plant[at.OPERATIONS]) < plant[at.HASTE]:
        return wait(plant, lot)
    op = _choose(plant, lot)
    out = lot[lot[at.L_MODE] + op] == get(plant, at.P_OP, op, MODES_END)
    if get(plant, at.P_OP, op, at.OPTIONAL) > 0 and draw(lot, 2 if out else 6) == 0:
        return switch_routing(plant, lot, get(plant, at.P_OP, op, JOB))
    if out:
        return False
    if draw(lot, 4) == 0:
        return _run(plant, prices, lot, op, limit)
    return _insert(plant, prices, lot, op, limit)
