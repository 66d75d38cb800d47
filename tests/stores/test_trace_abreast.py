"""Reading on two connections: the order of the tasks, one state, errors."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Connection, func, select

from sanpin.kit.context import Context
from sanpin.trace import service
from sanpin.trace.engine.epcis import write_document
from sanpin.trace.store import abreast
from sanpin.trace.store.abreast import read_abreast
from sanpin.trace.store.tables import EVENT


def capture(ctx: Context, number: int) -> None:
    """Capture one event."""
    event = {
        "type": "ObjectEvent",
        "eventTime": "2026-03-01T08:30:00Z",
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "eventID": f"urn:e:{number}",
        "epcList": ["urn:t:1"],
    }
    assert service.capture(ctx, [write_document([event], "2026-03-10T00:00:00Z")]).captured == 1


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be use for a second connection."""
    monkeypatch.setattr(abreast.os, "cpu_count", lambda: 2)


def count(conn: Connection, _task: int) -> int:
    """Count the events that a connection sees."""
    return int(conn.execute(select(func.count()).select_from(EVENT)).scalar_one())


@pytest.mark.usefixtures("two_cores")
def test_two_connections_read_one_state(ctx: Context) -> None:
    """Each waits for the other, so that both take part where there are two."""
    capture(ctx, 1)
    sqlite = ctx.db.dialect == "sqlite"
    meeting = threading.Barrier(2 if sqlite else 1, timeout=60)
    threads = set()

    def read(conn: Connection, task: int) -> tuple[int, int]:
        if task < 2:
            meeting.wait()
        threads.add(threading.get_ident())
        return task, count(conn, task)

    with ctx.db.read() as conn:
        assert read_abreast(conn, range(20), read) == [(task, 1) for task in range(20)]
    assert len(threads) == (2 if sqlite else 1)


@pytest.mark.usefixtures("two_cores")
def test_a_later_state_is_not_read(ctx: Context) -> None:
    """What was captured since the question began is seen by no part of its answer."""
    capture(ctx, 1)
    with ctx.db.read() as conn:
        assert count(conn, 0) == 1
        capture(ctx, 2)
        assert read_abreast(conn, range(10), count) == [1] * 10
    with ctx.db.read() as conn:
        assert read_abreast(conn, range(10), count) == [2] * 10
        assert read_abreast(conn, [], count) == []


@pytest.mark.usefixtures("two_cores")
def test_an_error_ends_the_reading(ctx: Context) -> None:
    """Whoever meets it, nothing more is read and the error comes out."""
    capture(ctx, 1)
    done = []

    def read(_conn: Connection, task: int) -> None:
        if task >= 2:
            raise ValueError(task)
        done.append(task)

    with ctx.db.read() as conn, pytest.raises(ValueError, match=r"[23]"):
        read_abreast(conn, range(1000), read)
    assert sorted(done) == [0, 1]
