"""Lots of a product that a firm has events of, and where things were used."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select

from sanpin.trace.model.identifiers import CANONICAL_STEM
from sanpin.trace.store.intern import find_things, owner_of, rows_of, words_of
from sanpin.trace.store.rows import read_reference
from sanpin.trace.store.sequence import shown
from sanpin.trace.store.sights import seen
from sanpin.trace.store.tables import EPC, EPC_CLASS, EVENT, LINK

__all__ = ["lots_of", "places_of_events"]

_TOUCHING = (
    select(EVENT.c.id, EVENT.c.reference, EVENT.c.hash_key, EVENT.c.hash_rest, EVENT.c.event_time,
           EVENT.c.location, EVENT.c.read_point)
    .join(LINK, EVENT.c.id == LINK.c.event_id)
    .where(LINK.c.epc_id.in_(bindparam("ids", expanding=True)))
    .distinct()
)  # fmt: skip


def lots_of(conn: Connection, firm: str, gtin: str, limit: int) -> list[str]:
    """Canonical names of lots of a product, the newest numbers first.

    Parameters
    ----------
    gtin : 14 digits
    limit : at most so many
    """
    stem = f"{CANONICAL_STEM}/01/{gtin}/10/"
    linked = (
        select(LINK.c.epc_id)
        .join(EVENT, EVENT.c.id == LINK.c.event_id)
        .where(LINK.c.epc_id == EPC.c.id, EVENT.c.owner_id == owner_of(conn, firm))
    )
    visible = shown(conn)
    owned = (linked if visible is None else linked.where(visible)).exists()
    wanted = (
        select(EPC.c.serial)
        .join(EPC_CLASS, EPC_CLASS.c.id == EPC.c.class_id)
        .where(EPC_CLASS.c.prefix == stem, owned)
        .order_by(EPC.c.id.desc())
        .limit(limit)
    )
    return [stem + serial for serial in conn.scalars(wanted)]


def places_of_events(
    conn: Connection, firm: str, things: Iterable[str]
) -> dict[str, tuple[int, str]]:
    """Time (microseconds UTC) and place of the events that touch things, by event identifier.

    The things of these events are not read: one event may have made hundreds of thousands.
    """
    numbers = sorted(find_things(conn, things).values())
    rows = list(rows_of(conn, _TOUCHING.where(seen(conn, firm)), numbers))
    words = words_of(conn, {row.location or row.read_point for row in rows} - {None})
    found: dict[str, tuple[int, str]] = {}
    for row in rows:
        hashed = b""
        if row.hash_key is not None:
            hashed = row.hash_key.to_bytes(8, "big", signed=True) + bytes(row.hash_rest)
        place = words.get(row.location or row.read_point, "")
        found[read_reference(row.reference, hashed)] = row.event_time, place
    return found
