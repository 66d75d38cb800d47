"""The server of the database goes in mid-capture: named at every door, nothing is half there."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.testclient import TestClient
from tests.trace.test_full_disk import document, rows, seen, single

from sanpin.kit.context import Context
from sanpin.kit.http import install
from sanpin.trace import service
from sanpin.trace.api import router

CHINESE = re.compile("[一-鿿]")
JSON = {"content-type": "application/json"}
_BLOCKED = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
_BLOCKED += " AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()"


@pytest.fixture
def held(ctx: Context) -> Context:
    """Give a ledger on a server, with one event."""
    if ctx.db.dialect != "postgresql":
        pytest.skip("SQLite has no server that could go")
    assert service.capture(ctx, [document(0, 1)]).captured == 1
    return ctx


@contextmanager
def cut_in_the_middle(ctx: Context) -> Iterator[None]:
    """Let nobody write links, and end the connection of whoever waits to."""
    ready, over = threading.Event(), threading.Event()
    engine = ctx.db.engine

    def cut() -> int:
        ended = 0
        # What others do is seen anew by every transaction: not by the one that holds the lock.
        with engine.connect() as conn, engine.connect() as looking:
            conn.execute(text("LOCK TABLE trace_link IN SHARE MODE"))
            ready.set()
            while not over.wait(0.02):
                for process in looking.scalars(text(_BLOCKED)).all():
                    looking.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": process})
                    ended += 1
                looking.rollback()
        return ended

    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(cut)
        assert ready.wait(30)
        try:
            yield
        finally:
            over.set()
        assert ended.result() > 0, "nobody was in the middle of writing"


@pytest.fixture
def doors(held: Context) -> Iterator[TestClient]:
    """Give a client of a server with the doors of EPCIS."""
    app = FastAPI()
    install(app, held)
    app.include_router(router)
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "body"),
    [("/epcis/capture", document(1, 500)), ("/epcis/events", single(1))],
    ids=["document", "event"],
)
def test_http_says_so_and_takes_it_again_later(
    held: Context, doors: TestClient, path: str, body: bytes
) -> None:
    before = rows(held)
    for language, word in (("en", "does not answer"), ("zh-CN", "没有响应")):
        with cut_in_the_middle(held):
            answer = doors.post(path, content=body, headers=JSON | {"accept-language": language})
        assert answer.status_code == 503
        problem = answer.json()
        assert problem["code"] == "db.server.unreachable" and word in problem["detail"]
        assert problem["type"] == "epcisException:ImplementationException"
        assert "Traceback" not in answer.text
    assert (seen(held), rows(held)) == (["urn:x:0"], before)
    assert doors.post(path, content=body, headers=JSON).status_code in (201, 202)
    assert len(seen(held)) == 1 + len(re.findall(b"eventID", body))


def test_the_command_says_so_and_can_be_given_again(held: Context, tmp_path: Path) -> None:
    file = tmp_path / "many.json"
    file.write_bytes(document(1, 500))
    before = rows(held)

    def capture(language: str) -> subprocess.CompletedProcess[str]:
        words: list[Any] = ["trace", "capture", file, "--workspace", held.workspace.path]
        command = [sys.executable, "-m", "sanpin", *map(str, words), "--lang", language]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    for language in ("en", "zh"):
        with cut_in_the_middle(held):
            done = capture(language)
        assert (done.returncode, done.stdout) == (1, "")
        assert "Traceback" not in done.stderr and "Error" not in done.stderr
        assert bool(CHINESE.search(done.stderr)) is (language == "zh")
    assert (seen(held), rows(held)) == (["urn:x:0"], before)
    assert capture("en").returncode == 0
    assert len(seen(held)) == 500
