"""GS1's own description of the interface judges what is answered."""

from __future__ import annotations

from typing import Any

import jsonschema
import orjson
import pytest
from starlette.testclient import TestClient
from tests.trace.http.conftest import EVENT, JSON

from sanpin.trace.engine.epcis import write_document
from sanpin.trace.engine.query import CONTROLS, FAMILIES

NOW = "2026-03-10T00:00:00Z"
BAD = EVENT | {"eventID": "urn:example:event:2", "action": "CREATE"}


def mended(schema: Any) -> Any:
    """Let alternatives overlap: as published, a job with errors and any event fit several."""
    if isinstance(schema, dict):
        return {("anyOf" if k == "oneOf" else k): mended(v) for k, v in schema.items()}
    return [mended(one) for one in schema] if isinstance(schema, list) else schema


def declared(standard: dict[str, Any], path: str, method: str, status: int) -> dict[str, Any]:
    """What the standard says about an answer."""
    found = standard["paths"][path][method]["responses"][str(status)]
    name = found.get("$ref", "").rpartition("/")[2]
    answer: dict[str, Any] = standard["components"]["responses"][name] if name else found
    return answer


def judge(standard: dict[str, Any], path: str, method: str, answer: Any) -> None:
    """Check status, headers and body of an answer against the standard."""
    said = declared(standard, path, method, answer.status_code)
    for name, header in said.get("headers", {}).items():
        if header.get("required"):
            assert name in answer.headers, name
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if not answer.content:
        return
    kinds = said.get("content", {})
    assert kind in kinds, (kind, list(kinds))
    schema = kinds[kind].get("schema")
    if schema and "json" in kind:
        whole = schema | {"components": standard["components"]}
        jsonschema.Draft7Validator(whole).validate(answer.json())


@pytest.fixture
def answers(client: TestClient) -> dict[tuple[str, str], list[Any]]:
    """Give an answer of each kind from each resource."""
    good = write_document([EVENT], NOW)
    posted = client.post("/epcis/capture", content=good, headers=JSON)
    failed = client.post("/epcis/capture", content=write_document([BAD], NOW), headers=JSON)
    event = orjson.dumps(EVENT | {"eventID": "urn:example:event:3"})
    return {
        ("/capture", "post"): [
            posted,
            client.post("/epcis/capture", content=b"{", headers=JSON),
            client.post("/epcis/capture", content=b"{}", headers={"content-type": "text/csv"}),
            client.post("/epcis/capture", headers=JSON | {"content-length": str(2**31)}),
        ],
        ("/capture", "get"): [client.get("/epcis/capture?perPage=1")],
        ("/capture/{captureID}", "get"): [
            client.get(posted.headers["location"]),
            client.get(failed.headers["location"]),
        ],
        ("/events", "post"): [
            client.post("/epcis/events", content=event, headers=JSON),
            client.post("/epcis/events", content=b"[]", headers=JSON),
        ],
        ("/events", "get"): [
            client.get("/epcis/events?perPage=100"),
            client.get("/epcis/events?perPage=2"),
            client.get("/epcis/events", headers={"accept": "application/xml"}),
            client.get("/epcis/events", headers={"accept": "text/html"}),
        ],
        ("/events/{eventID}", "get"): [client.get("/epcis/events/urn:example:event:1")],
        ("/queries/{queryName}/events", "get"): [
            client.get("/epcis/queries/SimpleEventQuery/events"),
            client.get("/epcis/queries/SimpleEventQuery/events?maxEventCount=1"),
            client.get("/epcis/queries/Other/events"),
        ],
        **{
            (path, "options"): [client.options(f"/epcis{path.replace('{', '').replace('}', '')}")]
            for path in ("/capture", "/capture/{captureID}", "/events", "/events/{eventID}",
                         "/queries/{queryName}/events")
        },
    }  # fmt: skip


def test_answers_are_as_the_standard_describes_them(
    standard: dict[str, Any], answers: dict[tuple[str, str], list[Any]]
) -> None:
    said = mended(standard)
    for (path, method), found in answers.items():
        for answer in found:
            judge(said, path, method, answer)


def test_statuses_are_those_that_were_meant(answers: dict[tuple[str, str], list[Any]]) -> None:
    expected = {
        ("/capture", "post"): [202, 400, 415, 413],
        ("/events", "post"): [201, 400],
        ("/events", "get"): [200, 200, 200, 406],
        ("/queries/{queryName}/events", "get"): [200, 413, 404],
    }
    for key, statuses in expected.items():
        assert [answer.status_code for answer in answers[key]] == statuses


def test_parameters_are_named_as_in_the_standard(standard: dict[str, Any]) -> None:
    known = {
        standard["components"]["parameters"][p["$ref"].rpartition("/")[2]]["name"]
        for p in standard["paths"]["/events"]["get"]["parameters"]
        if "$ref" in p
    }
    ours = {family.name for family in (*FAMILIES, *CONTROLS) if not family.own and not family.typed}
    assert ours <= known
