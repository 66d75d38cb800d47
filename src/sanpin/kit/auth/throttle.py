"""Slowing down whoever guesses passwords: growing pauses per user and address."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, select

from sanpin.base import N_, StateError
from sanpin.kit.db import upsert
from sanpin.kit.schema.tables import LOGIN_ATTEMPT

__all__ = ["FREE_FAILURES", "LONGEST_PAUSE", "check_pause", "forget_failures", "note_failure"]

FREE_FAILURES = 5
"""Failures without a pause: people mistype."""

LONGEST_PAUSE = timedelta(minutes=15)


def _pause(failures: int) -> timedelta:
    if failures < FREE_FAILURES:
        return timedelta()
    # The exponent is bounded before it is used, so that no count of failures overflows.
    return min(timedelta(seconds=2.0 ** min(failures - FREE_FAILURES, 20)), LONGEST_PAUSE)


def check_pause(conn: Connection, name: str, address: str, now: datetime) -> None:
    """Refuse an attempt that comes before the pause is over.

    It is asked before the password is checked, so that guessing costs the guesser more than us.

    Raises
    ------
    StateError
        ``auth.login.throttled`` (429) with the seconds to wait
    """
    row = conn.execute(
        select(LOGIN_ATTEMPT.c.blocked_until).where(
            LOGIN_ATTEMPT.c.name == name, LOGIN_ATTEMPT.c.address == address
        )
    ).first()
    if row is not None and row.blocked_until > now:
        seconds = int((row.blocked_until - now).total_seconds()) + 1
        refusal = StateError(
            "auth.login.throttled",
            N_("Too many attempts to sign in as {user}."),
            hint=N_("Wait {seconds} seconds and try again."),
            user=name,
            seconds=seconds,
        )
        refusal.status = 429
        raise refusal


def note_failure(conn: Connection, name: str, address: str, now: datetime) -> int:
    """Count a failed attempt, start the pause that it earns, and return the count.

    The pause doubles from one second with each failure after the first `FREE_FAILURES`. It binds
    one name from one address: strangers cannot lock a user out of their own computer.
    """
    key = and_(LOGIN_ATTEMPT.c.name == name, LOGIN_ATTEMPT.c.address == address)
    before = conn.execute(select(LOGIN_ATTEMPT.c.failures).where(key)).scalar()
    failures = (before or 0) + 1
    row = {
        "name": name,
        "address": address,
        "failures": failures,
        "last": now,
        "blocked_until": now + _pause(failures),
    }
    upsert(conn, LOGIN_ATTEMPT, [row])
    return failures


def forget_failures(conn: Connection, name: str, address: str) -> None:
    """Start counting anew after a success."""
    key = and_(LOGIN_ATTEMPT.c.name == name, LOGIN_ATTEMPT.c.address == address)
    conn.execute(delete(LOGIN_ATTEMPT).where(key))
