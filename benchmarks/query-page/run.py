"""Measure pages of queries against a full scan of the documents.

Run it with ``./dev bench query-page [EVENTS] [FOLDER]``; a folder is kept for the next run.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from benchmarks.common import write_result
from build import RECORDED, build

from sanpin.base import StateError
from sanpin.kit.context import Context, open_context
from sanpin.kit.workspace import Workspace
from sanpin.trace.engine.epcis import write_instant
from sanpin.trace.engine.generate import Tables, documents
from sanpin.trace.engine.query import fulfils
from sanpin.trace.model.events import Action, Event, EventType
from sanpin.trace.model.queries import Column, Names, Terms
from sanpin.trace.service.queries import document_of, event_page, read_query

EACH = 40
PAGES = 3
SCANNED = 50_000


def questions(tables: Tables) -> dict[str, Callable[[random.Random], dict[str, Any]]]:
    """Queries by what they ask; each draws its values from what there is."""
    plan, columns, words = tables.plan, tables.columns, tables.words
    count = plan.events

    def word(name: str) -> Callable[[random.Random], str]:
        """A word that some event has."""
        column = getattr(columns, name)

        def draw(chance: random.Random) -> str:
            while True:
                found = int(column[chance.randrange(count)])
                if found >= 0:
                    return words[found]

        return draw

    def thing(*parts: int, lot: bool = False) -> Callable[[random.Random], str]:
        """A thing that takes some part in some event."""

        def draw(chance: random.Random) -> str:
            while True:
                at = chance.randrange(len(columns.thing))
                name = plan.names(columns.thing[at : at + 1])[0]
                if int(columns.part[at]) in parts and ("/10/" in name) == lot:
                    return name

        return draw

    def moment(chance: random.Random) -> str:
        return write_instant(int(columns.time[chance.randrange(count)]))

    def recorded(chance: random.Random) -> str:
        return write_instant(RECORDED + chance.randrange(count) // 1000 * 1_000_000)

    def event(chance: random.Random) -> str:
        number = chance.randrange(count) + 1
        return f"urn:uuid:{plan.seed & 0xFFFFFFFF:08x}-0000-8000-8000-{number:012x}"

    def product(chance: random.Random) -> str:
        while True:
            name, _, serial = thing(0, 2)(chance).partition("/21/")
            if serial:
                return name

    def one(**draws: Callable[[random.Random], str]) -> Callable[[random.Random], dict[str, Any]]:
        return lambda chance: {name: draw(chance) for name, draw in draws.items()}

    step, place = word("step"), word("location")
    return {
        "nothing": lambda _: {},
        "GE_eventTime": one(GE_eventTime=moment),
        "LT_eventTime, newest first": lambda chance: {
            "LT_eventTime": moment(chance), "orderBy": "eventTime",
        },
        "GE_recordTime, by capture": lambda chance: {
            "GE_recordTime": recorded(chance), "orderBy": "recordTime", "orderDirection": "ASC",
        },
        "EQ_bizStep": one(EQ_bizStep=step),
        "EQ_bizStep from a time": one(EQ_bizStep=step, GE_eventTime=moment),
        "EQ_disposition": one(EQ_disposition=word("disposition")),
        "EQ_bizLocation": one(EQ_bizLocation=place),
        "EQ_readPoint": one(EQ_readPoint=word("read_point")),
        "WD_bizLocation": one(WD_bizLocation=place),
        "EQ_bizStep and EQ_bizLocation": one(EQ_bizStep=step, EQ_bizLocation=place),
        "EQ_eventID": one(EQ_eventID=event),
        "MATCH_epc": one(MATCH_epc=thing(0, 2)),
        "MATCH_anyEPC": one(MATCH_anyEPC=thing(0, 1, 2, 3, 4)),
        "MATCH_parentID": one(MATCH_parentID=thing(1)),
        "MATCH_inputEPCClass": one(MATCH_inputEPCClass=thing(3, lot=True)),
        "MATCH_anyEPCClass": one(MATCH_anyEPCClass=thing(0, 3, 4, lot=True)),
        "MATCH_epc of a product": one(MATCH_epc=product),
        "EQ_destination_location": one(EQ_destination_location=word("destination")),
    }  # fmt: skip


def measure(
    ctx: Context, draw: Callable[[random.Random], dict[str, Any]]
) -> tuple[list[float], list[float]]:
    """Milliseconds for each page with its document, and until each refusal."""
    chance = random.Random(1)
    found: list[float] = []
    refused: list[float] = []
    for _ in range(EACH):
        asked = draw(chance)
        for _ in range(PAGES):
            start = perf_counter()
            try:
                page = event_page(ctx, read_query(asked))
            except StateError:
                refused.append((perf_counter() - start) * 1000)
                break
            b"".join(document_of(ctx, [page]))
            found.append((perf_counter() - start) * 1000)
            if not page.next:
                break
            asked = asked | {"nextPageToken": page.next}
    return found, refused


def scan(tables: Tables, draw: Callable[[random.Random], dict[str, Any]]) -> float:
    """Events that a scan of the documents looks at in a second."""
    query = read_query(draw(random.Random(1)))
    texts = list(_some(tables))
    start = perf_counter()
    count = 0
    for text in texts:
        for body in orjson.loads(text)["epcisBody"]["eventList"]:
            count += all(_holds(condition, body) for condition in query.conditions)
    return SCANNED / (perf_counter() - start)


_FIELDS = {"step": "bizStep", "disposition": "disposition", "time": "eventTime"}
_NOTHING = Event("", EventType.OBJECT, Action.NONE, 0)


def _holds(condition: Any, body: dict[str, Any]) -> bool:
    """Look at one event as it stands in a document."""
    place = condition.family.place
    if isinstance(place, Names):
        return fulfils(condition, _NOTHING, body)
    if isinstance(place, Terms):
        return any(e["destination"] in condition.values for e in body.get("destinationList", ()))
    if isinstance(place, Column) and place.name in ("read_point", "location"):
        field = "readPoint" if place.name == "read_point" else "bizLocation"
        return body.get(field, {}).get("id") in condition.values
    if isinstance(place, Column) and place.name in _FIELDS:
        return body.get(_FIELDS[place.name]) in condition.values
    return body["eventID"] in condition.values


def _some(tables: Tables) -> Iterator[bytes]:
    """The first documents."""
    found = documents(tables, 1000)
    for _ in range(SCANNED // 1000):
        yield next(found)


def main(count: int, folder: Path) -> None:
    """Build, ask, scan, write the result."""
    started = perf_counter()
    tables = build(folder, count)
    built = round(perf_counter() - started, 1)
    asked = questions(tables)
    with open_context(Workspace.open(folder)) as ctx:
        times = {name: measure(ctx, draw) for name, draw in asked.items()}
        size = Path(str(ctx.db.engine.url.database)).stat().st_size
    rates = {name: scan(tables, draw) for name, draw in asked.items() if "Time" not in name}
    rate = statistics.median(rates.values())
    pages = {
        name: {
            "p50_ms": round(statistics.median(found), 2),
            "p95_ms": round(sorted(found)[int(len(found) * 0.95)], 2),
            "pages": len(found),
            "refused": len(refused),
            "worst_refusal_ms": round(max(refused, default=0.0), 2),
        }
        for name, (found, refused) in times.items()
    }
    write_result(
        "query-page",
        {
            "events": tables.plan.events,
            "bytes_per_event": round(size / tables.plan.events),
            "build_seconds": built,
            "worst_p95_ms": max(page["p95_ms"] for page in pages.values()),
            "pages": pages,
            "scan": {
                "events_per_second": round(rate),
                "scanned": SCANNED,
                "whole_scan_seconds": round(tables.plan.events / rate, 1),
            },
        },
    )


if __name__ == "__main__":
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    if len(sys.argv) > 2:
        main(events, Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(events, Path(temporary) / "workspace")
