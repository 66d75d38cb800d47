"""Measure lineage and recall against recursive queries on the same edges.

Run it with ``./dev bench lineage [EVENTS] [PEER EVENTS] [STORE EVENTS] [STORE FOLDER]``.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from benchmarks.common import write_result
from store import measure

from sanpin.trace.engine.generate import Tables, plan_chain, tables_of
from sanpin.trace.engine.generate.truth import Truth, answer
from sanpin.trace.engine.lineage.columns import word_flags
from sanpin.trace.engine.lineage.index import Index
from sanpin.trace.engine.lineage.layer import LISTS
from sanpin.trace.engine.lineage.scope import Scope, scope_of
from sanpin.trace.store.snapshot import read_snapshot, write_snapshot

SEED = 7
# The lists from here on are last words; those before are the ways that goods took.
FIRST_WORD = LISTS.index("place")


def index_of(tables: Tables) -> Index:
    """Build an index of a chain."""
    return Index.build(tables.columns, tables.kinds, word_flags(tables.words))


def exact(tables: Tables, found: Scope, truth: Truth) -> bool:
    """Whether a scope is the right answer, thing by thing and place by place."""
    first = len(tables.words) - len(tables.plan.places)
    places = {place - first: n for place, n, _ in found.delivered.by_place()}
    things = found.reach.things
    return (
        np.array_equal(np.sort(things[found.product]), truth.products)
        and np.array_equal(np.sort(things[~found.product]), truth.containers)
        and places == truth.consignees
    )


def small_questions(index: Index, tables: Tables, count: int = 300) -> dict[str, float]:
    """Milliseconds of back and forward for random things, warm."""
    draw = np.random.default_rng(1)
    plan, found = tables.plan, {}
    roots = draw.integers(0, plan.tanks, count) * plan.per_tank
    # Items, cases and pallets in both directions, lots backward.
    parts = draw.integers(14, plan.per_tank, count)
    lots = draw.integers(0, 14, count)
    for name, things in (("back", roots + np.where(np.arange(count) % 4, parts, lots)),
                         ("forward", roots + parts)):  # fmt: skip
        times = []
        for thing in things.tolist():
            start = perf_counter()
            reach = index.back(thing) if name == "back" else index.forward([thing])
            times.append(1000 * (perf_counter() - start))
            assert reach.things.size
        found[f"{name}_ms_p50"] = round(float(np.percentile(times, 50)), 2)
        found[f"{name}_ms_p95"] = round(float(np.percentile(times, 95)), 2)
    return found


def recalls(index: Index, tables: Tables) -> list[dict[str, object]]:
    """Seconds of recalls of growing reach, each compared with the truth."""
    plan = tables.plan
    starts = np.flatnonzero(plan.fresh)
    lengths = np.diff(np.append(starts, plan.tanks))
    chosen = {int(starts[np.argmin(np.abs(lengths - want))]) for want in (1, 5, 13, 124)}
    found: list[dict[str, object]] = []
    for tank in sorted(chosen, key=lambda tank: plan.campaign(tank)[1] - tank):
        root = tank * plan.per_tank
        times = []
        for _ in range(5):
            start = perf_counter()
            scope = scope_of(index, [root])
            consignees = scope.delivered.by_place()
            times.append(perf_counter() - start)
        truth = answer(plan, "recall", root)
        found.append(
            {
                "reached": int(scope.reach.things.size),
                "consignees": len(consignees),
                "seconds_median": round(float(np.median(times)), 4),
                "seconds_worst": round(max(times), 4),
                "exact": exact(tables, scope, truth),
                "root": root,
            }
        )
    return found


def edges_of(tables: Tables) -> tuple[np.ndarray, np.ndarray]:
    """Thing and event of what went into something, and event and thing of what it became."""
    columns = tables.columns
    event = np.repeat(np.arange(columns.event.size, dtype=np.int32), np.diff(columns.offset))
    added = (columns.type == 4) | ((columns.type == 2) & (columns.action == 1))
    counts = added[event]
    used = counts & np.isin(columns.part, (2, 3))
    made = counts & np.isin(columns.part, (1, 4))
    return (
        np.stack((columns.thing[used], event[used])),
        np.stack((event[made], columns.thing[made])),
    )


def peers(folder: Path, tables: Tables, index: Index) -> dict[str, object]:
    """Times of the peers and ours for the same questions on one chain."""
    used, made = edges_of(tables)
    asked = recalls(index, tables)
    np.savez(folder / "edges.npz", used=used, made=made, roots=[one["root"] for one in asked])
    ours = {str(one["root"]): [one["reached"], one["seconds_median"]] for one in asked}
    found: dict[str, object] = {"sanpin_scope": ours}
    script = str(Path(__file__).with_name("peer.py"))
    for kind, python in (
        ("sqlite", sys.executable),
        ("duckdb", os.environ.get("SANPIN_PEER_DUCKDB", "")),
        ("postgresql", sys.executable if os.environ.get("SANPIN_BENCH_POSTGRES") else ""),
    ):
        if not python:
            found[kind] = "not at hand"
            continue
        done = subprocess.run(
            [python, script, kind, str(folder)], capture_output=True, text=True, check=True
        )
        found[kind] = json.loads(done.stdout)
    return found


def main(
    events: int = 10_000_000,
    peer_events: int = 1_000_000,
    store_events: int = 1_000_000,
    store: Path | None = None,
) -> None:
    """Run everything and write the result.

    Parameters
    ----------
    store : workspace that is kept for the next run; filled when it is not there yet
    """
    small = index_of(tables_of(plan_chain(2000, SEED)))
    small.back(20)
    scope_of(small, [0])
    result: dict[str, object] = {"events": events}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tables = tables_of(plan_chain(peer_events, SEED))
        result["peers_events"] = peer_events
        result["peers"] = peers(folder, tables, index_of(tables))
        start = perf_counter()
        tables = tables_of(plan_chain(events, SEED))
        result["generate_seconds"] = round(perf_counter() - start, 2)
        start = perf_counter()
        index = index_of(tables)
        result["build_seconds"] = round(perf_counter() - start, 2)
        sizes = index.base.sizes
        ways = sum(sizes[one] for one in LISTS[:FIRST_WORD]) + sizes["flags"]
        ways += sizes["stay_amount"]
        result["ways_megabytes"] = round(ways / 1e6, 1)
        result["last_words_megabytes"] = round((sum(sizes.values()) - ways) / 1e6, 1)
        path = folder / "lineage.bin"
        start = perf_counter()
        write_snapshot(path, index.base, ledger="bench")
        result["write_seconds"] = round(perf_counter() - start, 2)
        for kind, check in (("reopen_checked_seconds", True), ("reopen_seconds", False)):
            start = perf_counter()
            index = Index(read_snapshot(path, ledger="bench", check=check)[0])
            index.back(20)
            result[kind] = round(perf_counter() - start, 3)
        result["recalls"] = recalls(index, tables)
        result |= small_questions(index, tables)
    with tempfile.TemporaryDirectory() as name:
        result["store"] = measure(store or Path(name) / "workspace", store_events)
    result["load_average"] = os.getloadavg()[0]
    result["peak_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    write_result("lineage", result)


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:4]), *map(Path, sys.argv[4:5]))
