"""Long documents: written ahead in slices that nobody sees until the last one is there.

All numbers of its events are taken at once, so that one row says what is still hidden. Whoever
dies in the middle leaves that row behind with its name, and the next writer erases the range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from sanpin.base import N_, StateError
from sanpin.kit.jobs.lease import host_name, is_alive
from sanpin.trace.store.blocks import Blocks
from sanpin.trace.store.bulk import find_numbers
from sanpin.trace.store.erasing import erase
from sanpin.trace.store.intern import Naming
from sanpin.trace.store.masterdata import save_entries
from sanpin.trace.store.rows import LIVE, Chunk, read_reference
from sanpin.trace.store.sequence import Kind, append, last_change
from sanpin.trace.store.sorting import Sorter
from sanpin.trace.store.tables import DECLARATION, DOCUMENT, EVENT, PENDING, SEQUENCE
from sanpin.trace.store.writer import (
    EventWriter,
    Submission,
    Written,
    add_document,
    known_document,
    micros_of,
    take_out,
)

__all__ = ["Pending", "abandoned", "begin", "erase_some", "finish", "write_slice"]

# A writer is given up when it has said nothing for so long: a slice takes a second or two.
_SILENCE_MICROS = 120_000_000
_ERASED_AT_ONCE = 5_000


@dataclass(slots=True)
class Pending:
    """A document that is being written ahead.

    Attributes
    ----------
    owner : number of its firm
    document : number of its row
    first, last : numbers that its events may take
    written_to : last number that was given so far
    seen : step of the ledger up to which it was compared with what others wrote
    """

    owner: int
    document: int
    first: int
    last: int
    written_to: int
    seen: int


def begin(
    conn: Connection, firm: str, digest: bytes, events: int, job: str, holder: str, now: datetime
) -> tuple[Pending | None, Naming]:
    """Take the numbers for a document; None when it is known already.

    Parameters
    ----------
    events : how many it has
    job, holder : what writes it, and which process: see `sanpin.kit.jobs.lease.new_owner`
    """
    blocks = Blocks(conn)
    naming = Naming(conn, blocks)
    owner = naming.owner(firm)
    if known_document(conn, owner, digest) is not None:
        blocks.save()
        return None, naming
    first = blocks.take(EVENT.name, events)
    document = blocks.take(DOCUMENT.name)
    found = Pending(owner, document, first, first + events - 1, first - 1, last_change(conn))
    values = {
        "first_event": found.first,
        "last_event": found.last,
        "written_to": found.written_to,
        "owner_id": owner,
        "job": job,
        "holder": holder,
        "renewed": micros_of(now),
    }
    conn.execute(insert(PENDING), values)
    blocks.save()
    return found, naming


def write_slice(
    conn: Connection, pending: Pending, chunks: Sequence[Chunk], now: datetime, *, proceed: bool
) -> tuple[tuple[Written, int], Naming]:
    """Write some events of a document ahead.

    Returns
    -------
    tuple
        what became of them with the last number given so far; and the names to keep
    """
    blocks = Blocks(conn)
    naming = Naming(conn, blocks)
    rows = [row for chunk in chunks for row in chunk.rows]
    sorter = Sorter(conn, rows, (pending.first, pending.last))
    verdict = sorter.judge(pending.owner, rows, proceed=proceed)
    start = pending.written_to + 1
    writer = EventWriter(conn, naming, blocks, micros_of(now), start)
    writer.add(pending.owner, pending.document, chunks, verdict.new)
    writer.flush(sorter)
    mine = PENDING.c.first_event == pending.first
    values = {"written_to": writer.last, "renewed": micros_of(now)}
    _require(conn.execute(update(PENDING).where(mine).values(**values)).rowcount)
    blocks.save()
    conflicts = tuple(verdict.conflicts)
    duplicates = 0 if conflicts and not proceed else len(rows) - verdict.count - len(conflicts)
    return (Written(verdict.count, duplicates, conflicts), writer.last), naming


def finish(
    conn: Connection,
    pending: Pending,
    one: Submission,
    written: Written,
    now: datetime,
    limit: int,
) -> tuple[tuple[Written, int, bool], Naming]:
    """Compare a document with what others wrote meanwhile, then let everybody see it.

    Its own events that have become duplicates are erased. Where there is much to compare, only
    part of it happens in one transaction: call it again until it says that all is done.

    Parameters
    ----------
    one : the document without its chunks
    written : what became of its events so far
    limit : about so many foreign events at once

    Returns
    -------
    tuple
        what became of its events, the step compared up to, whether it can be seen now; and the
        names to keep
    """
    blocks = Blocks(conn)
    naming = Naming(conn, blocks)
    same, other, upto, newest = _catch_up(conn, pending, limit)
    erase(conn, [*same, *(other if one.proceed else ())])
    conflicts = (*written.conflicts, *other.values())
    captured = written.captured - len(same) - (len(other) if one.proceed else 0)
    total = Written(captured, written.duplicates + len(same), conflicts)
    published = newest and (one.proceed or not conflicts)
    if published:
        _publish(conn, EventWriter(conn, naming, blocks, micros_of(now), pending.first), pending,
                 one, total, now)  # fmt: skip
    blocks.save()
    return (total, upto, published), naming


def _catch_up(
    conn: Connection, pending: Pending, limit: int
) -> tuple[set[int], dict[int, str], int, bool]:
    """Find own events that others have written too: equal ones, contradicting ones.

    Returns
    -------
    tuple
        both with their numbers, the step of the ledger looked at last, whether it is the newest
    """
    steps = conn.execute(
        select(SEQUENCE.c.id, SEQUENCE.c.first_event, SEQUENCE.c.last_event)
        .where(SEQUENCE.c.id > pending.seen)
        .order_by(SEQUENCE.c.id)
    ).all()
    looked, upto = 0, pending.seen
    same: set[int] = set()
    other: dict[int, str] = {}
    for step, first, last in steps:
        if looked >= limit:
            return same, other, upto, False
        for row in conn.execute(_clashes(pending, first, last)):
            hashed = row.hash_key.to_bytes(8, "big", signed=True) + bytes(row.hash_rest)
            if row.equal:
                same.add(row.id)
            else:
                other[row.id] = read_reference(row.reference, hashed)
        looked += last - first + 1
        upto = step
    return same, other, upto, True


def _clashes(pending: Pending, first: int, last: int) -> Any:
    """Select own events whose identifiers events in a foreign range have too."""
    theirs, mine = EVENT.alias("theirs"), EVENT.alias("mine")
    equal = (mine.c.hash_key == theirs.c.hash_key).label("equal")
    return (
        select(mine.c.id, mine.c.reference, mine.c.hash_key, mine.c.hash_rest, equal)
        .join(theirs, theirs.c.reference_key == mine.c.reference_key)
        .where(
            theirs.c.id.between(first, last),
            theirs.c.owner_id == pending.owner,
            theirs.c.declared == LIVE,
            mine.c.id.between(pending.first, pending.written_to),
            mine.c.owner_id == pending.owner,
            mine.c.declared == LIVE,
        )
    )


def _publish(
    conn: Connection,
    writer: EventWriter,
    pending: Pending,
    one: Submission,
    written: Written,
    now: datetime,
) -> None:
    """Write the document's row, and take away what hides its events."""
    total = written.captured + written.duplicates + len(written.conflicts)
    partial = one.partial or bool(written.conflicts)
    add_document(
        writer,
        pending.owner,
        one,
        (pending.first, total),
        now,
        number=pending.document,
        partial=partial,
    )
    writer.flush_documents()
    save_entries(conn, pending.owner, one.master)
    steps = [(Kind.VISIBLE, pending.first, pending.written_to)] if written.captured else []
    steps += take_out(conn, _declared_by(conn, pending))
    append(conn, writer.blocks, micros_of(now), steps)
    _require(conn.execute(delete(PENDING).where(PENDING.c.first_event == pending.first)).rowcount)


def _require(rows: int) -> None:
    """Refuse to go on with a document that somebody else has given up."""
    if not rows:
        raise StateError(
            "trace.capture.given_up",
            N_("The capture was silent for too long, and another process took it back."),
            hint=N_("Send the document again."),
        )


def _declared_by(conn: Connection, pending: Pending) -> list[int]:
    """Events that the declarations in a document take out."""
    inside = DECLARATION.c.event_id.between(pending.first, pending.written_to)
    keys = conn.scalars(select(DECLARATION.c.reference_key).where(inside).distinct())
    columns = "t.id, t.owner_id, t.declared"
    rows = find_numbers(conn, EVENT.name, columns, "reference_key", sorted(keys))
    return sorted(row[0] for row in rows if row[1] == pending.owner and row[2] == LIVE)


def abandoned(conn: Connection, now: datetime) -> list[tuple[Pending, str]]:
    """Documents whose writer is gone, each with its job."""
    found = []
    for row in conn.execute(select(PENDING)):
        if _is_gone(row.holder, row.renewed, micros_of(now)):
            pending = Pending(row.owner_id, 0, row.first_event, row.last_event, row.written_to, 0)
            found.append((pending, row.job))
    return found


def _is_gone(holder: str, renewed: int, now: int) -> bool:
    """Whether a process has ended, or has said nothing for long on another computer."""
    host, _, rest = holder.partition(":")
    pid = rest.partition(":")[0]
    if host == host_name() and not is_alive(int(pid)):
        return True
    # Another process may have got the number of one that ended.
    return now - renewed > _SILENCE_MICROS


def erase_some(conn: Connection, pending: Pending) -> bool:
    """Erase some of the events that were written ahead; return whether all are gone."""
    Blocks(conn)
    inside = EVENT.c.id.between(pending.first, pending.last)
    asked = select(EVENT.c.id).where(inside).order_by(EVENT.c.id).limit(_ERASED_AT_ONCE)
    numbers = list(conn.scalars(asked))
    erase(conn, numbers)
    if len(numbers) == _ERASED_AT_ONCE:
        return False
    conn.execute(delete(PENDING).where(PENDING.c.first_event == pending.first))
    return True
