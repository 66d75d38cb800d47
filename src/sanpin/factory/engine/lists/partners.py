"""Kernels that move what fills a tank together with what drains it."""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.chance import draw
from sanpin.factory.engine.lists.edits import decide_anew
from sanpin.factory.engine.lists.layout import Ints, get, row_of

__all__ = ["add_partners", "draw_hold", "other_hold"]

HELD_FIRST, HELD_END = at.HELD_FIRST, at.HELD_END


@kernel
def _add(lot: Ints, op: int) -> None:
    """Add an operation to the edits, with its mode and a load of its own."""
    if lot[at.EDITS] >= at.MOST_EDITS:
        return
    for edit in range(lot[at.EDITS]):
        if lot[row_of(lot, at.L_EDIT, edit)] == op:
            return
    lot[at.LABEL] += 1
    decide_anew(lot, op, lot[lot[at.L_MODE] + op], lot[at.LABEL], 0)


@kernel
def add_partners(plant: Ints, lot: Ints) -> None:
    """Add to the edits who drains what they fill, who fills what they drain, and so on."""
    edit = 0
    while edit < lot[at.EDITS]:
        op = lot[row_of(lot, at.L_EDIT, edit)]
        hold = get(plant, at.P_OP, op, at.HOLD)
        if hold >= 0:
            _add(lot, get(plant, at.P_HOLD, hold, at.UNTIL))
        for place in range(
            get(plant, at.P_OP, op, at.FREES), get(plant, at.P_OP, op, at.FREES_END)
        ):
            _add(lot, get(plant, at.P_HOLD, plant[plant[at.P_FREED] + place], at.HOLDER))
        edit += 1


@kernel
def draw_hold(plant: Ints, lot: Ints) -> int:
    """Return a hold by chance, each with the same chance; -1 where there are none."""
    holds = get(plant, at.P_TANK, plant[at.TANKS] - 1, HELD_END)
    return draw(lot, holds) if holds > 0 else -1


@kernel
def other_hold(plant: Ints, lot: Ints, hold: int) -> int:
    """Return another hold of the same tank, of some the one nearest in the list; -1 for none."""
    tank = get(plant, at.P_HOLD, hold, at.TANK)
    first = get(plant, at.P_TANK, tank, HELD_FIRST)
    count = get(plant, at.P_TANK, tank, HELD_END) - first
    here = lot[lot[at.L_POSITION] + get(plant, at.P_HOLD, hold, at.HOLDER)]
    best, nearest = -1, at.FAR
    for _ in range(1 + draw(lot, 6)):
        other = first + draw(lot, count)
        away = abs(lot[lot[at.L_POSITION] + get(plant, at.P_HOLD, other, at.HOLDER)] - here)
        if other != hold and away < nearest:
            best, nearest = other, away
    return int(best)
