"""Trouble while documents are stored: full disk, lost server, busy ledger, waiting crowds."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event, text

from sanpin.base import StateError
from sanpin.kit.context import Context, open_context
from sanpin.kit.workspace import Workspace
from sanpin.trace import service
from sanpin.trace.engine.epcis import write_document
from sanpin.trace.service.capture import committing, long
from sanpin.trace.service.capture import documents as steps
from sanpin.trace.store import writer

NOW = "2026-03-10T00:00:00Z"


def document(*numbers: int, action: str = "OBSERVE") -> bytes:
    events = [
        {
            "type": "ObjectEvent",
            "eventTime": "2026-03-01T08:30:00Z",
            "eventTimeZoneOffset": "+00:00",
            "action": action,
            "eventID": f"urn:x:{number}",
            "epcList": [f"urn:t:{number}", "urn:t:all"],
        }
        for number in numbers
    ]
    return write_document(events, NOW, {})


@pytest.mark.parametrize("longest", [10_000, 64])
def test_a_full_disk_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, longest: int
) -> None:
    """The file may not grow: the same answer as from a disk without room."""
    monkeypatch.setattr(steps, "SLICE_EVENTS", longest)
    monkeypatch.setattr(long, "SLICE_EVENTS", longest)
    with open_context(Workspace.create(tmp_path / "workspace")) as ctx:
        service.capture(ctx, [document(0)])
        original = committing.tune

        def limit(conn: object, *, many: bool) -> None:
            original(conn, many=many)  # type: ignore[arg-type]
            conn.exec_driver_sql("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]

        monkeypatch.setattr(committing, "tune", limit)
        with pytest.raises(StateError) as refusal:
            service.capture(ctx, [document(*range(1, 2000))])
        assert refusal.value.code == "workspace.disk_full"
        assert service.count_events(ctx) == 1
        monkeypatch.setattr(committing, "tune", original)
        with ctx.db.write() as conn:
            conn.exec_driver_sql("PRAGMA max_page_count = 1000000")
        ctx.db.engine.dispose()
        assert service.capture(ctx, [document(*range(1, 2000))]).captured == 1999


def test_a_read_only_ledger_is_told(tmp_path: Path) -> None:
    with open_context(Workspace.create(tmp_path / "workspace")) as ctx:
        service.capture(ctx, [document(0)])
        ctx.db.engine.dispose()

        @event.listens_for(ctx.db.engine, "connect")
        def read_only(connection: object, _record: object) -> None:
            connection.execute("PRAGMA query_only = 1")  # type: ignore[attr-defined]

        with pytest.raises(StateError) as refusal:
            service.capture(ctx, [document(1)])
        assert refusal.value.code == "workspace.read_only"
        assert len(service.find_events(ctx, "urn:t:all")) == 1


def test_a_server_that_goes_in_the_middle_leaves_nothing(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    if ctx.db.dialect != "postgresql":
        pytest.skip("SQLite has no server that could go")
    service.capture(ctx, [document(0)])
    original = writer.insert_rows

    def cut(conn: object, table: object, columns: object, rows: object) -> None:
        if getattr(table, "name", "") == "trace_link":
            number = conn.exec_driver_sql("SELECT pg_backend_pid()").scalar()  # type: ignore[attr-defined]
            with ctx.db.engine.connect() as other:
                other.execute(text(f"SELECT pg_terminate_backend({number})"))
        original(conn, table, columns, rows)  # type: ignore[arg-type]

    monkeypatch.setattr(writer, "insert_rows", cut)
    with pytest.raises(StateError) as refusal:
        service.capture(ctx, [document(*range(1, 100))])
    assert refusal.value.code == "db.server.unreachable"
    monkeypatch.setattr(writer, "insert_rows", original)
    assert service.count_events(ctx) == 1
    assert service.capture(ctx, [document(*range(1, 100))]).captured == 99


def test_documents_that_wait_go_to_disk_together(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each gets its own answer, also those that are refused."""
    service.capture(ctx, [document(3, action="DELETE")])
    groups: list[int] = []
    original = committing.write_documents
    first = threading.Event()

    def slow(conn: object, submissions: list[object], now: object) -> object:
        groups.append(len(submissions))
        if len(groups) == 1:
            first.wait(20)
        return original(conn, submissions, now)  # type: ignore[arg-type]

    monkeypatch.setattr(committing, "write_documents", slow)
    with ThreadPoolExecutor(16) as pool:
        futures = [pool.submit(service.capture, ctx, [document(n)]) for n in range(16)]
        queue = committing._QUEUES[ctx.db.engine]
        for _ in range(2000):
            if len(queue._waiting) == 15:
                break
            threading.Event().wait(0.01)
        first.set()
        reports = [future.result() for future in futures]
    assert groups == [1, 15]
    assert [report.captured for report in reports] == [int(n != 3) for n in range(16)]
    assert [e.problem.code for e in reports[3].errors] == ["trace.event.conflict"]
    assert service.count_events(ctx) == 16
    assert len({report.id for report in reports}) == 16
    for report in reports:
        assert service.capture_job(ctx, report.id)["captured"] == report.captured


def test_one_that_fails_does_not_take_the_others_along(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = committing.write_documents
    held = threading.Event()

    def choosy(conn: object, submissions: list[object], now: object) -> object:
        if not held.is_set():
            held.wait(20)
        rows = [row for one in submissions for row in one.rows]  # type: ignore[attr-defined]
        if any(row.identifier == "urn:x:5" for row in rows):
            raise StateError("test.refused", "Not this one.")
        return original(conn, submissions, now)  # type: ignore[arg-type]

    monkeypatch.setattr(committing, "write_documents", choosy)
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(service.capture, ctx, [document(n)]) for n in range(8)]
        queue = committing._QUEUES.get(ctx.db.engine)
        for _ in range(2000):
            queue = queue or committing._QUEUES.get(ctx.db.engine)
            if queue is not None and len(queue._waiting) == 7:
                break
            threading.Event().wait(0.01)
        held.set()
        failures = [future.exception() for future in futures]
    assert [n for n, failure in enumerate(failures) if failure is not None] == [5]
    assert service.count_events(ctx) == 7


def test_an_older_copy_put_back_is_noticed(tmp_path: Path) -> None:
    """Numbers that a process remembers belong to names that the copy does not have."""
    with open_context(Workspace.create(tmp_path / "workspace")) as ctx:
        service.capture(ctx, [document(0)])
        path = ctx.workspace.path / "sanpin.sqlite"
        ctx.db.engine.dispose()
        copy = path.read_bytes()
        service.capture(ctx, [document(*range(1, 50))])
        ctx.db.engine.dispose()
        for rest in path.parent.glob("sanpin.sqlite-*"):
            rest.unlink()
        path.write_bytes(copy)
        assert service.capture(ctx, [document(200), document(7)]).captured == 2
        for number in (0, 7, 200):
            found = service.find_events(ctx, f"urn:t:{number}")
            assert [one.id for one in found] == [f"urn:x:{number}"]
