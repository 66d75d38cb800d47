"""The loops of the bounds: chains of jobs in open time, and one resource with preemption.

Times are int64. `FAR` stands for never. A resource is its *capacity*: how much work it can have
done by each instant, as ascending points (time, work) joined by straight lines. Work is then
measured on the capacity itself, where every resource is one machine of speed one.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from sanpin.factory.engine.compiled import kernel, maker

__all__ = [
    "FAR",
    "amounts",
    "chain_heads",
    "chain_order",
    "chain_tails",
    "instants",
    "jackson",
    "shortest",
]

Ints = Annotated[NDArray[np.int64], 1]
Flags = Annotated[NDArray[np.bool_], 1]

FAR = 1 << 40
"""Never; far beyond any time, and small enough to be multiplied by a number of machines."""


@maker
def chain_order(before_at: Ints, before: Ints) -> Ints:
    """Return operations with predecessors first (Kahn 1962).

    Parameters
    ----------
    before_at, before : predecessors of operation i are ``before[before_at[i] : before_at[i + 1]]``
    """
    size = len(before_at) - 1
    count = np.zeros(size + 1, np.int64)
    for op in before:
        count[op + 1] += 1
    after_at = np.cumsum(count)
    fill = after_at[:-1].copy()
    after = np.empty(len(before), np.int64)
    waits = np.empty(size, np.int64)
    order = np.empty(size, np.int64)
    done = 0
    for op in range(size):
        waits[op] = before_at[op + 1] - before_at[op]
        if waits[op] == 0:
            order[done] = op
            done += 1
        for k in range(before_at[op], before_at[op + 1]):
            after[fill[before[k]]] = op
            fill[before[k]] += 1
    at = 0
    while at < done:
        for k in range(after_at[order[at]], after_at[order[at] + 1]):
            waits[after[k]] -= 1
            if waits[after[k]] == 0:
                order[done] = after[k]
                done += 1
        at += 1
    return order[:done]


@kernel
def _place(
    ready: int, work: int, rests: bool, first: int, last: int, begins: Ints, ends: Ints
) -> tuple[int, int]:
    """Return the earliest start and end of work within windows `first` to `last`."""
    low, high = first, last
    while low < high:
        middle = (low + high) // 2
        if ends[middle] < ready or (ends[middle] == ready and work > 0):
            low = middle + 1
        else:
            high = middle
    start, left = FAR, work
    for at in range(low, last):
        begin = max(ready, begins[at])
        if not rests:
            if begin + work <= ends[at]:
                return int(begin), int(begin + work)
        else:
            if start == FAR:
                start = begin
            if begin + left <= ends[at]:
                return int(start), int(begin + left)
            left -= ends[at] - begin
    return FAR, FAR


@maker
def chain_heads(
    order: Ints, before_at: Ints, before: Ints, lag: Ints, share: Ints, whole: Ints,
    earliest: Ints, rests: Flags, mode_at: Ints, work: Ints, calendar: Ints,
    window_at: Ints, begins: Ints, ends: Ints, least: Ints,
) -> tuple[Ints, Ints]:  # fmt: skip
    """Return the earliest start and end of each operation if only its job and calendars bind.

    Parameters
    ----------
    lag : least wait after each predecessor, transport included
    share, whole : numerator and denominator of what a predecessor hands over; 0 for all of it
    work, calendar : of each mode; calendar -1 is always open
    window_at, begins, ends : windows of each calendar
    least : least work of each operation
    """
    size = len(earliest)
    starts, finishes = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for op in order:
        ready, done = earliest[op], np.int64(0)
        for k in range(before_at[op], before_at[op + 1]):
            p = before[k]
            if share[k]:
                part = -(-share[k] * least[p] // whole[k])
                ready = max(ready, starts[p] + part + lag[k])
                done = max(done, finishes[p] + lag[k])
            else:
                ready = max(ready, finishes[p] + lag[k])
        start, finish = np.int64(FAR), np.int64(FAR)
        for m in range(mode_at[op], mode_at[op + 1]):
            c = calendar[m]
            if c < 0:
                first, last = ready, ready + work[m]
            else:
                first, last = _place(
                    ready, work[m], rests[op], window_at[c], window_at[c + 1], begins, ends
                )
            start, finish = min(start, first), min(finish, last)
        if finish >= FAR:
            # Nothing is open long enough; what is certain is certain nevertheless.
            start, finish = ready, ready + least[op]
        starts[op], finishes[op] = start, max(finish, done)
    return starts, finishes


@maker
def chain_tails(
    order: Ints, before_at: Ints, before: Ints, lag: Ints, share: Ints, least: Ints,
    certain: Flags,
) -> Ints:  # fmt: skip
    """Return the least time from the end of each operation to the end of its job.

    Parameters
    ----------
    certain : whether an operation is part of every schedule; what others add is not
    """
    tails = np.zeros(len(least), np.int64)
    for at in range(len(order) - 1, -1, -1):
        op = order[at]
        if not certain[op]:
            continue
        for k in range(before_at[op], before_at[op + 1]):
            rest = lag[k] + tails[op]
            # Where a share is handed over, only the ends keep the least wait.
            if share[k] == 0:
                rest += least[op]
            tails[before[k]] = max(tails[before[k]], rest)
    return tails


@maker
def amounts(moments: Ints, times: Ints, works: Ints) -> Ints:
    """Return how much a resource can have done by each instant, rounded down."""
    found = np.empty(len(moments), np.int64)
    for i in range(len(moments)):
        at = np.searchsorted(times, moments[i])
        if at >= len(times):
            found[i] = works[-1]
        elif at == 0:
            found[i] = works[0]
        else:
            gained, lasted = works[at] - works[at - 1], times[at] - times[at - 1]
            found[i] = works[at - 1] + (moments[i] - times[at - 1]) * gained // lasted
    return found


@maker
def instants(amounts: Ints, times: Ints, works: Ints) -> Ints:
    """Return when a resource can have done each amount of work at the earliest.

    Parameters
    ----------
    times, works : points of its capacity
    """
    found = np.empty(len(amounts), np.int64)
    for i in range(len(amounts)):
        amount = amounts[i]
        if amount <= 0:
            found[i] = 0
            continue
        at = np.searchsorted(works, amount)
        if at >= len(works):
            found[i] = FAR
            continue
        gained, lasted = works[at] - works[at - 1], times[at] - times[at - 1]
        found[i] = times[at - 1] + -(-(amount - works[at - 1]) * lasted // gained)
    return found


@maker
def jackson(heads: Ints, work: Ints, tails: Ints, spared: int, times: Ints, works: Ints) -> int:
    """Return the least latest end plus tail of one resource with preemption.

    Always run the released operation with the greatest tail (Jackson 1955; Carlier 1982).

    Parameters
    ----------
    heads, work, tails : by operation; heads are instants
    spared : work that may not be needed after all
    times, works : points of the capacity
    """
    arrivals = amounts(heads, times, works)
    order = np.argsort(arrivals)
    left = work.copy()
    finished = np.zeros(len(work), np.int64)
    queue = [(np.int64(0), np.int64(0)) for _ in range(0)]
    t, at = np.int64(0), 0
    while at < len(order) or len(queue) > 0:
        if len(queue) == 0:
            t = max(t, arrivals[order[at]])
        while at < len(order) and arrivals[order[at]] <= t:
            heappush(queue, (-tails[order[at]], order[at]))
            at += 1
        op = queue[0][1]
        until = arrivals[order[at]] if at < len(order) else t + left[op]
        ran = min(left[op], until - t)
        t += ran
        left[op] -= ran
        if left[op] == 0:
            heappop(queue)
            finished[op] = t
    return int(np.max(instants(finished - spared, times, works) + tails))


@maker
def shortest(heads: Ints, work: Ints, spared: int, times: Ints, works: Ints) -> Ints:
    """Return the earliest instants by which one, two, three ... of the jobs can be done.

    Always run the released job with the least work left (Schrage 1968): it makes every one of the
    ends in order as early as possible.
    """
    arrivals = amounts(heads, times, works)
    order = np.argsort(arrivals)
    left = work.copy()
    finished = np.zeros(len(work), np.int64)
    queue = [(np.int64(0), np.int64(0)) for _ in range(0)]
    t, at, done = np.int64(0), 0, 0
    while at < len(order) or len(queue) > 0:
        if len(queue) == 0:
            t = max(t, arrivals[order[at]])
        while at < len(order) and arrivals[order[at]] <= t:
            heappush(queue, (left[order[at]], order[at]))
            at += 1
        op = heappop(queue)[1]
        until = arrivals[order[at]] if at < len(order) else t + left[op]
        ran = min(left[op], until - t)
        t += ran
        left[op] -= ran
        if left[op] == 0:
            finished[done] = t
            done += 1
        else:
            heappush(queue, (left[op], op))
    return instants(finished - spared, times, works)
