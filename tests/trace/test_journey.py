"""A life on one axis: lanes, stays, ways, strips of sensors, and the places of its map."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from sanpin.kit.context import Context
from sanpin.kit.i18n import Translator
from sanpin.trace import service
from sanpin.trace.engine.journey import lay_out, legs_of
from sanpin.trace.engine.sensors import readings_in, strips_of
from sanpin.trace.model.drawings import Reading, Step
from sanpin.trace.pages.lanes import drawn, map_spec

HOUR = 3_600_000_000
DAY = 24 * HOUR
CASE = "urn:epc:id:sscc:9521234.0000000001"


def test_a_single_thing_goes_from_place_to_place() -> None:
    steps = [
        Step(0, "a"),
        Step(DAY, "a", leaves=True),
        Step(2 * DAY, ""),
        Step(4 * DAY, "b", arrives=True),
    ]
    life = lay_out(steps, single=True)
    assert [lane.place for lane in life.lanes] == ["a", "b"]
    assert [(move.source, move.target) for move in life.moves] == [(0, 1)]
    (stay,) = life.lanes[0].stays
    assert stay.end == life.moves[0].span.start > stay.start
    assert life.lanes[1].stays[-1].end == 100, "where it was seen last, it still is"
    gone = lay_out(steps[:2], single=True)
    assert gone.lanes[0].stays[-1].end < 100, "what was sent away is not there any more"


def test_a_lot_is_at_many_places_at_once() -> None:
    steps = [
        Step(0, "plant"),
        Step(HOUR, "plant", leaves=True),
        Step(2 * HOUR, "shop", arrives=True),
        Step(3 * HOUR, "plant"),
        Step(4 * HOUR, "plant", leaves=True),
        Step(5 * HOUR, "market", arrives=True),
        Step(6 * HOUR, "shop"),
    ]
    pairs = [(steps[a].place, steps[b].place) for a, b in legs_of(steps, single=False)]
    assert pairs == [("plant", "shop"), ("plant", "market")]
    life = lay_out(steps, single=False)
    assert [len(lane.stays) for lane in life.lanes] == [1, 1, 0]


def test_events_that_stand_too_near_are_one_mark_with_a_count() -> None:
    steps = [Step(minute * 60_000_000, "a") for minute in range(11)] + [Step(9 * DAY, "a")]
    (lane,) = lay_out(steps, single=True).lanes
    assert [len(mark.steps) for mark in lane.marks] == [11, 1]


def test_events_declared_wrong_are_marked_and_move_nothing() -> None:
    steps = [Step(0, "a"), Step(DAY, "b", arrives=True, declared=True), Step(2 * DAY, "a")]
    life = lay_out(steps, single=True)
    assert life.moves == ()
    assert [mark.declared for lane in life.lanes for mark in lane.marks] == [False, False, True]
    assert life.lanes[1].stays == ()


def test_days_of_the_axis_begin_at_the_readers_midnight() -> None:
    life = lay_out([Step(0, "a"), Step(4 * DAY, "a")], single=True, shift=8 * HOUR)
    assert life.ticks
    assert all((time + 8 * HOUR) % DAY == 0 for _, time in life.ticks)


def test_one_instant_and_nothing_at_all_are_lives_too() -> None:
    (lane,) = lay_out([Step(5, "a")], single=True).lanes
    assert lane.marks[0].at == pytest.approx(50, abs=0.1)
    assert lay_out([], single=True).lanes == ()
    assert lay_out([Step(5, "")], single=False).lanes == ()


@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**15), st.sampled_from(["", "a", "b", "c"]), st.booleans(),
            st.booleans(), st.booleans(),
        ),
        max_size=40,
    ),
    st.booleans(),
)  # fmt: skip
def test_every_event_with_a_place_has_its_mark(rows: list[Any], single: bool) -> None:
    steps = [Step(*row) for row in sorted(rows)]
    life = lay_out(steps, single=single)
    marked = sorted(number for lane in life.lanes for mark in lane.marks for number in mark.steps)
    assert marked == [number for number, step in enumerate(steps) if step.place]
    places = [mark.at for lane in life.lanes for mark in lane.marks]
    places += [end for lane in life.lanes for s in lane.stays for end in (s.start, s.end)]
    assert all(0 <= at <= 100 for at in places)
    assert len(life.ticks) <= 7


def test_reports_of_all_forms_are_read() -> None:
    body = {
        "sensorElementList": [
            {
                "sensorMetadata": {"time": "2026-03-01T08:00:00Z"},
                "sensorReport": [
                    {"type": "Temperature", "value": 21.5, "uom": "CEL"},
                    {"type": "gs1:Temperature", "value": "22", "uom": "CEL",
                     "time": "2026-03-01T09:00:00Z", "exception": "ALARM_CONDITION"},
                    {"type": "Speed", "minValue": 10, "maxValue": 20, "uom": "KMH"},
                    {"type": "Humidity", "meanValue": 40, "minValue": 30, "maxValue": 70},
                    {"type": "Illuminance", "stringValue": "dim"},
                    {"type": "Pressure", "value": "much"},
                    {"value": 1}, "junk",
                ],
            },
            "junk",
        ]
    }  # fmt: skip
    found = list(readings_in(body, 7, "storing"))
    assert [(one.kind, one.value, one.low, one.high) for one in found] == [
        ("Temperature", 21.5, 21.5, 21.5), ("Temperature", 22, 22, 22), ("Speed", 15, 10, 20),
        ("Humidity", 40, 30, 70),
    ]  # fmt: skip
    assert [one.alarm for one in found] == [False, True, False, False]
    assert found[1].time - found[0].time == HOUR
    assert {one.step for one in found} == {"storing"}
    assert list(readings_in({"sensorElementList": "x"}, 7)) == []
    bare = {"sensorElementList": [{"sensorReport": [{"type": "Mass", "value": 1}]}]}
    assert [one.time for one in readings_in(bare, 7)] == [7]


def test_a_long_strip_keeps_its_peaks() -> None:
    readings = [
        Reading("T", "CEL", t, float(t % 7), float(t % 7), float(t % 7)) for t in range(5000)
    ]
    readings[1234] = Reading("T", "CEL", 1234, 99.0, 99.0, 99.0, alarm=True)
    (strip,) = strips_of(readings, 0, 5000)
    assert (strip.count, strip.low, strip.high) == (5000, 0, 99)
    assert len(strip.points) <= 400
    assert max(height for _, height in strip.points) == 1
    assert len(strip.alarms) == 1
    kiln = [Reading("T", "CEL", 1, 1241, 1241, 1241, step="commissioning")]
    assert len(list(strips_of([*readings, *kiln], 0, 5000))) == 2


def test_the_sample_has_lanes_strips_and_a_map(chain: Context, codes: Any) -> None:
    view = service.thing(chain, CASE)
    life = service.journey(chain, view)
    assert [lane["label"] for lane in drawn(Translator(), life)["lanes"]] == [
        "Main plant (SAMPLE)", "Harbour Gifts (SAMPLE)",
    ]  # fmt: skip
    assert [(s.kind, s.step, s.count) for s in life.drawing.strips] == [
        ("RelativeHumidity", "receiving", 7), ("Temperature", "receiving", 7),
    ]  # fmt: skip
    assert [stop.label for stop in life.stops] == ["Main plant (SAMPLE)", "Harbour Gifts (SAMPLE)"]
    assert [(leg.count, leg.told) for leg in life.legs] == [(1, False)]
    spec = map_spec(Translator(), life, view.where.location)
    assert spec and [point["now"] for point in spec["points"]] == [False, True]


def test_what_only_documents_say_is_told_apart(chain: Context, codes: Any) -> None:
    """A pallet on its way is drawn to where it is to go; clay came from its supplier."""
    pallet = service.journey(chain, service.thing(chain, "(00)095212340000000921"))
    assert [
        (leg.told, stop.label) for leg, stop in zip(pallet.legs, pallet.stops[1:], strict=True)
    ] == [(True, "Teahouse Stores (SAMPLE)")]
    clay = service.journey(chain, service.thing(chain, codes.clay))
    assert [stop.label for stop in clay.stops] == [
        "Clay pit supplier (SAMPLE)",
        "Main plant (SAMPLE)",
    ]
    assert [leg.told for leg in clay.legs] == [True]


def event(**fields: Any) -> dict[str, Any]:
    """Make an event of a thing of its own."""
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "eventTime": "2026-03-01T08:30:00Z",
        "eventTimeZoneOffset": "+00:00",
        "epcList": ["urn:x:thing"],
        "bizStep": "storing",
    } | fields


def test_geo_addresses_are_places_and_nothing_else_is(ctx: Context) -> None:
    events = [
        event(readPoint={"id": "geo:52.5,13.4"}),
        event(readPoint={"id": "geo:95.0,13.4"}, eventTime="2026-03-02T08:30:00Z"),
        event(readPoint={"id": "urn:x:nowhere"}, eventTime="2026-03-03T08:30:00Z"),
    ]
    service.capture(ctx, [orjson.dumps(events)])
    life = service.journey(ctx, service.thing(ctx, "urn:x:thing"))
    assert [(stop.latitude, stop.longitude) for stop in life.stops] == [(52.5, 13.4)]
    assert life.legs == ()
    assert len(life.drawing.lanes) == 3


def test_an_event_declared_wrong_stays_in_sight(ctx: Context, site: TestClient) -> None:
    """Struck through on the axis and in the table; it decides nothing about the place."""
    good = event(
        bizLocation={"id": "urn:x:here"},
        eventID="urn:uuid:" + "1" * 8 + "-0000-4000-8000-000000000001",
    )
    wrong = event(
        bizLocation={"id": "urn:x:there"}, eventTime="2026-03-05T08:30:00Z",
        eventID="urn:uuid:" + "2" * 8 + "-0000-4000-8000-000000000002",
    )  # fmt: skip
    service.capture(ctx, [orjson.dumps([good, wrong])])
    declared = wrong | {
        "errorDeclaration": {
            "declarationTime": "2026-03-06T08:30:00Z", "reason": "incorrect_data",
        }
    }  # fmt: skip
    service.capture(ctx, [orjson.dumps([declared])])
    view = service.thing(ctx, "urn:x:thing")
    assert view.where.location == "urn:x:here"
    life = service.journey(ctx, view)
    assert {line.declared for line in life.lines} == {False, True}
    text = site.get(
        "/trace/thing?epc=urn:x:thing", headers={"accept": "text/html", "accept-language": "en"}
    ).text
    assert 'class="happening declared"' in text
    assert '<tr class="declared">' in text
    assert "stored, declared wrong · urn:x:there" in text


def test_a_long_life_shows_its_newest_events_and_exports_all(
    ctx: Context, site: TestClient
) -> None:
    events = [
        event(
            eventTime=f"2026-03-{1 + n // 24:02d}T{n % 24:02d}:30:00Z",
            bizLocation={"id": "urn:x:here"},
        )
        for n in range(230)
    ]
    service.capture(ctx, [orjson.dumps(events)])
    headers = {"accept": "text/html", "accept-language": "en"}
    text = site.get("/trace/thing?epc=urn:x:thing", headers=headers).text
    assert "200 of 230 rows" in text
    assert text.count("/trace/event?id=") < 260
    table = site.get("/api/v1/trace/thing?epc=urn:x:thing&format=csv")
    assert len(table.text.strip().splitlines()) == 231
