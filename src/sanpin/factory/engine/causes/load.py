"""Too much for a machine, a tool or the workers of a skill: fixed pairs and full stretches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from sanpin.base import Budget
from sanpin.base.calendar import NEVER, OpenTime
from sanpin.factory.engine.causes.cause import Cause
from sanpin.factory.engine.causes.spans import Span
from sanpin.factory.engine.causes.ways import Plant
from sanpin.factory.model import Resource, ResourceKind

__all__ = ["check_fixed", "check_load"]

Sure = Mapping[tuple[str, str], Span]
NAMED = 5
STRETCHES = 60
"""Starts of stretches that are looked at per resource."""


@dataclass(frozen=True, slots=True)
class _Task:
    """What an operation takes of a resource at least: amount for some work within its room."""

    span: Span
    amount: int


@dataclass(slots=True)
class _Demand:
    """A resource (or the workers of a skill), what it can give, and who must have it."""

    name: str
    capacity: int
    opened: Callable[[int, int], int]
    tasks: list[_Task]


def check_fixed(plant: Plant, sure: Sure) -> Iterator[Cause]:
    """Yield operations that are fixed at a time when others, fixed too, leave them no room."""
    for demand in _demands(plant, sure):
        running: list[tuple[int, int, Span]] = []
        fixed = [task for task in demand.tasks if task.span.op.fixed and task.span.work]
        for task in sorted(fixed, key=lambda each: each.span.start):
            span = task.span
            running = [each for each in running if each[0] > span.start]
            if sum(amount for _, amount, _ in running) + task.amount > demand.capacity:
                others = _names(other for _, _, other in running)
                fields = {"job": span.job.id, "op": span.op.id, "others": others}
                yield Cause("fixed_pair", {**fields, "resource": demand.name})
            running.append((span.end, task.amount, span))


def check_load(plant: Plant, sure: Sure, budget: Budget) -> Iterator[Cause]:
    """Yield stretches in which more work must be done than a resource is open for.

    Work that starts after a and must end by b takes its share of what is open from a to b.
    For many operations some starts are left out.
    """
    for demand in _demands(plant, sure):
        bound = [task for task in demand.tasks if task.span.last_end < NEVER // 2]
        bound.sort(key=lambda task: task.span.last_end)
        starts = sorted({task.span.start for task in bound})
        for start in starts[:: 1 + len(starts) // STRETCHES]:
            if budget.exhausted:
                return
            cause = _overload(demand, [task for task in bound if task.span.start >= start], start)
            if cause is not None:
                yield cause
                break


def _overload(demand: _Demand, tasks: Sequence[_Task], start: int) -> Cause | None:
    """Add up work by latest end until it is more than can be done from a start on."""
    needed = 0
    for number, task in enumerate(tasks, start=1):
        needed += task.amount * task.span.work
        end = task.span.last_end
        supply = demand.opened(start, end)
        if needed > supply:
            others = _names(each.span for each in tasks[:number])
            fields = {"resource": demand.name, "needed": needed, "supply": supply}
            return Cause("overload", {**fields, "start": start, "end": end, "others": others})
    return None


def _demands(plant: Plant, sure: Sure) -> list[_Demand]:
    """Return what must be had of each machine, tool, pool and skill."""
    problem = plant.problem
    demands: dict[tuple[str, str], _Demand] = {}
    for span in sure.values():
        for kind, name, amount in _needs(plant, span):
            if (kind, name) not in demands:
                skilled = kind == "skill"
                crew = plant.able(name, "") if skilled else [getattr(problem, kind)[name]]
                demands[kind, name] = _demand(plant, name, kind, crew)
            demands[kind, name].tasks.append(_Task(span, amount))
    return list(demands.values())


def _demand(plant: Plant, name: str, kind: str, crew: Sequence[Resource]) -> _Demand:
    """Return an empty demand on one resource or on all workers of a skill."""
    # Tools and pools serve at any time; their calendars bind nobody.
    timed = kind in ("processors", "skill", "workers")
    times = [OpenTime(plant.opened(each) if timed else None) for each in crew]
    sizes = [1 if kind in ("skill", "workers") else _room(each) for each in crew]

    def opened(start: int, end: int) -> int:
        return sum(
            size * time.open_between(start, end) for size, time in zip(sizes, times, strict=True)
        )

    return _Demand(name, sum(sizes), opened, [])


def _room(resource: Resource) -> int:
    """Return how much of a resource can be had at once."""
    return 1 if resource.kind is ResourceKind.MACHINE else resource.capacity


def _needs(plant: Plant, span: Span) -> Iterator[tuple[str, str, int]]:
    """Yield what an operation takes in every way it can be done: kind, name and amount."""
    modes = [way.mode for way in span.ways]
    whole = [mode for mode in modes if mode is not None]
    if len(whole) < len(modes):
        return
    op = span.op
    if len({mode.machine for mode in whole}) == 1:
        machine = plant.problem.processors[whole[0].machine]
        oven = machine.kind is ResourceKind.OVEN
        yield "processors", machine.id, op.batch.size if oven and op.batch else 1
    if op.tool:
        yield "tools", op.tool, 1
    if op.worker:
        yield "skill", op.worker.skill, op.worker.count
    for name in set.intersection(*(set(mode.crew) for mode in whole)):
        yield "workers", name, 1
    for pool in set.intersection(*(set(mode.uses) for mode in whole)):
        yield "pools", pool, min(mode.uses[pool] for mode in whole)


def _names(spans: Iterator[Span]) -> str:
    """Return the names of some operations, the first few of them."""
    found: dict[str, None] = defaultdict()
    for span in islice(spans, NAMED):
        found[f"{span.job.id}/{span.op.id}"] = None
    return ", ".join(found) + (" …" if next(spans, None) else "")
