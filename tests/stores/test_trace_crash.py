"""Writers that are killed in the middle: nothing that was acknowledged is lost, nothing is torn."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import IO

from sqlalchemy import text

from sanpin.kit.context import Context
from sanpin.trace import service
from sanpin.trace.engine.epcis import write_document
from sanpin.trace.service.capture import long
from sanpin.trace.store.pack import unpack_things
from sanpin.trace.store.reader import events_by_id, texts
from sanpin.trace.store.sequence import changes_since, hidden

WRITER = Path(__file__).with_name("trace_writer.py")
WRITERS, KILLS = 2, 3


class Writer:
    """One writing process and what it said."""

    def __init__(self, ctx: Context, name: str) -> None:
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, str(WRITER), str(ctx.workspace.path), name],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_until_ready(self) -> None:
        """Wait until it writes."""
        assert self.out.readline() == "ready\n", self.process.communicate()[1]

    @property
    def out(self) -> IO[str]:
        """What it says."""
        assert self.process.stdout is not None
        return self.process.stdout

    def kill(self) -> set[int]:
        """Kill it; return the numbers of the documents that it was told are safe."""
        self.process.kill()
        said, _ = self.process.communicate()
        return {int(line.split()[1]) for line in said.splitlines() if line.startswith("safe")}


def test_killed_writers_lose_nothing_and_tear_nothing(ctx: Context) -> None:
    chance = random.Random(7)
    service.capture(ctx, [write_document([], "2026-03-10T00:00:00Z", {})])
    safe: dict[str, set[int]] = {}
    for attempt in range(KILLS):
        writers = [Writer(ctx, f"w{attempt}-{number}") for number in range(WRITERS)]
        for writer in writers:
            writer.wait_until_ready()
        time.sleep(chance.uniform(0.1, 1.0))
        for writer in writers:
            safe[writer.name] = writer.kill()
    assert sum(map(len, safe.values())) > KILLS
    # The next writer cleans up; it needs no other repair.
    long._SWEPT.clear()
    last = {
        "type": "ObjectEvent",
        "eventTime": "2026-03-01T08:30:00Z",
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "epcList": ["https://id.gs1.org/01/09521234567899/21/last"],
    }
    assert service.capture(ctx, [write_document([last], "2026-03-10T00:00:00Z", {})]).captured == 1
    _check(ctx, safe)


def _check(ctx: Context, safe: dict[str, set[int]]) -> None:
    """Count every document by its events, and follow every link both ways."""
    with ctx.db.read() as conn:
        assert hidden(conn) == []
        ids = list(conn.scalars(text("SELECT id FROM trace_event ORDER BY id")))
        events = events_by_id(conn, ids)
        kept = texts(conn, ids)
        rows = conn.execute(text("SELECT id, epcs FROM trace_event")).all()
        links = set(conn.execute(text("SELECT event_id, epc_id, part FROM trace_link")).all())
        steps = changes_since(conn, 0)
        chunks = conn.execute(text("SELECT sum(events) FROM trace_payload")).scalar_one()
    assert len({event.id for event in events}) == len(events) == len(kept) == chunks
    found: Counter[tuple[str, int]] = Counter()
    for event in events[:-1]:
        _, _, name, number, _ = event.id.split(":")
        found[name, int(number)] += 1
        assert event.id.encode() in kept[event.sequence][0]
    for (_, number), count in found.items():
        assert count == (150 if number % 3 == 2 else 5)
    for name, numbers in safe.items():
        assert all((name, number) in found for number in numbers)
    unpacked = {(row.id, epc, part) for row in rows for part, epc in unpack_things(row.epcs)}
    assert {tuple(link) for link in links} == unpacked
    visible = {n for step in steps for n in range(step.first, step.last + 1)}
    assert set(ids) <= visible
