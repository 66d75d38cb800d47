"""Where an operation that is taken out fits best: its mode, and its places in both sequences.

While it is out, ends and tails of all others are those without it; then the longest path through
it is exact for every place (Mastrolilli and Gambardella 2000).
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.sequences.arrays import (
    END,
    FAR,
    NEXT,
    RIGHT,
    TAIL,
    Ints,
    Rows,
    Shop,
    State,
)
from sanpin.factory.engine.sequences.graph import job_end, job_tail, makespan
from sanpin.factory.engine.sequences.hunting import (
    FLOOR,
    MODE,
    TIES,
    VALUE,
    WORK,
    Hunt,
    clear,
    offer,
)
from sanpin.factory.engine.sequences.insertion import is_longer, rated
from sanpin.factory.engine.sequences.moves import apart, may_go_left, may_go_right

__all__ = ["find_place"]

FEW = 5
"""Ways of an operation are few when there are so many times more machines and workers."""


@kernel
def find_place(shop: Shop, state: State, hunt: Hunt, op: int, limit: int) -> bool:
    """Find the place with the least makespan, of equal ones with the shortest path through it.

    It stands in `hunt.chosen[0]`, ties broken by chance; False when every one exceeds the limit.
    Modes are to be sorted by duration, as they are where they name workers.
    """
    node, size, count, best = state.node, shop.size, hunt.tally, hunt.chosen[0]
    clear(hunt.chosen)
    # As if a place had been offered that is just too long.
    best[VALUE], best[TIES], best[MODE] = ((limit + 1) << 31) - 1, 1, -1
    count[FLOOR] = makespan(shop, state)
    start, rest = job_end(node, shop.more, op), job_tail(node, shop.more, op)
    begin, end = shop.mode_start[op], shop.mode_start[op + 1]
    least, first = hunt.least, -1
    many = FEW * (end - begin) > shop.machines + shop.workers
    if many:
        first = _likeliest(shop, state, hunt, op, start, rest)
        begin -= 1
    for number in range(begin, end):
        mode = number
        if many:
            if number == first:
                continue
            mode = number if number > begin else first
        machine, worker = shop.mode_machine[mode], shop.mode_worker[mode]
        length = shop.mode_length[mode]
        if is_longer(hunt, start + length + rest):
            break  # all further ones take at least as long
        if many and is_longer(hunt, length + _around(least, machine, shop.machines, worker)):
            continue
        before, after, mate = size, state.first[machine], size
        while True:
            # Places before an operation that ends in time anyway are never better.
            if after == size or node[after, END] > start:
                if is_longer(hunt, max(start, node[before, END]) + length + rest):
                    break
                mate = _offer_place(shop, state, hunt, op, mode, before, after, start, rest, mate)
                # Places after one whose tail is short are never better either.
                if after == size or node[after, TAIL] <= rest:
                    break
            count[WORK] += 1
            before = after
            after = node[after, RIGHT]
    count[FLOOR] = 0
    return bool(best[MODE] >= 0)


@kernel
def _note_least(shop: Shop, state: State, least: Ints, start: int, rest: int) -> None:
    """Note by machine and worker the shortest path, without the work, through any of its places."""
    node, size = state.node, shop.size
    for resource in range(shop.machines + shop.workers):
        further = RIGHT if resource < shop.machines else NEXT
        before, after, shortest = size, state.first[resource], FAR
        while True:
            path = max(start, node[before, END]) + max(rest, node[after, TAIL])
            shortest = min(shortest, path)
            if after == size or node[after, TAIL] <= rest:
                break
            before, after = after, node[after, further]
        least[resource] = shortest


@kernel
def _likeliest(shop: Shop, state: State, hunt: Hunt, op: int, start: int, rest: int) -> int:
    """Return the mode whose path may be the shortest, and note what limits the others.

    Where there are hundreds of modes, looking at this one first spares nearly all of them.
    """
    least, best, shortest = hunt.least, -1, FAR
    _note_least(shop, state, least, start, rest)
    begin, end = shop.mode_start[op], shop.mode_start[op + 1]
    for mode in range(begin, end):
        machine, worker = shop.mode_machine[mode], shop.mode_worker[mode]
        path = shop.mode_length[mode] + _around(least, machine, shop.machines, worker)
        if path < shortest:
            best, shortest = mode, path
    hunt.tally[WORK] += (shop.size + end - begin) >> 1
    return best


@kernel
def _around(least: Ints, machine: int, machines: int, worker: int) -> int:
    """Return the shortest path, without the work, that machine and worker allow each alone."""
    if worker < 0:
        return int(least[machine])
    return int(max(least[machine], least[machines + worker]))


@kernel
def _offer_place(
    shop: Shop, state: State, hunt: Hunt, op: int, mode: int, before: int, after: int,
    start: int, rest: int, mate: int,
) -> int:  # fmt: skip
    """Offer one place on the machine, with the sensible places in the worker's sequence.

    Parameters
    ----------
    start, rest : longest paths to and from the operation that leave out the machine and worker
    mate : somebody of the worker's sequence after whom it is surely not too early, or nobody

    Returns
    -------
    The last such, for the next place.
    """
    node, size, worker = state.node, shop.size, shop.mode_worker[mode]
    length = shop.mode_length[mode]
    start, rest = max(start, node[before, END]), max(rest, node[after, TAIL])
    if is_longer(hunt, start + length + rest):
        return mate
    if before != size and not may_go_right(node, shop.jobs, op, before):
        return mate
    if after != size and not may_go_left(node, shop.jobs, op, after):
        return mate
    if worker < 0:
        value = rated(hunt, start + length + rest)
        offer(hunt.chosen, hunt.random, value, 0, op, mode, size, before, size, 2)
        return mate
    later = state.first[shop.machines + worker]
    if mate != size:
        later = node[mate, NEXT]
    # Places before one that ends in time anyway are never better.
    while later != size and node[later, END] <= start:
        hunt.tally[WORK] += 1
        mate, later = later, node[later, NEXT]
    _offer_mates(shop, state, hunt, op, mode, before, after, start, rest, mate)
    return mate


@kernel
def _offer_mates(
    shop: Shop, state: State, hunt: Hunt, op: int, mode: int, before: int, after: int,
    start: int, rest: int, mate: int,
) -> None:  # fmt: skip
    """Offer the places in the worker's sequence, from after `mate` on, for one on the machine."""
    node, size, length = state.node, shop.size, shop.mode_length[mode]
    while True:
        begin = max(start, node[mate, END])
        if is_longer(hunt, begin + length + rest):
            return
        later = state.first[shop.machines + shop.mode_worker[mode]]
        if mate != size:
            later = node[mate, NEXT]
        path = begin + length + max(rest, node[later, TAIL])
        if not is_longer(hunt, path) and _fits(shop, node, op, before, after, mate, later):
            value = rated(hunt, path)
            offer(hunt.chosen, hunt.random, value, 0, op, mode, size, before, mate, 2)
        if later == size or node[later, TAIL] <= rest:
            return
        hunt.tally[WORK] += 1
        mate = later


@kernel
def _fits(shop: Shop, node: Rows, op: int, before: int, after: int, mate: int, later: int) -> bool:
    """Tell whether places on machine and worker surely close no cycle together."""
    size = shop.size
    if mate != size:
        if not may_go_right(node, shop.jobs, op, mate):
            return False
        if after != size and not apart(node, after, mate):
            return False
    if later != size:
        if not may_go_left(node, shop.jobs, op, later):
            return False
        if before != size and not apart(node, later, before):
            return False
    return True
