"""The store suite: every test that takes `ctx` runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import getpass
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from sanpin.kit.context import Context, open_context
from sanpin.kit.db import Database
from sanpin.kit.migrations import upgrade
from sanpin.kit.registry import domains
from sanpin.kit.workspace import Workspace

_REMEDY = (
    "The store suite needs the PostgreSQL server binaries. Install them with: "
    "apt-get install postgresql   (or set SANPIN_NO_POSTGRES=1 to leave PostgreSQL out)"
)
_OPTIONS = "-c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=40"


def _binary(name: str) -> str:
    """Find a server program where Debian keeps it, newest version first, or on the path."""
    kept = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=_version)
    found = str(kept[-1]) if kept else shutil.which(name)
    if not found:
        pytest.fail(_REMEDY, pytrace=False)
    return found


def _version(path: Path) -> int:
    return int(path.parts[-3])


@dataclass
class Cluster:
    """A PostgreSQL server of our own, reached through a socket in a temporary folder."""

    folder: Path
    user: str
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    template: str = ""

    def url(self, database: str) -> str:
        """Return the address of one of its databases."""
        return f"postgresql://{self.user}@/{database}?host={self.folder}"

    def execute(self, statement: str) -> None:
        """Run a statement that may not stand in a transaction."""
        engine = create_engine(
            self.url("postgres").replace("postgresql:", "postgresql+psycopg:"),
            isolation_level="AUTOCOMMIT",
            poolclass=NullPool,
        )
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def new_database(self, template: str = "template0") -> str:
        """Make a database and return its name."""
        name = f"test_{next(self.numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def migrated_database(self) -> str:
        """Make a database that has all tables: a copy of one that was migrated once."""
        if not self.template:
            name = self.new_database()
            db = Database(self.url(name))
            upgrade(db, domains())
            db.close()
            self.template = name
        return self.new_database(self.template)

    def drop(self, name: str) -> None:
        """Remove a database, with the connections that a test left open."""
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Start one PostgreSQL server for the session; as root, under the user postgres."""
    if os.environ.get("SANPIN_NO_POSTGRES") == "1":
        pytest.skip("SANPIN_NO_POSTGRES=1 leaves PostgreSQL out")
    initdb, pg_ctl = _binary("initdb"), _binary("pg_ctl")
    folder = Path(tempfile.mkdtemp(prefix="sanpin-pg-"))
    data = folder / "data"
    as_user: list[str] = []
    user = getpass.getuser()
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres")
        as_user, user = ["runuser", "-u", "postgres", "--"], "postgres"

    def run(*command: str) -> None:
        done = subprocess.run([*as_user, *command], capture_output=True, text=True, cwd=folder)
        if done.returncode:
            log = folder / "log"
            detail = log.read_text() if log.exists() else ""
            pytest.fail(f"{' '.join(command)}\n{done.stdout}{done.stderr}{detail}", pytrace=False)

    run(initdb, "-D", str(data), "-U", user, "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
    options = f"{_OPTIONS} -k {folder}"
    run(pg_ctl, "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield Cluster(folder, user)
    finally:
        run(pg_ctl, "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database without tables, on each kind of server."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    server: Cluster = request.getfixturevalue("cluster")
    name = server.new_database()
    yield server.url(name)
    server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def ctx(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Context]:
    """Give a context on each kind of database, with all tables in place."""
    if request.param == "sqlite":
        workspace = request.getfixturevalue("workspace")
        request.getfixturevalue("give_tables")(workspace)
        with open_context(workspace) as context:
            yield context
        return
    server: Cluster = request.getfixturevalue("cluster")
    name = server.migrated_database()
    workspace = Workspace.create(tmp_path / "workspace", database_url=server.url(name))
    with open_context(workspace) as context:
        yield context
    server.drop(name)
