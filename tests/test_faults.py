"""Faults end to end: each is told in both languages, and none leaves anything half-written."""

from __future__ import annotations

import contextlib
import contextvars
import errno
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from sanpin.base import StateError
from sanpin.demand import service as demand
from sanpin.flows.loop import run_loop
from sanpin.kit import lake
from sanpin.kit.context import Context, open_context
from sanpin.kit.db import sqlite
from sanpin.kit.files import import_file
from sanpin.kit.jobs import enqueue, run_worker, sweep_jobs
from sanpin.kit.runs import error_text, get_run, list_runs
from sanpin.kit.schema.tables import DATASET, JOB, RUN
from sanpin.kit.workspace import Workspace
from sanpin.master import service as master

Sanpin = Callable[..., Any]
PATIENCE_SECONDS = 90


def until(condition: Callable[[], object]) -> None:
    """Wait for something that another process does; fail when it never comes."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def whole(ctx: Context) -> bool:
    """Whether every row of the lake has its whole file."""
    with ctx.db.read() as conn:
        found = ctx.lake.list(conn)
    return all(ctx.lake.verify(dataset) for dataset in found)


def leftovers(ctx: Context) -> set[str]:
    """Return the files of the lake that no row names."""
    with ctx.db.read() as conn:
        paths = set(conn.execute(select(DATASET.c.path)).scalars())
    files = (file for file in ctx.lake.path.rglob("*") if file.is_file())
    return {file.relative_to(ctx.lake.path).as_posix() for file in files} - paths


@pytest.fixture
def plant(ctx: Context, company: Path) -> Context:
    """Give the context with orders and a whole plant."""
    import_file(ctx, company / "orders.xlsx")
    master.register_items(ctx, [(f"G{n}", f"Ceramic mug {n}") for n in range(5)])
    for kind in ("items", "boms", "stock", "resources", "routings"):
        import_file(ctx, company / f"{kind}.csv", kind=kind)
    return ctx


class TestWorkspaces:
    """Workspaces that cannot be used as they are."""

    def test_a_newer_format_is_refused(self, sanpin: Sanpin, workspace: Workspace) -> None:
        """The message names folder and format; nothing is written."""
        file = workspace.path / "workspace.toml"
        file.write_text(file.read_text().replace("format = 1", "format = 99"))
        for words in (["status"], ["loop", "run"], ["serve", "--port", "1"], ["demo"]):
            refused = sanpin(*words, "--workspace", workspace.path, "--json")
            assert (refused.code, refused.out) == (1, "")
        assert f"{workspace.path} was made by a newer Sanpin (format 99)" in refused.err
        chinese = sanpin("--lang", "zh", "status", "--workspace", workspace.path)
        assert str(workspace.path) in chinese.err and "99" in chinese.err
        assert "made by a newer" not in chinese.err
        assert not (workspace.path / "sanpin.sqlite").exists()

    def test_a_newer_database_is_refused(self, sanpin: Sanpin, workspace: Workspace) -> None:
        """It names the part that is newer, and stays as it is."""
        open_context(workspace).close()
        file = workspace.path / "sanpin.sqlite"
        with contextlib.closing(sqlite3.connect(file)) as conn, conn:
            conn.execute("UPDATE demand_version SET version_num = '9999'")
        refused = sanpin("status", "--workspace", workspace.path)
        assert (refused.code, refused.out) == (1, "")
        assert "demand" in refused.err
        chinese = sanpin("--lang", "zh", "status", "--workspace", workspace.path)
        assert chinese.code == 1 and chinese.err != refused.err
        with contextlib.closing(sqlite3.connect(file)) as conn:
            assert conn.execute("SELECT version_num FROM demand_version").fetchall() == [("9999",)]

    def test_a_read_only_folder_is_named(
        self, sanpin: Sanpin, workspace: Workspace, company: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As a file system says it that was mounted without the right to write."""
        open_context(workspace).close()
        opened = Path.open

        def refuse(path: Path, mode: str = "r", *rest: Any, **named: Any) -> Any:
            if "r" not in mode and path.is_relative_to(workspace.path):
                raise OSError(errno.EROFS, "Read-only file system", str(path))
            return opened(path, mode, *rest, **named)

        words = ["import", company / "orders.xlsx", "--workspace", workspace.path]
        with monkeypatch.context() as patch:
            patch.setattr(Path, "open", refuse)
            refused, chinese = sanpin(*words), sanpin("--lang", "zh", *words)
        for told, text in ((refused, "is read-only"), (chinese, "只读")):
            assert (told.code, told.out) == (1, "")
            assert str(workspace.path / "lake") in told.err and text in told.err
        with open_context(workspace) as ctx:
            assert not demand.has_orders(ctx) and leftovers(ctx) == set()

    def test_a_read_only_database_is_named(
        self, sanpin: Sanpin, workspace: Workspace, company: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As a database that was opened without the right to write says it."""
        open_context(workspace).close()
        set_up = sqlite._set_up

        def without_rights(connection: sqlite3.Connection, record: Any) -> None:
            set_up(connection, record)
            connection.execute("PRAGMA query_only = ON")

        monkeypatch.setattr(sqlite, "_set_up", without_rights)
        refused = sanpin("import", company / "orders.xlsx", "--workspace", workspace.path)
        assert refused.code == 1
        assert f"{workspace.path / 'sanpin.sqlite'} cannot be written" in refused.err
        told = sanpin("--lang", "zh", "loop", "run", "--workspace", workspace.path)
        assert told.code == 1 and "订单" in told.err, "reading still works"

    def test_a_damaged_database_is_named(self, sanpin: Sanpin, workspace: Workspace) -> None:
        """It is not replaced by an empty one."""
        file = workspace.path / "sanpin.sqlite"
        file.write_bytes(b"no database at all " * 500)
        refused = sanpin("status", "--workspace", workspace.path)
        assert refused.code == 1
        assert f"{file} is not a sound database file." in refused.err
        assert file.read_bytes().startswith(b"no database")


class TestLocks:
    """Another program holds the database."""

    @pytest.fixture
    def impatient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Wait a fifth of a second for a lock instead of a minute."""
        monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.2)
        set_up = sqlite._set_up

        def hurried(connection: sqlite3.Connection, record: Any) -> None:
            set_up(connection, record)
            connection.execute("PRAGMA busy_timeout = 200")

        monkeypatch.setattr(sqlite, "_set_up", hurried)

    @pytest.fixture
    def held(self, workspace: Workspace) -> Iterator[subprocess.Popen[str]]:
        """A process that has begun to write and does not end."""
        open_context(workspace).close()
        script = (
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
            "c.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.read()"
        )
        command = [sys.executable, "-c", script, str(workspace.path / "sanpin.sqlite")]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout and process.stdout.readline() == "held\n"
        yield process
        process.kill()
        process.communicate()

    def test_a_locked_database_is_named_and_nothing_is_lost(
        self,
        impatient: None,
        held: subprocess.Popen[str],
        sanpin: Sanpin,
        workspace: Workspace,
        company: Path,
    ) -> None:
        """Reading goes on; writing is refused in both languages, and works once it is free."""
        words = ["import", company / "orders.xlsx", "--workspace", workspace.path]
        assert sanpin("status", "--workspace", workspace.path).code == 0
        refused, chinese = sanpin(*words), sanpin("--lang", "zh", *words)
        assert (refused.code, chinese.code) == (1, 1)
        database = str(workspace.path / "sanpin.sqlite")
        assert f"{database} is locked by another program." in refused.err
        assert database in chinese.err and "锁定" in chinese.err
        held.kill()
        held.communicate()
        assert sanpin(*words).out == "Orders: 601 rows imported.\n"
        with open_context(workspace) as ctx:
            assert leftovers(ctx) == set()


class TestFullDisks:
    """No space left, at any step of a loop."""

    def _fill_after(self, monkeypatch: pytest.MonkeyPatch, files: int) -> list[int]:
        """Let the disk be full after so many files of the lake."""
        fsync, written = os.fsync, [0]

        def full(handle: int) -> None:
            written[0] += 1
            if written[0] > 2 * files:  # each file and its folder
                raise OSError(errno.ENOSPC, "No space left on device")
            fsync(handle)

        monkeypatch.setattr(lake.os, "fsync", full)
        return written

    def test_an_import_is_refused_whole(
        self, sanpin: Sanpin, workspace: Workspace, company: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The message names the place; the same import works afterwards."""
        open_context(workspace).close()
        words = ["import", company / "orders.xlsx", "--workspace", workspace.path]
        with monkeypatch.context() as patch:
            self._fill_after(patch, 0)
            refused, chinese = sanpin(*words), sanpin("--lang", "zh", *words)
        for told, text in ((refused, "is full. Nothing was saved."), (chinese, "磁盘")):
            assert told.code == 1
            assert text in told.err and str(workspace.path / "lake") in told.err
        with open_context(workspace) as ctx:
            assert not demand.has_orders(ctx) and leftovers(ctx) == set()
        assert sanpin(*words).code == 0

    @pytest.mark.parametrize("files", [0, 3, 4, 6, 8, 11, 14])
    def test_a_loop_fails_cleanly_wherever_it_happens(
        self, plant: Context, monkeypatch: pytest.MonkeyPatch, files: int
    ) -> None:
        """Intake, forecast, plan, schedule or floor: the Run tells, no file is without a row."""
        with monkeypatch.context() as patch:
            self._fill_after(patch, files)
            with pytest.raises(StateError) as refused:
                run_loop(plant)
        assert refused.value.code == "workspace.disk_full"
        loop = list_runs(plant, "loop", "run", limit=1)[0]
        assert (loop.state.value, loop.error["code"]) == ("failed", "workspace.disk_full")
        english, chinese = error_text(loop, "en"), error_text(loop, "zh-CN")
        assert english and chinese and "is full" in english.text and "磁盘" in chinese.text
        assert whole(plant) and leftovers(plant) == set()
        again = run_loop(plant)
        assert again["schedule"]["valid"] and leftovers(plant) == set()

    def test_a_database_without_space_undoes_its_transaction(
        self, plant: Context, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What SQLite says itself is told in the same words."""
        with plant.db.read() as conn:
            pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        set_up = sqlite._set_up

        def small(connection: sqlite3.Connection, record: Any) -> None:
            set_up(connection, record)
            connection.execute(f"PRAGMA max_page_count = {pages}")

        with monkeypatch.context() as patch:
            patch.setattr(sqlite, "_set_up", small)
            with open_context(plant.workspace) as tight, pytest.raises(StateError) as refused:
                for _ in range(50):
                    run_loop(tight)
        assert refused.value.code == "workspace.disk_full"
        assert whole(plant) and leftovers(plant) == set()
        assert run_loop(plant)["schedule"]["valid"]

    def test_an_export_leaves_no_half_of_a_file(
        self, sanpin: Sanpin, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The file that was there before stays as it was."""
        open_context(workspace).close()
        out = tmp_path / "out" / "t.csv"
        out.parent.mkdir()
        out.write_text("before")

        def full(_path: Path, _content: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(Path, "write_bytes", full)
        refused = sanpin("export", "tasks", "--out", out, "--workspace", workspace.path)
        assert refused.code == 1
        assert f"The disk that holds {out} is full." in refused.err
        assert [one.name for one in out.parent.iterdir()] == ["t.csv"]
        assert out.read_text() == "before"


HOLD = """
import sys, time
from pathlib import Path
from {module} import {owner} as owner
from sanpin.app.cli import main

kept = owner.{name}

def hold(*arguments, **named):
    if {after}:
        kept(*arguments, **named)
    Path(sys.argv[1]).touch()
    time.sleep(600)

owner.{name} = hold
main(sys.argv[2:])
"""
"""A command that stops in the middle of a step and waits there to be killed."""

Hold = tuple[str, str, str, bool]

STEPS: dict[str, Hold] = {
    "a file is written": ("sanpin.kit", "lake", "_write_durably", True),
    "the intake is stored": ("sanpin.demand.service", "computing", "save_intake", True),
    "the forecast is stored": ("sanpin.demand.service", "computing", "save_forecast", True),
    "the plan is stored": ("sanpin.factory.service", "planning", "save_result", True),
    "a schedule is sought": ("sanpin.factory.service", "scheduling", "schedule", False),
    "events are captured": ("sanpin.trace", "service", "capture", True),
}
"""What a loop does when it is killed; each stands within its transaction if it has one."""


class TestKills:
    """Processes that are killed in the middle of their work."""

    def _kill(self, tmp_path: Path, words: list[str], hold: Hold) -> None:
        """Start a command, wait until it stands at the hold, and kill it."""
        module, owner, name, after = hold
        script = HOLD.format(module=module, owner=owner, name=name, after=after)
        reached = tmp_path / "reached"
        process = subprocess.Popen([sys.executable, "-c", script, str(reached), *words])
        try:
            until(lambda: reached.exists() or process.poll() is not None)
            assert process.poll() is None, "it ended before the hold"
        finally:
            process.kill()
            process.wait()

    @pytest.mark.parametrize("step", list(STEPS))
    def test_a_killed_loop_leaves_nothing_half_written(
        self, plant: Context, tmp_path: Path, step: str
    ) -> None:
        """Every row has its file; the Run is given up, in words; the loop can be run again."""
        expected = run_loop(plant) if step == "events are captured" else None
        words = ["loop", "run", "--workspace", str(plant.workspace.path)]
        self._kill(tmp_path, words, STEPS[step])
        assert whole(plant)
        killed = list_runs(plant, "loop", "run", limit=1)[0]
        assert killed.state.value == "running", "nobody has noticed yet"
        forget(plant)
        again = run_loop(plant)
        assert again["schedule"]["valid"] and again["trace"]["events"] > 0
        if expected:
            assert again["trace"] == expected["trace"], "its events were known already"
        given_up = get_run(plant, killed.id)
        assert (given_up.state.value, given_up.error["code"]) == ("failed", "runs.abandoned")
        english, chinese = error_text(given_up, "en"), error_text(given_up, "zh-CN")
        assert english and chinese and english.text != chinese.text
        assert all(run.state.final for run in list_runs(plant, limit=None))
        assert leftovers(plant) == set()

    def test_a_killed_import_is_as_if_it_never_was(
        self, ctx: Context, tmp_path: Path, company: Path
    ) -> None:
        """No order is kept, and the import can be said again."""
        words = ["import", str(company / "orders.xlsx"), "--workspace", str(ctx.workspace.path)]
        self._kill(tmp_path, words, ("sanpin.demand.service", "orders", "save_batch", True))
        assert not demand.has_orders(ctx)
        assert import_file(ctx, company / "orders.xlsx").saved["saved"] == 601
        assert demand.count_lines(ctx) == 601

    def test_status_and_lists_notice_it_too(self, plant: Context, sanpin: Sanpin) -> None:
        """A person who looks is told the truth, with or without a server."""
        from sanpin.kit.runs import start_run

        # In a context of its own: a Run that never ends must not become the parent of later ones.
        run = contextvars.copy_context().run(start_run(plant, "loop", "run").__enter__)
        run._pulse.end()  # type: ignore[attr-defined]
        forget(plant)
        listed = sanpin("runs", "list", "--workspace", plant.workspace.path, "--json").value
        assert [(one["id"], one["state"]) for one in listed] == [(run.id, "failed")]
        found = sanpin("status", "--workspace", plant.workspace.path, "--json").value
        assert found["last_run"]["state"] == "failed"

    def test_a_killed_worker_gives_its_loop_back(self, plant: Context) -> None:
        """The loop is safe to repeat: another worker does it from the start."""
        run = enqueue(plant, "loop.run", {})
        command = [sys.executable, "-m", "sanpin.kit.jobs", str(plant.workspace.path)]
        worker = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        try:
            until(lambda: list_runs(plant, parent=run.id, limit=1))
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        until(lambda: sweep_jobs(plant) or job_state(plant, run.id) != "running")
        run_worker(plant.workspace, once=True)
        done = get_run(plant, run.id)
        assert done.state.value == "done", done.error
        assert done.metrics["summary"]["schedule"]["valid"]
        assert whole(plant)


def forget(ctx: Context) -> None:
    """Let two hours go by for whatever was under way."""
    before = ctx.now() - timedelta(hours=2)
    with ctx.db.write() as conn:
        conn.execute(update(RUN).where(RUN.c.state == "running").values(heartbeat=before))
    for name in leftovers(ctx):
        os.utime(ctx.lake.path / name, (before.timestamp(), before.timestamp()))


def job_state(ctx: Context, run: str) -> str:
    """Return the state of a Run's job."""
    with ctx.db.read() as conn:
        return str(conn.execute(select(JOB.c.state).where(JOB.c.run_id == run)).scalar_one())
