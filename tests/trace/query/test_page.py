"""The page of events: a form, the events, the address that gives programs the same."""

from __future__ import annotations

import html
import re
from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient

from sanpin.kit.context import Context
from sanpin.trace import service
from sanpin.trace.engine.epcis import read_document
from sanpin.trace.engine.query import FAMILIES


@pytest.fixture
def client(site: TestClient, chain: Context) -> TestClient:
    """Give a client of a server on the sample chain."""
    return site


def page(client: TestClient, asked: str = "", language: str = "en") -> str:
    headers = {"accept": "text/html", "accept-language": language}
    answer = client.get(f"/trace/events{asked}", headers=headers)
    assert answer.status_code == 200, answer.text[:400]
    return html.unescape(answer.text)


def rows(text: str) -> int:
    body = text[text.index("<tbody>") : text.index("</tbody>")]
    return body.count("<tr>")


def address(text: str) -> str:
    found = re.search(r'id="trace-address">.*?href="([^"]+)"', text)
    assert found is not None
    return found[1]


def test_all_events_are_shown_at_first(client: TestClient) -> None:
    text = page(client)
    assert "<strong>35</strong> events fulfil all conditions" in text
    assert rows(text) == 35
    assert address(text) == "/epcis/events"
    chinese = page(client, language="zh-CN")
    assert "<strong>35</strong> 个事件符合全部条件" in chinese
    assert "有哪些事件？" in chinese


def test_every_family_has_a_field(client: TestClient) -> None:
    text = page(client)
    for family in FAMILIES:
        assert re.search(rf'name="{family.name}\w*"', text), family.name


@pytest.mark.parametrize(
    "asked",
    [
        "?EQ_bizStep=shipping&EQ_action=&eventType=&epc=",
        "?EQ_action=ADD&orderBy=eventTime",
        "?MATCH_anyEPC=urn:epc:idpat:sscc:*.*&LT_eventTime=2026-03-30T00:00:00%2B08:00",
    ],
)
def test_the_address_gives_programs_the_same(client: TestClient, asked: str) -> None:
    text = page(client, asked)
    answer = client.get(f"{address(text)}&perPage=100")
    assert answer.status_code == 200
    assert len(read_document(answer.content).events) == rows(text) > 0


def test_a_thing_is_asked_for_in_any_writing(client: TestClient, codes: Any) -> None:
    text = page(client, f"?epc={codes.brackets('CLAY', 'C-0301')}")
    assert address(text).startswith("/api/v1/trace/events?epc=")
    assert rows(text) == 3
    found = client.get(address(text))
    assert len(read_document(found.content).events) == 3
    assert 'href="/trace/thing/01/' in text


def test_what_was_asked_stays_in_the_form(client: TestClient) -> None:
    text = page(client, "?EQ_bizStep=https://example.org/step&EQ_readPoint=urn:x:dock")
    assert 'value="https://example.org/step" selected' in text
    assert 'value="urn:x:dock"' in text
    assert "<details open>" in text
    assert "No event fulfils all conditions." in text


def test_mistakes_are_told_above_the_form_that_made_them(client: TestClient) -> None:
    text = page(client, "?GE_eventTime=yesterday")
    assert "GE_eventTime does not take “yesterday”." in text
    assert "such as 2026-03-01T08:30:00+08:00" in text
    assert 'value="yesterday"' in text
    assert "<tbody>" not in text
    assert "GE_eventTime 不接受“yesterday”" in page(client, "?GE_eventTime=yesterday", "zh-CN")


def test_more_events_than_a_page_go_on(client: TestClient) -> None:
    text = page(client, "?perPage=20")
    assert "<strong>20</strong> events on this page" in text
    following = re.search(r'rel="next" href="([^"]+)"', text)
    assert following is not None
    assert rows(client.get(following[1], headers={"accept": "text/html"}).text) == 15
    assert "format=xlsx" in text


def test_the_page_listens_and_leads_to_the_newest_of_what_was_asked(
    client: TestClient, ctx: Context
) -> None:
    step = service.newest_step(ctx)
    text = page(client, "?EQ_bizStep=shipping&orderBy=eventTime&perPage=20")
    live = re.search(r'<x-live src="([^"]+)" href="([^"]+)"', text)
    assert live is not None
    assert live[1] == f"/api/v1/trace/events/live?since={step}"
    assert live[2] == "/trace/events?EQ_bizStep=shipping&orderBy=recordTime"
    seen = {"type": "ObjectEvent", "action": "OBSERVE", "eventTimeZoneOffset": "+00:00"}
    old = "2020-01-01T00:00:00Z"
    late = seen | {"eventTime": old, "epcList": ["urn:x:late"], "bizStep": "shipping"}
    assert service.capture(ctx, [orjson.dumps([late])]).success
    newest = page(client, live[2].removeprefix("/trace/events"))
    assert "urn:x:late" in newest[newest.index("<tbody>") :].partition("</tr>")[0]
    assert "<x-live" not in page(client, "?GE_eventTime=yesterday"), "nothing was read"
