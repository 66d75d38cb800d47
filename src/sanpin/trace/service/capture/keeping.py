"""Retention and legal holds: what is erased when, and what is not whatever its age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from sanpin.base import N_, InputError, StateError
from sanpin.kit import audit
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.ids import new_id
from sanpin.trace.service.naming import thing_named
from sanpin.trace.store import keeping
from sanpin.trace.store.blocks import Blocks
from sanpin.trace.store.intern import Naming

__all__ = [
    "HOLD_SCOPES",
    "Expired",
    "erase_expired",
    "expired",
    "hold_records",
    "holds",
    "lift_hold",
    "place_hold",
    "retention",
    "set_retention",
]

HOLD_SCOPES = ("firm", "thing", "place", "document")
"""What a hold can cover."""
_ERASED_AT_ONCE = 2_000
_LONGEST = 365_000


@dataclass(frozen=True, slots=True)
class Expired:
    """What erasing would do now.

    Attributes
    ----------
    days : for how many days events are kept; 0 for ever
    before : events from before this moment were kept long enough; None for ever
    events : how many of them may be erased
    held : how many of them a hold keeps
    """

    days: int
    before: datetime | None = None
    events: int = 0
    held: int = 0


def retention(ctx: Context) -> int:
    """For how many days the firm keeps its events; 0 for ever."""
    with ctx.db.read() as conn:
        return keeping.days_kept(conn, ctx.firm)


def set_retention(ctx: Context, days: int) -> None:
    """Say for how many days events are kept, counted from the day on which they happened.

    Parameters
    ----------
    days : 0 for ever; nothing is erased before `erase_expired` is called
    """
    ctx.require(Role.ADMIN)
    if not 0 <= days <= _LONGEST:
        raise InputError(
            "trace.retention.days",
            N_("Events cannot be kept for {days} days."),
            hint=N_("Give a number of days, or 0 for ever."),
            days=days,
        )

    def work(conn: Connection) -> Naming:
        """Write the span, and who set it."""
        blocks = Blocks(conn)
        naming = Naming(conn, blocks)
        before = keeping.days_kept(conn, ctx.firm)
        keeping.keep_days(conn, naming.owner(ctx.firm), days)
        audit.record(conn, ctx, "trace.retention.set", "trace/retention", before, days)
        blocks.save()
        return naming

    ctx.db.transact(work).keep()


def place_hold(ctx: Context, scope: str, value: str, reason: str) -> str:
    """Forbid to erase what a hold covers, until it is lifted; return the id of the hold.

    Parameters
    ----------
    scope : ``firm`` for everything, or ``thing``, ``place``, ``document``
    value : code of the thing or place in any writing, SHA-256 of the document in hexadecimal
        digits; empty for a firm
    reason : why, for people
    """
    ctx.require(Role.ADMIN)
    if scope not in HOLD_SCOPES or (scope == "document" and len(value) != 64):
        raise InputError(
            "trace.hold.scope",
            N_("A hold cannot cover “{scope}” {value}."),
            hint=N_("Choose one of: firm, thing, place, document (with its SHA-256)."),
            scope=scope,
            value=value,
        )
    name = thing_named(value) if scope in ("thing", "place") else value
    hold = new_id()

    def work(conn: Connection) -> Naming:
        """Write the hold, and who placed it."""
        blocks = Blocks(conn)
        naming = Naming(conn, blocks)
        values = {
            "id": hold,
            "owner_id": naming.owner(ctx.firm),
            "scope": scope,
            "value": name,
            "reason": reason,
            "placed": ctx.now(),
            "placed_by": ctx.actor.user,
        }
        keeping.place_hold(conn, values)
        audit.record(conn, ctx, "trace.hold.place", f"hold/{hold}", None, {scope: name})
        blocks.save()
        return naming

    ctx.db.transact(work).keep()
    return hold


def lift_hold(ctx: Context, hold: str) -> None:
    """Lift a hold that stands.

    Raises
    ------
    StateError
        ``trace.hold.none``
    """
    ctx.require(Role.ADMIN)

    def work(conn: Connection) -> bool:
        """Lift it, and say who did."""
        done = keeping.lift_hold(conn, ctx.firm, hold, ctx.actor.user, ctx.now())
        if done:
            audit.record(conn, ctx, "trace.hold.lift", f"hold/{hold}")
        return done

    if not ctx.db.transact(work):
        error = StateError(
            "trace.hold.none",
            N_("No hold {hold} stands."),
            hint=N_("Look at the list of holds."),
            hold=hold,
        )
        error.status = 404
        raise error


def holds(ctx: Context) -> list[dict[str, Any]]:
    """All holds of the firm, those that were lifted too, oldest first."""
    with ctx.db.read() as conn:
        return keeping.holds_of(conn, ctx.firm)


def hold_records(ctx: Context) -> list[dict[str, Any]]:
    """All holds of the firm as the doors tell them."""
    ctx.require(Role.VIEWER)
    return [{k: v for k, v in hold.items() if k != "owner_id"} for hold in holds(ctx)]


def expired(ctx: Context, days: int | None = None, now: datetime | None = None) -> Expired:
    """Say what erasing would do, without doing it.

    Parameters
    ----------
    days : as if events were kept for so many days; None for as many as they are
    now : from when to count back; None for the present
    """
    ctx.require(Role.VIEWER)
    kept = retention(ctx) if days is None else days
    if kept <= 0:
        return Expired(0)
    before = (now or ctx.now()) - timedelta(days=kept)
    with ctx.db.read() as conn:
        return Expired(kept, before, *keeping.count_older(conn, ctx.firm, before))


def erase_expired(ctx: Context, now: datetime | None = None) -> int:
    """Erase events that were kept long enough and that no hold covers.

    Parameters
    ----------
    now : from when to count back; None for the present

    Returns
    -------
    int
        how many events; 0 when they are kept for ever
    """
    ctx.require(Role.ADMIN)
    days = retention(ctx)
    if not days:
        return 0
    before = (now or ctx.now()) - timedelta(days=days)
    erased = 0
    while True:
        count = ctx.db.transact(
            lambda conn: keeping.erase_older(conn, ctx.firm, before, _ERASED_AT_ONCE, ctx.now())
        )
        erased += count
        if count < _ERASED_AT_ONCE:
            break
    if erased:
        with ctx.db.write() as conn:
            span = {"before": before.isoformat(), "events": erased}
            audit.record(conn, ctx, "trace.retention.erase", "trace/events", None, span)
    return erased
