"""One door to the database of a workspace: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from sanpin.base import N_, EngineError, InputError, MissingExtra
from sanpin.kit.db import faults
from sanpin.kit.db.postgres import forgive_nul
from sanpin.kit.db.retry import retry
from sanpin.kit.db.sqlite import WRITE_OPTION, prepare_sqlite

__all__ = ["Database"]

_Result = TypeVar("_Result")


# The escape of U+0000, not the end of an escaped backslash before u0000.
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def _to_json(value: object) -> str:
    """Write JSON for the database: dates in ISO form, arrays as lists, the rest as text.

    PostgreSQL keeps no U+0000; in its place stands the sign for a character that was lost.
    """
    options = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY
    text = orjson.dumps(value, default=str, option=options).decode()
    return _NUL.sub(r"\1\\ufffd", text) if r"\u0000" in text else text


def _from_json(value: str | bytes | float) -> Any:
    """Read JSON of the database; SQLite hands a bare number over as a number."""
    return value if isinstance(value, int | float) else orjson.loads(value)


_OPTIONS: dict[str, Any] = {
    "json_serializer": _to_json,
    "json_deserializer": _from_json,
}
# As many connections as a web server has threads, so that none waits for another. A file costs
# nothing while it is open, but setting a connection up does; a server has to keep each one.
_OF_A_FILE = {"pool_size": 48, "max_overflow": 0}
_OF_A_SERVER = {"pool_size": 8, "max_overflow": 40}


class Database:
    """The database of one workspace, safe to share between threads and processes.

    Parameters
    ----------
    url : ``sqlite:///path``, or ``postgresql://user:password@host/name`` in any spelling
    """

    def __init__(self, url: str) -> None:
        self.engine = _create_engine(url)
        self.dialect: str = self.engine.dialect.name
        self._local = threading.local()

    @classmethod
    def sqlite(cls, path: Path) -> Database:
        """Open a SQLite file, which is made by its first transaction."""
        return cls(f"sqlite:///{path}")

    @property
    def place(self) -> str:
        """Where the database is, as a person may read it: no password."""
        if self.dialect == "sqlite":
            return str(self.engine.url.database)
        return self.engine.url.render_as_string(hide_password=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one unchanging state and writes nothing.

        On SQLite in WAL mode readers wait for nobody; on PostgreSQL the snapshot is repeatable.
        """
        with self._faults(), self.engine.connect() as connection:
            if self.dialect == "postgresql":
                connection = connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            yield connection
            connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection in one transaction: committed at the end, undone by an error.

        On SQLite it takes the write lock at once, waiting up to 60 seconds for another
        writer; keep the block short.

        Raises
        ------
        EngineError
            ``db.write.nested`` for a transaction inside another of the same thread
        StateError
            when the disk is full, the file locked or the server gone
        """
        if getattr(self._local, "writing", False):
            raise EngineError(
                "db.write.nested",
                N_("A transaction was opened inside another one of the same thread."),
                hint=N_("This is a mistake in the program; please report it."),
            )
        self._local.writing = True
        try:
            with self._faults(), self.engine.connect() as connection:
                connection = connection.execution_options(**{WRITE_OPTION: True})
                with connection.begin():
                    yield connection
        finally:
            self._local.writing = False

    def transact(self, work: Callable[[Connection], _Result]) -> _Result:
        """Run `work` in one transaction, again from its start when the database asks so.

        Use it where two writers may touch the same rows: PostgreSQL may then end one of
        them with a serialisation failure or a deadlock.
        """

        def once() -> _Result:
            with self.write() as connection:
                return work(connection)

        return retry(once)

    def close(self) -> None:
        """Close the pooled connections."""
        self.engine.dispose()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Turn driver errors caused by the surroundings into their StateErrors."""
        try:
            yield
        except DBAPIError as error:
            fault = faults.from_database(error, self.place)
            if fault is None:
                raise
            raise fault from error


def _create_engine(url: str) -> Engine:
    """Create the engine with our settings for its dialect."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    backend = parsed.get_backend_name() if parsed is not None else ""
    if parsed is not None and backend in {"postgres", "postgresql"}:
        return _create_postgresql(parsed.set(drivername="postgresql+psycopg"))
    if parsed is None or backend != "sqlite":
        raise InputError(
            "db.url.unknown",
            N_("“{scheme}” is not a database that Sanpin can use."),
            hint=N_("Give an address such as postgresql://user:password@host/database."),
            scheme=url.partition(":")[0],
        )
    engine = create_engine(parsed, connect_args={"timeout": 60}, **_OPTIONS, **_OF_A_FILE)
    prepare_sqlite(engine)
    return engine


def _create_postgresql(url: Any) -> Engine:
    """Create a PostgreSQL engine on psycopg, or name the extra that brings it."""
    try:
        engine = create_engine(url, pool_pre_ping=True, **_OPTIONS, **_OF_A_SERVER)
    except (ImportError, NoSuchModuleError) as error:
        raise MissingExtra("pg", "PostgreSQL") from error

    @event.listens_for(engine, "connect")
    def _session(connection: Any, _record: Any) -> None:
        """Times in UTC and a limit to waiting for locks, whatever the server's own settings."""
        forgive_nul(connection)
        with connection.cursor() as cursor:
            cursor.execute("SET TIME ZONE 'UTC'")
            cursor.execute("SET lock_timeout = '60s'")
        connection.commit()

    return engine
