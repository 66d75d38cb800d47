"""What the rules look at: each placed operation beside its meaning in the problem.

Rules read `Facts` and nothing else. What cannot be matched with the problem (unknown or
repeated operations) is reported here and left out, so that no rule has to ask again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sanpin.factory.engine.check.opening import Windows, both, done_at
from sanpin.factory.engine.check.report import Violation
from sanpin.factory.model import (
    Job,
    Mode,
    Operation,
    Problem,
    Resource,
    ResourceKind,
    ScheduledOperation,
)

__all__ = ["Facts", "Placing", "gather"]


@dataclass(slots=True)
class Placing:
    """One placed operation with its job, machine, mode and open time.

    Attributes
    ----------
    job, op : what is placed, as the problem describes it
    at : where and when the schedule puts it
    rank : place in the schedule, which settles ties between operations without length
    machine : None when done outside or when the machine is unknown
    mode : how it runs there; None when the operation may not run there
    workers : those of its named workers that exist
    windows : time in which machine and all workers are open
    oven : whether it runs in a load
    """

    job: Job
    op: Operation
    at: ScheduledOperation
    rank: int
    machine: Resource | None
    mode: Mode | None
    workers: tuple[Resource, ...]
    windows: Windows
    oven: bool

    def work(self, mode: Mode | None = None) -> int:
        """Return the open units it needs: slower workers take longer, rounded up.

        Parameters
        ----------
        mode : instead of the one chosen, to try another mode on the same machine

        Returns
        -------
        Whole units of time. The slowest worker of a crew sets the pace; the ceiling is taken with
        integers, since a float may miss it by one unit for large durations.
        """
        if self.at.outsourced:
            return self.op.outsource.duration if self.op.outsource else 0
        chosen = mode or self.mode
        duration = chosen.duration if chosen else 0
        if not self.workers or self.op.worker is None:
            return duration
        crew = chosen.crew if chosen else ()
        paces = [
            100 if worker.id in crew else worker.skills.get(self.op.worker.skill, 100)
            for worker in self.workers
        ]
        slowest = min(paces)
        return -(-duration * 100 // slowest)


@dataclass(slots=True)
class Facts:
    """The problem, what is placed, and the violations found so far."""

    problem: Problem
    placed: dict[tuple[str, str], Placing] = field(default_factory=dict)
    violations: list[Violation] = field(default_factory=list)
    setup_length: dict[tuple[str, str], int] = field(default_factory=dict)
    """Setup length of each operation; of a batch only at its first member."""
    loads: list[list[Placing]] = field(default_factory=list)
    """The loads of all ovens; an operation that names no batch is a load of its own."""
    has_calendars: bool = field(init=False)
    """Whether any resource is ever closed; else nobody needs to ask for each operation."""
    has_rates: bool = field(init=False)
    """Whether it costs anything to hold a resource."""
    has_ways: bool = field(init=False)
    """Whether any way between sites takes time, costs anything or cannot be gone."""
    _common: dict[frozenset[str], Windows] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problem = self.problem
        self.has_calendars = any(each.calendar for each in problem.resources)
        self.has_rates = any(each.cost_per_unit for each in problem.resources)
        self.has_ways = bool(problem.journeys or problem.closed_sites)

    def report(self, code: str, placing: Placing, **figures: object) -> None:
        """Note a violation of one operation."""
        self.violations.append(Violation(code, placing.job.id, placing.op.id, figures))

    def windows(self, resource: Resource) -> Windows:
        """Return the open time of a resource."""
        return self.problem.calendars.get(resource.calendar, ()) if resource.calendar else None

    def common(self, resources: Sequence[Resource]) -> Windows:
        """Return the time in which all of some resources are open."""
        names = frozenset([each.calendar for each in resources if each.calendar])
        if names not in self._common:
            windows: Windows = None
            for name in sorted(names):
                windows = both(windows, self.problem.calendars.get(name, ()))
            self._common[names] = windows
        return self._common[names]

    def reaches(self, worker: Resource, placing: Placing) -> bool:
        """Tell whether a worker can stand at the machine: same site, or one of them has none."""
        site = self.site(placing)
        return worker.site in ("", "*") or not site or worker.site == site

    def site(self, placing: Placing) -> str:
        """Return where an operation is done; empty when that is nowhere in particular."""
        return placing.machine.site if placing.machine else ""


def gather(problem: Problem, operations: Iterable[ScheduledOperation]) -> Facts:
    """Match placed operations with the problem and note what is missing, unknown or twice."""
    facts = Facts(problem)
    jobs = {job.id: (job, {op.id: op for op in job.operations}) for job in problem.jobs}
    # The first mention counts; a second one is a violation even if it says the same.
    for rank, at in enumerate(operations):
        job, ops = jobs.get(at.job, (None, {}))
        op = ops.get(at.op)
        if job is None or op is None:
            facts.violations.append(Violation("operation.unknown", at.job, at.op))
        elif (at.job, at.op) in facts.placed:
            facts.violations.append(Violation("operation.twice", at.job, at.op))
        else:
            facts.placed[at.job, at.op] = _place(facts, job, op, at, rank)
    for job in problem.jobs:
        _check_presence(facts, job)
    loads: dict[tuple[str, ...], list[Placing]] = defaultdict(list)
    for key, placing in facts.placed.items():
        if placing.oven:
            loads[(placing.at.machine, placing.at.batch) if placing.at.batch else key].append(
                placing
            )
    facts.loads = list(loads.values())
    for load in facts.loads:
        _settle(load)
    return facts


def _place(facts: Facts, job: Job, op: Operation, at: ScheduledOperation, rank: int) -> Placing:
    """Match one placed operation with its resources and its mode."""
    problem = facts.problem
    machine = problem.processors.get(at.machine)
    workers: tuple[Resource, ...] = ()
    if at.workers:
        workers = tuple(problem.workers[name] for name in at.workers if name in problem.workers)
    windows = facts.common((machine, *workers)) if machine and facts.has_calendars else None
    oven = machine is not None and machine.kind is ResourceKind.OVEN
    modes = [mode for mode in op.modes if mode.machine == at.machine]
    mode = modes[0] if modes else None
    placing = Placing(job, op, at, rank, machine, mode, workers, windows, oven)
    if len(modes) > 1:
        placing.mode = _fitting(placing, modes)
    return placing


def _fitting(placing: Placing, modes: list[Mode]) -> Mode:
    """Choose among modes on one machine the cheapest whose length fits, else the first.

    A schedule names the machine but not the mode, and a problem may list a machine twice (slow
    and cheap, fast and dear); the workers and the end tell which was meant. A member of an oven
    load may be shorter than the load.
    """
    there, need = set(placing.at.workers), placing.op.worker
    count = len(placing.at.workers) - (need.count if need else 0)
    named = [m for m in modes if set(m.crew) <= there]
    named = [m for m in named if len(m.crew) == count] or named or modes
    start, end = placing.at.start, placing.at.end
    if placing.oven:
        fitting = [m for m in named if start + placing.work(m) <= end]
    else:
        windows = placing.windows if placing.op.resumable else None
        fitting = [m for m in named if done_at(windows, start, placing.work(m)) == end]
    return min(fitting, key=_price) if fitting else named[0]


def _settle(load: list[Placing]) -> None:
    """Let one member of a load fill its span if the cheapest modes of all are shorter."""
    span = load[0].at.end - load[0].at.start
    if any(member.work() == span for member in load):
        return
    ways = [
        (mode.cost - (member.mode.cost if member.mode else 0), place, mode)
        for place, member in enumerate(load)
        for mode in member.op.modes
        if mode.machine == member.at.machine and member.work(mode) == span
    ]
    if ways:
        _, place, mode = min(ways, key=lambda way: way[:2])
        load[place].mode = mode


def _price(mode: Mode) -> tuple[float, int]:
    """Order modes by cost, then by what they take of pools."""
    return (mode.cost, sum(mode.uses.values()))


def _check_presence(facts: Facts, job: Job) -> None:
    """Every operation is placed once; of alternatives exactly one is, and wholly."""
    here = {op.id for op in job.operations if (job.id, op.id) in facts.placed}
    optional = {name for names in job.alternatives for name in names}
    always = [op.id for op in job.operations if op.id not in optional]
    for name in always:
        if name not in here:
            facts.violations.append(Violation("operation.missing", job.id, name))
    chosen = here & optional
    if job.alternatives and not any(chosen == set(names) for names in job.alternatives):
        facts.violations.append(
            Violation("alternative.mixed", job.id, figures={"operations": sorted(chosen)})
        )
