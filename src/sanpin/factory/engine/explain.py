"""Why orders are late and how full machines are: read off a schedule, operation by operation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sanpin.base.calendar import OpenTime
from sanpin.factory.model import After, Job, Problem, Schedule, ScheduledOperation

__all__ = ["Cause", "DayLoad", "LateOrder", "day_loads", "late_orders", "machine_loads"]


class Cause(StrEnum):
    """What took most of a late order's time."""

    QUEUE = "queue"
    CLOSED = "closed"
    SETUP = "setup"
    SUPPLY = "supply"
    WORK = "work"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class LateOrder:
    """An order that ends after its due date, and what held it up.

    Attributes
    ----------
    late : time beyond the due date, in the problem's unit
    cause : where most of the time from its release to its end went
    resource : machine or material that it waited for, empty for resting times
    lost : time that went there
    shares : time by cause and resource, largest first
    """

    job: str
    item: str
    due: int
    end: int
    late: int
    cause: Cause
    resource: str
    lost: int
    shares: tuple[tuple[Cause, str, int], ...]


@dataclass(frozen=True, slots=True)
class DayLoad:
    """Open and busy time of a machine on one day, in the problem's unit; set-up is busy time."""

    machine: str
    day: int
    open: int
    busy: int
    setup: int

    @property
    def share(self) -> float:
        """Busy share of the open time; 0 on a closed day."""
        return self.busy / self.open if self.open else 0.0


def late_orders(problem: Problem, schedule: Schedule) -> list[LateOrder]:
    """Return the late orders, worst first, each with the resource that binds it.

    Notes
    -----
    The time of an order, from its release to its end, is split without rest: work, resting
    between operations (drying, transport), and waiting of an operation that could have started.
    Waiting is split into time in which its machine was closed, was set up for it, or worked for
    others; what is left is waiting for materials or people. The largest share is the cause.
    """
    splitter = _Splitter(problem, schedule)
    found = []
    for job in problem.jobs:
        placed = splitter.by_job[job.id]
        if job.due is None or not placed:
            continue
        end = max(one.end for one in placed)
        if end <= job.due:
            continue
        shares = splitter.shares(job)
        cause, resource, lost = shares[0]
        found.append(
            LateOrder(job.id, job.item, job.due, end, end - job.due, cause, resource, lost, shares)
        )
    return sorted(found, key=lambda one: (-one.late, one.job))


def machine_loads(
    problem: Problem, schedule: Schedule, until: int | None = None
) -> dict[str, float]:
    """Return the busy share of each machine's open time up to `until`, by default the end."""
    end = until or max((one.end for one in schedule.operations), default=0)
    days = day_loads(problem, schedule, length=max(end, 1))
    return {load.machine: load.share for load in days if load.day == 0}


def day_loads(problem: Problem, schedule: Schedule, *, length: int = 1440) -> list[DayLoad]:
    """Return open and busy time per machine and day of `length` units.

    Days run from the origin to the end of the schedule; every machine appears on every day.
    """
    end = max((one.end for one in schedule.operations), default=0)
    by_machine = _by_machine(schedule.operations)
    loads = []
    for resource in problem.resources:
        if not resource.kind.processes:
            continue
        opening = _opening(problem, resource.id)
        placed = by_machine.get(resource.id, [])
        for day in range(-(-end // length)):
            span = (day * length, (day + 1) * length)
            busy = sum(_open_overlap(opening, one.setup_start, one.end, span) for one in placed)
            setup = sum(_open_overlap(opening, one.setup_start, one.start, span) for one in placed)
            loads.append(DayLoad(resource.id, day, opening.open_between(*span), busy, setup))
    return loads


class _Splitter:
    """Splits the time of a job into shares."""

    def __init__(self, problem: Problem, schedule: Schedule) -> None:
        self.problem = problem
        self.by_job: dict[str, list[ScheduledOperation]] = defaultdict(list)
        for one in schedule.operations:
            self.by_job[one.job].append(one)
        self.by_machine = _by_machine(schedule.operations)
        self.opening = {r.id: _opening(problem, r.id) for r in problem.resources}

    def shares(self, job: Job) -> tuple[tuple[Cause, str, int], ...]:
        """Follow the chain that leads to the job's end, back to its release."""
        placed = {one.op: one for one in self.by_job[job.id]}
        operations = {one.id: one for one in job.operations}
        spent: dict[tuple[Cause, str], int] = defaultdict(int)
        at: ScheduledOperation | None = max(placed.values(), key=lambda one: (one.end, one.op))
        while at is not None:
            spent[Cause.WORK, at.machine] += at.end - at.start
            before = [placed[x.op] for x in operations[at.op].after if x.op in placed]
            last = max(before, key=lambda one: (one.end, one.op), default=None)
            ready = self._ready(job, operations[at.op].after, placed, at)
            if last is not None:
                spent[Cause.WAIT, ""] += max(0, ready - last.end)
            self._wait(spent, at, ready, consumes=bool(operations[at.op].consumes))
            at = last
        found = [(cause, name, time) for (cause, name), time in spent.items() if time > 0]
        return tuple(sorted(found, key=lambda share: (-share[2], share[0], share[1])))

    def _ready(
        self,
        job: Job,
        after: Iterable[After],
        placed: Mapping[str, ScheduledOperation],
        at: ScheduledOperation,
    ) -> int:
        """Return when everything before an operation was there."""
        ready = job.release
        for link in after:
            before = placed.get(link.op)
            if before is not None:
                journey = self._journey(before.machine, at.machine)
                ready = max(ready, before.end + link.min_lag + journey)
        return min(ready, at.start)

    def _journey(self, source: str, target: str) -> int:
        sites = [self.problem.resource[m].site if m else "" for m in (source, target)]
        leg = self.problem.journeys.get((sites[0], sites[1]))
        return leg.duration if leg else 0

    def _wait(
        self,
        spent: dict[tuple[Cause, str], int],
        at: ScheduledOperation,
        ready: int,
        *,
        consumes: bool,
    ) -> None:
        """Split the waiting of one operation."""
        wait = at.start - ready
        if wait <= 0 or not at.machine:
            return
        opening, span = self.opening[at.machine], (ready, at.start)
        setup = _open_overlap(opening, at.setup_start, at.start, span)
        others = sum(
            _open_overlap(opening, one.setup_start, one.end, span)
            for one in self.by_machine[at.machine]
            if one is not at and one.setup_start < at.start and one.end > ready
        )
        closed = wait - opening.open_between(*span)
        rest = wait - setup - others - closed
        spent[Cause.SETUP, at.machine] += setup
        spent[Cause.QUEUE, at.machine] += others
        spent[Cause.CLOSED, at.machine] += closed
        spent[Cause.SUPPLY if consumes else Cause.QUEUE, at.machine] += max(0, rest)


def _by_machine(
    operations: Sequence[ScheduledOperation],
) -> dict[str, list[ScheduledOperation]]:
    found: dict[str, list[ScheduledOperation]] = defaultdict(list)
    seen = set()
    for one in sorted(operations, key=lambda op: (op.start, op.end, op.job)):
        # The members of an oven batch fill the oven once.
        key = (one.machine, one.batch) if one.batch else (one.job, one.op)
        if key not in seen:
            seen.add(key)
            found[one.machine].append(one)
    return found


def _opening(problem: Problem, machine: str) -> OpenTime:
    calendar = problem.resource[machine].calendar
    return OpenTime(problem.calendars[calendar] if calendar else None)


def _open_overlap(opening: OpenTime, start: int, end: int, span: tuple[int, int]) -> int:
    return opening.open_between(max(start, span[0]), min(end, span[1]))
