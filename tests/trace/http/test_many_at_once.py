"""Many single events at once: each is answered once it is safe, and they share transactions."""

from __future__ import annotations

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from copy import deepcopy
from typing import Any

import orjson
import pytest
from tests.trace.http.conftest import EVENT

from sanpin.kit.context import Context
from sanpin.trace import service
from sanpin.trace.api.epcis.gathering import Gathering, gathering
from sanpin.trace.engine.epcis.writer import CONTEXT
from sanpin.trace.model.captures import Behaviour
from sanpin.trace.service import queries
from sanpin.trace.service.capture import committing
from sanpin.trace.service.capture.soon import Begun
from sanpin.trace.service.queries import documents


def body(number: int, **fields: Any) -> bytes:
    event = deepcopy(EVENT) | {"eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012x}"}
    return orjson.dumps({"@context": CONTEXT, **event, **fields})


def begin(ctx: Context, data: bytes, *others: Any, **options: Any) -> Begun | None:
    """Begin a capture whose writing nothing puts off."""
    return service.begin_capture(ctx, data, lambda start: start(), *others, **options)


def test_what_waits_goes_to_disk_together(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: Counter[int] = Counter()
    original = committing.write_documents

    def counted(conn: Any, submissions: Any, now: Any) -> Any:
        sizes[len(submissions)] += 1
        return original(conn, submissions, now)

    monkeypatch.setattr(committing, "write_documents", counted)
    begun = [begin(ctx, body(number)) for number in range(60)]
    reports = [one.report for one in begun if one is not None]
    wait(reports, timeout=60)
    assert sum(report.result().captured for report in reports) == 60
    assert sum(size * count for size, count in sizes.items()) == 60
    assert max(sizes) > 1
    assert [str(service.capture_job(ctx, r.result().id)["state"]) for r in reports] == ["done"] * 60


def test_waiting_and_not_waiting_writers_share_one_queue(ctx: Context) -> None:
    def soon(number: int) -> int:
        begun = begin(ctx, body(number), single=True)
        assert begun is not None
        return begun.report.result(timeout=60).captured

    def usual(number: int) -> int:
        return service.capture(ctx, [body(number)]).captured

    with ThreadPoolExecutor(8) as pool:
        found = [pool.submit(soon if n % 2 else usual, n) for n in range(40)]
        assert sum(one.result() for one in found) == 40


def test_what_is_wrong_or_long_goes_the_usual_way(ctx: Context) -> None:
    assert begin(ctx, body(1, action="NONE")) is None
    assert begin(ctx, body(1, epcList=["nothing"])) is None
    assert begin(ctx, body(1)[:-5]) is None
    assert begin(ctx, b" " * 40_000 + body(1)) is None
    document = {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-01T00:00:00Z",
        "epcisBody": {"eventList": [orjson.loads(body(1))]},
    }
    assert begin(ctx, orjson.dumps(document), single=True) is None
    begun = begin(ctx, orjson.dumps(document), Behaviour.PROCEED)
    assert begun is not None
    assert begun.report.result(timeout=60).captured == 1


def test_a_contradiction_is_told(ctx: Context) -> None:
    service.capture(ctx, [body(1)])
    again = begin(ctx, body(1))
    other = begin(ctx, body(1, bizStep="receiving"))
    assert again is not None
    assert other is not None
    assert again.report.result(timeout=60).duplicates == 1
    (error,) = other.report.result(timeout=60).errors
    assert error.problem.code == "trace.event.conflict"


def test_a_long_answer_is_written_like_a_short_one(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.capture(ctx, [body(number) for number in range(20)])
    query = queries.read_own_query({"perPage": ["3"]})
    short = b"".join(queries.document_of(ctx, queries.all_events(ctx, query)))
    monkeypatch.setattr(documents, "_IN_MEMORY", 100)
    monkeypatch.setattr(documents, "_PIECE", 64)
    pieces = list(queries.document_of(ctx, queries.all_events(ctx, query)))
    assert len(pieces) > 20
    events = [
        orjson.loads(text)["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        for text in (short, b"".join(pieces))
    ]
    assert events[0] == events[1]
    assert len(events[0]) == 20


def test_writing_waits_while_others_come() -> None:
    looks: list[int] = []

    async def arrive(gathered: Gathering, rounds: int) -> None:
        assert gathering() is gathered
        gathered.arrived += 1
        gathered.put_off(lambda: looks.append(rounds))
        for _ in range(rounds):
            await asyncio.sleep(0)
            assert not looks
            gathered.arrived += 1
        for _ in range(4):
            await asyncio.sleep(0)
        assert looks == [rounds]

    async def run(rounds: int) -> None:
        await arrive(gathering(), rounds)

    for rounds in (0, 1, 5):
        looks.clear()
        asyncio.run(run(rounds))


def test_nobody_waits_for_ever() -> None:
    async def run() -> float:
        gathered, loop = gathering(), asyncio.get_running_loop()
        started = loop.create_future()
        begun = loop.time()
        gathered.put_off(lambda: started.set_result(loop.time()))
        while not started.done():
            gathered.arrived += 1
            await asyncio.sleep(0)
        return float(started.result()) - begun

    assert asyncio.run(run()) >= 0.02
