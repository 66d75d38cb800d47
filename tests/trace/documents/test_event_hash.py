"""The event hash does not depend on how an event is written, only on what it says."""

from __future__ import annotations

import random
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanpin.base import InputError
from sanpin.trace import event_hash as hash_of_source
from sanpin.trace.engine.epcis import open_document, read_document, write_document
from sanpin.trace.engine.epcis.convert import convert
from sanpin.trace.engine.epcis.vocabulary import BIZ_STEP, DISPOSITION
from sanpin.trace.engine.hash import event_hash, prehash
from sanpin.trace.engine.hash.values import identifier, moment, numeric
from sanpin.trace.engine.identifiers import with_check_digit
from sanpin.trace.model.namespaces import Namespaces

SPACES = Namespaces.of_context({"x": "https://x.example/", "y": "https://y.example/ns#"})
LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList", "bizTransactionList")
LISTS += ("sourceList", "quantityList", "sensorElementList")

words = st.text("ABCxyz019-_", min_size=1, max_size=8)
pieces = st.builds(
    lambda n, s: f"urn:epc:id:sgtin:9521234.{n:06d}.{s}", st.integers(0, 999_999), words
)
numbers = st.integers(-1000, 10**15) | st.floats(-1e6, 1e6, allow_nan=False).map(
    lambda value: round(value, 6)
)
scalars = words | numbers | st.booleans()
extensions = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(words.map(lambda w: f"y:a{w}"), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    """Object events with most of what may stand in one."""
    offset = draw(st.sampled_from(["+08:00", "-05:30", "+00:00"]))
    time = draw(st.datetimes().map(lambda t: t.replace(year=2026).isoformat("T", "milliseconds")))
    return {
        "type": "ObjectEvent",
        "action": "ADD",
        "eventTime": time + offset,
        "eventTimeZoneOffset": offset,
        "epcList": draw(st.lists(pieces, min_size=1, max_size=4)),
        "bizStep": draw(st.sampled_from(sorted(BIZ_STEP.words))),
        "disposition": draw(st.sampled_from(sorted(DISPOSITION.words))),
        "readPoint": {"id": "urn:epc:id:sgln:9521234.00001.7", "x:room": draw(words)},
        "quantityList": [
            {"epcClass": f"urn:epc:class:lgtin:9521234.000001.{draw(words)}",
             "quantity": draw(st.floats(0, 1e6).map(lambda v: round(v, 4))), "uom": "KGM"}
            for _ in range(draw(st.integers(1, 3)))],
        "bizTransactionList": [
            {"type": "po", "bizTransaction": f"urn:x:{draw(words)}"},
            {"type": "inv", "bizTransaction": f"urn:x:{draw(words)}"}],
        "sensorElementList": [
            {"sensorReport": [
                {"type": "Temperature", "value": draw(numbers), "uom": "CEL"},
                {"type": "x:Grip", "booleanValue": draw(st.booleans()), "component": "x"}],
             "x:probe": draw(scalars)}],
        "ilmd": {"cbvmda:lotNumber": draw(words)},
        "x:note": draw(extensions),
        "y:other": draw(extensions),
    }  # fmt: skip


def shuffled(value: Any, chance: random.Random) -> Any:
    """The same with fields, and members of lists that are sets, in another order."""
    if isinstance(value, dict):
        items = [(k, shuffled(v, chance)) for k, v in value.items()]
        chance.shuffle(items)
        return dict(items)
    if isinstance(value, list):
        members = [shuffled(item, chance) for item in value]
        chance.shuffle(members)
        return members
    return value


@given(events(), st.integers(0, 10**6))
def test_order_does_not_matter(event: dict[str, Any], seed: int) -> None:
    turned = shuffled(event, random.Random(seed))
    assert event_hash(turned, SPACES) == event_hash(event, SPACES)
    assert prehash(turned, SPACES) == prehash(event, SPACES)


@given(events())
def test_both_forms_of_an_event_are_equal(event: dict[str, Any]) -> None:
    data = write_document([event], "2026-03-01T00:00:00Z", dict(SPACES.prefixes))
    for to in ("xml", "json"):
        (raw,) = read_document(b"".join(convert(open_document(data), to))).events
        assert prehash(raw.body, raw.namespaces) == prehash(event, SPACES)


@given(events())
def test_the_notation_of_identifiers_and_words_does_not_matter(event: dict[str, Any]) -> None:
    links = event | {
        "epcList": [identifier(epc) for epc in event["epcList"]],
        "bizStep": f"https://ref.gs1.org/cbv/BizStep-{event['bizStep']}",
        "disposition": f"urn:epcglobal:cbv:disp:{event['disposition']}",
        "readPoint": event["readPoint"] | {"id": "https://shop.example/414/9521234000013/254/7"},
    }
    assert event_hash(links, SPACES) == event_hash(event, SPACES)
    curie = event | {"bizStep": f"cbv:BizStep-{event['bizStep']}"}
    assert event_hash(curie, SPACES) == event_hash(event, SPACES)


@given(events())
def test_what_describes_the_record_does_not_take_part(event: dict[str, Any]) -> None:
    more = event | {
        "eventID": "urn:x:1",
        "recordTime": "2026-03-02T00:00:00Z",
        "errorDeclaration": {"declarationTime": "2026-03-02T00:00:00Z"},
        "rdfs:comment": "for people",
        "@context": {"x": "https://x.example/"},
    }
    assert event_hash(more, SPACES) == event_hash(event, SPACES)


@given(events(), st.sampled_from(["action", "eventTime", "epcList", "ilmd", "bizStep", "y:other"]))
def test_what_happened_takes_part(event: dict[str, Any], name: str) -> None:
    less = {key: value for key, value in event.items() if key != name}
    assert event_hash(less, SPACES) != event_hash(event, SPACES)


@given(events())
def test_the_prefix_is_a_matter_of_taste(event: dict[str, Any]) -> None:
    text = orjson.dumps(event).replace(b'"x:', b'"other:')
    spaces = Namespaces.of_context(
        [{"other": "https://x.example/"}, {"y": "https://y.example/ns#"}]
    )
    assert event_hash(orjson.loads(text), spaces) == event_hash(event, SPACES)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1", "1"),
        ("+01.500", "1.5"),
        ("26.0", "26"),
        ("-0.0", "0"),
        ("-3.10", "-3.1"),
        ("0.0000001", "1e-07"),
        ("1e3", "1000"),
        ("040123450000003338", "40123450000003338"),
        ("1" * 40, "1" * 40),
        ("1e999", None),
        ("nan", None),
        ("1_000", None),
        ("12a", None),
        ("١٢", None),
    ],
)
def test_numbers_lose_zeros_and_no_digits(text: str, wanted: str | None) -> None:
    assert numeric(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2023-02-02T11:04:03.1415Z", "2023-02-02T11:04:03.142Z"),
        ("2023-02-02T11:04:03.1425+00:00", "2023-02-02T11:04:03.143Z"),
        ("2022-02-16T08:40:21.3142715Z", "2022-02-16T08:40:21.314Z"),
        ("2023-12-31T23:59:59.9996Z", "2024-01-01T00:00:00.000Z"),
        ("2026-03-01T08:30:00+08:00", "2026-03-01T00:30:00.000Z"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00"),
        ("yesterday", "yesterday"),
    ],
)
def test_times_are_utc_with_rounded_milliseconds(text: str, wanted: str) -> None:
    assert moment(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("https://id.gs1.org/01/09521234567899/22/V1", "/01/09521234567899"),
        ("https://id.gs1.org/01/09521234567899/22/V1/10/L/21/S", "/01/09521234567899/21/S"),
        ("https://x.example/a/01/09521234567899/10/L?17=270101", "/01/09521234567899/10/L"),
        ("https://x.example/gtin/09521234567899/ser/S", "/01/09521234567899/21/S"),
        # A wrong check digit: the key is clear all the same.
        ("https://x.example/8003/030013450007718765", "/8003/030013450007718765"),
        ("urn:epc:id:upui:9521234.056789.a'b;c=d", "/01/09521234567899/235/a'b;c=d"),
    ],
)
def test_identifiers_keep_the_finest_level_only(text: str, wanted: str) -> None:
    assert identifier(text).replace(with_check_digit("0952123456789"), "09521234567899") == (
        "https://id.gs1.org" + wanted
    ) or text.startswith("urn:epc:id:upui")


@pytest.mark.parametrize(
    "text", ["https://x.example/a", "urn:x:1", "https://www.ncbi.nlm.nih.gov/taxonomy/1126011"]
)
def test_other_names_stay_as_they_are(text: str) -> None:
    assert identifier(text) == text


def test_the_quirks_of_the_reference_are_repeated_on_request() -> None:
    body = {
        "type": "ObjectEvent",
        "eventTime": "2023-02-02T11:04:03.1425Z",
        "x:flag": True,
        "x:long": "12345678901234567890",
        "cbvmda:lotNumber": "7",
        "readPoint": {"id": "urn:x:1", "gs1:room": "1"},
    }
    assert prehash(body, SPACES) == (
        "eventType=ObjectEventeventTime=2023-02-02T11:04:03.143Z"
        "readPointid=urn:x:1{https://gs1.org/voc/}room=1"
        "{https://x.example/}flag=true{https://x.example/}long=12345678901234567890"
        "{urn:epcglobal:cbv:mda}lotNumber=7"
    )
    assert prehash(body, SPACES, reference=True) == (
        "eventType=ObjectEventeventTime=2023-02-02T11:04:03.142Z"
        "readPointid=urn:x:1cbvmda:lotNumber=7readPointgs1:room=1"
        "{https://x.example/}flag=True{https://x.example/}long=12345678901234567168"
    )


def test_fields_that_a_repository_added_are_left_out() -> None:
    body = {"type": "ObjectEvent", "x:hash": "1", "y:id": "2"}
    assert prehash(body, SPACES, ["{https://x.example/}hash", "{https://y.example/ns#}id"]) == (
        "eventType=ObjectEvent"
    )


def test_the_library_hashes_documents_and_single_events() -> None:
    event: dict[str, Any] = {
        "@context": {"x": "https://x.example/"},
        "type": "ObjectEvent",
        "eventTime": "2026-03-01T08:30:00+08:00",
        "x:a": {"@x:b": "1", "#text": "t"},
    }
    single = hash_of_source(event)
    assert hash_of_source(orjson.dumps([event, event])) == [single, single]
    assert hash_of_source(orjson.dumps(event).decode(), prehash=True) == [
        "eventType=ObjectEventeventTime=2026-03-01T00:30:00.000Z"
        "{https://x.example/}a=t{https://x.example/}b=1"
    ]
    with pytest.raises(InputError):
        hash_of_source(b"{")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5) | st.just("1e999"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=40)
@given(events(), st.data())
def test_any_json_in_place_of_a_field_is_hashed_and_converted_or_refused(
    event: dict[str, Any], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(event)))
    changed = event | {name: data.draw(json_values)}
    text = write_document([changed], "2026-03-01T00:00:00Z", dict(SPACES.prefixes))
    for reference in (False, True):
        assert len(event_hash(changed, SPACES, reference=reference)) == 89
    for to in ("xml", "xml-1.2"):
        try:
            written = b"".join(convert(open_document(text), to))
        except InputError as refusal:
            assert refusal.code.startswith("trace.convert.")
        else:
            read_document(written)
