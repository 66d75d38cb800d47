"""The server: every domain's doors in one application, with its workers and its scheduler.

`create_app` puts the doors of all domains behind one set of gates; `listen` takes the port and
`run_server` serves at it. The two are apart so that a port that is taken is refused before a
workspace is opened or a worker started.
"""

from __future__ import annotations

import errno
import logging
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import Depends, FastAPI

from sanpin import __version__
from sanpin.base import N_, InputError, StateError
from sanpin.kit.context import Context, open_context
from sanpin.kit.http import context, install, login_router, mount_direct
from sanpin.kit.jobs import ensure_worker
from sanpin.kit.pages import mount_static
from sanpin.kit.registry import domains, load
from sanpin.kit.workspace import Workspace

__all__ = ["create_app", "listen", "prepare", "run_server"]

_PORTS_TRIED = 100
_BACKLOG = 2048
_LAST_SECONDS = 3
# What can wait must not make the first page wait.
_READY_AFTER_SECONDS = 2.0
_SWITCH_SECONDS = 0.0005


def create_app(
    ctx: Context,
    *,
    host: str = "127.0.0.1",
    users: bool | None = None,
    hosts: Iterable[str] = (),
    https: bool = False,
    workers: int = 0,
) -> FastAPI:
    """Build the application of a workspace.

    Parameters
    ----------
    ctx : the open workspace; closed when the application ends
    host : address it will listen at; others than loopback need users
    users : whether callers must sign in, when not decided by `host`
    hosts : further names of this server
    https : whether browsers reach it by HTTPS
    workers : worker processes to keep running beside it
    """
    from sanpin.app.web import error_page, login_page, routers

    app = FastAPI(
        title="Sanpin",
        version=__version__,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(ctx, workers),
    )
    install(app, ctx, host=host, users=users, hosts=hosts, https=https, error_page=error_page)
    mount_static(app)
    app.include_router(login_router(login_page))
    for domain in domains():
        for path in (domain.api, domain.pages):
            if path:
                app.include_router(load(path))
    for router in routers():
        app.include_router(router)
    app.add_api_route("/healthz", health, methods=["GET"], tags=["server"])
    mount_direct(app)
    return app


def _lifespan(ctx: Context, workers: int) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Return what begins and ends with the application: its workers, and the open workspace."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        # Without workers of its own a server leaves the jobs to others that run elsewhere.
        pool = ensure_worker(ctx.workspace, workers) if workers else None
        later = threading.Timer(_READY_AFTER_SECONDS, _make_ready, (ctx,))
        later.daemon = True
        later.start()
        yield
        later.cancel()
        if pool:
            pool.stop()
        ctx.close()

    return lifespan


def _make_ready(ctx: Context) -> None:
    """Do beforehand what would make somebody wait; failing costs nobody more than the wait."""
    for domain in domains():
        if domain.ready:
            try:
                load(domain.ready)(ctx)
            except Exception:
                logging.getLogger("sanpin.app").warning(
                    "%s is not ready", domain.name, exc_info=True
                )


def health(ctx: Context = Depends(context)) -> dict[str, str]:
    """Say that the server answers and reaches its database."""
    with ctx.db.read() as conn:
        conn.exec_driver_sql("SELECT 1")
    return {"status": "ok", "version": __version__}


def listen(host: str, wanted: int, *, exact: bool) -> socket.socket:
    """Take the port `wanted`, else the next free one, or refuse when it must be that one.

    The socket listens from here on: of two servers that start at once only one gets the port.

    Parameters
    ----------
    host : address of this computer, IPv4 or IPv6
    wanted : first port to try
    exact : whether no other port will do

    Raises
    ------
    StateError
        ``server.port.taken``
    InputError
        ``server.host.unknown`` for an address that is not of this computer
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in range(wanted, min(wanted + (1 if exact else _PORTS_TRIED), 65536)):
        place = socket.socket(family)
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            place.bind((host, port))
            place.listen(_BACKLOG)
        except OSError as error:
            place.close()
            # The next port would not help: it is the address that is wrong.
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                raise _no_address(host) from error
            continue
        return place
    raise StateError(
        "server.port.taken",
        N_("Port {port} of {host} is in use or may not be used."),
        hint=N_("Name another one with --port."),
        port=wanted,
        host=host,
    )


def _no_address(host: str) -> InputError:
    """Return the refusal of a host at which this computer cannot listen."""
    return InputError(
        "server.host.unknown",
        N_("{host} is no address of this computer."),
        hint=N_("Use 127.0.0.1 for this computer alone, or 0.0.0.0 for the whole network."),
        host=host,
    )


def prepare(
    workspace: Workspace, host: str, *, hosts: Iterable[str] = (), https: bool = False
) -> FastAPI:
    """Open a workspace and build its application with one worker beside it.

    Parameters
    ----------
    workspace : opened, and migrated where its tables are older
    host : address it will listen at
    hosts : further names of this server
    https : whether browsers reach it by HTTPS
    """
    ctx = open_context(workspace)
    try:
        return create_app(ctx, host=host, hosts=hosts, https=https, workers=1)
    # Whatever goes wrong, Ctrl-C included, the database must not stay open.
    except BaseException:
        ctx.close()
        raise


def run_server(app: FastAPI, place: socket.socket) -> None:
    """Serve an application at a listening socket until interrupted.

    Streams of progress have no end of their own; they get `_LAST_SECONDS` when the server stops.
    """
    import uvicorn

    # Whoever lets go of the interpreter to send an answer gets it back within this time, instead of
    # waiting five milliseconds for a thread that computes.
    sys.setswitchinterval(_SWITCH_SECONDS)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_LAST_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[place])
