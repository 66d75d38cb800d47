"""The ledger sequence: in which order events became visible, changed and went.

Whatever is made from the ledger (a lineage index, a mirror, a page of results) keeps the number
of the last row it has seen, and reads on from there. Numbers of events alone would not do: those
of a long document are given before it is complete, and shorter ones are seen before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, not_, or_, select

from sanpin.trace.store.blocks import Blocks
from sanpin.trace.store.bulk import insert_rows
from sanpin.trace.store.driver import fetch
from sanpin.trace.store.tables import EVENT, PENDING, SEQUENCE

__all__ = ["Change", "Kind", "Range", "append", "changes_since", "hidden", "last_change", "shown"]

Range = tuple[int, int]
"""First and last number of some events, both included."""


class Kind(IntEnum):
    """What happened to a range of events."""

    VISIBLE = 1
    CHANGED = 2
    ERASED = 3


class Change(NamedTuple):
    """One step of the ledger.

    Attributes
    ----------
    number : its place in the sequence
    kind : they became visible, an error declaration took effect or was undone, or they went
    first, last : numbers of the events; not every number between need be in use
    recorded : when, microseconds since 1970 in UTC
    """

    number: int
    kind: Kind
    first: int
    last: int
    recorded: int


def append(
    conn: Connection, blocks: Blocks, now: int, changes: Iterable[tuple[Kind, int, int]]
) -> None:
    """Write steps at the end of the sequence, in the transaction that makes them true."""
    steps = list(changes)
    number = blocks.take(SEQUENCE.name, len(steps))
    columns = ("id", "kind", "first_event", "last_event", "recorded")
    rows = [
        (number + place, int(kind), first, last, now)
        for place, (kind, first, last) in enumerate(steps)
    ]
    insert_rows(conn, SEQUENCE, columns, rows)


def last_change(conn: Connection) -> int:
    """Number of the newest step; 0 for an empty ledger."""
    return int(conn.execute(select(func.max(SEQUENCE.c.id))).scalar() or 0)


def changes_since(conn: Connection, number: int, limit: int = 10_000) -> list[Change]:
    """Steps after a number, oldest first."""
    statement = select(SEQUENCE).where(SEQUENCE.c.id > number).order_by(SEQUENCE.c.id).limit(limit)
    return [Change(row[0], Kind(row[1]), *row[2:]) for row in conn.execute(statement)]


def hidden(conn: Connection) -> list[Range]:
    """Ranges of events that nobody may see yet: mostly none."""
    sql = f"SELECT first_event, last_event FROM {PENDING.name}"
    return [(row[0], row[1]) for row in fetch(conn, sql)]


def shown(conn: Connection, column: ColumnElement[int] = EVENT.c.id) -> ColumnElement[bool] | None:
    """Condition under which events may be seen; None when all may.

    Parameters
    ----------
    column : number of the event in the statement, of `EVENT` or of a table linked to it
    """
    ranges = hidden(conn)
    if not ranges:
        return None
    inside = [and_(column >= first, column <= last) for first, last in ranges]
    return not_(or_(*inside))
