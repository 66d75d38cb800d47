"""The objective of placed operations, and a bound for what is still to be placed."""

from __future__ import annotations

from collections.abc import Sequence

from tests.factory.oracles.place import Placed, Rows, journey

from sanpin.factory.model import Job, Operation, Problem


def value(problem: Problem, rows: Rows) -> float:
    """Return the weighted sum of all terms of a whole schedule."""
    ends = {job.id: [p.end for p in rows if p.job.id == job.id] for job in problem.jobs}
    return fixed_part(problem, rows) + late_part(
        problem, {name: max(each) for name, each in ends.items() if each}, early=True
    )


def late_part(problem: Problem, ends: dict[str, int], *, early: bool) -> float:
    """Return the part of the objective that follows from the ends of the jobs."""
    weights = problem.objective
    total = weights.get("makespan", 0) * max(ends.values(), default=0)
    for job in problem.jobs:
        end = ends.get(job.id)
        if end is None:
            continue
        total += weights.get("flow", 0) * (end - job.release)
        if job.due is None:
            continue
        if end > job.due:
            total += weights.get("tardiness", 0) * job.weight * (end - job.due)
            total += weights.get("tardy_jobs", 0)
        elif early:
            total += weights.get("earliness", 0) * job.earliness_weight * (job.due - end)
    return total


def fixed_part(problem: Problem, rows: Sequence[Placed]) -> float:
    """Return the part of the objective that each operation adds: set-ups, costs, departures."""
    weights = problem.objective
    loads = {(p.machine, p.load or (p.job.id, p.op.id)): p for p in reversed(rows) if p.mode}
    total = weights.get("setup", 0) * sum(p.length for p in loads.values())
    if weights.get("cost"):
        cost: float = 0
        for p in loads.values():
            cost += problem.processors[p.machine].cost_per_unit * (p.end - p.setup_start)
        for p in rows:
            cost += p.mode.cost if p.mode else p.op.outsource.cost
            held = [problem.workers[w] for w in p.workers]
            held += [problem.tools[p.op.tool]] if p.op.tool and p.mode else []
            cost += sum(r.cost_per_unit for r in held) * (p.end - p.setup_start)
            for after in p.op.after:
                for before in rows:
                    if (before.job.id, before.op.id) == (p.job.id, after.op):
                        way = journey(problem, before, p)
                        cost += way[1] if way else 0
        total += weights["cost"] * cost
    for job, op, machine, start in problem.baseline if weights.get("stability") else ():
        for p in rows:
            if (p.job.id, p.op.id) == (job, op):
                moved = 100 * (p.machine != machine) + abs(p.start - start)
                total += weights["stability"] * moved
    return total


def least_late(
    problem: Problem,
    rows: Rows,
    left: Sequence[tuple[Job, Operation]],
    work: dict[tuple[str, str], int],
    now: int,
) -> float:
    """Return the least that the ends of jobs can still cost when nothing starts before now."""
    ends: dict[str, int] = {}
    done = {(p.job.id, p.op.id): p.end for p in rows}
    for p in rows:
        ends[p.job.id] = max(ends.get(p.job.id, 0), p.end)
    for job, op in left:
        start = max(now, job.release, op.earliest or 0)
        for after in op.after:
            if after.transfer is None:
                start = max(start, done.get((job.id, after.op), 0) + after.min_lag)
        if op.fixed and op.fixed.start < start:
            return float("inf")
        end = done[job.id, op.id] = start + work[job.id, op.id]
        if any(limit is not None and end > limit for limit in (job.deadline, op.latest)):
            return float("inf")
        ends[job.id] = max(ends.get(job.id, 0), done[job.id, op.id])
    return late_part(problem, ends, early=False)
