"""Write the events of one document in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from sanpin.trace.model.events import Event
from sanpin.trace.store.bulk import insert_rows
from sanpin.trace.store.intern import batches, intern_things, intern_words, take
from sanpin.trace.store.pack import CHUNK, CODEC, pack_texts, pack_things
from sanpin.trace.store.tables import DOCUMENT, EVENT, LINK, PAYLOAD, QUANTITY, TERM

__all__ = ["Incoming", "Written", "find_document", "reference_key", "write_events"]


@dataclass(frozen=True, slots=True)
class Incoming:
    """An event on its way into the store.

    Attributes
    ----------
    event : what it says
    text : its bytes as they came
    derived : whether its identifier was derived from its content
    """

    event: Event
    text: bytes
    derived: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the events of a document.

    Attributes
    ----------
    captured, duplicates : how many were new, and known already with the same content
    conflicts : identifiers that are known with other content; nothing was written then
    first : number of the first new event
    """

    captured: int
    duplicates: int
    conflicts: tuple[str, ...] = ()
    first: int = 0


_KNOWN = select(EVENT.c.reference_key, EVENT.c.digest, EVENT.c.declared).where(
    EVENT.c.firm == bindparam("firm"),
    EVENT.c.reference_key.in_(bindparam("keys", expanding=True)),
)
_DECLARE = (
    update(EVENT)
    .where(
        EVENT.c.firm == bindparam("owner"),
        EVENT.c.reference_key.in_(bindparam("keys", expanding=True)),
    )
    .values(declared=1)
)
_DOCUMENT = select(DOCUMENT.c.events).where(
    DOCUMENT.c.firm == bindparam("firm"), DOCUMENT.c.digest == bindparam("digest")
)


def reference_key(identifier: str) -> int:
    """64 bits of the SHA-256 of an event identifier, as a signed integer.

    An index over eight bytes stays small however long the identifiers are.
    """
    return int.from_bytes(hashlib.sha256(identifier.encode()).digest()[:8], "big", signed=True)


def find_document(conn: Connection, firm: str, digest: bytes) -> int | None:
    """Number of events of a document that was captured before; None for a new one."""
    found: int | None = conn.execute(_DOCUMENT, {"firm": firm, "digest": digest}).scalar()
    return found


def write_events(
    conn: Connection,
    firm: str,
    incoming: Sequence[Incoming],
    *,
    digest: bytes,
    context: object,
    now: datetime,
    origin: str = "",
) -> Written:
    """Write a document's events: all new ones, or none when any contradicts a known one.

    An event with an error declaration takes every event of the same identifier out of
    lineage and location, whether that came earlier or comes later.

    Parameters
    ----------
    incoming : events of one document in its order, checked and with canonical names
    digest : SHA-256 by which the document is known again
    context : its ``@context``, kept once for all its events
    now : when the repository took it in
    origin : where it comes from, by which it can be removed again

    Returns
    -------
    Written
        with conflicts nothing was written, and the caller's transaction may end as it likes
    """
    # First statement of the transaction: from here on writers wait for each other.
    document = take(conn, DOCUMENT.name, 1)
    sorted_out = _sort_out(conn, firm, incoming)
    if sorted_out.conflicts:
        return Written(0, 0, tuple(sorted_out.conflicts))
    first = take(conn, EVENT.name, len(sorted_out.new)) if sorted_out.new else 0
    conn.execute(
        insert(DOCUMENT).values(
            id=document,
            firm=firm,
            digest=digest,
            first_event=first,
            events=len(incoming),
            captured=now,
            origin=origin,
            context=context,
        )
    )
    if sorted_out.declared:
        for batch in batches(sorted(sorted_out.declared)):
            conn.execute(_DECLARE, {"owner": firm, "keys": batch})
    if sorted_out.new:
        micros = int(now.timestamp() * 1_000_000)
        _Rows(conn, firm, document, first, micros, sorted_out.declared).write(sorted_out.new)
    return Written(len(sorted_out.new), len(incoming) - len(sorted_out.new), (), first)


@dataclass
class _SortedOut:
    """What is new, what is declared wrong, what contradicts."""

    new: list[Incoming]
    declared: set[int]
    conflicts: list[str]


def _sort_out(conn: Connection, firm: str, incoming: Sequence[Incoming]) -> _SortedOut:
    """Separate new events from known ones and from those that contradict known ones.

    Declared events and events already declared wrong contradict nothing: a correction may take any
    content under the old identifier. The same event twice in one document is one.
    """
    keys = [reference_key(item.event.id) for item in incoming]
    known: dict[int, set[bytes]] = {}
    declared: set[int] = set()
    for batch in batches(sorted(set(keys))):
        for row in conn.execute(_KNOWN, {"firm": firm, "keys": batch}):
            known.setdefault(row.reference_key, set()).add(bytes(row.digest))
            if row.declared:
                declared.add(row.reference_key)
    result = _SortedOut([], declared, [])
    for key, item in zip(keys, incoming, strict=True):
        digests = known.setdefault(key, set())
        if item.event.digest in digests:
            continue
        if digests and not item.event.declared and key not in declared:
            result.conflicts.append(item.event.id)
            continue
        digests.add(item.event.digest)
        if item.event.declared:
            declared.add(key)
        result.new.append(item)
    return result


_EVENT_COLUMNS = (
    "id", "firm", "document", "type", "action", "declared", "event_time", "offset_minutes",
    "record_time", "step", "disposition", "read_point", "location", "transformation",
    "reference_key", "reference", "digest", "epcs",
)  # fmt: skip

_Numbered = Sequence[tuple[int, Incoming]]
_Row = tuple[object, ...]


class _Rows:
    """Turns events into rows and writes each table with one call, sorted by its key."""

    def __init__(
        self, conn: Connection, firm: str, document: int, first: int, now: int, declared: set[int]
    ) -> None:
        self._conn = conn
        self._firm = firm
        self._document = document
        self._now = now
        self._first = first
        self._declared = declared

    def write(self, incoming: Sequence[Incoming]) -> None:
        """Write events, links, amounts, terms and payload."""
        events = [item.event for item in incoming]
        things = intern_things(self._conn, _things(events))
        words = intern_words(self._conn, _words(events))
        numbered = list(enumerate(incoming, self._first))
        rows = [self._event(number, item, things, words) for number, item in numbered]
        self._insert(EVENT, _EVENT_COLUMNS, rows)
        self._insert(LINK, ("epc_id", "event_id", "part"), sorted(_linked(numbered, things)))
        quantity = ("event_id", "position", "quantity", "uom")
        self._insert(QUANTITY, quantity, list(_quantities(numbered)))
        term = ("event_id", "position", "kind", "type", "value")
        self._insert(TERM, term, list(_terms(numbered, words)))
        payload = ("first_event", "events", "codec", "data")
        self._insert(PAYLOAD, payload, list(_payloads(numbered)))

    def _insert(self, table: Table, columns: Sequence[str], rows: Sequence[_Row]) -> None:
        """Insert rows into one table."""
        insert_rows(self._conn, table, columns, rows)

    def _event(
        self, number: int, item: Incoming, things: dict[str, int], words: dict[str, int]
    ) -> _Row:
        """Row of one event."""
        event = item.event
        key = reference_key(event.id)
        derivable = item.derived and not event.declared
        return (
            number,
            self._firm,
            self._document,
            int(event.type),
            int(event.action),
            int(event.declared or key in self._declared),
            event.time,
            event.offset,
            self._now,
            words.get(event.step),
            words.get(event.disposition),
            words.get(event.read_point),
            words.get(event.location),
            words.get(event.transformation),
            key,
            None if derivable else event.id,
            event.digest,
            pack_things((int(entry.part), things[entry.thing]) for entry in event.involved),
        )


def _things(events: Iterable[Event]) -> Iterator[str]:
    """Names of all things of all events."""
    for event in events:
        for entry in event.involved:
            yield entry.thing


def _words(events: Iterable[Event]) -> Iterator[str]:
    """All words and places of all events."""
    for event in events:
        yield from (event.step, event.disposition, event.read_point, event.location)
        yield event.transformation
        for link in event.links:
            yield from (link.type or "-", link.value)


def _linked(numbered: _Numbered, things: dict[str, int]) -> set[tuple[int, int, int]]:
    """Links of things to events, each once."""
    return {
        (things[entry.thing], number, int(entry.part))
        for number, item in numbered
        for entry in item.event.involved
    }


def _quantities(numbered: _Numbered) -> Iterator[_Row]:
    """Amounts by event and position."""
    for number, item in numbered:
        for position, entry in enumerate(item.event.involved):
            if entry.quantity is not None:
                yield number, position, float(entry.quantity), entry.uom


def _terms(numbered: _Numbered, words: dict[str, int]) -> Iterator[_Row]:
    """Sources, destinations and transactions by event and position."""
    for number, item in numbered:
        for position, link in enumerate(item.event.links):
            yield number, position, link.kind, words[link.type or "-"], words[link.value]


def _payloads(numbered: _Numbered) -> Iterator[_Row]:
    """Texts in compressed chunks."""
    for start in range(0, len(numbered), CHUNK):
        chunk = numbered[start : start + CHUNK]
        yield chunk[0][0], len(chunk), CODEC, pack_texts([item.text for _, item in chunk])
