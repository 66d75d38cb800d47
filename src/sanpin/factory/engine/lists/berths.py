"""Kernels that keep berths: places in ovens for what must soon follow something else.

An oven is shared, so that what follows cannot be placed with the operation before it: others may
join its load. A berth is kept for it instead, in a load with others of its family or in a load of
its own, as soon as the operation before it is placed; where there is none in time, that starts
later. What is drawn from pools during a berth is kept as well.

Berths are a guess: what else needs the ovens and pools, cleaning and workers are not seen ahead. A
rule that still breaks a limit tries again and plans with less of the time that may be waited.
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.layout import FAR, FORBIDDEN, IMPOSSIBLE, Ints, get, spot
from sanpin.factory.engine.lists.opening import fits_at
from sanpin.factory.engine.lists.place import ready_at
from sanpin.factory.engine.lists.queues import (
    BERTH_WIDTH,
    BERTHS,
    FOUND,
    FOUND_AT,
    FOUND_MODE,
    MOST_STEPS,
    Q_BERTH,
    Q_BERTHS,
    Q_NEXT_BERTH,
    Q_STEP,
    Q_STEPS,
    Q_WAITS,
    SPARE,
)
from sanpin.factory.engine.lists.state import pool_busy

__all__ = [
    "berth_start",
    "find_berth",
    "follower_of",
    "keep_berth",
    "leave_berth",
    "runs_into",
    "suits",
]

MODES, MODES_END, MACHINE, DURATION = at.MODES, at.MODES_END, at.MACHINE, at.DURATION
CALENDAR, SITE, TABLE, CLASS, CAPACITY = at.CALENDAR, at.SITE, at.TABLE, at.CLASS, at.CAPACITY
FAMILY, SIZE, POOLS, POOLS_END = at.FAMILY, at.SIZE, at.POOLS, at.POOLS_END

# Columns of berths; NEXT is the following one in the same oven, or of those that are spare.
OVEN, START, END, ROOM, KIN, KIND, MEMBERS, NEXT = range(BERTH_WIDTH)
# Columns of steps: an instant, and what is kept of a pool from then to the next step.
TIME, KEPT = range(2)


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
def find_berth(plant: Ints, lot: Ints, queues: Ints, op: int, caution: int) -> int:
    """Look for a berth for an operation; return how much too late it begins, 0 if it is in time.

    A load that it can join is taken before one of its own. What was found is noted in the queues:
    its start, its mode, and the berth that is joined; no mode where nothing could ever start, and
    no waiting helps.

    Parameters
    ----------
    op : its predecessors are decided
    caution : see `dispatch.dispatch`
    """
    queues[FOUND], queues[FOUND_MODE], queues[FOUND_AT] = -1, -1, FAR
    least = FAR
    for own in range(2):
        for mode in range(get(plant, at.P_OP, op, MODES), get(plant, at.P_OP, op, MODES_END)):
            machine = get(plant, at.P_MODE, mode, MACHINE)
            if machine < 0 or (own and queues[FOUND] >= 0):
                continue
            ready, _, latest, breach = ready_at(
                plant, lot, op, get(plant, at.P_MACHINE, machine, SITE)
            )
            if breach >= IMPOSSIBLE:
                continue
            until, berth = ready + ((latest - ready) >> (caution - 1)), -1
            if own:
                start = _gap(plant, lot, queues, mode, ready)
            else:
                berth = _load_for(plant, lot, queues, (op, mode), (ready, until))
                start = queues[cell(queues, berth, START)] if berth >= 0 else FAR
            late = max(0, start - until)
            if late < FORBIDDEN and (late, start) < (least, queues[FOUND_AT]):
                least, queues[FOUND_AT] = late, start
                queues[FOUND], queues[FOUND_MODE] = berth, mode
    return int(least) if queues[FOUND_MODE] >= 0 else 0


@kernel
def keep_berth(plant: Ints, lot: Ints, queues: Ints, op: int) -> None:
    """Keep the berth that was found for an operation, if any was.

    Its mode is decided with that. Where no more can be kept of a pool, there is no berth: the
    operation waits at every oven then, as it would without caution.
    """
    mode, berth = queues[FOUND_MODE], queues[FOUND]
    # Plants in which nothing hurries to ovens have no room for berths.
    if queues[Q_BERTHS] == queues[Q_NEXT_BERTH]:
        return
    if mode < 0 or not _draw(plant, queues, mode, (queues[FOUND_AT], 1)):
        return
    if berth < 0:
        berth = _begin(plant, queues, op, mode)
    queues[cell(queues, berth, ROOM)] -= get(plant, at.P_OP, op, SIZE)
    queues[cell(queues, berth, MEMBERS)] += 1
    queues[queues[Q_BERTH] + op] = berth
    lot[lot[at.L_MODE] + op] = mode


@kernel
def berth_start(queues: Ints, op: int) -> int:
    """Return when the load begins that an operation has a berth in, -1 for none."""
    berth = queues[queues[Q_BERTH] + op]
    return queues[cell(queues, berth, START)] if berth >= 0 else -1


@kernel
def suits(plant: Ints, lot: Ints, queues: Ints, op: int) -> bool:
    """Tell whether the berth of an operation is right for when its predecessors end now.

    One that was kept ahead may be missed when the machine before it had something else to do.
    """
    oven = queues[cell(queues, queues[queues[Q_BERTH] + op], OVEN)]
    ready, _, latest, _ = ready_at(plant, lot, op, get(plant, at.P_MACHINE, oven, SITE))
    return bool(ready <= berth_start(queues, op) <= latest)


@kernel
def leave_berth(plant: Ints, queues: Ints, op: int) -> None:
    """Give back what is kept for an operation that is placed, or comes too late for it.

    The load stays for the others that have a berth in it; with the last of them it goes.
    """
    berth = queues[queues[Q_BERTH] + op]
    if berth < 0:
        return
    oven = queues[cell(queues, berth, OVEN)]
    for mode in range(get(plant, at.P_OP, op, MODES), get(plant, at.P_OP, op, MODES_END)):
        if get(plant, at.P_MODE, mode, MACHINE) == oven:
            _draw(plant, queues, mode, (queues[cell(queues, berth, START)], -1))
            break
    queues[queues[Q_BERTH] + op] = -1
    queues[cell(queues, berth, ROOM)] += get(plant, at.P_OP, op, SIZE)
    queues[cell(queues, berth, MEMBERS)] -= 1
    if queues[cell(queues, berth, MEMBERS)] > 0:
        return
    before, place = -1, queues[queues[Q_NEXT_BERTH] + oven]
    while place != berth:
        before, place = place, queues[cell(queues, place, NEXT)]
    if before < 0:
        queues[queues[Q_NEXT_BERTH] + oven] = queues[cell(queues, berth, NEXT)]
    else:
        queues[cell(queues, before, NEXT)] = queues[cell(queues, berth, NEXT)]
    queues[cell(queues, berth, NEXT)], queues[SPARE] = queues[SPARE], berth


@kernel
def runs_into(queues: Ints, machine: int, op: int, span: tuple[int, int]) -> int:
    """Return the end of the first berth of others that a span overlaps in an oven, 0 for none."""
    place, own = queues[queues[Q_NEXT_BERTH] + machine], queues[queues[Q_BERTH] + op]
    while place >= 0:
        begins, ends = queues[cell(queues, place, START)], queues[cell(queues, place, END)]
        if place != own and begins < span[1] and ends > span[0]:
            return int(ends)
        place = queues[cell(queues, place, NEXT)]
    return 0


@kernel
def cell(queues: Ints, berth: int, column: int) -> int:
    """Return the place of a column of a berth."""
    return spot(queues, Q_BERTHS, berth, column)


@kernel
def _load_for(
    plant: Ints, lot: Ints, queues: Ints, what: tuple[int, int], bounds: tuple[int, int]
) -> int:
    """Return the first berth in which an operation can join others in a mode, -1 for none.

    It must not make the load longer, since that could make the next one late.

    Parameters
    ----------
    what : the operation and its mode
    bounds : its earliest and latest start
    """
    op, mode = what
    place = queues[queues[Q_NEXT_BERTH] + get(plant, at.P_MODE, mode, MACHINE)]
    while place >= 0:
        start, end = queues[cell(queues, place, START)], queues[cell(queues, place, END)]
        if (
            bounds[0] <= start <= bounds[1]
            and queues[cell(queues, place, KIN)] == get(plant, at.P_OP, op, FAMILY)
            and queues[cell(queues, place, KIND)] == get(plant, at.P_MODE, mode, CLASS)
            and queues[cell(queues, place, ROOM)] >= get(plant, at.P_OP, op, SIZE)
            and get(plant, at.P_MODE, mode, DURATION) <= end - start
            and _free_from(plant, lot, queues, mode, (start, end)) <= start
        ):
            return int(place)
        place = queues[cell(queues, place, NEXT)]
    return -1


@kernel
def _gap(plant: Ints, lot: Ints, queues: Ints, mode: int, ready: int) -> int:
    """Return when a load of its own can start between the berths of an oven.

    Change-overs from the load before it and to the one after it have to fit as well.

    Parameters
    ----------
    ready : instant from which it could start
    """
    machine = get(plant, at.P_MODE, mode, MACHINE)
    calendar = get(plant, at.P_MACHINE, machine, CALENDAR)
    length, kind = get(plant, at.P_MODE, mode, DURATION), get(plant, at.P_MODE, mode, CLASS)
    here = lot[at.L_STATE] + plant[at.AT_MACHINE] + 2 * machine
    t, free, before = ready, lot[here], lot[here + 1]
    place = queues[queues[Q_NEXT_BERTH] + machine]
    while True:
        t = max(t, free + _change(plant, machine, before, kind))
        while t < FAR:
            t = fits_at(plant, calendar, t, length)
            following = _free_from(plant, lot, queues, mode, (t, t + length))
            if following <= t:
                break
            t = following
        if place < 0 or t >= FAR:
            return int(t)
        before = queues[cell(queues, place, KIND)]
        change = _change(plant, machine, kind, before)
        if t + length + change <= queues[cell(queues, place, START)]:
            return int(t)
        free, place = queues[cell(queues, place, END)], queues[cell(queues, place, NEXT)]


@kernel
def _change(plant: Ints, machine: int, before: int, after: int) -> int:
    """Return the length of a change-over between two classes."""
    table = get(plant, at.P_MACHINE, machine, TABLE)
    if table < 0:
        return 0
    first = get(plant, at.P_TABLE, table, at.LENGTHS)
    classes = get(plant, at.P_TABLE, table, at.CLASSES)
    return int(plant[plant[at.P_LENGTH] + first + before * classes + after])


@kernel
def _begin(plant: Ints, queues: Ints, op: int, mode: int) -> int:
    """Begin a new berth where one was found, with the whole room of its oven."""
    # There are never more berths than operations, and those that nobody has are used again.
    berth, machine = queues[SPARE], get(plant, at.P_MODE, mode, MACHINE)
    if berth >= 0:
        queues[SPARE] = queues[cell(queues, berth, NEXT)]
    else:
        berth = queues[BERTHS]
        queues[BERTHS] += 1
    start, queues[cell(queues, berth, MEMBERS)] = queues[FOUND_AT], 0
    queues[cell(queues, berth, OVEN)], queues[cell(queues, berth, START)] = machine, start
    queues[cell(queues, berth, END)] = start + get(plant, at.P_MODE, mode, DURATION)
    queues[cell(queues, berth, ROOM)] = get(plant, at.P_MACHINE, machine, CAPACITY)
    queues[cell(queues, berth, KIN)] = get(plant, at.P_OP, op, FAMILY)
    queues[cell(queues, berth, KIND)] = get(plant, at.P_MODE, mode, CLASS)
    before, place = -1, queues[queues[Q_NEXT_BERTH] + machine]
    while place >= 0 and queues[cell(queues, place, START)] <= start:
        before, place = place, queues[cell(queues, place, NEXT)]
    queues[cell(queues, berth, NEXT)] = place
    if before < 0:
        queues[queues[Q_NEXT_BERTH] + machine] = berth
    else:
        queues[cell(queues, before, NEXT)] = berth
    return int(berth)


@kernel
def _step(queues: Ints, pool: int, row: int) -> int:
    """Return the place of a step of what is kept of a pool."""
    return spot(queues, Q_STEP, pool * MOST_STEPS + row, 0)


@kernel
def _free_from(plant: Ints, lot: Ints, queues: Ints, mode: int, span: tuple[int, int]) -> int:
    """Return the start of a span if all pools have room then, else the next instant to try."""
    start = span[0]
    for use in range(get(plant, at.P_MODE, mode, POOLS), get(plant, at.P_MODE, mode, POOLS_END)):
        pool, amount = get(plant, at.P_POOL, use, 0), get(plant, at.P_POOL, use, 1)
        following = _room_from(plant, lot, queues, (pool, amount), span)
        if following > start:
            return following
    return start


@kernel
def _room_from(
    plant: Ints, lot: Ints, queues: Ints, draw: tuple[int, int], span: tuple[int, int]
) -> int:
    """Return the start of a span if a pool has room beside what is booked and what is kept.

    Otherwise the next instant to try. The steps of what is kept are gone through one by one, and
    what is booked is looked at for each.

    Parameters
    ----------
    draw : the pool and how much of it is drawn
    """
    pool, amount = draw
    count, room = queues[queues[Q_STEPS] + pool], get(plant, at.P_ROOM, pool, 0)
    t, row, kept = span[0], 0, 0
    while row < count and queues[_step(queues, pool, row)] <= t:
        kept = queues[_step(queues, pool, row) + KEPT]
        row += 1
    while t < span[1]:
        until = queues[_step(queues, pool, row)] if row < count else FAR
        if amount + kept > room:
            return int(until)
        following = pool_busy(plant, lot, pool, amount + kept, t, min(until, span[1]))
        if following > t:
            return int(following)
        if row < count:
            kept = queues[_step(queues, pool, row) + KEPT]
        t, row = until, row + 1
    return span[0]


@kernel
def _draw(plant: Ints, queues: Ints, mode: int, what: tuple[int, int]) -> bool:
    """Keep what a mode draws from pools from an instant on, or give it back; tell if it fits.

    Parameters
    ----------
    what : the instant, and 1 to keep or -1 to give back
    """
    first, last = get(plant, at.P_MODE, mode, POOLS), get(plant, at.P_MODE, mode, POOLS_END)
    for use in range(first, last):
        if queues[queues[Q_STEPS] + get(plant, at.P_POOL, use, 0)] + 2 > MOST_STEPS:
            return False
    end = what[0] + get(plant, at.P_MODE, mode, DURATION)
    for use in range(first, last):
        pool, amount = get(plant, at.P_POOL, use, 0), get(plant, at.P_POOL, use, 1)
        begin, over = _split(queues, pool, what[0]), _split(queues, pool, end)
        for row in range(begin, over):
            queues[_step(queues, pool, row) + KEPT] += what[1] * amount
        _join_equal(queues, pool)
    return True


@kernel
def _split(queues: Ints, pool: int, t: int) -> int:
    """Have a step begin at an instant; return its row.

    It begins with what was kept before it, so that nothing changes by that alone.
    """
    count = row = queues[queues[Q_STEPS] + pool]
    while row > 0 and queues[_step(queues, pool, row - 1)] > t:
        row -= 1
    if row > 0 and queues[_step(queues, pool, row - 1)] == t:
        return int(row - 1)
    for other in range(count, row, -1):
        queues[_step(queues, pool, other)] = queues[_step(queues, pool, other - 1)]
        queues[_step(queues, pool, other) + KEPT] = queues[_step(queues, pool, other - 1) + KEPT]
    queues[_step(queues, pool, row)] = t
    kept = queues[_step(queues, pool, row - 1) + KEPT] if row > 0 else 0
    queues[_step(queues, pool, row) + KEPT] = kept
    queues[queues[Q_STEPS] + pool] += 1
    return int(row)


@kernel
def _join_equal(queues: Ints, pool: int) -> None:
    """Drop steps that change nothing."""
    count, kept = 0, 0
    for row in range(queues[queues[Q_STEPS] + pool]):
        place = _step(queues, pool, row)
        if queues[place + KEPT] != kept:
            kept = queues[place + KEPT]
            queues[_step(queues, pool, count)] = queues[place]
            queues[_step(queues, pool, count) + KEPT] = kept
            count += 1
    queues[queues[Q_STEPS] + pool] = count
