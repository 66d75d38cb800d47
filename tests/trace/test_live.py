"""New events are told while a page is open: once each, to those who may see them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import orjson
from starlette.testclient import TestClient

from sanpin.kit.context import Context
from sanpin.trace import service


def events(*names: str) -> bytes:
    """Write some events, each of a thing of its own."""
    return orjson.dumps(
        [
            {
                "type": "ObjectEvent",
                "action": "OBSERVE",
                "eventTime": "2026-03-01T08:30:00Z",
                "eventTimeZoneOffset": "+00:00",
                "epcList": [f"urn:x:{name}"],
            }
            for name in names
        ]
    )


def told(site: TestClient, address: str, language: str = "en") -> list[dict[str, Any]]:
    """Read a stream that ends at once."""
    answer = site.get(address, headers={"accept-language": language})
    assert answer.headers["content-type"].startswith("text/event-stream")
    return [orjson.loads(line) for line in re.findall(r"data: (.*)", answer.text)]


def test_only_what_came_since_is_counted(ctx: Context) -> None:
    assert service.newest_step(ctx) == 0 == service.events_since(ctx, 0)
    service.capture(ctx, [events("a", "b")])
    step = service.newest_step(ctx)
    assert service.events_since(ctx, 0) == 2
    assert service.events_since(ctx, step) == 0
    service.capture(ctx, [events("a", "b"), events("c", "d", "e")])
    assert service.events_since(ctx, step) == 3, "what is known already is not new"
    assert service.events_since(ctx, service.newest_step(ctx)) == 0


def test_another_firm_hears_nothing(ctx: Context) -> None:
    other = ctx.acting_as(replace(ctx.actor, firm="other"), "en")
    service.capture(ctx, [events("a")])
    assert service.events_since(other, 0) == 0


def test_the_stream_speaks_the_readers_language_and_ends(ctx: Context, site: TestClient) -> None:
    service.capture(ctx, [events("a", "b")])
    (last,) = told(site, "/api/v1/trace/events/live?since=0&seconds=0")
    assert last == {"events": 2, "since": 0, "text": "New events: 2."}
    (last,) = told(site, "/api/v1/trace/events/live?since=0&seconds=0", "zh-CN")
    assert last["text"] == "新事件：2 个。"
    (last,) = told(site, "/api/v1/trace/events/live?seconds=0")
    assert last["events"] == 0, "without a step it begins now"
    assert site.get("/api/v1/trace/events/live?since=-1").status_code == 422


def test_the_page_listens_from_where_it_was_made(chain: Context, site: TestClient) -> None:
    text = site.get("/trace", headers={"accept": "text/html"}).text
    step = service.newest_step(chain)
    assert f'<x-live src="/api/v1/trace/events/live?since={step}"' in text
