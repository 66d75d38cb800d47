"""Kernels that rewrite a stretch of the list, and undo it.

What is moved takes along what must stay before it (or after it): predecessors that would come to
lie behind, members of a load of theirs included, so that every rewriting keeps a list workable.
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.layout import Ints, get, row_of, spot

__all__ = [
    "begin_trial",
    "decide_anew",
    "load_first",
    "load_last",
    "move_earlier",
    "move_later",
    "pick",
    "stretch_first",
    "undo",
]

BEFORE, BEFORE_END, NEXT, NEXT_END = at.BEFORE, at.BEFORE_END, at.NEXT, at.NEXT_END
FIRST, LAST, EDITS, TRIAL = at.FIRST, at.LAST, at.EDITS, at.TRIAL


@kernel
def begin_trial(lot: Ints) -> None:
    """Begin a trial in which nothing is changed yet."""
    lot[TRIAL] += 1
    lot[EDITS] = lot[at.WISHER] = 0
    lot[FIRST], lot[LAST] = 0, -1


@kernel
def _shares(plant: Ints, lot: Ints, op: int, place: int) -> bool:
    """Tell whether what stands at a place may be of the same load as an operation."""
    if place < 0 or place >= plant[at.OPERATIONS]:
        return False
    other = lot[lot[at.L_ORDER] + place]
    return bool(lot[lot[at.L_LOAD] + other] == lot[lot[at.L_LOAD] + op])


@kernel
def load_first(plant: Ints, lot: Ints, place: int) -> int:
    """Return the first place of the load at a place."""
    op = lot[lot[at.L_ORDER] + place]
    while _shares(plant, lot, op, place - 1):
        place -= 1
    return place


@kernel
def stretch_first(plant: Ints, lot: Ints) -> int:
    """Return where a load begins, before and after the rewriting of a stretch, at or before it.

    What left a load at the beginning of the stretch changes those who stay before it: they were
    placed together, by which one knows them.
    """
    place = load_first(plant, lot, lot[FIRST])
    old = lot[spot(lot, at.L_RECORD, lot[lot[at.L_SEGMENT]], at.INPUT)]
    while place > 0 and old != 0:
        before = lot[lot[at.L_ORDER] + place - 1]
        if lot[spot(lot, at.L_RECORD, before, at.INPUT)] != old:
            break
        place = load_first(plant, lot, place - 1)
    return place


@kernel
def load_last(plant: Ints, lot: Ints, place: int) -> int:
    """Return the last place of the load at a place."""
    op = lot[lot[at.L_ORDER] + place]
    while _shares(plant, lot, op, place + 1):
        place += 1
    return place


@kernel
def _pick_load(plant: Ints, lot: Ints, op: int, end: int) -> int:
    """Pick an operation with the members of its load, and put them on the stack."""
    place = load_first(plant, lot, lot[lot[at.L_POSITION] + op])
    last = load_last(plant, lot, place)
    while place <= last:
        member = lot[lot[at.L_ORDER] + place]
        if lot[lot[at.L_PICKED] + member] != lot[TRIAL]:
            lot[lot[at.L_PICKED] + member] = lot[TRIAL]
            lot[lot[at.L_SEGMENT] + end] = member
            end += 1
        place += 1
    return end


@kernel
def pick(plant: Ints, lot: Ints, op: int, bound: int, earlier: bool) -> None:
    """Pick an operation to be moved, and what it must take along up to a bound of the list."""
    lot[lot[at.L_PICKED] + op] = lot[TRIAL]
    lot[lot[at.L_SEGMENT]] = op
    begin, end = 0, 1
    while begin < end:
        row = row_of(plant, at.P_OP, lot[lot[at.L_SEGMENT] + begin])
        begin += 1
        if earlier:
            for link in range(plant[row + BEFORE], plant[row + BEFORE_END]):
                other = get(plant, at.P_LINK, link, at.OTHER)
                if lot[lot[at.L_POSITION] + other] >= bound:
                    end = _pick_load(plant, lot, other, end)
        else:
            for link in range(plant[row + NEXT], plant[row + NEXT_END]):
                other = plant[plant[at.P_AFTER] + link]
                if lot[lot[at.L_POSITION] + other] <= bound:
                    end = _pick_load(plant, lot, other, end)


@kernel
def _rewrite(lot: Ints, first: int, last: int, picked_first: bool) -> None:
    """Bring the picked to one end of a stretch; all else keeps its order."""
    lot[FIRST], lot[LAST] = first, last
    order, segment = lot[at.L_ORDER], lot[at.L_SEGMENT]
    for place in range(first, last + 1):
        lot[segment + place - first] = lot[order + place]
    target = first
    for turn in range(2):
        for place in range(last - first + 1):
            op = lot[segment + place]
            picked = lot[lot[at.L_PICKED] + op] == lot[TRIAL]
            if picked == (picked_first == (turn == 0)):
                lot[order + target] = op
                lot[lot[at.L_POSITION] + op] = target
                target += 1


@kernel
def move_earlier(lot: Ints, first: int, last: int) -> None:
    """Move what is picked to the beginning of a stretch."""
    _rewrite(lot, first, last, True)


@kernel
def move_later(lot: Ints, first: int, last: int) -> None:
    """Move what is picked to the end of a stretch."""
    _rewrite(lot, first, last, False)


@kernel
def decide_anew(lot: Ints, op: int, mode: int, load: int, delay: int) -> None:
    """Change decisions about an operation and note the old ones."""
    row = row_of(lot, at.L_EDIT, lot[EDITS])
    lot[EDITS] += 1
    lot[row] = op
    lot[row + 1] = lot[lot[at.L_MODE] + op]
    lot[row + 2] = lot[lot[at.L_LOAD] + op]
    lot[row + 3] = lot[lot[at.L_DELAY] + op]
    lot[lot[at.L_MODE] + op] = mode
    lot[lot[at.L_LOAD] + op] = load
    lot[lot[at.L_DELAY] + op] = delay
    lot[lot[at.L_FORCED] + op] = lot[TRIAL]


@kernel
def undo(lot: Ints) -> None:
    """Restore list and decisions to what they were before a trial."""
    order, segment = lot[at.L_ORDER], lot[at.L_SEGMENT]
    for place in range(lot[FIRST], lot[LAST] + 1):
        op = lot[segment + place - lot[FIRST]]
        lot[order + place] = op
        lot[lot[at.L_POSITION] + op] = place
    while lot[EDITS] > 0:
        lot[EDITS] -= 1
        row = row_of(lot, at.L_EDIT, lot[EDITS])
        lot[lot[at.L_MODE] + lot[row]] = lot[row + 1]
        lot[lot[at.L_LOAD] + lot[row]] = lot[row + 2]
        lot[lot[at.L_DELAY] + lot[row]] = lot[row + 3]
