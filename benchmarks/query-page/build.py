"""Fill a workspace with a generated chain, straight into its tables and without the capture.

What is written is what a capture writes, except that event hashes are digests of the texts, which
no query looks at. Indexes are made at the end, where the database allows it.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex

from sanpin.kit.context import open_context
from sanpin.kit.workspace import Workspace
from sanpin.trace.engine.generate import Tables, documents, plan_chain, tables_of
from sanpin.trace.store.intern import split
from sanpin.trace.store.migrations.v0005_presence import FILL
from sanpin.trace.store.pack import CHUNK, CODEC, pack_texts, pack_things
from sanpin.trace.store.rows import reference_key, write_reference
from sanpin.trace.store.tables import EVENT, TERM

SEED = 7
RECORDED = 1_800_000_000_000_000
_STEP = 64_000


def build(folder: Path, events: int) -> Tables:
    """Make a workspace with so many events; keep one that is there already."""
    tables = tables_of(plan_chain(events, SEED))
    if (folder / "done").exists():
        return tables
    with open_context(Workspace.create(folder)) as ctx:
        path = str(ctx.db.engine.url.database)
    conn = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000"):
        conn.execute(f"PRAGMA {pragma}")
    indexes = [index for table in (EVENT, TERM) for index in table.indexes]
    for index in indexes:
        conn.execute(f"DROP INDEX {index.name}")
    conn.execute("BEGIN")
    _words(conn, tables)
    _things(conn, tables)
    _links(conn, tables)
    _events(conn, tables)
    conn.execute(FILL)
    for index in indexes:
        conn.execute(str(CreateIndex(index).compile(dialect=sqlite.dialect())))
    conn.execute("COMMIT")
    conn.close()
    (folder / "done").touch()
    return tables


def _words(conn: sqlite3.Connection, tables: Tables) -> None:
    """Words by their place, the firm, one document, one commit."""
    words = [*tables.words, "location"]
    conn.executemany("INSERT INTO trace_vocab VALUES (?, ?)", enumerate(words, 1))
    conn.execute("INSERT INTO trace_firm VALUES (1, 'own')")
    count = tables.plan.events
    conn.execute(
        "INSERT INTO trace_document (id, owner_id, digest, first_event, events, captured, origin,"
        " format) VALUES (1, 1, x'00', 1, ?, '2027-01-15 08:00:00', 'sample', 'json')",
        (count,),
    )
    conn.execute("INSERT INTO trace_sequence VALUES (1, 1, 1, ?, ?)", (count, RECORDED))


def _things(conn: sqlite3.Connection, tables: Tables) -> None:
    """Names in the order of their numbers."""
    classes: dict[str, int] = {}
    total = tables.plan.things
    for first in range(0, total, _STEP):
        names = tables.plan.names(np.arange(first, min(first + _STEP, total)))
        rows = []
        for number, name in enumerate(names, first + 1):
            head, tail = split(name)
            rows.append((number, classes.setdefault(head, len(classes) + 1), tail))
        conn.executemany("INSERT INTO trace_epc VALUES (?, ?, ?)", rows)
    heads = [(number, head) for head, number in classes.items()]
    conn.executemany("INSERT INTO trace_epc_class VALUES (?, ?)", heads)


def _links(conn: sqlite3.Connection, tables: Tables) -> None:
    """Links by thing and event."""
    columns = tables.columns
    event = np.repeat(columns.event, np.diff(columns.offset))
    order = np.lexsort((columns.part, event, columns.thing))
    thing, event, part = columns.thing[order] + 1, event[order], columns.part[order]
    for first in range(0, len(thing), _STEP * 4):
        here = slice(first, first + _STEP * 4)
        rows = zip(thing[here].tolist(), event[here].tolist(), part[here].tolist(), strict=True)
        conn.executemany("INSERT OR IGNORE INTO trace_link VALUES (?, ?, ?)", rows)


def _events(conn: sqlite3.Connection, tables: Tables) -> None:
    """Rows of events, their parties, their texts."""
    marks = ", ".join("?" * 19)
    first = 0
    for texts in _texts(tables):
        rows, terms = _rows(tables, first, texts)
        conn.executemany(f"INSERT INTO trace_event VALUES ({marks})", rows)
        conn.executemany("INSERT INTO trace_term VALUES (?, 0, 'destination', ?, ?)", terms)
        chunks = [
            (first + at + 1, len(texts[at : at + CHUNK]), CODEC, pack_texts(texts[at : at + CHUNK]))
            for at in range(0, len(texts), CHUNK)
        ]
        conn.executemany("INSERT INTO trace_payload VALUES (?, ?, ?, ?)", chunks)
        first += len(texts)


def _texts(tables: Tables) -> Iterator[list[bytes]]:
    """Texts of events, many at once."""
    for document in documents(tables, _STEP):
        events = orjson.loads(document)["epcisBody"]["eventList"]
        yield [orjson.dumps(event) for event in events]


def _rows(tables: Tables, first: int, texts: list[bytes]) -> tuple[list[Any], list[Any]]:
    """Rows of some events, and of the parties in them."""
    columns, past = tables.columns, first + len(texts)
    low = int(columns.offset[first])
    high = int(columns.offset[past])
    pairs = list(
        zip(columns.part[low:high].tolist(), (columns.thing[low:high] + 1).tolist(), strict=True)
    )
    ends = (columns.offset[first : past + 1] - low).tolist()
    names = ("time", "type", "action", "step", "disposition", "read_point", "location",
             "destination")  # fmt: skip
    values = {name: getattr(columns, name)[first:past].tolist() for name in names}
    rows, terms = [], []
    for at, text in enumerate(texts):
        number = first + at + 1
        digest = hashlib.sha256(text).digest()
        start = text.index(b'"eventID":"') + 11
        name = text[start : text.index(b'"', start)].decode()
        word = {n: values[n][at] + 1 or None for n in names[3:]}
        rows.append((
            number, 1, values["time"][at], RECORDED + number // 1000 * 1_000_000,
            reference_key(name), int.from_bytes(digest[:8], "big", signed=True), 1,
            values["type"][at], values["action"][at], 0, 0, word["step"], word["disposition"],
            word["read_point"], word["location"], None, write_reference(name, digest), digest[8:],
            pack_things(pairs[ends[at] : ends[at + 1]]),
        ))  # fmt: skip
        if word["destination"]:
            terms.append((number, len(tables.words) + 1, word["destination"]))
    return rows, terms
