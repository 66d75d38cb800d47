"""Read events back: by thing, by number, by identifier, by time; and their texts."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from sanpin.trace.model.events import Action, Event, EventType, Involvement, Link, Part
from sanpin.trace.store.intern import find_things, rows_of, things_of, words_of
from sanpin.trace.store.originals import json_of
from sanpin.trace.store.pack import CHUNK, unpack_texts, unpack_things
from sanpin.trace.store.rows import read_reference, reference_key
from sanpin.trace.store.sights import seen
from sanpin.trace.store.tables import (
    CONTEXT,
    DOCUMENT,
    EVENT,
    LINK,
    PAYLOAD,
    QUANTITY,
    TERM,
    VOCAB,
)

__all__ = ["LedgerEvents", "events_by_hash", "events_by_id", "events_by_reference", "latest"]
__all__ += ["kept_texts", "texts"]

_COLUMNS = [column for column in EVENT.c if column.name not in ("owner_id", "document")]
_EVENTS = select(*_COLUMNS).where(EVENT.c.id.in_(bindparam("ids", expanding=True)))
_TOUCHING = (
    select(LINK.c.epc_id, LINK.c.event_id)
    .join(EVENT, EVENT.c.id == LINK.c.event_id)
    .where(LINK.c.epc_id.in_(bindparam("ids", expanding=True)))
    .distinct()
)
_QUANTITIES = select(QUANTITY).where(QUANTITY.c.event_id.in_(bindparam("ids", expanding=True)))
_TERMS = select(TERM).where(TERM.c.event_id.in_(bindparam("ids", expanding=True)))
_PAYLOADS = (
    select(PAYLOAD)
    .where(PAYLOAD.c.first_event.between(bindparam("first"), bindparam("last")))
    .order_by(PAYLOAD.c.first_event)
)
_CONTEXTS = (
    select(EVENT.c.id, CONTEXT.c.value)
    .outerjoin(DOCUMENT, DOCUMENT.c.id == EVENT.c.document)
    .outerjoin(CONTEXT, CONTEXT.c.id == DOCUMENT.c.context)
    .where(EVENT.c.id.in_(bindparam("ids", expanding=True)))
)
_WORD_COLUMNS = ("step", "disposition", "read_point", "location", "transformation")


class LedgerEvents:
    """The events that a firm may see as a lineage walk asks for them, each row read once.

    Parameters
    ----------
    conn : connection on which the whole walk sees one state
    firm : who asks
    """

    def __init__(self, conn: Connection, firm: str) -> None:
        self._conn = conn
        self._seen = seen(conn, firm)
        self._events: dict[int, Event] = {}

    def touching(self, things: Collection[str]) -> Mapping[str, Sequence[Event]]:
        """Events in which each thing takes part."""
        numbers = find_things(self._conn, things)
        names = {number: thing for thing, number in numbers.items()}
        pairs: dict[int, list[int]] = defaultdict(list)
        for batch_row in rows_of(self._conn, _TOUCHING.where(self._seen), sorted(names)):
            pairs[batch_row.epc_id].append(batch_row.event_id)
        events = self._by_id({event for found in pairs.values() for event in found})
        return {
            thing: [events[i] for i in pairs.get(numbers.get(thing, -1), ())] for thing in things
        }

    def joined(self, transformations: Collection[str]) -> Mapping[str, Sequence[Event]]:
        """Events that share each transformation identifier."""
        statement = (
            select(EVENT.c.id)
            .join(VOCAB, VOCAB.c.id == EVENT.c.transformation)
            .where(VOCAB.c.uri.in_(list(transformations)), self._seen)
        )
        events = self._by_id({row.id for row in self._conn.execute(statement)})
        found: dict[str, list[Event]] = {name: [] for name in transformations}
        for event in events.values():
            found[event.transformation].append(event)
        return found

    def _by_id(self, ids: set[int]) -> dict[int, Event]:
        """Events by number, from memory where they were read before."""
        missing = sorted(ids - self._events.keys())
        if missing:
            self._events.update((e.sequence, e) for e in events_by_id(self._conn, missing))
        return {number: self._events[number] for number in ids}


def events_by_id(conn: Connection, ids: Iterable[int]) -> list[Event]:
    """Events by their numbers, in that order."""
    wanted = sorted(set(ids))
    rows = {row.id: row for row in rows_of(conn, _EVENTS, wanted)}
    packed = {number: list(unpack_things(row.epcs)) for number, row in rows.items()}
    things = things_of(conn, {epc for entries in packed.values() for _, epc in entries})
    amounts: dict[tuple[int, int], tuple[float, str]] = {
        (row.event_id, row.position): (row.quantity, row.uom)
        for row in rows_of(conn, _QUANTITIES, wanted)
    }
    terms: dict[int, list[Any]] = defaultdict(list)
    for term in rows_of(conn, _TERMS, wanted):
        terms[term.event_id].append(term)
    words = words_of(conn, _word_ids(rows.values(), terms))
    return [
        _event(
            row,
            words,
            tuple(_involved(number, packed[number], things, amounts)),
            tuple(_links(terms[number], words)),
        )
        for number, row in sorted(rows.items())
    ]


def _word_ids(rows: Iterable[Any], terms: Mapping[int, list[Any]]) -> set[int]:
    """Numbers of all words that rows and terms refer to."""
    found = {getattr(row, name) for row in rows for name in _WORD_COLUMNS}
    found.update(number for group in terms.values() for t in group for number in (t.type, t.value))
    return found - {None}


def _involved(
    number: int,
    packed: list[tuple[int, int]],
    things: Mapping[int, str],
    amounts: Mapping[tuple[int, int], tuple[float, str]],
) -> Iterator[Involvement]:
    """Unpack the things of an event; what follows a lot belongs to it."""
    lot = ""
    for position, (part, epc) in enumerate(packed):
        quantity, uom = amounts.get((number, position), (None, ""))
        thing = things[epc]
        if part == Part.LOT:
            lot = thing  # what follows belongs to it
            yield Involvement(Part.LOT, thing)
        else:
            yield Involvement(Part(part), thing, quantity, uom, lot)


def _links(terms: list[Any], words: Mapping[int, str]) -> Iterator[Link]:
    """Bring the terms of an event back into their order."""
    for term in sorted(terms, key=lambda row: row.position):
        kind = words[term.type]
        yield Link(term.kind, "" if kind == "-" else kind, words[term.value])


def _event(
    row: Any, words: Mapping[int, str], involved: tuple[Involvement, ...], links: tuple[Link, ...]
) -> Event:
    """Make an event from its row."""
    hashed = b""
    if row.hash_key is not None:
        hashed = row.hash_key.to_bytes(8, "big", signed=True) + bytes(row.hash_rest)
    return Event(
        id=read_reference(row.reference, hashed),
        type=EventType(row.type),
        action=Action(row.action),
        time=row.event_time,
        offset=row.offset_minutes,
        record_time=row.record_time,
        step=words.get(row.step, ""),
        disposition=words.get(row.disposition, ""),
        read_point=words.get(row.read_point, ""),
        location=words.get(row.location, ""),
        involved=involved,
        links=links,
        transformation=words.get(row.transformation, ""),
        declared=bool(row.declared),
        sequence=row.id,
        digest=hashed,
    )


def events_by_reference(conn: Connection, firm: str, identifier: str) -> list[Event]:
    """Events with an identifier: one, or an event with its error declarations."""
    found = _events_where(conn, firm, EVENT.c.reference_key == reference_key(identifier))
    return [event for event in found if event.id == identifier]


def events_by_hash(conn: Connection, firm: str, hashed: bytes) -> list[Event]:
    """Events whose content has an event hash, whatever their identifiers."""
    key = int.from_bytes(hashed[:8], "big", signed=True)
    found = _events_where(conn, firm, EVENT.c.hash_key == key)
    return [event for event in found if event.digest == hashed]


def _events_where(conn: Connection, firm: str, condition: Any) -> list[Event]:
    """Events that a firm may see and that meet a condition."""
    statement = select(EVENT.c.id).where(seen(conn, firm), condition)
    return events_by_id(conn, conn.scalars(statement))


def latest(
    conn: Connection,
    firm: str,
    *,
    limit: int,
    types: Sequence[EventType] = (),
    dispositions: Sequence[str] = (),
    before: int | None = None,
) -> list[Event]:
    """Newest events that a firm may see by event time, newest first.

    Parameters
    ----------
    types, dispositions : which events; empty = all
    before : only events captured before this number, for paging while new ones arrive
    """
    statement = select(EVENT.c.id).where(seen(conn, firm))
    if types:
        statement = statement.where(EVENT.c.type.in_([int(kind) for kind in types]))
    if dispositions:
        words = select(VOCAB.c.id).where(VOCAB.c.uri.in_(list(dispositions)))
        statement = statement.where(EVENT.c.disposition.in_(words))
    if before is not None:
        statement = statement.where(EVENT.c.id < before)
    statement = statement.order_by(EVENT.c.event_time.desc(), EVENT.c.id.desc()).limit(limit)
    found = {e.sequence: e for e in events_by_id(conn, (r.id for r in conn.execute(statement)))}
    return sorted(found.values(), key=lambda event: event.order, reverse=True)


def texts(conn: Connection, ids: Iterable[int]) -> dict[int, tuple[bytes, object]]:
    """Texts of events in JSON, byte for byte, each with the ``@context`` of its document.

    Parameters
    ----------
    ids : numbers of events

    Returns
    -------
    dict
        number to text and ``@context`` (None where the document had none)
    """
    wanted = sorted(set(ids))
    contexts = {row.id: row.value for row in rows_of(conn, _CONTEXTS, wanted)}
    found = kept_texts(conn, wanted)
    return {number: (json_of(text), contexts.get(number)) for number, text in found.items()}


def kept_texts(conn: Connection, ids: Iterable[int]) -> dict[int, bytes]:
    """Texts of events as the store keeps them, see `sanpin.trace.store.originals`."""
    wanted = sorted(set(ids))
    found: dict[int, bytes] = {}
    for near in _neighbours(wanted):
        bounds = {"first": near[0] - CHUNK + 1, "last": near[-1]}
        chunks = conn.execute(_PAYLOADS, bounds).all()
        starts = [chunk.first_event for chunk in chunks]
        for place, group in _by_chunk(starts, near).items():
            plain = unpack_texts(chunks[place].data, chunks[place].codec)
            for number in group:
                found[number] = plain[number - starts[place]]
    return found


def _neighbours(ids: Sequence[int]) -> Iterator[list[int]]:
    """Cut ascending numbers where the gap is wider than a chunk: each part is one read."""
    part: list[int] = []
    for number in ids:
        if part and number - part[-1] > CHUNK:
            yield part
            part = []
        part.append(number)
    if part:
        yield part


def _by_chunk(starts: Sequence[int], ids: Iterable[int]) -> dict[int, list[int]]:
    """Numbers by the place of the chunk that holds them."""
    found: dict[int, list[int]] = defaultdict(list)
    for number in ids:
        place = bisect_right(starts, number) - 1
        if place >= 0:
            found[place].append(number)
    return found
