"""The guard: every request is refused unless it proves who asks and that they may."""

from __future__ import annotations

from time import monotonic
from urllib.parse import quote
from weakref import WeakKeyDictionary

from fastapi import Request
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from sanpin.base import N_, SanpinError, StateError
from sanpin.kit.auth import Identity, identify_key, identify_session
from sanpin.kit.auth.keys import PREFIX
from sanpin.kit.auth.roles import Role
from sanpin.kit.auth.scopes import scope_allows
from sanpin.kit.auth.tokens import csrf_token
from sanpin.kit.context import LOCAL_ACTOR, Actor, Context
from sanpin.kit.http.doors import Doors, doors_of
from sanpin.kit.http.forgery import check_host, check_origin, check_token
from sanpin.kit.http.language import asked_language
from sanpin.kit.http.responses import refuse, wants_page
from sanpin.kit.http.roles import SAFE_METHODS, RoleTable, domain_of, is_open
from sanpin.kit.i18n import negotiate, normalise
from sanpin.kit.settings import changes, get_setting

__all__ = ["SESSION_COOKIE", "STRANGER", "Guard"]

SESSION_COOKIE = "sanpin_session"

# Another process may change a setting; within this one a change counts at once.
_REMEMBERED_SECONDS = 1.0
_FIRMS: WeakKeyDictionary[Engine, dict[str, tuple[int, float, str]]] = WeakKeyDictionary()

STRANGER = Actor("", Role.VIEWER, firm="")
"""Whoever asks for what is open to anyone: of no firm, so that no firm's rows are seen."""


class Guard:
    """Let in who may come in, and leave in the request's state what the rest needs.

    ``context`` (with the caller's actor and language), ``language`` and ``csrf_token``.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._roles: RoleTable | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request.

        Order matters: foreign names and foreign pages are turned away before anything is read from
        the database, and the role is checked before any route runs.
        """
        if scope["type"] == "websocket":
            # There are none; a channel that nobody checks must not come about by accident.
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        doors = doors_of(request.app)
        try:
            check_host(request, doors.hosts)
            check_origin(request)
            receive = await self._admit(request, doors, receive)
        except SanpinError as error:
            if error.status == 401 and request.method == "GET" and wants_page(request):
                await _to_login(request)(scope, receive, send)
            else:
                await refuse(request, error, receive, send)
            return
        await self.app(scope, receive, send)

    async def _admit(self, request: Request, doors: Doors, receive: Receive) -> Receive:
        """Prove the caller and what they may, and prepare the request's context.

        Without users whoever reaches the server sits at its computer, and is its administrator.

        Returns
        -------
        where the application reads the body from: looking for a form's token may have read its
        first part already
        """
        ctx = doors.ctx
        request.state.csrf_token = ""
        if not doors.users:
            ctx = ctx.acting_as(LOCAL_ACTOR)
        elif is_open(request.url.path):
            ctx = ctx.acting_as(STRANGER)
        else:
            session = request.cookies.get(SESSION_COOKIE, "")
            identity = await run_in_threadpool(_identify, request, doors)
            if identity is None:
                raise _login_needed()
            if identity.scopes is None:
                receive = await check_token(request, receive, session)
                request.state.csrf_token = csrf_token(session)
            else:
                _check_scope(request, identity)
            ctx = ctx.acting_as(Actor(identity.user, identity.role, identity.firm))
            if self._roles is None:
                self._roles = RoleTable(request.app)
            ctx.require(self._roles.role(request.method, request.url.path))
        language = asked_language(request) or _remembered(request, ctx)
        if not language:
            language = await run_in_threadpool(_language, request, ctx)
        request.state.language = language
        request.state.context = ctx.acting_as(ctx.actor, language)
        return receive


def _identify(request: Request, doors: Doors) -> Identity | None:
    """Return who asks, by key or by session.

    A key comes first: programs that also keep cookies mean the key.
    """
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and secret.startswith(PREFIX):
        return identify_key(doors.ctx.db, secret.strip(), doors.ctx.now())
    session = request.cookies.get(SESSION_COOKIE)
    return identify_session(doors.ctx.db, session, doors.ctx.now()) if session else None


def _language(request: Request, ctx: Context) -> str:
    """Choose the language, unless the reader asks for one: the firm's setting, else the browser's.

    The setting is remembered for a second, as most requests come together.
    """
    made = changes(), monotonic()
    setting = normalise(str(get_setting(ctx, "language") or "")) or ""
    _FIRMS.setdefault(ctx.db.engine, {})[ctx.firm] = (*made, setting)
    return _chosen(request, setting)


def _remembered(request: Request, ctx: Context) -> str:
    """Choose the language by what the firm's setting was a moment ago; empty when unknown."""
    count, when, setting = _FIRMS.get(ctx.db.engine, {}).get(ctx.firm, (-1, 0.0, ""))
    if count != changes() or monotonic() - when > _REMEMBERED_SECONDS:
        return ""
    return _chosen(request, setting)


def _chosen(request: Request, setting: str) -> str:
    """Choose between the firm's setting and the browser's wish."""
    return setting or negotiate(request.headers.get("accept-language")) or "en"


def _check_scope(request: Request, identity: Identity) -> None:
    """Refuse a key that was made for something else."""
    domain, write = domain_of(request.url.path), request.method not in SAFE_METHODS
    if not scope_allows(identity.scopes or (), domain, write=write):
        refusal = StateError(
            "auth.scope.missing",
            N_("This key is not for {scope}."),
            hint=N_("Make a key with that scope."),
            scope=f"{domain}:{'write' if write else 'read'}",
        )
        refusal.status = 403
        raise refusal


def _login_needed() -> StateError:
    """Make the refusal of a caller who did not say who they are."""
    refusal = StateError(
        "auth.login.needed",
        N_("This needs a user."),
        hint=N_("Sign in, or send a key as “Authorization: Bearer sk_…”."),
    )
    refusal.status = 401
    return refusal


def _to_login(request: Request) -> RedirectResponse:
    """Send a person to sign in, and back here afterwards."""
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = f"/login?next={quote(path, safe='')}"
    response = RedirectResponse(target, 303)
    if "hx-request" in request.headers:
        # A part of a page cannot show the form: the whole page must go there.
        response.headers["HX-Redirect"] = target
        response.status_code = 401
    return response
