"""Names of things and identifiers of events by their numbers, a million at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, select

from sanpin.trace.store.intern import batches
from sanpin.trace.store.rows import read_reference
from sanpin.trace.store.scan import among
from sanpin.trace.store.tables import EPC, EPC_CLASS, EVENT

__all__ = ["event_names", "thing_names"]

# Numbers in one statement: their list is a text of some hundred kilobytes.
_TOGETHER = 20_000


def thing_names(conn: Connection, numbers: Sequence[int]) -> dict[int, str]:
    """Canonical names of things."""
    found: dict[int, str] = {}
    classes: dict[int, str] = {}
    for batch in batches(numbers, _TOGETHER):
        rows = _rows(conn, EPC, ("id", "class_id", "serial"), batch)
        missing = {row[1] for row in rows} - classes.keys()
        if missing:
            asked = select(EPC_CLASS.c.id, EPC_CLASS.c.prefix)
            asked = asked.where(among(conn, EPC_CLASS.c.id, sorted(missing)))
            classes.update((one, "" if p == "-" else p) for one, p in conn.execute(asked))
        found.update([(number, classes[of] + serial) for number, of, serial in rows])
    return found


def event_names(conn: Connection, numbers: Sequence[int]) -> dict[int, str]:
    """Identifiers of events."""
    found: dict[int, str] = {}
    columns = ("id", "reference", "hash_key", "hash_rest")
    for batch in batches(numbers, _TOGETHER):
        for number, reference, key, rest in _rows(conn, EVENT, columns, batch):
            found[number] = _event_name(reference, key, rest)
    return found


def _rows(
    conn: Connection, table: Table, columns: Sequence[str], numbers: Sequence[int]
) -> list[Any]:
    """Rows by their numbers, as the driver gives them: a million pass through here."""
    asked = select(*(table.c[name] for name in columns)).where(among(conn, table.c.id, numbers))
    cursor: Any = conn.execute(asked).cursor
    rows: list[Any] = cursor.fetchall()
    return rows


def _event_name(reference: bytes | None, key: int | None, rest: bytes) -> str:
    """Identifier of an event; the usual UUID without any detour."""
    if reference is not None and len(reference) == 17 and reference[0] == 1:
        text = bytes(reference[1:]).hex()
        return f"urn:uuid:{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    hashed = b"" if key is None else key.to_bytes(8, "big", signed=True) + bytes(rest)
    return read_reference(reference, hashed)
