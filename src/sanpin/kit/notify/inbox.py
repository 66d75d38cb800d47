"""The inbox: messages that wait for someone, in whatever language they read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from sanpin.base import N_, InputError
from sanpin.kit.context import Context
from sanpin.kit.i18n import translate
from sanpin.kit.ids import new_id
from sanpin.kit.notify.webhooks import active_hooks
from sanpin.kit.plain import plain
from sanpin.kit.schema.tables import DELIVERY, NOTIFICATION

__all__ = ["SEVERITIES", "Notification", "inbox", "mark_read", "notify", "unread_count"]

SEVERITIES = ("ok", "warn", "bad", "hold")
"""The four states of the look, from good news to something held back."""


@dataclass(frozen=True, slots=True)
class Notification:
    """A message in the inbox; `message` is a catalogue key with `fields`.

    Attributes
    ----------
    recipient : name of a user, empty for everyone of the firm
    kind : stable dotted word
    severity : one of `SEVERITIES`
    link : path of the page to look at
    read : when somebody marked it, None before
    """

    id: str
    firm: str
    recipient: str
    kind: str
    severity: str
    message: str
    fields: Mapping[str, object]
    link: str
    created: datetime
    read: datetime | None

    def text(self, language: str) -> str:
        """Return the message in `language`."""
        return translate(self.message, language, **self.fields)


def notify(
    ctx: Context,
    kind: str,
    message: str,
    severity: str = "ok",
    link: str = "",
    *,
    recipient: str = "",
    conn: Connection | None = None,
    **fields: object,
) -> str:
    """Put a message into the inbox and line it up for the webhooks that want its kind.

    Nothing is sent here: the worker's scheduler delivers, with retries.

    Parameters
    ----------
    kind : stable dotted word by which rules and webhooks choose, such as ``loop.done``
    message : English text marked for the catalogue, with named fields
    link : path of the page to look at
    recipient : a user's name; empty for everyone of the firm
    conn : transaction to join, so that the message stands or falls with the change
    """
    if severity not in SEVERITIES:
        raise InputError(
            "notify.severity.unknown",
            N_("“{severity}” is not a degree of severity."),
            hint=N_("Use one of: {known}."),
            severity=severity,
            known=", ".join(SEVERITIES),
        )
    row = {
        "id": new_id(),
        "firm": ctx.firm,
        "recipient": recipient,
        "kind": kind,
        "severity": severity,
        "message": message,
        "fields": plain(fields),
        "link": link,
        "created": ctx.now(),
    }
    if conn is not None:
        _insert(conn, row)
    else:
        with ctx.db.write() as own:
            _insert(own, row)
    return str(row["id"])


def _insert(conn: Connection, row: Mapping[str, object]) -> None:
    """Insert a message with one waiting delivery for each listener that wants its kind."""
    conn.execute(insert(NOTIFICATION).values(row))
    for hook in active_hooks(conn, str(row["firm"]), str(row["kind"])):
        conn.execute(
            insert(DELIVERY).values(
                id=new_id(),
                firm=row["firm"],
                webhook_id=hook.id,
                notification_id=row["id"],
                state="waiting",
                attempts=0,
                next_at=row["created"],
                error="",
            )
        )


def _mine(ctx: Context) -> ColumnElement[bool]:
    """Messages that the caller may see: their own and those to everyone of the firm."""
    return (NOTIFICATION.c.firm == ctx.firm) & NOTIFICATION.c.recipient.in_(["", ctx.actor.user])


def inbox(
    ctx: Context, *, unread: bool = False, limit: int = 50, cursor: str | None = None
) -> list[Notification]:
    """Return the caller's messages, newest first; `cursor` is the id of the last one seen."""
    query = select(NOTIFICATION).where(_mine(ctx)).order_by(NOTIFICATION.c.id.desc()).limit(limit)
    if unread:
        query = query.where(NOTIFICATION.c.read.is_(None))
    if cursor:
        query = query.where(NOTIFICATION.c.id < cursor)
    with ctx.db.read() as conn:
        return [Notification(**row) for row in conn.execute(query).mappings()]


def unread_count(ctx: Context) -> int:
    """Return how many messages the caller has not read.

    It stands beside the inbox on every page, so it must stay one indexed count.
    """
    query = select(func.count()).where(_mine(ctx), NOTIFICATION.c.read.is_(None))
    with ctx.db.read() as conn:
        return int(conn.execute(query).scalar_one())


def mark_read(ctx: Context, ids: Iterable[str] | None = None) -> int:
    """Mark messages as read, all of them by default; return how many were not before.

    A message to everyone is read as soon as one of them has read it: somebody has seen to it.
    """
    wanted = _mine(ctx) & NOTIFICATION.c.read.is_(None)
    if ids is not None:
        wanted &= NOTIFICATION.c.id.in_(list(ids))
    with ctx.db.write() as conn:
        return conn.execute(update(NOTIFICATION).where(wanted).values(read=ctx.now())).rowcount
