"""What a reader makes of a document: its head, its namespaces, its events with their texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sanpin.base import Problem
from sanpin.trace.model.namespaces import Namespaces

__all__ = ["Document", "Header", "RawEvent", "Reading"]

_PLAIN = Namespaces()


class RawEvent(NamedTuple):
    """One event as it stands in a document.

    Attributes
    ----------
    number : place in the document, from 1
    line : line of the text on which it begins, from 1
    text : its bytes, unchanged; of an XML document in UTF-8
    body : the same in the form of EPCIS 2.0 JSON, whatever it came in
    namespaces : what the prefixes in it mean
    faults : what its reader found wrong with the way it is written
    column : column in which it begins, from 1
    """

    number: int
    line: int
    text: bytes
    body: Mapping[str, object]
    namespaces: Namespaces = _PLAIN
    faults: tuple[Problem, ...] = ()
    column: int = 1


@dataclass(frozen=True, slots=True)
class Header:
    """What stands around the events of a document.

    Attributes
    ----------
    format : ``json`` or ``xml``
    version : ``2.0`` or ``1.2``
    kind : ``document``, ``query-document``, ``event``, ``events`` or ``query``
    context : ``@context`` of a document in JSON, or the like made from the namespaces of XML
    head : everything but the events, in the form of EPCIS 2.0 JSON
    namespaces : prefixes that hold for the whole document
    ignored : full names of the extension fields that the event hash leaves out
    faults : what is wrong with the way the head is written
    line : line on which the document begins
    bare : whether there is no document around the events, as in an answer by SOAP
    text : the text around the events of a document in JSON, with a 0 in the place of each
    gap : where in it the first event stood, and how many line breaks the events hold
    """

    format: str
    version: str
    kind: str
    context: object
    head: Mapping[str, object]
    namespaces: Namespaces = _PLAIN
    ignored: frozenset[str] = frozenset()
    faults: tuple[Problem, ...] = ()
    line: int = 1
    bare: bool = False
    text: bytes = b""
    gap: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Document:
    """A whole EPCIS document in memory before validation.

    Attributes
    ----------
    header : what stands around the events
    events : its events in order
    """

    header: Header
    events: tuple[RawEvent, ...]

    @property
    def kind(self) -> str:
        """Kind of the document."""
        return self.header.kind

    @property
    def version(self) -> str:
        """Version of EPCIS in which it is written."""
        return self.header.version

    @property
    def context(self) -> object:
        """Context of the document as it came; None for a bare list."""
        return self.header.context

    @property
    def head(self) -> Mapping[str, object]:
        """Everything but the events."""
        return self.header.head


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of validating a document: what is wrong, event by event.

    Attributes
    ----------
    problems : what makes it invalid
    passed : what a lenient validation let pass
    """

    problems: tuple[Problem, ...]
    passed: tuple[Problem, ...] = field(default=())

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def of_event(self, number: int) -> tuple[Problem, ...]:
        """Findings about one event; number 0 is the document itself."""
        return tuple(p for p in self.problems if p.fields.get("event", 0) == number)
