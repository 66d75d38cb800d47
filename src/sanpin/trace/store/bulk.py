"""Many rows at once, through the driver itself: a third of the cost of built statements.

SQLite takes them one by one through a prepared statement; PostgreSQL takes them as a binary copy.
Both happen in the transaction of the connection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    Connection,
    Dialect,
    Float,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    insert,
)
from sqlalchemy import Integer as Int

from sanpin.trace.store.driver import fetch, put

__all__ = ["find_digests", "find_numbers", "find_pairs", "insert_records", "insert_rows", "tune"]

# A copy costs a round trip more than an insert; it pays from a few rows on.
_COPY_FROM = 20
# Below the oldest limit of parameters in one statement of SQLite, 999.
_PARAMETERS = 900
_TYPES: tuple[tuple[type[Any], str], ...] = (
    (BigInteger, "int8"),
    (SmallInteger, "int2"),
    (Int, "int4"),
    (LargeBinary, "bytea"),
    (Float, "float8"),
    (Text, "text"),
)


def tune(conn: Connection, *, many: bool) -> None:
    """Give a writing connection of SQLite more memory, and say how long its log may grow.

    A log of 16 MB holds a few documents of 1,000 events; merging it after each would double what
    is written. For single events a short log, written over and over, is quicker to make safe.

    Parameters
    ----------
    many : whether the transaction writes many events
    """
    if conn.dialect.name != "sqlite":
        return
    if "trace_log" not in conn.info:
        conn.exec_driver_sql("PRAGMA cache_size = -65536")
    pages = 4000 if many else 1000
    if conn.info.get("trace_log") != pages:
        conn.exec_driver_sql(f"PRAGMA wal_autocheckpoint = {pages}")
        conn.info["trace_log"] = pages


def insert_rows(
    conn: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    """Insert rows given as tuples in the order of `columns`.

    The statement is built by hand from names of our own tables alone; values are always parameters.
    """
    if not rows:
        return
    names, dialect = tuple(columns), conn.dialect.name
    if dialect == "postgresql" and len(rows) >= _COPY_FROM:
        _copy(conn, table, columns, rows)
        return
    first = 0
    if dialect == "sqlite":
        # One statement for many rows takes two thirds of the time of one for each.
        each = _PARAMETERS // len(names)
        first = len(rows) // each * each
        parts = [tuple(chain(*rows[at : at + each])) for at in range(0, first, each)]
        if parts:
            put(conn, _statement(table.name, names, dialect, each), parts)
    if first < len(rows):
        put(conn, _statement(table.name, names, dialect), rows[first:])


def insert_records(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert a few rows with the same columns, whose values the types of the columns prepare."""
    if not rows:
        return
    if conn.dialect.name != "sqlite":
        conn.execute(insert(table), rows)
        return
    names = tuple(rows[0])
    prepare = _preparers(table, names, conn.dialect)
    values = [
        tuple([change(row[name]) if change else row[name] for name, change in prepare])
        for row in rows
    ]
    put(conn, _statement(table.name, names, "sqlite"), values)


@lru_cache(maxsize=64)
def _preparers(
    table: Table, columns: tuple[str, ...], dialect: Dialect
) -> list[tuple[str, Callable[[Any], Any] | None]]:
    """Say for each column what makes its values ready for the driver."""
    found: list[tuple[str, Callable[[Any], Any] | None]] = []
    for name in columns:
        kind = table.c[name].type.dialect_impl(dialect)
        found.append((name, kind.bind_processor(dialect)))
    return found


@lru_cache(maxsize=64)
def _statement(table: str, columns: tuple[str, ...], dialect: str, rows: int = 1) -> str:
    """Write the statement once for each table and database."""
    mark = "?" if dialect == "sqlite" else "%s"
    row = f"({', '.join([mark] * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * rows)}"


def _copy(
    conn: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    """Copy rows in the binary form, which the server need not parse."""
    driver: Any = conn.connection.driver_connection
    with driver.cursor() as cursor:
        names = ", ".join(columns)
        with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types([_type(table, name) for name in columns])
            for row in rows:
                copy.write_row(row)


@lru_cache(maxsize=256)
def _type(table: Table, column: str) -> str:
    """Name of the type of a column in PostgreSQL."""
    kind = table.c[column].type
    return next(name for base, name in _TYPES if isinstance(kind, base))


def find_numbers(
    conn: Connection, table: str, columns: str, key: str, values: Iterable[Any]
) -> Iterator[Any]:
    """Rows of a table whose column `key` has one of many values, in one statement.

    Parameters
    ----------
    table, columns, key : names of our own tables, put into the statement as they are
    values : numbers or texts
    """
    wanted = list(values)
    if not wanted:
        return iter(())
    if conn.dialect.name == "sqlite":
        sql = f"SELECT {columns} FROM json_each(?) j CROSS JOIN {table} t ON t.{key} = j.value"
        return iter(fetch(conn, sql, (orjson.dumps(wanted).decode(),)))
    sql = f"SELECT {columns} FROM {table} t WHERE t.{key} = ANY(%s)"
    return iter(fetch(conn, sql, (wanted,)))


def find_digests(
    conn: Connection, table: str, columns: str, owner: int, values: Iterable[bytes]
) -> Iterator[Any]:
    """Rows of an owner that have one of many digests, a few hundred at a time."""
    wanted = sorted(set(values))
    sqlite = conn.dialect.name == "sqlite"
    for at in range(0, len(wanted), _PARAMETERS):
        part = wanted[at : at + _PARAMETERS]
        mark, one_of = (
            ("?", f"IN ({', '.join('?' * len(part))})") if sqlite else ("%s", "= ANY(%s)")
        )
        sql = f"SELECT {columns} FROM {table} t WHERE t.owner_id = {mark} AND t.digest {one_of}"
        yield from fetch(conn, sql, (owner, *part) if sqlite else (owner, part))


def find_pairs(
    conn: Connection, table: str, columns: str, keys: tuple[str, str], pairs: list[tuple[int, str]]
) -> Iterator[Any]:
    """Rows of a table that have one of many pairs of a number and a text, in one statement."""
    if not pairs:
        return iter(())
    first, second = keys
    if conn.dialect.name == "sqlite":
        sql = (
            f"SELECT {columns} FROM json_each(?) j CROSS JOIN {table} t"
            f" ON t.{first} = json_extract(j.value, '$[0]')"
            f" AND t.{second} = json_extract(j.value, '$[1]')"
        )
        return iter(fetch(conn, sql, (orjson.dumps(pairs).decode(),)))
    sql = (
        f"SELECT {columns} FROM unnest(%s::int8[], %s::text[]) AS j(a, b)"
        f" JOIN {table} t ON t.{first} = j.a AND t.{second} = j.b"
    )
    numbers, texts = zip(*pairs, strict=True)
    return iter(fetch(conn, sql, (list(numbers), list(texts))))
