"""API keys: for programs, narrower than their owner, and with an end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, insert, or_, select, update

from sanpin.base import N_, InputError
from sanpin.kit.audit import record
from sanpin.kit.auth.caller import Caller
from sanpin.kit.auth.identity import Identity
from sanpin.kit.auth.roles import Role
from sanpin.kit.auth.scopes import ALL_SCOPES, check_scopes
from sanpin.kit.auth.tokens import digest, new_token
from sanpin.kit.db import Database
from sanpin.kit.ids import new_id
from sanpin.kit.schema.tables import API_KEY, MEMBER, USER

__all__ = ["PREFIX", "ApiKey", "NewKey", "create_key", "identify_key", "list_keys", "revoke_key"]

PREFIX = "sk_"
# A key that nobody renews within a year is one that nobody remembers.
LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is listed: `hint` are its last characters, the secret is not kept.

    Attributes
    ----------
    owner : user for whom the key speaks
    role : most that it may do; its owner's role of the day may be less
    scopes : such as ``demand:read``
    revoked : when it was ended by hand, None while it was not
    """

    id: str
    name: str
    owner: str
    hint: str
    role: Role
    scopes: tuple[str, ...]
    created: datetime
    expires: datetime
    revoked: datetime | None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made; `secret` is shown once."""

    key: ApiKey
    secret: str


def _to_key(row: Row[tuple[object, ...]]) -> ApiKey:
    """Key as listed, from its row."""
    values = row._mapping
    return ApiKey(
        id=values["id"],
        name=values["name"],
        owner=values["owner"],
        hint=values["hint"],
        role=Role(values["role"]),
        scopes=tuple(values["scopes"]),
        created=values["created"],
        expires=values["expires"],
        revoked=values["revoked"],
    )


def create_key(
    ctx: Caller,
    name: str,
    *,
    role: Role | None = None,
    scopes: Iterable[str] = ALL_SCOPES,
    days: int = 90,
) -> NewKey:
    """Make a key for the caller; it may do at most what the caller may.

    Parameters
    ----------
    name : what it is for
    role : the caller's own by default
    scopes : such as ``demand:read`` or ``*:write``
    days : until it expires, at most a year

    Raises
    ------
    InputError
        ``auth.key.days`` or an unknown scope
    StateError
        ``auth.role.missing`` when the key would be allowed more than its owner
    """
    wanted = role or ctx.actor.role
    ctx.require(wanted)
    if not 1 <= days <= LONGEST_DAYS:
        raise InputError(
            "auth.key.days",
            N_("A key cannot last {days} days."),
            hint=N_("Give between 1 and {longest} days."),
            days=days,
            longest=LONGEST_DAYS,
        )
    secret, now = PREFIX + new_token(), ctx.now()
    key = ApiKey(
        id=new_id(),
        name=name,
        owner=ctx.actor.user,
        hint=secret[-4:],
        role=wanted,
        scopes=check_scopes(scopes),
        created=now,
        expires=now + timedelta(days=days),
        revoked=None,
    )
    with ctx.db.write() as conn:
        conn.execute(
            insert(API_KEY).values(
                id=key.id,
                firm=ctx.firm,
                name=name,
                owner=key.owner,
                secret_hash=digest(secret),
                hint=key.hint,
                role=wanted.value,
                scopes=list(key.scopes),
                created=now,
                expires=key.expires,
            )
        )
        after = {"name": name, "role": wanted.value, "scopes": key.scopes, "expires": key.expires}
        record(conn, ctx, "key.create", f"key/{key.id}", after=after)
    return NewKey(key, secret)


def list_keys(ctx: Caller) -> list[ApiKey]:
    """Return the caller's keys, newest first; an administrator sees those of the whole firm."""
    query = select(API_KEY).where(API_KEY.c.firm == ctx.firm).order_by(API_KEY.c.id.desc())
    if not ctx.actor.role.allows(Role.ADMIN):
        query = query.where(API_KEY.c.owner == ctx.actor.user)
    with ctx.db.read() as conn:
        return [_to_key(row) for row in conn.execute(query)]


def revoke_key(ctx: Caller, key_id: str) -> None:
    """End a key now; one's own, or as administrator any of the firm."""
    if key_id not in {key.id for key in list_keys(ctx)}:
        missing = InputError(
            "auth.key.unknown",
            N_("There is no key {key}."),
            hint=N_("List the keys with “sanpin key list”."),
            key=key_id,
        )
        missing.status = 404
        raise missing
    ended = update(API_KEY).where(API_KEY.c.id == key_id, API_KEY.c.revoked.is_(None))
    with ctx.db.write() as conn:
        if conn.execute(ended.values(revoked=ctx.now())).rowcount:
            record(conn, ctx, "key.revoke", f"key/{key_id}")


def identify_key(db: Database, secret: str, now: datetime) -> Identity | None:
    """Return who a key speaks for, or None when it is unknown, over or revoked.

    A key ends with its owner: the disabled user's key is refused, and a key never allows more
    than its owner's role of today.
    """
    query = (
        select(API_KEY, USER.c.disabled, MEMBER.c.role.label("owner_role"))
        .outerjoin(USER, USER.c.name == API_KEY.c.owner)
        .outerjoin(MEMBER, (MEMBER.c.user_id == USER.c.id) & (MEMBER.c.firm == API_KEY.c.firm))
        .where(API_KEY.c.secret_hash == digest(secret), API_KEY.c.expires > now)
        .where(API_KEY.c.revoked.is_(None), or_(USER.c.disabled.is_(None), ~USER.c.disabled))
    )
    with db.read() as conn:
        row = conn.execute(query).first()
    if row is None:
        return None
    role = Role(row.role)
    if row.owner_role is not None and not Role(row.owner_role).allows(role):
        role = Role(row.owner_role)
    return Identity(row.owner, role, row.firm, tuple(row.scopes))
