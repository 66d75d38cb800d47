"""Random valid events of all five types: accepted, named, kept, and told apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context
from sanpin.kit.ids import new_id
from sanpin.trace import service
from sanpin.trace.engine.epcis import normalise, read_document, validate, write_document
from sanpin.trace.engine.epcis.vocabulary import BIZ_STEP, DISPOSITION, PARTY_TYPE
from sanpin.trace.engine.hash import event_hash
from sanpin.trace.engine.identifiers import with_check_digit
from sanpin.trace.model.documents import RawEvent
from sanpin.trace.model.events import Action, EventType, Part
from sanpin.trace.store.reader import events_by_id

CREATED = "2026-03-01T00:00:00Z"
REQUIRED = {
    "ObjectEvent": ["action", "eventTime", "eventTimeZoneOffset"],
    "AggregationEvent": ["action", "eventTime", "eventTimeZoneOffset"],
    "TransactionEvent": ["action", "eventTime", "bizTransactionList"],
    "TransformationEvent": ["eventTime", "eventTimeZoneOffset"],
    "AssociationEvent": ["action", "eventTime", "parentID"],
}

gtins = st.integers(0, 99).map(lambda n: with_check_digit(f"09521234{n:05d}"))
words = st.text("ABCxyz019-_", min_size=1, max_size=8)
lots = st.builds(lambda g, w: f"https://id.gs1.org/01/{g}/10/{w}", gtins, words)
pieces = st.one_of(
    st.builds(lambda g, w: f"https://shop.example/01/{g}/21/{w}", gtins, words),
    st.builds(lambda g, a, b: f"https://id.gs1.org/01/{g}/10/{a}/21/{b}", gtins, words, words),
    st.integers(0, 999).map(lambda n: f"urn:epc:id:sgtin:9521234.0{n:05d}.S{n}"),
    words.map(lambda w: f"https://other.example/things/{w}"),
)
boxes = st.integers(0, 99).map(lambda n: f"urn:epc:id:sscc:9521234.0{n:09d}")
places = st.integers(0, 9).map(lambda n: f"urn:epc:id:sgln:9521234.0000{n}.0")
times = st.integers(0, 10_000_000).map(
    lambda s: (
        f"2026-0{1 + s % 9}-{1 + s % 28:02d}T{s % 24:02d}:{s % 60:02d}:{s % 59:02d}.{s % 999:03d}"
    )
)
quantities = st.builds(
    lambda epc, amount, uom: {"epcClass": epc, "quantity": amount} | ({"uom": uom} if uom else {}),
    lots,
    st.integers(1, 900) | st.floats(0.001, 900, allow_nan=False),
    st.sampled_from(["", "KGM", "LTR"]),
)


def some(things: st.SearchStrategy[Any], least: int = 1) -> st.SearchStrategy[list[Any]]:
    return st.lists(things, min_size=least, max_size=4)


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(REQUIRED)))
    offset = draw(st.sampled_from(["+08:00", "-05:30", "+00:00", "-14:00"]))
    event: dict[str, Any] = {
        "type": kind,
        "eventTime": draw(times) + offset,
        "eventTimeZoneOffset": offset,
    }
    for name, values in (
        ("bizStep", st.sampled_from(sorted(BIZ_STEP.words))),
        ("disposition", st.sampled_from(sorted(DISPOSITION.words))),
        ("readPoint", places.map(lambda p: {"id": p})),
        ("bizLocation", places.map(lambda p: {"id": p})),
        ("destinationList", some(st.builds(lambda t, p: {"type": t, "destination": p},
                                           st.sampled_from(sorted(PARTY_TYPE.words)), places))),
        ("eventID", st.uuids().map(lambda u: u.urn)),
    ):  # fmt: skip
        if draw(st.booleans()):
            event[name] = draw(values)
    event |= draw(_own(kind))
    return event


def _own(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    action = st.sampled_from(["ADD", "OBSERVE", "DELETE"])
    match kind:
        case "ObjectEvent":
            return st.fixed_dictionaries(
                {"action": action, "epcList": some(pieces | boxes)},
                optional={"quantityList": some(quantities)},
            )
        case "TransactionEvent":
            papers = st.just([{"type": "po", "bizTransaction": "urn:x:po:1"}])
            return st.fixed_dictionaries(
                {"action": action, "epcList": some(pieces), "bizTransactionList": papers},
                optional={"parentID": boxes},
            )
        case "TransformationEvent":
            return st.fixed_dictionaries(
                {"inputQuantityList": some(quantities), "outputEPCList": some(pieces)},
                optional={
                    "inputEPCList": some(boxes),
                    "outputQuantityList": some(quantities),
                    "transformationID": st.just("urn:x:batch:1"),
                    "ilmd": words.map(lambda w: {"cbvmda:lotNumber": w}),
                },
            )
        case _:
            return st.fixed_dictionaries(
                {"action": action, "parentID": boxes, "childEPCs": some(pieces | boxes)},
                optional={"childQuantityList": some(quantities)},
            )


@given(some(bodies()))
def test_valid_events_are_accepted_and_come_back(events: list[dict[str, Any]]) -> None:
    document = read_document(write_document(events, CREATED))
    assert validate(document).problems == ()
    assert [event.body for event in document.events] == events
    assert [event.number for event in document.events] == list(range(1, len(events) + 1))


@given(bodies(), st.data())
def test_events_without_a_required_field_are_refused(
    event: dict[str, Any], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(REQUIRED[event["type"]]))
    del event[name]
    problems = validate(read_document(write_document([event], CREATED))).problems
    assert name in {problem.fields["path"] for problem in problems}


@given(bodies())
def test_nothing_of_an_event_is_lost_in_naming_it(event: dict[str, Any]) -> None:
    found = normalise(event)
    named = [entry for entry in found.involved if entry.part is not Part.LOT]
    lists = [value for name, value in event.items() if name.endswith(("List", "EPCs"))
             and name not in ("destinationList", "bizTransactionList")]  # fmt: skip
    assert len(named) == sum(map(len, lists)) + ("parentID" in event)
    assert found.type.word == event["type"]
    assert found.action is Action[event.get("action", "NONE")]
    assert sorted(e.quantity for e in named if e.quantity is not None) == sorted(
        entry["quantity"] for one in lists for entry in one if isinstance(entry, dict)
    )
    assert len(found.values("destination")) == len(event.get("destinationList", ()))
    for entry in named:
        assert not entry.thing.startswith(("urn:epc", "https://shop.example"))
        assert entry.lot == "" or "/10/" in entry.lot


@given(bodies())
def test_the_order_of_fields_does_not_name_another_event(event: dict[str, Any]) -> None:
    event.pop("eventID", None)
    turned = dict(reversed(event.items()))
    assert normalise(turned).id == normalise(event).id
    assert (
        normalise(event | {"disposition": "stolen"}).id
        != normalise(event | {"disposition": "recalled"}).id
    )


@given(bodies())
def test_times_of_one_instant_are_one(event: dict[str, Any]) -> None:
    utc = normalise(event | {"eventTime": "2026-03-01T00:30:00Z"})
    there = normalise(event | {"eventTime": "2026-03-01T08:30:00.000+08:00"})
    assert utc.time == there.time
    assert utc.offset == there.offset


def name_of_raw(raw: RawEvent) -> str:
    """Identifier by which the ledger knows an event: its event hash where none was given."""
    return str(raw.body.get("eventID") or event_hash(raw.body, raw.namespaces))


def name_of(event: dict[str, Any]) -> str:
    """The same of a body."""
    return name_of_raw(read_document(write_document([event], CREATED)).events[0])


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(bodies(), min_size=5, max_size=8))
def test_the_ledger_keeps_events_and_texts(ctx: Context, events: list[dict[str, Any]]) -> None:
    # The same happening under two names is one event, and examples share the ledger.
    ctx = ctx.acting_as(Actor("someone", Role.ADMIN, new_id()))
    nameless = [{k: v for k, v in event.items() if k != "eventID"} for event in events]
    contents = {name_of(bare): event for bare, event in zip(nameless, events, strict=True)}
    unique = {name_of(event): event for event in contents.values()}
    report = service.capture(ctx, [write_document(unique.values(), CREATED)])
    assert report.captured + report.duplicates == len(unique)
    assert report.errors == ()
    for name, event in unique.items():
        kept = orjson.loads(service.event_text(ctx, name))
        found = kept["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        assert [body | {"eventID": name} for body in found] == [event | {"eventID": name}]
    things = {entry.thing for event in unique.values() for entry in normalise(event).involved}
    for thing in sorted(things)[:3]:
        ids = {event.id for event in service.find_events(ctx, thing)}
        assert {n for n, e in unique.items() if thing in
                {entry.thing for entry in normalise(e).involved}} <= ids  # fmt: skip


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies())
def test_events_come_back_as_they_were_named(ctx: Context, event: dict[str, Any]) -> None:
    service.capture(ctx, [write_document([event], CREATED)])
    expected = replace(normalise(event), id=name_of(event), digest=b"")
    found = service.find_events(ctx, expected.involved[0].thing)
    with ctx.db.read() as conn:
        again = events_by_id(conn, [e.sequence for e in found if e.id == expected.id])
    assert expected in [replace(e, sequence=0, record_time=0, digest=b"") for e in again]


def test_every_type_has_its_number_and_word() -> None:
    assert {kind.word for kind in EventType} == set(REQUIRED)
    assert sorted(kind.value for kind in EventType) == [1, 2, 3, 4, 5]


def test_published_documents_can_be_captured(ctx: Context, open_data: Path) -> None:
    """All good ones go in, each event comes back byte for byte."""
    folder = open_data / "trace/openepcis-documents/2.0/EPCIS/JSON"
    paths = [p for p in sorted(folder.rglob("*.json")) if not {"Invalid", "Queries"} & {*p.parts}]
    assert len(paths) >= 25
    for path in paths:
        data = path.read_bytes()
        report = service.capture(ctx, {path.name: data})
        # The same event stands in several files, with other content under one identifier.
        conflicts = {e.problem.code for e in report.errors}
        assert conflicts <= {"trace.event.conflict"}, path.name
        if not report.captured:
            continue
        for event in read_document(data).events:
            # Only the identifier is put in front, where the sender gave none.
            assert event.text[1:] in service.event_text(ctx, name_of_raw(event))
