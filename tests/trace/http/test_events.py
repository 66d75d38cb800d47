"""Events over HTTP: pages, forms of identifiers, kinds of content, refusals."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient
from tests.trace.http.conftest import EVENT, JSON

from sanpin.kit.context import Context
from sanpin.kit.settings import set_setting
from sanpin.trace.engine.epcis import read_document, validate
from sanpin.trace.service.queries import documents
from sanpin.trace.store import search

LINK = "https://id.gs1.org/01/09521234678908/21/A1"
URN = "urn:epc:id:sgtin:9521234.067890.A1"


def events(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    document = read_document(answer.content)
    assert validate(document).valid
    assert document.kind == "query-document"
    return [dict(event.body) for event in document.events]


def names(answer: Any) -> list[str]:
    return [str(event["eventID"]) for event in events(answer)]


def walk(client: TestClient, url: str) -> list[str]:
    seen: list[str] = []
    while url:
        answer = client.get(url)
        seen += names(answer)
        link = answer.headers.get("link", "")
        url = link[1 : link.index(">")] if link else ""
    return seen


def test_events_come_in_the_order_of_time(client: TestClient) -> None:
    found = events(client.get("/epcis/events?perPage=100"))
    assert len(found) == 35
    assert [e["eventTime"] for e in found] == sorted(e["eventTime"] for e in found)
    assert len(events(client.get("/epcis/events"))) == 30
    newest = events(client.get("/epcis/events?orderBy=eventTime&eventCountLimit=1"))
    assert [e["eventTime"] for e in newest] == [found[-1]["eventTime"]]


def test_both_doors_answer_alike(client: TestClient) -> None:
    asked = "EQ_bizStep=cbv:BizStep-shipping|receiving&perPage=50"
    one = client.get(f"/epcis/events?{asked}")
    two = client.get(f"/epcis/queries/SimpleEventQuery/events?{asked}")
    assert names(one) == names(two) != []
    other = client.get("/epcis/queries/Mine/events")
    assert (other.status_code, other.json()["type"]) == (404, "epcisException:NoSuchNameException")


@pytest.mark.parametrize("order", ["", "&orderBy=eventTime", "&orderBy=recordTime"])
def test_pages_do_not_change_while_events_arrive(client: TestClient, order: str) -> None:
    expected = names(client.get(f"/epcis/events?perPage=100{order}"))
    seen: list[str] = []
    url = f"/epcis/events?perPage=4{order}"
    while url:
        answer = client.get(url)
        seen += names(answer)
        link = answer.headers.get("link", "")
        url = link[1 : link.index(">")] if link else ""
        # Some are late, some are new; none may show up on the following pages.
        for day in ("2020-01-01", "2026-03-05", "2030-01-01"):
            new = EVENT | {"eventID": f"urn:x:{day}:{len(seen)}", "eventTime": f"{day}T00:00:00Z"}
            assert client.post("/epcis/events", content=orjson.dumps(new), headers=JSON).is_success
    assert seen == expected


@pytest.mark.parametrize(
    ("asked", "texts"),
    [
        (None, {URN: LINK, LINK: LINK}),
        ("Always_GS1_Digital_Link", {URN: LINK, LINK: LINK}),
        ("Always_EPC_URN", {URN: URN, LINK: URN}),
        ("Never_Translates", {URN: URN, LINK: LINK}),
        ("No_Preference", {URN: URN, LINK: LINK}),
    ],
)
def test_identifiers_come_in_the_form_that_is_asked_for(
    site: TestClient, ctx: Context, asked: str | None, texts: dict[str, str]
) -> None:
    set_setting(ctx, documents.PREFIX_LENGTHS, {"952": 7})
    place = {"readPoint": {"id": "urn:epc:id:sgln:9521234.00001.0"}}
    for number, text in enumerate(texts):
        event = EVENT | {"eventID": f"urn:example:{number}", "epcList": [text]} | place
        site.post("/epcis/events", content=orjson.dumps(event), headers=JSON)
    headers = {"GS1-EPC-Format": asked} if asked else {}
    answer = site.get("/epcis/events", headers=headers)
    assert [event["epcList"] for event in events(answer)] == [[to] for to in texts.values()]
    assert answer.headers["gs1-epc-format"] == (asked or "Always_GS1_Digital_Link")
    point = events(answer)[0]["readPoint"]["id"]
    assert point.startswith("https:" if asked in (None, "Always_GS1_Digital_Link") else "urn:")


def test_unknown_prefixes_are_not_guessed(site: TestClient) -> None:
    event = EVENT | {"epcList": [LINK]}
    site.post("/epcis/events", content=orjson.dumps(event), headers=JSON)
    answer = site.get("/epcis/events", headers={"GS1-EPC-Format": "Always_EPC_URN"})
    assert events(answer)[0]["epcList"] == [LINK]


def test_texts_stay_as_they_came(site: TestClient) -> None:
    text = orjson.dumps(EVENT, option=orjson.OPT_INDENT_2).replace(b"+08:00", b"+08:00")
    site.post("/epcis/events", content=text, headers=JSON)
    answer = site.get("/epcis/events", headers={"GS1-EPC-Format": "Never_Translates"})
    assert text in answer.content
    for asked in (URN, LINK, "https://shop.example/x/01/09521234678908/21/A1"):
        assert len(events(site.get("/epcis/events", params={"MATCH_epc": asked}))) == 1


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/ld+json", "application/ld+json"),
        ("text/html, application/xml;q=0.9, */*;q=0.1", "application/xml"),
        ("application/json;q=0.2, application/ld+json;q=x, text/xml;q=0.3", "text/xml"),
    ],
)
def test_answers_come_in_the_kind_that_is_accepted(
    client: TestClient, accept: str, kind: str
) -> None:
    answer = client.get("/epcis/events?perPage=50", headers={"accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == kind
    assert len(events(answer)) == 35


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({"accept": "text/html"}, "Accept"),
        ({"accept": "application/json;q=0"}, "Accept"),
        ({"GS1-EPC-Format": "Sometimes"}, "GS1-EPC-Format"),
        ({"GS1-CBV-XML-Format": "Always_URN"}, "GS1-CBV-XML-Format"),
        ({"GS1-EPCIS-Min": "2.1"}, "GS1-EPCIS-Min"),
        ({"GS1-EPCIS-Max": "1.2"}, "GS1-EPCIS-Max"),
        ({"GS1-CBV-Max": "new"}, "GS1-CBV-Max"),
    ],
)
def test_what_cannot_be_given_is_refused(
    client: TestClient, headers: dict[str, str], name: str
) -> None:
    answer = client.get("/epcis/events", headers=headers)
    assert answer.status_code == 406
    assert answer.json()["type"] == "epcisException:NotAcceptableException"
    assert name in answer.json()["detail"]


def test_fitting_versions_are_accepted(client: TestClient) -> None:
    headers = {"GS1-EPCIS-Min": "1.2", "GS1-EPCIS-Max": "2.0", "GS1-CBV-Max": "2"}
    assert client.get("/epcis/events", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "kind"),
    [
        ("EQ_colour=red", 400, "QueryParameter"),
        ("GE_eventTime=2026-03-01T00:00:00", 400, "QueryParameter"),
        ("perPage=0", 400, "QueryParameter"),
        ("perPage=many", 400, "QueryParameter"),
        ("eventCountLimit=3", 400, "QueryParameter"),
        ("nextPageToken=!!", 400, "QueryParameter"),
        ("nextPageToken=W10", 400, "QueryParameter"),
        ("epc=urn:x:1", 400, "QueryParameter"),
        ("maxEventCount=34", 413, "QueryTooLarge"),
        ("EQ_eventID=" + "|".join(f"urn:x:{'9' * 90}{n}" for n in range(400)), 414, "URITooLong"),
    ],
)
def test_refusals_have_their_types_in_both_languages(
    client: TestClient, asked: str, status: int, kind: str
) -> None:
    said = []
    for language in ("en", "zh-CN"):
        answer = client.get(f"/epcis/events?{asked}", headers={"accept-language": language})
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        body = answer.json()
        assert (body["type"], body["status"]) == (f"epcisException:{kind}Exception", status)
        said.append((body["title"], body["detail"]))
    assert said[0][0] != said[1][0]
    assert said[0][1] != said[1][1]


def test_as_many_events_as_allowed_are_no_refusal(client: TestClient) -> None:
    assert len(events(client.get("/epcis/events?maxEventCount=35&perPage=50"))) == 35
    assert len(walk(client, "/epcis/events?maxEventCount=35&perPage=9")) == 35


def test_a_token_belongs_to_its_query(client: TestClient) -> None:
    link = client.get("/epcis/events?perPage=5&EQ_action=ADD").headers["link"]
    assert client.get(link[1 : link.index(">")]).status_code == 200
    other = link[1 : link.index(">")].replace("EQ_action=ADD", "EQ_action=OBSERVE")
    answer = client.get(other)
    assert (answer.status_code, answer.json()["code"]) == (400, "trace.query.page")


def test_a_query_that_would_look_at_too_much_says_so(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search.Budget.__init__, "__defaults__", (10, 10))
    monkeypatch.setattr(search, "_FEW", -1)
    monkeypatch.setattr(search, "_EASY", -1)
    asked = {"MATCH_anyEPC": "urn:epc:idpat:sscc:*.*", "perPage": "100"}
    answer = client.get("/epcis/events", params=asked)
    assert (answer.status_code, answer.json()["type"]) == (
        413,
        "epcisException:QueryTooComplexException",
    )


def test_missing_events_are_missing_resources(client: TestClient) -> None:
    answer = client.get("/epcis/events/urn:x:never")
    assert answer.status_code == 404
    assert answer.json()["type"] == "epcisException:NoSuchResourceException"


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/capture", "OPTIONS, GET, POST"),
        ("/capture/1", "OPTIONS, GET"),
        ("/events", "OPTIONS, GET, POST"),
        ("/events/urn:x:1", "OPTIONS, GET"),
        ("/queries/SimpleEventQuery/events", "OPTIONS, GET"),
    ],
)
def test_resources_tell_what_they_can_do(site: TestClient, path: str, methods: str) -> None:
    answer = site.options(f"/epcis{path}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"] == methods
    for name in ("EPCIS-Version", "EPCIS-Min", "EPCIS-Max", "CBV-Version", "EPC-Format",
                 "Vendor-Version"):  # fmt: skip
        assert answer.headers[f"gs1-{name}"]
    assert ("gs1-epcis-capture-limit" in answer.headers) == ("POST" in methods)
    refused = site.delete(f"/epcis{path}")
    assert (refused.status_code, refused.headers["allow"]) == (405, methods)
    assert refused.json()["type"].startswith("epcisException:")
