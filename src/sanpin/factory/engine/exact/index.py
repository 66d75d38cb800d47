"""The problem by number: operations in a row, links between them, classes, sites, open time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sanpin.base.calendar import intersect, merge
from sanpin.factory.model import (
    After,
    Attribute,
    Job,
    Operation,
    Problem,
    Resource,
    ScheduledOperation,
)

__all__ = ["FORBIDDEN", "Class", "Index", "Table", "Windows", "make_index", "reaches"]

Windows = list[tuple[int, int]] | None
"""Ascending half-open windows; None is always open."""

FORBIDDEN = -1
"""The length of a change-over that must not be made."""

Class = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Table:
    """Change-over lengths between classes of attributes, kept once computed."""

    problem: Problem
    name: str
    lengths: dict[tuple[Class, Class], int] = field(default_factory=dict)
    cleaned: dict[str, Attribute] = field(init=False)

    def __post_init__(self) -> None:
        attributes = self.problem.setups[self.name].attributes
        self.cleaned = {name: each for name, each in attributes.items() if each.clean}

    def class_of(self, attributes: Mapping[str, str]) -> Class:
        """Return the values that this table asks for."""
        names = self.problem.setups[self.name].attributes
        return tuple(sorted((k, v) for k, v in attributes.items() if k in names))

    def length(self, old: Class, new: Class) -> int:
        """Return the length of a change-over, `FORBIDDEN` where it must not be made."""
        found = self.lengths.get((old, new))
        if found is None:
            found = self.lengths[old, new] = self._compute(dict(old), dict(new))
        return found

    def longest(self) -> int:
        """Return a bound on the length of any change-over."""
        parts = [
            max(each.default, *(n for row in each.matrix.values() for n in row.values()), 0)
            for each in self.problem.setups[self.name].attributes.values()
        ]
        return sum(parts) + sum(self.cleaning(name) for name in self.cleaned)

    def cleaning(self, name: str) -> int:
        """Return the length of cleaning an attribute."""
        return (self.cleaned[name].clean or {}).get("duration", 0)

    def _compute(self, old: Mapping[str, str], new: Mapping[str, str]) -> int:
        table, parts = self.problem.setups[self.name], [0]
        for name, attribute in table.attributes.items():
            # What has no value of an attribute neither needs nor causes a change of it.
            if name in old and name in new:
                if (old[name], new[name]) in attribute.forbidden:
                    return FORBIDDEN
                parts.append(attribute.length(old[name], new[name]))
        return sum(parts) if table.combine == "sum" else max(parts)


@dataclass
class Index:
    """Operations of all jobs in a row; numbers are places in these lists.

    Attributes
    ----------
    jobs, ops : records; `job_of` gives the job's number of an operation
    number : operation by ids of job and operation
    before, after : links to predecessors and to successors, with the After of the successor
    earliest, latest : bounds of start and end, of job and operation together
    tables : change-overs by name
    openings : open time by set of calendars, kept once computed
    sources : all that comes before an operation in its job, kept once computed
    """

    problem: Problem
    jobs: list[Job]
    ops: list[Operation]
    job_of: list[int]
    number: dict[tuple[str, str], int]
    before: list[list[tuple[int, After]]]
    after: list[list[tuple[int, After]]]
    earliest: list[int]
    latest: list[int | None]
    tables: dict[str, Table]
    openings: dict[frozenset[str], Windows] = field(default_factory=dict)
    sources: dict[int, frozenset[int]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of operations."""
        return len(self.ops)

    def opening(self, calendars: Iterable[str]) -> Windows:
        """Return the time open in all calendars; an empty name is always open."""
        key = frozenset(name for name in calendars if name)
        if key not in self.openings:
            found: Windows = None
            for name in sorted(key):
                windows = list(self.problem.calendars.get(name, ()))
                found = merge(windows) if found is None else intersect(found, windows)
            self.openings[key] = found
        return self.openings[key]

    def ancestors(self, op: int) -> frozenset[int]:
        """Return all operations that come before one in its job."""
        if op not in self.sources:
            near = [before for before, _ in self.before[op]]
            found = frozenset(near).union(*(self.ancestors(before) for before in near))
            self.sources[op] = found
        return self.sources[op]

    def table(self, machine: str) -> Table | None:
        """Return the change-over table of a machine."""
        resource = self.problem.processors.get(machine)
        return self.tables.get(resource.setup) if resource else None

    def site(self, machine: str) -> str:
        """Return where a machine stands; work outside the plant is nowhere."""
        return self.problem.processors[machine].site if machine else ""

    def travel(self, source: str, target: str) -> tuple[int, float] | None:
        """Return duration and cost of the way between two sites, None where there is none."""
        leg = self.problem.journeys.get((source, target))
        if leg is not None:
            return leg.duration, leg.cost
        closed = self.problem.closed_sites
        if source and target and source != target and (source in closed or target in closed):
            return None
        return 0, 0

    def placed(self, operations: Iterable[ScheduledOperation]) -> dict[int, ScheduledOperation]:
        """Return placed operations by number."""
        return {self.number[at.job, at.op]: at for at in operations}


def reaches(worker: Resource, site: str) -> bool:
    """Tell whether a worker can stand at a site; some can everywhere, some places are nowhere."""
    return worker.site in ("", "*") or not site or worker.site == site


def make_index(problem: Problem) -> Index:
    """Number the operations of a problem.

    Parameters
    ----------
    problem : valid, as the readers return it
    """
    jobs = list(problem.jobs)
    ops = [op for job in jobs for op in job.operations]
    job_of = [at for at, job in enumerate(jobs) for _ in job.operations]
    number = {
        (jobs[job].id, op.id): at for at, (job, op) in enumerate(zip(job_of, ops, strict=True))
    }
    before: list[list[tuple[int, After]]] = [[] for _ in ops]
    after: list[list[tuple[int, After]]] = [[] for _ in ops]
    earliest, latest = [], []
    for at, (job_number, op) in enumerate(zip(job_of, ops, strict=True)):
        job = jobs[job_number]
        earliest.append(max(job.release, op.earliest or 0))
        latest.append(min((t for t in (job.deadline, op.latest) if t is not None), default=None))
        for link in op.after:
            source = number[job.id, link.op]
            before[at].append((source, link))
            after[source].append((at, link))
    tables = {name: Table(problem, name) for name in problem.setups}
    return Index(problem, jobs, ops, job_of, number, before, after, earliest, latest, tables)
