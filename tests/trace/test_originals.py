"""What came is kept exactly as it came, in XML too, while the standard's doors speak JSON."""

from __future__ import annotations

import gzip
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from sanpin.kit.context import Context, open_context
from sanpin.kit.workspace import Workspace
from sanpin.trace import service
from sanpin.trace.engine.epcis import open_document, read_document
from sanpin.trace.engine.epcis.convert import convert
from sanpin.trace.model.documents import RawEvent
from sanpin.trace.sample import sample_documents
from sanpin.trace.store.originals import json_of, kept_text, original_of

EVENT = """<ObjectEvent><!-- by hand -->
  <eventTime>2026-03-01T08:30:00.0Z</eventTime><eventTimeZoneOffset >+08:00</eventTimeZoneOffset>
  <eventID>urn:x:1</eventID><epcList><epc>urn:t:1</epc></epcList><action>OBSERVE</action>
  <ex:note lang='zh'><![CDATA[夜班 & 早班]]></ex:note>
</ObjectEvent>"""
DOCUMENT = (
    '<?xml version="1.0" encoding="{}"?>'
    '<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2"'
    ' xmlns:ex="https://example.com/" schemaVersion="2.0" creationDate="2026-03-10T00:00:00Z">'
    f"<EPCISBody><EventList>{EVENT}</EventList></EPCISBody></epcis:EPCISDocument>"
)


@pytest.mark.parametrize("encoding", ["UTF-8", "GB18030", "UTF-16"])
def test_an_event_in_xml_is_kept_to_the_letter(
    ctx: Context, site: TestClient, encoding: str
) -> None:
    data = gzip.compress(DOCUMENT.format(encoding).encode(encoding))
    report = service.capture(ctx, [data])
    assert report.captured == 1, report.errors
    assert service.original_text(ctx, "urn:x:1").decode() == EVENT
    answer = site.get("/api/v1/trace/original?event=urn:x:1")
    assert (answer.text, answer.headers["content-type"]) == (EVENT, "application/xml")
    page = site.get(f"/trace/event?id={quote('urn:x:1', safe='')}", headers={"accept": "text/html"})
    assert "&lt;!-- by hand --&gt;" in page.text
    body = site.get("/epcis/events/urn:x:1").json()
    (event,) = body["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert event["action"] == "OBSERVE"
    assert site.get("/api/v1/trace/original?event=urn:x:none").status_code == 404


def test_an_event_in_json_is_kept_to_the_letter(ctx: Context) -> None:
    for data in sample_documents():
        service.capture(ctx, [data])
        for raw in read_document(data).events:
            if "eventID" in raw.body:
                name = str(raw.body["eventID"])
                assert service.original_text(ctx, name) == raw.text


def test_originals_move_with_their_firm(ctx: Context, tmp_path: Path) -> None:
    service.capture(ctx, [DOCUMENT.format("UTF-8").encode()])
    service.export_firm(ctx, tmp_path / "firm.zip")
    with open_context(Workspace.create(tmp_path / "elsewhere")) as other:
        assert service.import_firm(other, tmp_path / "firm.zip") == 1
        assert service.original_text(other, "urn:x:1").decode() == EVENT


def test_originals_stay_when_others_of_their_chunk_are_erased(ctx: Context) -> None:
    old = EVENT.replace("urn:x:1", "urn:x:old").replace("2026-03", "2020-03")
    both = DOCUMENT.format("UTF-8").replace(EVENT, old + EVENT)
    assert service.capture(ctx, [both.encode()]).captured == 2
    service.set_retention(ctx, 365 * 3)
    service.erase_expired(ctx)
    assert service.original_text(ctx, "urn:x:1").decode() == EVENT


def test_declaring_an_event_in_xml_wrong_keeps_its_original(ctx: Context) -> None:
    service.capture(ctx, [DOCUMENT.format("UTF-8").encode()])
    service.declare_wrong(ctx, "urn:x:1", "did_not_occur")
    texts = [proof.text for proof in service.prove(ctx, ["urn:x:1"])]
    assert texts[0] == EVENT and "errorDeclaration" in texts[1]
    assert not service.standing_of(ctx, "urn:x:1").counts


def test_both_forms_of_the_sample_are_kept(tmp_path: Path) -> None:
    """And the second costs less than the first, though both are there."""
    sizes = {}
    for form in ("json", "xml"):
        with open_context(Workspace.create(tmp_path / form)) as one:
            for data in sample_documents():
                whole = b"".join(convert(open_document(data), form))
                assert service.capture(one, [whole]).success
            with one.db.read() as conn:
                row = conn.exec_driver_sql("SELECT sum(length(data)) FROM trace_payload")
                sizes[form] = row.scalar_one()
    assert sizes["json"] < sizes["xml"] < 3 * sizes["json"]


@given(st.binary(max_size=40).filter(lambda text: b"\0" not in text))
def test_what_is_put_together_comes_apart(text: bytes) -> None:
    (plain,) = read_document(b'{"type":"ObjectEvent","eventTime":"2026-03-01T08:30:00Z"}').events
    assert kept_text(plain) == json_of(kept_text(plain)) == original_of(kept_text(plain))
    xml = next(iter(open_document(DOCUMENT.format("UTF-8").encode())))
    raw = RawEvent(1, 1, text or b"<x/>", xml.body, xml.namespaces)
    assert original_of(kept_text(raw)) == raw.text
    assert json_of(kept_text(raw)).startswith(b"{")
