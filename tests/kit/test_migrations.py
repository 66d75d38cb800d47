"""The runner of migrations: forward from older schemas, newer ones refused, two at once."""

from __future__ import annotations

import importlib
import multiprocessing
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from sanpin.base import Domain, EngineError, StateError
from sanpin.kit.context import open_context
from sanpin.kit.db import Database
from sanpin.kit.migrations import head_of, history, pending, revision_of, upgrade
from sanpin.kit.schema.tables import METADATA
from sanpin.kit.workspace import Workspace

_FIRST = """
import sqlalchemy as sa
from alembic import op

revision = "shop_0001"
down_revision = None

def upgrade():
    op.create_table("shop_item", sa.Column("id", sa.Text, primary_key=True))
"""
_SECOND = """
import sqlalchemy as sa
from alembic import op

revision = "shop_0002"
down_revision = "shop_0001"

def upgrade():
    op.add_column("shop_item", sa.Column("price", sa.Integer, server_default="7"))
"""
_FAILING = """
import sqlalchemy as sa
from alembic import op

revision = "shop_0003"
down_revision = "shop_0002"

def upgrade():
    op.create_table("shop_half", sa.Column("id", sa.Text, primary_key=True))
    op.execute("THIS IS NO SQL")
"""
_BRANCH = _SECOND.replace('"shop_0002"', '"shop_0002b"')

Shop = Callable[..., Domain]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Give a maker of a domain whose history consists of the given scripts."""
    monkeypatch.syspath_prepend(tmp_path)
    names = iter(f"shop_scripts_{number}" for number in range(9))
    made: list[str] = []

    def make(*scripts: str) -> Domain:
        name = next(names)
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        for number, script in enumerate(scripts, start=1):
            (folder / f"v{number:04}_step.py").write_text(script)
        importlib.invalidate_caches()
        made.append(name)
        return Domain("shop", "Shop", name, migrations=name)

    history.read_history.cache_clear()
    yield make
    history.read_history.cache_clear()
    for name in made:
        sys.modules.pop(name, None)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """Give an empty database."""
    made = Database.sqlite(tmp_path / "x.sqlite")
    yield made
    made.close()


def test_a_new_database_gets_all_tables(db: Database, shop: Shop) -> None:
    domain = shop(_FIRST, _SECOND)
    done = upgrade(db, [domain])
    assert done[-2:] == ["shop shop_0001", "shop shop_0002"]
    assert done[0].startswith("kit ")
    tables = set(inspect(db.engine).get_table_names())
    assert {"shop_item", "shop_version", "kit_version"} <= tables
    assert set(METADATA.tables) <= tables


def test_the_second_time_does_nothing_and_only_reads(
    db: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    domain = shop(_FIRST)
    upgrade(db, [domain])
    monkeypatch.setattr(db, "write", lambda: pytest.fail("an ordinary start must not write"))
    assert upgrade(db, [domain]) == []
    assert pending(db, [domain]) == []


def test_rows_of_an_older_schema_are_kept(db: Database, shop: Shop) -> None:
    upgrade(db, [shop(_FIRST)])
    with db.write() as conn:
        conn.execute(text("INSERT INTO shop_item (id) VALUES ('a'), ('b')"))
    newer = shop(_FIRST, _SECOND)
    assert pending(db, [newer]) == ["shop"]
    assert upgrade(db, [newer]) == ["shop shop_0002"]
    with db.read() as conn:
        rows = conn.execute(text("SELECT id, price FROM shop_item ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [("a", 7), ("b", 7)]


def test_a_newer_database_is_refused_untouched(db: Database, shop: Shop) -> None:
    upgrade(db, [shop(_FIRST, _SECOND)])
    older = shop(_FIRST)
    for call in (upgrade, pending):
        with pytest.raises(StateError) as caught:
            call(db, [older])
        assert caught.value.code == "db.version.newer"
        assert "shop_0002" in str(caught.value)
    assert revision_of(db, older) == "shop_0002"


def test_a_failing_script_leaves_its_domain_as_it_was(db: Database, shop: Shop) -> None:
    upgrade(db, [shop(_FIRST)])
    with pytest.raises(Exception, match="THIS IS NO SQL"):
        upgrade(db, [shop(_FIRST, _SECOND, _FAILING)])
    assert revision_of(db, Domain("shop", "Shop", "x")) == "shop_0001"
    assert "shop_half" not in inspect(db.engine).get_table_names()
    columns = {column["name"] for column in inspect(db.engine).get_columns("shop_item")}
    assert columns == {"id"}


def test_revisions_can_be_asked_for(db: Database, shop: Shop) -> None:
    domain = shop(_FIRST, _SECOND)
    assert revision_of(db, domain) == ""
    assert head_of(domain) == "shop_0002"
    upgrade(db, [domain])
    assert revision_of(db, domain) == "shop_0002"


@pytest.mark.parametrize(
    ("scripts", "reason"),
    [
        ((_FIRST, _SECOND, _BRANCH), "branch"),
        ((), "no scripts"),
        ((_SECOND,), "shop_0001"),
        (("revision = ",), "syntax"),
    ],
)
@pytest.mark.filterwarnings("ignore:Revision")
def test_histories_that_are_no_line_are_refused(
    db: Database, shop: Shop, scripts: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(EngineError) as caught:
        upgrade(db, [shop(*scripts)])
    assert caught.value.code == "db.history.broken"
    assert reason in str(caught.value)


def test_a_missing_package_is_refused(db: Database) -> None:
    with pytest.raises(EngineError, match="not_there"):
        upgrade(db, [Domain("x", "X", "x", migrations="not_there.migrations")])


def test_domains_without_tables_are_passed_over(db: Database) -> None:
    upgrade(db, [Domain("flows", "Flows", "x")])
    assert "flows_version" not in inspect(db.engine).get_table_names()


def test_the_kit_comes_first() -> None:
    assert [one.domain for one in history.histories([])] == ["kit"]


_STARTER = """
from sanpin.kit.context import open_context
from sanpin.kit.workspace import Workspace

def start(path, results):
    with open_context(Workspace.open(path)) as ctx:
        results.put("open" if ctx.db.dialect == "sqlite" else "")
"""


def test_two_processes_may_start_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "starter_of_two.py").write_text(_STARTER)
    monkeypatch.syspath_prepend(tmp_path)
    start = importlib.import_module("starter_of_two").start
    workspace = Workspace.create(tmp_path / "w")
    context = multiprocessing.get_context("spawn")
    results = context.SimpleQueue()
    pair = [context.Process(target=start, args=(workspace.path, results)) for _ in range(2)]
    for process in pair:
        process.start()
    for process in pair:
        process.join()
    assert [process.exitcode for process in pair] == [0, 0]
    assert [results.get(), results.get()] == ["open", "open"]
    results.close()


def test_a_context_that_cannot_migrate_closes_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace.create(tmp_path / "w")
    closed: list[bool] = []
    monkeypatch.setattr(Database, "close", lambda self: closed.append(True))
    monkeypatch.setattr(
        "sanpin.kit.registry.domains", lambda: (Domain("x", "X", "x", migrations="no"),)
    )
    with pytest.raises(EngineError):
        open_context(workspace)
    assert closed == [True]


def test_a_context_may_be_opened_without_migrating(tmp_path: Path) -> None:
    with open_context(Workspace.create(tmp_path / "w"), upgrade=False) as ctx:
        assert inspect(ctx.db.engine).get_table_names() == []
