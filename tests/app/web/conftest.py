"""An application with the pages of the house, on a workspace of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from sanpin.app.web import error_page, login_page, routers
from sanpin.kit.context import Context
from sanpin.kit.http import install, login_router
from sanpin.kit.pages import mount_static

HTML = {"Accept": "text/html"}


def make_app(ctx: Context, *, users: bool = False) -> FastAPI:
    """Make the application, with or without the need to sign in."""
    app = FastAPI(openapi_url="/api/openapi.json")
    install(app, ctx, users=users, error_page=error_page)
    mount_static(app)
    app.include_router(login_router(login_page))
    for router in routers():
        app.include_router(router)
    return app


Browse = Callable[..., TestClient]


@pytest.fixture
def browse(ctx: Context) -> Iterator[Browse]:
    """Give a function that opens a browser: ``users`` asks for signing in, ``language``."""
    clients = []

    def apply(*, users: bool = False, language: str = "en") -> TestClient:
        client = TestClient(
            make_app(ctx, users=users),
            base_url="http://127.0.0.1",
            headers={**HTML, "Accept-Language": language},
            follow_redirects=False,
        )
        clients.append(client)
        return client

    yield apply
    for client in clients:
        client.close()


@pytest.fixture
def client(browse: Browse) -> TestClient:
    """Give a browser of someone who sits at the machine and reads English."""
    return browse()
