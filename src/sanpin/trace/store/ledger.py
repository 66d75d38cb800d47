"""Small tables beside the events: names of things, capture jobs, counts, search by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from sanpin.kit.db import upsert
from sanpin.trace.store.intern import batches, find_things, owner_of
from sanpin.trace.store.sequence import shown
from sanpin.trace.store.sights import seen
from sanpin.trace.store.tables import DOCUMENT, EPC, EPC_CLASS, EVENT, JOB, LINK

__all__ = ["count_events", "get_job", "is_named", "list_jobs", "of_class", "origins_of"]
__all__ += ["save_job", "search", "sees_few"]


def save_job(conn: Connection, values: Mapping[str, Any]) -> None:
    """Write the record of a capture, or write it anew when it goes on."""
    upsert(conn, JOB, [dict(values)])


def get_job(conn: Connection, firm: str, job: str) -> Mapping[str, Any] | None:
    """Read the record of a capture; None when the firm has no such one."""
    statement = select(JOB).where(JOB.c.firm == firm, JOB.c.id == job)
    found = conn.execute(statement).mappings().first()
    return None if found is None else dict(found)


def list_jobs(conn: Connection, firm: str, limit: int, before: str = "") -> list[Mapping[str, Any]]:
    """Newest captures of a firm, or the newest before one."""
    statement = select(JOB).where(JOB.c.firm == firm).order_by(JOB.c.id.desc()).limit(limit)
    if before:
        statement = statement.where(JOB.c.id < before)
    return [dict(row) for row in conn.execute(statement).mappings()]


def origins_of(conn: Connection, events: Iterable[int]) -> frozenset[str]:
    """Origins of events by their numbers; that of events from outside is left out."""
    found: set[str] = set()
    for batch in batches(sorted(set(events))):
        statement = select(DOCUMENT.c.origin).join(EVENT, EVENT.c.document == DOCUMENT.c.id)
        found.update(conn.scalars(statement.where(EVENT.c.id.in_(batch)).distinct()))
    return frozenset(found - {""})


def count_events(conn: Connection, firm: str) -> int:
    """Number of events that a firm has captured."""
    mine = EVENT.c.owner_id == owner_of(conn, firm)
    statement = select(func.count()).select_from(EVENT).where(mine)
    visible = shown(conn)
    if visible is not None:
        statement = statement.where(visible)
    return int(conn.execute(statement).scalar_one())


def is_named(conn: Connection, firm: str, thing: str) -> bool:
    """Whether any event that a firm may see names a thing."""
    number = find_things(conn, [thing]).get(thing)
    if number is None:
        return False
    asked = select(LINK.c.event_id).join(EVENT, EVENT.c.id == LINK.c.event_id)
    asked = asked.where(LINK.c.epc_id == number, seen(conn, firm)).limit(1)
    return conn.execute(asked).first() is not None


def sees_few(conn: Connection, firm: str, most: int) -> bool:
    """Whether a firm may see at most so many events with ten things each; looks at no more."""
    last = conn.execute(select(func.max(EVENT.c.id))).scalar() or 0
    if last <= most:
        return conn.execute(select(LINK.c.epc_id).offset(10 * most).limit(1)).first() is None
    asked = select(EVENT.c.id).where(seen(conn, firm)).offset(most).limit(1)
    return conn.execute(asked).first() is None


def search(conn: Connection, firm: str, text: str, limit: int) -> list[str]:
    """Things of a firm whose own part of the name, or whose class, begins with a text.

    Parameters
    ----------
    text : beginning of a lot or serial number, compared without case
    limit : at most so many, in order of the serial

    Returns
    -------
    list of str
        canonical names; things that only other firms have are not among them
    """
    pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    statement = (
        select(EPC_CLASS.c.prefix, EPC.c.serial)
        .join(EPC_CLASS, EPC_CLASS.c.id == EPC.c.class_id)
        .where(func.lower(EPC.c.serial).like(pattern.lower(), escape="\\"), _owned(conn, firm))
        .order_by(EPC.c.serial, EPC.c.id)
        .limit(limit)
    )
    return [(p if p != "-" else "") + serial for p, serial in conn.execute(statement)]


def of_class(conn: Connection, firm: str, prefixes: Iterable[str], limit: int) -> list[str]:
    """Things of a firm whose names are one of some beginnings and a last part, the newest first.

    Parameters
    ----------
    prefixes : names up to their last separator, with it
    limit : at most so many
    """
    statement = (
        select(EPC_CLASS.c.prefix, EPC.c.serial)
        .join(EPC, EPC.c.class_id == EPC_CLASS.c.id)
        .where(EPC_CLASS.c.prefix.in_(list(prefixes)), _owned(conn, firm))
        .order_by(EPC.c.id.desc())
        .limit(limit)
    )
    return [prefix + serial for prefix, serial in conn.execute(statement)]


def _owned(conn: Connection, firm: str) -> ColumnElement[bool]:
    """Condition that an event of a firm names a thing."""
    linked = (
        select(LINK.c.epc_id)
        .join(EVENT, EVENT.c.id == LINK.c.event_id)
        .where(LINK.c.epc_id == EPC.c.id, EVENT.c.owner_id == owner_of(conn, firm))
    )
    visible = shown(conn)
    return (linked if visible is None else linked.where(visible)).exists()
