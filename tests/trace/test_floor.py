"""Floor reports become valid events whose lineage tells the story of the floor."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import orjson
import pytest

from sanpin.base import InputError
from sanpin.trace.engine.epcis import instant, normalise, read_document, validate
from sanpin.trace.engine.epcis.masterdata import names_in
from sanpin.trace.engine.floor import demonstration_directory, floor_documents, floor_events
from sanpin.trace.engine.identifiers import parse
from sanpin.trace.engine.lineage import MemoryEvents, back, forward, life, recall
from sanpin.trace.model.events import Event
from sanpin.trace.model.floor import Amount, Case, Floor, Hold, Pallet, ProductLot, Shipment
from sanpin.trace.model.lineage import Status
from sanpin.trace.sample import SAMPLE, sample_directory, sample_documents, sample_floor

NOON = datetime(2026, 3, 2, 12)  # noqa: DTZ001 - local time of a plant
DIRECTORY = sample_directory()


def events() -> list[Event]:
    return [
        normalise(raw.body) for data in sample_documents() for raw in read_document(data).events
    ]


def lot(item: str, name: str) -> str:
    return f"https://id.gs1.org/01/{DIRECTORY.items[item]}/10/{name}"


def at(place: str) -> str:
    return f"https://id.gs1.org/414/{DIRECTORY.places[place]}"


def test_sample_documents_are_valid_and_always_the_same() -> None:
    documents = sample_documents()
    assert documents == sample_documents()
    for data in documents:
        assert validate(read_document(data)).problems == ()
    assert len(events()) == 35
    assert len({event.id for event in events()}) == 35


def test_everything_in_the_sample_is_marked() -> None:
    names = names_in(read_document(sample_documents()[0]).head)
    assert len(names) == 9
    assert all(SAMPLE in name for name in names.values())
    assert names[at("harbour")] == f"Harbour Gifts ({SAMPLE})"
    assert all(
        key.startswith(("952", "0952"))
        for key in (*DIRECTORY.items.values(), *DIRECTORY.places.values())
    )


def test_the_sample_tells_its_story() -> None:
    source = MemoryEvents(events())
    origins = {node.id for node in back(source, lot("MUG", "MUG-1")).nodes if node.depth}
    assert origins == {lot("BLANK", "BLANK-1"), lot("CLAY", "C-0301"), lot("GLAZE", "G-0301")}
    onward = forward(source, lot("CLAY", "C-0302"))
    assert {n.id for n in onward.nodes} == {
        lot("CLAY", "C-0302"),
        lot("BLANK", "BLANK-3"),
        lot("MUG", "MUG-3"),
    }
    scope = recall(source, [lot("CLAY", "C-0301")])
    who = {c.location: (c.quantities, len(c.containers)) for c in scope.consignees}
    assert who[at("harbour")] == ({"": 120.0}, 10)
    assert who[at("teahouse")] == ({"": 120.0}, 10)
    assert scope.gaps == ()
    assert life(source, lot("MUG", "MUG-3"))[1].disposition == "non_conformant"
    assert life(source, lot("CLAY", "C-0301"))[1].status is Status.ON_HAND


def test_keys_are_stable_and_distinct() -> None:
    codes = [f"item {n}" for n in range(3000)]
    many = demonstration_directory(codes, ["here"])
    assert len(set(many.items.values())) == 3000
    few = demonstration_directory(["item 7"], ["here"])
    assert few.items["item 7"] == many.items["item 7"]
    assert few.places == many.places
    for gtin in list(many.items.values())[:50]:
        assert parse(gtin).value == gtin


def test_times_take_the_offset_of_the_plant_or_keep_their_own() -> None:
    product = ProductLot(Amount("MUG", "X", 3), NOON, "hq", (Amount("CLAY", "C", 1, "KGM"),))
    aware = replace(product, made=NOON.replace(tzinfo=UTC))
    local, own = (
        floor_events(Floor(products=(one,)), DIRECTORY, "+09:00")[0] for one in (product, aware)
    )
    assert (local["eventTime"], local["eventTimeZoneOffset"]) == (
        "2026-03-02T12:00:00.000+09:00",
        "+09:00",
    )
    assert own["eventTimeZoneOffset"] == "+00:00"
    assert instant(own["eventTime"]) == instant("2026-03-02T12:00:00Z")


def test_each_record_becomes_its_event() -> None:
    floor = Floor(
        products=(
            ProductLot(
                Amount("MUG", "L/1", 12.5, "KGM"),
                NOON,
                "hq",
                (Amount("CLAY", "C", 1),),
                expiry=date(2027, 1, 1),
                order="M 7",
            ),
        ),
        holds=(Hold("MUG", "L/1", NOON, "hq"), Hold("MUG", "L/1", NOON, "hq", released=True)),
        cases=(Case(1, (Amount("MUG", "L/1", 4), Amount("BLANK", "B", 2)), NOON, "hq"),),
        pallets=(Pallet(2, (1,), NOON + timedelta(hours=1), "hq"),),
        shipments=(
            Shipment(
                "S 1", (2,), NOON + timedelta(hours=2), "hq", "harbour", NOON + timedelta(days=1)
            ),
        ),
    )
    found = floor_events(floor, DIRECTORY)
    assert [(e["type"], e["bizStep"]) for e in found] == [
        ("TransformationEvent", "commissioning"),
        ("ObjectEvent", "holding"),
        ("ObjectEvent", "inspecting"),
        ("AggregationEvent", "packing"),
        ("AggregationEvent", "packing"),
        ("ObjectEvent", "shipping"),
        ("ObjectEvent", "receiving"),
    ]
    made = found[0]
    assert made["outputQuantityList"] == [
        {"epcClass": lot("MUG", "L%2F1"), "quantity": 12.5, "uom": "KGM"}
    ]
    assert made["ilmd"] == {
        "cbvmda:lotNumber": "L/1",
        "cbvmda:itemExpirationDate": "2027-01-01",
    }
    arrived = normalise(found[-1])
    assert arrived.location == at("harbour")
    assert arrived.values("destination", "location") == [at("harbour")]
    assert normalise(found[4]).involved[1].thing == normalise(found[3]).involved[0].thing
    text = next(floor_documents(floor, DIRECTORY, NOON))
    assert validate(read_document(text)).problems == ()


def test_documents_are_cut_at_their_size() -> None:
    documents = list(floor_documents(sample_floor(), DIRECTORY, NOON, size=10))
    sizes = [len(orjson.loads(data)["epcisBody"]["eventList"]) for data in documents]
    assert sizes == [10, 10, 10, 5]
    assert list(floor_documents(Floor(), DIRECTORY, NOON)) == []


@pytest.mark.parametrize(
    "floor",
    [
        Floor(products=(ProductLot(Amount("NEW", "L", 1), NOON, "hq", ()),)),
        Floor(cases=(Case(1, (), NOON, "nowhere"),)),
        Floor(shipments=(Shipment("S", (1,), NOON, "hq", "nobody"),)),
    ],
)
def test_codes_without_a_key_are_refused_by_name(floor: Floor) -> None:
    with pytest.raises(InputError) as refusal:
        floor_events(floor, DIRECTORY)
    assert refusal.value.code == "trace.floor.unknown"
    assert refusal.value.fields["value"] in {"NEW", "nowhere", "nobody"}


CITY = {"id": "x:y", "attributes": [4, {"id": "a:city", "attribute": "A"}]}


@pytest.mark.parametrize(
    "master",
    [7, {}, {"vocabularyList": [3, {}, {"vocabularyElementList": [{"id": 3}, CITY]}]}],
)
def test_odd_headers_hold_no_names(master: object) -> None:
    assert names_in({}) == names_in({"epcisHeader": master}) == {}
    assert names_in({"epcisHeader": {"epcisMasterData": master}}) == {}


def test_a_lot_of_nothing_known_is_commissioned_without_a_transformation() -> None:
    made = ProductLot(Amount("mug", "L1", 5.0), NOON, "works", ())
    directory = demonstration_directory(["mug"], ["works"])
    (body,) = floor_events(Floor(products=(made,)), directory)
    assert (body["type"], body["action"], body["bizStep"]) == (
        "ObjectEvent",
        "ADD",
        "commissioning",
    )
    (data,) = floor_documents(Floor(products=(made,)), directory, NOON)
    assert validate(read_document(data)).problems == ()
    event = normalise(next(iter(read_document(data).events)).body)
    (named,) = event.involved
    assert named.thing.endswith("/10/L1") and named.quantity == 5.0
    assert back(MemoryEvents([event]), named.thing).nodes[0].id == named.thing


def test_places_have_coordinates_and_events_their_measurements() -> None:
    """As attributes of the vocabulary, and as sensor reports with times; nothing where none is."""
    document = orjson.loads(next(iter(floor_documents(sample_floor(), DIRECTORY, NOON))))
    places, items = document["epcisHeader"]["epcisMasterData"]["vocabularyList"]
    first = {
        one["id"]: one["attribute"] for one in places["vocabularyElementList"][0]["attributes"]
    }
    assert first["cbvmda:latitude"] == f"{DIRECTORY.positions['glazier'][0]:.5f}"
    assert all(len(one["attributes"]) == 1 for one in items["vocabularyElementList"])
    events = document["epcisBody"]["eventList"]
    sensed = [event for event in events if "sensorElementList" in event]
    assert [event["bizStep"] for event in sensed].count("commissioning") == 6
    reports = sensed[-1]["sensorElementList"][0]["sensorReport"]
    assert {report["type"] for report in reports} == {"Temperature", "RelativeHumidity"}
    assert max(report["time"] for report in reports) == sensed[-1]["eventTime"]
    bare = Floor(shipments=(Shipment("S", (1,), NOON, "hq", "harbour", NOON),))
    assert not [event for event in floor_events(bare, DIRECTORY) if "sensorElementList" in event]
