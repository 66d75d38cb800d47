"""Kernels that read and change the state of a plant while its list is worked off."""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.layout import FAR, Ints, get, spot

__all__ = [
    "book_pools",
    "book_stock",
    "book_worker",
    "mix",
    "pool_busy",
    "pool_free",
    "put",
    "salted",
    "supplied_at",
    "take_stock",
    "write",
]

PLACES = 26
"""Bits for the place of a row of the log among those of a pool."""

AT_WORKER, AT_USED, AT_MADE_ROWS = at.AT_WORKER, at.AT_USED, at.AT_MADE_ROWS
AT_POOL, AT_POOL_ROWS, AT_GROUP, AT_GAP = at.AT_POOL, at.AT_POOL_ROWS, at.AT_GROUP, at.AT_GAP
USES, USES_END, MAKES, MAKES_END = at.USES, at.USES_END, at.MAKES, at.MAKES_END
POOLS, POOLS_END = at.POOLS, at.POOLS_END


@kernel
def mix(place: int, value: int) -> int:
    """Hash a value at a place (finalizer of SplitMix64, Steele et al. 2014)."""
    z = value * -7046029254386353131 + place * -4658895280553007687
    z = (z ^ ((z >> 30) & 0x3FFFFFFFF)) * -4658895280553007687
    z = (z ^ ((z >> 27) & 0x1FFFFFFFFF)) * -7723592293110705685
    return int(z ^ ((z >> 31) & 0x1FFFFFFFF))


@kernel
def put(plant: Ints, lot: Ints, place: int, value: int) -> int:
    """Set one cell of the state; return by how much the sum of hashes changes.

    Each cell has a factor of chance, so that sums of two states are equal by accident only once
    in 2^64 times (Carter, Wegman 1979).
    """
    here = lot[at.L_STATE] + place
    change = (value - lot[here]) * plant[plant[at.P_SALT] + place]
    lot[here] = value
    lot[lot[at.L_STATE] + 0] += change
    return int(change)


@kernel
def salted(plant: Ints, lot: Ints, place: int) -> int:
    """Return what one cell of the state adds to a sum of hashes."""
    return int(lot[lot[at.L_STATE] + place] * plant[plant[at.P_SALT] + place])


@kernel
def book_worker(plant: Ints, lot: Ints, worker: int, start: int, end: int) -> None:
    """Hold a worker over a span, after all that held him so far or within the gap that he has.

    Where somebody must set up, the last gap before what holds a worker is kept for that.
    """
    free = lot[lot[at.L_STATE] + plant[AT_WORKER] + worker]
    change = 0
    if start >= free or plant[AT_GAP] == plant[at.STATE_SIZE]:
        change += put(plant, lot, plant[AT_WORKER] + worker, max(free, end))
    if plant[AT_GAP] < plant[at.STATE_SIZE]:
        gap = plant[AT_GAP] + 2 * worker
        if start > free:
            change += put(plant, lot, gap, free) + put(plant, lot, gap + 1, start)
        elif start < free:
            # The longer part of the gap remains.
            before, after = lot[lot[at.L_STATE] + gap], lot[lot[at.L_STATE] + gap + 1]
            if start - before >= after - end:
                change += put(plant, lot, gap + 1, start)
            else:
                change += put(plant, lot, gap, end)
    for row in range(get(plant, at.P_WORKER, worker, 1), get(plant, at.P_WORKER, worker, 2)):
        lot[lot[at.L_STATE] + plant[AT_GROUP] + plant[plant[at.P_MEMBER] + row]] += change


@kernel
def write(lot: Ints, first: int, row: int, start: int, end: int, amount: int) -> None:
    """Add a row to a part of the log and keep the latest end so far beside it."""
    here = first + row
    lot[spot(lot, at.L_LOG, here, 0)] = start
    lot[spot(lot, at.L_LOG, here, 1)] = end
    lot[spot(lot, at.L_LOG, here, 2)] = amount
    lot[spot(lot, at.L_LOG, here, 3)] = (
        max(end, lot[spot(lot, at.L_LOG, here - 1, 3)]) if row > 0 else end
    )


@kernel
def book_pools(plant: Ints, lot: Ints, mode: int, start: int, end: int) -> None:
    """Take what a mode uses of pools."""
    for use in range(get(plant, at.P_MODE, mode, POOLS), get(plant, at.P_MODE, mode, POOLS_END)):
        pool, amount = get(plant, at.P_POOL, use, 0), get(plant, at.P_POOL, use, 1)
        rows = plant[AT_POOL_ROWS] + pool
        write(
            lot,
            get(plant, at.P_ROOM, pool, 1),
            lot[lot[at.L_STATE] + rows],
            start,
            end,
            amount,
        )
        put(plant, lot, rows, lot[lot[at.L_STATE] + rows] + 1)
        here = plant[AT_POOL] + pool
        put(plant, lot, here, max(end, lot[lot[at.L_STATE] + here]))


@kernel
def book_stock(plant: Ints, lot: Ints, op: int, start: int, end: int) -> None:
    """Take what an operation consumes and log what it produces.

    Of what expires each use is logged; a hash of all uses stands in the place of their sum.
    """
    for row in range(get(plant, at.P_OP, op, USES), get(plant, at.P_OP, op, USES_END)):
        material, amount = get(plant, at.P_NEED, row, 0), get(plant, at.P_NEED, row, 1)
        here = plant[AT_USED] + material
        if get(plant, at.P_MATERIAL, material, at.LIFE) < FAR:
            rows = lot[at.L_STATE] + plant[at.AT_DRAWN_ROWS] + material
            log = get(plant, at.P_MATERIAL, material, at.DRAWN_LOG)
            write(lot, log, lot[rows], start, start, amount)
            lot[rows] += 1
            amount = mix(start, amount)
        put(plant, lot, here, lot[lot[at.L_STATE] + here] + amount)
    for row in range(get(plant, at.P_OP, op, MAKES), get(plant, at.P_OP, op, MAKES_END)):
        material, amount = (
            get(plant, at.P_NEED, row, 0),
            get(plant, at.P_NEED, row, 1),
        )
        rows = plant[AT_MADE_ROWS] + material
        write(
            lot,
            get(plant, at.P_MATERIAL, material, at.MADE_LOG),
            lot[lot[at.L_STATE] + rows],
            end,
            end,
            amount,
        )
        put(plant, lot, rows, lot[lot[at.L_STATE] + rows] + 1)
        # Of what lasts it matters only who has made it; a change of when is told to those behind.
        told = end if get(plant, at.P_MATERIAL, material, at.LIFE) < FAR else op
        here = plant[at.AT_MADE] + material
        put(plant, lot, here, lot[lot[at.L_STATE] + here] + mix(told, amount))


@kernel
def _sink(lot: Ints, first: int, place: int, count: int) -> None:
    """Let a number of a heap sink to where it belongs."""
    value = lot[first + place]
    while 2 * place + 1 < count:
        child = 2 * place + 1
        if child + 1 < count and lot[first + child + 1] > lot[first + child]:
            child += 1
        if lot[first + child] <= value:
            break
        lot[first + place] = lot[first + child]
        place = child
    lot[first + place] = value


@kernel
def _changes_of(lot: Ints, lowest: int, met: tuple[int, int], span: tuple[int, int]) -> int:
    """Write each change of a pool's level within a span, the last on top of a heap; count them.

    A change is one number: instant, ends first, then the row.
    """
    start, end = span
    events, changes = lot[at.L_EVENT], 0
    for place in range(met[0], met[1]):
        row = lot[place]
        begin, done = lot[row], lot[row + 1]
        if begin > start:
            lot[events + changes] = (((begin - start) << 1) + 1) << PLACES | row - lowest
            changes += 1
        if done < end:
            lot[events + changes] = ((done - start) << 1) << PLACES | row - lowest
            changes += 1
    for place in range(changes // 2 - 1, -1, -1):
        _sink(lot, events, place, changes)
    return changes


@kernel
def _overloaded_to(lot: Ints, first: int, last: int, span: tuple[int, int], spare: int) -> int:
    """Return until when a pool is too full within a span, 0 if it is not.

    That is the end of the last stretch within the span in which others hold more than can be
    spared, or, if that goes beyond the span, when the first of those who hold it then lets go.
    """
    start, end = span
    # Those met stand where the changes of those before them, two of each, do not come.
    events, most, level, soonest = lot[at.L_EVENT], 0, 0, FAR
    met = behind = events + last - first + 1
    row, lowest = spot(lot, at.L_LOG, last, 0), spot(lot, at.L_LOG, first, 0)
    while row >= lowest and lot[row + 3] > start:
        done = lot[row + 1]
        if lot[row] < end and done > start:
            lot[behind] = row
            behind += 1
            most += lot[row + 2]
            if done >= end:
                level += lot[row + 2]
                soonest = min(soonest, done)
        row -= at.LOG_WIDTH
    if most <= spare or level > spare:
        return 0 if most <= spare else int(soonest)
    # Back from the end of the span until others hold too much.
    changes = _changes_of(lot, lowest, (met, behind), span)
    while changes > 0:
        kind, row = lot[events] >> PLACES, lowest + (lot[events] & ((1 << PLACES) - 1))
        amount = lot[row + 2]
        level += -amount if kind & 1 else amount
        if level > spare:
            return int(start + (kind >> 1))
        changes -= 1
        lot[events] = lot[events + changes]
        _sink(lot, events, 0, changes)
    return 0


@kernel
def pool_busy(plant: Ints, lot: Ints, pool: int, amount: int, start: int, end: int) -> int:
    """Return 0 if a pool has room for an amount over a span, else the next instant to try."""
    first = get(plant, at.P_ROOM, pool, 1)
    last = first + lot[lot[at.L_STATE] + plant[AT_POOL_ROWS] + pool] - 1
    spare = get(plant, at.P_ROOM, pool, 0) - amount
    # What has no length holds nothing, but must not begin in a crowd either.
    return _overloaded_to(lot, first, last, (start, max(end, start + 1)), spare)


@kernel
def pool_free(plant: Ints, lot: Ints, mode: int, start: int, end: int) -> int:
    """Return `start` if the pools have room for the span, else the next instant to try."""
    following = start
    for use in range(get(plant, at.P_MODE, mode, POOLS), get(plant, at.P_MODE, mode, POOLS_END)):
        pool, amount = get(plant, at.P_POOL, use, 0), get(plant, at.P_POOL, use, 1)
        following = max(following, pool_busy(plant, lot, pool, amount, start, end))
    return following


@kernel
def _arrived_at(plant: Ints, material: int, goal: int) -> int:
    """Return when so much has arrived, `FAR` if it never does."""
    low, end = (
        get(plant, at.P_MATERIAL, material, at.ARRIVALS),
        get(plant, at.P_MATERIAL, material, at.ARRIVALS_END),
    )
    high = end
    while low < high:
        middle = (low + high) >> 1
        if get(plant, at.P_ARRIVAL, middle, 1) < goal:
            low = middle + 1
        else:
            high = middle
    return int(get(plant, at.P_ARRIVAL, low, 0)) if low < end else FAR


@kernel
def _with_made(plant: Ints, lot: Ints, material: int, made: int, goal: int) -> int:
    """Return when arrivals and what was made add up to a goal.

    The stretch is halved between an instant at which there is too little until more is made, and
    the end of what was made last.
    """
    have, _, following = _made_by(plant, lot, material, made, 0)
    arrived = _arrived_at(plant, material, goal - have)
    if arrived <= following or following >= FAR:
        return int(arrived)
    whole, last, _ = _made_by(plant, lot, material, made, FAR)
    low, high = following - 1, last
    found = max(last, _arrived_at(plant, material, goal - whole))
    while low + 1 < high:
        have, before, following = _made_by(plant, lot, material, made, (low + high) >> 1)
        arrived = _arrived_at(plant, material, goal - have)
        if arrived <= following:
            high, found = before, max(before, arrived)
        else:
            low = following - 1
    return int(found)


@kernel
def _made_by(plant: Ints, lot: Ints, material: int, made: int, t: int) -> tuple[int, int, int]:
    """Return how much was made by an instant, when the last of it, and when the next comes."""
    first = get(plant, at.P_MATERIAL, material, at.MADE_LOG)
    have, before, following = 0, 0, FAR
    for row in range(first, first + made):
        end = lot[spot(lot, at.L_LOG, row, 0)]
        if end <= t:
            have += lot[spot(lot, at.L_LOG, row, 2)]
            before = max(before, end)
        else:
            following = min(following, end)
    return int(have), int(before), int(following)


@kernel
def take_stock(plant: Ints, lot: Ints, op: int, times: int) -> None:
    """Take what an operation consumes for the time being, or give it back; hashes stay."""
    for row in range(get(plant, at.P_OP, op, USES), get(plant, at.P_OP, op, USES_END)):
        material = get(plant, at.P_NEED, row, 0)
        if get(plant, at.P_MATERIAL, material, at.LIFE) >= FAR:
            here = lot[at.L_STATE] + plant[AT_USED] + material
            lot[here] += times * get(plant, at.P_NEED, row, 1)


@kernel
def supplied_at(plant: Ints, lot: Ints, op: int) -> int:
    """Return when all that an operation consumes has come, given what was used before it.

    What expires is not counted here: `shelves` does.
    """
    ready = 0
    for row in range(get(plant, at.P_OP, op, USES), get(plant, at.P_OP, op, USES_END)):
        material = get(plant, at.P_NEED, row, 0)
        if get(plant, at.P_MATERIAL, material, at.LIFE) < FAR:
            continue
        goal = lot[lot[at.L_STATE] + plant[AT_USED] + material] + get(plant, at.P_NEED, row, 1)
        made = lot[lot[at.L_STATE] + plant[AT_MADE_ROWS] + material]
        if made > 0:
            ready = max(ready, _with_made(plant, lot, material, made, goal))
        else:
            ready = max(ready, _arrived_at(plant, material, goal))
    return ready
