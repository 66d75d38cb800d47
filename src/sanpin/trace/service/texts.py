"""Events as they came, in documents that answer queries."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from sanpin.base import N_, StateError
from sanpin.kit.context import Context
from sanpin.trace.engine.epcis import write_instant, write_query_document
from sanpin.trace.model.events import Event
from sanpin.trace.service.naming import thing_named
from sanpin.trace.store.reader import LedgerEvents, events_by_reference, latest, texts

__all__ = ["event_bodies", "event_text", "events_document", "find_events"]


def find_events(
    ctx: Context, epc: str | None = None, *, limit: int | None = None, before: int | None = None
) -> list[Event]:
    """Events that name a thing, in order of time; without one, the newest events.

    Parameters
    ----------
    limit : at most so many; needed without a thing
    before : only events captured before this number
    """
    with ctx.db.read() as conn:
        if epc is None:
            return latest(conn, ctx.firm, limit=limit or 30, before=before)
        thing = thing_named(epc)
        found = LedgerEvents(conn, ctx.firm).touching([thing])[thing]
    ordered = sorted(found, key=lambda event: event.order)
    return ordered if limit is None else ordered[:limit]


def events_document(ctx: Context, events: Sequence[Event]) -> bytes:
    """Write an EPCISQueryDocument that holds events with their texts unchanged.

    An event that came without ``eventID`` shows the one that the ledger derived for it.
    """
    return write_query_document(_texts(ctx, events), _now(ctx))


def event_bodies(ctx: Context, events: Sequence[Event]) -> list[bytes]:
    """Texts of events, each with its identifier."""
    return [text for text, _ in _texts(ctx, events)]


def event_text(ctx: Context, identifier: str) -> bytes:
    """Document with the events of one identifier.

    Raises
    ------
    StateError
        ``trace.event.unknown``
    """
    with ctx.db.read() as conn:
        found = events_by_reference(conn, ctx.firm, identifier)
    if not found:
        error = StateError(
            "trace.event.unknown",
            N_("There is no event {identifier}."),
            hint=N_("Look for it by the thing that it names."),
            identifier=identifier,
        )
        error.status = 404
        raise error
    return events_document(ctx, found)


def _texts(ctx: Context, events: Sequence[Event]) -> list[tuple[bytes, object]]:
    """Texts of events with the contexts of their documents."""
    with ctx.db.read() as conn:
        found = texts(conn, (event.sequence for event in events))
    return [(_identified(found[e.sequence][0], e.id), found[e.sequence][1]) for e in events]


def _identified(text: bytes, identifier: str) -> bytes:
    """Show the derived identifier of an event that came without one.

    It is put in as the first field, so that every other byte of the text stays as it came.
    """
    if b'"eventID"' in text:
        return text
    return b'{"eventID":' + orjson.dumps(identifier) + b"," + text.lstrip()[1:]


def _now(ctx: Context) -> str:
    """Present time for the head of a document."""
    return write_instant(int(ctx.now().timestamp() * 1_000_000))
