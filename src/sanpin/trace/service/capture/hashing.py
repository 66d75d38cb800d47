"""Event hashes of events that an older Sanpin captured: made from their texts, once."""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

from sqlalchemy import Engine

from sanpin.kit.context import Context
from sanpin.trace.engine.epcis import read_document
from sanpin.trace.engine.epcis.writer import write_query_document
from sanpin.trace.engine.hash import event_hash
from sanpin.trace.store.hashes import Hashed, save_hashes, without_hash
from sanpin.trace.store.reader import texts
from sanpin.trace.store.rows import declaration_key

__all__ = ["complete_hashes"]

_DONE: WeakSet[Engine] = WeakSet()
_TOGETHER = 500


def complete_hashes(ctx: Context) -> int:
    """Give events without a hash theirs; return how many. A process looks once."""
    if ctx.db.engine in _DONE:
        return 0
    count = 0
    while found := _some(ctx):
        ctx.db.transact(lambda conn, found=found: save_hashes(conn, found))  # type: ignore[misc]
        count += len(found)
    _DONE.add(ctx.db.engine)
    return count


def _some(ctx: Context) -> list[Hashed]:
    """Hashes of some events that have none."""
    with ctx.db.read() as conn:
        ids = without_hash(conn, _TOGETHER)
        found = texts(conn, ids)
    return [_hashed(number, *found[number]) for number in ids]


def _hashed(number: int, text: bytes, context: Any) -> Hashed:
    """Hash of one event."""
    data = write_query_document([(text, context)], "2026-01-01T00:00:00Z")
    raw = read_document(data).events[0]
    hashed = event_hash(raw.body, raw.namespaces)
    digest = bytes.fromhex(hashed.removeprefix("ni:///sha-256;")[:64])
    declaration = declaration_key(raw.body.get("errorDeclaration"))
    return Hashed(number, digest, "eventID" not in raw.body, declaration)
