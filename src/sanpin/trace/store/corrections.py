"""Error declarations in the store: which are in force, and taking one back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from sanpin.trace.store.blocks import Blocks
from sanpin.trace.store.erasing import revive, steps_of
from sanpin.trace.store.intern import owner_of
from sanpin.trace.store.reader import events_by_id, texts
from sanpin.trace.store.rows import LIVE, TAKES_OUT, reference_key
from sanpin.trace.store.sequence import append, shown
from sanpin.trace.store.tables import DECLARATION, EVENT
from sanpin.trace.store.writer import micros_of

__all__ = ["own_event", "undo_declarations"]


def undo_declarations(
    conn: Connection, firm: str, identifier: str, user: str, now: datetime
) -> int | None:
    """Take back the declarations of an identifier; None when none is in force.

    Returns
    -------
    int or None
        how many events count again
    """
    blocks = Blocks(conn)
    owner = owner_of(conn, firm)
    key = reference_key(identifier)
    mine = (
        (DECLARATION.c.owner_id == owner)
        & (DECLARATION.c.reference_key == key)
        & DECLARATION.c.undone.is_(None)
    )
    if not conn.execute(select(DECLARATION.c.event_id).where(mine)).first():
        return None
    conn.execute(update(DECLARATION).where(mine).values(undone=now, undone_by=user))
    revived = revive(conn, owner, [key])
    append(conn, blocks, micros_of(now), steps_of((), revived))
    blocks.save()
    return len(revived)


def own_event(conn: Connection, firm: str, identifier: str) -> tuple[bool, bytes, object] | None:
    """Event that a firm captured itself: whether it counts, its text and its ``@context``."""
    asked = (
        select(EVENT.c.id, EVENT.c.declared)
        .where(
            EVENT.c.owner_id == owner_of(conn, firm),
            EVENT.c.reference_key == reference_key(identifier),
            EVENT.c.declared != TAKES_OUT,
        )
        .order_by(EVENT.c.id)
    )
    visible = shown(conn)
    rows = conn.execute(asked if visible is None else asked.where(visible)).all()
    names = {event.sequence: event.id for event in events_by_id(conn, (row.id for row in rows))}
    for number, declared in rows:
        if names[number] == identifier:
            text, context = texts(conn, [number])[number]
            return declared == LIVE, text, context
    return None
