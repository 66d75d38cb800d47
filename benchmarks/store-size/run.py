"""Measure the bytes that an event takes on disk.

Run it with ``./dev bench store-size [EVENTS]``.
"""

from __future__ import annotations

import json
import os
import runpy
import sqlite3
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import text

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from benchmarks.common import write_result  # noqa: E402

from sanpin.kit.context import open_context  # noqa: E402
from sanpin.kit.workspace import Workspace  # noqa: E402
from sanpin.trace import service  # noqa: E402

DATA = HERE.parent / "capture-speed" / "data.py"
_SIZES = (
    "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
    " WHERE relkind = 'r' AND relname LIKE 'trace_%' ORDER BY 2 DESC"
)


def captured(folder: Path, documents: Iterable[bytes], url: str | None) -> dict[str, int]:
    """Capture documents; return the bytes of the tables, or of the file."""
    workspace = Workspace.create(folder, database_url=url)
    with open_context(workspace) as ctx:
        for number, document in enumerate(documents):
            assert service.capture(ctx, {str(number): document}).success
        if url:
            with ctx.db.read() as conn:
                return {row[0]: row[1] for row in conn.execute(text(_SIZES))}
        with ctx.db.engine.connect() as conn:
            conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return {"file": (folder / "sanpin.sqlite").stat().st_size}


def plain(path: Path, events: Iterable[dict[str, object]]) -> int:
    """Bytes of the same events in plain text tables."""
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE event (id TEXT PRIMARY KEY, time TEXT, step TEXT, disposition TEXT,"
        " read_point TEXT, location TEXT, text TEXT)"
    )
    connection.execute("CREATE TABLE link (epc TEXT, event TEXT, role TEXT)")
    for column in ("time", "step", "read_point", "location"):
        connection.execute(f"CREATE INDEX event_{column} ON event ({column})")
    connection.execute("CREATE INDEX link_epc ON link (epc)")
    for event in events:
        place = event["readPoint"]["id"]  # type: ignore[index]
        values = (
            event["eventID"], event["eventTime"], event["bizStep"], event["disposition"],
            place, place, json.dumps(event, separators=(",", ":")),
        )  # fmt: skip
        connection.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        things = [("epc", thing) for thing in event.get("epcList", ())]  # type: ignore[attr-defined]
        things += [("child", thing) for thing in event.get("childEPCs", ())]  # type: ignore[attr-defined]
        things += [("parent", event["parentID"])] if "parentID" in event else []
        rows = [(thing, event["eventID"], role) for role, thing in things]
        connection.executemany("INSERT INTO link VALUES (?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return path.stat().st_size


def main(count: int = 100_000) -> None:
    """Measure, and keep the result."""
    made = runpy.run_path(str(DATA))
    url = os.environ.get("SANPIN_BENCH_POSTGRES", "")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        own = captured(folder / "sqlite", made["documents"](count), None)
        peer = plain(folder / "plain.sqlite", made["events"](count))
        server: dict[str, object] = {"skipped": "SANPIN_BENCH_POSTGRES names no database"}
        if url:
            sizes = captured(folder / "server", made["documents"](count), url)
            each = {table: round(size / count, 1) for table, size in sizes.items()}
            server = {"bytes_per_event": round(sum(sizes.values()) / count), "tables": each}
    result = {
        "events": count,
        "sqlite": {"bytes_per_event": round(own["file"] / count)},
        "postgresql": server,
        "plain_text_tables": {"bytes_per_event": round(peer / count)},
    }
    write_result("store-size", result)


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:]))
