"""Fixtures of the trace tests: a client on the sample chain, and the codes of its things."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from sanpin.kit.context import Context
from sanpin.kit.http import install, mount_direct
from sanpin.kit.pages import mount_static
from sanpin.trace import service
from sanpin.trace.sample import sample_directory


class Codes:
    """Codes of things in the sample chain."""

    directory = sample_directory()

    def lot(self, item: str, name: str) -> str:
        """Canonical name of a lot."""
        return f"https://id.gs1.org/01/{self.directory.items[item]}/10/{name}"

    def brackets(self, item: str, name: str) -> str:
        """The same lot as it is printed."""
        return f"(01){self.directory.items[item]}(10){name}"

    @property
    def clay(self) -> str:
        """The clay lot of two mug lots."""
        return self.lot("CLAY", "C-0301")

    @property
    def mug(self) -> str:
        """A mug lot that was shipped and received."""
        return self.lot("MUG", "MUG-1")


def plain_event(number: int, **changes: object) -> dict[str, object]:
    """Make an event of a thing of its own."""
    return {
        "type": "ObjectEvent",
        "eventTime": "2026-03-01T08:30:00Z",
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "eventID": f"urn:x:{number}",
        "epcList": [f"urn:t:{number}"],
        **changes,
    }


@pytest.fixture
def codes() -> Codes:
    """Give the codes of the sample chain."""
    return Codes()


@pytest.fixture
def chain(ctx: Context) -> Context:
    """Give a context whose ledger holds the sample chain."""
    service.capture_sample(ctx)
    return ctx


@pytest.fixture
def site(ctx: Context) -> Iterator[TestClient]:
    """Give a client of a server with the doors of trace alone."""
    from sanpin.trace.api import router as api
    from sanpin.trace.pages import router as pages

    app = FastAPI()
    install(app, ctx)
    mount_static(app)
    app.include_router(api)
    app.include_router(pages)
    mount_direct(app)
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client
