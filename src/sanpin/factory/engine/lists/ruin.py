"""Kernels that ruin a part of a schedule and build it anew (Schrimpf et al. 2000).

What is taken out are two short stretches of machines that lie close to each other (strings, after
Christiaens and Vanden Berghe 2020); each operation is put where an estimate, of a few places of
chance, is best, as if the others were not there.
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.chance import draw, steps
from sanpin.factory.engine.lists.estimate import estimate
from sanpin.factory.engine.lists.layout import FAR, Floats, Ints, get, row_of
from sanpin.factory.engine.lists.nearby import (
    draw_target,
    is_moved,
    is_plain,
    machine_of,
    near,
    walk,
)
from sanpin.factory.engine.lists.rearrange import add_to, merge

__all__ = ["ruin"]

EDITS, KEY, BLOCK, BLOCK_END = at.EDITS, at.KEY, at.BLOCK, at.BLOCK_END

LONGEST = 4
"""Operations of a stretch."""

TRIES = 6
"""Places that are estimated for each operation."""

NEAR = 16
"""Places of the list per machine within which the second stretch begins."""


@kernel
def _take_out(plant: Ints, lot: Ints, op: int, count: int) -> None:
    """Add a stretch of a machine around an operation to the edits."""
    member = walk(lot, op, -draw(lot, count))
    while member >= 0 and count > 0:
        if is_plain(plant, member, lot[lot[at.L_MODE] + member]) and not is_moved(lot, member):
            add_to(lot, member, 2 * lot[lot[at.L_POSITION] + member])
        member, count = lot[lot[at.L_AFTER_ON] + member], count - 1


@kernel
def _bounds(plant: Ints, lot: Ints, op: int) -> tuple[int, int]:
    """Return the keys between which an operation stands between predecessors and successors."""
    row, position = row_of(plant, at.P_OP, op), lot[at.L_POSITION]
    low, high = -1, FAR
    for link in range(plant[row + at.BEFORE], plant[row + at.BEFORE_END]):
        other = get(plant, at.P_LINK, link, at.OTHER)
        if not is_moved(lot, other):
            low = max(low, 2 * lot[position + other])
    for after in range(plant[row + at.NEXT], plant[row + at.NEXT_END]):
        other = plant[plant[at.P_AFTER] + after]
        if not is_moved(lot, other):
            high = min(high, 2 * lot[position + other] + 1)
    return low, high


@kernel
def _beyond(lot: Ints, side: int, op: int) -> int:
    """Return who comes next to an operation on its machine and stays, -1 for nobody."""
    other = lot[lot[side] + op]
    while other >= 0 and is_moved(lot, other):
        other = lot[lot[side] + other]
    return int(other)


@kernel
def _draw_mode(plant: Ints, lot: Ints, op: int, mode: int) -> int:
    """Return the mode of an operation, or another one that may take its place."""
    row = row_of(plant, at.P_OP, op)
    count = plant[row + at.MODES_END] - plant[row + at.MODES]
    if count > 1 and draw(lot, 2) == 0:
        other = plant[row + at.MODES] + draw(lot, count)
        if is_plain(plant, op, other):
            return int(other)
    return mode


@kernel
def _settle_down(plant: Ints, prices: Floats, lot: Ints, edit: int) -> float:
    """Find a place for one operation; return what it adds to the objective by the estimate."""
    row = row_of(lot, at.L_EDIT, edit)
    op, old = lot[row], lot[lot[at.L_MODE] + lot[row]]
    low, high = _bounds(plant, lot, op)
    lot[BLOCK], lot[BLOCK_END] = edit, edit + 1
    best, best_mode, best_key = 0.0, old, lot[row + KEY]
    for _ in range(TRIES):
        mode = _draw_mode(plant, lot, op, old)
        start = op
        if get(plant, at.P_MODE, mode, at.MACHINE) != machine_of(plant, lot, op):
            start = near(plant, lot, op, get(plant, at.P_MODE, mode, at.MACHINE))
        if start < 0:
            continue
        target = draw_target(plant, lot, op, mode, start)
        key = 2 * lot[lot[at.L_POSITION] + target] + draw(lot, 2)
        if is_moved(lot, target) or key <= low or key >= high:
            continue
        lot[lot[at.L_MODE] + op] = mode
        if key & 1:
            value = estimate(plant, prices, lot, target, _beyond(lot, at.L_AFTER_ON, target))
        else:
            value = estimate(plant, prices, lot, _beyond(lot, at.L_BEFORE_ON, target), target)
        lot[lot[at.L_MODE] + op] = old
        if value < best:
            best, best_mode, best_key = value, mode, key
    lot[lot[at.L_MODE] + op], lot[row + KEY] = best_mode, best_key
    return best


@kernel
def ruin(plant: Ints, prices: Floats, lot: Ints, op: int, limit: float) -> bool:
    """Take a few operations out around one and put each where it seems best."""
    _take_out(plant, lot, op, 1 + steps(lot, LONGEST))
    reach = NEAR * plant[at.MACHINES]
    place = lot[lot[at.L_POSITION] + op] + draw(lot, 2 * reach) - reach
    if 0 <= place < plant[at.OPERATIONS]:
        _take_out(plant, lot, lot[lot[at.L_ORDER] + place], steps(lot, LONGEST))
    lot[at.EFFORT] += 4 * TRIES * lot[EDITS]
    total, moved = 0.0, 0
    for edit in range(lot[EDITS]):
        value = _settle_down(plant, prices, lot, edit)
        total += value
        moved += value < 0
    return moved > 0 and total <= limit and merge(plant, lot)
