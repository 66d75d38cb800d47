"""Kernels that propose: which operation goes where."""

from __future__ import annotations

from math import inf

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.chance import draw, steps
from sanpin.factory.engine.lists.edits import (
    begin_trial,
    decide_anew,
    load_first,
    load_last,
    move_earlier,
    move_later,
    pick,
)
from sanpin.factory.engine.lists.estimate import estimate
from sanpin.factory.engine.lists.layout import Floats, Ints, get, row_of, spot
from sanpin.factory.engine.lists.loads import join, part
from sanpin.factory.engine.lists.nearby import (
    anybody_near,
    choose,
    draw_target,
    fresh,
    machine_of,
    mode_on,
    near,
    walk,
)
from sanpin.factory.engine.lists.partners import add_partners, draw_hold, other_hold
from sanpin.factory.engine.lists.rearrange import reverse, swap
from sanpin.factory.engine.lists.reassign import reassign
from sanpin.factory.engine.lists.routings import switch_routing
from sanpin.factory.engine.lists.ruin import ruin
from sanpin.factory.engine.lists.shift import shift
from sanpin.factory.engine.lists.sites import relocate
from sanpin.factory.engine.lists.waiting import hold_back, wait

__all__ = ["insert", "move_run", "propose"]

JOB, MODES, MODES_END, FAMILY = at.JOB, at.MODES, at.MODES_END, at.FAMILY
MACHINE, CLASS, OVEN = at.MACHINE, at.CLASS, at.OVEN
EDITS, FIRST, LAST, FARTHEST = at.EDITS, at.FIRST, at.LAST, at.FARTHEST

KINDS, RUNS, SWAPS, REVERSALS, SHIFTS, CREWS, PARTS = 32, 8, 1, 1, 2, 1, 1
"""Of so many moves, how many are of runs, of two runs that change places, of what is reversed.

And how many are of whole jobs, of who does the work, and of loads that become two.
"""

LOOKED_AT = 256
"""Places of the list that are asked for what breaks limits."""


@kernel
def _is_hopeless(
    plant: Ints, prices: Floats, lot: Ints, target: int, after: bool, limit: float
) -> bool:
    """Tell whether to put the operations of the edits beside another one seems to cost too much."""
    machine = machine_of(plant, lot, target)
    old = get(plant, at.P_MODE, lot[row_of(lot, at.L_EDIT, 0) + 1], MACHINE)
    lot[at.BLOCK], lot[at.BLOCK_END] = 0, lot[EDITS]
    for edit in range(lot[EDITS]):
        if machine != machine_of(plant, lot, lot[row_of(lot, at.L_EDIT, edit)]):
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
def _load_for(plant: Ints, lot: Ints, op: int, target: int, machine: int) -> int:
    """Return the label for an operation beside another one: mostly the same load, if it may."""
    if (
        get(plant, at.P_MACHINE, machine, OVEN) > 0
        and machine_of(plant, lot, target) == machine
        and get(plant, at.P_OP, op, FAMILY) == get(plant, at.P_OP, target, FAMILY)
        and draw(lot, 4) > 0
    ):
        return int(lot[lot[at.L_LOAD] + target])
    return fresh(lot)


@kernel
def insert(plant: Ints, prices: Floats, lot: Ints, op: int, limit: float) -> bool:
    """Move one operation, to another place or machine, or beside its class."""
    row = row_of(plant, at.P_OP, op)
    mode, count = lot[lot[at.L_MODE] + op], plant[row + MODES_END] - plant[row + MODES]
    target = op
    if count > 1 and draw(lot, 2) == 0:
        mode = plant[row + MODES] + draw(lot, count)
        machine = get(plant, at.P_MODE, mode, MACHINE)
        if machine >= 0 and machine != machine_of(plant, lot, op):
            target = near(plant, lot, op, machine)
    machine = get(plant, at.P_MODE, mode, MACHINE)
    if target < 0 or machine < 0:
        # Outside, or on a machine that does nothing near: only the mode changes.
        decide_anew(lot, op, mode, fresh(lot), 0)
        lot[FIRST] = lot[LAST] = load_first(plant, lot, lot[lot[at.L_POSITION] + op])
        lot[lot[at.L_SEGMENT]] = lot[lot[at.L_ORDER] + lot[FIRST]]
        return True
    target = draw_target(plant, lot, op, mode, target)
    label = _load_for(plant, lot, op, target, machine)
    if target == op:
        target, label = anybody_near(plant, lot, op), fresh(lot)
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
def move_run(plant: Ints, prices: Floats, lot: Ints, op: int, limit: float) -> bool:
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
        there = here if goal == machine else mode_on(plant, lot, member, goal)
        if there < 0:
            break
        decide_anew(lot, member, there, lot[lot[at.L_LOAD] + member], 0)
        last = member
        member = lot[lot[at.L_AFTER_ON] + member]
    if lot[EDITS] == 0:
        return False
    if goal != machine:
        after, target = draw(lot, 2) == 0, near(plant, lot, op, goal)
    else:
        after = draw(lot, 5) >= 3
        target = walk(lot, last, steps(lot, 12)) if after else walk(lot, op, -steps(lot, 12))
    if target < 0 or target == (last if after else op):
        return False
    if oven and draw(lot, 2) == 0:
        join(plant, lot, target)
    return _put_beside(plant, prices, lot, target, after, limit)


@kernel
def _pour(plant: Ints, prices: Floats, lot: Ints, limit: float) -> bool:
    """Move a hold as a whole, from filling to draining, before or after another of its tank."""
    hold = draw_hold(plant, lot)
    other = other_hold(plant, lot, hold) if hold >= 0 else -1
    if other < 0:
        return False
    op = get(plant, at.P_HOLD, hold, at.HOLDER)
    decide_anew(lot, op, lot[lot[at.L_MODE] + op], fresh(lot), 0)
    add_partners(plant, lot)
    fills, drains = get(plant, at.P_HOLD, other, at.HOLDER), get(plant, at.P_HOLD, other, at.UNTIL)
    later = lot[lot[at.L_POSITION] + fills] > lot[lot[at.L_POSITION] + op]
    return _put_beside(plant, prices, lot, drains if later else fills, later, limit)


@kernel
def _broken(plant: Ints, lot: Ints) -> int:
    """Return an operation that breaks a limit, of some behind each other; -1 for none."""
    place = draw(lot, plant[at.OPERATIONS])
    for _ in range(LOOKED_AT):
        op = lot[lot[at.L_ORDER] + place]
        if lot[spot(lot, at.L_RECORD, op, at.BREACH)] > 0:
            return int(op)
        place = place + 1 if place + 1 < plant[at.OPERATIONS] else 0
    return -1


@kernel
def propose(plant: Ints, prices: Floats, lot: Ints, limit: float) -> bool:
    """Rewrite the list by a move of chance; tell whether there is something to try.

    Without a move, decisions may have been noted as edits, which `undo` restores.

    Parameters
    ----------
    limit : what a move may cost by an estimate; without one, what breaks limits is moved
    """
    begin_trial(lot)
    broken = _broken(plant, lot) if limit == inf else -1
    if broken >= 0 and draw(lot, 2) == 0 and hold_back(plant, lot, broken):
        return True
    if broken >= 0:
        return insert(plant, prices, lot, broken, limit)
    if plant[at.TANKS] > 0 and draw(lot, 6) == 0:
        return _pour(plant, prices, lot, limit)
    if plant[at.HASTE] > 0 and draw(lot, 4 * plant[at.OPERATIONS]) < plant[at.HASTE]:
        return wait(plant, lot)
    op = choose(plant, prices, lot)
    out = lot[lot[at.L_MODE] + op] == get(plant, at.P_OP, op, MODES_END)
    if get(plant, at.P_OP, op, at.OPTIONAL) > 0 and draw(lot, 2 if out else 6) == 0:
        return switch_routing(plant, lot, get(plant, at.P_OP, op, JOB))
    if out:
        return False
    kind = draw(lot, KINDS)
    if kind < RUNS:
        return move_run(plant, prices, lot, op, limit)
    if kind < RUNS + SWAPS:
        return swap(plant, prices, lot, op, limit)
    if kind < RUNS + SWAPS + REVERSALS:
        return reverse(plant, prices, lot, op, limit)
    if kind < RUNS + SWAPS + REVERSALS + lot[at.RUINS]:
        return ruin(plant, prices, lot, op, limit)
    if kind < RUNS + SWAPS + REVERSALS + lot[at.RUINS] + SHIFTS:
        return shift(plant, lot, op)
    rest = KINDS - 1 - kind
    if rest == 0 and relocate(plant, lot, op):
        return True
    if 0 < rest <= CREWS and reassign(plant, lot, op):
        return True
    if CREWS < rest <= CREWS + PARTS and part(plant, lot, op):
        return True
    return insert(plant, prices, lot, op, limit)
