"""``sanpin user`` and ``sanpin key``: who may sign in, and keys for programs."""

from __future__ import annotations

import sys

from cyclopts import App

from sanpin.base import N_
from sanpin.kit.auth.roles import Role
from sanpin.kit.cli import current_context, print_result, say

__all__ = ["key", "user"]

user = App(name="user", help=N_("Add, list and disable the people who may sign in."))
key = App(name="key", help=N_("Make, list and revoke keys for programs."))


@user.command(name="add")
def add_user(name: str, /, *, role: Role = Role.VIEWER) -> None:
    """Add a user; the password is asked for, or read from standard input.

    Parameters
    ----------
    name
        Name to sign in with.
    role
        What the user may do: viewer, planner, engineer or admin.
    """
    from sanpin.kit.auth import create_user

    with current_context() as ctx:
        made = create_user(ctx, name, _password(), role)
    print_result(
        {"name": made.name, "role": made.role},
        lambda: say(N_("User {name} added as {role}."), name=made.name, role=made.role),
    )


@user.command(name="list")
def list_users_() -> None:
    """List the users of the firm."""
    from sanpin.kit.auth import list_users

    with current_context() as ctx:
        found = list_users(ctx)
    rows = [{"name": one.name, "role": one.role, "disabled": one.disabled} for one in found]
    lines = [f"{row['name']:<20} {row['role']}" for row in rows]
    print_result(rows, lambda: "\n".join(lines or [say(N_("There are no users yet."))]))


@user.command
def password(name: str, /) -> None:
    """Set a user's password anew; it is asked for, or read from standard input.

    Parameters
    ----------
    name
        Name of the user.
    """
    from sanpin.kit.auth import set_password

    with current_context() as ctx:
        set_password(ctx, name, _password())
    print_result({"name": name}, lambda: say(N_("The password of {name} is set."), name=name))


@user.command
def disable(name: str, /) -> None:
    """Stop a user from signing in and end the open sessions.

    Parameters
    ----------
    name
        Name of the user.
    """
    from sanpin.kit.auth import disable_user

    with current_context() as ctx:
        disable_user(ctx, name)
    print_result({"name": name}, lambda: say(N_("{name} may no longer sign in."), name=name))


@key.command(name="add")
def add_key(name: str, /, *, scope: tuple[str, ...] = ("*:read",), days: int = 90) -> None:
    """Make a key and show its secret, this once.

    Parameters
    ----------
    name
        What the key is for.
    scope
        What it may do, as DOMAIN:read or DOMAIN:write, or *:read; may be repeated.
    days
        Days until it expires, at most 366.
    """
    from sanpin.kit.auth import create_key

    with current_context() as ctx:
        made = create_key(ctx, name, scopes=scope, days=days)
    value = {"id": made.key.id, "secret": made.secret, "expires": made.key.expires}
    text = N_("{secret}\nKeep it now: it is not shown again. It expires on {day}.")
    print_result(value, lambda: say(text, secret=made.secret, day=made.key.expires.date()))


@key.command(name="list")
def list_keys_() -> None:
    """List the keys, without their secrets."""
    from sanpin.kit.auth import list_keys

    with current_context() as ctx:
        found = list_keys(ctx)
    rows = [
        {
            "id": one.id,
            "name": one.name,
            "hint": one.hint,
            "scopes": one.scopes,
            "expires": one.expires,
            "revoked": one.revoked,
        }
        for one in found
    ]
    lines = [f"{one.id}  …{one.hint}  {one.name}" for one in found]
    print_result(rows, lambda: "\n".join(lines or [say(N_("There are no keys yet."))]))


@key.command
def revoke(id: str, /) -> None:  # noqa: A002 - the word the reader sees
    """End a key now.

    Parameters
    ----------
    id
        Id of the key, as listed.
    """
    from sanpin.kit.auth import revoke_key

    with current_context() as ctx:
        revoke_key(ctx, id)
    print_result({"id": id}, lambda: say(N_("The key has ended.")))


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    from getpass import getpass

    return getpass(say(N_("Password: ")), stream=sys.stderr)
