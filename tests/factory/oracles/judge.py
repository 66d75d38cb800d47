"""A second opinion on a schedule: rebuilt row by row by the rules of brute force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tests.factory.oracles.clock import is_oven, opened, span, ways
from tests.factory.oracles.place import (
    Placed,
    Rows,
    crews,
    free,
    ready,
    setup,
    stocked,
    tanks,
    timed,
)

from sanpin.factory.model import Job, Operation, Problem, ScheduledOperation

Named = dict[tuple[str, str], tuple[Job, Operation]]


def obeys(problem: Problem, schedule: Sequence[ScheduledOperation]) -> bool:
    """Tell whether a schedule obeys every rule; operations without length must not tie."""
    named = {(job.id, op.id): (job, op) for job in problem.jobs for op in job.operations}
    ids = [(row.job, row.op) for row in schedule]
    if len(set(ids)) < len(ids) or not set(ids) <= set(named):
        return False
    for job in problem.jobs:
        optional = {name for names in job.alternatives for name in names}
        here = {op for name, op in ids if name == job.id}
        if not {op.id for op in job.operations} - optional <= here:
            return False
        if job.alternatives and here & optional not in [set(each) for each in job.alternatives]:
            return False
    loads: dict[object, list[ScheduledOperation]] = {}
    for row in sorted(schedule, key=lambda row: (row.start, row.end)):
        loads.setdefault((row.machine, row.batch) if row.batch else (row.job, row.op), []).append(
            row
        )
    return _stands(problem, named, (), list(loads.values()))


def _stands(
    problem: Problem, named: Named, rows: Rows, loads: list[list[ScheduledOperation]]
) -> bool:
    """Tell whether the remaining loads can stand as they say."""
    if not loads:
        return stocked(problem, rows) and tanks(problem, rows)
    waiting = {(row.job, row.op) for load in loads for row in load}
    for row in loads[0]:
        if any((row.job, after.op) in waiting for after in named[row.job, row.op][1].after):
            return False
    return any(
        _stands(problem, named, (*rows, *load), loads[1:])
        for load in _read(problem, named, rows, loads[0])
    )


def _read(
    problem: Problem, named: Named, rows: Rows, load: list[ScheduledOperation]
) -> Iterator[list[Placed]]:
    """Yield what a load may mean: with which modes, and who sets it up."""
    first = load[0]
    times = {(row.setup_start, row.start, row.end) for row in load}
    if len(times) > 1 or first.setup_start > first.start or min(min(times)) < 0:
        return
    machine = problem.processors.get(first.machine)
    if first.machine and machine is None:
        return
    for members in _members(problem, named, rows, load):
        oven = is_oven(problem, members[0].mode)
        if not oven and (first.batch and len(load) > 1):
            return
        if oven and not (first.batch and _fits(problem, members)):
            return
        longest = max(p.work for p in members)
        stood = [timed(problem, p, longest) for p in members]
        if any(p is None or p.end != first.end for p in stood):
            continue
        new = [p for p in stood if p is not None]
        if all(ready(problem, rows, p) for p in new) and free(problem, rows, new):
            yield from _set_up(problem, rows, new, first.setup_start)


def _members(
    problem: Problem, named: Named, rows: Rows, load: list[ScheduledOperation]
) -> Iterator[list[Placed]]:
    """Yield the load with every choice of modes that its machine and workers allow."""
    if not load:
        yield []
        return
    row = load[0]
    job, op = named[row.job, row.op]
    tools = (op.tool,) if op.tool and row.machine else ()
    if row.tools not in ((), tools):
        return
    for mode, workers, work in ways(problem, job, op):
        if (mode.machine if mode else "") == row.machine and sorted(workers) == sorted(row.workers):
            number = len(rows) + 1 if is_oven(problem, mode) else 0
            start = row.start
            new = Placed(job, op, mode, row.workers, work, start, row.end, start, 0, number)
            for others in _members(problem, named, rows, load[1:]):
                yield [new, *others]


def _fits(problem: Problem, members: Sequence[Placed]) -> bool:
    """Tell whether members of a load are of one family and not too big."""
    needs = [p.op.batch for p in members]
    families = {need.family if need else None for need in needs}
    room = sum(need.size if need else 1 for need in needs)
    alone = len(members) == 1
    same = len(families) == 1 and None not in families
    return (alone or same) and room <= problem.processors[members[0].machine].capacity


def _set_up(
    problem: Problem, rows: Rows, load: list[Placed], setup_start: int
) -> Iterator[list[Placed]]:
    """Yield the load set up from an instant, by every choice of people."""
    if load[0].mode is None:
        yield load
        return
    machine = problem.processors[load[0].machine]
    before: dict[int, list[Placed]] = {}
    for p in rows:
        if p.machine == machine.id:
            before.setdefault(p.load or -len(before) - 1, []).append(p)
    until = max((p.end for each in before.values() for p in each), default=0)
    table = problem.setups.get(machine.setup)
    length = setup(table, machine.initial, [*before.values(), load])
    end = setup_start + (length or 0)
    mask = span(setup_start, end)
    if length is None or setup_start < until or end > load[0].start:
        return
    if mask & ~opened(problem, machine):
        return
    skills = sorted({p.op.setup_worker for p in load if p.op.setup_worker and length})
    for setters in crews(problem, [*rows, *load], machine, skills, mask):
        yield [
            replace(p, setup_start=setup_start, length=length, setters=setters if not at else ())
            for at, p in enumerate(load)
        ]
