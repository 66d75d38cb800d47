"""Users, passwords, sessions and keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from sanpin.base import InputError, SanpinError, StateError
from sanpin.kit import audit
from sanpin.kit.auth import (
    ROLE_LABELS,
    Role,
    create_key,
    create_user,
    disable_user,
    enable_user,
    find_user,
    has_users,
    identify_key,
    identify_session,
    list_keys,
    list_users,
    log_in,
    log_out,
    passwords,
    purge_sessions,
    revoke_key,
    set_password,
    set_role,
)
from sanpin.kit.auth.passwords import Cost, hash_password, is_outdated, verify_password
from sanpin.kit.auth.scopes import check_scopes, scope_allows
from sanpin.kit.auth.throttle import FREE_FAILURES
from sanpin.kit.auth.tokens import csrf_token, is_csrf_token, new_token
from sanpin.kit.context import Actor, Context
from sanpin.kit.schema.tables import API_KEY, LOGIN_ATTEMPT, MEMBER, SESSION, USER

SECRET = "correct horse battery"
CHEAP = Cost(n=2**4, r=8, p=1)


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tests quick; one test uses the real work factors."""
    for name in ("hash_password", "is_outdated"):
        monkeypatch.setattr(getattr(passwords, name), "__defaults__", (CHEAP,))


def login(ctx: Context, password: str = SECRET, name: str = "ann", address: str = "10.0.0.1"):  # type: ignore[no-untyped-def]
    """Sign in as ann unless told otherwise."""
    return log_in(ctx.db, name, password, address, ctx.now())


def code_of(action: Callable[[], object]) -> str:
    """Return the code of the refusal that an action meets."""
    with pytest.raises(SanpinError) as refused:
        action()
    return refused.value.code


def test_roles_include_those_below() -> None:
    """viewer < planner < engineer < admin."""
    ladder = list(Role)
    assert [role.value for role in ladder] == ["viewer", "planner", "engineer", "admin"]
    for low, role in enumerate(ladder):
        for high, other in enumerate(ladder):
            assert role.allows(other) == (low >= high)
    assert set(ROLE_LABELS) == set(Role)


def test_passwords_are_kept_as_salted_stretched_hashes() -> None:
    """With the work factors of today, and no two alike."""
    kept = hash_password(SECRET, Cost())
    assert kept.startswith("scrypt$32768$8$3$")
    assert SECRET not in kept
    assert verify_password(SECRET, kept)
    assert not verify_password(SECRET + "!", kept)
    assert hash_password(SECRET, CHEAP) != hash_password(SECRET, CHEAP)
    assert not is_outdated(kept, Cost())
    assert is_outdated(hash_password(SECRET, CHEAP), Cost())


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaa", "xxannie-2024", "ab" * 8])
def test_weak_passwords_are_refused(ctx: Context, password: str) -> None:
    """Short ones, monotonous ones, and the user's own name."""
    assert code_of(lambda: create_user(ctx, "annie", password)) == "auth.password.weak"
    assert not has_users(ctx.db)


def test_a_user_is_added_to_the_firm(ctx: Context) -> None:
    """By an administrator, on record, without the password."""
    user = create_user(ctx, "ann", SECRET, Role.PLANNER)
    assert (user.name, user.role, user.firm) == ("ann", Role.PLANNER, "own")
    assert [found.name for found in list_users(ctx)] == ["ann"]
    assert find_user(ctx, "ann") == replace(user, created=find_user(ctx, "ann").created)
    assert has_users(ctx.db)
    (entry,) = audit.entries(ctx)
    assert (entry.action, entry.subject) == ("user.create", "user/ann")
    assert SECRET not in str(entry)
    assert code_of(lambda: create_user(ctx, "ann", SECRET)) == "auth.user.taken"
    assert code_of(lambda: create_user(ctx, "a b", SECRET)) == "auth.user.name"
    assert code_of(lambda: find_user(ctx, "zoe")) == "auth.user.unknown"


def test_people_are_the_administrators_affair(ctx: Context) -> None:
    """An engineer may do much, but not this."""
    create_user(ctx, "ann", SECRET)
    engineer = ctx.acting_as(Actor("eng", Role.ENGINEER))
    for action in (
        lambda: create_user(engineer, "bob", SECRET),
        lambda: list_users(engineer),
        lambda: set_password(engineer, "ann", SECRET),
        lambda: set_role(engineer, "ann", Role.ADMIN),
        lambda: disable_user(engineer, "ann"),
        lambda: enable_user(engineer, "ann"),
    ):
        assert code_of(action) == "auth.role.missing"


def test_whoever_knows_the_password_gets_a_session(ctx: Context) -> None:
    """Its secret stands only in the browser; the table keeps a hash."""
    create_user(ctx, "ann", SECRET, Role.PLANNER)
    session = login(ctx)
    identity = identify_session(ctx.db, session.token, ctx.now())
    assert identity and (identity.user, identity.role, identity.firm) == (
        "ann",
        Role.PLANNER,
        "own",
    )
    assert identity.scopes is None
    with ctx.db.read() as conn:
        assert session.token not in str(conn.execute(select(SESSION)).all())
    assert identify_session(ctx.db, "other", ctx.now()) is None
    assert identify_session(ctx.db, session.token, session.expires) is None
    log_out(ctx.db, session.token)
    assert identify_session(ctx.db, session.token, ctx.now()) is None
    assert audit.entries(ctx)[0].action == "login"


def test_a_refusal_does_not_say_what_was_wrong(ctx: Context) -> None:
    """Wrong password, unknown name and disabled user look the same."""
    create_user(ctx, "ann", SECRET)
    create_user(ctx, "bob", SECRET)
    disable_user(ctx, "bob")
    refusals = []
    for name, password in (("ann", "wrong"), ("zoe", SECRET), ("bob", SECRET)):
        with pytest.raises(InputError) as refused:
            login(ctx, password, name)
        refusals.append((refused.value.code, refused.value.status, str(refused.value)))
    assert len(set(refusals)) == 1
    assert refusals[0][:2] == ("auth.login.failed", 401)


def test_an_old_hash_is_renewed_by_signing_in(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the work factors rise, passwords follow as people come by."""
    create_user(ctx, "ann", SECRET)
    stronger = Cost(n=2**5, r=8, p=1)
    for name in ("hash_password", "is_outdated"):
        monkeypatch.setattr(getattr(passwords, name), "__defaults__", (stronger,))
    login(ctx)
    with ctx.db.read() as conn:
        kept = conn.execute(select(USER.c.password)).scalar_one()
    assert kept.startswith("scrypt$32$")
    login(ctx)


def test_guessing_is_slowed_down(ctx: Context) -> None:
    """Per user and address, with growing pauses, forgotten after a success."""
    create_user(ctx, "ann", SECRET)
    for _ in range(FREE_FAILURES):
        assert code_of(lambda: login(ctx, "wrong")) == "auth.login.failed"
    with pytest.raises(StateError) as refused:
        login(ctx)  # even the right one must wait now
    assert (refused.value.code, refused.value.status) == ("auth.login.throttled", 429)
    assert refused.value.fields["seconds"]
    assert login(ctx, address="10.0.0.2")

    def pause() -> timedelta:
        with ctx.db.read() as conn:
            row = conn.execute(select(LOGIN_ATTEMPT).where(LOGIN_ATTEMPT.c.name == "ann")).one()
        return row.blocked_until - row.last  # type: ignore[no-any-return]

    def over() -> None:
        with ctx.db.write() as conn:
            conn.execute(update(LOGIN_ATTEMPT).values(blocked_until=ctx.now()))

    pauses = [pause()]
    for _ in range(14):
        over()
        code_of(lambda: login(ctx, "wrong"))
        pauses.append(pause())
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=1)
    assert pauses[-1] == timedelta(minutes=15)
    over()
    login(ctx)
    with ctx.db.read() as conn:
        assert conn.execute(select(LOGIN_ATTEMPT)).first() is None


def test_a_new_password_ends_old_sessions(ctx: Context) -> None:
    """Whoever took one over is out."""
    create_user(ctx, "ann", SECRET)
    session = login(ctx)
    ann = ctx.acting_as(Actor("ann", Role.VIEWER))
    set_password(ann, "ann", "another long secret")
    assert identify_session(ctx.db, session.token, ctx.now()) is None
    assert code_of(lambda: login(ctx)) == "auth.login.failed"
    assert login(ctx, "another long secret")


def test_a_disabled_user_is_out_at_once(ctx: Context) -> None:
    """Sessions and keys end; enabling lets the user sign in again."""
    create_user(ctx, "ann", SECRET, Role.PLANNER)
    session = login(ctx)
    key = create_key(ctx.acting_as(Actor("ann", Role.PLANNER)), "script")
    disable_user(ctx, "ann")
    assert identify_session(ctx.db, session.token, ctx.now()) is None
    assert identify_key(ctx.db, key.secret, ctx.now()) is None
    assert not has_users(ctx.db)
    enable_user(ctx, "ann")
    assert login(ctx)


def test_the_last_administrator_stays(ctx: Context) -> None:
    """Somebody must be able to let others in."""
    create_user(ctx, "ann", SECRET, Role.ADMIN)
    assert code_of(lambda: disable_user(ctx, "ann")) == "auth.user.last_admin"
    assert code_of(lambda: set_role(ctx, "ann", Role.VIEWER)) == "auth.user.last_admin"
    create_user(ctx, "bob", SECRET, Role.ADMIN)
    set_role(ctx, "ann", Role.VIEWER)
    assert find_user(ctx, "ann").role is Role.VIEWER


def test_roles_belong_to_a_firm(ctx: Context) -> None:
    """Members of another firm are not even seen."""
    create_user(ctx, "ann", SECRET, Role.ADMIN)
    other = ctx.acting_as(Actor("zoe", Role.ADMIN, "other"))
    assert list_users(other) == []
    assert code_of(lambda: set_password(other, "ann", "another long secret")) == (
        "auth.user.unknown"
    )
    with ctx.db.write() as conn:
        conn.execute(update(MEMBER).values(firm="other"))
    session = login(ctx)
    assert session.identity.firm == "other"


def test_a_key_is_shown_once_and_kept_as_a_hash(ctx: Context) -> None:
    """It begins with sk_ and speaks for its owner."""
    made = create_key(ctx, "script", scopes=["demand:read"], days=30)
    assert made.secret.startswith("sk_")
    assert len(made.secret) > 40
    identity = identify_key(ctx.db, made.secret, ctx.now())
    assert identity and (identity.user, identity.scopes) == ("local", ("demand:read",))
    with ctx.db.read() as conn:
        assert made.secret not in str(conn.execute(select(API_KEY)).all())
    (listed,) = list_keys(ctx)
    assert (listed.name, listed.hint) == ("script", made.secret[-4:])
    assert identify_key(ctx.db, made.secret[:-1] + "!", ctx.now()) is None
    assert made.secret not in str(audit.entries(ctx))


def test_a_key_ends_by_time_or_by_hand(ctx: Context) -> None:
    """A year at most."""
    made = create_key(ctx, "script", days=30)
    later: datetime = made.key.expires
    assert identify_key(ctx.db, made.secret, later - timedelta(seconds=1))
    assert identify_key(ctx.db, made.secret, later) is None
    revoke_key(ctx, made.key.id)
    assert identify_key(ctx.db, made.secret, ctx.now()) is None
    revoke_key(ctx, made.key.id)
    assert [entry.action for entry in audit.entries(ctx)] == ["key.revoke", "key.create"]
    for days in (0, 367):
        assert code_of(lambda days=days: create_key(ctx, "x", days=days)) == "auth.key.days"  # type: ignore[misc]


def test_a_key_may_do_no_more_than_its_owner(ctx: Context) -> None:
    """Neither when made nor after the owner was given a lower role."""
    create_user(ctx, "ann", SECRET, Role.ENGINEER)
    ann = ctx.acting_as(Actor("ann", Role.ENGINEER))
    assert code_of(lambda: create_key(ann, "x", role=Role.ADMIN)) == "auth.role.missing"
    made = create_key(ann, "x")
    set_role(ctx, "ann", Role.VIEWER)
    identity = identify_key(ctx.db, made.secret, ctx.now())
    assert identity and identity.role is Role.VIEWER


def test_keys_of_others_are_the_administrators_affair(ctx: Context) -> None:
    """A user sees and ends only their own."""
    ann, bob = (ctx.acting_as(Actor(name, Role.PLANNER)) for name in ("ann", "bob"))
    made = create_key(ann, "script")
    assert list_keys(bob) == []
    assert code_of(lambda: revoke_key(bob, made.key.id)) == "auth.key.unknown"
    assert [key.id for key in list_keys(ctx)] == [made.key.id]
    revoke_key(ctx, made.key.id)
    assert list_keys(ann)[0].revoked


@pytest.mark.parametrize(
    ("scopes", "domain", "write", "allowed"),
    [
        (["demand:read"], "demand", False, True),
        (["demand:read"], "demand", True, False),
        (["demand:write"], "demand", False, True),
        (["demand:read"], "trace", False, False),
        (["*:read"], "trace", False, True),
        (["*:read"], "trace", True, False),
        (["*:write"], "trace", True, True),
        ([], "trace", False, False),
    ],
)
def test_scopes_narrow_a_key(scopes: list[str], domain: str, write: bool, allowed: bool) -> None:
    """Domain by domain, reading and writing."""
    assert scope_allows(scopes, domain, write=write) is allowed


def test_scopes_are_checked_when_given() -> None:
    """A misspelt one would silently allow nothing."""
    assert check_scopes([]) == ("*:write",)
    assert check_scopes(["b:read", "a:write", "b:read"]) == ("a:write", "b:read")
    for scope in ("demand", "demand:delete", "Demand:read", "*"):
        assert code_of(lambda scope=scope: check_scopes([scope])) == "auth.scope.unknown"  # type: ignore[misc]


def test_the_form_token_follows_from_the_session() -> None:
    """It proves the page and does not reveal the session."""
    session = new_token()
    token = csrf_token(session)
    assert is_csrf_token(token, session)
    assert not is_csrf_token(token, new_token())
    assert not is_csrf_token(None, session)
    assert not is_csrf_token("ü", session)
    assert session not in token


def test_what_is_over_is_swept(ctx: Context) -> None:
    """Old sessions and old failures go, others stay."""
    create_user(ctx, "ann", SECRET)
    old, new = login(ctx), login(ctx)
    code_of(lambda: login(ctx, "wrong"))
    purge_sessions(ctx)
    with ctx.db.write() as conn:
        assert len(conn.execute(select(SESSION)).all()) == 2
        first = conn.execute(select(SESSION.c.id).order_by(SESSION.c.created)).scalars().first()
        expired = {"expires": ctx.now() - timedelta(seconds=1)}
        conn.execute(update(SESSION).where(SESSION.c.id == first).values(expired))
        conn.execute(update(LOGIN_ATTEMPT).values(last=ctx.now() - timedelta(days=2)))
    purge_sessions(ctx)
    with ctx.db.read() as conn:
        assert len(conn.execute(select(SESSION)).all()) == 1
        assert conn.execute(select(LOGIN_ATTEMPT)).first() is None
    assert identify_session(ctx.db, old.token, ctx.now()) is None
    assert identify_session(ctx.db, new.token, ctx.now())
