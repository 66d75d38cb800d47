"""Event hashes that are filled in later, for events that an older Sanpin wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from sanpin.trace.store.blocks import Blocks
from sanpin.trace.store.bulk import insert_rows
from sanpin.trace.store.rows import TAKES_OUT, hash_uri, reference_key
from sanpin.trace.store.tables import DECLARATION, EVENT

__all__ = ["Hashed", "save_hashes", "without_hash"]


class Hashed(NamedTuple):
    """Hash of an event, and what else its text says.

    Attributes
    ----------
    number : of the event
    digest : its hash, 32 bytes
    nameless : whether it has no identifier of its own
    declaration : number of its error declaration; 0 where it has none
    """

    number: int
    digest: bytes
    nameless: bool
    declaration: int


def without_hash(conn: Connection, limit: int) -> list[int]:
    """Numbers of some events that have no hash."""
    statement = select(EVENT.c.id).where(EVENT.c.hash_key.is_(None)).order_by(EVENT.c.id)
    return list(conn.scalars(statement.limit(limit)))


def save_hashes(conn: Connection, found: Sequence[Hashed]) -> None:
    """Fill hashes in; an event without identifier is called by its hash from now on."""
    Blocks(conn)
    mine = EVENT.c.id == bindparam("number")
    hashes = (
        update(EVENT).where(mine).values(hash_key=bindparam("key"), hash_rest=bindparam("rest"))
    )
    rows = [
        {
            "number": one.number,
            "key": int.from_bytes(one.digest[:8], "big", signed=True),
            "rest": one.digest[8:],
        }
        for one in found
    ]
    conn.execute(hashes, rows)
    names = update(EVENT).where(mine).values(reference=None, reference_key=bindparam("key"))
    nameless = [
        {"number": one.number, "key": reference_key(hash_uri(one.digest))}
        for one in found
        if one.nameless and not one.declaration
    ]
    if nameless:
        conn.execute(names, nameless)
    _save_declarations(conn, {one.number: one.declaration for one in found if one.declaration})


def _save_declarations(conn: Connection, found: Mapping[int, int]) -> None:
    """Mark error declarations as such."""
    numbers = sorted(found)
    if not numbers:
        return
    conn.execute(update(EVENT).where(EVENT.c.id.in_(numbers)).values(declared=TAKES_OUT))
    asked = select(EVENT.c.id, EVENT.c.owner_id, EVENT.c.reference_key)
    events = conn.execute(asked.where(EVENT.c.id.in_(numbers)))
    rows = [(*row, found[row.id]) for row in events]
    insert_rows(conn, DECLARATION, ("event_id", "owner_id", "reference_key", "digest"), rows)
