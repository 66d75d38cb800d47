"""What proves an event: its text as it came, the text that is hashed, its hash, its document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sanpin.base import N_, StateError
from sanpin.kit.context import Context
from sanpin.trace.engine.epcis import read_document, write_query_document
from sanpin.trace.engine.hash import hash_of, prehash
from sanpin.trace.model.events import Event, Involvement
from sanpin.trace.service.naming import Labels
from sanpin.trace.service.queries import event_named
from sanpin.trace.service.things import EventLine, event_line
from sanpin.trace.store.corrections import own_event
from sanpin.trace.store.originals import original_of
from sanpin.trace.store.proofs import documents_of
from sanpin.trace.store.reader import events_by_reference, kept_texts, texts
from sanpin.trace.store.rows import hash_uri

__all__ = ["Proof", "Standing", "original_text", "prove", "standing_of"]

_ANY_TIME = "2026-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Proof:
    """Evidence for one event.

    Attributes
    ----------
    line : what it says
    involved : its things
    text : byte for byte as it came
    hashed : text that its hash is made of
    hash : event hash that the ledger keeps; empty when an older one kept none
    holds : whether the text still gives that hash
    recorded : when the repository took it in
    document : SHA-256 of the document that it came in, hexadecimal; empty when erased
    events : how many events that document had
    captured : when the document was captured
    origin, format : where the document came from and how it was written
    """

    line: EventLine
    involved: tuple[Involvement, ...]
    text: str
    hashed: str
    hash: str
    holds: bool
    recorded: datetime
    document: str = ""
    events: int = 0
    captured: datetime | None = None
    origin: str = ""
    format: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an event stands.

    Attributes
    ----------
    counts : whether it counts in lineage, place and recall
    own : whether the firm captured it itself
    """

    counts: bool
    own: bool


def standing_of(ctx: Context, identifier: str) -> Standing:
    """Whether an event counts, and whose it is."""
    with ctx.db.read() as conn:
        own = own_event(conn, ctx.firm, identifier)
    return Standing(own is None or own[0], own is not None)


def prove(ctx: Context, identifiers: Iterable[str]) -> list[Proof]:
    """Evidence for events by their identifiers, error declarations of them included.

    Raises
    ------
    StateError
        ``trace.event.unknown`` for an identifier that no event of the firm has
    """
    with ctx.db.read() as conn:
        events: list[Event] = []
        for identifier in dict.fromkeys(identifiers):
            found = events_by_reference(conn, ctx.firm, identifier)
            if not found:
                raise _unknown(identifier)
            events += found
        numbers = [event.sequence for event in events]
        bodies, kept = texts(conn, numbers), kept_texts(conn, numbers)
        documents = documents_of(conn, numbers)
        places = {event.location or event.read_point for event in events}
        labels = Labels.load(conn, ctx.firm, places)
    proofs = [
        _proof(event, *bodies[event.sequence], documents.get(event.sequence), labels)
        for event in events
    ]
    return [
        replace(proof, text=original_of(kept[event.sequence]).decode())
        for proof, event in zip(proofs, events, strict=True)
    ]


def original_text(ctx: Context, identifier: str) -> bytes:
    """Event of an identifier exactly as it came, in JSON or XML, without its declarations.

    Raises
    ------
    StateError
        ``trace.event.unknown``
    """
    numbers = event_named(ctx, identifier).numbers
    with ctx.db.read() as conn:
        return original_of(kept_texts(conn, numbers[:1])[numbers[0]])


def _proof(event: Event, text: bytes, context: object, document: Any, labels: Labels) -> Proof:
    """Gather the evidence for one event."""
    hashed = _hashed(text, context)
    kept = hash_uri(event.digest) if event.digest else ""
    proof = Proof(
        line=event_line(event, labels, text),
        involved=event.involved,
        text=text.decode(),
        hashed=hashed,
        hash=kept,
        holds=hash_of(hashed) == kept,
        recorded=datetime.fromtimestamp(event.record_time / 1_000_000, UTC),
    )
    if document is None:
        return proof
    return replace(
        proof,
        document=bytes(document.digest).hex(),
        events=document.events,
        captured=document.captured,
        origin=document.origin,
        format=document.format,
    )


def _hashed(text: bytes, context: object) -> str:
    """Write the text that the hash of an event is made of."""
    raw = read_document(write_query_document([(text, context)], _ANY_TIME)).events[0]
    return prehash(raw.body, raw.namespaces)


def _unknown(identifier: str) -> StateError:
    """Make the refusal of an event that nobody captured."""
    error = StateError(
        "trace.event.unknown",
        N_("There is no event {identifier}."),
        hint=N_("Look for it by the thing that it names."),
        identifier=identifier[:200],
    )
    error.status = 404
    return error
