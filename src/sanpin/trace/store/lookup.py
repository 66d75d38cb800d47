"""Names of things and identifiers of events by their numbers, a million at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Table, literal_column, select

from sanpin.trace.engine.lineage.writing import UUID_SIZE, Texts, texts_of, uuid_texts
from sanpin.trace.store.abreast import read_abreast
from sanpin.trace.store.intern import batches
from sanpin.trace.store.rows import read_reference
from sanpin.trace.store.scan import among, text_bytes
from sanpin.trace.store.tables import EPC, EPC_CLASS, EVENT
from sanpin.trace.store.unpacking import read_numbers

__all__ = ["event_names", "event_texts", "thing_names", "thing_texts"]

# Numbers in one statement: their list is a text of some hundred kilobytes.
_TOGETHER = 20_000


def thing_names(conn: Connection, numbers: Sequence[int]) -> dict[int, str]:
    """Canonical names of things, and of some between them."""
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
    """Identifiers of events, and of some between them."""
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
    asked = select(*(table.c[name] for name in columns)).where(_within(conn, table, numbers))
    cursor: Any = conn.execute(asked).cursor
    rows: list[Any] = cursor.fetchall()
    return rows


def _within(conn: Connection, table: Table, numbers: Sequence[int]) -> ColumnElement[bool]:
    """Condition on rows by their numbers; those between are read along where that is less work."""
    low, high = (min(numbers), max(numbers)) if numbers else (0, -1)
    if high - low < 2 * len(numbers):
        return table.c.id.between(low, high)
    condition: ColumnElement[bool] = among(conn, table.c.id, numbers)
    return condition


def _event_name(reference: bytes | None, key: int | None, rest: bytes) -> str:
    """Identifier of an event; the usual UUID without any detour."""
    if reference is not None and len(reference) == 17 and reference[0] == 1:
        text = bytes(reference[1:]).hex()
        return f"urn:uuid:{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    hashed = b"" if key is None else key.to_bytes(8, "big", signed=True) + bytes(rest)
    return read_reference(reference, hashed)


def thing_texts(conn: Connection, numbers: NDArray[np.integer]) -> Texts:
    """Canonical names of things as JSON; null for -1.

    Parameters
    ----------
    numbers : ascending, each once
    """

    def read(own: Connection, batch: list[int]) -> Texts:
        names = thing_names(own, [number for number in batch if number >= 0]) | {-1: None}
        return texts_of(orjson.dumps([names[number] for number in batch]), len(batch))

    return Texts.join(read_abreast(conn, list(batches(numbers.tolist(), _TOGETHER)), read))


def event_texts(conn: Connection, numbers: NDArray[np.int64]) -> Texts:
    """Identifiers of events as JSON; null for -1.

    Parameters
    ----------
    numbers : of the ledger, ascending, each once
    """
    parts = np.array_split(numbers, 1 + numbers.size // _TOGETHER)
    return Texts.join(read_abreast(conn, parts, _event_texts))


def _event_texts(conn: Connection, numbers: NDArray[np.int64]) -> Texts:
    """Identifiers of some events: the usual UUIDs by the kernel, the others one by one."""
    low = np.full(numbers.size, -1, np.int64)
    known, digits = _references(conn, numbers[numbers >= 0])
    data, valid = uuid_texts(digits)
    at = np.searchsorted(numbers, known)
    # A range holds events that nobody asked for.
    asked = np.flatnonzero(valid[: known.size] & np.isin(known, numbers, assume_unique=True))
    low[at[asked]] = asked * UUID_SIZE
    rest = np.flatnonzero(low < 0)
    names = event_names(conn, numbers[rest[numbers[rest] >= 0]].tolist())
    listed = [names.get(number) if number < 0 else names[number] for number in numbers[rest]]
    others = texts_of(orjson.dumps(listed), rest.size)
    high = low + UUID_SIZE
    low[rest], high[rest] = others.low + data.size, others.high + data.size
    return Texts.of(np.concatenate((data, others.data)), low, high)


def _references(
    conn: Connection, numbers: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Numbers of events and what stands for their identifiers, in hexadecimal digits."""
    columns = ("trace_event.id", "hex(trace_event.reference)")
    text = "CAST(group_concat({}) AS BLOB)"
    if conn.dialect.name != "sqlite":
        columns = ("trace_event.id::text", "coalesce(encode(trace_event.reference, 'hex'), '')")
        text = "string_agg({}, ',')"
    both: Any = select(*(literal_column(text.format(one)) for one in columns))
    row = conn.execute(both.select_from(EVENT).where(_within(conn, EVENT, numbers.tolist()))).one()
    known, digits = (text_bytes(one) for one in row)
    return read_numbers(known), digits
