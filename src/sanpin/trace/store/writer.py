"""Write documents: any number of them in one transaction, each all or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, update

from sanpin.trace.model.masterdata import MasterEntry
from sanpin.trace.store.blocks import Blocks
from sanpin.trace.store.bulk import find_digests, insert_records, insert_rows
from sanpin.trace.store.intern import Naming, batches
from sanpin.trace.store.masterdata import save_entries
from sanpin.trace.store.pack import CHUNK, CODEC, pack_texts, pack_things, unpack_texts
from sanpin.trace.store.presence import Entry, mark_presence
from sanpin.trace.store.rows import (
    LIVE,
    TAKEN_OUT,
    TAKES_OUT,
    Chunk,
    EventRow,
)
from sanpin.trace.store.sequence import Kind, append
from sanpin.trace.store.sorting import Sorter, Verdict
from sanpin.trace.store.tables import (
    DECLARATION,
    DOCUMENT,
    EVENT,
    JOB,
    LINK,
    PAYLOAD,
    QUANTITY,
    TERM,
)

__all__ = ["Numbered", "Submission", "Written", "known_documents", "take_out", "write_documents"]
__all__ += ["EventWriter", "add_document", "known_document", "micros_of"]

_Row = tuple[object, ...]
_TAKE_OUT = (
    update(EVENT).where(EVENT.c.id.in_(bindparam("ids", expanding=True))).values(declared=TAKEN_OUT)
)


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the events of a document.

    Attributes
    ----------
    captured, duplicates : how many were new, and known already with the same content
    conflicts : identifiers that are known with other content
    """

    captured: int
    duplicates: int
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Submission:
    """A document on its way into the ledger.

    Attributes
    ----------
    firm : who owns it
    digest : SHA-256 by which it is known again
    chunks : its events, checked and with canonical names
    format, context : what stands around its events, kept once for all of them
    origin : where it comes from, by which it can be removed again
    master : master data from its head
    partial : whether events were left out, so that it is not known again as a whole
    proceed : whether events that contradict known ones are left out; otherwise they refuse it
    job : makes the record of the capture from what became of the events
    recorded : when its events were taken in first, microseconds; None for now
    """

    firm: str
    digest: bytes
    chunks: Sequence[Chunk]
    format: str = "json"
    context: object = None
    origin: str = ""
    master: Sequence[MasterEntry] = ()
    partial: bool = False
    proceed: bool = False
    job: Callable[[Written], Mapping[str, Any]] | None = None
    recorded: int | None = None

    @property
    def rows(self) -> list[EventRow]:
        """All its events."""
        return [row for chunk in self.chunks for row in chunk.rows]


def known_documents(
    conn: Connection, wanted: Iterable[tuple[int, bytes]]
) -> dict[tuple[int, bytes], int]:
    """Number of events of those documents that were captured before, by owner and digest."""
    digests: dict[int, list[bytes]] = {}
    for owner, digest in wanted:
        digests.setdefault(owner, []).append(digest)
    found: dict[tuple[int, bytes], int] = {}
    for owner, some in digests.items():
        for digest, events in find_digests(conn, DOCUMENT.name, "t.digest, t.events", owner, some):
            found[owner, bytes(digest)] = events
    return found


def known_document(conn: Connection, owner: int, digest: bytes) -> int | None:
    """Number of events of a document that was captured before; None for a new one."""
    return known_documents(conn, [(owner, digest)]).get((owner, digest))


def write_documents(
    conn: Connection, submissions: Sequence[Submission], now: datetime
) -> tuple[list[Written], Naming]:
    """Write documents in one transaction: of each all new events, or none if it contradicts.

    Parameters
    ----------
    conn : connection of a writing transaction in which nothing was done yet
    submissions : from any firms
    now : when the repository takes them in

    Returns
    -------
    tuple
        what became of each, and the names to `keep` once the transaction is committed
    """
    blocks = Blocks(conn)
    naming = Naming(conn, blocks)
    owners = [naming.owner(one.firm) for one in submissions]
    known = known_documents(
        conn, ((owner, one.digest) for owner, one in zip(owners, submissions, strict=True))
    )
    sorter = Sorter(conn, [row for one in submissions for row in one.rows])
    writer = EventWriter(conn, naming, blocks, micros_of(now))
    results: list[Written] = []
    for owner, one in zip(owners, submissions, strict=True):
        rows = one.rows
        if (owner, one.digest) in known:
            written = Written(0, len(rows))
        else:
            verdict = sorter.judge(owner, rows, proceed=one.proceed)
            written = _written(verdict, len(rows), proceed=one.proceed)
            if not (one.partial or verdict.conflicts):
                known[owner, one.digest] = len(rows)
            if verdict.count or not verdict.conflicts:
                _write_one(conn, writer, owner, one, verdict, now)
        results.append(written)
    writer.flush(sorter)
    steps = [(Kind.VISIBLE, writer.first, writer.last)] if writer.last >= writer.first else []
    steps += take_out(conn, sorter.taken_out())
    append(conn, blocks, micros_of(now), steps)
    _save_jobs(conn, submissions, results)
    blocks.save()
    return results, naming


def micros_of(moment: datetime) -> int:
    """Microseconds since 1970."""
    return int(moment.astimezone(UTC).timestamp() * 1_000_000)


def _written(verdict: Verdict, rows: int, *, proceed: bool) -> Written:
    """Count what a verdict comes to."""
    conflicts = tuple(verdict.conflicts)
    if conflicts and not proceed:
        return Written(0, 0, conflicts)
    return Written(verdict.count, rows - verdict.count - len(conflicts), conflicts)


def _write_one(
    conn: Connection,
    writer: EventWriter,
    owner: int,
    one: Submission,
    verdict: Verdict,
    now: datetime,
) -> None:
    """Hand the new events of a document to the writer, and keep what stands around them."""
    first = writer.next_event
    partial = one.partial or bool(verdict.conflicts)
    events = first, len(verdict.new)
    document = add_document(writer, owner, one, events, now, partial=partial)
    writer.add(owner, document, one.chunks, verdict.new, one.recorded)
    save_entries(conn, owner, one.master)


def add_document(
    writer: EventWriter,
    owner: int,
    one: Submission,
    events: tuple[int, int],
    now: datetime,
    *,
    number: int = 0,
    partial: bool = False,
) -> int:
    """Make the row of a document, to be written with its events; return its number.

    Parameters
    ----------
    events : number of its first event, and how many it brought
    number : one that was taken before; 0 takes a new one
    partial : whether events were left out: sent again, it is looked at event by event
    """
    number = number or writer.blocks.take(DOCUMENT.name)
    digest = hashlib.sha256(one.digest + b"%d" % number).digest() if partial else one.digest
    values = {
        "id": number,
        "owner_id": owner,
        "digest": digest,
        "first_event": events[0],
        "events": events[1],
        "captured": now,
        "origin": one.origin,
        "format": one.format,
        "context": writer.naming.context(one.context),
    }
    writer.documents.append(values)
    return number


def take_out(conn: Connection, events: Sequence[int]) -> Iterator[tuple[Kind, int, int]]:
    """Take declared events out, and yield the steps that say so."""
    for batch in batches(events):
        conn.execute(_TAKE_OUT, {"ids": batch})
    return ((Kind.CHANGED, number, number) for number in events)


def _save_jobs(
    conn: Connection, submissions: Sequence[Submission], results: Sequence[Written]
) -> None:
    """Write the records of captures that end with this transaction."""
    rows = [
        one.job(written)
        for one, written in zip(submissions, results, strict=True)
        if one.job is not None
    ]
    insert_records(conn, JOB, rows)


_EVENT_COLUMNS = (
    "id", "document", "event_time", "record_time", "reference_key", "hash_key", "owner_id",
    "type", "action", "declared", "offset_minutes", "step", "disposition", "read_point",
    "location", "transformation", "reference", "hash_rest", "epcs",
)  # fmt: skip


class Numbered(NamedTuple):
    """An event with its number and everything that its row needs."""

    number: int
    row: EventRow
    owner: int
    document: int
    recorded: int


class EventWriter:
    """Collects the new events of a transaction and writes each table once, sorted by its key.

    Parameters
    ----------
    conn, naming, blocks : of the transaction
    now : microseconds since 1970
    start : number of the first event if it was taken before; 0 takes numbers as needed
    """

    def __init__(
        self, conn: Connection, naming: Naming, blocks: Blocks, now: int, start: int = 0
    ) -> None:
        self.naming = naming
        self.blocks = blocks
        self._conn = conn
        self._now = now
        self._given = bool(start)
        self.first = start or blocks.next(EVENT.name)
        self.next_event = self.first
        self._events: list[Numbered] = []
        self._open: list[bytes] = []
        self._payload: list[_Row] = []
        self.documents: list[dict[str, Any]] = []

    @property
    def last(self) -> int:
        """Number of the last event so far."""
        return self.next_event - 1

    def add(
        self,
        owner: int,
        document: int,
        chunks: Sequence[Chunk],
        new: Sequence[bool],
        recorded: int | None = None,
    ) -> None:
        """Add the new events of one document.

        Parameters
        ----------
        new : for each of its events whether it is one
        recorded : when they were taken in, None for now
        """
        place = 0
        recorded = self._now if recorded is None else recorded
        for chunk in chunks:
            chosen = new[place : place + len(chunk.rows)]
            place += len(chunk.rows)
            if all(chosen) and chunk.data:
                self._close()
                self._payload.append((self.next_event, len(chunk.rows), CODEC, chunk.data))
                kept: Iterable[EventRow] = chunk.rows
            elif any(chosen):
                texts = unpack_texts(chunk.data) if chunk.data else chunk.texts
                kept = [row for row, one in zip(chunk.rows, chosen, strict=True) if one]
                self._open += [text for text, one in zip(texts, chosen, strict=True) if one]
            else:
                continue
            for row in kept:
                self._events.append(Numbered(self.next_event, row, owner, document, recorded))
                self.next_event += 1

    def _close(self) -> None:
        """Compress the texts that wait for company; they are those of the newest events."""
        first = self.next_event - len(self._open)
        for start in range(0, len(self._open), CHUNK):
            part = self._open[start : start + CHUNK]
            self._payload.append((first + start, len(part), CODEC, pack_texts(part)))
        self._open = []

    def flush_documents(self) -> None:
        """Write the rows of documents."""
        insert_records(self._conn, DOCUMENT, self.documents)
        self.documents = []

    def flush(self, sorter: Sorter) -> None:
        """Write documents, events, links, amounts, terms, declarations and payload."""
        self.flush_documents()
        self._close()
        events = self._events
        if not events:
            return
        if not self._given:
            self.blocks.take(EVENT.name, len(events))
        entries: set[Entry] = set().union(*[e.row.entries for e in events])
        things = self.naming.things({thing for _, thing in entries})
        owned = [(e.owner, e.row.time, e.row.entries) for e in events]
        mark_presence(self._conn, self.naming, owned, entries)
        words = self.naming.words(_words(events))
        rows: list[_Row] = []
        links: list[tuple[int, int, int]] = []
        for event in events:
            number = event.number
            packed = [(part, things[thing]) for part, thing in event.row.entries]
            rows.append(self._event(event, packed, words, sorter))
            links += [(epc, number, part) for part, epc in packed]
        insert_rows(self._conn, EVENT, _EVENT_COLUMNS, rows)
        insert_rows(self._conn, LINK, ("epc_id", "event_id", "part"), sorted(set(links)))
        amounts = [(e.number, *amount) for e in events for amount in e.row.quantities]
        insert_rows(self._conn, QUANTITY, ("event_id", "position", "quantity", "uom"), amounts)
        terms = [
            (e.number, place, kind, words[type_], words[value])
            for e in events
            for place, kind, type_, value in e.row.terms
        ]
        insert_rows(self._conn, TERM, ("event_id", "position", "kind", "type", "value"), terms)
        declarations = [
            (e.number, e.owner, e.row.key, e.row.declaration) for e in events if e.row.declaration
        ]
        insert_rows(
            self._conn,
            DECLARATION,
            ("event_id", "owner_id", "reference_key", "digest"),
            declarations,
        )
        columns = ("first_event", "events", "codec", "data")
        insert_rows(self._conn, PAYLOAD, columns, self._payload)

    def _event(
        self,
        event: Numbered,
        packed: list[tuple[int, int]],
        words: dict[str, int],
        sorter: Sorter,
    ) -> _Row:
        """Row of one event."""
        row = event.row
        if row.declaration:
            state = TAKES_OUT
        else:
            state = TAKEN_OUT if sorter.is_void(event.owner, row) else LIVE
        return (
            event.number,
            event.document,
            row.time,
            event.recorded,
            row.key,
            int.from_bytes(row.hash[:8], "big", signed=True),
            event.owner,
            row.type,
            row.action,
            state,
            row.offset,
            *[words.get(word) for word in row.words],
            row.reference,
            row.hash[8:],
            pack_things(packed),
        )


def _words(events: Iterable[Numbered]) -> set[str]:
    """All words and places of all events."""
    found: set[str] = set()
    for event in events:
        found.update(event.row.words)
        for _, _, type_, value in event.row.terms:
            found.update((type_, value))
    return found
