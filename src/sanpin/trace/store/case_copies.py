"""Recall cases as rows, to be taken to another ledger: every column of every table, in slices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Float,
    Integer,
    SmallInteger,
    Table,
    Text,
    select,
)

from sanpin.kit.db import Instant, Json
from sanpin.trace.model.cases import CaseState, DueKind, Verdict
from sanpin.trace.model.lineage import Status
from sanpin.trace.store.case_tables import CASE, DUE, LINE, NOTICE, RETURN, SEEDS

__all__ = ["HEADS", "PARTS", "Slice", "add_slice", "check_slice", "owner_of_copy", "slices_of"]

HEADS = {"case": CASE, "list": SEEDS}
"""Tables whose rows belong to a firm: cases, and lists of lots that were uploaded as seeds."""

PARTS = {"line": LINE, "due": DUE, "notice": NOTICE, "return": RETURN}
"""Tables whose rows belong to a case."""

_TOGETHER = 1000
_KINDS: dict[type[Any], tuple[type[Any], ...]] = {
    Text: (str,),
    Integer: (int,),
    BigInteger: (int,),
    SmallInteger: (int,),
    Float: (int, float),
    Json: (dict, list),
}
_CHOICES: dict[tuple[str, str], type[StrEnum]] = {
    (CASE.name, "state"): CaseState,
    (LINE.name, "status"): Status,
    (DUE.name, "kind"): DueKind,
    (RETURN.name, "verdict"): Verdict,
}


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows of one table, without the firm or case that they belong to.

    Attributes
    ----------
    table : a name of `HEADS` or `PARTS`
    columns : names
    rows : values in the order of the columns; instants as text
    """

    table: str
    columns: tuple[str, ...]
    rows: list[list[Any]]


def slices_of(conn: Connection, firm: str) -> Iterator[Slice]:
    """Yield all lists and complete cases of a firm; a case stands before everything of it."""
    yield from _rows(conn, "list", SEEDS, SEEDS.c.firm == firm)
    complete = (CASE.c.firm == firm) & (CASE.c.state != CaseState.WRITING)
    for identifier in conn.scalars(select(CASE.c.id).where(complete).order_by(CASE.c.id)).all():
        yield from _rows(conn, "case", CASE, CASE.c.id == identifier)
        for name, table in PARTS.items():
            yield from _rows(conn, name, table, table.c.case_id == identifier)


def _rows(conn: Connection, name: str, table: Table, mine: Any) -> Iterator[Slice]:
    """Yield rows of a table in the order of their keys."""
    columns = [c for c in table.columns if c.name not in ("firm", "case_id")]
    asked = select(*columns).where(mine).order_by(*table.primary_key.columns)
    result = conn.execution_options(yield_per=_TOGETHER).execute(asked)
    for part in result.partitions():
        rows = [[_plain(value) for value in row] for row in part]
        yield Slice(name, tuple(column.name for column in columns), rows)


def _plain(value: Any) -> Any:
    """Write a value as JSON has it."""
    return value.isoformat() if isinstance(value, datetime) else value


def owner_of_copy(conn: Connection, table: str, identifier: str) -> str | None:
    """Firm that has a case or list of this identifier; None when nobody has."""
    head = HEADS[table]
    return conn.scalar(select(head.c.firm).where(head.c.id == identifier))


def check_slice(part: Slice) -> None:
    """Read all rows without writing them.

    Raises
    ------
    KeyError, TypeError, ValueError
        where a column is missing or unknown, or a value is none of its column
    """
    table = (HEADS | PARTS)[part.table]
    own = "firm" if part.table in HEADS else "case_id"
    if own in part.columns or {*part.columns, own} != {*table.columns.keys()}:
        raise KeyError(part.table)
    for row in part.rows:
        _values(table, part, row)


def add_slice(conn: Connection, part: Slice, **owner: str) -> None:
    """Write rows.

    Parameters
    ----------
    owner : ``firm`` or ``case_id`` of all rows, and ``id`` where it is another than in the slice
    """
    table = (HEADS | PARTS)[part.table]
    rows = [_values(table, part, row) | owner for row in part.rows]
    if rows:
        conn.execute(table.insert(), rows)


def _values(table: Table, part: Slice, row: Sequence[Any]) -> dict[str, Any]:
    """Read the values of a row back."""
    values = zip(part.columns, row, strict=True)
    return {name: _value(table.c[name], value) for name, value in values}


def _value(column: Column[Any], value: Any) -> Any:
    """Read one value back."""
    if value is None and column.nullable:
        return None
    if isinstance(column.type, Instant):
        return datetime.fromisoformat(value)
    if (choices := _CHOICES.get((column.table.name, column.name))) is not None:
        return str(choices(value))
    if not isinstance(value, _KINDS[type(column.type)]) or isinstance(value, bool):
        raise TypeError(column.name)
    return value
