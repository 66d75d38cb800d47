"""Measure lineage through the store and the services, on a workspace filled by its bulk path."""

from __future__ import annotations

import os
import resource
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
import orjson

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "query-page"))

from build import build

from sanpin.kit.context import Context, open_context
from sanpin.kit.workspace import Workspace
from sanpin.trace import service
from sanpin.trace.engine.epcis import write_document
from sanpin.trace.engine.generate import Tables
from sanpin.trace.engine.generate.truth import answer
from sanpin.trace.service import questions, warming

__all__ = ["measure"]


def _read_once(folder: Path) -> float:
    """Read the database from the disk, as whoever wrote it just now has it in memory; seconds."""
    start = perf_counter()
    with (folder / "sanpin.sqlite").open("rb") as file:
        while file.read(1 << 24):
            pass
    return round(perf_counter() - start, 2)


def measure(folder: Path, events: int) -> dict[str, Any]:
    """Fill a workspace, ask it everything, and compare the answers with the truth."""
    if not warming.are_ready():
        warming.compile_kernels()
    tables = build(folder, events)
    _amounts(folder, tables)
    for file in folder.glob("trace/*"):
        file.unlink()
    found: dict[str, Any] = {"events": events, "first_read_seconds": _read_once(folder)}
    names = tables.plan.names
    root = names(np.array([tables.plan.per_tank - 1]))[0]
    with open_context(Workspace.open(folder)) as ctx:
        start, busy = perf_counter(), process_time()
        service.back(ctx, root)
        found["first_question_builds_seconds"] = round(perf_counter() - start, 2)
        found["first_question_builds_cpu_seconds"] = round(process_time() - busy, 2)
        (path,) = folder.glob("trace/*")
        found["snapshot_megabytes"] = round(path.stat().st_size / 1e6, 1)
    questions._KEEPERS.clear()
    with open_context(Workspace.open(folder)) as ctx:
        start = perf_counter()
        service.back(ctx, root)
        found["first_question_reopens_seconds"] = round(perf_counter() - start, 3)
        found |= _small(ctx, tables)
        found["recalls"] = _recalls(ctx, tables)
        found |= _news(ctx)
    found["load_average"] = os.getloadavg()[0]
    found["peak_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return found


def _amounts(folder: Path, tables: Tables) -> None:
    """Write the amounts, which the bulk path leaves out."""
    columns = tables.columns
    event = np.searchsorted(columns.offset, columns.amount_at, "right") - 1
    position = columns.amount_at - columns.offset[event]
    rows = zip(columns.event[event].tolist(), position.tolist(), columns.amount.tolist(),
               [tables.words[unit] for unit in columns.unit.tolist()], strict=True)  # fmt: skip
    conn = sqlite3.connect(folder / "sanpin.sqlite")
    conn.executemany("INSERT OR IGNORE INTO trace_quantity VALUES (?, ?, ?, ?)", rows)
    for table in ("event", "epc", "epc_class", "vocab", "document", "sequence", "firm"):
        last = conn.execute(f"SELECT max(id) FROM trace_{table}").fetchone()[0] or 0
        conn.execute("UPDATE trace_block SET next = ? WHERE name = ?", (last + 1, f"trace_{table}"))
    conn.commit()
    conn.close()


def _small(ctx: Context, tables: Tables, count: int = 200) -> dict[str, float]:
    """Milliseconds of questions about random things, with their names and as JSON values."""
    draw, plan = np.random.default_rng(1), tables.plan
    things = draw.integers(0, plan.tanks, count) * plan.per_tank
    roots = plan.names(things + draw.integers(14, plan.per_tank, count))
    found = {}
    for name, ask in (("back", service.back_record), ("forward", service.forward_record),
                      ("history", service.history_of)):  # fmt: skip
        times = []
        for root in roots:
            start = perf_counter()
            ask(ctx, root)
            times.append(1000 * (perf_counter() - start))
        found[f"{name}_ms_p50"] = round(float(np.percentile(times, 50)), 2)
        found[f"{name}_ms_p95"] = round(float(np.percentile(times, 95)), 2)
    return found


def _recalls(ctx: Context, tables: Tables) -> list[dict[str, Any]]:
    """Seconds of recalls of growing reach, each compared with the truth by name."""
    plan = tables.plan
    starts = np.flatnonzero(plan.fresh)
    lengths = np.diff(np.append(starts, plan.tanks))
    chosen = {int(starts[np.argmin(np.abs(lengths - want))]) for want in (1, 13, 124)}
    found = []
    for tank in sorted(chosen, key=lambda tank: plan.campaign(tank)[1] - tank):
        root = tank * plan.per_tank
        seed = plan.names(np.array([root]))[0]
        times, cpu = [], []
        for _ in range(3):
            start, busy = perf_counter(), process_time()
            with service.recall_scope(ctx, [seed]) as scope:
                scope.shares()
                scope.lines(0, 200)
            times.append(perf_counter() - start)
            cpu.append(process_time() - busy)
        # A long answer is not kept: whoever streams one writes it away.
        start, busy, size, first = perf_counter(), process_time(), 0, 0.0
        for piece in service.recall_text(ctx, [seed]):
            first = first or perf_counter() - start
            size += len(piece)
        whole, busy = perf_counter() - start, process_time() - busy
        found.append({
            "reached": scope.size,
            "scope_seconds_median": round(float(np.median(times)), 3),
            "scope_cpu_seconds_median": round(float(np.median(cpu)), 3),
            "stream_first_seconds": round(first, 3),
            "stream_cpu_seconds": round(busy, 2),
            "stream_seconds": round(whole, 2),
            "stream_megabytes": round(size / 1e6, 1),
            "exact": _exact(tables, root, service.recall_text(ctx, [seed])),
        })  # fmt: skip
    return found


def _exact(tables: Tables, root: int, pieces: Iterator[bytes]) -> bool:
    """Whether a streamed answer is the right one, thing by thing and place by place.

    It is read piece by piece, as a long one is larger than what is parsed at once.
    """
    plan, truth = tables.plan, answer(tables.plan, "recall", root)
    roles: dict[str, list[str]] = {"product": [], "container": []}
    head = next(pieces)
    piece = next(pieces)
    while not piece.startswith(b"]"):
        for line in orjson.loads(b"[" + piece.removeprefix(b",") + b"]"):
            roles[line["role"]].append(line["id"])
        piece = next(pieces)
    rest = orjson.loads(head + piece + b"".join(pieces))
    places = {one["location"]: len(one["products"]) for one in rest["consignees"]}
    return (
        rest["counts"] == {"products": len(roles["product"]), "containers": len(roles["container"])}
        and sorted(roles["product"]) == sorted(plan.names(truth.products))
        and sorted(roles["container"]) == sorted(plan.names(truth.containers))
        and places == {plan.places[place]: count for place, count in truth.consignees.items()}
    )


def _news(ctx: Context) -> dict[str, float]:
    """Seconds of the first question after a capture of 100 events."""
    stamp = perf_counter()
    events = [
        {
            "type": "ObjectEvent",
            "eventTime": "2027-03-01T08:30:00Z",
            "eventTimeZoneOffset": "+00:00",
            "action": "OBSERVE",
            "bizStep": "inspecting",
            "eventID": f"urn:bench:{stamp}:{number}",
            "epcList": [f"urn:bench:thing:{number}"],
        }
        for number in range(100)
    ]
    service.capture(ctx, [write_document(events, "2027-03-01T09:00:00Z", {})])
    start = perf_counter()
    service.back(ctx, "urn:bench:thing:1")
    return {"first_question_after_capture_seconds": round(perf_counter() - start, 3)}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        target = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(name) / "workspace"
        print(orjson.dumps(measure(target, int(sys.argv[1])), option=orjson.OPT_INDENT_2).decode())
