"""Fixtures of the tests of EPCIS over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient

from sanpin.kit.context import Context
from sanpin.trace.engine.epcis import CONTEXT

EVENT: dict[str, Any] = {
    "@context": CONTEXT,
    "type": "ObjectEvent",
    "eventTime": "2026-03-01T08:30:00.000+08:00",
    "eventTimeZoneOffset": "+08:00",
    "eventID": "urn:example:event:1",
    "action": "OBSERVE",
    "bizStep": "shipping",
    "epcList": ["urn:epc:id:sgtin:9521234.067890.A1"],
}
JSON = {"content-type": "application/json"}


@pytest.fixture
def client(site: TestClient, chain: Context) -> TestClient:
    """Give a client of a server on the sample chain."""
    return site


@pytest.fixture
def standard(open_data: Path) -> dict[str, Any]:
    """Give GS1's description of the interface, which is judged by and never packaged."""
    found: dict[str, Any] = orjson.loads(
        (open_data / "trace/gs1-epcis/REST Bindings/openapi.json").read_bytes()
    )
    return found
