"""Who waits for the compiled walks, and who is answered from the events meanwhile."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from fastapi import FastAPI

from sanpin.app import server
from sanpin.kit.context import Context, open_context
from sanpin.trace import service
from sanpin.trace.engine.epcis import write_document
from sanpin.trace.service import questions, warming
from sanpin.trace.service.questions import EventAnswers, asking, make_ready
from sanpin.trace.store.ledger import sees_few


class Compiler:
    """Stands for the process that compiles: it is done when somebody waits for it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.started = self.waited = 0
        self.ready = False
        monkeypatch.setattr(warming, "are_ready", lambda: self.ready)
        monkeypatch.setattr(warming, "start_compiling", self.start)
        monkeypatch.setattr(warming, "wait_until_ready", self.wait)

    def start(self) -> None:
        """Count a start."""
        self.started += 1

    def wait(self) -> bool:
        """Be done."""
        self.waited += 1
        self.ready = True
        return True


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> Compiler:
    """Give a compiler that has nothing compiled yet."""
    return Compiler(monkeypatch)


def answered_from_events(ctx: Context) -> bool:
    """Ask something and see who answers."""
    with asking(ctx) as (_, answers):
        return isinstance(answers, EventAnswers)


def test_few_events_need_no_walks(chain: Context, compiler: Compiler) -> None:
    assert answered_from_events(chain)
    make_ready(chain)
    assert compiler.started == compiler.waited == 0


def test_some_events_answer_while_the_walks_are_compiled(
    chain: Context, compiler: Compiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "SMALL", 10)
    assert answered_from_events(chain)
    assert (compiler.started, compiler.waited) == (1, 0)


def test_with_many_events_the_walks_are_waited_for(
    chain: Context, compiler: Compiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "SMALL", 10)
    monkeypatch.setattr(questions, "MANY", 20)
    assert not answered_from_events(chain)
    assert (compiler.started, compiler.waited) == (1, 1)


def test_few_events_with_many_things_are_not_few(ctx: Context) -> None:
    pieces = [f"https://id.gs1.org/01/09521234567899/21/{n}" for n in range(60)]
    event = {
        "type": "ObjectEvent",
        "eventTime": "2026-03-01T08:30:00Z",
        "eventTimeZoneOffset": "+00:00",
        "action": "ADD",
        "epcList": pieces,
    }
    assert service.capture(ctx, [write_document([event], "2026-03-10T00:00:00Z")]).success
    with ctx.db.read() as conn:
        assert not sees_few(conn, ctx.firm, 5)
        assert sees_few(conn, ctx.firm, 6)


def test_a_server_makes_ready_beside_its_first_requests(
    chain: Context, compiler: Compiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "SMALL", 10)
    monkeypatch.setattr(server, "_READY_AFTER_SECONDS", 0)
    own = open_context(chain.workspace)

    async def live() -> None:
        async with server._lifespan(own, 0)(FastAPI()):
            for _ in range(600):
                if compiler.waited:
                    return
                await asyncio.sleep(0.05)

    asyncio.run(live())
    assert (compiler.started, compiler.waited) == (1, 1)


def test_nobody_waits_for_a_process_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warming, "_marker", lambda: tmp_path / "walks.compiled")
    assert not warming.wait_until_ready()
    (tmp_path / "walks.started").touch()
    monkeypatch.setattr(warming, "_PATIENCE_SECONDS", -1)
    assert not warming.wait_until_ready()
    (tmp_path / "walks.compiled").touch()
    assert warming.wait_until_ready()
