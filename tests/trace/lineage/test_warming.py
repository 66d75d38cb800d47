"""Compiling the walks once: all that is needed, kept where it can be kept, started once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sanpin.trace.service import warming

# Whatever a service asks after the warming finds its kernels compiled.
ASK = """
import sys
from importlib import import_module
from pathlib import Path
from sanpin.kit.context import open_context
from sanpin.kit.workspace import Workspace
from sanpin.trace import service
from sanpin.trace.engine.generate import documents, plan_chain, tables_of
from sanpin.trace.service import questions, warming

def kernels():
    rooms = [f"sanpin.trace.engine.lineage.{name}" for name in
             ("access", "making", "packing", "paths", "standing", "writing")]
    for room in [*rooms, "sanpin.trace.store.unpacking"]:
        for name, one in vars(import_module(room)).items():
            if hasattr(one, "signatures"):
                yield name, len(one.signatures)

warming.compile_kernels()
assert warming.are_ready()
before = dict(kernels())
assert len(before) > 20
questions.SMALL = 100
plan = plan_chain(1200, 3)
texts = list(documents(tables_of(plan), 600))
with open_context(Workspace.create(Path(sys.argv[1]))) as ctx:
    for known, text in zip((1, 2, 2), (*texts, texts[0])):
        service.capture(ctx, [text])
        if known == 2:
            questions._KEEPERS.clear()
        for thing in plan.names([0, 20, plan.per_tank - 1]):
            service.thing(ctx, thing)
            service.graph(ctx, thing)
            service.recall_view(ctx, service.Asked((thing,)))
            assert b"".join(service.recall_text(ctx, [thing]))
assert dict(kernels()) == before, set(dict(kernels()).items()) - set(before.items())
print(sum(before.values()))
"""


def test_everything_that_is_asked_was_compiled(tmp_path: Path) -> None:
    """Base and news, from memory and from a mapped file: one signature for each kernel."""
    command = [sys.executable, "-c", ASK, str(tmp_path / "workspace")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20


@pytest.fixture
def cold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Give an installation that has compiled nothing; note what is started."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    warming._STARTED.clear()
    started: list[list[str]] = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_: started.append(command))
    return started


@pytest.fixture(autouse=True)
def forget() -> object:
    """Leave no trace of an installation that was made up."""
    yield
    warming._STARTED.clear()


def test_compiling_is_started_once(cold: list[list[str]], tmp_path: Path) -> None:
    """By this process and by others; again when whoever was at it must have been killed."""
    assert not warming.are_ready()
    warming.start_compiling()
    warming.start_compiling()
    assert len(cold) == 1
    warming._STARTED.clear()
    warming.start_compiling()
    assert len(cold) == 1
    (mark,) = tmp_path.glob("*.started")
    os.utime(mark, (0, 0))
    warming.start_compiling()
    assert len(cold) == 2


def test_where_nothing_can_be_kept_nothing_is_started(
    cold: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache folder that is a file."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file"))
    warming.start_compiling()
    assert cold == []
