"""Kernels that look ahead: whether what must follow an operation soon finds an oven in time.

Ovens are shared, so that what follows cannot be placed with the operation before it: others may
join its load. What waits for the ovens is played through instead, the most urgent first, with what
it draws from a pool: freezers that may not all be filled at once are as full as those that are.

It is a guess. Ovens of others, and what else draws from the pool later, are not seen; a rule that
still breaks a limit tries again and plans with less of the time that may be waited.
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.layout import FAR, Ints, get, spot
from sanpin.factory.engine.lists.opening import fits_at
from sanpin.factory.engine.lists.queues import (
    PLAN_ROWS,
    PLAN_WIDTH,
    Q_FIRST,
    Q_HELD,
    Q_LENGTH,
    Q_OP,
    Q_PLAN,
    Q_READY,
    Q_UNTIL,
    Q_WAITS,
)
from sanpin.factory.engine.lists.state import pool_busy

__all__ = ["excess", "follower_of", "too_early"]

MODES, MODES_END, MACHINE, DURATION = at.MODES, at.MODES_END, at.MACHINE, at.DURATION

MOST_HELD = 60
"""How often an operation is held back for the ovens after it."""

# Rows of the plan: when each oven is free, then what waits.
OVENS = 8
OP, READY, UNTIL, DONE = range(PLAN_WIDTH)
OVEN, FREE, DRAWN = range(3)


@kernel
def follower_of(plant: Ints, queues: Ints, op: int, soon: float, oven: int) -> tuple[int, int]:
    """Return what must follow an operation soon and waits for nothing else, and its link; or -1.

    What could be done outside goes its own way.

    Parameters
    ----------
    oven : whether it is sought in ovens, with others, or elsewhere
    """
    for row in range(get(plant, at.P_OP, op, at.NEXT), get(plant, at.P_OP, op, at.NEXT_END)):
        after = plant[plant[at.P_AFTER] + row]
        if queues[queues[Q_WAITS] + after] != 1:
            continue
        first, end = get(plant, at.P_OP, after, MODES), get(plant, at.P_OP, after, MODES_END)
        machine = get(plant, at.P_MODE, end - 1, MACHINE) if first < end else -1
        if machine < 0 or get(plant, at.P_MACHINE, machine, at.OVEN) != oven:
            continue
        for link in range(
            get(plant, at.P_OP, after, at.BEFORE), get(plant, at.P_OP, after, at.BEFORE_END)
        ):
            most = get(plant, at.P_LINK, link, at.MAX_LAG)
            if get(plant, at.P_LINK, link, at.OTHER) == op and most <= soon:
                return int(after), link
    return -1, -1


@kernel
def too_early(plant: Ints, lot: Ints, queues: Ints, op: int, soon: float, caution: int) -> int:
    """Return how much later an operation that was decided should start for the ovens after it.

    Parameters
    ----------
    op : its record says when it would end
    soon : longest wait that counts as one that is hard to keep
    caution : see `dispatch.dispatch`
    """
    if caution == 0 or queues[queues[Q_HELD] + op] >= MOST_HELD:
        return 0
    follower, link = follower_of(plant, queues, op, soon, 1)
    if follower < 0:
        return 0
    end = lot[spot(lot, at.L_RECORD, op, at.END)]
    ready = end + get(plant, at.P_LINK, link, at.MIN_LAG)
    until = ready + ((end + get(plant, at.P_LINK, link, at.MAX_LAG) - ready) >> (caution - 1))
    late = excess(plant, lot, queues, follower, ready, until)
    queues[queues[Q_HELD] + op] += late > 0
    return late


@kernel
def _cell(queues: Ints, row: int, column: int) -> int:
    """Return the place of a cell of the plan."""
    return int(queues[Q_PLAN] + PLAN_WIDTH * row + column)


@kernel
def _add(queues: Ints, end: int, op: int, ready: int, until: int) -> int:
    """Add what waits to the plan unless it is there or there is no room; return the new end.

    Who may go to several ovens waits at each of them, but is planned once.
    """
    for row in range(OVENS, end):
        if queues[_cell(queues, row, OP)] == op:
            return end
    if end == PLAN_ROWS:
        return end
    queues[_cell(queues, end, OP)], queues[_cell(queues, end, DONE)] = op, 0
    queues[_cell(queues, end, READY)], queues[_cell(queues, end, UNTIL)] = ready, until
    return end + 1


@kernel
def _ovens(plant: Ints, lot: Ints, queues: Ints, op: int) -> int:
    """Write when each oven of an operation is free; return how many there are."""
    count = 0
    for mode in range(get(plant, at.P_OP, op, MODES), get(plant, at.P_OP, op, MODES_END)):
        machine = get(plant, at.P_MODE, mode, MACHINE)
        if machine >= 0 and count < OVENS:
            free = lot[lot[at.L_STATE] + plant[at.AT_MACHINE] + 2 * machine]
            queues[_cell(queues, count, OVEN)], queues[_cell(queues, count, FREE)] = machine, free
            queues[_cell(queues, count, DRAWN)] = 0
            count += 1
    return count


@kernel
def _draw(plant: Ints, mode: int) -> tuple[int, int]:
    """Return the first pool that a mode draws from, -1 for none, and how much of it."""
    use = get(plant, at.P_MODE, mode, at.POOLS)
    if use == get(plant, at.P_MODE, mode, at.POOLS_END):
        return -1, 0
    return get(plant, at.P_POOL, use, 0), get(plant, at.P_POOL, use, 1)


@kernel
def _drawn(queues: Ints, ovens: int, t: int) -> int:
    """Return what the loads of the plan draw at an instant."""
    amount = 0
    for oven in range(ovens):
        if queues[_cell(queues, oven, FREE)] > t:
            amount += queues[_cell(queues, oven, DRAWN)]
    return amount


@kernel
def _next_start(
    plant: Ints, lot: Ints, queues: Ints, ovens: int, t: int, mode: int
) -> tuple[int, int]:
    """Return the oven that is free first, and when a load can start there from an instant on."""
    oven = 0
    for other in range(1, ovens):
        if queues[_cell(queues, other, FREE)] < queues[_cell(queues, oven, FREE)]:
            oven = other
    calendar = get(plant, at.P_MACHINE, queues[_cell(queues, oven, OVEN)], at.CALENDAR)
    duration, (pool, amount) = get(plant, at.P_MODE, mode, DURATION), _draw(plant, mode)
    t = max(t, queues[_cell(queues, oven, FREE)])
    while True:
        t = fits_at(plant, calendar, t, duration)
        if pool < 0 or t >= FAR:
            break
        taken = amount + _drawn(queues, ovens, t)
        following = pool_busy(plant, lot, pool, taken, t, t + duration)
        if following <= t:
            break
        # A load of the plan may end sooner than what is booked.
        for other in range(ovens):
            free = queues[_cell(queues, other, FREE)]
            if free > t and queues[_cell(queues, other, DRAWN)] > 0:
                following = min(following, free)
        t = following
    return oven, t


@kernel
def _most_urgent(queues: Ints, end: int, t: int) -> int:
    """Return the row of what must start soonest of what is ready at an instant, -1 for none."""
    found, least = -1, FAR + 1
    for row in range(OVENS, end):
        if (
            queues[_cell(queues, row, DONE)] == 0
            and queues[_cell(queues, row, READY)] <= t
            and queues[_cell(queues, row, UNTIL)] < least
        ):
            found, least = row, queues[_cell(queues, row, UNTIL)]
    return found


@kernel
def _first_ready(queues: Ints, end: int) -> int:
    """Return when the first of what is not done is ready."""
    soonest = FAR
    for row in range(OVENS, end):
        if queues[_cell(queues, row, DONE)] == 0:
            soonest = min(soonest, queues[_cell(queues, row, READY)])
    return soonest


@kernel
def _load(
    plant: Ints, lot: Ints, queues: Ints, place: tuple[int, int, int, int], start: int
) -> int:
    """Start a load and take its members out of the plan; return how much too late its worst is.

    Parameters
    ----------
    place : row of its first member, end of the plan, its oven and the number of ovens
    """
    row, end, oven, ovens = place
    op = queues[_cell(queues, row, OP)]
    mode = get(plant, at.P_OP, op, MODES)
    over = start + get(plant, at.P_MODE, mode, DURATION)
    room = get(plant, at.P_MACHINE, queues[_cell(queues, oven, OVEN)], at.CAPACITY)
    late, drawn, others = 0, 0, _drawn(queues, ovens, start)
    for other in range(row, end + row - OVENS):
        # From the row on, and around.
        here = other if other < end else other - end + OVENS
        member = queues[_cell(queues, here, OP)]
        pool, amount = _draw(plant, get(plant, at.P_OP, member, MODES))
        taken = others + drawn + amount
        if (
            queues[_cell(queues, here, DONE)] == 0
            and queues[_cell(queues, here, READY)] <= start
            and get(plant, at.P_OP, member, at.FAMILY) == get(plant, at.P_OP, op, at.FAMILY)
            and get(plant, at.P_OP, member, at.SIZE) <= room
            and (
                here == row or pool < 0 or pool_busy(plant, lot, pool, taken, start, over) <= start
            )
        ):
            room -= get(plant, at.P_OP, member, at.SIZE)
            drawn += amount
            queues[_cell(queues, here, DONE)] = 1
            late = max(late, start - queues[_cell(queues, here, UNTIL)])
    queues[_cell(queues, oven, FREE)], queues[_cell(queues, oven, DRAWN)] = over, drawn
    return late


@kernel
def _gather(queues: Ints, ovens: int) -> int:
    """Write what waits for ovens into the plan; return its end."""
    end = OVENS
    for oven in range(ovens):
        machine = queues[_cell(queues, oven, OVEN)]
        first = queues[queues[Q_FIRST] + machine]
        for place in range(first, first + queues[queues[Q_LENGTH] + machine]):
            op, ready = queues[queues[Q_OP] + place], queues[queues[Q_READY] + place]
            if queues[queues[Q_WAITS] + op] == 0 and ready < FAR:
                end = _add(queues, end, op, ready, queues[queues[Q_UNTIL] + place])
    return end


@kernel
def excess(plant: Ints, lot: Ints, queues: Ints, follower: int, ready: int, until: int) -> int:
    """Return how much too late something would start in an oven if one more thing came to it.

    It is 0 as well where nothing could ever start.

    Parameters
    ----------
    follower : what would come to the ovens, with the span in which it must start
    """
    ovens = _ovens(plant, lot, queues, follower)
    end = _add(queues, _gather(queues, ovens), follower, ready, until)
    mode, late = get(plant, at.P_OP, follower, MODES), 0
    while _first_ready(queues, end) < FAR:
        oven, start = _next_start(plant, lot, queues, ovens, _first_ready(queues, end), mode)
        if start >= FAR:
            # No waiting helps.
            return 0
        row = _most_urgent(queues, end, start)
        late = max(late, _load(plant, lot, queues, (row, end, oven, ovens), start))
    return int(late)
