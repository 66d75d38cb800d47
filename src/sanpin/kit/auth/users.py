"""Users and their roles in firms; every change is audited."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from sanpin.base import N_, InputError, StateError
from sanpin.kit.audit import record
from sanpin.kit.auth.caller import Caller
from sanpin.kit.auth.passwords import check_password, hash_password
from sanpin.kit.auth.roles import Role
from sanpin.kit.db import Database, upsert
from sanpin.kit.ids import new_id
from sanpin.kit.schema.tables import MEMBER, SESSION, USER

__all__ = [
    "User",
    "create_user",
    "disable_user",
    "enable_user",
    "find_user",
    "has_users",
    "list_users",
    "set_password",
    "set_role",
]

_NAME = re.compile(r"[\w.@+-]{1,64}")


@dataclass(frozen=True, slots=True)
class User:
    """A member of a firm."""

    id: str
    name: str
    role: Role
    firm: str
    disabled: bool
    created: datetime


def _members(firm: str) -> Select[tuple[str, str, bool, datetime, str, str]]:
    columns = (USER.c.id, USER.c.name, USER.c.disabled, USER.c.created)
    joined = select(*columns, MEMBER.c.role, MEMBER.c.firm)
    return joined.join_from(USER, MEMBER, USER.c.id == MEMBER.c.user_id).where(
        MEMBER.c.firm == firm
    )


def _to_user(row: Row[tuple[str, str, bool, datetime, str, str]]) -> User:
    return User(row.id, row.name, Role(row.role), row.firm, row.disabled, row.created)


def has_users(db: Database) -> bool:
    """Return whether anyone could sign in.

    A server that others can reach has no way in until the first user is made on the command line.
    """
    with db.read() as conn:
        return conn.execute(select(USER.c.id).where(~USER.c.disabled).limit(1)).first() is not None


def list_users(ctx: Caller) -> list[User]:
    """Return the members of the caller's firm by name."""
    ctx.require(Role.ADMIN)
    with ctx.db.read() as conn:
        return [_to_user(row) for row in conn.execute(_members(ctx.firm).order_by(USER.c.name))]


def find_user(ctx: Caller, name: str) -> User:
    """Return a member of the caller's firm.

    Raises
    ------
    InputError
        ``auth.user.unknown`` (404), also for members of other firms only
    """
    with ctx.db.read() as conn:
        row = conn.execute(_members(ctx.firm).where(USER.c.name == name)).first()
    if row is None:
        missing = InputError(
            "auth.user.unknown",
            N_("There is no user called {user}."),
            hint=N_("List the users with “sanpin user list”."),
            user=name,
        )
        missing.status = 404
        raise missing
    return _to_user(row)


def create_user(ctx: Caller, name: str, password: str, role: Role = Role.VIEWER) -> User:
    """Add a user with a role in the caller's firm; only administrators may.

    Parameters
    ----------
    name : unique among all firms of this installation
    password : at least `sanpin.kit.auth.passwords.SHORTEST` characters
    role : what the user may do in the firm

    Raises
    ------
    InputError
        ``auth.user.name``, ``auth.password.weak``
    StateError
        ``auth.user.taken``, ``auth.role.missing``
    """
    ctx.require(Role.ADMIN)
    if not _NAME.fullmatch(name):
        raise InputError(
            "auth.user.name",
            N_("“{user}” cannot be the name of a user."),
            hint=N_("Use letters, digits and . @ + - _ without spaces."),
            user=name,
        )
    check_password(name, password)
    kept, now, user_id = hash_password(password), ctx.now(), new_id()
    with ctx.db.write() as conn:
        if conn.execute(select(USER.c.id).where(USER.c.name == name)).first():
            raise StateError(
                "auth.user.taken",
                N_("There is a user called {user} already."),
                hint=N_("Choose another name."),
                user=name,
            )
        row = {"id": user_id, "name": name, "password": kept, "created": now, "changed": now}
        conn.execute(insert(USER).values(disabled=False, **row))
        upsert(conn, MEMBER, [{"user_id": user_id, "firm": ctx.firm, "role": role.value}])
        record(conn, ctx, "user.create", f"user/{name}", after={"role": role.value})
    return User(user_id, name, role, ctx.firm, False, now)


def _change(
    conn: Connection, ctx: Caller, user: User, action: str, values: Mapping[str, object]
) -> None:
    """Change a user, end their sessions and write it down."""
    changed = {**values, "changed": ctx.now()}
    conn.execute(update(USER).where(USER.c.id == user.id).values(changed))
    conn.execute(delete(SESSION).where(SESSION.c.user_id == user.id))
    record(conn, ctx, action, f"user/{user.name}")


def set_password(ctx: Caller, name: str, password: str) -> None:
    """Give a user a new password and end their sessions; one's own, or as administrator."""
    if ctx.actor.user != name:
        ctx.require(Role.ADMIN)
    user = find_user(ctx, name)
    check_password(name, password)
    kept = hash_password(password)
    with ctx.db.write() as conn:
        _change(conn, ctx, user, "user.password", {"password": kept})


def set_role(ctx: Caller, name: str, role: Role) -> None:
    """Give a user another role in the caller's firm.

    It holds from the next request on: sessions and keys look the role up each time.
    """
    ctx.require(Role.ADMIN)
    user = find_user(ctx, name)
    with ctx.db.write() as conn:
        _keep_one_admin(conn, ctx, user, remains=role is Role.ADMIN)
        upsert(conn, MEMBER, [{"user_id": user.id, "firm": ctx.firm, "role": role.value}])
        before, after = {"role": user.role.value}, {"role": role.value}
        record(conn, ctx, "user.role", f"user/{name}", before, after)


def disable_user(ctx: Caller, name: str) -> None:
    """Keep a user out from now on; what they did stays on record.

    Users are never deleted, because the audit log and the Runs name them.
    """
    ctx.require(Role.ADMIN)
    user = find_user(ctx, name)
    with ctx.db.write() as conn:
        _keep_one_admin(conn, ctx, user, remains=False)
        _change(conn, ctx, user, "user.disable", {"disabled": True})


def enable_user(ctx: Caller, name: str) -> None:
    """Let a user in again."""
    ctx.require(Role.ADMIN)
    user = find_user(ctx, name)
    with ctx.db.write() as conn:
        _change(conn, ctx, user, "user.enable", {"disabled": False})


def _keep_one_admin(conn: Connection, ctx: Caller, user: User, *, remains: bool) -> None:
    """Refuse to take the last administrator away: nobody could let anyone in again."""
    if remains or user.role is not Role.ADMIN:
        return
    active = _members(ctx.firm).where(MEMBER.c.role == Role.ADMIN.value, ~USER.c.disabled)
    if [row.id for row in conn.execute(active)] == [user.id]:
        raise StateError(
            "auth.user.last_admin",
            N_("{user} is the last administrator."),
            hint=N_("Make someone else an administrator first."),
            user=user.name,
        )
