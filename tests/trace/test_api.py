"""The HTTP doors: the JSON of the questions, and the core of EPCIS."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson
import pytest
from starlette.testclient import TestClient

from sanpin.kit.context import Context
from sanpin.trace.engine.epcis import read_document, validate, write_document
from sanpin.trace.sample import sample_documents

EVENT: dict[str, Any] = {
    "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    "type": "ObjectEvent",
    "eventID": "urn:x:one",
    "eventTime": "2026-03-01T08:30:00+08:00",
    "eventTimeZoneOffset": "+08:00",
    "action": "OBSERVE",
    "epcList": ["https://id.gs1.org/01/09521234567899/21/A"],
}
JSON = {"content-type": "application/json"}


def bodies(response: Any) -> list[dict[str, Any]]:
    root = orjson.loads(response.content)
    events: list[dict[str, Any]] = root["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return events


@pytest.fixture
def client(chain: Context, site: TestClient) -> TestClient:
    return site


def test_back_and_forward_have_their_shape(client: TestClient, codes: Any) -> None:
    forward = client.get("/api/v1/trace/forward", params={"epc": codes.clay}).json()
    assert set(forward) == {"root", "nodes", "edges", "events"}
    assert forward["root"] == codes.clay
    assert forward["nodes"][0] == {
        "id": codes.clay,
        "depth": 0,
        "role": "product",
        "quantity": 400.0,
        "uom": "KGM",
    }
    assert {edge["kind"] for edge in forward["edges"]} == {"transform", "aggregate"}
    assert all(
        set(edge) == {"from", "to", "event", "kind", "time"} and edge["time"].endswith("Z")
        for edge in forward["edges"]
    )
    back = client.get("/api/v1/trace/back", params={"epc": codes.brackets("MUG", "MUG-1")}).json()
    assert back["root"] == codes.mug
    assert {node["id"] for node in back["nodes"]} == {
        codes.mug,
        codes.clay,
        codes.lot("GLAZE", "G-0301"),
        codes.lot("BLANK", "BLANK-1"),
    }


def test_history_says_where(client: TestClient, codes: Any) -> None:
    answer = client.get("/api/v1/trace/history", params={"epc": codes.mug}).json()
    assert answer["id"] == codes.mug
    assert [event["type"] for event in answer["events"]][:2] == [
        "TransformationEvent",
        "AggregationEvent",
    ]
    assert all(event["eventID"] for event in answer["events"])
    harbour = codes.directory.places["harbour"]
    assert answer["where"]["location"] == f"https://id.gs1.org/414/{harbour}"
    assert set(answer["where"]) == {"location", "container", "disposition", "since"}
    assert len(answer["where"]["container"]) == 2


def test_recall_by_body_and_by_address(client: TestClient, codes: Any) -> None:
    answer = client.post("/api/v1/trace/recall", json={"seeds": [codes.clay]}).json()
    assert set(answer) == {"seeds", "affected", "counts", "consignees", "gaps", "seconds"}
    assert answer["counts"] == {"products": 5, "containers": 22}
    ids = [line["id"] for line in answer["affected"]]
    assert len(ids) == len(set(ids)) == 27
    assert set(answer["affected"][0]) == {
        "id",
        "role",
        "depth",
        "status",
        "location",
        "container",
        "quantity",
        "uom",
        "last_event",
        "why",
    }
    assert sorted(one["products"] for one in answer["consignees"]) == sorted(
        [[codes.mug], [codes.lot("MUG", "MUG-2")]]
    )
    again = client.get("/api/v1/trace/recall", params={"epc": codes.clay}).json()
    assert again | {"seconds": 0} == answer | {"seconds": 0}
    later = {"seeds": [codes.clay], "from": "2026-03-05T00:00:00+08:00"}
    assert client.post("/api/v1/trace/recall", json=later).json()["counts"]["products"] == 3


@pytest.mark.parametrize(("form", "start"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")])
def test_recall_and_events_are_exported_whole(
    client: TestClient, codes: Any, form: str, start: bytes
) -> None:
    for door in ("recall", "thing"):
        params = {"epc": codes.clay, "format": form}
        answer = client.get(f"/api/v1/trace/{door}", params=params)
        assert answer.status_code == 200
        assert answer.content.startswith(start)
        assert "attachment" in answer.headers["content-disposition"]
        if form == "csv" and door == "recall":
            assert answer.content.count(b"\n") == 28


def test_a_thing_and_its_genealogy(client: TestClient, codes: Any) -> None:
    view = client.get("/api/v1/trace/thing", params={"epc": codes.mug}).json()
    assert view["label"] == "MUG-1 · Celadon mug (SAMPLE)"
    assert view["balance"]["made"] == {"": 120.0}
    graph = client.get("/api/v1/trace/graph", params={"epc": codes.mug}).json()
    by_kind = {node["kind"]: node for node in graph["nodes"]}
    assert set(by_kind) == {"material", "lot", "case", "pallet", "shipment"}
    assert by_kind["case"]["count"] == 10
    assert [n["id"] for n in graph["nodes"] if n["path"]] == [codes.mug]
    ids = {node["id"] for node in graph["nodes"]}
    assert all({edge["from"], edge["to"]} <= ids for edge in graph["edges"])


def test_search_finds_by_code_and_by_beginning(client: TestClient, codes: Any) -> None:
    for text in (codes.clay, codes.brackets("CLAY", "C-0301"), "c-03"):
        hits = client.get("/api/v1/trace/search", params={"q": text}).json()["hits"]
        assert hits[0]["label"] == "C-0301 · Stoneware clay (SAMPLE)"
    for name in ("q", "epc"):
        assert len(client.get("/api/v1/trace/search", params={name: "c-03"}).json()["hits"]) == 2
    for text in ("%", "_", "nothing", "(01)1"):
        assert client.get("/api/v1/trace/search", params={"q": text}).json() == {"hits": []}


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/trace/back?epc=???", 422, "trace.identifier.unknown"),
        ("/api/v1/trace/back?epc=urn:x:never", 404, "trace.thing.unknown"),
        ("/api/v1/trace/graph?epc=urn:x:never", 404, "trace.thing.unknown"),
        ("/api/v1/trace/thing?epc=(01)09521234567898", 422, "trace.identifier.check_digit"),
        ("/epcis/events/urn:x:never", 404, "trace.event.unknown"),
        ("/epcis/capture/never", 404, "trace.job.unknown"),
        ("/epcis/events?EQ_colour=red", 400, "trace.query.parameter"),
        ("/epcis/events?nextPageToken=WzFd", 400, "trace.query.page"),
    ],
)
def test_refusals_are_problems_in_both_languages(
    client: TestClient, path: str, status: int, code: str
) -> None:
    english = client.get(path, headers={"accept-language": "en"})
    chinese = client.get(path, headers={"accept-language": "zh-CN"})
    assert english.status_code == chinese.status_code == status
    assert english.json()["code"] == code
    assert english.json()["detail"] != chinese.json()["detail"]
    assert english.headers["content-type"].startswith("application/problem+json")


def test_questions_without_their_code_are_refused(client: TestClient) -> None:
    assert client.get("/api/v1/trace/back").status_code == 422
    assert client.post("/api/v1/trace/recall", json={"seeds": []}).status_code == 422
    assert client.post("/api/v1/trace/recall", content=b"{").status_code == 422


def test_a_document_is_captured_with_a_job(site: TestClient) -> None:
    data = sample_documents()[0]
    answer = site.post("/epcis/capture", content=data, headers=JSON)
    assert answer.status_code == 202
    assert answer.headers["gs1-epcis-version"] == "2.0"
    job = site.get(answer.headers["location"]).json()
    assert (job["running"], job["success"], job["errors"]) == (False, True, [])
    assert job["captureErrorBehaviour"] == "rollback"
    assert job["createdAt"] <= job["finishedAt"]
    assert [one["captureID"] for one in site.get("/epcis/capture").json()] == [job["captureID"]]
    assert len(bodies(site.get("/epcis/events?perPage=100"))) == 35


@pytest.mark.parametrize(("behaviour", "kept"), [("rollback", 0), ("proceed", 1)])
def test_bad_events_are_named_by_the_job(site: TestClient, behaviour: str, kept: int) -> None:
    data = write_document([EVENT, EVENT | {"action": "CREATE"}], "2026-03-01T00:00:00Z")
    headers = JSON | {"GS1-Capture-Error-Behaviour": behaviour}
    answer = site.post("/epcis/capture", content=data, headers=headers)
    job = site.get(answer.headers["location"]).json()
    assert not job["success"]
    assert [(e["event"], e["path"]) for e in job["errors"]] == [(2, "action")]
    assert len(bodies(site.get("/epcis/events"))) == kept


def test_single_events_are_idempotent_and_never_overwritten(site: TestClient) -> None:
    text = orjson.dumps(EVENT)
    for _ in range(2):
        assert site.post("/epcis/events", content=text, headers=JSON).status_code == 201
    other = orjson.dumps(EVENT | {"action": "DELETE"})
    answer = site.post("/epcis/events", content=other, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (409, "trace.epcis.conflict")
    bad = orjson.dumps(EVENT | {"eventTime": "now"})
    answer = site.post("/epcis/events", content=bad, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["code"] == "trace.event.time"
    found = site.get("/epcis/events/urn:x:one")
    assert validate(read_document(found.content)).valid
    assert [event["action"] for event in bodies(found)] == ["OBSERVE"]


@pytest.mark.parametrize("kind", ["text/html", "text/plain", ""])
def test_other_content_types_are_refused(site: TestClient, kind: str) -> None:
    answer = site.post("/epcis/capture", content=b"<x/>", headers={"content-type": kind})
    assert answer.status_code == 415
    assert answer.json()["code"] == "trace.epcis.media_type"


def test_pages_stay_the_same_while_new_events_arrive(client: TestClient) -> None:
    expected = [event["eventID"] for event in bodies(client.get("/epcis/events?perPage=1000"))]
    seen: list[str] = []
    url: str | None = "/epcis/events?perPage=8"
    while url:
        answer = client.get(url)
        seen += [event["eventID"] for event in bodies(answer)]
        link = answer.headers.get("link")
        url = link[1 : link.index(">")] if link else None
        new = EVENT | {"eventID": f"urn:x:{len(seen)}", "eventTime": "2030-01-01T00:00:00Z"}
        assert client.post("/epcis/events", content=orjson.dumps(new), headers=JSON).is_success
    assert seen == expected
    assert len(seen) == 35


def test_events_of_a_thing_by_any_writing(client: TestClient, codes: Any) -> None:
    for text in (codes.clay, codes.brackets("CLAY", "C-0301")):
        found = client.get("/epcis/events", params={"MATCH_anyEPCClass": text, "perPage": 2})
        assert len(bodies(found)) == 2
        assert "next" in found.headers["link"]
        assert len(bodies(client.get(f"/api/v1/trace/events?epc={quote(text)}"))) == 3
