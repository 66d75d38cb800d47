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
    "NO_ORIGIN",
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

NO_ORIGIN = "1970-01-01T00:00:00+00:00"
"""The origin of a problem that says none: its times are plain numbers."""

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
    """Moving goods from one site to another.

    Attributes
    ----------
    source, target : sites; the way back is a journey of its own
    duration : in the problem's unit, added to the least wait between two operations
    cost : of each time it is made
    """

    source: str
    target: str
    duration: int
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Attribute:
    """Change-over lengths of one attribute such as colour: `matrix[from][to]`.

    Attributes
    ----------
    matrix : lengths that are listed; the others are `default`, or 0 when nothing changes
    clean : cleaning that becomes due by units or batches; see `engine.check.changes`
    forbidden : changes that must not follow each other
    """

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
    """How the change-overs of several attributes add up on a machine: sum or longest.

    Attributes
    ----------
    attributes : change-overs by attribute; one that an operation does not name needs none
    combine : ``sum`` when they are done one after the other, ``max`` when side by side
    """

    attributes: Mapping[str, Attribute]
    combine: str = "sum"


@dataclass(frozen=True, slots=True)
class Resource:
    """A machine, oven, worker, tool, tank or pool.

    `site` is empty for resources without a place and ``*`` for those usable everywhere;
    without `calendar` a resource is always open; `initial` are the attributes of what the
    machine made last.

    Attributes
    ----------
    capacity : room of an oven, pieces of a tool, amount of a tank or pool; 1 for the others
    setup : name of its table of change-overs
    skills : skill to percent of the usual pace; 50 takes twice as long
    cost_per_unit : of each unit of time from set-up to end
    mixed : whether a tank may hold several items at once
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
    """Supply of a material: stock at the origin and dated arrivals.

    Attributes
    ----------
    on_hand : whole units at the origin
    arrivals : pairs of instant and amount
    shelf_life : units of time after which what has come is lost; None for never
    """

    id: str
    on_hand: int = 0
    arrivals: tuple[tuple[int, int], ...] = ()
    shelf_life: int | None = None


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to run an operation: a machine with its duration, cost and pool amounts.

    Attributes
    ----------
    machine : id of a machine or oven
    duration : open units of time, for workers at 100 %
    cost : of running it this way
    uses : pool to amount taken from start to end
    crew : workers whom this mode names itself, held from start to end at 100 %; in the native
        format they stand among `uses` with the amount 1
    """

    machine: str
    duration: int
    cost: float = 0
    uses: Mapping[str, int] = field(default_factory=dict)
    crew: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class After:
    """A predecessor in the same job with least and greatest wait.

    With `transfer` in (0, 1) the successor may start when that share of the predecessor's
    work is done, and may not end before it.

    Attributes
    ----------
    op : id of the predecessor
    min_lag : least time from its end (with `transfer` from the hand-over) to the start
    max_lag : greatest time from its end to the start; None for no limit
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
    """Room held in a tank from the start or end of its operation until another one.

    Attributes
    ----------
    tank : resource of kind tank
    until : operation of the same job that drains it
    source : ``start`` or ``end`` of the filling operation, from which room is taken
    until_end : whether room is taken to the end of the draining operation, not to its start
    """

    tank: str
    amount: int
    until: str
    source: str = "end"
    until_end: bool = False


@dataclass(frozen=True, slots=True)
class Fixed:
    """A decision already made: the machine and the start.

    Work in progress is fixed: the search plans around it and the checker sees that it stays.
    """

    machine: str
    start: int


@dataclass(frozen=True, slots=True)
class Outsource:
    """Having the operation done outside instead.

    Attributes
    ----------
    duration : units of time from start to end, whatever our calendars say
    cost : of having it done
    """

    duration: int
    cost: float = 0


@dataclass(frozen=True, slots=True)
class Operation:
    """One step of a job.

    Attributes
    ----------
    modes : machines that can do it; empty when it is only ever done outside
    setup_worker : skill of the worker who sets up, empty for none
    tool : resource of kind tool that it holds from start to end
    attributes : what decides change-overs, such as colour
    resumable : whether it may rest while closed and go on afterwards
    consumes, produces : material to whole units, taken at the start and made at the end
    earliest, latest : bounds of start and end beside those of the job
    """

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
    """An order to make: operations between a release and a due date.

    Attributes
    ----------
    release : instant before which nothing of it starts
    due : end wanted; later costs tardiness, earlier earliness
    deadline : end required; later makes a schedule invalid
    weight, earliness_weight : cost of a unit of time late or early
    alternatives : groups of operation ids of which exactly one is done, wholly
    """

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
    """How far durations scatter; used by simulation, not by the schedule.

    Attributes
    ----------
    cv : coefficient of variation of a duration around its plan
    """

    distribution: str = "lognormal"
    cv: float = 0.0


@dataclass(frozen=True)
class Problem:
    """Everything a schedule must respect, and the weights of what it should minimise.

    Attributes
    ----------
    unit : ``min``, ``s`` or ``h``; what one unit of every time means
    origin : instant of time 0, ISO 8601 with offset
    closed_sites : sites that no goods reach or leave but on listed journeys
    objective : weight of each term of `TERMS` that matters; the weighted sum is minimised
    uncertainty : how durations scatter in simulation
    """

    jobs: tuple[Job, ...]
    resources: tuple[Resource, ...]
    name: str = ""
    unit: str = "min"
    origin: str = NO_ORIGIN
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
    def processors(self) -> Mapping[str, Resource]:
        """Machines and ovens by id."""
        return self._named(ResourceKind.MACHINE, ResourceKind.OVEN)

    @cached_property
    def workers(self) -> Mapping[str, Resource]:
        """Workers by id; a worker may bear the id of a machine, as in public instances."""
        return self._named(ResourceKind.WORKER)

    @cached_property
    def tools(self) -> Mapping[str, Resource]:
        """Tools by id."""
        return self._named(ResourceKind.TOOL)

    @cached_property
    def tanks(self) -> Mapping[str, Resource]:
        """Tanks by id."""
        return self._named(ResourceKind.TANK)

    @cached_property
    def pools(self) -> Mapping[str, Resource]:
        """Pools by id."""
        return self._named(ResourceKind.POOL)

    def _named(self, *kinds: ResourceKind) -> Mapping[str, Resource]:
        """Return the resources of some kinds by id."""
        return {resource.id: resource for resource in self.resources if resource.kind in kinds}

    @cached_property
    def journeys(self) -> Mapping[tuple[str, str], Transport]:
        """Transport by pair of sites."""
        return {(leg.source, leg.target): leg for leg in self.transport}

    @cached_property
    def operation_count(self) -> int:
        """Number of operations of all jobs."""
        return sum(len(job.operations) for job in self.jobs)
