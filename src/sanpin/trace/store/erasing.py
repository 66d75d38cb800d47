"""Taking events out of the store for good: rows, links, amounts, marks of days, and their texts.

Names stay interned, since a number never comes back. Where an error declaration goes, the events
that only it took out count again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from sanpin.trace.store.intern import batches, rows_of
from sanpin.trace.store.pack import CHUNK, CODEC, pack_texts, unpack_texts, unpack_things
from sanpin.trace.store.presence import forget_empty_days
from sanpin.trace.store.rows import LIVE, TAKEN_OUT
from sanpin.trace.store.sequence import Kind
from sanpin.trace.store.tables import DECLARATION, EVENT, LINK, PAYLOAD, QUANTITY, TERM

__all__ = ["erase", "ranges_of", "revive", "steps_of"]

_EVENTS = select(EVENT.c.id, EVENT.c.epcs, EVENT.c.owner_id, EVENT.c.event_time).where(
    EVENT.c.id.in_(bindparam("ids", expanding=True))
)
_DECLARED = select(DECLARATION.c.owner_id, DECLARATION.c.reference_key).where(
    DECLARATION.c.event_id.in_(bindparam("ids", expanding=True))
)
_IN_FORCE = select(DECLARATION.c.reference_key).where(
    DECLARATION.c.owner_id == bindparam("owner"),
    DECLARATION.c.reference_key.in_(bindparam("ids", expanding=True)),
    DECLARATION.c.undone.is_(None),
)
_OUT = select(EVENT.c.id).where(
    EVENT.c.owner_id == bindparam("owner"),
    EVENT.c.reference_key.in_(bindparam("ids", expanding=True)),
    EVENT.c.declared == TAKEN_OUT,
)
_REVIVE = (
    update(EVENT).where(EVENT.c.id.in_(bindparam("ids", expanding=True))).values(declared=LIVE)
)
_CHUNKS = (
    select(PAYLOAD)
    .where(PAYLOAD.c.first_event.between(bindparam("first"), bindparam("last")))
    .order_by(PAYLOAD.c.first_event)
)
_OF_EVENT = (QUANTITY.c.event_id, TERM.c.event_id, DECLARATION.c.event_id, EVENT.c.id)


def erase(conn: Connection, ids: Iterable[int]) -> list[int]:
    """Erase events; what is not there is passed over.

    Parameters
    ----------
    conn : connection of a writing transaction
    ids : at most some thousands of numbers, so that no writer waits long

    Returns
    -------
    list of int
        numbers of events that count again because their error declaration went
    """
    wanted = sorted(set(ids))
    declared = [(row[0], row[1]) for row in rows_of(conn, _DECLARED, wanted)]
    days: set[tuple[int, int]] = set()
    for batch in batches(wanted):
        rows = conn.execute(_EVENTS, {"ids": batch}).all()
        days.update((row.owner_id, row.event_time) for row in rows)
        links = {(epc, row.id, part) for row in rows for part, epc in unpack_things(row.epcs)}
        _delete_links(conn, sorted(links))
        for column in _OF_EVENT:
            conn.execute(delete(column.table).where(column.in_(batch)))
    forget_empty_days(conn, days)
    _erase_texts(conn, wanted)
    found: list[int] = []
    for owner in {owner for owner, _ in declared}:
        found += revive(conn, owner, [key for one, key in declared if one == owner])
    return found


def _delete_links(conn: Connection, links: Sequence[tuple[int, int, int]]) -> None:
    """Delete links by their whole key."""
    if links:
        mark = "?" if conn.dialect.name == "sqlite" else "%s"
        where = " AND ".join(f"{column.name} = {mark}" for column in LINK.c)
        conn.exec_driver_sql(f"DELETE FROM {LINK.name} WHERE {where}", list(links))


def _erase_texts(conn: Connection, ids: Sequence[int]) -> None:
    """Take texts out of their chunks; a chunk without any is deleted."""
    if not ids:
        return
    gone = set(ids)
    bounds = {"first": ids[0] - CHUNK + 1, "last": ids[-1]}
    for chunk in conn.execute(_CHUNKS, bounds).all():
        numbers = range(chunk.first_event, chunk.first_event + chunk.events)
        if gone.isdisjoint(numbers):
            continue
        mine = PAYLOAD.c.first_event == chunk.first_event
        texts = unpack_texts(chunk.data, chunk.codec) if not gone.issuperset(numbers) else []
        left = [b"" if n in gone else text for n, text in zip(numbers, texts, strict=False)]
        if any(left):
            packed: dict[str, Any] = {"data": pack_texts(left), "codec": CODEC}
            conn.execute(update(PAYLOAD).where(mine).values(packed))
        else:
            conn.execute(delete(PAYLOAD).where(mine))


def revive(conn: Connection, owner: int, keys: Iterable[int]) -> list[int]:
    """Let events count again that no declaration in force takes out any more.

    Parameters
    ----------
    owner : firm of the events
    keys : `reference_key` of their identifiers

    Returns
    -------
    list of int
        their numbers
    """
    wanted = sorted(set(keys))
    held = {row[0] for row in rows_of(conn, _IN_FORCE, wanted, owner=owner)}
    free = [key for key in wanted if key not in held]
    found = sorted(row[0] for row in rows_of(conn, _OUT, free, owner=owner))
    for batch in batches(found):
        conn.execute(_REVIVE, {"ids": batch})
    return found


def steps_of(erased: Sequence[int], revived: Sequence[int]) -> list[tuple[Kind, int, int]]:
    """Steps of the ledger sequence for events that went and events that count again."""
    steps = [(Kind.ERASED, first, last) for first, last in ranges_of(erased)]
    return steps + [(Kind.CHANGED, number, number) for number in revived]


def ranges_of(ids: Iterable[int]) -> list[tuple[int, int]]:
    """Join numbers into ranges of consecutive ones."""
    found: list[tuple[int, int]] = []
    for number in sorted(set(ids)):
        if found and number == found[-1][1] + 1:
            found[-1] = found[-1][0], number
        else:
            found.append((number, number))
    return found
