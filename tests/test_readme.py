"""The command blocks of the README are run as they are written, in both languages.

`./dev test` is not run by itself from here, which would never end; the block is compared with
what `./dev` understands. Installing and PostgreSQL's own server are left to the suites of their
own: their blocks are read, not run.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError

import polars as pl
import pytest
from tests.conftest import Demo, visitor

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh-CN.md")
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DEMO_SECONDS = 900
START_SECONDS = 60


def blocks(name: str) -> list[list[str]]:
    """Return the command blocks of a README, line by line."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return [body.strip().splitlines() for body in BLOCK.findall(text)]


@pytest.fixture
def outside(tmp_path: Path) -> dict[str, str]:
    """Give an environment of a person who has never used the product."""
    env = visitor(tmp_path / "home")
    return {**env, "PATH": f"{Path(sys.executable).parent}:{env['PATH']}"}


def run(command: str, folder: Path, env: dict[str, str]) -> str:
    """Run a line in a shell as a reader would."""
    done = subprocess.run(
        ["sh", "-ec", command],
        cwd=folder,
        env=env,
        check=False,
        capture_output=True,
        text=True,
        timeout=DEMO_SECONDS,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str) -> tuple[int, bytes]:
    """Ask a running server."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.status, answer.read()


def check_served(command: list[str], folder: Path, env: dict[str, str], needle: bytes) -> None:
    """Start a server, see that it is healthy and shows a page, and stop it."""
    port = free_port()
    server = subprocess.Popen([*command, "--port", str(port)], cwd=folder, env=env)
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            assert server.poll() is None, "the server ended before it answered"
            try:
                status, body = get(f"http://127.0.0.1:{port}/healthz")
                break
            except (URLError, ConnectionError, TimeoutError):
                assert time.monotonic() < until, "the server did not answer"
                time.sleep(0.2)
        assert status == 200
        assert json.loads(body)["status"] == "ok"
        status, page = get(f"http://127.0.0.1:{port}/?side=firm")
        assert status == 200
        assert needle in page
    finally:
        server.terminate()
        server.wait(30)


def write_orders(path: Path) -> int:
    """Write a small order file as a firm would send it; return its rows."""
    start = datetime(2025, 1, 6, 9, 30)  # noqa: DTZ001 - order files carry no zone
    rows: list[dict[str, Any]] = []
    for day in range(70):
        for number, item in enumerate(("CUP-01", "TWL-02", "0042")):
            if (day + number) % 3 == 0 or number == 0:
                rows.append(
                    {
                        "订单号": f"SO-{1000 + len(rows)}",
                        "货号": item,
                        "品名": f"Item {item}",
                        "数量": 2 + (day * 7 + number) % 9,
                        "下单时间": start + timedelta(days=day, minutes=len(rows)),
                        "单价": 4.2 + number,
                        "客户": f"C-{day % 11:03d}",
                    }
                )
    pl.DataFrame(rows).write_excel(path)
    return len(rows)


def test_both_readmes_have_the_same_blocks() -> None:
    """A reader of either language types the same."""
    first, second = (blocks(name) for name in READMES)
    assert first == second
    assert [block[0].split()[0] for block in first] == ["./dev", "./dev", "sanpin", "pip"]


def test_the_door_knows_the_verbs_that_are_shown() -> None:
    """`./dev test` is a verb of the door, and so is everything that it says of itself."""
    verbs = {block[0].split()[1] for block in blocks("README.md") if block[0].startswith("./dev")}
    assert verbs == {"demo", "test"}
    text = (ROOT / "dev").read_text(encoding="utf-8")
    known = set(re.findall(r"^(\w+)\) ", text, re.MULTILINE))
    assert verbs | {"run", "check", "bench", "docs", "vendor"} <= known
    said = run("./dev help", ROOT, dict(os.environ))
    for verb in verbs:
        assert f"./dev {verb}" in said
    unknown = subprocess.run(["./dev", "nonsense"], cwd=ROOT, check=False, capture_output=True)
    assert unknown.returncode == 2
    assert len(text.splitlines()) <= 100


def test_continuous_integration_calls_the_one_door() -> None:
    """What the README shows is what is run for every change."""
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    calls = [line for line in lines if line and not line.startswith("#")]
    assert len(calls) == 1
    assert re.fullmatch(r"(exec )?\S*(\$\(dirname \"\$0\"\))?\S*dev\"? test", calls[0])


@pytest.mark.slow
def test_the_demo_says_what_it_did(demo: Demo) -> None:
    """The first command forecasts, plans, schedules and traces, and prints the summary."""
    assert blocks("README.md")[0] == ["./dev demo"]
    for words in ("343,799 order lines", "Forecast:", "Plan:", "Schedule:", "Trace:"):
        assert words in demo.said, demo.said
    assert (demo.path / "workspace.toml").is_file()


@pytest.mark.slow
def test_the_demo_again_uses_what_is_there(demo: Demo) -> None:
    """The second time nothing is computed: the summary is the same, and says so of its seconds."""
    runs = sorted((demo.path / "lake").rglob("*.parquet"))
    earlier = re.sub(r", (\d+ s\n)$", r", computed earlier in \1", demo.said)
    assert earlier != demo.said
    assert run("./dev demo --no-serve", ROOT, demo.env) == earlier
    assert sorted((demo.path / "lake").rglob("*.parquet")) == runs


@pytest.mark.slow
def test_the_demo_serves_the_cockpit(demo: Demo) -> None:
    """The command of the README as it stands, on a free port."""
    check_served(["./dev", "demo"], ROOT, demo.env, b"What needs a decision today?")


def test_own_orders_block_runs(tmp_path: Path, outside: dict[str, str]) -> None:
    """From a firm's own XLSX to a forecast and its pages, line by line, as in both languages."""
    lines = blocks("README.md")[2]
    assert lines[-1] == "sanpin serve"
    rows = write_orders(tmp_path / "orders.xlsx")
    assert run(lines[0], tmp_path, outside)
    folder = tmp_path / "my"
    assert f"{rows} rows" in run(lines[1], folder, outside)
    said = run(lines[2], folder, outside)
    assert f"{rows} order lines, 3 items" in said
    assert "Forecast: 3 items, 28 days" in said
    assert "To go further, import: " in said
    for kind in ("stock", "resources", "routings"):
        assert kind in said
    status = json.loads(run("sanpin status --json", folder, outside))
    assert (status["orders"], status["items"]) == (rows, 3)
    command = [shutil.which("sanpin", path=outside["PATH"]) or "sanpin", "serve"]
    check_served(command, folder, outside, b"What needs a decision today?")


def test_the_door_passes_commands_on(tmp_path: Path, outside: dict[str, str]) -> None:
    """In a checkout `./dev run` stands for `sanpin`, as the README says."""
    for name in READMES:
        assert "`./dev run`" in (ROOT / name).read_text(encoding="utf-8")
    said = run("./dev run --version", ROOT, outside)
    assert said.startswith("sanpin ")


def test_the_postgresql_block_names_what_exists() -> None:
    """The extra is one of the package, the option one of `init`."""
    lines = blocks("README.md")[3]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert "sanpin[pg]" in lines[0]
    assert re.search(r"^pg = \[\"psycopg", project, re.MULTILINE)
    assert "--database postgresql://" in lines[1]
