"""What a reader makes of a document: its kind, its context, its events with their texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sanpin.base import Problem

__all__ = ["Document", "RawEvent", "Reading"]


@dataclass(frozen=True, slots=True)
class RawEvent:
    """One event as it stands in a document.

    Attributes
    ----------
    number : place in the document, from 1
    line : line of the text on which it begins, from 1
    text : its bytes, unchanged
    body : the same, parsed
    """

    number: int
    line: int
    text: bytes
    body: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Document:
    """An EPCIS document before validation.

    Attributes
    ----------
    kind : ``document``, ``query-document``, ``event`` or ``events``
    version : ``2.0``
    context : ``@context`` of the document as it came; None for a bare list
    events : its events in order
    head : everything but the events
    """

    kind: str
    version: str
    context: object
    events: tuple[RawEvent, ...]
    head: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of validating a document: what is wrong, event by event."""

    problems: tuple[Problem, ...]

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def of_event(self, number: int) -> tuple[Problem, ...]:
        """Findings about one event; number 0 is the document itself."""
        return tuple(p for p in self.problems if p.fields.get("event", 0) == number)
