"""The problem as flat lists of integers, which the search runs on.

Ids become numbers and mappings become lists, since the search asks for them millions of times.
Set-ups, journeys and calendars are looked up when first needed and kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from graphlib import TopologicalSorter

from sanpin.base.calendar import OpenTime, intersect
from sanpin.factory.model import Job, Operation, Problem, Resource, ResourceKind

__all__ = ["OUTSIDE", "Link", "Setups", "Shop", "Way", "compile_shop"]

OUTSIDE = -1
"""The machine number of work done outside the plant."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to run an operation: machine number, duration, cost, amounts of pools."""

    machine: int
    duration: int
    cost: float = 0
    uses: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A predecessor (or successor) with its waits."""

    op: int
    min_lag: int = 0
    max_lag: int | None = None
    transfer: Fraction | None = None


@dataclass(slots=True)
class Setups:
    """Setup lengths between the attribute classes of one table, filled when asked for.

    Attributes
    ----------
    classes : attribute values of each class, by its number
    numbers : the class of a set of values
    lengths : change-over length between two classes, -1 where it is forbidden
    """

    problem: Problem
    table: str
    classes: list[Mapping[str, str]] = field(default_factory=list)
    numbers: dict[tuple[tuple[str, str], ...], int] = field(default_factory=dict)
    lengths: dict[tuple[int, int], int] = field(default_factory=dict)

    def number(self, attributes: Mapping[str, str]) -> int:
        """Return the class of an operation: its values of the table's attributes."""
        names = self.problem.setups[self.table].attributes
        key = tuple(sorted((k, v) for k, v in attributes.items() if k in names))
        found = self.numbers.get(key)
        if found is None:
            found = self.numbers[key] = len(self.classes)
            self.classes.append(dict(key))
        return found

    def length(self, before: int, after: int) -> int:
        """Return the setup length between two classes, -1 where the change is forbidden."""
        found = self.lengths.get((before, after))
        if found is None:
            found = self.lengths[before, after] = self._compute(
                self.classes[before], self.classes[after]
            )
        return found

    def _compute(self, before: Mapping[str, str], after: Mapping[str, str]) -> int:
        """Return the change-over length between two sets of values, from the table."""
        table = self.problem.setups[self.table]
        parts = []
        for name, attribute in table.attributes.items():
            if name in before and name in after:
                change = (before[name], after[name])
                if change in attribute.forbidden:
                    return -1
                parts.append(attribute.length(*change))
        return sum(parts) if table.combine == "sum" else max(parts, default=0)


@dataclass
class Shop:
    """Flat lists over operations and machines; numbers are places in these lists.

    Attributes
    ----------
    jobs, ops, machines : records; `job_of` gives the job of an operation
    ways : how each operation may run
    before, next : links to predecessors and to successors
    earliest, latest : bounds of start and end, job and operation together
    order : operations with predecessors first
    setups : table of each machine, None without one
    classes : per operation, its class in each table
    first_class : per machine, the class of what it made before the origin
    crews : per operation, the workers who can do it
    overlaps : per operation, whether a predecessor hands over before its end
    """

    problem: Problem
    jobs: list[Job]
    ops: list[Operation]
    job_of: list[int]
    ways: list[list[Way]]
    before: list[list[Link]]
    next: list[list[Link]]
    earliest: list[int]
    latest: list[int | None]
    order: list[int]
    machines: list[Resource]
    setups: list[Setups | None]
    classes: list[dict[str, int]]
    first_class: list[int]
    crews: list[list[Resource]]
    overlaps: list[bool]
    openings: dict[tuple[str, ...], OpenTime | None] = field(default_factory=dict)
    travels: dict[tuple[int, int], int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of operations."""
        return len(self.ops)

    def opening(self, *resources: Resource) -> OpenTime | None:
        """Return the time in which all resources are open, None for always."""
        # Resources share calendars: the key is what they have in common, not who they are.
        key = tuple([each.calendar for each in resources])
        if key not in self.openings:
            self.openings[key] = self._opening(sorted({name for name in key if name}))
        return self.openings[key]

    def _opening(self, names: list[str]) -> OpenTime | None:
        """Intersect calendars; none at all is always open."""
        if not names:
            return None
        windows = list(self.problem.calendars[names[0]])
        for name in names[1:]:
            windows = intersect(windows, self.problem.calendars[name])
        return OpenTime(windows)

    def travel(self, source: int, target: int) -> int:
        """Return the transport time between two machines, -1 where there is no way."""
        found = self.travels.get((source, target))
        if found is None:
            found = self.travels[source, target] = self._travel(source, target)
        return found

    def _travel(self, source: int, target: int) -> int:
        """Return the journey between the sites of two machines, -1 to or from a closed site."""
        if OUTSIDE in (source, target):
            return 0
        start, end = self.machines[source].site, self.machines[target].site
        leg = self.problem.journeys.get((start, end))
        if leg is not None:
            return leg.duration
        closed = self.problem.closed_sites
        apart = start != end and start and end
        return -1 if apart and (start in closed or end in closed) else 0

    def setup(self, machine: int, before: int, op: int) -> int:
        """Return the setup length from a class (-1: nothing before) to an operation."""
        table = self.setups[machine]
        if table is None or before < 0:
            return 0
        return table.length(before, self.class_of(machine, op))

    def class_of(self, machine: int, op: int) -> int:
        """Return the class that an operation has on a machine, -1 without a setup table."""
        table = self.setups[machine]
        return -1 if table is None else self.classes[op][table.table]


def compile_shop(problem: Problem) -> Shop:
    """Flatten a problem; of alternative routings the one with the least work is taken.

    Parameters
    ----------
    problem : valid, as the readers return it

    Returns
    -------
    The shop; jobs, operations and machines keep the order of the problem.
    """
    machines = [each for each in problem.resources if each.kind.processes]
    numbers = {machine.id: number for number, machine in enumerate(machines)}
    pools = [each.id for each in problem.resources if each.kind == ResourceKind.POOL]
    tables = {name: Setups(problem, name) for name in problem.setups}
    shop = Shop(
        problem, list(problem.jobs), [], [], [], [], [], [], [], [], machines,
        [tables.get(machine.setup) for machine in machines], [], [], [], [],
    )  # fmt: skip
    for job_number, job in enumerate(problem.jobs):
        _add_job(shop, job, job_number, numbers, pools)
    shop.classes = [
        {name: t.number(op.attributes) for name, t in tables.items()} for op in shop.ops
    ]
    shop.first_class = [
        tables[m.setup].number(m.initial) if m.setup and m.initial else -1 for m in machines
    ]
    shop.crews = [_crew(problem, op) for op in shop.ops]
    shop.overlaps = [any(link.transfer for link in links) for links in shop.before]
    shop.next = [[] for _ in shop.ops]
    for number, links in enumerate(shop.before):
        for link in links:
            shop.next[link.op].append(Link(number, link.min_lag, link.max_lag, link.transfer))
    graph = {number: [link.op for link in links] for number, links in enumerate(shop.before)}
    shop.order = list(TopologicalSorter(graph).static_order())
    return shop


def _add_job(
    shop: Shop, job: Job, job_number: int, numbers: Mapping[str, int], pools: list[str]
) -> None:
    """Add the operations of a job with their ways, links and bounds."""
    chosen = _routing(job)
    first = len(shop.ops)
    places = {op.id: first + at for at, op in enumerate(chosen)}
    for op in chosen:
        shop.ops.append(op)
        shop.job_of.append(job_number)
        shop.ways.append(_ways(op, numbers, pools))
        shop.before.append(
            [
                Link(places[a.op], a.min_lag, a.max_lag, a.transfer)
                for a in op.after
                # Predecessors of routings that were not chosen do not bind.
                if a.op in places
            ]
        )
        pinned = op.fixed.start if op.fixed else 0
        shop.earliest.append(max(job.release, op.earliest or 0, pinned))
        limits = [t for t in (job.deadline, op.latest) if t is not None]
        shop.latest.append(min(limits, default=None))


def _routing(job: Job) -> list[Operation]:
    """Return the operations of the routing with the least work."""
    if not job.alternatives:
        return list(job.operations)
    work = {op.id: min((m.duration for m in op.modes), default=0) for op in job.operations}
    best = min(job.alternatives, key=lambda names: sum(work[name] for name in names))
    dropped = {name for names in job.alternatives for name in names} - set(best)
    return [op for op in job.operations if op.id not in dropped]


def _ways(op: Operation, numbers: Mapping[str, int], pools: list[str]) -> list[Way]:
    """Return how an operation may run: its modes, only one when it is fixed, and outside."""
    ways = [
        Way(
            numbers[mode.machine],
            mode.duration,
            mode.cost,
            tuple((pools.index(pool), amount) for pool, amount in mode.uses.items()),
        )
        for mode in op.modes
        if op.fixed is None or mode.machine == op.fixed.machine
    ]
    if op.outsource and op.fixed is None:
        ways.append(Way(OUTSIDE, op.outsource.duration, op.outsource.cost))
    return ways


def _crew(problem: Problem, op: Operation) -> list[Resource]:
    """Return the workers with the skill, those with the fewest skills first."""
    need = op.worker
    if need is None:
        return []
    able: Iterable[Resource] = (
        each
        for each in problem.resources
        if each.kind == ResourceKind.WORKER and need.skill in each.skills
    )
    return sorted(able, key=lambda worker: (len(worker.skills), worker.id))
