"""The server: every domain's doors in one application, with its workers and its scheduler."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import Depends, FastAPI

from sanpin import __version__
from sanpin.base import N_, StateError
from sanpin.kit.context import Context, open_context
from sanpin.kit.http import context, install, login_router
from sanpin.kit.jobs import ensure_worker
from sanpin.kit.pages import mount_static
from sanpin.kit.registry import domains, load
from sanpin.kit.workspace import Workspace

__all__ = ["create_app", "free_port", "run_server"]

PORT = 8750
_PORTS_TRIED = 100


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
    return app


def _lifespan(ctx: Context, workers: int) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        pool = ensure_worker(ctx.workspace, workers) if workers else None
        yield
        if pool:
            pool.stop()
        ctx.close()

    return lifespan


def health(ctx: Context = Depends(context)) -> dict[str, str]:
    """Say that the server answers and reaches its database."""
    with ctx.db.read() as conn:
        conn.exec_driver_sql("SELECT 1")
    return {"status": "ok", "version": __version__}


def free_port(host: str, wanted: int, *, exact: bool) -> int:
    """Return `wanted` when it is free, else the next free port, or refuse when it must be exact."""
    for port in range(wanted, min(wanted + _PORTS_TRIED, 65536)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                if exact:
                    break
                continue
            return port
    raise StateError(
        "server.port.taken",
        N_("Port {port} of {host} is in use or may not be used."),
        hint=N_("Name another one with --port."),
        port=wanted,
        host=host,
    )


def run_server(
    workspace: Workspace, host: str, port: int, *, hosts: Iterable[str] = (), https: bool = False
) -> None:
    """Serve a workspace until interrupted."""
    import uvicorn

    app = create_app(open_context(workspace), host=host, hosts=hosts, https=https, workers=1)
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)
