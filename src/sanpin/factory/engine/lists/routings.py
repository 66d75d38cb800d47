"""Kernels of alternative routings: which operations of a job are done, and which are left out."""

from __future__ import annotations

from sanpin.factory.engine.compiled import entry, kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.chance import draw
from sanpin.factory.engine.lists.edits import decide_anew, load_first
from sanpin.factory.engine.lists.layout import FAR, Ints, get, row_of

__all__ = ["choose_routings", "switch_routing"]

MODES, MODES_END, DURATION, FIRST, LAST = at.MODES, at.MODES_END, at.DURATION, at.FIRST, at.LAST
ROUTINGS, ROUTINGS_END, LABEL, EDITS = at.ROUTINGS, at.ROUTINGS_END, at.LABEL, at.EDITS


@kernel
def _step(plant: Ints, row: int) -> int:
    """Return the operation in a row of the steps of all routings."""
    return int(plant[plant[at.P_STEP] + row])


@kernel
def _is_in(plant: Ints, routing: int, op: int) -> bool:
    """Tell whether an operation belongs to a routing."""
    for row in range(get(plant, at.P_ROUTING, routing, 0), get(plant, at.P_ROUTING, routing, 1)):
        if _step(plant, row) == op:
            return True
    return False


@kernel
def _is_out(plant: Ints, lot: Ints, op: int) -> bool:
    """Tell whether an operation is left out."""
    return bool(lot[lot[at.L_MODE] + op] == get(plant, at.P_OP, op, MODES_END))


@kernel
def _shortest(plant: Ints, op: int) -> int:
    """Return the least duration of an operation."""
    least = FAR
    for mode in range(get(plant, at.P_OP, op, MODES), get(plant, at.P_OP, op, MODES_END)):
        least = min(least, get(plant, at.P_MODE, mode, DURATION))
    return int(least)


@entry
def choose_routings(plant: Ints, lot: Ints) -> None:
    """Let each job take the routing with the least work."""
    for job in range(plant[at.JOBS]):
        first, end = get(plant, at.P_JOB, job, ROUTINGS), get(plant, at.P_JOB, job, ROUTINGS_END)
        best, least = first, FAR
        for routing in range(first, end):
            work = 0
            for row in range(
                get(plant, at.P_ROUTING, routing, 0), get(plant, at.P_ROUTING, routing, 1)
            ):
                op = _step(plant, row)
                work += _shortest(plant, op)
                lot[lot[at.L_MODE] + op] = get(plant, at.P_OP, op, MODES_END)
            if work < least:
                best, least = routing, work
        if first < end:
            for row in range(get(plant, at.P_ROUTING, best, 0), get(plant, at.P_ROUTING, best, 1)):
                op = _step(plant, row)
                lot[lot[at.L_MODE] + op] = get(plant, at.P_OP, op, MODES)


@kernel
def _draw_mode(plant: Ints, lot: Ints, op: int) -> int:
    """Return the shorter of two modes drawn by chance."""
    row = row_of(plant, at.P_OP, op)
    count = plant[row + MODES_END] - plant[row + MODES]
    one, other = plant[row + MODES] + draw(lot, count), plant[row + MODES] + draw(lot, count)
    shorter = get(plant, at.P_MODE, one, DURATION) <= get(plant, at.P_MODE, other, DURATION)
    return int(one if shorter else other)


@kernel
def _turn(plant: Ints, lot: Ints, op: int, mode: int) -> None:
    """Put an operation in or out, with a load of its own, and widen the stretch of the list."""
    place = lot[lot[at.L_POSITION] + op]
    lot[FIRST] = min(lot[FIRST], load_first(plant, lot, place))
    lot[LAST] = max(lot[LAST], place)
    lot[LABEL] += 1
    decide_anew(lot, op, mode, lot[LABEL], 0)


@kernel
def switch_routing(plant: Ints, lot: Ints, job: int) -> bool:
    """Let a job take another routing; tell whether that changes anything."""
    first, end = get(plant, at.P_JOB, job, ROUTINGS), get(plant, at.P_JOB, job, ROUTINGS_END)
    target = first + draw(lot, end - first)
    changes = 0
    for row in range(get(plant, at.P_ROUTING, first, 0), get(plant, at.P_ROUTING, end - 1, 1)):
        op = _step(plant, row)
        changes += _is_out(plant, lot, op) == _is_in(plant, target, op)
    if changes == 0 or changes > at.MOST_EDITS:
        return False
    lot[FIRST], lot[LAST] = plant[at.OPERATIONS], -1
    for row in range(get(plant, at.P_ROUTING, first, 0), get(plant, at.P_ROUTING, end - 1, 1)):
        op = _step(plant, row)
        if _is_out(plant, lot, op) and _is_in(plant, target, op):
            _turn(plant, lot, op, _draw_mode(plant, lot, op))
        elif not _is_out(plant, lot, op) and not _is_in(plant, target, op):
            _turn(plant, lot, op, get(plant, at.P_OP, op, MODES_END))
    wide = lot[LAST] - lot[FIRST] >= at.FARTHEST
    if wide:
        lot[FIRST], lot[LAST] = 0, -1
    for place in range(lot[FIRST], lot[LAST] + 1):
        lot[lot[at.L_SEGMENT] + place - lot[FIRST]] = lot[lot[at.L_ORDER] + place]
    return not wide
