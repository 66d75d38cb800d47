"""How late anything can end in some best schedule, so that the model's time loses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, inf

from sanpin.factory.engine.exact.index import Index
from sanpin.factory.engine.exact.options import options_of
from sanpin.factory.model import Job

__all__ = ["latest_ends", "serial_end"]


def serial_end(index: Index) -> int:
    """Return an instant by which some best schedule is over, if there is any schedule.

    Notes
    -----
    After the last date that anything depends on (releases, dues, arrivals, the ends of calendars)
    a schedule in which nothing happens for a while can be cut there: all that follows moves to the
    left together, no rule is broken by it and no term grows. What is left is at most everything
    one after the other.
    """
    problem = index.problem
    dates: list[int] = [0, *index.earliest]
    for job in problem.jobs:
        dates += [t for t in (job.due, job.deadline) if t is not None]
    dates += [op.fixed.start for op in index.ops if op.fixed]
    dates += [time for material in problem.materials for time, _ in material.arrivals]
    dates += [material.shelf_life for material in problem.materials if material.shelf_life]
    dates += [start for *_, start in problem.baseline]
    used = {resource.calendar for resource in problem.resources if resource.calendar}
    dates += [windows[-1][1] for name in used if (windows := problem.calendars.get(name))]
    change = max((table.longest() for table in index.tables.values()), default=0)
    travel = max((leg.duration for leg in problem.transport), default=0)
    total = max(dates)
    for op in range(index.size):
        total += max((option.work for option in options_of(index, op)), default=0) + change
        total += max((link.min_lag + travel for _, link in index.before[op]), default=0)
    return total


def latest_ends(index: Index, high: int, objective: float) -> list[int]:
    """Return the latest end of each operation in a schedule no worse than `objective`.

    Parameters
    ----------
    high : latest end of all
    objective : of a schedule that is known, or that is asked for; infinite for none

    Notes
    -----
    No term is ever negative, so that none of them alone can exceed the objective.
    """
    weights: Mapping[str, float] = index.problem.objective
    found = [_latest(job, weights, objective) for job in index.jobs]
    limits = [high if limit is None else min(high, limit) for limit in found]
    return [
        min(limits[job], latest if latest is not None else high)
        for job, latest in zip(index.job_of, index.latest, strict=True)
    ]


def _latest(job: Job, weights: Mapping[str, float], objective: float) -> int | None:
    """Return the latest end of one job; a hair is added, since weights may be fractions."""
    if objective == inf or any(weight < 0 for weight in weights.values()):
        return None
    found = inf
    if weight := weights.get("makespan", 0):
        found = min(found, objective / weight)
    if weight := weights.get("flow", 0):
        found = min(found, job.release + objective / weight)
    if job.due is not None and (weight := weights.get("tardiness", 0) * job.weight):
        found = min(found, job.due + objective / weight)
    return None if found == inf else floor(found * (1 + 1e-9) + 1e-6)
