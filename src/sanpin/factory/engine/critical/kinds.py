"""What may hold an operation back: the kinds of links, and one rule with its instant."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sanpin.factory.engine.critical.levels import Key

__all__ = ["Bound", "LinkKind"]


class LinkKind(StrEnum):
    """What fixed the start of an operation."""

    RELEASE = "release"
    FIXED = "fixed"
    PREDECESSOR = "predecessor"
    TRANSPORT = "transport"
    MACHINE = "machine"
    SETUP = "setup"
    WORKER = "worker"
    TOOL = "tool"
    POOL = "pool"
    TANK = "tank"
    MATERIAL = "material"
    CALENDAR = "calendar"
    BATCH = "batch"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Bound:
    """One rule that holds an operation back.

    Attributes
    ----------
    name : resource, material or operation in the way
    ready : earliest start that the rule allows
    since : instant at which `source` let go; without a source the root of the chain
    """

    kind: LinkKind
    name: str
    ready: int
    since: int
    source: Key | None = None
