"""Lower bounds of the objective that hold for every schedule.

Each bound drops rules until what is left is easy: the chain of a job alone (no machine is ever
busy), or one machine alone (all other machines are never busy). What is optimal with fewer
rules can only be better than what is possible with all of them, so that nothing here depends
on how a schedule was found. Calendars and set-ups are dropped everywhere.
"""

from __future__ import annotations

from collections import defaultdict

from sanpin.factory.engine.search.shop import OUTSIDE, Shop

__all__ = ["lower_bound"]


def lower_bound(shop: Shop) -> float:
    """Return the weighted sum of lower bounds of the terms; each term is never below its own.

    Parameters
    ----------
    shop : the problem as flat lists

    Returns
    -------
    Lower bound of the objective, in its own units. Terms without a bound of their own (set-ups,
    earliness, stability) count as 0, which is a bound since none of them is ever negative.
    """
    lengths = [_shortest(shop, op) for op in range(shop.size)]
    heads, tails = _chains(shop, lengths)
    ends = [0] * len(shop.jobs)
    for op in range(shop.size):
        # A job ends with whichever of its operations ends last, not with the last one listed.
        job = shop.job_of[op]
        ends[job] = max(ends[job], heads[op] + lengths[op])
    pairs = list(zip(shop.jobs, ends, strict=True))
    late = [(job, max(0, end - job.due)) for job, end in pairs if job.due is not None]
    terms = {
        "makespan": max(max(ends, default=0), _load(shop, lengths, heads, tails)),
        "tardiness": sum(job.weight * t for job, t in late),
        "tardy_jobs": sum(t > 0 for _, t in late),
        "flow": sum(end - job.release for job, end in pairs),
        "cost": sum(min(way.cost for way in ways) for ways in shop.ways),
    }
    return sum(w * terms.get(name, 0) for name, w in shop.problem.objective.items())


def _shortest(shop: Shop, op: int) -> int:
    """Return the least work: the fastest machine with the fastest workers.

    The skills of workers are percents of the usual pace, so that work of 10 units takes
    ceil(10 * 100 / 120) units of a worker at 120 %. The ceiling is taken with integers, as the
    checker takes it: a float could round the bound above what is possible.
    """
    least = min(way.duration for way in shop.ways[op])
    need = shop.ops[op].worker
    if need is None:
        return least
    fastest = max((w.skills[need.skill] for w in shop.crews[op]), default=100)
    return -(-least * 100 // max(fastest, 1))


def _chains(shop: Shop, lengths: list[int]) -> tuple[list[int], list[int]]:
    """Return the least time before and after each operation by its job alone.

    Notes
    -----
    Heads and tails are those of Carlier (1982), "The one-machine sequencing problem". Where a link
    hands over a share of the work, the successor may start before its predecessor ends; such a
    link promises no more than its least wait after the predecessor's start.
    """
    heads, tails = list(shop.earliest), [0] * shop.size
    for op in shop.order:
        for link in shop.before[op]:
            done = heads[link.op] + (0 if link.transfer else lengths[link.op])
            heads[op] = max(heads[op], done + link.min_lag)
    for op in reversed(shop.order):
        for link in shop.next[op]:
            rest = 0 if link.transfer else lengths[link.op] + tails[link.op]
            tails[op] = max(tails[op], link.min_lag + rest)
    return heads, tails


def _load(shop: Shop, lengths: list[int], heads: list[int], tails: list[int]) -> int:
    """Return the greatest bound of one machine: its first head, its work, its least tail.

    Operations that could also run elsewhere, and ovens, which share loads, do not count.
    """
    members: dict[int, list[int]] = defaultdict(list)
    for op, ways in enumerate(shop.ways):
        machines = {way.machine for way in ways}
        if len(machines) == 1:
            members[machines.pop()].append(op)
    best = 0
    for machine, ops in members.items():
        if machine != OUTSIDE and shop.machines[machine].kind != "oven":
            best = max(best, _preemptive(ops, lengths, heads, tails))
    # Work that any machine may do: were it spread evenly over all of them, the fullest one would
    # still hold the mean. Batched operations share a load and outsourced ones need no machine at
    # all, so the former do not count and the latter make the argument void.
    spread = sum(lengths[op] for op in range(shop.size) if shop.ops[op].batch is None)
    return max(best, -(-spread // max(1, len(shop.machines))) if _all_inside(shop) else 0)


def _all_inside(shop: Shop) -> bool:
    """Tell whether no operation may be done outside the plant."""
    return all(way.machine != OUTSIDE for ways in shop.ways for way in ways)


def _preemptive(ops: list[int], lengths: list[int], heads: list[int], tails: list[int]) -> int:
    """Bound one machine by Jackson's preemptive schedule (Carlier and Pinson 1989).

    Always run the released operation with the greatest tail; the latest end plus tail bounds
    every schedule of the machine from below.

    Notes
    -----
    Jackson (1955) shows that the order of greatest tails (earliest due dates) is optimal on one
    machine; interrupting work makes it so with release dates as well. O(n log n) with the heap.
    """
    from heapq import heappop, heappush

    arrivals = sorted(ops, key=lambda op: heads[op])
    waiting: list[tuple[int, int]] = []
    left = {op: lengths[op] for op in ops}
    at, t, best = 0, 0, 0
    while at < len(arrivals) or waiting:
        if not waiting:
            t = max(t, heads[arrivals[at]])
        while at < len(arrivals) and heads[arrivals[at]] <= t:
            heappush(waiting, (-tails[arrivals[at]], arrivals[at]))
            at += 1
        tail, op = waiting[0]
        # Run until the next release, when a more urgent operation may take over.
        until = heads[arrivals[at]] if at < len(arrivals) else t + left[op]
        ran = min(left[op], until - t)
        t, left[op] = t + ran, left[op] - ran
        if not left[op]:
            heappop(waiting)
            best = max(best, t - tail)
    return best
