"""What an EPCIS event says, brought to canonical names and ready for store and lineage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

__all__ = ["Action", "Event", "EventType", "Involvement", "Link", "Part"]

_FEW = 16
"""Involvements that are looked through faster than they are sorted by name."""


class EventType(IntEnum):
    """The five types of EPCIS 2.0; the number is what the store keeps."""

    OBJECT = 1
    AGGREGATION = 2
    TRANSACTION = 3
    TRANSFORMATION = 4
    ASSOCIATION = 5

    @property
    def word(self) -> str:
        """Name in a document, such as ``ObjectEvent``."""
        return f"{self.name.title()}Event"


class Action(IntEnum):
    """What the event did to the life of its things; a transformation has none."""

    NONE = 0
    ADD = 1
    OBSERVE = 2
    DELETE = 3


class Part(IntEnum):
    """The part a thing took in an event; the number is what the store keeps."""

    EPC = 0
    PARENT = 1
    CHILD = 2
    INPUT = 3
    OUTPUT = 4
    LOT = 5


@dataclass(frozen=True, slots=True)
class Involvement:
    """One thing in an event.

    Attributes
    ----------
    part : its part
    thing : canonical name
    quantity : amount, None where the event gives none
    uom : UN/ECE unit code; empty for pieces
    lot : canonical name of its lot where the event tells it
    """

    part: Part
    thing: str
    quantity: float | None = None
    uom: str = ""
    lot: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A source, destination or business transaction: kind, type and canonical value."""

    kind: str
    type: str
    value: str


@dataclass(frozen=True, slots=True)
class Event:
    """One event of any of the five types.

    Attributes
    ----------
    id : event identifier as given, or one derived from the content
    type, action : see `EventType`, `Action`
    time : microseconds since 1970 in UTC
    offset : minutes from UTC as the event states them
    record_time : when the repository took it in, microseconds UTC; 0 before that
    step, disposition : CBV words, or URIs of other vocabularies
    read_point, location : canonical names of the places, empty when not given
    involved : things with their parts, in the order of the document
    links : sources, destinations, business transactions
    transformation : identifier that joins several transformation events
    declared : whether an error declaration takes it out of lineage and location
    sequence : place in the repository, ascending with capture
    """

    id: str
    type: EventType
    action: Action
    time: int
    offset: int = 0
    record_time: int = 0
    step: str = ""
    disposition: str = ""
    read_point: str = ""
    location: str = ""
    involved: tuple[Involvement, ...] = ()
    links: tuple[Link, ...] = ()
    transformation: str = ""
    declared: bool = False
    sequence: int = 0
    digest: bytes = field(default=b"", repr=False)
    _roles: Mapping[str, Sequence[Involvement]] | None = field(
        default=None, init=False, repr=False, compare=False
    )

    @property
    def order(self) -> tuple[int, int]:
        """Sort key: event time, then place in the repository."""
        return self.time, self.sequence

    def things(self, *parts: Part) -> Iterable[Involvement]:
        """Involvements that take one of the parts."""
        return (entry for entry in self.involved if entry.part in parts)

    def of(self, thing: str) -> Iterable[Involvement]:
        """Involvements of one thing, and those of pieces that name it as their lot.

        An event may name thousands of things, and each of them is asked about: they are sorted
        by name at the first question.
        """
        if len(self.involved) < _FEW:
            return (entry for entry in self.involved if thing in (entry.thing, entry.lot))
        if self._roles is None:
            roles: dict[str, list[Involvement]] = {}
            for entry in self.involved:
                for name in {entry.thing, entry.lot} - {""}:
                    roles.setdefault(name, []).append(entry)
            object.__setattr__(self, "_roles", roles)
        return (self._roles or {}).get(thing, ())

    def takes(self, thing: str, *parts: Part) -> bool:
        """Whether a thing takes one of the parts."""
        return any(entry.thing == thing and entry.part in parts for entry in self.of(thing))

    def values(self, kind: str, *types: str) -> list[str]:
        """Values of the links of a kind, of the given types or of any."""
        return [
            link.value
            for link in self.links
            if link.kind == kind and (not types or link.type in types)
        ]
