"""Declarations undone, events erased by age, holds that forbid it, master data."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from sqlalchemy import text

from sanpin.base import InputError, StateError
from sanpin.kit.audit import entries
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context
from sanpin.trace import service
from sanpin.trace.engine.epcis import write_document
from sanpin.trace.model.masterdata import MasterEntry
from sanpin.trace.store.masterdata import within
from sanpin.trace.store.reader import events_by_hash, texts
from sanpin.trace.store.sequence import Kind, changes_since, last_change

NOW = "2026-03-10T00:00:00Z"
A, B = (f"https://id.gs1.org/01/09521234567899/21/{name}" for name in "AB")


def event(day: int, thing: str = A, **changes: object) -> dict[str, object]:
    return {
        "type": "ObjectEvent",
        "eventTime": f"2026-03-{day:02d}T08:30:00Z",
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "eventID": f"urn:x:{day}",
        "bizLocation": {"id": f"urn:x:place:{day}"},
        "epcList": [thing],
        **changes,
    }


def document(*events: dict[str, object]) -> bytes:
    return write_document(events, NOW, {})


def ids(ctx: Context, thing: str = A) -> list[str]:
    return [one.id for one in service.find_events(ctx, thing)]


def test_a_declaration_can_be_undone(ctx: Context) -> None:
    made = {
        "type": "TransformationEvent",
        "eventTime": NOW,
        "eventTimeZoneOffset": "+00:00",
        "eventID": "urn:x:made",
        "inputEPCList": ["urn:x:in"],
        "outputEPCList": ["urn:x:out"],
    }
    declared = made | {"errorDeclaration": {"declarationTime": NOW}}
    service.capture(ctx, [document(made)])
    service.capture(ctx, [document(declared)])
    assert {node.id for node in service.forward(ctx, "urn:x:in").nodes} == {"urn:x:in"}
    with ctx.db.read() as conn:
        step = last_change(conn)
    assert service.undo_declaration(ctx, "urn:x:made") == 1
    assert {node.id for node in service.forward(ctx, "urn:x:in").nodes} == {"urn:x:in", "urn:x:out"}
    with ctx.db.read() as conn:
        assert [one.kind for one in changes_since(conn, step)] == [Kind.CHANGED]
    assert entries(ctx)[0].action == "trace.declaration.undo"
    with pytest.raises(StateError) as refusal:
        service.undo_declaration(ctx, "urn:x:made")
    assert (refusal.value.code, refusal.value.status) == ("trace.declaration.none", 404)
    # The declaration is known, and sent again it takes nothing out.
    assert service.capture(ctx, [document(declared, event(3))]).duplicates == 1
    assert len(service.forward(ctx, "urn:x:in").nodes) == 2
    later = made | {"errorDeclaration": {"declarationTime": "2026-03-11T00:00:00Z"}}
    assert service.capture(ctx, [document(later)]).captured == 1
    assert len(service.forward(ctx, "urn:x:in").nodes) == 1


def test_events_are_erased_when_they_were_kept_long_enough(ctx: Context) -> None:
    data = document(*(event(day) for day in (1, 5, 9)), event(2, B))
    service.capture(ctx, [data])
    now = datetime(2026, 3, 14, tzinfo=UTC)
    assert service.erase_expired(ctx, now) == 0
    service.set_retention(ctx, 7)
    assert service.retention(ctx) == 7
    with ctx.db.read() as conn:
        step = last_change(conn)
    assert service.erase_expired(ctx, now) == 3
    assert ids(ctx) == ["urn:x:9"]
    assert ids(ctx, B) == []
    assert service.erase_expired(ctx, now) == 0
    with ctx.db.read() as conn:
        assert {one.kind for one in changes_since(conn, step)} == {Kind.ERASED}
        assert [body[:1] for body, _ in texts(conn, [1, 2, 3, 4]).values()].count(b"{") == 1
        for table in ("link", "event", "payload"):
            assert conn.execute(text(f"SELECT count(*) FROM trace_{table}")).scalar_one() == 1
    assert service.erase_expired(ctx, now + timedelta(days=30)) == 1


@pytest.mark.parametrize(
    ("scope", "value", "left"),
    [
        ("firm", "", ["urn:x:1", "urn:x:5", "urn:x:2"]),
        ("thing", A, ["urn:x:1", "urn:x:5"]),
        ("place", "urn:x:place:2", ["urn:x:2"]),
        ("document", "", ["urn:x:1", "urn:x:5", "urn:x:2"]),
    ],
)
def test_holds_keep_what_they_cover(ctx: Context, scope: str, value: str, left: list[str]) -> None:
    data = document(event(1), event(5), event(2, B))
    service.capture(ctx, [data])
    service.set_retention(ctx, 1)
    digest = hashlib.sha256(data).hexdigest()
    hold = service.place_hold(ctx, scope, digest if scope == "document" else value, "a lawsuit")
    now = datetime(2026, 4, 1, tzinfo=UTC)
    assert service.erase_expired(ctx, now) == 3 - len(left)
    assert sorted(ids(ctx) + ids(ctx, B)) == sorted(left)
    assert [(one["scope"], one["lifted"]) for one in service.holds(ctx)] == [(scope, None)]
    service.lift_hold(ctx, hold)
    assert service.erase_expired(ctx, now) == len(left)
    with pytest.raises(StateError):
        service.lift_hold(ctx, hold)


def test_only_administrators_say_what_is_kept(ctx: Context) -> None:
    planner = ctx.acting_as(Actor("p", Role.PLANNER))
    for work in (
        lambda: service.set_retention(planner, 1),
        lambda: service.place_hold(planner, "firm", "", ""),
        lambda: service.lift_hold(planner, "x"),
        lambda: service.erase_expired(planner),
    ):
        with pytest.raises(StateError, match="needs the role"):
            work()
    for bad in (
        lambda: service.set_retention(ctx, -1),
        lambda: service.place_hold(ctx, "moon", "", ""),
        lambda: service.place_hold(ctx, "document", "12", ""),
    ):
        with pytest.raises(InputError):
            bad()


def test_master_data_come_from_heads_and_from_people(ctx: Context) -> None:
    body = {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": NOW,
        "epcisHeader": {
            "epcisMasterData": {
                "vocabularyList": [
                    {
                        "type": "urn:epcglobal:epcis:vtype:BusinessLocation",
                        "vocabularyElementList": [
                            {
                                "id": "urn:x:site",
                                "attributes": [
                                    {"id": "urn:epcglobal:cbv:mda#name", "attribute": "The site"},
                                    {"id": "urn:epcglobal:cbv:mda#city", "attribute": "Fuzhou"},
                                ],
                                "children": ["urn:x:hall"],
                            },
                            {"id": "urn:x:hall", "attributes": [], "children": ["urn:x:shelf"]},
                        ],
                    }
                ]
            }
        },
        "epcisBody": {"eventList": []},
    }
    assert service.capture(ctx, [orjson.dumps(body)]).success
    asked = ["urn:x:site", "urn:x:hall"]
    hall, site = service.master_entries(ctx, kind="place", things=asked)
    assert (site.name, site.parts) == ("The site", ("urn:x:hall",))
    assert site.attributes["urn:epcglobal:cbv:mda#city"] == "Fuzhou"
    assert hall.parts == ("urn:x:shelf",)
    with ctx.db.read() as conn:
        assert within(conn, ctx.firm, ["urn:x:site"]) == {"urn:x:site", "urn:x:hall", "urn:x:shelf"}
    service.save_master(ctx, [MasterEntry("urn:x:site", "place", "Our site", {}, ("urn:x:shelf",))])
    assert service.master_entries(ctx, things=["urn:x:site"])[0].name == "Our site"
    with ctx.db.read() as conn:
        assert within(conn, ctx.firm, ["urn:x:site"]) == {"urn:x:site", "urn:x:shelf"}
    other = ctx.acting_as(Actor("o", Role.ADMIN, "other"))
    assert service.master_entries(other) == []


def test_events_are_known_by_their_hash(ctx: Context) -> None:
    """One without identifier is the same as one with, when all else is equal."""
    named = event(1)
    nameless = {key: value for key, value in named.items() if key != "eventID"}
    service.capture(ctx, [document(named)])
    report = service.capture(ctx, [document(nameless)])
    assert (report.captured, report.duplicates) == (0, 1)
    digest = service.find_events(ctx, A)[0].digest
    with ctx.db.read() as conn:
        assert [one.id for one in events_by_hash(conn, ctx.firm, digest)] == ["urn:x:1"]
        assert events_by_hash(conn, ctx.firm, bytes(32)) == []
    assert service.capture(ctx, [document(nameless | {"action": "ADD"})]).captured == 1


def test_late_and_disordered_events_change_the_answer_alone(ctx: Context) -> None:
    service.capture(ctx, [document(event(20), event(3))])
    service.capture(ctx, [document(event(10))])
    found = service.find_events(ctx, A)
    assert [one.id for one in found] == ["urn:x:3", "urn:x:10", "urn:x:20"]
    assert service.where(ctx, A).location == "urn:x:place:20"
    offset = event(11, eventTime="2026-03-11T08:30:00+05:45", eventTimeZoneOffset="+05:45")
    service.capture(ctx, [document(offset)])
    assert service.find_events(ctx, A)[2].offset == 345
