"""Why a schedule is as it is: the binding cause of each late order, and how full machines are.

A finished order waited somewhere. Walking back from its last operation along the predecessors
that ended last gives the chain that decided its end; each wait on that chain has one cause, and
the longest is named. It is a description of this schedule, not a proof that removing the cause
would have helped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sanpin.base.calendar import OpenTime
from sanpin.factory.model import (
    Job,
    Operation,
    Problem,
    Resource,
    Schedule,
    ScheduledOperation,
)

__all__ = ["Cause", "DayLoad", "LateOrder", "MachineLoad", "Wait", "explain_late", "loads_by_day"]
__all__ += ["machine_loads", "waits_of"]


class Cause(StrEnum):
    """What an operation waited for."""

    QUEUE = "queue"
    SETUP = "setup"
    CALENDAR = "calendar"
    SUPPLY = "supply"
    TRANSPORT = "transport"
    RELEASE = "release"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class Wait:
    """How long an operation waited for what, and on which machine.

    Attributes
    ----------
    op : the operation that waited
    machine : where; for supply the material, tool or skill that lacked
    length : in the problem's unit
    """

    op: str
    machine: str
    cause: Cause
    length: int


@dataclass(frozen=True, slots=True)
class LateOrder:
    """A late job with the wait that delayed it most.

    `late` is by how much it ends after `due`; `resource` is the machine (or the material)
    that bound it, empty when the order itself came too late or is too long.
    """

    job: str
    item: str
    quantity: int
    due: int
    end: int
    late: int
    cause: Cause
    op: str
    resource: str
    waited: int


@dataclass(frozen=True, slots=True)
class MachineLoad:
    """Use of a machine between the origin and the end of the schedule, in open time.

    Attributes
    ----------
    work, setup, open : in the problem's unit; work and set-up that rest while closed do not count
    """

    machine: str
    site: str
    work: int
    setup: int
    open: int

    @property
    def utilisation(self) -> float:
        """Work and set-up as a share of open time."""
        return (self.work + self.setup) / self.open if self.open else 0.0


@dataclass(frozen=True, slots=True)
class DayLoad:
    """What is asked of a machine on one day: `work` and `setup` in `open` time.

    Attributes
    ----------
    day : number of the span from the origin, 0 for the first
    """

    machine: str
    day: int
    work: int
    setup: int
    open: int

    @property
    def share(self) -> float:
        """Work and set-up as a share of the day's open time."""
        return (self.work + self.setup) / self.open if self.open else 0.0


@dataclass(frozen=True)
class _Board:
    """A schedule with what precedes what."""

    problem: Problem
    jobs: Mapping[str, Job]
    specs: Mapping[tuple[str, str], Operation]
    placed: Mapping[tuple[str, str], ScheduledOperation]
    former: Mapping[tuple[str, str], ScheduledOperation]
    openings: dict[str, OpenTime]

    def opening(self, resource: Resource | None) -> OpenTime:
        """Return the open time of a resource, made once per calendar; none is always open."""
        name = resource.calendar if resource else ""
        if name not in self.openings:
            windows = self.problem.calendars.get(name, ()) if name else None
            self.openings[name] = OpenTime(windows)
        return self.openings[name]


def _board(problem: Problem, operations: Iterable[ScheduledOperation]) -> _Board:
    """Index a schedule: what is placed, what it means, what ran before it on the same machine."""
    placed = {(each.job, each.op): each for each in operations}
    queues: dict[str, list[ScheduledOperation]] = defaultdict(list)
    for each in placed.values():
        if each.machine:
            queues[each.machine].append(each)
    former: dict[tuple[str, str], ScheduledOperation] = {}
    for queue in queues.values():
        queue.sort(key=lambda each: (each.setup_start, each.end, each.start))
        before: ScheduledOperation | None = None
        for each in queue:
            # Members of one oven load overlap; none of them waited for another.
            if before is not None and before.end <= each.start:
                former[each.job, each.op] = before
            before = each
    specs = {(job.id, op.id): op for job in problem.jobs for op in job.operations}
    return _Board(problem, {job.id: job for job in problem.jobs}, specs, placed, former, {})


def explain_late(problem: Problem, schedule: Schedule) -> list[LateOrder]:
    """Return the late jobs, latest first, each with what it waited for longest.

    From the last operation back, each step follows the predecessor that ended last; every wait
    on that chain is split into queue, set-up, closed time and supply. When all waits together
    are shorter than the delay, the order itself came too late or is too long: cause `work`, or
    `release` where it was released after the origin.

    Parameters
    ----------
    problem : with due dates; jobs without one are never late
    schedule : a valid schedule of it
    """
    board = _board(problem, schedule.operations)
    ends: dict[str, ScheduledOperation] = {}
    for each in schedule.operations:
        if each.job not in ends or each.end > ends[each.job].end:
            ends[each.job] = each
    late = []
    for job in problem.jobs:
        last = ends.get(job.id)
        if last is not None and job.due is not None and last.end > job.due:
            late.append(_explain(board, job, last, job.due))
    return sorted(late, key=lambda each: (-each.late, each.job))


def _explain(board: _Board, job: Job, last: ScheduledOperation, due: int) -> LateOrder:
    """Return one late job with its longest wait, or what else made it late."""
    waits = list(_chain(board, job, last))
    late = last.end - due
    total = sum(wait.length for wait in waits)
    longest = max(waits, key=lambda wait: wait.length, default=None)
    # Without all waits it would still have been late: no machine is to blame.
    if longest is None or total < late:
        cause = Cause.RELEASE if job.release > 0 else Cause.WORK
        longest = Wait(last.op, "", cause, late - total)
    return LateOrder(
        job.id,
        job.item,
        job.quantity,
        due,
        last.end,
        late,
        longest.cause,
        longest.op,
        longest.machine,
        longest.length,
    )


def waits_of(problem: Problem, schedule: Schedule, job: str) -> list[Wait]:
    """Return every wait on the chain that decides when a job ends, last operation first.

    Parameters
    ----------
    job : a job of which at least one operation is placed
    """
    board = _board(problem, schedule.operations)
    mine = [each for each in schedule.operations if each.job == job]
    return list(_chain(board, board.jobs[job], max(mine, key=lambda each: each.end)))


def _chain(board: _Board, job: Job, last: ScheduledOperation) -> Iterator[Wait]:
    """Walk from an operation to the start of its job along the predecessors that ended last."""
    current: ScheduledOperation | None = last
    while current is not None:
        before, ready, travel = _ready(board, job, current)
        if travel:
            yield Wait(current.op, current.machine, Cause.TRANSPORT, travel)
        yield from _split(board, current, ready)
        current = before


def _ready(
    board: _Board, job: Job, each: ScheduledOperation
) -> tuple[ScheduledOperation | None, int, int]:
    """Return the predecessor that came last, when it let the operation go, and the journey.

    An overlapping predecessor ends after its successor starts; it let it go no later than then.
    """
    spec = board.specs[each.job, each.op]
    best: tuple[ScheduledOperation | None, int, int] = None, max(job.release, spec.earliest or 0), 0
    for after in spec.after:
        before = board.placed.get((job.id, after.op))
        if before is None:
            continue
        travel = _travel(board.problem, before.machine, each.machine)
        ready = min(before.end, each.start) + after.min_lag + travel
        if ready >= best[1] or best[0] is None:
            best = before, min(max(ready, best[1]), each.start), travel
    return best


def _travel(problem: Problem, source: str, target: str) -> int:
    """Return the transport time between two machines; 0 within a site and where none is listed."""
    sites = [problem.processors[name].site if name else "" for name in (source, target)]
    leg = problem.journeys.get((sites[0], sites[1]))
    return leg.duration if leg else 0


def _split(board: _Board, each: ScheduledOperation, ready: int) -> Iterator[Wait]:
    """Say what filled the time between being ready and starting.

    The time is cut in an order that leaves no unit twice: queue until the machine is free, then
    closed time, then the set-up, and what is still unexplained was a lack of supply.
    """
    machine = board.problem.processors.get(each.machine)
    opening = board.opening(machine)
    former = board.former.get((each.job, each.op))
    free = min(max(ready, former.end if former else 0), each.start)
    idle = each.start - free
    closed = idle - opening.open_between(free, each.start)
    setup = min(max(0, each.start - max(each.setup_start, free)), idle - closed)
    parts = (
        (Cause.QUEUE, free - ready),
        (Cause.CALENDAR, closed),
        (Cause.SETUP, setup),
        (Cause.SUPPLY, idle - closed - setup),
    )
    for cause, length in parts:
        if length > 0:
            name = _supply(board, each) if cause is Cause.SUPPLY else each.machine
            yield Wait(each.op, name, cause, length)


def _supply(board: _Board, each: ScheduledOperation) -> str:
    """Name what could be lacking: the material, tool or skill that the operation needs."""
    spec = board.specs[each.job, each.op]
    skill = spec.worker.skill if spec.worker else ""
    return next(iter(spec.consumes), "") or spec.tool or skill or each.machine


def machine_loads(problem: Problem, schedule: Schedule) -> list[MachineLoad]:
    """Return how each machine is used until the schedule ends, fullest first."""
    days = loads_by_day(problem, schedule, _horizon(schedule) or 1)
    sites = {name: machine.site for name, machine in problem.processors.items()}
    loads = [MachineLoad(d.machine, sites[d.machine], d.work, d.setup, d.open) for d in days]
    return sorted(loads, key=lambda load: (-load.utilisation, load.machine))


def _horizon(schedule: Schedule) -> int:
    """Return when the last operation ends."""
    return max((each.end for each in schedule.operations), default=0)


def loads_by_day(problem: Problem, schedule: Schedule, day_length: int) -> list[DayLoad]:
    """Return work, set-up and open time per machine and span of `day_length` from the origin.

    Parameters
    ----------
    day_length : in the problem's unit, such as 1440 for days in minutes

    Returns
    -------
    One entry per machine and day up to the end of the schedule, idle days included.
    """
    board = _board(problem, schedule.operations)
    work: dict[tuple[str, int], int] = defaultdict(int)
    setup: dict[tuple[str, int], int] = defaultdict(int)
    loads = {
        # A load of an oven is one use of it, however many operations share it.
        (each.machine, each.batch or (each.job, each.op)): each
        for each in schedule.operations
    }
    for each in loads.values():
        if each.machine:
            opening = board.opening(problem.processors[each.machine])
            _spread(work, each.machine, each.start, each.end, day_length, opening)
            _spread(setup, each.machine, each.setup_start, each.start, day_length, opening)
    days = range(-(-_horizon(schedule) // day_length))
    return [
        DayLoad(
            machine.id,
            day,
            work[machine.id, day],
            setup[machine.id, day],
            board.opening(machine).open_between(day * day_length, (day + 1) * day_length),
        )
        for machine in problem.resources
        if machine.kind.processes
        for day in days
    ]


def _spread(
    into: dict[tuple[str, int], int],
    machine: str,
    start: int,
    end: int,
    day_length: int,
    opening: OpenTime,
) -> None:
    """Add the open time of a span to the days on which it lies."""
    # Floor and ceiling with integers: the last day is the one in which the span ends.
    for day in range(start // day_length, -(-end // day_length)):
        span = max(start, day * day_length), min(end, (day + 1) * day_length)
        into[machine, day] += opening.open_between(*span)
