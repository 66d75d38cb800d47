"""Kernels of oven loads whose members hold workers, tools or pools, each its own.

A load lies within one window of its oven and of everybody who works at it, and lasts as long as
its longest member, so that it is enough to ask each calendar in turn until all agree.
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.layout import FAR, Ints, get, row_of
from sanpin.factory.engine.lists.opening import fits_at, fits_both
from sanpin.factory.engine.lists.state import pool_busy

__all__ = ["fit_load", "holds"]

GROUP, CREW, CREW_END, POOLS, POOLS_END = at.GROUP, at.CREW, at.CREW_END, at.POOLS, at.POOLS_END
DURATION, TOOL, COUNT, CREW_AT, WIDTH = at.DURATION, at.TOOL, at.COUNT, at.CREW_AT, at.WIDTH
PIECE, WORK, LOOKED, AT_WORKER, AT_PIECE = at.PIECE, at.WORK, at.LOOKED, at.AT_WORKER, at.AT_PIECE


@kernel
def _member(lot: Ints, place: int) -> int:
    """Return the operation at a place of the list."""
    return int(lot[lot[at.L_ORDER] + place])


@kernel
def _mode(plant: Ints, lot: Ints, place: int) -> int:
    """Return where the mode of the operation at a place of the list begins."""
    return row_of(plant, at.P_MODE, lot[lot[at.L_MODE] + _member(lot, place)])


@kernel
def holds(plant: Ints, lot: Ints, first: int, last: int) -> bool:
    """Tell whether a member of a load holds more than the oven."""
    for place in range(first, last):
        mode = _mode(plant, lot, place)
        if (
            plant[mode + GROUP] >= 0
            or plant[mode + CREW] < plant[mode + CREW_END]
            or plant[mode + POOLS] < plant[mode + POOLS_END]
            or get(plant, at.P_OP, _member(lot, place), TOOL) >= 0
        ):
            return True
    return False


@kernel
def _has(plant: Ints, lot: Ints, load: tuple[int, int], worker: int) -> bool:
    """Tell whether a worker already works at a load."""
    for place in range(load[0], load[1]):
        record = row_of(lot, at.L_RECORD, _member(lot, place))
        for column in range(CREW_AT, CREW_AT + plant[WIDTH]):
            if lot[record + column] == worker:
                return True
    return False


@kernel
def _choose(
    plant: Ints, lot: Ints, load: tuple[int, int], wish: tuple[int, int, int, int, int]
) -> tuple[int, int]:
    """Return who lets a load end first, and with which pace; -1 for nobody.

    Parameters
    ----------
    wish : calendar of the oven, group, instant from which the load may start, its length so far,
        and the work of the member at full pace
    """
    calendar, group, t, length, duration = wish
    best, best_pace, best_end = -1, 100, FAR
    for row in range(get(plant, at.P_GROUP, group, 0), get(plant, at.P_GROUP, group, 1)):
        worker, pace = get(plant, at.P_ABLE, row, 0), get(plant, at.P_ABLE, row, 1)
        longest = max(length, -(-duration * 100 // pace))
        begin = max(t, lot[lot[at.L_STATE] + plant[AT_WORKER] + worker])
        if begin + longest >= best_end or _has(plant, lot, load, worker):
            continue
        own = get(plant, at.P_WORKER, worker, 0)
        end = fits_both(plant, calendar, own, begin, longest) + longest
        if end < best_end:
            best, best_pace, best_end = worker, pace, end
    return best, best_pace


@kernel
def _crew(
    plant: Ints, lot: Ints, load: tuple[int, int], place: int, wish: tuple[int, int, int]
) -> tuple[int, int]:
    """Choose the workers of a member; return when they are free and how long the load is then."""
    calendar, t, length = wish
    op, mode = _member(lot, place), _mode(plant, lot, place)
    record = row_of(lot, at.L_RECORD, op)
    column, slowest, duration = CREW_AT, FAR, plant[mode + DURATION]
    for row in range(plant[mode + CREW], plant[mode + CREW_END]):
        worker = plant[plant[at.P_CREW] + row]
        if _has(plant, lot, load, worker):
            return FAR, length
        slowest = 100
        lot[record + column] = worker
        column += 1
        t = max(t, lot[lot[at.L_STATE] + plant[AT_WORKER] + worker])
    for _ in range(get(plant, at.P_OP, op, COUNT) if plant[mode + GROUP] >= 0 else 0):
        worker, pace = _choose(
            plant, lot, load, (calendar, plant[mode + GROUP], t, length, duration)
        )
        if worker < 0:
            return FAR, length
        slowest = min(slowest, pace)
        lot[record + column] = worker
        column += 1
        t = max(t, lot[lot[at.L_STATE] + plant[AT_WORKER] + worker])
    lot[record + WORK] = -(-duration * 100 // slowest) if slowest < FAR else duration
    lot[record + LOOKED] = 1 if plant[mode + GROUP] >= 0 else 0
    return t, max(length, lot[record + WORK])


@kernel
def _piece(plant: Ints, lot: Ints, load: tuple[int, int], place: int, t: int) -> int:
    """Choose a piece of the tool of a member that no other one has; return when all are free."""
    tool = get(plant, at.P_OP, _member(lot, place), TOOL)
    begin = plant[AT_PIECE] + get(plant, at.P_TOOL, tool, 0)
    best, best_free = -1, FAR
    for piece in range(begin, begin + get(plant, at.P_TOOL, tool, 1)):
        free = lot[lot[at.L_STATE] + piece]
        for other in range(load[0], place):
            if lot[row_of(lot, at.L_RECORD, _member(lot, other)) + PIECE] == piece:
                free = FAR
        # Of those that are free in time, the one that was used last.
        if (free <= t and (best_free > t or free > best_free)) or t < free < best_free:
            best, best_free = piece, free
    lot[row_of(lot, at.L_RECORD, _member(lot, place)) + PIECE] = best
    return int(max(t, best_free))


@kernel
def _agreed(plant: Ints, lot: Ints, load: tuple[int, int], wish: tuple[int, int, int, int]) -> int:
    """Return the first instant from another one at which the oven and all workers are open."""
    calendar, t, length, least = wish
    while t < FAR:
        begin = max(fits_at(plant, calendar, t, length), least - length)
        for place in range(load[0], load[1]):
            record = row_of(lot, at.L_RECORD, _member(lot, place))
            for column in range(CREW_AT, CREW_AT + plant[WIDTH]):
                if lot[record + column] >= 0 and begin < FAR:
                    own = get(plant, at.P_WORKER, lot[record + column], 0)
                    begin = fits_at(plant, own, begin, length)
        if begin == t:
            break
        t = begin
    return min(t, FAR)


@kernel
def _room(plant: Ints, lot: Ints, load: tuple[int, int], start: int, end: int) -> int:
    """Return 0 if pools have room for all members over a span, else the next instant to try."""
    for place in range(load[0], load[1]):
        mode = _mode(plant, lot, place)
        for use in range(plant[mode + POOLS], plant[mode + POOLS_END]):
            pool, total = get(plant, at.P_POOL, use, 0), 0
            for other in range(load[0], load[1]):
                also = _mode(plant, lot, other)
                for row in range(plant[also + POOLS], plant[also + POOLS_END]):
                    if get(plant, at.P_POOL, row, 0) == pool:
                        total += get(plant, at.P_POOL, row, 1)
            busy = pool_busy(plant, lot, pool, total, start, end)
            if busy > 0:
                return busy
    return 0


@kernel
def fit_load(
    plant: Ints, lot: Ints, load: tuple[int, int], wish: tuple[int, int, int]
) -> tuple[int, int]:
    """Choose workers and tools of all members; return the start of the load and its length.

    Parameters
    ----------
    load : first place in the list and the place after it
    wish : calendar of the oven, instant from which the load may start, and least end

    Returns
    -------
    The start is `FAR` where there are not enough of something for all members at once.
    """
    calendar, t, least = wish
    length = 0
    for place in range(load[0], load[1]):
        record = row_of(lot, at.L_RECORD, _member(lot, place))
        lot[record + PIECE], lot[record + at.OPEN] = -1, 0
        for column in range(CREW_AT, CREW_AT + plant[WIDTH]):
            lot[record + column] = -1
    for place in range(load[0], load[1]):
        if get(plant, at.P_OP, _member(lot, place), TOOL) >= 0:
            t = _piece(plant, lot, load, place, t)
        free, length = _crew(plant, lot, load, place, (calendar, t, length))
        t = max(t, free)
    while t < FAR:
        start = _agreed(plant, lot, load, (calendar, t, length, least))
        t = _room(plant, lot, load, start, start + length) if start < FAR else 0
        if t == 0:
            return start, length
    return FAR, length
