"""The terms of the objective, recomputed from the placed operations alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sanpin.factory.engine.check.facts import Facts, Placing
from sanpin.factory.engine.check.links import travel
from sanpin.factory.model import Job, Objective

__all__ = ["compute_terms", "weigh"]


def compute_terms(facts: Facts) -> dict[str, float]:
    """Return every term; C is the latest end of a job's operations.

    Notes
    -----
    With C the end, d the due date, r the release and w the weight of a job (Pinedo 2016, ch. 2):
    tardiness sum of w max(0, C - d), earliness likewise with max(0, d - C), makespan max C, flow
    sum of C - r, tardy_jobs the number of jobs with C > d. Set-up is the sum of change-over
    lengths, stability 100 per moved machine plus the shift of each start.
    """
    ends: dict[str, int] = defaultdict(int)
    for (job, _), placing in facts.placed.items():
        ends[job] = max(ends[job], placing.at.end)
    done = [(job, ends[job.id]) for job in facts.problem.jobs if job.id in ends]
    return {
        "tardiness": _tidy(sum(job.weight * _late(job, end) for job, end in done)),
        "setup": sum(facts.setup_length.values()),
        "makespan": max(ends.values(), default=0),
        "earliness": _tidy(sum(job.earliness_weight * _early(job, end) for job, end in done)),
        "flow": sum(end - job.release for job, end in done),
        "cost": _tidy(_cost(facts)),
        "stability": _stability(facts),
        "tardy_jobs": sum(_late(job, end) > 0 for job, end in done),
    }


def weigh(terms: Mapping[str, float], objective: Objective) -> float:
    """Return the weighted sum."""
    return _tidy(sum(weight * terms[name] for name, weight in objective.items()))


def _late(job: Job, end: int) -> int:
    """Return by how much a job ends after its due date."""
    return 0 if job.due is None else max(0, end - job.due)


def _early(job: Job, end: int) -> int:
    """Return by how much a job ends before its due date."""
    return 0 if job.due is None else max(0, job.due - end)


def _cost(facts: Facts) -> float:
    """Add modes, outsourcing, transport, and the holding of machines, workers and tools."""
    total: float = 0
    for placing in facts.placed.values():
        if placing.mode is not None:
            total += placing.mode.cost
        elif placing.at.outsourced and placing.op.outsource:
            total += placing.op.outsource.cost
        if facts.has_ways:
            total += _travelled(facts, placing)
        if facts.has_rates:
            total += _held(facts, placing)
    # A load holds its oven once: the cost of all but its first member was counted twice.
    shared = sum(_machine_cost(member) for load in facts.loads for member in load[1:])
    return total - shared


def _travelled(facts: Facts, placing: Placing) -> float:
    """Return the cost of the ways from all predecessors."""
    total: float = 0
    for after in placing.op.after:
        before = facts.placed.get((placing.job.id, after.op))
        way = travel(facts, before, placing) if before else None
        total += way[1] if way else 0
    return total


def _held(facts: Facts, placing: Placing) -> float:
    """Return the cost of holding machine, workers and tool from set-up to end."""
    rate: float = 0
    for worker in placing.workers:
        rate += worker.cost_per_unit
    if placing.op.tool and not placing.at.outsourced:
        rate += facts.problem.tools[placing.op.tool].cost_per_unit
    return _machine_cost(placing) + rate * (placing.at.end - placing.at.setup_start)


def _machine_cost(placing: Placing) -> float:
    """Return the cost of holding the machine from set-up to end."""
    span = placing.at.end - placing.at.setup_start
    return placing.machine.cost_per_unit * span if placing.machine else 0


def _stability(facts: Facts) -> int:
    """Return how far the schedule departs from the baseline; what is gone from it costs nothing."""
    total = 0
    for job, op, machine, start in facts.problem.baseline:
        placing = facts.placed.get((job, op))
        if placing is not None:
            total += 100 * (placing.at.machine != machine) + abs(placing.at.start - start)
    return total


def _tidy(value: float) -> float:
    """Return a number without the dust of sums; whole ones as integers, as JSON shows them."""
    value = round(value, 9)
    return int(value) if value == int(value) else value
