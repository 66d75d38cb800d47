"""The database door: addresses, transactions, faults in plain words, retries."""

from __future__ import annotations

import builtins
import importlib
import multiprocessing
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from sanpin.base import InputError, MissingExtra, StateError
from sanpin.kit.db import Database
from sanpin.kit.db import sqlite as sqlite_module
from sanpin.kit.db.faults import from_database
from sanpin.kit.db.retry import is_transient, retry

_META = MetaData()
_NUMBER = Table("number", _META, Column("n", Integer, primary_key=True), Column("filler", Text))


@pytest.fixture
def db(tmp_path: Path) -> Any:
    """Give a SQLite database with one table."""
    made = Database.sqlite(tmp_path / "x.sqlite")
    with made.write() as conn:
        _META.create_all(conn)
    yield made
    made.close()


def test_sqlite_is_set_up_with_care(db: Database) -> None:
    with db.read() as conn:
        settings = {
            name: conn.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 60_000,
    }


def test_a_writer_takes_the_lock_at_its_beginning(db: Database, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "x.sqlite", timeout=0, isolation_level=None)
    with db.write(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")  # free again after the commit
    other.execute("ROLLBACK")
    other.close()


def test_ddl_is_undone_with_its_transaction(db: Database) -> None:
    with pytest.raises(RuntimeError), db.write() as conn:
        conn.execute(text("CREATE TABLE half (n INTEGER)"))
        raise RuntimeError
    with db.read() as conn:
        assert "half" not in conn.execute(text("SELECT name FROM sqlite_master")).scalars().all()


_WRITER = """
from sqlalchemy import text
from sanpin.kit.db import Database

def add_many(url, start):
    db = Database(url)
    for n in range(start, start + 25):
        with db.write() as conn:
            conn.execute(text("INSERT INTO number (n) VALUES (:n)"), {"n": n})
    db.close()
"""


def test_processes_write_to_one_file_without_loss(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "writer_of_numbers.py").write_text(_WRITER)
    monkeypatch.syspath_prepend(tmp_path)
    add_many = importlib.import_module("writer_of_numbers").add_many
    context = multiprocessing.get_context("spawn")
    url = str(db.engine.url)
    workers = [context.Process(target=add_many, args=(url, i * 100)) for i in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    with db.read() as conn:
        assert len(conn.execute(select(_NUMBER.c.n)).all()) == 75


def test_new_files_opened_by_threads_at_once_end_in_wal(tmp_path: Path) -> None:
    first = sqlite3.connect(tmp_path / "y.sqlite", isolation_level=None)
    first.execute("CREATE TABLE t (n)")
    first.execute("BEGIN IMMEDIATE")  # as another process in the middle of its first write
    naps: list[float] = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        first.execute("COMMIT") if len(naps) == 2 else None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite_module.time, "sleep", nap)
        patch.setattr(sqlite_module, "BUSY_SECONDS", 0.01)
        patch.setattr(sqlite_module.time, "monotonic", lambda: 0.0)
        db = Database.sqlite(tmp_path / "y.sqlite")
        with db.read() as conn:
            assert conn.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        db.close()
    first.close()
    assert len(naps) == 2


def test_a_locked_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_module, "BUSY_SECONDS", 0)
    db = Database.sqlite(tmp_path / "x.sqlite")
    with db.write() as conn:
        _META.create_all(conn)
    holder = sqlite3.connect(tmp_path / "x.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StateError) as caught, db.write():
        pass
    holder.close()
    db.close()
    assert caught.value.code == "workspace.locked"
    assert "x.sqlite" in str(caught.value)


def test_a_read_only_file_can_be_read_but_not_written(db: Database) -> None:
    with db.write() as conn:
        conn.execute(insert(_NUMBER).values(n=1))
    with db.read() as conn:
        conn.exec_driver_sql("PRAGMA query_only = ON")
    with db.read() as conn:
        assert conn.execute(select(_NUMBER.c.n)).scalar_one() == 1
    with pytest.raises(StateError) as caught, db.write() as conn:
        conn.execute(insert(_NUMBER).values(n=2))
    assert caught.value.code == "workspace.read_only"


def test_a_full_disk_leaves_nothing_behind(db: Database) -> None:
    with db.read() as conn:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StateError) as caught, db.write() as conn:
        conn.execute(insert(_NUMBER), [{"n": n, "filler": "x" * 2_000} for n in range(50)])
    assert caught.value.code == "workspace.disk_full"
    with db.read() as conn:
        assert conn.execute(select(_NUMBER.c.n)).all() == []


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_bytes(b"this is no database at all" * 100)
    db = Database.sqlite(tmp_path / "x.sqlite")
    with pytest.raises(StateError) as caught, db.read():
        pass
    assert caught.value.code == "db.file.damaged"


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    db = Database.sqlite(tmp_path / "missing" / "x.sqlite")
    with pytest.raises(StateError) as caught, db.read():
        pass
    assert caught.value.code == "workspace.not_readable"


def test_mistakes_of_the_program_keep_their_own_error(db: Database) -> None:
    with pytest.raises(IntegrityError), db.write() as conn:
        conn.execute(insert(_NUMBER), [{"n": 1}, {"n": 1}])


@pytest.mark.parametrize("url", ["oracle://x/y", "mysql://u@h/d", "nonsense", "http://x", ""])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(InputError) as caught:
        Database(url)
    assert caught.value.code == "db.url.unknown"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_may_be_spelled_in_any_way(scheme: str) -> None:
    db = Database(f"{scheme}://user:secret@127.0.0.1:1/name")
    assert db.engine.url.drivername == "postgresql+psycopg"
    assert db.dialect == "postgresql"
    assert "secret" not in db.place


def test_a_server_that_does_not_answer_is_named_without_password() -> None:
    db = Database("postgresql://user:secret@127.0.0.1:1/name")
    with pytest.raises(StateError) as caught, db.read():
        pass
    assert caught.value.code == "db.server.unreachable"
    assert "127.0.0.1" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_driver(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.partition(".")[0] == "psycopg":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_driver)
    with pytest.raises(MissingExtra, match="sanpin\\[pg\\]"):
        Database("postgresql://h/d")


class _ServerError(Exception):
    """An error of a driver that carries a state, as psycopg's do."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def _server_error(state: str) -> DBAPIError:
    return DBAPIError("statement", {}, _ServerError(state))


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("53100", "workspace.disk_full"),
        ("58030", "workspace.disk_failed"),
        ("25006", "workspace.read_only"),
        ("55P03", "workspace.locked"),
        ("23505", None),
        ("42P01", None),
    ],
)
def test_states_of_a_server_have_plain_words(state: str, code: str | None) -> None:
    fault = from_database(_server_error(state), "db.example")
    assert (fault.code if fault else None) == code


def test_only_serialisation_failures_and_deadlocks_are_done_again() -> None:
    assert is_transient(_server_error("40001"))
    assert is_transient(_server_error("40P01"))
    assert not is_transient(_server_error("23505"))


def test_retry_ends_with_the_first_success() -> None:
    answers: list[Any] = [_server_error("40001"), _server_error("40P01"), "done", "never"]
    pauses: list[float] = []

    def work() -> str:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return str(answer)

    assert retry(work, pause=pauses.append) == "done"
    assert pauses == [0.02, 0.04]
    assert answers == ["never"]


def test_retry_gives_up_and_lets_other_errors_through() -> None:
    calls: list[str] = []

    def failing(state: str) -> None:
        calls.append(state)
        raise _server_error(state)

    with pytest.raises(DBAPIError):
        retry(lambda: failing("40001"), attempts=3, pause=lambda _: None)
    assert calls == ["40001"] * 3
    with pytest.raises(DBAPIError):
        retry(lambda: failing("23505"), pause=lambda _: None)
    assert calls == ["40001"] * 3 + ["23505"]
