"""Capture over HTTP: kinds of content, limits, jobs, single events."""

from __future__ import annotations

import gzip
from typing import Any
from urllib.parse import unquote

import orjson
import pytest
from starlette.testclient import TestClient
from tests.trace.http.conftest import EVENT, JSON

from sanpin.trace.api.epcis import bodies
from sanpin.trace.engine.epcis import open_document, read_document, write_document
from sanpin.trace.engine.epcis.convert import convert

NOW = "2026-03-10T00:00:00Z"
DOCUMENT = write_document([EVENT], NOW)


def xml(version: str) -> bytes:
    return b"".join(convert(open_document(DOCUMENT), version))


def found(site: TestClient) -> list[str]:
    answer = site.get("/epcis/events?perPage=100")
    return [str(event.body["eventID"]) for event in read_document(answer.content).events]


@pytest.mark.parametrize(
    ("kind", "body", "headers"),
    [
        ("application/json", DOCUMENT, {}),
        ("application/ld+json; charset=utf-8", DOCUMENT, {}),
        ("application/xml", xml("xml"), {}),
        ("text/xml", xml("xml-1.2"), {}),
        ("application/gzip", gzip.compress(DOCUMENT, mtime=0), {}),
        ("application/json", gzip.compress(DOCUMENT, mtime=0), {"content-encoding": "gzip"}),
        ("application/xml", gzip.compress(xml("xml"), mtime=0), {"content-encoding": "gzip"}),
        (
            "application/gzip",
            gzip.compress(DOCUMENT[:99], mtime=0) + gzip.compress(DOCUMENT[99:], mtime=0),
            {},
        ),
    ],
)
def test_documents_come_in_every_form(
    site: TestClient, kind: str, body: bytes, headers: dict[str, str]
) -> None:
    answer = site.post("/epcis/capture", content=body, headers=headers | {"content-type": kind})
    assert answer.status_code == 202, answer.text
    job = site.get(answer.headers["location"]).json()
    assert (job["running"], job["success"], job["errors"]) == (False, True, [])
    assert found(site) == [EVENT["eventID"]]


@pytest.mark.parametrize(
    ("kind", "coding"), [("text/plain", ""), ("", ""), ("application/json", "br")]
)
def test_other_content_is_refused(site: TestClient, kind: str, coding: str) -> None:
    headers = {"content-type": kind} | ({"content-encoding": coding} if coding else {})
    answer = site.post("/epcis/capture", content=DOCUMENT, headers=headers)
    assert answer.status_code == 415
    assert answer.json()["type"] == "epcisException:UnsupportedMediaTypeException"


@pytest.mark.parametrize("body", [b"", b"{", b"<x", b"\x1f\x8b broken", DOCUMENT[:-9]])
def test_what_is_no_document_is_refused_at_once(site: TestClient, body: bytes) -> None:
    answer = site.post("/epcis/capture", content=body, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["type"] == "epcisException:ValidationException"


def test_limits_are_told(site: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "CAPTURE_LIMIT", 2)
    many = write_document([EVENT | {"eventID": f"urn:example:{n}"} for n in range(3)], NOW)
    answer = site.post("/epcis/capture", content=many, headers=JSON)
    assert answer.status_code == 413
    assert answer.json()["type"] == "epcisException:CaptureLimitExceededException"
    assert answer.headers["gs1-epcis-capture-limit"] == "100000"
    assert answer.headers["gs1-epcis-capture-file-size-limit"] == str(64 * 2**20)
    monkeypatch.setattr(bodies, "FILE_LIMIT", 1000)
    bomb = gzip.compress(b" " * 100_000)
    for kind in ("application/gzip", "application/json"):
        answer = site.post("/epcis/capture", content=bomb, headers={"content-type": kind})
        assert answer.status_code == 413
    assert found(site) == []


def test_a_body_beyond_the_server_is_refused_the_same_way(site: TestClient) -> None:
    headers = JSON | {"content-length": str(2**31)}
    answer = site.post("/epcis/capture", content=b"{}", headers=headers)
    assert answer.status_code == 413
    assert answer.json()["type"] == "epcisException:CaptureLimitExceededException"
    assert "gs1-epcis-capture-limit" in answer.headers


@pytest.mark.parametrize(("behaviour", "kept"), [("rollback", 0), ("proceed", 1), (None, 0)])
def test_errors_are_found_in_the_job(site: TestClient, behaviour: str | None, kept: int) -> None:
    bad = EVENT | {"eventID": "urn:example:event:2", "action": "CREATE"}
    headers = JSON | ({"GS1-Capture-Error-Behaviour": behaviour} if behaviour else {})
    body = write_document([EVENT, bad], NOW)
    answer = site.post("/epcis/capture", content=body, headers=headers)
    assert answer.status_code == 202
    job = site.get(answer.headers["location"]).json()
    assert (job["success"], job["captureErrorBehaviour"]) == (False, behaviour or "rollback")
    assert {e["type"] for e in job["errors"]} == {"epcisException:ValidationException"}
    assert job["errors"][0]["event"] == 2
    assert len(found(site)) == kept


def test_an_unknown_behaviour_is_refused(site: TestClient) -> None:
    headers = JSON | {"GS1-Capture-Error-Behaviour": "perhaps"}
    answer = site.post("/epcis/capture", content=DOCUMENT, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["type"] == "epcisException:ValidationException"


def test_jobs_are_listed_page_by_page(site: TestClient) -> None:
    names = []
    for number in range(5):
        body = write_document([EVENT | {"eventID": f"urn:example:{number}"}], NOW)
        answer = site.post("/epcis/capture", content=body, headers=JSON)
        names.insert(0, answer.headers["location"].rpartition("/")[2])
    seen: list[str] = []
    url = "/epcis/capture?perPage=2"
    while url:
        answer = site.get(url)
        seen += [job["captureID"] for job in answer.json()]
        link = answer.headers.get("link", "")
        assert not link or link.endswith('; rel="next"')
        url = link[1 : link.index(">")] if link else ""
    assert seen == names
    assert site.get("/epcis/capture?perPage=0").status_code == 400
    missing = site.get("/epcis/capture/never")
    assert missing.status_code == 404
    assert missing.json()["type"] == "epcisException:NoSuchResourceException"


def test_a_single_event_has_an_address(site: TestClient) -> None:
    answer = site.post("/epcis/events", content=orjson.dumps(EVENT), headers=JSON)
    assert answer.status_code == 201
    again = site.post("/epcis/events", content=orjson.dumps(EVENT), headers=JSON)
    assert (again.status_code, again.headers["location"]) == (201, answer.headers["location"])
    document = read_document(site.get(answer.headers["location"]).content)
    assert [event.body["eventID"] for event in document.events] == [EVENT["eventID"]]


def test_an_event_without_identifier_is_found_by_its_hash(site: TestClient) -> None:
    nameless = {name: value for name, value in EVENT.items() if name != "eventID"}
    answer = site.post("/epcis/events", content=orjson.dumps(nameless), headers=JSON)
    address = answer.headers["location"]
    assert address.startswith("/epcis/events/ni:")
    for path in (address, unquote(address)):
        (event,) = read_document(site.get(path).content).events
        assert str(event.body["eventID"]).startswith("ni:///sha-256;")


def test_other_content_under_a_known_identifier_is_a_conflict(site: TestClient) -> None:
    site.post("/epcis/events", content=orjson.dumps(EVENT), headers=JSON)
    other = orjson.dumps(EVENT | {"action": "DELETE"})
    for language, word in (("en", "known"), ("zh-CN", "事件")):
        headers = JSON | {"accept-language": language}
        answer = site.post("/epcis/events", content=other, headers=headers)
        assert answer.status_code == 409
        assert answer.json()["type"] == "epcisException:ResourceAlreadyExistsException"
        assert word in answer.json()["detail"]


def test_refusals_are_wholly_in_the_language_of_the_caller(site: TestClient) -> None:
    bad = orjson.dumps({"type": "ObjectEvent"})
    for path, body in (
        ("/epcis/capture", b""),
        ("/epcis/capture", b"x"),
        ("/epcis/events", b""),
        ("/epcis/events", bad),
    ):
        answer = site.post(path, content=body, headers=JSON | {"accept-language": "zh"})
        problem = answer.json()
        texts = [problem["detail"], *(one["text"] for one in problem["problems"])]
        assert answer.status_code == 400
        assert not any(" is " in text or "The " in text for text in texts), texts


@pytest.mark.parametrize("body", [DOCUMENT, orjson.dumps([EVENT]), b"{}"])
def test_only_single_events_are_events(site: TestClient, body: bytes) -> None:
    answer = site.post("/epcis/events", content=body, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["type"] == "epcisException:ValidationException"


def test_a_declared_event_is_kept_beside_its_declaration(site: TestClient) -> None:
    wrong: dict[str, Any] = EVENT | {
        "errorDeclaration": {
            "declarationTime": "2026-04-01T00:00:00Z",
            "reason": "did_not_occur",
        }
    }
    for event in (EVENT, wrong):
        answer = site.post("/epcis/events", content=orjson.dumps(event), headers=JSON)
        assert answer.status_code == 201
    assert found(site) == [EVENT["eventID"]] * 2
    both = read_document(site.get(answer.headers["location"]).content).events
    assert len(both) == 2
    only = site.get("/epcis/events?EXISTS_errorDeclaration=true")
    assert [("errorDeclaration" in e.body) for e in read_document(only.content).events] == [True]
