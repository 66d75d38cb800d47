"""Instants, offsets and lots at the edges of the standard, and documents that are none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import unquote

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
    write_instant,
)
from sanpin.trace.engine.epcis.masterdata import names_in
from sanpin.trace.engine.epcis.times import offset_minutes
from sanpin.trace.engine.epcis.vocabulary import (
    BIZ_STEP,
    DISPOSITION,
    ERROR_REASON,
    PARTY_TYPE,
    TRANSACTION_TYPE,
    Vocabulary,
    is_uri,
)
from sanpin.trace.engine.identifiers import thing_of
from sanpin.trace.model.events import Part

VOCABULARIES = (BIZ_STEP, DISPOSITION, ERROR_REASON, PARTY_TYPE, TRANSACTION_TYPE)
GTIN = "09521234567899"
zones = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
moments = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001
    max_value=datetime(9998, 12, 31),  # noqa: DTZ001
    timezones=zones,
)


@given(moments)
def test_an_instant_is_the_same_in_every_zone(moment: datetime) -> None:
    """Microseconds since 1970 in UTC, as the calendar counts them."""
    expected = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert instant(moment.isoformat()) == expected
    assert instant(moment.astimezone(UTC).isoformat()) == expected


@given(moments)
def test_a_written_instant_is_read_back_to_the_millisecond(moment: datetime) -> None:
    """Also in the first centuries, whose years keep their four digits."""
    micros = instant(moment.isoformat())
    assert micros is not None
    text = write_instant(micros)
    assert len(text) == len("2026-03-01T08:30:00.000Z")
    again = instant(text)
    assert again is not None
    assert 0 <= micros - again < 1000


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01", "2026-03-01T08:30:00", "2026-02-30T08:30:00Z", "2026-03-01T24:00:00Z",
        "2026-03-01T08:30:60Z", "2026-03-01 08:30:00Z", "2026-03-01T08:30:00+15:00",
        "2026-03-01T08:30:00+08:60", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00",
        "0000-01-01T00:00:00Z", "2026-03-01T08:30:00.Z", "", None, 5, ["2026-03-01T08:30:00Z"],
    ],
)  # fmt: skip
def test_what_is_no_instant_is_none(text: object) -> None:
    """A day alone, a day that cannot be, and what no calendar can write in UTC."""
    assert instant(text) is None


def test_an_event_beyond_the_calendar_is_refused_when_it_comes() -> None:
    """Otherwise the page of its thing could never be shown again."""
    body = {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "eventTime": "0001-01-01T00:00:00+14:00",
        "eventTimeZoneOffset": "+14:00",
        "epcList": ["urn:x:1"],
    }
    document = {"@context": CONTEXT, **body}
    (problem,) = validate(read_document(orjson.dumps(document))).problems
    assert problem.code == "trace.event.time"
    assert problem.fields["path"] == "eventTime"


@given(st.integers(-14 * 60, 14 * 60))
def test_offsets_are_minutes(minutes: int) -> None:
    """From UTC, to the east above zero."""
    sign = "-" if minutes < 0 else "+"
    text = f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    assert offset_minutes(text) == minutes


@pytest.mark.parametrize("text", ["8", "+8:00", "+08", "08:00", "+0800", "+15:00", "", None, 480])
def test_what_is_no_offset_is_none(text: object) -> None:
    """Two digits, a colon and a sign, or Z."""
    assert offset_minutes(text) is None
    assert offset_minutes("Z") == 0


@pytest.mark.parametrize("number", ["L/7", "50%", "A?B", "A#B", "x+y", "批号", "L" * 25])
def test_a_lot_number_of_the_master_data_is_taken_to_the_letter(number: str) -> None:
    """Signs that mean something in an address do not cut it off."""
    body = {
        "type": "ObjectEvent",
        "action": "ADD",
        "eventTime": "2026-03-01T08:30:00Z",
        "eventTimeZoneOffset": "Z",
        "epcList": [f"https://id.gs1.org/01/{GTIN}/21/S1"],
        "ilmd": {"cbvmda:lotNumber": number},
    }
    lots = [entry.thing for entry in normalise(body).involved if entry.part is Part.LOT]
    assert len(lots) == 1
    assert unquote(lots[0]) == f"https://id.gs1.org/01/{GTIN}/10/{number}"
    assert thing_of(lots[0]) == lots[0], "the name is canonical"


@pytest.mark.parametrize(
    "text",
    [b'{"type": []}', b'{"type": {}}', b'{"isA": [1]}', b'{"type": 5}', b'"text"', b"5", b"null"],
)
def test_json_that_is_no_document_is_refused_in_words(text: bytes) -> None:
    """Whatever stands where the type should be."""
    with pytest.raises(InputError) as refused:
        read_document(text)
    assert refused.value.code == "trace.document.kind"


def test_spaces_before_a_document_are_no_matter() -> None:
    """However many a program writes; only a text of spaces is empty."""
    assert read_document(b" " * 500 + b"[]").events == ()
    with pytest.raises(InputError) as refused:
        read_document(b" \n" * 500)
    assert refused.value.code == "trace.document.empty"
    with pytest.raises(InputError) as markup:
        read_document(b"\n" * 500 + b"<epcis/>")
    assert markup.value.fields["kind"] == "epcis"


@given(st.binary(max_size=60))
def test_any_bytes_are_a_document_or_a_refusal(data: bytes) -> None:
    """Nothing that is sent makes the reader fail in another way."""
    try:
        read_document(data)
    except InputError as refused:
        assert refused.code.startswith("trace.document.")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)
names = st.sampled_from(
    ["epcList", "eventTime", "bizStep", "readPoint", "ilmd", "quantityList", "@context",
     "sensorElementList", "errorDeclaration", "sourceList", "ex:any"]
)  # fmt: skip


@given(st.dictionaries(names, json_values, max_size=5), st.sampled_from(["Object", "Aggregation"]))
def test_any_event_is_judged_without_failing(fields: dict[str, object], kind: str) -> None:
    """Each finding has its event, its path and a message that can be said."""
    body = {"type": f"{kind}Event", **fields}
    for problem in validate(read_document(orjson.dumps(body))).problems:
        assert problem.code.startswith("trace.event.")
        assert problem.fields["event"] in (0, 1)
        assert str(problem)


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda one: one.name)
def test_a_word_is_the_same_in_all_four_writings(vocabulary: Vocabulary) -> None:
    """Bare, as CURIE, in the web and as URN."""
    for word in vocabulary.words:
        for text in (word, *(start + word for start in vocabulary._beginnings())):
            assert vocabulary.bare(text) == word
            assert vocabulary.accepts(text)


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda one: one.name)
def test_a_misspelt_standard_word_is_no_word_of_another_vocabulary(vocabulary: Vocabulary) -> None:
    """Under the beginnings of the standard only its own words stand."""
    assert not vocabulary.accepts("nonsense")
    for start in vocabulary._beginnings():
        assert is_uri(start + "nonsense")
        assert not vocabulary.accepts(start + "nonsense")
        assert vocabulary.bare(start + "nonsense") == start + "nonsense"
    assert vocabulary.accepts("https://brand.example/steps/glazing")
    assert vocabulary.accepts("ex:glazing")


def test_names_come_from_the_header_in_any_spelling() -> None:
    """By prefix, by address; the first name of an element counts, and long ones are cut."""
    place = "https://brand.example/414/9521234567892"
    elements = [
        {"id": place, "attributes": [{"id": "cbvmda:name", "attribute": "  工厂  "}]},
        {
            "id": f"urn:epc:id:sgtin:9521234.067890.{1}",
            "attributes": [
                {"id": "https://ref.gs1.org/cbv/mda#descriptionShort", "attribute": "x" * 300},
                {"id": "cbvmda:name", "attribute": "later"},
            ],
        },
        {"id": "urn:x:1", "attributes": [{"id": "cbvmda:colour", "attribute": "red"}]},
        {"id": 5, "attributes": [{"id": "cbvmda:name", "attribute": "no id"}]},
        {"id": "urn:x:2", "attributes": [7, {"id": "cbvmda:name", "attribute": "  "}]},
        "no element",
    ]
    head = {
        "epcisHeader": {
            "epcisMasterData": {"vocabularyList": [{"vocabularyElementList": elements}, "x"]}
        }
    }
    found = names_in(head)
    assert found[thing_of(place)] == "工厂"
    assert sorted(len(name) for name in found.values()) == [2, 200]


@given(json_values)
def test_any_header_gives_names_or_none(value: object) -> None:
    """A header is other people's data; reading names from it never fails."""
    assert names_in({"epcisHeader": value}) == {}
    assert names_in({"epcisHeader": {"epcisMasterData": value}}) == {}
