"""Dispatch: first schedules by rules, for shops of any size.

Non-delay schedules (Giffler and Thompson 1960): the machine that can start first takes the
waiting operation of the best rank. Each machine has a heap of what is coming, by arrival, and one
of what waits, by rank; a tournament tells which machine starts next.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sanpin.factory.engine.compiled import entry, kernel
from sanpin.factory.engine.sequences.arrays import Counts, Floats, Ints, Links, Marks, Shop

__all__ = ["Floor", "dispatch", "new_floor"]

IDLE = float(2**60)


class Floor(NamedTuple):
    """Room for a simulation; rows by machine unless said otherwise.

    Attributes
    ----------
    base : where the room of each machine begins in `coming` and `waiting`
    coming, waiting : heaps of modes; `coming_count`, `waiting_count` are their sizes
    free, turn : when it is free, and when it can start next
    worker_free : by worker
    tree : tournament over machines
    owner, ready, key : by mode: its operation, arrival, and rank
    start, missing, done : by operation: earliest start, predecessors to come, whether placed
    """

    base: Counts
    coming: Ints
    waiting: Ints
    coming_count: Counts
    waiting_count: Counts
    free: Floats
    turn: Floats
    worker_free: Floats
    tree: Counts
    owner: Ints
    ready: Floats
    key: Floats
    start: Floats
    missing: Ints
    done: Marks


def new_floor(shop: Shop) -> Floor:
    """Make room to simulate a shop."""
    modes, leaves = len(shop.mode_length), 1 << (shop.machines - 1).bit_length()
    counts = np.bincount(shop.mode_machine, minlength=shop.machines)
    return Floor(
        base=np.cumsum(counts) - counts,
        coming=np.zeros(modes, np.int32),
        waiting=np.zeros(modes, np.int32),
        coming_count=np.zeros(shop.machines, np.int64),
        waiting_count=np.zeros(shop.machines, np.int64),
        free=np.zeros(shop.machines),
        turn=np.zeros(2 * leaves),
        worker_free=np.zeros(shop.workers + 1),
        tree=np.zeros(2 * leaves, np.int64),
        owner=np.repeat(np.arange(shop.size, dtype=np.int32), np.diff(shop.mode_start)),
        ready=np.zeros(modes),
        key=np.zeros(modes),
        start=np.zeros(shop.size),
        missing=np.zeros(shop.size, np.int32),
        done=np.zeros(shop.size, np.uint8),
    )


@kernel
def _push(heap: Ints, key: Floats, bases: Counts, counts: Counts, machine: int, item: int) -> None:
    """Put an item into a heap."""
    base, at = bases[machine], counts[machine]
    counts[machine] += 1
    while at > 0:
        up = (at - 1) >> 1
        if key[heap[base + up]] <= key[item]:
            break
        heap[base + at] = heap[base + up]
        at = up
    heap[base + at] = item


@kernel
def _renew(floor: Floor, machine: int) -> None:
    """Find when a machine can start next, and who is first of all."""
    value = IDLE
    if floor.waiting_count[machine]:
        value = floor.free[machine]
    elif floor.coming_count[machine]:
        value = max(floor.free[machine], floor.ready[floor.coming[floor.base[machine]]])
    floor.turn[machine] = value
    at = (len(floor.tree) // 2 + machine) >> 1
    while at:
        one, two = floor.tree[2 * at], floor.tree[2 * at + 1]
        floor.tree[at] = one if floor.turn[one] <= floor.turn[two] else two
        at >>= 1


@kernel
def _arrive(shop: Shop, floor: Floor, op: int) -> None:
    """Announce an operation to all its machines."""
    for mode in range(shop.mode_start[op], shop.mode_start[op + 1]):
        machine = shop.mode_machine[mode]
        floor.ready[mode] = floor.start[op]
        _push(floor.coming, floor.ready, floor.base, floor.coming_count, machine, mode)
        _renew(floor, machine)


@kernel
def _open(shop: Shop, floor: Floor, jobs: Links) -> None:
    """Empty the floor and let all operations without predecessors come."""
    leaves = len(floor.tree) // 2
    for machine in range(leaves):
        floor.tree[leaves + machine] = machine
        floor.turn[machine] = IDLE
    for machine in range(leaves - 1, 0, -1):
        floor.tree[machine] = floor.tree[2 * machine]
    for machine in range(shop.machines):
        floor.free[machine] = 0
        floor.coming_count[machine] = floor.waiting_count[machine] = 0
    for worker in range(len(floor.worker_free)):
        floor.worker_free[worker] = 0
    for op in range(shop.size):
        floor.done[op] = floor.missing[op] = 0
        floor.start[op] = 0
        for at in range(jobs.before_start[op], jobs.before_start[op + 1]):
            if jobs.before[at, 0] == shop.size:
                floor.start[op] = max(floor.start[op], jobs.before[at, 1])
            else:
                floor.missing[op] += 1
    for op in range(shop.size):
        if floor.missing[op] == 0:
            _arrive(shop, floor, op)


@kernel
def _pop(heap: Ints, key: Floats, bases: Counts, counts: Counts, machine: int) -> int:
    """Take the smallest item out of a heap."""
    base = bases[machine]
    top = heap[base]
    counts[machine] -= 1
    count, at = counts[machine], 0
    item = heap[base + count]
    while 2 * at + 1 < count:
        down = 2 * at + 1
        if down + 1 < count and key[heap[base + down + 1]] < key[heap[base + down]]:
            down += 1
        if key[item] <= key[heap[base + down]]:
            break
        heap[base + at] = heap[base + down]
        at = down
    if count:
        heap[base + at] = item
    return int(top)


@kernel
def _choose(shop: Shop, floor: Floor, machine: int, rank: Floats, wait: float) -> int:
    """Return the mode that a machine starts at its turn, or -1 when it has to wait."""
    now, base = floor.turn[machine], floor.base[machine]
    while floor.coming_count[machine] and floor.ready[floor.coming[base]] <= now:
        mode = _pop(floor.coming, floor.ready, floor.base, floor.coming_count, machine)
        if not floor.done[floor.owner[mode]]:
            floor.key[mode] = rank[mode] + wait * floor.ready[mode]
            _push(floor.waiting, floor.key, floor.base, floor.waiting_count, machine, mode)
    while floor.waiting_count[machine]:
        mode = _pop(floor.waiting, floor.key, floor.base, floor.waiting_count, machine)
        if floor.done[floor.owner[mode]]:
            continue
        free = floor.worker_free[shop.mode_worker[mode]]
        if shop.mode_worker[mode] < 0 or free <= now:
            return int(mode)
        # It comes again when its worker is free.
        floor.ready[mode] = free
        _push(floor.coming, floor.ready, floor.base, floor.coming_count, machine, mode)
    return -1


@entry
def dispatch(
    shop: Shop,
    floor: Floor,
    jobs: Links,
    rank: Floats,
    wait: float,
    order: Ints,
    mode: Ints,
) -> float:
    """Build a schedule; return its makespan.

    Parameters
    ----------
    jobs : precedence; turned round, the schedule is built from its end
    rank : of each mode; the smallest goes first
    wait : weight of the arrival in the rank; 1 with equal ranks is first come, first served
    order, mode : results, the operations by start and their modes
    """
    _open(shop, floor, jobs)
    longest, placed = 0.0, 0
    while placed < shop.size:
        machine = floor.tree[1]
        chosen = _choose(shop, floor, machine, rank, wait)
        if chosen >= 0:
            op = floor.owner[chosen]
            floor.done[op] = 1
            order[placed], mode[op] = op, chosen
            placed += 1
            end = floor.turn[machine] + shop.mode_length[chosen]
            floor.free[machine] = end
            floor.worker_free[shop.mode_worker[chosen]] = end
            longest = max(longest, end)
            for at in range(jobs.after_start[op], jobs.after_start[op + 1]):
                other = jobs.after[at, 0]
                if other < shop.size:
                    floor.start[other] = max(floor.start[other], end + jobs.after[at, 1])
                    floor.missing[other] -= 1
                    if floor.missing[other] == 0:
                        _arrive(shop, floor, other)
        _renew(floor, machine)
    return longest
