"""Answers about where things came from, where they went, and what must come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = [
    "Affected",
    "Balance",
    "Consignee",
    "Edge",
    "Gap",
    "Node",
    "Recall",
    "Status",
    "Walk",
    "Where",
]


class Status(StrEnum):
    """Where a thing stands in its life."""

    ON_HAND = "on_hand"
    IN_TRANSIT = "in_transit"
    SHIPPED = "shipped"
    SOLD = "sold"
    CONSUMED = "consumed"
    DESTROYED = "destroyed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Node:
    """A thing that a walk reached.

    Attributes
    ----------
    id : canonical name
    depth : edges from the root, 0 for the root
    role : ``product``, ``container`` or ``asset``
    quantity, uom : amount that was made or received of it, where events tell
    """

    id: str
    depth: int
    role: str
    quantity: float | None = None
    uom: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A step of a walk, written in the direction of the goods: `source` went into `target`.

    Attributes
    ----------
    source, target : canonical names
    event : event that made the step
    kind : ``transform``, ``aggregate``, ``associate`` or ``lot``
    time : microseconds UTC
    """

    source: str
    target: str
    event: str
    kind: str
    time: int


@dataclass(frozen=True, slots=True)
class Walk:
    """Everything that was reached from a root."""

    root: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    events: int


@dataclass(frozen=True, slots=True)
class Where:
    """Where a thing is: place, containers from the inmost outwards, state, since when."""

    location: str = ""
    containers: tuple[str, ...] = ()
    disposition: str = ""
    since: int | None = None
    status: Status = Status.UNKNOWN


@dataclass(frozen=True, slots=True)
class Consignee:
    """Who got affected products.

    Attributes
    ----------
    location : canonical name of the place or party
    products : affected products that went there
    quantities : amount by unit of measure; pieces without a unit stand under ``""``
    containers : containers in which they went
    """

    location: str
    products: tuple[str, ...]
    quantities: Mapping[str, float] = field(default_factory=dict)
    containers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Balance:
    """What became of a lot, by unit of measure; pieces without a unit stand under ``""``.

    Attributes
    ----------
    made : what was made, or came in
    used : what went into products
    delivered : by place, what went there
    received : whether `made` came in rather than being made
    """

    made: Mapping[str, float]
    used: Mapping[str, float]
    delivered: tuple[Consignee, ...]
    received: bool = False


@dataclass(frozen=True, slots=True)
class Affected:
    """One line of a recall.

    Attributes
    ----------
    id, role, depth, quantity, uom : as in `Node`
    status, location, container : where it is now; container is the inmost one
    last_event : last event that touched it or what carried it
    why : events of one path from a seed to it, in order
    through : things on that path, from the seed to the one before it
    """

    id: str
    role: str
    depth: int
    status: Status
    location: str
    container: str
    quantity: float | None
    uom: str
    last_event: str
    why: tuple[str, ...]
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that could not be traced, and why."""

    id: str
    code: str
    message: str
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recall:
    """The scope of a recall."""

    seeds: tuple[str, ...]
    affected: tuple[Affected, ...]
    consignees: tuple[Consignee, ...]
    gaps: tuple[Gap, ...]

    @property
    def products(self) -> tuple[Affected, ...]:
        """What must come back."""
        return tuple(line for line in self.affected if line.role != "container")

    @property
    def containers(self) -> tuple[Affected, ...]:
        """What only carries it."""
        return tuple(line for line in self.affected if line.role == "container")
