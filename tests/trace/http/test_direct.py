"""Direct doors answer exactly as the routes they stand for."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest
from starlette.routing import BaseRoute
from starlette.testclient import TestClient
from tests.trace.http.conftest import EVENT, JSON

from sanpin.kit.http import routes_of
from sanpin.kit.registry import domains
from sanpin.trace.engine.epcis import write_document

NOW = "2026-03-10T00:00:00Z"
DOCUMENT = write_document([EVENT], NOW)
CASES: list[tuple[str, bytes, dict[str, str]]] = [
    ("/epcis/events", orjson.dumps(EVENT), JSON),
    ("/epcis/events", orjson.dumps({**EVENT, "action": "MAYBE"}), JSON),
    ("/epcis/events", DOCUMENT, JSON),
    ("/epcis/events", b"{", JSON),
    ("/epcis/events", b"", {}),
    ("/epcis/events", orjson.dumps(EVENT), JSON | {"GS1-EPCIS-Min": "3.0"}),
    ("/epcis/events", orjson.dumps(EVENT), JSON | {"origin": "https://elsewhere.example"}),
    ("/epcis/capture", DOCUMENT, JSON),
    ("/epcis/capture", DOCUMENT, JSON | {"GS1-Capture-Error-Behaviour": "proceed"}),
    ("/epcis/capture", DOCUMENT, JSON | {"GS1-Capture-Error-Behaviour": "perhaps"}),
    ("/epcis/capture", DOCUMENT, JSON | {"accept-language": "zh", "GS1-CBV-Max": "1.0"}),
]
IDENTIFIERS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


def direct_route(site: TestClient) -> BaseRoute:
    """The one route that holds all direct doors."""
    app: Any = site.app
    route: BaseRoute = app.router.routes[0]
    assert type(route).__name__ == "_Direct"
    return route


def told(site: TestClient, path: str, body: bytes, headers: dict[str, str]) -> tuple[Any, ...]:
    """What is answered, without the identifiers that are new each time."""
    answer = site.post(path, content=body, headers=headers)
    said = {name: IDENTIFIERS.sub("?", value) for name, value in answer.headers.items()}
    return answer.status_code, said, IDENTIFIERS.sub("?", answer.text)


@pytest.mark.parametrize(("path", "body", "headers"), CASES)
def test_both_ways_answer_alike(
    site: TestClient, path: str, body: bytes, headers: dict[str, str]
) -> None:
    quick = told(site, path, body, headers)
    app: Any = site.app
    app.router.routes.remove(direct_route(site))
    assert told(site, path, body, headers) == quick


def test_each_is_a_route_with_a_description(site: TestClient) -> None:
    app: Any = site.app
    known = {f"{method} {path}" for path, methods, _ in routes_of(app) for method in methods}
    doors = [door for domain in domains() for door in domain.direct]
    assert doors
    assert set(doors) <= known
    paths = app.openapi()["paths"]
    assert all(path in paths for path in (door.partition(" ")[2] for door in doors))
