"""No room on the disk in mid-capture: named at every door, and nothing is half there."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy import event as listening
from starlette.testclient import TestClient
from tests.trace.conftest import plain_event as event

from sanpin.kit.context import Context
from sanpin.trace import service
from sanpin.trace.engine.epcis import CONTEXT, write_document
from sanpin.trace.store.tables import JOB, METADATA, PENDING

CHINESE = re.compile("[一-鿿]")
NOW = "2026-03-10T00:00:00Z"
JSON = {"content-type": "application/json"}


def document(first: int, past: int) -> bytes:
    """Write a document of many events."""
    return write_document([event(number) for number in range(first, past)], NOW, {})


def single(number: int, **more: object) -> bytes:
    """Write one event by itself."""
    names = [CONTEXT, {"n": "https://notes.example/"}]
    return orjson.dumps({"@context": names, **event(number, **more)})


def rows(ctx: Context) -> dict[str, int]:
    """How many rows the tables of the ledger have, jobs and remains that wait for removal aside."""
    aside = {PENDING.name, JOB.name}
    with ctx.db.read() as conn:
        return {
            table.name: conn.scalar(select(func.count()).select_from(table)) or 0
            for table in METADATA.sorted_tables
            if table.name not in aside
        }


def seen(ctx: Context) -> list[str]:
    """Identifiers of all events that doors show."""
    found = [event.id for event in service.find_events(ctx, limit=30_000)]
    assert len(found) == service.count_events(ctx)
    return sorted(found)


def _long(size: int) -> str:
    """Write a text that does not become shorter when it is packed."""
    return "".join(sha256(b"%d" % number).hexdigest() for number in range(size // 64))


@contextmanager
def full(ctx: Context) -> Iterator[None]:
    """Keep the file of the database from growing, as a disk without room does."""

    def limit(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    ctx.db.engine.dispose()
    listening.listen(Engine, "connect", limit)
    try:
        yield
    finally:
        listening.remove(Engine, "connect", limit)
        ctx.db.engine.dispose()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/epcis/capture", document(1, 3000)),
        ("/epcis/capture", document(1, 10_500)),
        ("/epcis/events", single(1, **{"n:note": _long(200_000)})),
    ],
    ids=["document", "long document", "event"],
)
def test_http_says_so_and_takes_it_again_later(
    ctx: Context, site: TestClient, path: str, body: bytes
) -> None:
    assert site.post("/epcis/events", content=single(0), headers=JSON).status_code == 201
    before = rows(ctx)
    with full(ctx):
        for language, word in (("en", "is full. Nothing was saved."), ("zh-CN", "磁盘已满")):
            answer = site.post(path, content=body, headers=JSON | {"accept-language": language})
            assert answer.status_code == 507
            problem = answer.json()
            assert problem["code"] == "workspace.disk_full" and word in problem["detail"]
            assert problem["type"] == "epcisException:ImplementationException"
            assert problem["hint"] and "Traceback" not in answer.text
        assert site.get("/epcis/events").status_code == 200, "reading still works"
    assert (seen(ctx), rows(ctx)) == (["urn:x:0"], before)
    for _ in range(2):
        assert site.post(path, content=body, headers=JSON).status_code in (201, 202)
        assert len(seen(ctx)) == 1 + len(re.findall(b"eventID", body)), "all, and each once"


def short_of_room(ctx: Context, room: int, *words: object) -> subprocess.CompletedProcess[str]:
    """Run a command whose files may grow to so many bytes, whoever runs the tests."""
    command = [sys.executable, "-m", "sanpin", *map(str, words), "--workspace", ctx.workspace.path]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )


@pytest.mark.parametrize(("count", "more"), [(5_000, 600_000), (10_500, -64_000)])
def test_the_command_says_so_and_can_be_given_again(
    ctx: Context, sanpin: Callable[..., Any], tmp_path: Path, count: int, more: int
) -> None:
    """The log of the database, or what a long document is set aside in, cannot grow."""
    service.capture(ctx, [document(0, 1)])
    before = rows(ctx)
    ctx.db.engine.dispose()
    size = (ctx.workspace.path / "sanpin.sqlite").stat().st_size
    file = tmp_path / "many.json"
    file.write_bytes(document(1, count))
    for language in ("en", "zh"):
        done = short_of_room(ctx, size + more, "trace", "capture", file, "--lang", language)
        assert (done.returncode, done.stdout) == (1, "")
        assert "Traceback" not in done.stderr and "Error" not in done.stderr
        assert bool(CHINESE.search(done.stderr)) is (language == "zh")
    assert "磁盘拒绝读写" in done.stderr
    assert (seen(ctx), rows(ctx)) == (["urn:x:0"], before)
    again = sanpin("trace", "capture", file, "--json", "--workspace", ctx.workspace.path)
    assert again.value["captured"] == count - 1
    assert seen(ctx) == sorted(f"urn:x:{number}" for number in range(count))
