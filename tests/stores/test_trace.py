"""The trace ledger on every database: complete, idempotent, all or nothing."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from sanpin.base import InputError, StateError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Actor, Context
from sanpin.trace import service
from sanpin.trace.engine.epcis import normalise, read_document, write_document
from sanpin.trace.engine.hash import event_hash
from sanpin.trace.model.captures import Behaviour
from sanpin.trace.sample import sample_directory, sample_documents
from sanpin.trace.store import writer
from sanpin.trace.store.blocks import Blocks
from sanpin.trace.store.intern import Naming, find_things, split, things_of
from sanpin.trace.store.pack import pack_texts, pack_things, unpack_texts, unpack_things
from sanpin.trace.store.reader import LedgerEvents, events_by_id
from sanpin.trace.store.rows import hash_uri
from sanpin.trace.store.tables import METADATA

NOW = "2026-03-10T00:00:00Z"
CLAY = f"https://id.gs1.org/01/{sample_directory().items['CLAY']}/10/C-0301"
EVENT = {
    "type": "ObjectEvent",
    "eventTime": "2026-03-01T08:30:00+08:00",
    "eventTimeZoneOffset": "+08:00",
    "action": "OBSERVE",
    "eventID": "urn:x:1",
    "epcList": ["https://id.gs1.org/01/09521234567899/21/A"],
}


def document(*events: dict[str, object], **prefixes: str) -> bytes:
    return write_document(events, NOW, prefixes)


def rows(ctx: Context) -> dict[str, int]:
    with ctx.db.read() as conn:
        return {
            table.name: conn.execute(select(func.count()).select_from(table)).scalar_one()
            for table in METADATA.sorted_tables
            if table.name not in ("trace_block", "trace_capture_job", "trace_sequence")
        }


def firm(ctx: Context, name: str, role: Role = Role.ADMIN) -> Context:
    return ctx.acting_as(Actor("someone", role, name))


def test_what_goes_in_comes_out(ctx: Context) -> None:
    documents = sample_documents()
    raws = [raw for data in documents for raw in read_document(data).events]
    expected = [normalise(raw.body) for raw in raws]
    hashes = [event_hash(raw.body, raw.namespaces) for raw in raws]
    report = service.capture(ctx, documents)
    assert (report.captured, report.duplicates, report.rejected) == (35, 0, 0)
    assert report.success
    with ctx.db.read() as conn:
        found = events_by_id(conn, range(1, 36))
    plain = {"sequence": 0, "record_time": 0, "digest": b"", "id": ""}
    assert [replace(e, **plain) for e in found] == [replace(e, **plain) for e in expected]
    assert [hash_uri(event.digest) for event in found] == hashes
    assert [event.id for event in found] == hashes
    assert all(event.record_time > 0 for event in found)


def test_texts_are_kept_to_the_byte(ctx: Context) -> None:
    text = b"""{"type":"ObjectEvent", "eventTime" : "2026-03-01T08:30:00.10+08:00",
        "eventTimeZoneOffset":"+08:00","action":"OBSERVE","a:x":1.50,
        "eventID":"urn:x:9","epcList":["urn:x:thing"]}"""
    data = (
        b"""{"@context":["c",{"a":"https://a/"}],"type":"EPCISDocument","schemaVersion":"2.0",
        "creationDate":"2026-03-10T00:00:00Z","epcisBody":{"eventList":[%s]}}"""
        % text
    )
    assert service.capture(ctx, [data]).captured == 1
    answer = service.events_document(ctx, service.find_events(ctx, "urn:x:thing"))
    assert text in answer
    assert orjson.loads(answer)["@context"][-1] == {"a": "https://a/"}
    assert text in service.event_text(ctx, "urn:x:9")


def test_sending_again_changes_nothing(ctx: Context) -> None:
    documents = sample_documents()
    service.capture(ctx, documents)
    before = rows(ctx)
    again = service.capture(ctx, documents)
    assert (again.captured, again.duplicates) == (0, 35)
    assert rows(ctx) == before
    rewritten = [orjson.dumps(orjson.loads(d), option=orjson.OPT_INDENT_2) for d in documents]
    third = service.capture(ctx, rewritten)
    assert (third.captured, third.duplicates) == (0, 35)
    assert rows(ctx) == before | {"trace_document": 2}


def test_one_event_twice_in_a_document_counts_once(ctx: Context) -> None:
    report = service.capture(ctx, [document(EVENT, EVENT)])
    assert (report.events, report.captured, report.duplicates) == (2, 1, 1)


def test_other_content_under_a_known_identifier_is_refused(ctx: Context) -> None:
    service.capture(ctx, [document(EVENT)])
    before = rows(ctx)
    other = EVENT | {"action": "DELETE"}
    fresh = EVENT | {"eventID": "urn:x:2"}
    report = service.capture(ctx, {"late.json": document(fresh, other)})
    assert (report.captured, report.rejected) == (0, 2)
    assert [(e.file, e.problem.code) for e in report.errors] == [
        ("late.json", "trace.event.conflict")
    ]
    assert report.errors[0].problem.fields["identifier"] == "urn:x:1"
    assert rows(ctx) == before
    report = service.capture(ctx, [document(fresh, other)], behaviour=Behaviour.PROCEED)
    assert (report.captured, report.rejected) == (1, 1)


def test_a_bad_event_refuses_its_document_unless_told_to_proceed(ctx: Context) -> None:
    bad = EVENT | {"eventID": "urn:x:2", "action": "CREATE"}
    before = rows(ctx)
    report = service.capture(ctx, [document(EVENT, bad), b"{", document(EVENT)])
    assert (report.files, report.events, report.captured, report.rejected) == (3, 3, 1, 2)
    assert [e.problem.code for e in report.errors] == [
        "trace.event.action",
        "trace.document.json",
    ]
    assert rows(ctx)["trace_event"] == before["trace_event"] + 1
    text = document(EVENT | {"eventID": "urn:x:3"}, bad)
    for captured, duplicates in ((1, 0), (0, 1)):
        report = service.capture(ctx, [text], behaviour=Behaviour.PROCEED)
        assert (report.captured, report.duplicates, report.rejected) == (captured, duplicates, 1)


@pytest.mark.parametrize("early", [True, False])
def test_error_declarations_take_events_out_whenever_they_come(ctx: Context, early: bool) -> None:
    made = EVENT | {
        "type": "TransformationEvent",
        "inputEPCList": ["urn:x:in"],
        "outputEPCList": ["urn:x:out"],
    }
    del made["epcList"], made["action"]
    declared = made | {"errorDeclaration": {"declarationTime": NOW}}
    for event in (declared, made) if early else (made, declared):
        assert service.capture(ctx, [document(event)]).captured == 1
    assert {node.id for node in service.forward(ctx, "urn:x:in").nodes} == {"urn:x:in"}
    assert len(service.find_events(ctx, "urn:x:in")) == 2
    events = orjson.loads(service.event_text(ctx, "urn:x:1"))["epcisBody"]["queryResults"]
    assert len(events["resultsBody"]["eventList"]) == 2


def test_a_failure_in_the_middle_leaves_nothing(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows(ctx)

    def full(conn: Connection, table: object, columns: object, given: object) -> None:
        if getattr(table, "name", "") == "trace_payload":
            raise StateError("workspace.disk_full", "The disk is full.")
        original(conn, table, columns, given)  # type: ignore[arg-type]

    original = writer.insert_rows
    monkeypatch.setattr(writer, "insert_rows", full)
    with pytest.raises(StateError):
        service.capture(ctx, sample_documents())
    assert rows(ctx) == before
    monkeypatch.undo()
    assert service.capture(ctx, sample_documents()).captured == 35
    assert len(service.forward(ctx, CLAY).nodes) == 27


def test_firms_do_not_see_each_other(ctx: Context) -> None:
    mine, other = firm(ctx, "mine"), firm(ctx, "other")
    service.capture(mine, sample_documents())
    assert len(service.find_events(mine, limit=100)) == 35
    assert service.find_events(other, limit=100) == []
    assert service.find_events(other, CLAY) == []
    for question in (service.back, service.forward, service.history):
        with pytest.raises(StateError) as refusal:
            question(other, CLAY)
        assert refusal.value.code == "trace.thing.unknown"
        assert refusal.value.status == 404
    assert [gap.code for gap in service.recall(other, [CLAY]).gaps] == ["trace.gap.unknown"]
    with pytest.raises(StateError):
        service.event_text(other, service.find_events(mine, CLAY)[0].id)
    assert service.capture(other, sample_documents()).captured == 35
    assert len(service.forward(mine, CLAY).nodes) == len(service.forward(other, CLAY).nodes) == 27


def test_viewers_may_ask_but_not_capture(ctx: Context) -> None:
    service.capture(ctx, sample_documents())
    viewer = ctx.acting_as(Actor("guest", Role.VIEWER))
    assert service.forward(viewer, CLAY).nodes
    with pytest.raises(StateError) as refusal:
        service.capture(viewer, sample_documents())
    assert refusal.value.status == 403


def test_many_writers_at_once_lose_nothing(ctx: Context) -> None:
    def events(writer_number: int, document_number: int) -> bytes:
        return document(
            *(
                EVENT
                | {
                    "eventID": f"urn:x:{writer_number}-{document_number}-{n}",
                    "epcList": [
                        f"https://id.gs1.org/01/09521234567899/21/shared{n}",
                        f"https://id.gs1.org/01/09521234567899/21/w{writer_number}-{n}",
                    ],
                }
                for n in range(20)
            )
        )

    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for one in range(5):
                service.capture(ctx, [events(number, one)])
        except BaseException as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert rows(ctx)["trace_event"] == 400
    assert rows(ctx)["trace_epc"] == 20 + 4 * 20
    shared = service.find_events(ctx, "https://id.gs1.org/01/09521234567899/21/shared3")
    assert len(shared) == 20


def test_large_captures_leave_a_run_and_small_ones_do_not(ctx: Context) -> None:
    from sanpin.kit.runs import list_runs

    service.capture(ctx, sample_documents())
    assert list_runs(ctx, domain="trace") == []
    events = [EVENT | {"eventID": f"urn:x:big-{n}"} for n in range(1001)]
    seen: list[float] = []
    report = service.capture(
        ctx, [document(*events)], progress=lambda share, _message: seen.append(share)
    )
    runs = list_runs(ctx, domain="trace")
    assert [run.id for run in runs] == [report.run]
    assert runs[0].metrics["captured"] == 1001
    assert seen
    assert len(service.find_events(ctx, EVENT["epcList"][0])) == 1001


def test_captures_can_be_looked_up(ctx: Context) -> None:
    report = service.capture(ctx, {"a.json": document(EVENT | {"action": "CREATE"})})
    job = service.capture_job(ctx, report.id)
    assert job["state"] == "failed"
    assert job["errors"][0]["file"] == "a.json"  # type: ignore[index]
    assert [one["id"] for one in service.capture_jobs(ctx)] == [report.id]
    with pytest.raises(StateError) as refusal:
        service.capture_job(firm(ctx, "other"), report.id)
    assert refusal.value.status == 404


def test_joined_transformations_are_found_in_the_ledger(ctx: Context) -> None:
    head = {"type": "TransformationEvent", "eventTimeZoneOffset": "+00:00",
            "transformationID": "urn:x:batch"}  # fmt: skip
    first = head | {"eventTime": "2026-03-01T08:00:00Z", "inputEPCList": ["urn:x:in"]}
    second = head | {"eventTime": "2026-03-01T09:00:00Z", "outputEPCList": ["urn:x:out"]}
    service.capture(ctx, [document(second), document(first)])
    assert {n.id for n in service.forward(ctx, "urn:x:in").nodes} == {"urn:x:in", "urn:x:out"}
    with ctx.db.read() as conn:
        found = LedgerEvents(conn, ctx.firm).joined(["urn:x:batch", "urn:x:none"])
    assert [len(found[name]) for name in ("urn:x:batch", "urn:x:none")] == [2, 0]


def test_names_become_numbers_and_names_again(ctx: Context) -> None:
    names = [f"https://id.gs1.org/01/09521234567899/21/{n}" for n in range(50)]
    names += [f"https://id.gs1.org/01/{n:014d}" for n in range(30)]
    names += ["urn:x:y#z", "plain", "https://x/中文", "urn:a:'\"%_\\"]
    with ctx.db.write() as conn:
        blocks = Blocks(conn)
        naming = Naming(conn, blocks)
        numbers = naming.things(names)
        again = naming.things([*names, "urn:new"])
        blocks.save()
        assert {name: again[name] for name in names} == numbers
        assert things_of(conn, numbers.values()) == {n: name for name, n in numbers.items()}
        assert find_things(conn, ["urn:never", *names]) == numbers
    assert len(set(numbers.values())) == len(names)
    assert numbers[names[1]] == numbers[names[0]] + 1


@given(st.text(max_size=40))
def test_any_name_is_its_class_and_serial(name: str) -> None:
    assert "".join(split(name)) == name


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(1, 1 << 62)), max_size=30))
def test_things_are_packed_without_loss(entries: list[tuple[int, int]]) -> None:
    assert list(unpack_things(pack_things(entries))) == entries


def test_a_run_of_things_takes_a_few_bytes() -> None:
    entries = [(2, n) for n in range(1000, 1240)]
    assert len(pack_things(entries)) <= 4
    assert list(unpack_things(pack_things(entries))) == entries


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=70))
def test_texts_are_packed_without_loss(texts: list[bytes]) -> None:
    assert unpack_texts(pack_texts(texts)) == texts


def test_recalls_take_times_and_refuse_nonsense(ctx: Context) -> None:
    service.capture(ctx, sample_documents())
    late = service.recall(ctx, [CLAY], since="2026-03-05T00:00:00+08:00")
    assert len(late.affected) < len(service.recall(ctx, [CLAY]).affected)
    for seeds, since, code in (
        ([], None, "trace.recall.no_seeds"),
        ([CLAY], "yesterday", "trace.recall.time"),
        (["???"], None, "trace.identifier.unknown"),
    ):
        with pytest.raises(InputError) as refusal:
            service.recall(ctx, seeds, since=since)
        assert refusal.value.code == code


def test_newest_events_can_be_paged_while_new_ones_arrive(ctx: Context) -> None:
    service.capture(ctx, sample_documents())
    everything = service.find_events(ctx, limit=100)
    assert everything == sorted(everything, key=lambda e: e.order, reverse=True)
    newest = max(event.sequence for event in everything)
    service.capture(ctx, [document(EVENT | {"eventTime": "2030-01-01T00:00:00Z"})])
    assert service.find_events(ctx, limit=100, before=newest + 1) == everything
    assert len(service.find_events(ctx, limit=100)) == 36
    assert service.find_events(ctx, limit=1)[0].time > datetime(2029, 1, 1, tzinfo=UTC).timestamp()
