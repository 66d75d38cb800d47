"""Lower bounds of the objective that hold for every schedule."""

from __future__ import annotations

from collections import defaultdict

from sanpin.factory.engine.search.shop import OUTSIDE, Shop

__all__ = ["lower_bound"]


def lower_bound(shop: Shop) -> float:
    """Return the weighted sum of lower bounds of the terms; each term is never below its own."""
    lengths = [_shortest(shop, op) for op in range(shop.size)]
    heads, tails = _chains(shop, lengths)
    ends = [0] * len(shop.jobs)
    for op in range(shop.size):
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
    """Return the least work: the fastest machine with the fastest workers."""
    least = min(way.duration for way in shop.ways[op])
    need = shop.ops[op].worker
    if need is None:
        return least
    fastest = max((w.skills[need.skill] for w in shop.crews[op]), default=100)
    return -(-least * 100 // max(fastest, 1))


def _chains(shop: Shop, lengths: list[int]) -> tuple[list[int], list[int]]:
    """Return the least time before and after each operation by its job alone."""
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
    spread = sum(lengths[op] for op in range(shop.size) if shop.ops[op].batch is None)
    return max(best, -(-spread // max(1, len(shop.machines))) if _all_inside(shop) else 0)


def _all_inside(shop: Shop) -> bool:
    return all(way.machine != OUTSIDE for ways in shop.ways for way in ways)


def _preemptive(ops: list[int], lengths: list[int], heads: list[int], tails: list[int]) -> int:
    """Bound one machine by Jackson's preemptive schedule (Carlier and Pinson 1989).

    Always run the released operation with the greatest tail; the latest end plus tail bounds
    every schedule of the machine from below.
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
        until = heads[arrivals[at]] if at < len(arrivals) else t + left[op]
        ran = min(left[op], until - t)
        t, left[op] = t + ran, left[op] - ran
        if not left[op]:
            heappop(waiting)
            best = max(best, t - tail)
    return best
