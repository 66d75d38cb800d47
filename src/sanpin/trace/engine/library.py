"""The library door: events from documents, and lineage over them, without any store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import overload

from sanpin.base import N_, InputError
from sanpin.trace.engine import hash as hashing
from sanpin.trace.engine import lineage
from sanpin.trace.engine.epcis import normalise, read_document, validate
from sanpin.trace.engine.identifiers import thing_of
from sanpin.trace.model.events import Event
from sanpin.trace.model.lineage import Recall, Walk, Where
from sanpin.trace.model.namespaces import Namespaces

__all__ = ["Lineage", "event_hash", "read_events"]


def read_events(data: bytes) -> list[Event]:
    """Read and validate the events of an EPCIS document in JSON or XML.

    Raises
    ------
    InputError
        when it is no document, or ``trace.document.invalid`` with all findings

    Parameters
    ----------
    data : a document, query document, list of events or single event, also compressed

    Returns
    -------
    list of Event
        in the order of the document, with canonical names
    """
    document = read_document(data)
    reading = validate(document)
    if not reading.valid:
        raise InputError(
            "trace.document.invalid",
            N_("The document is not valid: {count} findings."),
            hint=N_("Correct them and read it again."),
            problems=reading.problems,
            count=len(reading.problems),
        )
    return [normalise(raw.body) for raw in document.events]


@overload
def event_hash(source: bytes | str, *, prehash: bool = False) -> list[str]: ...


@overload
def event_hash(source: Mapping[str, object], *, prehash: bool = False) -> str: ...


def event_hash(
    source: bytes | str | Mapping[str, object], *, prehash: bool = False
) -> list[str] | str:
    """Event hash of every event of a document, or of one event.

    Parameters
    ----------
    source : text of a document, query document, list of events or single event in JSON or XML; or
        one event as parsed from JSON, with its own ``@context`` where it uses prefixes
    prehash : whether to give the texts that are hashed instead

    Returns
    -------
    list of str, or str for one event
        in the order of the document
    """
    write = hashing.prehash if prehash else hashing.event_hash
    if isinstance(source, Mapping):
        return write(source, Namespaces.of_context(source.get("@context")))
    document = read_document(source.encode() if isinstance(source, str) else source)
    ignored = document.header.ignored
    return [write(raw.body, raw.namespaces, ignored) for raw in document.events]


class Lineage:
    """Lineage over events in memory; things may be named in any URI form.

    It follows events one by one, which is quick for thousands. For millions capture them into a
    workspace: there the same questions are answered from arrays.

    Parameters
    ----------
    events : in any order; those declared wrong take no part
    """

    def __init__(self, events: Iterable[Event]) -> None:
        self._source = lineage.MemoryEvents(events)

    def back(self, thing: str) -> Walk:
        """Everything a thing is made of, and what carried that before it was used."""
        return lineage.back(self._source, thing_of(thing))

    def forward(self, thing: str) -> Walk:
        """Everything a thing went into, and what carries or carried that."""
        return lineage.forward(self._source, thing_of(thing))

    def history(self, thing: str) -> tuple[list[Event], Where]:
        """Time line of a thing, and where it is now."""
        return lineage.life(self._source, thing_of(thing))

    def recall(self, things: Iterable[str]) -> Recall:
        """Return what must come back when things are bad.

        The window of time in which things are bad is a matter of `lineage.recall`; here they always
        were.
        """
        return lineage.recall(self._source, [thing_of(thing) for thing in things])
