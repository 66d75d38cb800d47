"""SQLite as a careful shared store: WAL, full synchronisation, explicit transactions."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from sqlalchemy import Connection, Engine, event

__all__ = ["BUSY_SECONDS", "WRITE_OPTION", "prepare_sqlite"]

BUSY_SECONDS = 60
WRITE_OPTION = "sanpin_write"


def prepare_sqlite(engine: Engine) -> None:
    """Take the control of transactions from the driver and set every connection up.

    The driver of its own accord begins late and unlocked, so that two writers could both
    start and one would fail in the middle. Here a reader begins with BEGIN and a writer
    with BEGIN IMMEDIATE, which waits for its turn.
    """
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)


def _set_up(connection: sqlite3.Connection, _record: Any) -> None:
    """Set up one new connection of the driver."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch the file to WAL once; the switch does not wait for locks, so ask again."""
    deadline = time.monotonic() + BUSY_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] not in {"wal", "memory"}:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_READONLY:
                return  # a read-only file can still be read
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin(connection: Connection) -> None:
    """Begin as a reader or as a writer, as the options of the connection say."""
    writing = connection.get_execution_options().get(WRITE_OPTION)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
