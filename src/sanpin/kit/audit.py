"""The audit log: who did what to which record, appended in the change's own transaction.

Nothing here changes or removes a row, and the database refuses it as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, insert, select

from sanpin.kit.db import Database
from sanpin.kit.ids import new_id
from sanpin.kit.plain import plain
from sanpin.kit.schema.tables import AUDIT

__all__ = ["AuditEntry", "Author", "entries", "record", "record_as"]


class Person(Protocol):
    """Whoever acts, as far as the log is concerned."""

    @property
    def user(self) -> str:
        """Name of the user."""
        ...


class Author(Protocol):
    """What the log needs of a `sanpin.kit.context.Context`."""

    @property
    def actor(self) -> Person:
        """Who acts."""
        ...

    @property
    def firm(self) -> str:
        """For which firm."""
        ...

    @property
    def db(self) -> Database:
        """Where."""
        ...

    def now(self) -> datetime:
        """When."""
        ...


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the log; `before` and `after` are JSON values or None."""

    id: str
    firm: str
    at: datetime
    actor: str
    action: str
    subject: str
    before: Any
    after: Any


def record(
    conn: Connection,
    ctx: Author,
    action: str,
    subject: str,
    before: object = None,
    after: object = None,
) -> str:
    """Append a line in the transaction of `conn` and return its id.

    Parameters
    ----------
    action : stable dotted verb such as ``user.create``
    subject : the record, as ``kind/id``
    before, after : what changed, as JSON values; never a secret
    """
    user, at = ctx.actor.user, ctx.now()
    return record_as(conn, user, action, subject, firm=ctx.firm, at=at, before=before, after=after)


def record_as(
    conn: Connection,
    user: str,
    action: str,
    subject: str,
    *,
    firm: str,
    at: datetime,
    before: object = None,
    after: object = None,
) -> str:
    """Append a line for someone who has no context yet, such as a user logging in."""
    entry = {
        "id": new_id(),
        "firm": firm,
        "at": at,
        "actor": user,
        "action": action,
        "subject": subject,
        "before": plain(before),
        "after": plain(after),
    }
    conn.execute(insert(AUDIT).values(entry))
    return str(entry["id"])


def entries(
    ctx: Author,
    *,
    subject: str | None = None,
    action: str | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> list[AuditEntry]:
    """Return lines of the caller's firm, newest first; `cursor` is the id of the last one seen.

    Parameters
    ----------
    subject, action : exactly these; None for all
    limit : at most so many
    """
    query = select(AUDIT).where(AUDIT.c.firm == ctx.firm).order_by(AUDIT.c.id.desc()).limit(limit)
    for column, value in ((AUDIT.c.subject, subject), (AUDIT.c.action, action)):
        if value is not None:
            query = query.where(column == value)
    if cursor:
        query = query.where(AUDIT.c.id < cursor)
    with ctx.db.read() as conn:
        return [AuditEntry(**row) for row in conn.execute(query).mappings()]
