"""Events of a ledger as columns: all of them in one ordered scan, or those that name some things.

The database writes each column of a slice as one text, which takes a third of the time of a row for
each event.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Table,
    case,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DataError

from sanpin.trace.engine.lineage.columns import (
    DESTINATIONS,
    Columns,
    Numbering,
    columns_of,
    pick,
)
from sanpin.trace.store.abreast import read_abreast
from sanpin.trace.store.sights import seen
from sanpin.trace.store.tables import EVENT, LINK, QUANTITY, TERM, VOCAB
from sanpin.trace.store.unpacking import read_numbers, unpack_hex

__all__ = ["Scan", "among", "text_bytes"]

# Events read together: their texts take some megabytes.
_SLICE = 50_000
# Bits of a number that every database keeps exactly, its sign left out.
_WIDTH = 62
_SMALL = "trace_event.declared * 64 + trace_event.action * 8 + trace_event.type"
_SMALL_BITS = 8
_WORDS = ("step", "disposition", "location", "read_point")
# Few events have a transformation; those that have none are passed over.
_MADE = (
    "CASE WHEN trace_event.transformation IS NOT NULL THEN trace_event.id END",
    "trace_event.transformation",
)

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
# Columns whose units are places in a list of names.
_Part = tuple[Columns, list[str]]


def among(conn: Connection, column: ColumnElement[int], numbers: Sequence[int]) -> Any:
    """Condition that a column has one of many numbers, given as one parameter."""
    if conn.dialect.name == "sqlite":
        each = func.json_each(literal(orjson.dumps(list(numbers)).decode())).table_valued("value")
        return column.in_(select(each.c.value))
    return column == func.any(literal(list(numbers), ARRAY(BigInteger())))


class Scan:
    """The events that a firm may see, as columns.

    Parameters
    ----------
    conn : connection on which all is read in one state
    firm : who asks
    units : numbers of units of measure, which grow
    """

    def __init__(self, conn: Connection, firm: str, units: Numbering) -> None:
        self._conn = conn
        self._units = units
        # Written so, the database goes by the numbers of events and not by their owner.
        self._seen = case((seen(conn, firm), 1), else_=0) == 1
        asked = select(VOCAB.c.uri, VOCAB.c.id).where(VOCAB.c.uri.in_(DESTINATIONS))
        words = {row[0]: row[1] for row in conn.execute(asked)}
        self._ranks = [words.get(word, 0) for word in DESTINATIONS]
        newest = conn.execute(select(func.max(VOCAB.c.id))).scalar() or 0
        self._fields = _Fields((int(newest) + 1).bit_length())

    def all(self) -> Columns:
        """All events in the order of their numbers."""
        last = self._conn.execute(select(func.max(EVENT.c.id))).scalar() or 0
        return self.between(0, int(last))

    def between(self, first: int, last: int) -> Columns:
        """Events with numbers between two, both included."""
        ranges = [(low, min(low + _SLICE - 1, last)) for low in range(first, last + 1, _SLICE)]
        return self._joined(read_abreast(self._conn, ranges, self._range))

    def events(self, numbers: Sequence[int]) -> Columns:
        """Some events; what the firm may not see is left out."""
        wanted = sorted(numbers)
        return self._joined(
            [
                self._read(self._conn, among(self._conn, EVENT.c.id, wanted[low : low + _SLICE]))
                for low in range(0, len(wanted), _SLICE)
            ]
        )

    def naming(self, things: Int32s) -> Columns:
        """All events that name one of some things."""
        named = among(self._conn, LINK.c.epc_id, things.tolist())
        numbers = self._conn.scalars(select(LINK.c.event_id).where(named).distinct())
        return self.events(list(numbers))

    def _joined(self, parts: Iterable[list[_Part]]) -> Columns:
        """Put what was read one behind the other, with units in the numbers of this scan."""
        found = []
        for columns, units in itertools.chain.from_iterable(parts):
            numbers = np.array([*map(self._units.number, units), -1], np.int32)
            found.append(columns._replace(unit=numbers[columns.unit]))
        return Columns.join(found) if found else columns_of((), Numbering(), Numbering())

    def _range(self, conn: Connection, numbers: tuple[int, int]) -> list[_Part]:
        """Events of a slice; where its things are more than one text holds, half by half."""
        first, last = numbers
        try:
            return self._read(conn, EVENT.c.id.between(first, last), (first, last))
        except DataError:
            if first == last:
                raise
            middle = (first + last) // 2
            return self._range(conn, (first, middle)) + self._range(conn, (middle + 1, last))

    def _read(
        self, conn: Connection, condition: ColumnElement[bool], span: tuple[int, int] | None = None
    ) -> list[_Part]:
        """Events that meet a condition, which may be that they stand between two numbers."""
        whole = span is not None and self._is_whole(conn, condition, *span)
        (time, *rest), packed = self._texts(conn, condition, numbered=not whole)
        event = np.arange(span[0], span[1] + 1) if span and whole else rest.pop()
        makers, made = rest[-2:]
        fields = self._fields.unpacked(rest[:-2])
        small = fields["small"]
        step, disposition, location, read_point = (
            (fields[name] - 1).astype(np.int32) for name in _WORDS
        )
        transformation = np.full(event.size, -1, np.int64)
        order = np.argsort(event, kind="stable")
        transformation[order[np.searchsorted(event[order], makers)]] = made
        offset, things, parts = unpack_hex(np.frombuffer(packed, np.uint8))
        nothing = np.zeros(0, np.int64)
        found = Columns(
            event,
            time,
            (small & 7).astype(np.uint8),
            (small >> 3 & 7).astype(np.uint8),
            (small & 192 > 0).astype(np.uint8),
            step,
            disposition,
            location,
            read_point,
            np.full(event.size, -1, np.int32),
            transformation,
            offset if event.size else np.zeros(1, np.int64),
            things,
            parts,
            nothing,
            np.zeros(0),
            np.zeros(0, np.int32),
        )
        if not np.all(event[1:] > event[:-1]):
            found = pick(found, np.argsort(event, kind="stable"))
        at, amounts, units, names = _amounts(conn, found)
        found = found._replace(
            destination=self._destinations(conn, found.event),
            amount_at=at,
            amount=amounts,
            unit=units,
        )
        return [(found, names)]

    def _is_whole(
        self, conn: Connection, condition: ColumnElement[bool], first: int, last: int
    ) -> bool:
        """Whether every number between two is that of an event that may be seen."""
        counted = select(func.count()).select_from(EVENT).where(condition, self._seen)
        return conn.execute(counted).scalar() == last - first + 1

    def _texts(
        self, conn: Connection, condition: ColumnElement[bool], *, numbered: bool
    ) -> tuple[list[Int64s], NDArray[np.uint8]]:
        """Numbers of events, and their packed things in hexadecimal digits.

        Every number that the database writes costs it more than to read the row, and makes the two
        connections wait for each other, so that there are as few as possible.

        Parameters
        ----------
        numbered : whether the last of the numbers are those of the events themselves
        """
        numbers = ["trace_event.event_time", *self._fields.columns, *_MADE]
        numbers += ["trace_event.id"] * numbered
        if conn.dialect.name == "sqlite":
            # As bytes, which the driver need not look at.
            together = "CAST(group_concat({}) AS BLOB)"
            columns = [together.format(one) for one in (*numbers, "hex(trace_event.epcs)")]
        else:
            together = "string_agg({}, ',' ORDER BY trace_event.id)"
            columns = [together.format(f"({one})::text") for one in numbers]
            columns.append(together.format("encode(trace_event.epcs, 'hex')"))
        asked: Any = select(*(literal_column(one) for one in columns)).select_from(EVENT)
        row = conn.execute(asked.where(condition, self._seen)).one()
        *texts, packed = (text_bytes(text) for text in row)
        return [read_numbers(text) for text in texts], packed

    def _destinations(self, conn: Connection, event: Int64s) -> Int32s:
        """Who is to get the things of events: the place first, then the parties."""
        found = np.full(event.size, -1, np.int32)
        columns = ("event_id", "position", "type", "value")
        rows = _beside(conn, TERM, columns, event, TERM.c.kind == "destination")
        if not rows:
            return found
        table = np.array(rows, np.int64)
        rank = np.full(len(rows), len(self._ranks))
        for place, word in enumerate(self._ranks):
            rank[table[:, 2] == word] = place
        # The best of each event is written last.
        order = np.lexsort((table[:, 1], rank, table[:, 0]))[::-1]
        found[np.searchsorted(event, table[order, 0])] = table[order, 3]
        return found


def text_bytes(text: str | bytes | None) -> NDArray[np.uint8]:
    """Bytes of a text as the driver gave it; none where there was nothing to put together."""
    data = text.encode() if isinstance(text, str) else text or b""
    return np.frombuffer(data, np.uint8)


def _amounts(
    conn: Connection, found: Columns
) -> tuple[Int64s, NDArray[np.float64], Int32s, list[str]]:
    """Amounts of events: the entry that has each, how much, the unit, and the names of units."""
    event, offset, units = found.event, found.offset, Numbering()
    rows = _beside(conn, QUANTITY, ("event_id", "position", "quantity", "uom"), event)
    at = np.searchsorted(event, np.array([row[0] for row in rows], np.int64))
    entries = offset[at] + np.array([row[1] for row in rows], np.int64)
    order = np.argsort(entries, kind="stable")
    numbers = [units.number(row[3]) if row[3] else -1 for row in rows]
    return (
        entries[order],
        np.array([row[2] for row in rows], np.float64)[order],
        np.array(numbers, np.int32)[order],
        units.names,
    )


def _beside(
    conn: Connection,
    table: Table,
    columns: Sequence[str],
    event: Int64s,
    *conditions: ColumnElement[bool],
) -> list[Any]:
    """Rows of a table beside events."""
    if not event.size:
        return []
    number = table.c.event_id
    asked = select(*(table.c[name] for name in columns)).where(*conditions)
    # A slice of a scan is one range; the events of some things are scattered.
    together = int(event.max() - event.min()) < 4 * event.size
    if together:
        asked = asked.where(number.between(int(event.min()), int(event.max())))
    else:
        asked = asked.where(among(conn, number, event.tolist()))
    cursor: Any = conn.execute(asked).cursor
    rows: list[Any] = cursor.fetchall()
    if not together:
        return rows
    known = np.isin(np.array([row[0] for row in rows], np.int64), event)
    return [row for row, one in zip(rows, known.tolist(), strict=True) if one]


class _Fields:
    """The words of an event and what it is, as many of them in one number as there is room for.

    Parameters
    ----------
    bits : of the greatest number that a word has, 0 standing for none

    Attributes
    ----------
    columns : what the database is asked for
    """

    def __init__(self, bits: int) -> None:
        self._places: dict[str, tuple[int, int, int]] = {}
        sums: list[list[str]] = []
        free = 0
        fields = [("small", _SMALL, _SMALL_BITS)]
        fields += [(name, f"coalesce(trace_event.{name} + 1, 0)", bits) for name in _WORDS]
        for name, sql, width in fields:
            if width > free:
                sums.append([])
                free = _WIDTH
            shift = _WIDTH - free
            sums[-1].append(f"({sql}) * {1 << shift}")
            self._places[name] = len(sums) - 1, shift, (1 << width) - 1
            free -= width
        self.columns = [" + ".join(one) for one in sums]

    def unpacked(self, numbers: Sequence[Int64s]) -> dict[str, Int64s]:
        """Each field of all events; words are greater by one, 0 stands for none."""
        return {
            name: numbers[column] >> shift & mask
            for name, (column, shift, mask) in self._places.items()
        }
