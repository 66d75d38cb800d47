"""Signing in and out over HTTP: a form for people, the same door for programs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from sanpin.base import SanpinError
from sanpin.kit.auth import NewSession, log_in, log_out
from sanpin.kit.auth.roles import Role
from sanpin.kit.auth.sessions import SESSION_HOURS
from sanpin.kit.http.doors import doors_of
from sanpin.kit.http.guard import SESSION_COOKIE
from sanpin.kit.http.language import language_of
from sanpin.kit.http.responses import wants_page
from sanpin.kit.http.roles import needs
from sanpin.kit.i18n import ErrorText, translate_error
from sanpin.kit.urls import split_url

__all__ = ["LoginPage", "local_path", "login_router"]

LoginPage = Callable[[Request, ErrorText | None, str], Response]
"""Renders the form, with the reason of a refusal and the path to go to afterwards."""

# Each check takes 32 MB; more at a time would let strangers fill the memory.
_CHECKS = threading.BoundedSemaphore(4)


def local_path(path: str) -> str:
    """Return a path of this server, or the first page: nobody is sent elsewhere after login."""
    parts = split_url(path)
    local = parts is not None and not parts.scheme and not parts.netloc
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if local and plain else "/"


def login_router(page: LoginPage) -> APIRouter:
    """Return the routes ``GET /login``, ``POST /login`` and ``POST /logout``.

    Parameters
    ----------
    page : renders the form; what it returns gets the status of the refusal

    Programs post the same fields and, unless they ask for HTML, get JSON and the cookie.
    """
    router = APIRouter(include_in_schema=False)

    @router.get("/login")
    def show_form(request: Request, next: str = "/") -> Response:  # noqa: A002 - the address
        """Show the form."""
        return page(request, None, local_path(next))

    @router.post("/login")
    def sign_in(
        request: Request,
        name: Annotated[str, Form(max_length=64)],
        password: Annotated[str, Form(max_length=1024)],
        next: Annotated[str, Form()] = "/",  # noqa: A002 - the form's field
    ) -> Response:
        """Open a session for whoever knows the password."""
        doors = doors_of(request.app)
        address = request.client.host if request.client else ""
        try:
            with _CHECKS:
                session = log_in(doors.ctx.db, name, password, address, doors.ctx.now())
        except SanpinError as error:
            if not wants_page(request):
                raise
            response = page(request, translate_error(error, language_of(request)), next)
            response.status_code = error.status
            return response
        return _welcome(request, session, local_path(next), https=doors.https)

    @router.post("/logout")
    @needs(Role.VIEWER)
    def sign_out(request: Request) -> Response:
        """End the session of this browser."""
        log_out(doors_of(request.app).ctx.db, request.cookies.get(SESSION_COOKIE, ""))
        response = RedirectResponse("/login", 303)
        response.delete_cookie(SESSION_COOKIE)
        return response

    return router


def _welcome(request: Request, session: NewSession, path: str, *, https: bool) -> Response:
    """Send a person on, or tell a program who it is; both get the cookie."""
    response: Response = RedirectResponse(path, 303)
    if not wants_page(request):
        who = session.identity
        response = JSONResponse({"user": who.user, "role": who.role, "firm": who.firm})
    response.set_cookie(
        SESSION_COOKIE,
        session.token,
        max_age=SESSION_HOURS * 3600,
        httponly=True,
        samesite="lax",
        secure=https,
    )
    return response
