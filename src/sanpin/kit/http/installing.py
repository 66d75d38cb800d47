"""Putting the layers around an application."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import FastAPI

from sanpin.kit.context import Context
from sanpin.kit.http.doors import Doors, ErrorPage, is_loopback
from sanpin.kit.http.faults import handle_faults
from sanpin.kit.http.guard import Guard
from sanpin.kit.http.headers import SecurityHeaders
from sanpin.kit.http.limits import BODY_LIMIT, BodyLimit
from sanpin.kit.http.packing import Packing
from sanpin.kit.registry import domains

__all__ = ["install"]


def install(
    app: FastAPI,
    ctx: Context,
    *,
    host: str = "127.0.0.1",
    users: bool | None = None,
    hosts: Iterable[str] = (),
    https: bool = False,
    body_limit: int = BODY_LIMIT,
    error_page: ErrorPage | None = None,
) -> Doors:
    """Make an application safe to serve, and give its routes their context.

    Parameters
    ----------
    ctx : the open workspace; its database is shared by all requests
    host : address the server listens at
    users : whether callers must sign in; by default when others can reach `host`
    hosts : further names of this server, such as that of a reverse proxy
    https : whether browsers reach it by HTTPS
    body_limit : largest body in bytes
    error_page : renders refusals for people
    """
    local = is_loopback(host)
    names = {name.lower() for name in hosts}
    if local:
        # Only a server that others cannot reach must fear names that were made to point at it.
        names |= {host.lower(), "localhost"}
    doors = Doors(
        ctx=ctx,
        users=not local if users is None else users,
        hosts=frozenset(names),
        https=https,
        error_page=error_page,
    )
    app.state.doors = doors
    handle_faults(app)
    # The layer added last stands outermost.
    app.add_middleware(Guard)
    wider = {path: limit for domain in domains() for path, limit in domain.bodies.items()}
    app.add_middleware(BodyLimit, limit=body_limit, wider=wider)
    app.add_middleware(Packing, minimum_size=1000, compresslevel=5)
    app.add_middleware(SecurityHeaders, https=https)
    return doors
