"""Migrations on every database: from nothing, from an older schema, by two at once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import inspect, text

from sanpin.base import StateError
from sanpin.kit.db import Database
from sanpin.kit.migrations import head_of, pending, revision_of, upgrade
from sanpin.kit.migrations.history import KIT, histories
from sanpin.kit.registry import domains, load


@pytest.fixture
def db(empty_url: str) -> Database:
    """Give an empty database of each kind."""
    return Database(empty_url)


def test_migrations_make_the_tables_that_the_code_describes(db: Database) -> None:
    upgrade(db, domains())
    assert pending(db, domains()) == []
    found = inspect(db.engine)
    for history in histories(domains()):
        package = (
            "sanpin.kit.schema" if history.domain == "kit" else f"sanpin.{history.domain}.store"
        )
        for table in load(f"{package}.tables:METADATA").tables.values():
            columns = {column["name"]: column for column in found.get_columns(table.name)}
            assert set(columns) == set(table.columns.keys()), table.name
            for column in table.columns:
                assert columns[column.name]["nullable"] == column.nullable, column
            keys = found.get_pk_constraint(table.name)["constrained_columns"]
            assert keys == [column.name for column in table.primary_key.columns], table.name
            indexes = {index["name"] for index in found.get_indexes(table.name)}
            assert {index.name for index in table.indexes} <= indexes, table.name
    db.close()


def test_instants_are_kept_with_their_zone(db: Database) -> None:
    upgrade(db, [])
    if db.dialect == "postgresql":
        with db.read() as conn:
            kinds = conn.execute(
                text(
                    "SELECT column_name, data_type FROM information_schema.columns"
                    " WHERE table_name = 'kit_dataset'"
                )
            ).all()
        assert dict(kinds)["created"] == "timestamp with time zone"  # type: ignore[arg-type]
        assert dict(kinds)["meta"] == "jsonb"  # type: ignore[arg-type]
    with db.write() as conn:
        conn.execute(
            text("INSERT INTO kit_lease (name, owner, until) VALUES ('x', 'y', :until)"),
            {"until": datetime(2025, 3, 8, tzinfo=UTC)},
        )
    db.close()


def test_two_at_once_migrate_once(empty_url: str) -> None:
    pair = [Database(empty_url), Database(empty_url)]
    done: list[list[str]] = []
    threads = [threading.Thread(target=lambda db=db: done.append(upgrade(db, ()))) for db in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 2
    assert revision_of(pair[0], KIT) == head_of(KIT)
    for db in pair:
        db.close()


def test_a_newer_database_is_refused(db: Database) -> None:
    upgrade(db, [])
    with db.write() as conn:
        conn.execute(text("UPDATE kit_version SET version_num = 'of_tomorrow'"))
    with pytest.raises(StateError) as caught:
        upgrade(db, domains())
    assert caught.value.code == "db.version.newer"
    assert "of_tomorrow" in str(caught.value)
    db.close()


def test_a_failing_script_leaves_nothing(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade(db, [])
    with pytest.raises(RuntimeError), db.write() as conn:
        conn.execute(text("CREATE TABLE half (id TEXT)"))
        raise RuntimeError
    assert "half" not in inspect(db.engine).get_table_names()
    db.close()
