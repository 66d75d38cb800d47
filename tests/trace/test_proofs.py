"""What proves an event: its text, the text that is hashed, its hash, its document."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from starlette.testclient import TestClient

from sanpin.base import StateError
from sanpin.kit.context import Context
from sanpin.trace import service
from sanpin.trace.engine.epcis import read_document
from sanpin.trace.engine.hash import event_hash, prehash
from sanpin.trace.sample import sample_documents

BROWSER = {"accept": "text/html", "accept-language": "en"}


def test_an_event_is_proved_by_what_came(chain: Context) -> None:
    (document,) = sample_documents()
    raw = next(iter(read_document(document).events))
    name = event_hash(raw.body, raw.namespaces)
    (proof,) = service.prove(chain, [name])
    assert proof.line.id == proof.hash == name
    assert proof.holds
    assert proof.hashed == prehash(raw.body, raw.namespaces)
    assert hashlib.sha256(proof.hashed.encode()).hexdigest() in proof.hash
    assert proof.document == hashlib.sha256(document).hexdigest()
    assert (proof.events, proof.origin, proof.format) == (35, "sample", "json")
    assert abs((chain.now() - proof.recorded).total_seconds()) < 3600
    assert raw.text.decode().lstrip()[1:] in proof.text


def test_an_unknown_event_proves_nothing(chain: Context, site: TestClient) -> None:
    with pytest.raises(StateError) as refusal:
        service.prove(chain, ["urn:uuid:none"])
    assert refusal.value.code == "trace.event.unknown"
    assert site.get("/trace/event?id=urn:uuid:none", headers=BROWSER).status_code == 404
    assert site.get("/trace/event?id=", headers=BROWSER).status_code == 422


def test_another_firm_sees_no_proof(chain: Context) -> None:
    from dataclasses import replace

    name = service.find_events(chain, limit=1)[0].id
    other = chain.acting_as(replace(chain.actor, firm="other"), "en")
    with pytest.raises(StateError):
        service.prove(other, [name])


def test_an_event_has_its_page(chain: Context, site: TestClient, codes: Any) -> None:
    event = next(e for e in service.find_events(chain, codes.mug) if e.step == "commissioning")
    text = site.get("/trace/event", params={"id": event.id}, headers=BROWSER).text
    assert "<h1>What happened, and what proves it?</h1>" in text
    assert "<strong>produced</strong> at Main plant (SAMPLE) on" in text
    assert event.id in text
    assert "MUG-1 · Celadon mug (SAMPLE)" in text and "came out" in text
    assert "eventTypeTransformationEvent" in text.replace("=", "")
    assert "/epcis/events/ni%3A%2F%2F%2Fsha-256" in text
    chinese = site.get(
        "/trace/event", params={"id": event.id}, headers=BROWSER | {"accept-language": "zh-CN"}
    ).text
    assert "发生了什么，有何证据？" in chinese and "计算哈希的文本" in chinese


def test_the_newest_events_stand_on_the_page_with_their_proofs(
    chain: Context, site: TestClient, codes: Any
) -> None:
    text = site.get(codes.mug.replace("https://id.gs1.org", "/trace/thing"), headers=BROWSER).text
    assert text.count("The text that is hashed") == 5
    assert text.count("The text gives this hash") == 5
    assert "All as one EPCIS document" in text
