"""Kill writing processes again and again, and count what is lost, torn or doubled.

Run it with ``./dev bench durable [KILLS]``.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import text

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.common import write_result  # noqa: E402

from sanpin.kit.context import Context, open_context  # noqa: E402
from sanpin.kit.workspace import Workspace  # noqa: E402
from sanpin.trace import service  # noqa: E402
from sanpin.trace.service.capture import long  # noqa: E402
from sanpin.trace.store.pack import unpack_things  # noqa: E402
from sanpin.trace.store.reader import events_by_id, texts  # noqa: E402
from sanpin.trace.store.sequence import hidden  # noqa: E402

WRITER = ROOT / "tests" / "stores" / "trace_writer.py"
WRITERS = 4


def start(folder: Path, name: str) -> subprocess.Popen[str]:
    """Start one writer."""
    command = [sys.executable, str(WRITER), str(folder), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def wait_until_ready(process: subprocess.Popen[str]) -> None:
    """Wait until a writer writes."""
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"


def kill(process: subprocess.Popen[str]) -> list[int]:
    """Kill a writer; return the documents that it was told are safe."""
    process.kill()
    said, _ = process.communicate()
    return [int(line.split()[1]) for line in said.splitlines() if line.startswith("safe")]


def check(ctx: Context, safe: dict[str, list[int]]) -> dict[str, int]:
    """Read the whole ledger and count what is wrong."""
    long._SWEPT.clear()
    service.capture(ctx, [])
    with ctx.db.read() as conn:
        ids = list(conn.scalars(text("SELECT id FROM trace_event ORDER BY id")))
        events = events_by_id(conn, ids)
        kept = texts(conn, ids)
        rows = conn.execute(text("SELECT id, epcs FROM trace_event")).all()
        linked = conn.execute(text("SELECT event_id, epc_id, part FROM trace_link"))
        links = {tuple(row) for row in linked}
        left = len(hidden(conn))
    found: Counter[tuple[str, int]] = Counter()
    for event in events:
        _, _, name, number, _ = event.id.split(":")
        found[name, int(number)] += 1
    torn = sum(count != (150 if number % 3 == 2 else 5) for (_, number), count in found.items())
    torn += sum(event.id.encode() not in kept[event.sequence][0] for event in events)
    unpacked = {(row.id, epc, part) for row in rows for part, epc in unpack_things(row.epcs)}
    lost = sum((name, n) not in found for name, numbers in safe.items() for n in numbers)
    return {
        "acknowledged_documents": sum(map(len, safe.values())),
        "events": len(events),
        "lost": lost,
        "torn": torn + len(unpacked ^ links),
        "duplicated": len(events) - len({event.id for event in events}),
        "left_behind": left,
    }


def main(kills: int = 200) -> None:
    """Kill, look, and keep the result."""
    chance = random.Random(7)
    safe: dict[str, list[int]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "workspace"
        url = os.environ.get("SANPIN_BENCH_POSTGRES") or None
        with open_context(Workspace.create(folder, database_url=url)) as ctx:
            service.capture(ctx, [])
            running = {f"w{n}": start(folder, f"w{n}") for n in range(WRITERS)}
            for number in range(kills):
                victim = chance.choice(sorted(running))
                wait_until_ready(running[victim])
                time.sleep(chance.uniform(0.05, 1.0))
                safe[victim] = kill(running.pop(victim))
                following = f"w{WRITERS + number}"
                running[following] = start(folder, following)
            for last, process in running.items():
                wait_until_ready(process)
                safe[last] = kill(process)
            found = check(ctx, safe)
            dialect = ctx.db.dialect
    write_result("durable", {"database": dialect, "kills": kills + WRITERS, **found})


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:]))
