"""Statements written by hand, given to the driver with as little as possible in between.

A capture of single events spends more time on the way to SQLite than in it. PostgreSQL is asked in
the usual way: there the way over the network is what counts.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

__all__ = ["fetch", "put"]


def fetch(conn: Connection, sql: str, values: Sequence[Any] = ()) -> Sequence[Any]:
    """Return all rows that a statement finds.

    Parameters
    ----------
    sql : with the marks of the driver, ``?`` or ``%s``
    values : one for each mark
    """
    if conn.dialect.name != "sqlite":
        return conn.exec_driver_sql(sql, tuple(values)).fetchall()
    driver: Any = conn.connection.driver_connection
    try:
        found: Sequence[Any] = driver.execute(sql, values).fetchall()
    except sqlite3.Error as error:
        raise DBAPIError(sql, None, error) from error
    return found


def put(conn: Connection, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run a statement that changes something once for each row of values."""
    if conn.dialect.name != "sqlite":
        conn.exec_driver_sql(sql, list(rows))
        return
    driver: Any = conn.connection.driver_connection
    try:
        driver.executemany(sql, rows)
    except sqlite3.Error as error:
        raise DBAPIError(sql, None, error) from error
