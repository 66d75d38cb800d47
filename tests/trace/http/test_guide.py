"""The guide runs: every line of it, against a real server, with curl."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
import uvicorn
from fastapi import FastAPI
from tests.conftest import ROOT

from sanpin.app.cli import main
from sanpin.kit.context import Context
from sanpin.kit.http import install
from sanpin.trace.api import router
from sanpin.trace.engine.query import CONTROLS, FAMILIES

LANGUAGES = ("en", "zh")
BLOCK = re.compile(r"```bash\n(.*?)```", re.DOTALL)


def blocks(name: str, language: str) -> list[str]:
    text = (ROOT / "docs" / language / f"{name}.md").read_text(encoding="utf-8")
    found = BLOCK.findall(text)
    assert found
    return found


@pytest.fixture
def address(ctx: Context) -> Iterator[str]:
    """Give the address of a server that a program can reach."""
    app = FastAPI()
    install(app, ctx)
    app.include_router(router)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_runs_as_it_stands(address: str, tmp_path: Path, language: str) -> None:
    script = "set -e\n" + "\necho\n".join(blocks("epcis", language))
    script = script.replace("http://127.0.0.1:8000", address)
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert "Allow: OPTIONS, GET, POST".lower() in done.stdout.lower()
    jobs = re.findall(r'"success":(\w+)', done.stdout)
    assert jobs and set(jobs) == {"true"}
    assert done.stdout.count("EPCISQueryDocument") >= 8
    assert "epcisException:QueryParameterException" in done.stdout
    last = orjson.loads(done.stdout.strip().splitlines()[-1])
    events = last["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert [event["errorDeclaration"]["reason"] for event in events] == ["did_not_occur"]


def test_the_guide_is_the_same_in_both_languages() -> None:
    english, chinese = (blocks("epcis", language) for language in LANGUAGES)
    assert [block.replace(" en'", " zh-CN'") for block in english] == chinese
    assert blocks("queries", "en") == blocks("queries", "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cookbook_names_every_family(language: str) -> None:
    text = (ROOT / "docs" / language / "queries.md").read_text(encoding="utf-8")
    for family in (*FAMILIES, *CONTROLS):
        name = f"{family.name}TYPE" if family.typed else family.name
        assert f"`{name}`" in text, name


def test_the_recipes_run(
    chain: Context,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("shipping.json").write_text('{"EQ_bizStep": ["shipping"]}', encoding="utf-8")
    lines = [line for block in blocks("queries", "en") for line in block.splitlines()]
    commands = [line.split()[1:] for line in lines if line.startswith("sanpin ")]
    assert len(commands) >= 8
    for words in commands:
        assert main([*words, "--workspace", str(chain.workspace.path)]) == 0
        assert capfd.readouterr().out or "--out" in words
    assert Path("building.xlsx").stat().st_size > 1000
