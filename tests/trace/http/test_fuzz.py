"""Requests made from our own OpenAPI, good ones and bad ones: none is an error of the server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode
from starlette.testclient import TestClient

from sanpin.kit.context import Context, open_context
from sanpin.kit.http import install
from sanpin.kit.workspace import Workspace
from sanpin.trace import service
from sanpin.trace.api import router

DOORS = ("/epcis", "/api/v1/trace")
STREAM = "/api/v1/trace/events/live"
"""Lasts as long as it is asked to; it has tests of its own."""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    """Give a context whose ledger holds the sample chain, for all requests."""
    folder: Path = tmp_path_factory.mktemp("fuzz")
    with open_context(Workspace.create(folder / "workspace")) as ctx:
        service.capture_sample(ctx)
        yield ctx


@pytest.fixture(scope="module")
def schema(loaded: Context) -> Any:
    """Give our own description of the interface, bound to a server."""
    app = FastAPI()
    install(app, loaded, hosts=["testserver"])
    app.include_router(router)
    return schemathesis.openapi.from_asgi("/openapi.json", app)


def operations(schema: Any) -> list[Any]:
    found = [one.ok() for one in schema.get_all_operations()]
    return [one for one in found if one.path.startswith(DOORS) and one.path != STREAM]


def test_the_description_names_every_door(schema: Any) -> None:
    found = {(one.method, one.path) for one in operations(schema)}
    assert len(found) >= 45
    assert ("get", "/epcis/events") in found
    assert ("post", "/epcis/capture") in found


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_request_is_an_error_of_the_server(schema: Any, mode: GenerationMode) -> None:
    for operation in operations(schema):
        strategy = operation.as_strategy(generation_mode=mode)

        @settings(max_examples=6, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(case=strategy)
        def ask(case: Any) -> None:
            answer = case.call(base_url="http://localhost")
            assert answer.status_code < 500, case.as_curl_command()
            if answer.status_code >= 400 and case.operation.path.startswith("/epcis"):
                assert answer.headers["content-type"][0].startswith("application/problem+json")

        with suppress(Unsatisfiable):  # there is no such request of this operation
            ask()


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(["MATCH_epc", "EQ_bizStep", "GE_eventTime", "nextPageToken", "perPage"])
    | st.text(max_size=20),
    value=st.text(max_size=60) | st.binary(max_size=30).map(lambda b: b.decode("latin-1")),
)
def test_no_parameter_is_an_error_of_the_server(schema: Any, name: str, value: str) -> None:
    client = TestClient(schema.app, base_url="http://localhost", raise_server_exceptions=True)
    for door in ("/epcis/events", "/api/v1/trace/events"):
        answer = client.get(door, params={name.encode("utf-8", "replace"): value})
        assert answer.status_code in (200, 400, 413, 422)
