"""EPCIS documents: read in each form, cut byte for byte, judged like the published lists."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import InputError
from sanpin.trace.engine.epcis import (
    CONTEXT,
    instant,
    normalise,
    read_document,
    validate,
    write_document,
    write_instant,
    write_query_document,
)
from sanpin.trace.engine.epcis.spans import event_spans

EVENT: dict[str, object] = {
    "type": "ObjectEvent",
    "eventTime": "2026-03-01T08:30:00+08:00",
    "eventTimeZoneOffset": "+08:00",
    "action": "OBSERVE",
    "epcList": ["https://id.gs1.org/01/09521234567899/21/A"],
}


def document(*events: dict[str, object]) -> bytes:
    return write_document(events, "2026-03-01T00:00:00Z")


def test_a_document_keeps_the_text_of_its_events() -> None:
    text = (
        b'\xef\xbb\xbf{ "type" : "EPCISDocument", "schemaVersion":"2.0",\n "@context": ["x"],'
        b'"creationDate":"2026-03-01T00:00:00Z",\n'
        b' "epcisBody": { "eventList" : [ {"a" : 1.50, "b":"}]{\\""} ,\n{"a":[{"c":{}}]}\n] } }'
    )
    found = read_document(text)
    assert [event.text for event in found.events] == [
        b'{"a" : 1.50, "b":"}]{\\""}',
        b'{"a":[{"c":{}}]}',
    ]
    assert [event.line for event in found.events] == [3, 4]
    assert found.kind == "document"
    assert found.context == ["x"]
    assert "epcisBody" not in found.head


@pytest.mark.parametrize(
    ("wrap", "kind"),
    [
        (lambda e: e, "event"),
        (lambda e: [e], "events"),
        (lambda e: {"type": "EPCISDocument", "epcisBody": {"eventList": [e]}}, "document"),
        (lambda e: {"type": "EPCISDocument", "epcisBody": {"eventList": e}}, "document"),
        (lambda e: {"type": "EPCISDocument", "epcisBody": {"event": e}}, "document"),
        (lambda e: {"isA": "EPCISDocument", "eventList": [e]}, "document"),
        (
            lambda e: {
                "type": "EPCISQueryDocument",
                "epcisBody": {"queryResults": {"resultsBody": {"eventList": [e]}}},
            },
            "query-document",
        ),
    ],
)
def test_every_form_of_document_is_read(wrap, kind: str) -> None:  # type: ignore[no-untyped-def]
    for dumps in (orjson.dumps, lambda v: json.dumps(v, indent=1).encode()):
        found = read_document(dumps(wrap(EVENT)))
        assert found.kind == kind
        assert [dict(event.body) for event in found.events] == [EVENT]
        assert [orjson.loads(event.text) for event in found.events] == [EVENT]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"<Order/>", "kind"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"PK\x03\x04", "format"),
        (b"{", "json"),
        (b"{}{}", "json"),
        (b'{"a":NaN}', "json"),
        (b"[1,]", "json"),
        ('{"type":"订单"}'.encode("gb18030"), "encoding"),
        (b"{}", "kind"),
        (b"7", "kind"),
        (b'"text"', "kind"),
        (b'{"type":"Order"}', "kind"),
        (b'{"type":"EPCISDocument"}', "events"),
        (b'{"type":"EPCISDocument","epcisBody":{"eventList":3}}', "events"),
        (b'{"type":"EPCISDocument","schemaVersion":"1.2","epcisBody":{}}', "version"),
        (b"[" * 5000, "depth"),
        (b"[" + b"[" * 300 + b"]" * 300 + b"]", "depth"),
    ],
)
def test_what_is_no_document_is_refused_by_name(text: bytes, code: str) -> None:
    with pytest.raises(InputError) as refusal:
        read_document(text)
    assert refusal.value.code == f"trace.document.{code}"
    assert str(refusal.value)


def test_json_errors_name_line_and_column() -> None:
    with pytest.raises(InputError) as refusal:
        read_document(b'{"type":\n  oops}')
    assert refusal.value.fields["line"] == 2
    assert refusal.value.fields["column"] == 3


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        validate(read_document(data))
    except InputError as refusal:
        assert refusal.code.startswith("trace.document.")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.text(max_size=5), json_values, max_size=4), max_size=4))
def test_events_are_cut_exactly_however_they_are_written(events: list[dict[str, object]]) -> None:
    body = {"x": [{"eventList": [{}]}], "epcisBody": {"eventList": events}, "eventList": {}}
    for indent in (None, 2):
        text = json.dumps(body, indent=indent, ensure_ascii=False).encode()
        spans = event_spans(text)
        assert [json.loads(span.text) for span in spans] == events
        lines = text.split(b"\n")
        for span in spans:
            first = span.text.split(b"\n")[0]
            assert lines[span.line - 1][span.column - 1 :].startswith(first)


@given(json_values)
def test_any_json_in_place_of_an_event_gets_findings_not_a_crash(value: object) -> None:
    text = orjson.dumps({"type": "EPCISDocument", "epcisBody": {"eventList": [value]}})
    assert not validate(read_document(text)).valid


@given(st.sampled_from(sorted(EVENT)), json_values)
def test_any_json_in_place_of_a_field_gets_findings_or_is_kept(name: str, value: object) -> None:
    event = EVENT | {name: value}
    found = read_document(document(event))
    if validate(found).valid:
        assert normalise(found.events[0].body).time
    assert dict(found.events[0].body) == event


@given(st.integers(-(10**15), 4 * 10**15))
def test_instants_come_back_to_the_millisecond(micros: int) -> None:
    assert instant(write_instant(micros)) == micros - micros % 1000


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01",
        "2026-03-01T08:00:00",
        "2026-13-01T08:00:00Z",
        "2026-03-01T08:00:00+15:00",
        "22-07-2026",
        "",
        None,
        7,
        "0000-01-01T00:00:00Z",
    ],
)
def test_times_without_offset_or_sense_are_none(text: object) -> None:
    assert instant(text) is None


def test_offsets_and_fractions_of_times() -> None:
    assert instant("1970-01-01T00:00:00Z") == 0
    assert instant("1970-01-01T08:00:00.25+08:00") == 250_000
    assert instant("1969-12-31T18:30:00.1234567-05:30") == 123_456
    assert instant("9999-12-31T23:59:59Z") is not None


def test_query_documents_keep_texts_and_join_contexts() -> None:
    first = b'{"type":"ObjectEvent","a:x":1.50}'
    second = b'{"type":"ObjectEvent","b:x":2}'
    third = b'{"type":"ObjectEvent","a:x":3}'
    text = write_query_document(
        [
            (first, [CONTEXT, {"a": "https://a.example/"}]),
            (second, ["https://b.example/context.jsonld", {"b": "https://b.example/"}]),
            (third, {"a": "https://other.example/"}),
        ],
        "2026-03-01T00:00:00Z",
    )
    assert first in text
    root = orjson.loads(text)
    assert root["@context"] == [
        CONTEXT,
        "https://b.example/context.jsonld",
        {"a": "https://a.example/", "b": "https://b.example/"},
    ]
    events = root["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert events[2]["@context"] == [{"a": "https://other.example/"}]
    assert read_document(text).kind == "query-document"
    assert orjson.loads(write_query_document([], "2026-03-01T00:00:00Z"))["@context"] == [CONTEXT]


def published(open_data: Path) -> list[Path]:
    """All published EPCIS 2.0 documents in JSON that hold events."""
    folder = open_data / "trace"
    found = [
        *(folder / "openepcis-documents" / "2.0").rglob("*.json"),
        *(folder / "event-hash").rglob("*.json*"),
        *(folder / "gs1-epcis" / "JSON").rglob("*.json*"),
    ]
    return sorted(path for path in found if "Queries" not in path.parts)


def test_published_documents_are_judged_as_published(open_data: Path) -> None:
    """No file is contested: all in ``Invalid`` are refused, all others are accepted."""
    wrong, seen = [], {"good": 0, "bad": 0}
    for path in published(open_data):
        bad = "Invalid" in path.parts
        seen["bad" if bad else "good"] += 1
        reading = validate(read_document(path.read_bytes()))
        if reading.valid == bad:
            wrong.append((path.name, [str(problem) for problem in reading.problems]))
    assert wrong == []
    assert seen["good"] >= 40
    assert seen["bad"] == 7


def test_published_documents_name_every_fault(open_data: Path) -> None:
    folder = open_data / "trace/openepcis-documents/2.0/EPCIS/JSON/Capture/Invalid"
    path = folder / "Combination_of_multiple_invalid_fields.json"
    reading = validate(read_document(path.read_bytes()))
    assert [(p.fields["event"], p.fields["path"]) for p in reading.problems] == [
        (1, "bizStep"),
        (2, "disposition"),
        (3, "sourceList[0].type"),
        (4, "ilmd.materialType"),
        (5, "eventTime"),
        (5, "action"),
    ]
    assert reading.of_event(4)[0].code == "trace.event.unknown"
    text = path.read_text(encoding="utf-8").splitlines()
    for problem in reading.problems:
        name = str(problem.fields["path"]).rpartition(".")[2]
        line = text[int(str(problem.fields["line"])) - 1]
        column = int(str(problem.fields["column"]))
        assert line[: column - 1].rstrip().endswith(f'"{name}":')


def test_published_documents_are_cut_exactly_and_normalised(open_data: Path) -> None:
    for path in published(open_data):
        if "Invalid" in path.parts:
            continue
        data = path.read_bytes()
        for event in read_document(data).events:
            assert event.text in data
            assert orjson.loads(event.text) == event.body
            normal = normalise(event.body)
            assert normal.type.word == event.body["type"]
            assert len(normal.digest) == 32
