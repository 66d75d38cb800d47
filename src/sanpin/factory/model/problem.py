"""The scheduling problem: what must be done, by what, when.

All times are integers >= 0 in `Problem.unit` counted from `Problem.origin`. Windows are
half-open and ascending. The meaning of every field is fixed by the checker
(`sanpin.factory.engine.check`), which is the law that each schedule is measured by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

__all__ = [
    "After",
    "Attribute",
    "BatchNeed",
    "Fixed",
    "Hold",
    "Job",
    "Material",
    "Mode",
    "Objective",
    "Operation",
    "Outsource",
    "Problem",
    "Resource",
    "ResourceKind",
    "SetupTable",
    "Transport",
    "Uncertainty",
    "WorkerNeed",
]

Window = tuple[int, int]
Objective = Mapping[str, float]


class ResourceKind(StrEnum):
    """What a resource is: it decides which rules hold for it."""

    MACHINE = "machine"
    OVEN = "oven"
    WORKER = "worker"
    TOOL = "tool"
    TANK = "tank"
    POOL = "pool"

    @property
    def processes(self) -> bool:
        """Whether operations run on it, one thing (or one batch) at a time."""
        return self in (ResourceKind.MACHINE, ResourceKind.OVEN)


@dataclass(frozen=True, slots=True)
class Transport:
    """Moving goods from one site to another."""

    source: str
    target: str
    duration: int
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Attribute:
    """Change-over lengths of one attribute such as colour: `matrix[from][to]`."""

    matrix: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    default: int = 0
    clean: Mapping[str, int] | None = None
    forbidden: frozenset[tuple[str, str]] = frozenset()

    def length(self, before: str, after: str) -> int:
        """Return the change-over length; staying the same is free unless it is listed."""
        listed = self.matrix.get(before, {}).get(after)
        if listed is not None:
            return listed
        return 0 if before == after else self.default


@dataclass(frozen=True, slots=True)
class SetupTable:
    """How the change-overs of several attributes add up on a machine: sum or longest."""

    attributes: Mapping[str, Attribute]
    combine: str = "sum"


@dataclass(frozen=True, slots=True)
class Resource:
    """A machine, oven, worker, tool, tank or pool.

    `site` is empty for resources without a place and ``*`` for those usable everywhere;
    without `calendar` a resource is always open; `initial` are the attributes of what the
    machine made last.
    """

    id: str
    kind: ResourceKind = ResourceKind.MACHINE
    site: str = ""
    calendar: str = ""
    capacity: int = 1
    setup: str = ""
    initial: Mapping[str, str] = field(default_factory=dict)
    skills: Mapping[str, int] = field(default_factory=dict)
    cost_per_unit: float = 0
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class Material:
    """Supply of a material: stock at the origin and dated arrivals."""

    id: str
    on_hand: int = 0
    arrivals: tuple[tuple[int, int], ...] = ()
    shelf_life: int | None = None


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to run an operation: a machine with its duration, cost and pool amounts."""

    machine: str
    duration: int
    cost: float = 0
    uses: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class After:
    """A predecessor in the same job with least and greatest wait.

    With `transfer` in (0, 1) the successor may start when that share of the predecessor's
    work is done, and may not end before it.
    """

    op: str
    min_lag: int = 0
    max_lag: int | None = None
    transfer: Fraction | None = None


@dataclass(frozen=True, slots=True)
class WorkerNeed:
    """How many workers with which skill."""

    skill: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class BatchNeed:
    """What may share an oven load (the family) and how much room it takes (the size)."""

    family: str
    size: int = 1


@dataclass(frozen=True, slots=True)
class Hold:
    """Room held in a tank from the start or end of its operation until another one."""

    tank: str
    amount: int
    until: str
    source: str = "end"
    until_end: bool = False


@dataclass(frozen=True, slots=True)
class Fixed:
    """A decision already made: the machine and the start."""

    machine: str
    start: int


@dataclass(frozen=True, slots=True)
class Outsource:
    """Having the operation done outside instead."""

    duration: int
    cost: float = 0


@dataclass(frozen=True, slots=True)
class Operation:
    """One step of a job."""

    id: str
    modes: tuple[Mode, ...] = ()
    worker: WorkerNeed | None = None
    setup_worker: str = ""
    tool: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    resumable: bool = False
    after: tuple[After, ...] = ()
    consumes: Mapping[str, int] = field(default_factory=dict)
    produces: Mapping[str, int] = field(default_factory=dict)
    batch: BatchNeed | None = None
    hold: Hold | None = None
    earliest: int | None = None
    latest: int | None = None
    fixed: Fixed | None = None
    outsource: Outsource | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """An order to make: operations between a release and a due date."""

    id: str
    operations: tuple[Operation, ...]
    item: str = ""
    quantity: int = 0
    release: int = 0
    due: int | None = None
    deadline: int | None = None
    weight: float = 1
    earliness_weight: float = 0
    priority: int = 0
    alternatives: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """How far durations scatter; used by simulation, not by the schedule."""

    distribution: str = "lognormal"
    cv: float = 0.0


@dataclass(frozen=True)
class Problem:
    """Everything a schedule must respect, and the weights of what it should minimise."""

    jobs: tuple[Job, ...]
    resources: tuple[Resource, ...]
    name: str = ""
    unit: str = "min"
    origin: str = "1970-01-01T00:00:00+00:00"
    calendars: Mapping[str, tuple[Window, ...]] = field(default_factory=dict)
    sites: tuple[str, ...] = ()
    closed_sites: frozenset[str] = frozenset()
    transport: tuple[Transport, ...] = ()
    setups: Mapping[str, SetupTable] = field(default_factory=dict)
    materials: tuple[Material, ...] = ()
    objective: Objective = field(default_factory=lambda: {"makespan": 1})
    baseline: tuple[tuple[str, str, str, int], ...] = ()
    """Operations of an older schedule: job, operation, machine (or empty), start."""
    uncertainty: Uncertainty | None = None

    @cached_property
    def resource(self) -> Mapping[str, Resource]:
        """Resources by id."""
        return {resource.id: resource for resource in self.resources}

    @cached_property
    def journeys(self) -> Mapping[tuple[str, str], Transport]:
        """Transport by pair of sites."""
        return {(leg.source, leg.target): leg for leg in self.transport}

    @cached_property
    def operation_count(self) -> int:
        """Number of operations of all jobs."""
        return sum(len(job.operations) for job in self.jobs)
