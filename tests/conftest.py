"""Fixtures for all tests: a home of its own, a workspace, a context on SQLite."""

from __future__ import annotations

import contextvars
import fcntl
import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import settings

from sanpin.kit import cli
from sanpin.kit.context import Context, open_context
from sanpin.kit.workspace import Workspace

# The same examples on every machine and day; slowness is no failure.
settings.register_profile("sanpin", deadline=None, derandomize=True, database=None)
settings.load_profile("sanpin")

ROOT = Path(__file__).parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the browser's tests keep what they see."""
    text = "keep a picture of each page at each width in .artefacts/pictures"
    parser.addoption("--pictures", action="store_true", help=text)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than cores, since tests wait for servers, databases and browsers."""
    return min(len(os.sched_getaffinity(0)) + 1, 8)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep a file's tests in one process, and begin with what lasts longest.

    Otherwise one process is left with a long file when all others have nothing to do any more.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.partition("::")[0]
            return next((name for name, files in _TOGETHER.items() if path in files), path)

        def _assign_work_unit(self, node: Any) -> None:
            longest = max(self.workqueue, key=self._seconds)
            self.workqueue.move_to_end(longest, last=False)
            super()._assign_work_unit(node)

        def _seconds(self, scope: str) -> float:
            return _LONG.get(scope, len(self.workqueue[scope]) * _OF_A_TEST)

    return ByFile(config, log)


_TOGETHER = {
    "demo": ("tests/test_end_to_end.py", "tests/test_readme.py"),
    "sample": tuple(f"tests/faces/test_{name}.py" for name in ("every_page", "sample_pages",
                                                                "recall_page")),
}  # fmt: skip
"""Files that start the demo again, and files that share a server of the sample."""
_OF_A_TEST = 0.05
_LONG = {
    "sample": 280, "tests/test_faults.py": 240, "demo": 220, "tests/app/test_server.py": 60,
    "tests/factory/test_open_data.py": 60, "tests/faces/test_shell.py": 50,
    "tests/faces/test_house_pages.py": 40, "tests/faces/test_trace_pages.py": 40,
    "tests/stores/test_trace_crash.py": 40, "tests/trace/test_bad_input.py": 35,
    "tests/trace/http/test_fuzz.py": 35, "tests/stores/test_trace_long.py": 30,
    "tests/flows/test_loop.py": 30, "tests/stores/test_factory.py": 30, "tests/test_docs.py": 25,
    "tests/test_examples.py": 20, "tests/factory/test_solve.py": 20, "tests/kit/test_jobs.py": 20,
    "tests/demand/test_backtest.py": 20,
    "tests/stores/test_trace_tenants.py": 20, "tests/trace/test_partner_file.py": 15,
    "tests/factory/lists/test_moves.py": 35, "tests/stores/test_trace_lineage.py": 30,
    "tests/trace/lineage/test_index.py": 25, "tests/trace/lineage/test_updates.py": 25,
    "tests/benchmarks/test_claims.py": 20, "tests/factory/lists/test_stores.py": 15,
    "tests/trace/documents/test_long_documents.py": 15, "tests/factory/test_critical.py": 15,
    "tests/trace/documents/test_published.py": 15, "tests/factory/sequences/test_timed.py": 12,
    "tests/base/test_calendar_zones.py": 12, "tests/app/test_cli_files.py": 12,
    "tests/factory/lists/test_scale.py": 12, "tests/trace/test_full_disk.py": 10,
}  # fmt: skip
"""Seconds that long files last, roughly: only their order counts."""


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the user's own configuration out of the tests, and the tests out of it."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    monkeypatch.delenv("SANPIN_WORKSPACE", raising=False)
    # Options of a command that another test gave in this process.
    cli._OPTIONS.set(cli.Options())
    return folder


@pytest.fixture(scope="session")
def give_tables(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Workspace], None]:
    """Give a function that puts all tables into a new workspace: they are made once and copied."""
    made = Workspace.create(tmp_path_factory.mktemp("migrated") / "workspace")
    with open_context(made):
        pass

    def copy(workspace: Workspace) -> None:
        source, target = (
            Path(one.database_url.removeprefix("sqlite:///")) for one in (made, workspace)
        )
        if not target.exists():
            shutil.copyfile(source, target)

    return copy


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Give a new workspace on SQLite."""
    return Workspace.create(tmp_path / "workspace", name="test")


@pytest.fixture
def ctx(workspace: Workspace, give_tables: Callable[[Workspace], None]) -> Iterator[Context]:
    """Give a context of an administrator, with all tables in place."""
    give_tables(workspace)
    with open_context(workspace) as context:
        yield context


@pytest.fixture(scope="session")
def open_data() -> Path:
    """Give the folder of the open data, one sub-folder per domain."""
    folder = os.environ.get("SANPIN_OPEN_DATA")
    if not folder:
        pytest.skip("SANPIN_OPEN_DATA names no folder with the open data")
    return Path(folder)


@dataclass(frozen=True)
class Answer:
    """What a command line gave back."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


Sanpin = Callable[..., Answer]


@pytest.fixture
def sanpin(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Sanpin:
    """Give the command ``sanpin``, run in this process with an English reader."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE", "SANPIN_LANG"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: object) -> Answer:
        from sanpin.app.cli import main

        capsys.readouterr()
        code = contextvars.copy_context().run(main, [str(word) for word in words])
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return run


@dataclass(frozen=True)
class Demo:
    """The sample company after the README's first command.

    Attributes
    ----------
    home : folder of a person who has never used the product before
    path : the workspace that was made
    said : what the command printed
    answer : the same as one JSON object
    """

    home: Path
    path: Path
    said: str
    answer: dict[str, Any]

    @property
    def untouched(self) -> Path:
        """Copy of the workspace, to be copied, that nobody opens."""
        return self.home / "untouched"

    @property
    def env(self) -> dict[str, str]:
        """Environment of that person."""
        return visitor(self.home)


def visitor(home: Path) -> dict[str, str]:
    """Return the environment of an English reader whose configuration and data are in a folder."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("SANPIN_")}
    return {
        **env, "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home), "LANG": "en_GB.UTF-8",
    }  # fmt: skip


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Run the demo once, as the README shows it, for all processes of the tests.

    Who changes anything works on a copy; so do all who are in another process than the tests of
    the demo itself, which start it again.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with (shared / "machine.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        home, said = shared / "machine", shared / "machine.json"
        if not said.exists():
            home.mkdir()
            said.write_text(json.dumps(_run_demo(home)))
    return Demo(home, home / "sanpin" / "demo", *json.loads(said.read_text()))


def _run_demo(home: Path) -> tuple[str, dict[str, Any]]:
    """Run the demo twice; return what it says to people, and the second time to programs."""

    def run(*options: str) -> str:
        command = ["./dev", "demo", "--no-serve", *options]
        done = subprocess.run(
            command, cwd=ROOT, env=visitor(home), check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout

    said, answer = run(), json.loads(run("--json"))
    shutil.copytree(home / "sanpin" / "demo", home / "untouched")
    return said, answer


@pytest.fixture
def company(tmp_path: Path) -> Path:
    """Give a folder with the files of a small company: orders, and a plant for some goods.

    Five goods sell for 150 days and a sixth once. Three of them are made, on two machines and a
    kiln, from clay of which one kind does not last.
    """
    folder = tmp_path / "files"
    folder.mkdir()
    first, chance = datetime.fromisoformat("2024-01-01 09:00"), random.Random(1)
    rows: list[tuple[object, ...]] = []
    for number in range(600):
        time = first + timedelta(days=number // 4, hours=number % 7)
        item, buyer = number % 5, f"C{number % 17}"
        rows.append((f"SO{number // 3}", f"G{item}", chance.randint(1, 40), time, 3.5 + item,
                     buyer, ("China", "France")[number % 2], f"Ceramic mug {item}"))  # fmt: skip
    once = datetime.fromisoformat("2024-03-01")
    rows.append(("SO-ONCE", "LONE", 3, once, 2.0, "C1", "China", "Lone vase"))
    headings = ["订单号", "货号", "数量", "下单时间", "单价", "客户", "国家", "品名"]
    pl.DataFrame(rows, schema=headings, orient="row").write_excel(folder / "orders.xlsx")
    for name, lines in PLANT.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


PLANT = {
    "items": ["code,name,unit", "CLAY,Clay,KGM", "GLAZE,Glaze,KGM", "GOLD,Gold,GRM"],
    "boms": [
        "item,component,quantity,unit",
        "G0,CLAY,0.5,KGM",
        "G1,CLAY,0.3,KGM",
        "G1,GLAZE,0.1,KGM",
        "G2,GOLD,2,GRM",
    ],
    "stock": [
        "item,lot,quantity,unit,available",
        "G0,,5,EA,",
        "CLAY,A1,400,KGM,2024-01-05",
        "GLAZE,,50,KGM,",
        "GOLD,X9,10,GRM,2024-06-20",
        "NEVER-SOLD,,4,EA,",
    ],
    "resources": ["resource,site,speed", "M1,hq,100", "M2,hq,80", "KILN,hq,100"],
    "routings": [
        "item,step,operation,machines,seconds_per_piece,setup_minutes",
        "G0,10,form,M1;M2,60,10",
        "G0,20,fire,KILN,30,5",
        "G1,10,form,M1,60,10",
        "G2,10,form,M2,60,10",
        "NEVER-SOLD,10,form,M1,60,10",
    ],
}
