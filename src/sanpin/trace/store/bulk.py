"""Many rows at once, through the driver itself: a third of the cost of built statements."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Connection, Table

__all__ = ["insert_rows"]


def insert_rows(
    conn: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    """Insert rows given as tuples in the order of `columns`.

    The statement is built by hand from names of our own tables alone; values are always parameters.
    """
    if rows:
        sql = _statement(table.name, tuple(columns), conn.dialect.name)
        conn.exec_driver_sql(sql, list(rows))


@lru_cache(maxsize=64)
def _statement(table: str, columns: tuple[str, ...], dialect: str) -> str:
    """Write the statement once for each table and database."""
    mark = "?" if dialect == "sqlite" else "%s"
    marks = ", ".join([mark] * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
