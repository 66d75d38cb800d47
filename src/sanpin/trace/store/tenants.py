"""All events of one firm, part by part, to be taken to another ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from sanpin.trace.store.blocks import Blocks
from sanpin.trace.store.erasing import revive, steps_of
from sanpin.trace.store.intern import owner_of
from sanpin.trace.store.reader import events_by_id, kept_texts
from sanpin.trace.store.sequence import append, shown
from sanpin.trace.store.tables import CONTEXT, DECLARATION, DOCUMENT, EVENT
from sanpin.trace.store.writer import micros_of

__all__ = ["Part", "parts_of", "restore_undone", "undone_of"]

_TOGETHER = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """Events of one document that were taken in together.

    Attributes
    ----------
    digest, format, origin, context : of the document
    recorded : when they were taken in, microseconds since 1970
    events : identifier, event hash and kept text of each
    """

    digest: bytes
    format: str
    origin: str
    context: object
    recorded: int
    events: tuple[tuple[str, bytes, bytes], ...]


def parts_of(conn: Connection, firm: str) -> Iterator[Part]:
    """Yield all events of a firm in the order of the ledger, at most 1,000 at a time."""
    owner = owner_of(conn, firm)
    visible = shown(conn)
    asked = (
        select(
            EVENT.c.id,
            EVENT.c.record_time,
            DOCUMENT.c.digest,
            DOCUMENT.c.format,
            DOCUMENT.c.origin,
            CONTEXT.c.value,
        )
        .join(DOCUMENT, DOCUMENT.c.id == EVENT.c.document)
        .outerjoin(CONTEXT, CONTEXT.c.id == DOCUMENT.c.context)
        .where(EVENT.c.owner_id == owner)
        .order_by(EVENT.c.id)
        .limit(_TOGETHER)
    )
    if visible is not None:
        asked = asked.where(visible)
    last = 0
    while rows := conn.execute(asked.where(EVENT.c.id > last)).all():
        last = rows[-1].id
        start = 0
        for place in range(1, len(rows) + 1):
            if place == len(rows) or rows[place][1:5] != rows[start][1:5]:
                yield _part(conn, rows[start:place])
                start = place


def _part(conn: Connection, rows: Sequence[Any]) -> Part:
    """Make a part of rows that stand together."""
    ids = [row.id for row in rows]
    events = {event.sequence: event for event in events_by_id(conn, ids)}
    found = kept_texts(conn, ids)
    head = rows[0]
    return Part(
        bytes(head.digest),
        head.format,
        head.origin,
        head.value,
        head.record_time,
        tuple((events[n].id, events[n].digest, found[n]) for n in ids),
    )


def undone_of(conn: Connection, firm: str) -> list[tuple[int, int, datetime, str]]:
    """Declarations of a firm that were taken back: keys, when, by whom."""
    asked = select(
        DECLARATION.c.reference_key,
        DECLARATION.c.digest,
        DECLARATION.c.undone,
        DECLARATION.c.undone_by,
    ).where(DECLARATION.c.owner_id == owner_of(conn, firm), DECLARATION.c.undone.is_not(None))
    return [(row[0], row[1], row[2], row[3]) for row in conn.execute(asked)]


def restore_undone(
    conn: Connection,
    firm: str,
    found: Sequence[tuple[int, int, datetime, str]],
    now: datetime,
) -> None:
    """Take declarations back that were taken back in the ledger they come from."""
    blocks = Blocks(conn)
    owner = owner_of(conn, firm)
    for key, digest, undone, user in found:
        mine = (
            (DECLARATION.c.owner_id == owner)
            & (DECLARATION.c.reference_key == key)
            & (DECLARATION.c.digest == digest)
        )
        conn.execute(update(DECLARATION).where(mine).values(undone=undone, undone_by=user))
    revived = revive(conn, owner, [key for key, _, _, _ in found])
    append(conn, blocks, micros_of(now), steps_of((), revived))
    blocks.save()
