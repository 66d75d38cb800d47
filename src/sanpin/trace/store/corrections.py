"""Error declarations in the store: which are in force, and taking one back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from sanpin.trace.store.blocks import Blocks
from sanpin.trace.store.erasing import revive, steps_of
from sanpin.trace.store.intern import owner_of
from sanpin.trace.store.rows import reference_key
from sanpin.trace.store.sequence import append
from sanpin.trace.store.tables import DECLARATION
from sanpin.trace.store.writer import micros_of

__all__ = ["undo_declarations"]


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
