"""Requests that another site makes a browser send: by host, by origin, by missing token.

Three independent checks, each of which stops an attack that the others let through: the name by
which the server was addressed, the page that sent the request, the token of the session.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from fastapi import Request
from starlette.types import Message, Receive

from sanpin.base import N_, InputError, StateError
from sanpin.kit.auth.tokens import is_csrf_token
from sanpin.kit.http.roles import SAFE_METHODS
from sanpin.kit.urls import split_url

__all__ = ["check_host", "check_origin", "check_token"]

_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
_FIELD = re.compile(rb'name="csrf_token"\r\n\r\n([0-9a-f]{64})\r\n')
# The token stands first in our forms; more than this is not kept in memory for it.
_LOOK_BYTES = 64 * 1024


def _host_name(host: str) -> str:
    """Return a host without its port; brackets around an IPv6 address belong to it."""
    if host.startswith("["):
        address, bracket, _ = host.partition("]")
        return address + bracket
    return host.partition(":")[0]


def check_host(request: Request, hosts: frozenset[str]) -> None:
    """Refuse a request for a name that is not ours.

    A page elsewhere can make its own name point to this computer; the browser then treats our
    answers as that page's own, and only the name in the request gives it away.
    """
    name = _host_name(request.headers.get("host", "")).lower()
    if hosts and name not in hosts and name not in _LOCAL:
        refusal = InputError(
            "http.host.unknown",
            N_("This server is not known as “{host}”."),
            hint=N_("Use its own address, or start it with --host."),
            host=name,
        )
        refusal.status = 400
        raise refusal


def check_origin(request: Request) -> None:
    """Refuse a change that a page of another site asks for."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    foreign_site = site is not None and site not in ("same-origin", "none")
    source = split_url(origin or "")
    foreign = origin is not None and (
        source is None or source.netloc != request.headers.get("host")
    )
    if foreign_site or foreign:
        raise _forged()


def _forged() -> StateError:
    """Make the refusal of a request that another site may have made."""
    refusal = StateError(
        "http.request.forged",
        N_("This request did not come from a page of this server."),
        hint=N_("Load the page again and repeat what you did."),
    )
    refusal.status = 403
    return refusal


async def check_token(request: Request, receive: Receive, session: str) -> Receive:
    """Refuse a change without the token of its session; return where to read the body now.

    Scripts send it as the header ``X-CSRF-Token``, forms as their field ``csrf_token``, which
    stands before any file.
    """
    if request.method in SAFE_METHODS:
        return receive
    if is_csrf_token(request.headers.get("x-csrf-token"), session):
        return receive
    messages, begun = await _first_bytes(receive)
    kind = request.headers.get("content-type", "")
    token = ""
    if kind.startswith("application/x-www-form-urlencoded"):
        token = parse_qs(begun.decode("utf-8", "replace")).get("csrf_token", [""])[0]
    elif kind.startswith("multipart/form-data"):
        found = _FIELD.search(begun)
        token = found.group(1).decode() if found else ""
    if not is_csrf_token(token, session):
        raise _forged()

    async def again() -> Message:
        """Give the messages that were read already, then go on reading."""
        return messages.pop(0) if messages else await receive()

    return again


async def _first_bytes(receive: Receive) -> tuple[list[Message], bytes]:
    """Read the body as far as its first bytes reach, keeping the messages."""
    messages: list[Message] = []
    begun = b""
    while len(begun) < _LOOK_BYTES:
        message = await receive()
        messages.append(message)
        begun += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return messages, begun[:_LOOK_BYTES]
