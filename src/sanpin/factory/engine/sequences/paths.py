"""Longest paths through jobs alone, and the bounds that follow from them.

Every bound holds for any schedule: it forgets all machines but those of one group.
"""

from __future__ import annotations

from collections import defaultdict
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from sanpin.factory.engine.sequences.arrays import Ints, Shop

__all__ = [
    "Longs",
    "are_straight",
    "bound",
    "in_order",
    "one_machine",
    "shortest",
    "work_after",
    "work_before",
]

Longs = NDArray[np.int64]


def shortest(shop: Shop) -> Longs:
    """Return the shortest duration of each operation over its modes."""
    return np.minimum.reduceat(shop.mode_length, shop.mode_start[:-1]).astype(np.int64)


def in_order(shop: Shop) -> list[int]:
    """Return the operations so that all come after their predecessors."""
    missing = np.zeros(shop.size, np.int64)
    for other in shop.jobs.after[:, 0].tolist():
        missing[other] += 1
    starts, links = shop.jobs.after_start.tolist(), shop.jobs.after[:, 0].tolist()
    found = np.flatnonzero(missing == 0).tolist()
    for op in found:
        for other in links[starts[op] : starts[op + 1]]:
            missing[other] -= 1
            if missing[other] == 0:
                found.append(other)
    return found


def are_straight(shop: Shop) -> bool:
    """Tell whether jobs are chains in the order of their operations, without waits or releases."""
    later = np.flatnonzero(np.diff(shop.jobs.before_start))
    straight = not len(shop.more.before_start)
    return straight and np.array_equal(shop.jobs.before[:, 0], later - 1)


def work_before(shop: Shop, length: Longs) -> Longs:
    """Return the earliest start of each operation if machines were without number."""
    if are_straight(shop):
        return _summed(shop.jobs.before_start, length)
    return _longest(in_order(shop), shop.jobs.before_start, shop.jobs.before, length)


def work_after(shop: Shop, length: Longs) -> Longs:
    """Return the longest path after the end of each operation."""
    if are_straight(shop):
        return _summed(shop.size - shop.jobs.after_start[::-1], length[::-1])[::-1]
    return _longest(in_order(shop)[::-1], shop.jobs.after_start, shop.jobs.after, length)


def _summed(before_start: Ints, length: Longs) -> Longs:
    """Return the work before each operation in chains: who has no predecessor begins one."""
    begins = np.diff(before_start) == 0
    before = np.cumsum(length) - length
    found: Longs = before - before[begins][np.cumsum(begins) - 1]
    return found


def _longest(order: list[int], start: Ints, links: Ints, length: Longs) -> Longs:
    """Return longest paths up to each operation, without itself."""
    starts, others, lengths = start.tolist(), links.tolist(), [*length.tolist(), 0]
    found = [0] * len(lengths)
    for op in order:
        found[op] = max(
            (found[o] + lengths[o] + lag for o, lag in others[starts[op] : starts[op + 1]]),
            default=0,
        )
    return np.array(found[:-1], np.int64)


def bound(shop: Shop) -> int:
    """Return a makespan that no schedule can beat.

    The longest job; for every machine the preemptive schedule of what only it can do (Jackson
    1955, Carlier 1982); for every group of machines its least work, after the earliest starts
    and before the least tails.
    """
    length = shortest(shop)
    heads, tails = work_before(shop, length), work_after(shop, length)
    best = int((heads + length + tails).max())
    groups: dict[frozenset[int], list[int]] = defaultdict(list)
    starts = shop.mode_start.tolist()
    for resources in (shop.mode_machine, shop.mode_worker)[: 2 if shop.workers else 1]:
        groups.clear()
        rows = resources.tolist()
        for op in range(shop.size):
            groups[frozenset(rows[starts[op] : starts[op + 1]])].append(op)
        for group, ops in _unions(groups):
            if -1 in group:
                continue
            chosen = np.array(ops)
            if len(group) == 1:
                found = one_machine(heads[chosen], length[chosen], tails[chosen])
            else:
                found = _parallel(len(group), heads[chosen], length[chosen], tails[chosen])
            best = max(best, found)
    return best


def _unions(
    groups: dict[frozenset[int], list[int]],
) -> list[tuple[frozenset[int], list[int]]]:
    """Return each group of machines with all operations that must be done inside it."""
    everything = frozenset(k for group in groups for k in group)
    # Only a few hundred groups are compared with each other; each bound is valid alone.
    names = [*groups, everything] if len(groups) <= 300 else list(groups)
    found = {
        name: [op for group, ops in groups.items() if group <= name for op in ops]
        if len(groups) <= 300
        else groups[name]
        for name in names
    }
    return list(found.items())


def _parallel(machines: int, heads: Longs, length: Longs, tails: Longs) -> int:
    """Return the bound of identical machines by their load (Carlier 1987)."""
    count = min(machines, len(length))
    # Each machine in use begins after one of the least heads and ends before one of the tails.
    few = np.sort(heads)[:count].sum() + length.sum() + np.sort(tails)[:count].sum()
    return int(-(-few // count)) if count == machines else 0


def one_machine(heads: Longs, length: Longs, tails: Longs) -> int:
    """Return the makespan of the preemptive schedule by largest tail on one machine."""
    ranked = np.argsort(heads, kind="stable").tolist()
    starts, left, rest = heads.tolist(), length.tolist(), tails.tolist()
    heap: list[tuple[int, int]] = []
    now = best = at = 0
    while at < len(ranked) or heap:
        if not heap:
            now = max(now, starts[ranked[at]])
        while at < len(ranked) and starts[ranked[at]] <= now:
            heappush(heap, (-rest[ranked[at]], ranked[at]))
            at += 1
        op = heap[0][1]
        until = now + left[op]
        if at < len(ranked):
            until = min(until, starts[ranked[at]])
        left[op] -= until - now
        now = until
        if left[op] == 0:
            heappop(heap)
            best = max(best, now + rest[op])
    return best
