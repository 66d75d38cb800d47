"""Documents of any length: seen as a whole or not at all, whatever happens in between."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from sqlalchemy import func, select

from sanpin.base import StateError
from sanpin.kit.context import Context
from sanpin.trace import service
from sanpin.trace.engine.epcis import write_document
from sanpin.trace.model.captures import Behaviour
from sanpin.trace.service.capture import documents as steps
from sanpin.trace.service.capture import long
from sanpin.trace.store import pending as ahead
from sanpin.trace.store.pending import Pending, erase_some
from sanpin.trace.store.sequence import Kind, changes_since, hidden, last_change
from sanpin.trace.store.tables import METADATA, PENDING

NOW = "2026-03-10T00:00:00Z"
THING = "https://id.gs1.org/01/09521234567899/21/A"
NAMES = ("firm", "vocab", "epc", "epc_class", "context", "block", "sequence", "capture_job")


def event(number: int, **changes: object) -> dict[str, object]:
    """Make an event of a common thing and a thing of its own."""
    return {
        "type": "ObjectEvent",
        "eventTime": f"2026-03-01T08:30:{number % 60:02d}+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "eventID": f"urn:x:{number}",
        "bizStep": "storing",
        "epcList": [THING, f"https://id.gs1.org/01/09521234567899/21/N{number}"],
        **changes,
    }


def document(*events: dict[str, object]) -> bytes:
    return write_document(events, NOW, {})


def counts(ctx: Context) -> dict[str, int]:
    with ctx.db.read() as conn:
        return {
            table.name: conn.execute(select(func.count()).select_from(table)).scalar_one()
            for table in METADATA.sorted_tables
            if table.name.removeprefix("trace_") not in NAMES
        }


@pytest.fixture(autouse=True)
def short_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything over 128 events be long, in slices of as many."""
    monkeypatch.setattr(steps, "SLICE_EVENTS", 128)
    monkeypatch.setattr(long, "SLICE_EVENTS", 128)


def test_a_long_document_becomes_visible_at_once(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int, int]] = []
    original = long._write_slice

    def spy(*arguments: object) -> object:
        found = original(*arguments)  # type: ignore[arg-type]
        with ctx.db.read() as conn:
            ranges = len(hidden(conn))
        seen.append((service.count_events(ctx), len(service.find_events(ctx, THING)), ranges))
        assert service.find_events(ctx, limit=10) == []
        assert not service.has_events(ctx)
        return found

    monkeypatch.setattr(long, "_write_slice", spy)
    data = document(*(event(n) for n in range(300)))
    report = service.capture(ctx, [data])
    assert (report.captured, report.duplicates, report.errors) == (300, 0, ())
    assert seen == [(0, 0, 1)] * 3
    assert service.count_events(ctx) == len(service.find_events(ctx, THING)) == 300
    with ctx.db.read() as conn:
        assert hidden(conn) == []
        steps_taken = changes_since(conn, 0)
    assert [(step.kind, step.last - step.first + 1) for step in steps_taken] == [
        (Kind.VISIBLE, 300)
    ]
    again = service.capture(ctx, [data])
    assert (again.captured, again.duplicates) == (0, 300)
    texts = service.events_document(ctx, service.find_events(ctx, THING))
    bodies = orjson.loads(texts)["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert {body["eventID"] for body in bodies} == {f"urn:x:{n}" for n in range(300)}


def test_a_file_is_read_from_its_place(ctx: Context, tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    path.write_bytes(document(*(event(n) for n in range(130))))
    missing = tmp_path / "missing.json"
    report = service.capture(ctx, {"a": path, "b": missing})
    assert (report.captured, [error.problem.code for error in report.errors]) == (
        130,
        ["trace.capture.unreadable"],
    )


@pytest.mark.parametrize("place", [0, 100, 299])
def test_a_bad_event_anywhere_refuses_all(ctx: Context, place: int) -> None:
    before = counts(ctx)
    events = [event(n) for n in range(300)]
    events[place]["action"] = "CREATE"
    report = service.capture(ctx, [document(*events)])
    assert (report.captured, report.rejected) == (0, 300)
    assert [error.problem.fields["event"] for error in report.errors] == [place + 1]
    assert counts(ctx) == before
    report = service.capture(ctx, [document(*events)], behaviour=Behaviour.PROCEED)
    assert (report.captured, report.rejected) == (299, 1)
    assert counts(ctx)["trace_event"] == 299


def test_a_contradiction_anywhere_takes_all_back(ctx: Context) -> None:
    service.capture(ctx, [document(event(250))])
    before = counts(ctx)
    events = [event(n) for n in range(300)]
    events[250]["action"] = "DELETE"
    report = service.capture(ctx, [document(*events)])
    assert (report.captured, report.rejected) == (0, 300)
    assert [error.problem.code for error in report.errors] == ["trace.event.conflict"]
    assert counts(ctx) == before
    assert len(service.find_events(ctx, THING)) == 1
    report = service.capture(ctx, [document(*events)], behaviour=Behaviour.PROCEED)
    assert (report.captured, report.rejected) == (299, 1)


def test_what_others_wrote_meanwhile_is_compared(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An event that came in a short document while the long one was written counts once."""
    original = long._write_slice
    others = [document(event(3), event(2000)), document(event(299))]

    def spy(*arguments: object) -> object:
        found = original(*arguments)  # type: ignore[arg-type]
        if others:
            assert service.capture(ctx, [others.pop(0)]).success
        return found

    monkeypatch.setattr(long, "_write_slice", spy)
    report = service.capture(ctx, [document(*(event(n) for n in range(300)))])
    assert (report.captured, report.duplicates, report.rejected) == (298, 2, 0)
    found = service.find_events(ctx, THING)
    assert len(found) == len({one.id for one in found}) == 301
    assert counts(ctx)["trace_event"] == 301


@pytest.mark.parametrize(("behaviour", "captured"), [("rollback", 0), ("proceed", 299)])
def test_a_contradiction_that_came_meanwhile(
    ctx: Context, monkeypatch: pytest.MonkeyPatch, behaviour: str, captured: int
) -> None:
    original = long._write_slice
    others = [document(event(3, action="DELETE"))]

    def spy(*arguments: object) -> object:
        found = original(*arguments)  # type: ignore[arg-type]
        if others:
            assert service.capture(ctx, [others.pop()]).success
        return found

    monkeypatch.setattr(long, "_write_slice", spy)
    data = document(*(event(n) for n in range(300)))
    report = service.capture(ctx, [data], behaviour=Behaviour(behaviour))
    assert (report.captured, report.rejected) == (captured, 300 - captured)
    assert [e.problem.fields["identifier"] for e in report.errors] == ["urn:x:3"]
    assert counts(ctx)["trace_event"] == captured + 1


def test_a_declaration_takes_effect_with_its_document(ctx: Context) -> None:
    service.capture(ctx, [document(event(7), event(8))])
    with ctx.db.read() as conn:
        step = last_change(conn)
    declared = event(7, errorDeclaration={"declarationTime": NOW})
    events = [*(event(n) for n in range(100, 250)), declared]
    assert service.capture(ctx, [document(*events)]).captured == 151
    with ctx.db.read() as conn:
        news = changes_since(conn, step)
    assert [one.kind for one in news] == [Kind.VISIBLE, Kind.CHANGED]
    states = {e.id: e.declared for e in service.find_events(ctx, THING) if e.id < "urn:x:1"}
    assert not any(states.values())
    found = [e for e in service.find_events(ctx, THING) if e.id in ("urn:x:7", "urn:x:8")]
    assert sorted((e.id, e.declared) for e in found) == [
        ("urn:x:7", True),
        ("urn:x:7", True),
        ("urn:x:8", False),
    ]


def test_what_a_dead_writer_left_is_erased_by_the_next(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = counts(ctx)
    monkeypatch.setattr(long, "_erase", lambda ctx, pending: None)
    monkeypatch.setattr(long, "new_owner", lambda: f"{ahead.host_name()}:999999999:x")

    def fail(*_: object) -> None:
        raise StateError("workspace.disk_full", "The disk is full.")

    monkeypatch.setattr(long, "_finish", fail)
    data = document(*(event(n) for n in range(300)))
    with pytest.raises(StateError):
        service.capture(ctx, [data])
    assert counts(ctx)["trace_event"] == before["trace_event"] + 300
    assert service.count_events(ctx) == 0
    monkeypatch.undo()
    long._SWEPT.clear()
    assert service.capture(ctx, [document(event(1))]).captured == 1
    left = counts(ctx)
    assert (left["trace_event"], left["trace_link"], left["trace_payload"]) == (1, 2, 1)
    assert left["trace_pending"] == 0


def test_a_writer_that_was_given_up_refuses_to_go_on(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = long._write_slice

    def stolen(*arguments: object) -> object:
        with ctx.db.read() as conn:
            row = conn.execute(select(PENDING)).one()
        pending = Pending(row.owner_id, 0, row.first_event, row.last_event, 0, 0)
        assert ctx.db.transact(lambda conn: erase_some(conn, pending))
        return original(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(long, "_write_slice", stolen)
    with pytest.raises(StateError) as refusal:
        service.capture(ctx, [document(*(event(n) for n in range(300)))])
    assert refusal.value.code == "trace.capture.given_up"
    assert service.count_events(ctx) == counts(ctx)["trace_event"] == 0


def test_many_events_are_erased_in_steps(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_ERASED_AT_ONCE", 50)
    service.capture(ctx, [document(event(250))])
    before = counts(ctx)
    events = [event(n) for n in range(300)]
    events[250]["action"] = "DELETE"
    assert not service.capture(ctx, [document(*events)]).success
    assert counts(ctx) == before
