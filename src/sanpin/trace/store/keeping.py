"""How long events are kept, and what must be kept whatever their age.

A legal hold names everything of a firm, a thing, a place or a document; while it stands, nothing
that it covers is erased, by age or otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    false,
    func,
    insert,
    not_,
    or_,
    select,
    true,
    update,
)

from sanpin.kit.db import upsert
from sanpin.trace.store.blocks import Blocks
from sanpin.trace.store.erasing import erase, steps_of
from sanpin.trace.store.intern import find_things, owner_of
from sanpin.trace.store.sequence import append, shown
from sanpin.trace.store.tables import DOCUMENT, EVENT, HOLD, LINK, RETENTION, VOCAB
from sanpin.trace.store.writer import micros_of

__all__ = [
    "count_older",
    "days_kept",
    "erase_older",
    "holds_of",
    "keep_days",
    "lift_hold",
    "place_hold",
]


def keep_days(conn: Connection, owner: int, days: int) -> None:
    """Say for how many days a firm keeps its events; 0 for ever."""
    upsert(conn, RETENTION, [{"owner_id": owner, "days": days}])


def days_kept(conn: Connection, firm: str) -> int:
    """For how many days a firm keeps its events; 0 for ever."""
    asked = select(RETENTION.c.days).where(RETENTION.c.owner_id == owner_of(conn, firm))
    return int(conn.execute(asked).scalar() or 0)


def place_hold(conn: Connection, values: Mapping[str, Any]) -> None:
    """Write a hold."""
    conn.execute(insert(HOLD), dict(values))


def lift_hold(conn: Connection, firm: str, hold: str, user: str, now: datetime) -> bool:
    """Lift a hold that stands; return whether there was one."""
    mine = (HOLD.c.owner_id == owner_of(conn, firm)) & (HOLD.c.id == hold)
    standing = mine & HOLD.c.lifted.is_(None)
    done = conn.execute(update(HOLD).where(standing).values(lifted=now, lifted_by=user))
    return done.rowcount == 1


def holds_of(conn: Connection, firm: str) -> list[dict[str, Any]]:
    """All holds of a firm, those that were lifted too, oldest first."""
    asked = select(HOLD).where(HOLD.c.owner_id == owner_of(conn, firm)).order_by(HOLD.c.id)
    return [dict(row) for row in conn.execute(asked).mappings()]


def erase_older(conn: Connection, firm: str, before: datetime, limit: int, now: datetime) -> int:
    """Erase some events that happened before a moment and that no hold covers.

    Returns
    -------
    int
        how many; fewer than `limit` when none is left
    """
    blocks = Blocks(conn)
    owner = owner_of(conn, firm)
    old = (EVENT.c.owner_id == owner) & (EVENT.c.event_time < micros_of(before))
    visible = shown(conn)
    free = not_(_held(conn, firm, owner))
    asked = select(EVENT.c.id).where(old, free).order_by(EVENT.c.event_time).limit(limit)
    numbers = sorted(conn.scalars(asked if visible is None else asked.where(visible)))
    revived = erase(conn, numbers)
    append(conn, blocks, micros_of(now), steps_of(numbers, revived))
    blocks.save()
    return len(numbers)


def count_older(conn: Connection, firm: str, before: datetime) -> tuple[int, int]:
    """Count events that happened before a moment: those that may be erased, those that are held."""
    owner = owner_of(conn, firm)
    held = _held(conn, firm, owner)
    old = (EVENT.c.owner_id == owner) & (EVENT.c.event_time < micros_of(before))
    visible = shown(conn)
    if visible is not None:
        old &= visible
    asked = select(func.count()).select_from(EVENT)
    free = conn.execute(asked.where(old, not_(held))).scalar_one()
    return int(free), int(conn.execute(asked.where(old, held)).scalar_one())


def _held(conn: Connection, firm: str, owner: int) -> ColumnElement[bool]:
    """Condition on events that a standing hold covers."""
    standing = [hold for hold in holds_of(conn, firm) if hold["lifted"] is None]
    values: dict[str, list[str]] = {}
    for hold in standing:
        values.setdefault(hold["scope"], []).append(hold["value"])
    if "firm" in values:
        return true()
    conditions: list[ColumnElement[bool]] = [false()]
    if "thing" in values:
        numbers = find_things(conn, values["thing"]).values()
        conditions.append(_names(list(numbers)))
    if "place" in values:
        words = select(VOCAB.c.id).where(VOCAB.c.uri.in_(values["place"]))
        # A place that is not given is in no hold, which SQL would leave open.
        for column in (EVENT.c.location, EVENT.c.read_point):
            conditions.append(and_(column.is_not(None), column.in_(words)))
    if "document" in values:
        digests = [bytes.fromhex(value) for value in values["document"]]
        documents = select(DOCUMENT.c.id).where(
            DOCUMENT.c.owner_id == owner, DOCUMENT.c.digest.in_(digests)
        )
        conditions.append(EVENT.c.document.in_(documents))
    return or_(*conditions)


def _names(numbers: Sequence[int]) -> ColumnElement[bool]:
    """Condition on events that name one of some things."""
    linked = select(LINK.c.event_id).where(LINK.c.epc_id.in_(numbers))
    return EVENT.c.id.in_(linked)
