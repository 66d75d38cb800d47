"""Documents of any length: read in pieces, with bounded memory, and everything that breaks."""

from __future__ import annotations

import gzip
import io
import tracemalloc
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import InputError
from sanpin.trace.engine.epcis import (
    CONTEXT,
    normalise,
    open_document,
    read_document,
    spans,
    validate,
    write_document,
)
from sanpin.trace.engine.epcis.convert import convert
from sanpin.trace.engine.epcis.spans import JsonEvents
from sanpin.trace.engine.hash import event_hash


def event(number: int, **more: Any) -> dict[str, Any]:
    """One of many events."""
    return {
        "type": "ObjectEvent",
        "eventTime": "2026-03-01T08:30:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "epcList": [f"urn:epc:id:sgtin:9521234.056789.{number}"],
        "bizStep": "shipping",
        "x:note": f'piece \\ " {{[ {number}',
        **more,
    }


HEAD = (
    b'{"@context":["%s",{"x":"https://x.example/"}],"type":"EPCISDocument","schemaVersion":"2.0",'
    b'"creationDate":"2026-03-01T00:00:00Z","epcisBody":{"eventList":[' % CONTEXT.encode()
)


class Pieces:
    """A file that is made while it is read, and can be read again."""

    def __init__(self, count: int, size: int = 0, tail: bytes = b"]}}") -> None:
        self.count, self.size, self.tail = count, size, tail
        self._source: Iterator[bytes] = iter(())
        self._rest = b""

    def _made(self) -> Iterator[bytes]:
        """The text, event by event."""
        yield HEAD
        for number in range(self.count):
            yield (b"," if number else b"") + orjson.dumps(event(number))
        yield self.tail

    def seek(self, offset: int, whence: int = 0) -> int:
        """Begin again."""
        assert (offset, whence) == (0, 0)
        self._source, self._rest = self._made(), b""
        return 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        size = self.size or size
        while len(self._rest) < size:
            piece = next(self._source, None)
            if piece is None:
                break
            self._rest += piece
        found, self._rest = self._rest[:size], self._rest[size:]
        return found


@given(
    st.lists(st.integers(0, 10**6), max_size=8),
    st.integers(1, 400),
    st.sampled_from([None, 2]),
    st.booleans(),
)
def test_the_size_of_the_pieces_does_not_matter(
    numbers: list[int], size: int, indent: int | None, late: bool
) -> None:
    events = [event(n) for n in numbers]
    root = orjson.loads(HEAD + b"]}}")
    root["epcisBody"]["eventList"] = events
    if late:
        root["@context"] = root.pop("@context")  # behind the events now
    text = orjson.dumps(root, option=orjson.OPT_INDENT_2 if indent else None)
    file = io.BytesIO(text)
    found = list(JsonEvents(lambda _: file.read(size)))
    assert [orjson.loads(span.text) for span in found] == events
    assert b"".join(span.text for span in found) in text.replace(b"\n", b"") or indent or numbers
    lines = text.split(b"\n")
    for span in found:
        assert lines[span.line - 1][span.column - 1 :].startswith(span.text.split(b"\n")[0])
    document = read_document(text)
    assert [raw.namespaces.key("x:note") for raw in document.events] == [
        "{https://x.example/}note"
    ] * len(numbers)
    assert validate(document).valid


def test_a_long_document_needs_the_memory_of_a_short_one() -> None:
    def peak(count: int) -> int:
        """Most memory that a reading takes."""
        tracemalloc.start()
        try:
            seen = sum(1 for _ in open_document(Pieces(count)))
            return tracemalloc.get_traced_memory()[1] if seen == count else 0
        finally:
            tracemalloc.stop()

    short, long = peak(4_000), peak(10_000)
    assert 0 < long < short * 1.5
    assert long < 8 * 1024 * 1024


def test_a_long_document_is_converted_piece_by_piece() -> None:
    pieces = convert(open_document(Pieces(300)), "xml")
    text = b"".join(pieces)
    there = [event_hash(e.body, e.namespaces) for e in open_document(Pieces(300))]
    assert [event_hash(e.body, e.namespaces) for e in open_document(text)] == there


def test_events_may_be_read_twice_and_the_header_first() -> None:
    document = open_document(Pieces(5))
    assert document.header.kind == "document"
    assert [raw.number for raw in document] == [1, 2, 3, 4, 5]
    assert len(list(document)) == 5


def test_an_event_with_very_many_things() -> None:
    """All 200,000 are read, checked, named and hashed."""
    epcs = [f"urn:epc:id:sgtin:9521234.056789.{n}" for n in range(200_000)]
    data = write_document([event(0, epcList=epcs)], "2026-03-01T00:00:00Z", {"x": "https://x/"})
    document = read_document(data)
    assert validate(document).valid
    body = document.events[0].body
    assert len(normalise(body).involved) == 200_000
    assert len(event_hash(body, document.events[0].namespaces)) == 89
    back = read_document(b"".join(convert(open_document(data), "xml")))
    assert back.events[0].body["epcList"] == epcs


def test_an_identifier_of_five_thousand_characters_is_named() -> None:
    data = write_document([event(0, epcList=["urn:x:" + "a" * 5000])], "2026-03-01T00:00:00Z")
    codes = {problem.code for problem in validate(read_document(data)).problems}
    assert "trace.event.uri_length" in codes


@pytest.mark.parametrize("opening", [b'{"a":"', HEAD + b'{"a":"', HEAD + b"[" * 10, b"<a b='"])
def test_a_line_without_end_is_refused(monkeypatch: pytest.MonkeyPatch, opening: bytes) -> None:
    """Neither gigabytes in one text nor in one event fill the memory."""
    from sanpin.trace.engine.epcis import xml_tree

    monkeypatch.setattr(spans, "LONGEST", 1 << 20)
    monkeypatch.setattr(xml_tree, "LONGEST", 1 << 20)
    read = {"bytes": 0}

    class Endless:
        """A file that never ends."""

        def seek(self, _offset: int, _whence: int = 0) -> int:
            read["bytes"] = 0
            return 0

        def read(self, size: int = -1) -> bytes:
            first = opening if not read["bytes"] else b""
            read["bytes"] += size
            return first + b"a" * (size - len(first))

    with pytest.raises(InputError) as refusal:
        list(open_document(Endless()))
    assert refusal.value.code == "trace.document.too_long"
    assert read["bytes"] < 5 << 20


@pytest.mark.parametrize(
    ("tail", "code"),
    [
        (b"]}", "json"),
        (b"]}}{}", "json"),
        (b",]}}", "json"),
        (b',{"type":"ObjectEvent"', "json"),
        (b',{"type":"ObjectEvent","value":NaN}]}}', "json"),
        (b',{"type":"ObjectEvent","a":1,"a":2}]}}', "duplicate"),
        (b',{"a":{"b":1 , "b" : 2}}]}}', "duplicate"),
        (b' {"type":"ObjectEvent"}]}}', "json"),
        (b',{"a":' + b"[" * 300 + b"]" * 300 + b"}]}}", "depth"),
        (',{"note":"釉料"}]}}'.encode("gb18030"), "encoding"),
    ],
)
def test_what_breaks_in_the_middle_is_named(tail: bytes, code: str) -> None:
    with pytest.raises(InputError) as refusal:
        list(open_document(Pieces(3, tail=tail)))
    assert refusal.value.code == f"trace.document.{code}"
    pieces = Pieces(3, tail=tail)
    pieces.seek(0)
    with pytest.raises(InputError) as whole:
        read_document(pieces.read(1 << 20))
    assert whole.value.code == f"trace.document.{code}"


def test_every_cut_of_a_document_is_refused() -> None:
    for data in (
        write_document([event(1), event(2)], "2026-03-01T00:00:00Z"),
        b"".join(convert(open_document(Pieces(2)), "xml")).rstrip(),
    ):
        for end in range(len(data)):
            with pytest.raises(InputError) as refusal:
                read_document(data[:end])
            assert refusal.value.code.startswith("trace.document.")
        zipped = gzip.compress(data)
        for end in range(2, len(zipped), 7):
            with pytest.raises(InputError):
                read_document(zipped[:end])


@pytest.mark.parametrize(
    ("time", "good"),
    [
        ("0001-01-01T00:00:00Z", True),
        ("9999-12-31T23:59:59.999Z", True),
        ("0001-01-01T00:00:00+14:00", False),
        ("9999-12-31T23:59:59-14:00", False),
        ("2026-03-01T08:30:00", False),
        ("2026-02-30T08:30:00Z", False),
    ],
)
def test_times_at_the_edges_of_the_calendar(time: str, good: bool) -> None:
    raw = read_document(
        write_document([event(1, eventTime=time)], "2026-03-01T00:00:00Z", {"x": "https://x/"})
    )
    assert validate(raw).valid == good
    assert event_hash(raw.events[0].body, raw.events[0].namespaces).startswith("ni:///sha-256;")


def test_an_offset_that_contradicts_the_time_is_kept_beside_it() -> None:
    """The time counts by its own offset; the other says what clocks showed there."""
    data = write_document(
        [event(1, eventTime="2026-03-01T00:30:00Z", eventTimeZoneOffset="+08:00")],
        "2026-03-01T00:00:00Z",
        {"x": "https://x/"},
    )
    document = read_document(data)
    assert validate(document).valid
    found = normalise(document.events[0].body)
    assert (found.time, found.offset) == (normalise(event(1)).time, 480)


@given(st.binary(max_size=300), st.integers(0, 600))
def test_damaged_xml_never_breaks_the_reader(noise: bytes, at: int) -> None:
    data = b"".join(convert(open_document(Pieces(1)), "xml"))
    damaged = data[:at] + noise + data[at + len(noise) // 2 :]
    try:
        document = read_document(damaged)
        validate(document)
        for raw in document.events:
            event_hash(raw.body, raw.namespaces)
    except InputError as refusal:
        assert refusal.code.startswith("trace.document.")


@pytest.mark.parametrize("around", ["{}", " \n{}\n\n", "\ufeff{}"])
def test_a_single_event_is_not_looked_through_for_lists(around: str) -> None:
    text = orjson.dumps(event(1) | {"@context": CONTEXT, "x:parts": [0, [0, 0], {"a": []}]})
    document = read_document(around.format(text.decode()).encode())
    assert document.header.kind == "event"
    assert [raw.text for raw in document.events] == [text]
    assert document.events[0].body == orjson.loads(text)


def test_a_field_twice_in_a_single_event_is_refused() -> None:
    text = orjson.dumps(event(1)).replace(b'"action"', b'"bizStep":"packing","action"')
    with pytest.raises(InputError) as refused:
        read_document(text)
    assert refused.value.code == "trace.document.duplicate"
