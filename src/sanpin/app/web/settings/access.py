"""People, keys and webhooks: who and what may come in, and who is told."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from sanpin.kit.auth import (
    ROLE_LABELS,
    NewKey,
    create_key,
    create_user,
    disable_user,
    enable_user,
    list_keys,
    list_users,
    revoke_key,
    set_password,
    set_role,
)
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.http import context, doors_of, needs
from sanpin.kit.i18n import translate
from sanpin.kit.notify import PRESETS, add_webhook, list_webhooks, remove_webhook
from sanpin.kit.pages import render

__all__ = ["router"]

router = APIRouter(prefix="/settings", include_in_schema=False)
Ctx = Annotated[Context, Depends(context)]
Text = Annotated[str, Form()]


def _roles(ctx: Context) -> list[tuple[str, str]]:
    """Return the roles that the caller may give, with their names."""
    return [
        (role.value, translate(ROLE_LABELS[role], ctx.language))
        for role in Role
        if ctx.actor.role.allows(role)
    ]


@router.get("/users")
@needs(Role.ADMIN)
def show_users(request: Request, ctx: Ctx) -> Response:
    """List the people of the firm and what they may do."""
    users = list_users(ctx)
    open_doors = not doors_of(request.app).users
    return render(
        request, ctx, "app/users.html", users=users, roles=_roles(ctx), open_doors=open_doors
    )


@router.post("/users")
@needs(Role.ADMIN)
def add_user(ctx: Ctx, name: Text, password: Text, role: Annotated[Role, Form()]) -> Response:
    """Add a person."""
    create_user(ctx, name, password, role)
    return RedirectResponse("/settings/users", 303)


@router.post("/users/{name}/role")
@needs(Role.ADMIN)
def change_role(ctx: Ctx, name: str, role: Annotated[Role, Form()]) -> Response:
    """Give a person another role."""
    set_role(ctx, name, role)
    return RedirectResponse("/settings/users", 303)


@router.post("/users/{name}/state")
@needs(Role.ADMIN)
def change_state(ctx: Ctx, name: str, active: Annotated[bool, Form()]) -> Response:
    """Keep a person out, or let them in again."""
    (enable_user if active else disable_user)(ctx, name)
    return RedirectResponse("/settings/users", 303)


@router.post("/password")
@needs(Role.VIEWER)
def change_password(ctx: Ctx, name: Text, password: Text) -> Response:
    """Set a password anew, one's own or as administrator; open sessions end."""
    set_password(ctx, name, password)
    # One's own session has just ended; the list of people would only refuse to show itself.
    own = name == ctx.actor.user
    return RedirectResponse("/login" if own else "/settings/users", 303)


@router.get("/keys")
def show_keys(request: Request, ctx: Ctx) -> Response:
    """List the keys for programs."""
    return _keys(request, ctx, None)


@router.post("/keys")
@needs(Role.VIEWER)
def add_key(
    request: Request,
    ctx: Ctx,
    name: Text,
    scopes: Text = "",
    days: Annotated[int, Form()] = 90,
    role: Annotated[Role | None, Form()] = None,
) -> Response:
    """Make a key and show its secret, this once."""
    # A key for which nothing was asked may read, and no more.
    wanted = scopes.split() or ("*:read",)
    return _keys(request, ctx, create_key(ctx, name, role=role, scopes=wanted, days=days))


@router.post("/keys/{key_id}/revoke")
@needs(Role.VIEWER)
def end_key(ctx: Ctx, key_id: str) -> Response:
    """End a key now."""
    revoke_key(ctx, key_id)
    return RedirectResponse("/settings/keys", 303)


def _keys(request: Request, ctx: Context, made: NewKey | None) -> Response:
    """Show the keys; the secret of one just made is shown this once and kept nowhere."""
    now = ctx.now()
    return render(
        request, ctx, "app/keys.html", keys=list_keys(ctx), made=made, now=now, roles=_roles(ctx)
    )


@router.get("/webhooks")
@needs(Role.ADMIN)
def show_webhooks(request: Request, ctx: Ctx) -> Response:
    """List the systems that are told what happens."""
    return render(request, ctx, "app/webhooks.html", hooks=list_webhooks(ctx), presets=PRESETS)


@router.post("/webhooks")
@needs(Role.ADMIN)
def add_hook(
    ctx: Ctx, url: Text, preset: Text = "json", secret: Text = "", kinds: Text = ""
) -> Response:
    """Add a listener."""
    add_webhook(ctx, url.strip(), preset=preset, secret=secret, kinds=kinds.split())
    return RedirectResponse("/settings/webhooks", 303)


@router.post("/webhooks/{hook_id}/remove")
@needs(Role.ADMIN)
def remove_hook(ctx: Ctx, hook_id: str) -> Response:
    """Remove a listener."""
    remove_webhook(ctx, hook_id)
    return RedirectResponse("/settings/webhooks", 303)
