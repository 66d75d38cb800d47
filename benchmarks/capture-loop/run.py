"""Measure the capture of a shop floor's events: validated, indexed, durable on disk.

Run it with ``./dev bench capture-loop`` or ``python benchmarks/capture-loop/run.py``.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from sanpin.kit.context import open_context
from sanpin.kit.workspace import Workspace
from sanpin.trace import service
from sanpin.trace.engine.floor import demonstration_directory, floor_documents
from sanpin.trace.model.floor import (
    Amount,
    Case,
    Directory,
    Floor,
    MaterialLot,
    Pallet,
    ProductLot,
    Shipment,
)

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
MATERIALS = [f"M{i}" for i in range(40)]
PRODUCTS = [f"P{i}" for i in range(300)]
PLACES = ["hq", "sat-1", "sat-2", "supplier", *(f"customer-{i}" for i in range(200))]


def build(lots: int) -> tuple[Floor, Directory]:
    """Make a floor report with nine events to a product lot."""
    minute = timedelta(minutes=1)
    materials = tuple(
        MaterialLot(Amount(item, f"{item}-L1", 1e6, "KGM"), START, "supplier", "hq")
        for item in MATERIALS
    )
    products, cases, pallets, shipments = [], [], [], []
    for n in range(lots):
        item, made = PRODUCTS[n % len(PRODUCTS)], START + n * minute
        used = tuple(
            Amount(MATERIALS[(n + k) % 40], f"{MATERIALS[(n + k) % 40]}-L1", 3.5, "KGM")
            for k in range(3)
        )
        lot = f"{item}-{n}"
        products.append(ProductLot(Amount(item, lot, 60), made, "hq", used))
        numbers = tuple(10 * n + k for k in range(5))
        cases += [Case(k, (Amount(item, lot, 12),), made + minute, "hq") for k in numbers]
        pallets.append(Pallet(10 * n + 9, numbers, made + 2 * minute, "hq"))
        customer = f"customer-{n % 200}"
        shipments.append(
            Shipment(f"S{n}", (10 * n + 9,), made + 5 * minute, "hq", customer,
                     made + timedelta(days=1))
        )  # fmt: skip
    floor = Floor(materials, tuple(products), (), tuple(cases), tuple(pallets), tuple(shipments))
    return floor, demonstration_directory([*MATERIALS, *PRODUCTS], PLACES)


def bare(documents: list[bytes], path: Path) -> float:
    """Events per second of a bare insert of the same texts, as durable: the peer."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, text TEXT NOT NULL)")
    events = 0
    start = perf_counter()
    for document in documents:
        bodies = json.loads(document)["epcisBody"]["eventList"]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO event (text) VALUES (?)", [(json.dumps(body),) for body in bodies]
        )
        connection.execute("COMMIT")
        events += len(bodies)
    seconds = perf_counter() - start
    connection.close()
    return events / seconds


def main(lots: int = 1200) -> dict[str, object]:
    """Capture, ask, and return the figures."""
    floor, directory = build(lots)
    documents = list(floor_documents(floor, directory, START + timedelta(days=3)))
    with tempfile.TemporaryDirectory() as folder:
        peer = bare(documents, Path(folder) / "bare.sqlite")
        workspace = Workspace.create(Path(folder) / "workspace")
        with open_context(workspace) as ctx:
            start = perf_counter()
            report = service.capture(ctx, documents)
            seconds = perf_counter() - start
            lot = f"https://id.gs1.org/01/{directory.items['M0']}/10/M0-L1"
            start = perf_counter()
            found = service.recall(ctx, [lot])
            asked = perf_counter() - start
        size = (workspace.path / "sanpin.sqlite").stat().st_size
    return {
        "events": report.captured,
        "documents": len(documents),
        "events_per_second": round(report.captured / seconds),
        "bare_insert_events_per_second": round(peer),
        "bytes_per_event": round(size / report.captured),
        "recall_things": len(found.affected),
        "recall_seconds": round(asked, 3),
    }


if __name__ == "__main__":
    result = main(*(int(value) for value in sys.argv[1:]))
    (Path(__file__).parent / "result.json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))
