"""Signing in and out: sessions whose secret only the browser holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from sanpin.base import N_, InputError
from sanpin.kit.audit import Author, record_as
from sanpin.kit.auth.identity import Identity
from sanpin.kit.auth.passwords import hash_password, is_outdated, verify_password
from sanpin.kit.auth.roles import Role
from sanpin.kit.auth.throttle import check_pause, forget_failures, note_failure
from sanpin.kit.auth.tokens import digest, new_token
from sanpin.kit.db import Database
from sanpin.kit.schema.tables import LOGIN_ATTEMPT, MEMBER, SESSION, USER

__all__ = ["SESSION_HOURS", "NewSession", "identify_session", "log_in", "log_out", "purge_sessions"]

SESSION_HOURS = 12
"""A working day; then one signs in again."""

# Compared with when the name is unknown, so that the answer takes the same time.
_NOBODY = "scrypt$32768$8$3$AAAAAAAAAAAAAAAAAAAAAA==$" + "A" * 43 + "="


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session just opened; `token` is shown to the browser once and not kept."""

    token: str
    identity: Identity
    expires: datetime


def _account(conn: Connection, name: str) -> Any:
    """Return the row of a user with their first firm, or None."""
    columns = (USER.c.id, USER.c.password, USER.c.disabled, MEMBER.c.role, MEMBER.c.firm)
    joined = select(*columns).join_from(USER, MEMBER, USER.c.id == MEMBER.c.user_id)
    return conn.execute(joined.where(USER.c.name == name).order_by(MEMBER.c.firm)).first()


def log_in(db: Database, name: str, password: str, address: str, now: datetime) -> NewSession:
    """Open a session for whoever knows the password.

    Raises
    ------
    InputError
        ``auth.login.failed`` (401), the same for a wrong name, password or disabled user
    StateError
        ``auth.login.throttled`` (429) after too many failures
    """
    with db.read() as conn:
        check_pause(conn, name, address, now)
        account = _account(conn, name)
    known = account is not None and not account.disabled
    fits = verify_password(password, account.password if account else _NOBODY)
    if account is None or not known or not fits:
        with db.write() as conn:
            failures = note_failure(conn, name, address, now)
            firm = account.firm if account else ""
            what = {"address": address, "failures": failures}
            record_as(conn, name, "login.failed", f"user/{name}", firm=firm, at=now, after=what)
        refusal = InputError(
            "auth.login.failed",
            N_("Name or password is wrong."),
            hint=N_("Try again, or ask an administrator of your firm for a new password."),
        )
        refusal.status = 401
        raise refusal
    token, expires = new_token(), now + timedelta(hours=SESSION_HOURS)
    identity = Identity(name, Role(account.role), account.firm)
    with db.write() as conn:
        forget_failures(conn, name, address)
        if is_outdated(account.password):
            fresh = hash_password(password)
            conn.execute(update(USER).where(USER.c.id == account.id).values(password=fresh))
        row = {"id": digest(token), "user_id": account.id, "firm": account.firm}
        conn.execute(insert(SESSION).values(created=now, expires=expires, **row))
        what = {"address": address}
        record_as(conn, name, "login", f"user/{name}", firm=account.firm, at=now, after=what)
    return NewSession(token, identity, expires)


def identify_session(db: Database, token: str, now: datetime) -> Identity | None:
    """Return whose session this is, or None when it is none, over, or its user was disabled.

    Role and membership are read anew each time, so that a change holds at once.
    """
    query = (
        select(USER.c.name, MEMBER.c.role, MEMBER.c.firm)
        .join_from(SESSION, USER, SESSION.c.user_id == USER.c.id)
        .join(MEMBER, (MEMBER.c.user_id == USER.c.id) & (MEMBER.c.firm == SESSION.c.firm))
        .where(SESSION.c.id == digest(token), SESSION.c.expires > now, ~USER.c.disabled)
    )
    with db.read() as conn:
        row = conn.execute(query).first()
    return None if row is None else Identity(row.name, Role(row.role), row.firm)


def log_out(db: Database, token: str) -> None:
    """End a session; its secret is worth nothing from now on."""
    with db.write() as conn:
        conn.execute(delete(SESSION).where(SESSION.c.id == digest(token)))


def purge_sessions(ctx: Author) -> None:
    """Remove sessions that are over and failures that are a day old."""
    now = ctx.now()
    old = LOGIN_ATTEMPT.c.last < now - timedelta(days=1)
    with ctx.db.read() as conn:
        found = conn.execute(select(SESSION.c.id).where(SESSION.c.expires <= now).limit(1)).first()
        found = found or conn.execute(select(LOGIN_ATTEMPT.c.name).where(old).limit(1)).first()
    if found is None:
        return
    with ctx.db.write() as conn:
        conn.execute(delete(SESSION).where(SESSION.c.expires <= now))
        conn.execute(delete(LOGIN_ATTEMPT).where(old))
