"""Fixtures of master data: the sample in a workspace, and a client of its doors."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from sanpin.kit.context import Context
from sanpin.kit.http import install
from sanpin.kit.pages import mount_static
from sanpin.master import api, pages, service

GOODS = [
    ("22423", "REGENCY CAKESTAND 3 TIER"),
    ("85099B", "JUMBO BAG RED RETROSPOT"),
    ("22720", "SET OF 3 CAKE TINS PANTRY DESIGN"),
    ("21212", "PACK OF 72 RETROSPOT CAKE CASES"),
]


@pytest.fixture
def filled(ctx: Context) -> Context:
    """Give a context with the sample around four goods."""
    service.load_sample(ctx, GOODS, ["Germany", "France"])
    return ctx


@pytest.fixture
def client(ctx: Context) -> Iterator[TestClient]:
    """Give a client of the domain's API and pages, on loopback without users."""
    app = FastAPI()
    install(app, ctx, host="127.0.0.1")
    mount_static(app)
    app.include_router(api.router)
    app.include_router(pages.router)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client
