"""A ledger of an older Sanpin comes over: texts to the byte, identifiers, owners, answers."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from sanpin.base import StateError
from sanpin.kit.context import Context, open_context
from sanpin.kit.db import Database
from sanpin.kit.migrations import upgrade
from sanpin.kit.migrations.history import read_history
from sanpin.kit.registry import domains
from sanpin.kit.workspace import Workspace
from sanpin.trace import service
from sanpin.trace.engine.epcis import write_document
from sanpin.trace.store.reader import events_by_id, texts
from sanpin.trace.store.rows import hash_uri
from sanpin.trace.store.sequence import changes_since

NOW = "2026-03-10T00:00:00Z"
LOT = "https://id.gs1.org/01/09521234567899/10/L1"
NAMED = (
    b'{"type":"ObjectEvent", "eventTime":"2026-03-01T08:30:00.10+08:00",'
    b'"eventTimeZoneOffset":"+08:00","action":"OBSERVE","bizStep":"storing",'
    b'"eventID":"urn:uuid:00000000-0000-4000-8000-000000000001",'
    b'"quantityList":[{"epcClass":"' + LOT.encode() + b'","quantity":1.50,"uom":"KGM"}]}'
)
NAMELESS = NAMED.replace(b'"eventID":"urn:uuid:00000000-0000-4000-8000-000000000001",', b"")
DIGEST = hashlib.sha256(b"what the older one made").digest()
DERIVED = UUID(bytes=DIGEST[:16], version=5).urn


def chunk(*events: bytes) -> bytes:
    """Compress texts as the older Sanpin did."""
    head = b"".join(bytes([n & 0x7F | 0x80, n >> 7]) for n in map(len, events))
    return zlib.compress(len(head).to_bytes(4, "big") + head + b"".join(events), 1)


def fill(db: Database) -> None:
    """Bring a database to the older schema and write two events of one firm."""
    upgrade(db, [one for one in domains() if one.name != "trace"])
    history = read_history("trace", "sanpin.trace.store.migrations")

    def steps(heads: object, _context: object) -> object:
        return history.scripts._upgrade_revs("0002", heads)  # type: ignore[arg-type]

    with db.write() as conn:
        options = {"version_table": history.version_table, "fn": steps}
        context = MigrationContext.configure(conn, opts=options)
        with Operations.context(context):
            context.run_migrations()
        rows: dict[str, list[dict[str, object]]] = {
            "trace_vocab": [{"id": 1, "uri": "storing"}],
            "trace_epc_class": [{"id": 1, "prefix": LOT.removesuffix("L1")}],
            "trace_epc": [{"id": 1, "class_id": 1, "serial": "L1"}],
            "trace_link": [{"epc_id": 1, "event_id": n, "part": 0} for n in (1, 2)],
            "trace_quantity": [
                {"event_id": n, "position": 0, "quantity": 1.5, "uom": "KGM"} for n in (1, 2)
            ],
            "trace_name": [{"firm": "own", "thing": LOT, "name": "Clay"}],
            "trace_payload": [
                {"first_event": 1, "events": 2, "codec": 1, "data": chunk(NAMED, NAMELESS)}
            ],
        }
        event = {
            "firm": "own", "document": 1, "type": 1, "action": 2, "declared": 0,
            "event_time": 1772325000100000, "offset_minutes": 480, "record_time": 5, "step": 1,
            "digest": DIGEST, "epcs": b"\x08\x02",
        }  # fmt: skip
        given = "urn:uuid:00000000-0000-4000-8000-000000000001"
        rows["trace_event"] = [
            event | {"id": 1, "reference": given, "reference_key": key_of(given)},
            event | {"id": 2, "reference": None, "reference_key": key_of(DERIVED)},
        ]
        context_value = '["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]'
        rows["trace_document"] = [
            {
                "id": 1, "firm": "own", "digest": b"d" * 32, "first_event": 1, "events": 2,
                "captured": "2026-03-10 00:00:00.000000", "origin": "", "context": context_value,
            }
        ]  # fmt: skip
        for table, many in rows.items():
            for row in many:
                names = ", ".join(row)
                marks = ", ".join(f":{name}" for name in row)
                conn.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), row)
        for block, following in (("vocab", 2), ("epc_class", 2), ("epc", 2), ("event", 3)):
            update = "UPDATE trace_block SET next = :n WHERE name = :name"
            conn.execute(text(update), {"n": following, "name": f"trace_{block}"})
        conn.execute(text("UPDATE trace_block SET next = 2 WHERE name = 'trace_document'"))


def declare(db: Database) -> None:
    """Declare the first event wrong in the older ledger, as its next event."""
    declaration = NAMED[:-1] + b',"errorDeclaration":{"declarationTime":"' + NOW.encode() + b'"}}'
    with db.write() as conn:
        row = dict(conn.execute(text("SELECT * FROM trace_event WHERE id = 1")).mappings().one())
        marks = ", ".join(f":{name}" for name in row)
        names = ", ".join(row)
        insert = f"INSERT INTO trace_event ({names}) VALUES ({marks})"
        conn.execute(text(insert), row | {"id": 3})
        conn.execute(text("UPDATE trace_event SET declared = 1 WHERE id IN (1, 3)"))
        conn.execute(text("INSERT INTO trace_link VALUES (1, 3, 0)"))
        packed = {"data": chunk(declaration)}
        conn.execute(text("INSERT INTO trace_payload VALUES (3, 1, 1, :data)"), packed)
        conn.execute(text("UPDATE trace_block SET next = 4 WHERE name = 'trace_event'"))


def key_of(identifier: str) -> int:
    start = hashlib.sha256(identifier.encode()).digest()[:8]
    return int.from_bytes(start, "big", signed=True)


@pytest.fixture
def older(empty_url: str, tmp_path: Path) -> Iterator[Context]:
    """Give a context over a ledger that an older Sanpin wrote."""
    db = Database(empty_url)
    fill(db)
    db.close()
    workspace = Workspace.create(tmp_path / "old", database_url=empty_url)
    with open_context(workspace) as ctx:
        yield ctx


def test_texts_names_and_answers_come_over(older: Context) -> None:
    with older.db.read() as conn:
        found = events_by_id(conn, [1, 2])
        kept = texts(conn, [1, 2])
        steps = changes_since(conn, 0)
    assert [event.id for event in found] == [
        "urn:uuid:00000000-0000-4000-8000-000000000001",
        DERIVED,
    ]
    assert [kept[n][0] for n in (1, 2)] == [NAMED, NAMELESS]
    assert kept[1][1] == ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]
    assert found[0].involved[0].quantity == 1.5
    assert (found[0].step, found[0].record_time, found[0].digest) == ("storing", 5, b"")
    assert [(step.first, step.last) for step in steps] == [(1, 2)]
    assert service.thing(older, LOT).label == "L1" or "Clay" in service.thing(older, LOT).label


def test_hashes_are_made_before_the_next_capture(older: Context) -> None:
    """What was captured before is known again, with an identifier and without."""
    context = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]
    data = b'{"@context":%s,"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"%s",' % (
        str(context).replace("'", '"').encode(),
        NOW.encode(),
    )
    data += b'"epcisBody":{"eventList":[' + NAMED + b"," + NAMELESS + b"]}}"
    report = service.capture(older, [data])
    assert (report.captured, report.duplicates, report.errors) == (0, 2, ())
    with older.db.read() as conn:
        found = events_by_id(conn, [1, 2])
    assert len({event.digest for event in found}) == 1
    assert found[1].id == hash_uri(found[1].digest)
    assert found[0].id == "urn:uuid:00000000-0000-4000-8000-000000000001"


def test_new_events_are_added_to_old_ones(older: Context) -> None:
    event = {
        "type": "ObjectEvent",
        "eventTime": "2026-03-02T08:30:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "quantityList": [{"epcClass": LOT, "quantity": 2, "uom": "KGM"}],
    }
    assert service.capture(older, [write_document([event], NOW, {})]).captured == 1
    assert len(service.find_events(older, LOT)) == 3


def test_a_newer_ledger_is_refused(ctx: Context) -> None:
    with ctx.db.write() as conn:
        conn.execute(text("UPDATE trace_version SET version_num = 'of_tomorrow'"))
    with pytest.raises(StateError) as refusal:
        open_context(ctx.workspace)
    assert refusal.value.code == "db.version.newer"


def test_declarations_come_over(empty_url: str, tmp_path: Path) -> None:
    """An event that was declared wrong can be taken back, and counts again then."""
    db = Database(empty_url)
    fill(db)
    declare(db)
    db.close()
    workspace = Workspace.create(tmp_path / "old", database_url=empty_url)
    with open_context(workspace) as ctx:
        with ctx.db.read() as conn:
            states = conn.execute(text("SELECT id, declared FROM trace_event ORDER BY id")).all()
            kept = conn.execute(text("SELECT event_id, owner_id FROM trace_declaration")).all()
        assert [tuple(row) for row in states] == [(1, 1), (2, 0), (3, 2)]
        assert [tuple(row) for row in kept] == [(3, 1)]
        assert len(service.history(ctx, LOT)[0]) == 1
        assert service.undo_declaration(ctx, "urn:uuid:00000000-0000-4000-8000-000000000001") == 1
        assert len(service.history(ctx, LOT)[0]) == 2
