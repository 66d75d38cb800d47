"""What of a problem can be done at all: without modes that ask for more than there will ever be.

A search need not know them: it would only have to avoid them.
"""

from __future__ import annotations

from dataclasses import replace

from sanpin.factory.model import Job, Mode, Operation, Problem, Resource, ResourceKind

__all__ = ["possible", "too_small"]


def possible(problem: Problem) -> Problem | None:
    """Return a problem without the modes that ask for more of an oven or a tool than there is.

    Routings of which an operation has no other way go as well. Most problems come back as they
    are.

    Returns
    -------
    The problem to be searched; None when a job is left without any way.
    """
    ovens = [each for each in problem.processors.values() if each.kind is ResourceKind.OVEN]
    least = min((oven.capacity for oven in ovens), default=None)
    gone = {tool.id for tool in problem.tools.values() if tool.capacity < 1}
    jobs = []
    for job in problem.jobs:
        doubtful = any(
            op.tool in gone or (least is not None and _size(op) > least) for op in job.operations
        )
        kept = _possible(problem, job) if doubtful else job
        if kept is None:
            return None
        jobs.append(kept)
    same = all(kept is job for kept, job in zip(jobs, problem.jobs, strict=True))
    return problem if same else replace(problem, jobs=tuple(jobs))


def too_small(problem: Problem, op: Operation, mode: Mode) -> Resource | None:
    """Return a resource of which a mode asks for more than there is, None when there is enough.

    What has no length takes nothing of pools and tools.
    """
    machine = problem.processors[mode.machine]
    if machine.kind is ResourceKind.OVEN and _size(op) > machine.capacity:
        return machine
    if not mode.duration:
        return None
    for name, amount in mode.uses.items():
        if amount > problem.pools[name].capacity:
            return problem.pools[name]
    tool = problem.tools.get(op.tool)
    return tool if tool is not None and tool.capacity < 1 else None


def _size(op: Operation) -> int:
    """Return what an operation takes of an oven."""
    return op.batch.size if op.batch else 1


def _possible(problem: Problem, job: Job) -> Job | None:
    """Return a job without its impossible modes and routings, None when nothing is left."""
    ways = {op.id: _ways(problem, op) for op in job.operations}
    lost = {op.id for op in job.operations if op.modes and not ways[op.id] and not _outside(op)}
    if not lost and all(len(ways[op.id]) == len(op.modes) for op in job.operations):
        return job
    routings = tuple(names for names in job.alternatives if lost.isdisjoint(names))
    optional = {name for names in job.alternatives for name in names}
    if lost - optional or (job.alternatives and not routings):
        return None
    dropped = optional.difference(*routings)
    return replace(
        job,
        operations=tuple(
            _without(replace(op, modes=ways[op.id]), dropped)
            for op in job.operations
            if op.id not in dropped
        ),
        alternatives=routings,
    )


def _ways(problem: Problem, op: Operation) -> tuple[Mode, ...]:
    """Return the modes for which there is enough of everything, of a fixed operation its own."""
    return tuple(
        mode
        for mode in op.modes
        if too_small(problem, op, mode) is None
        and (op.fixed is None or op.fixed.machine == mode.machine)
    )


def _outside(op: Operation) -> bool:
    """Tell whether an operation may be done outside."""
    return op.outsource is not None and op.fixed is None


def _without(op: Operation, dropped: set[str]) -> Operation:
    """Return an operation that neither waits for dropped ones nor holds a tank for them."""
    hold = op.hold if op.hold and op.hold.until not in dropped else None
    return replace(op, after=tuple(a for a in op.after if a.op not in dropped), hold=hold)
