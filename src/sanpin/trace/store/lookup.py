"""Names of things and identifiers of events by their numbers, a million at a time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from sanpin.trace.store.bulk import find_numbers
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
        rows = list(find_numbers(conn, EPC.name, "t.id, t.class_id, t.serial", "id", batch))
        missing = {row[1] for row in rows} - classes.keys()
        if missing:
            asked = select(EPC_CLASS.c.id, EPC_CLASS.c.prefix)
            asked = asked.where(among(conn, EPC_CLASS.c.id, sorted(missing)))
            classes.update((one, "" if p == "-" else p) for one, p in conn.execute(asked))
        found.update([(row[0], classes[row[1]] + row[2]) for row in rows])
    return found


def event_names(conn: Connection, numbers: Sequence[int]) -> dict[int, str]:
    """Identifiers of events."""
    found: dict[int, str] = {}
    columns = "t.id, t.reference, t.hash_key, t.hash_rest"
    for batch in batches(numbers, _TOGETHER):
        for number, reference, key, rest in find_numbers(conn, EVENT.name, columns, "id", batch):
            found[number] = _event_name(reference, key, rest)
    return found


def _event_name(reference: bytes | None, key: int | None, rest: bytes) -> str:
    """Identifier of an event; the usual UUID without any detour."""
    if reference is not None and len(reference) == 17 and reference[0] == 1:
        text = reference[1:].hex()
        return f"urn:uuid:{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    hashed = b"" if key is None else key.to_bytes(8, "big", signed=True) + bytes(rest)
    return read_reference(reference, hashed)
