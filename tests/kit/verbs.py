"""Computations for the tests of runs and jobs, found like those of any installed domain."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from sanpin.base import N_, Domain, Progress, Verb
from sanpin.kit import registry
from sanpin.kit.context import Context
from sanpin.kit.runs import start_run

HERE = "verbs"


def add(ctx: Context, params: Mapping[str, object], progress: Progress) -> Mapping[str, object]:
    """Add two numbers, saying how far it is."""
    progress(0.5, N_("Scheduling"))
    return {"sum": int(str(params["a"])) + int(str(params["b"])), "seed": params.get("seed", 0)}


def serve(ctx: Context, params: Mapping[str, object], progress: Progress) -> Mapping[str, object]:
    """Do the work in a service that keeps its own Run."""
    with start_run(ctx, "test", "serve", params={**params, "default": 7}) as run:
        run.artefact("panel", "dataset-1")
        run.metric("rows", 3)
        with start_run(ctx, "test", "step"):
            progress(0.9, "")
    return {}


def fail(ctx: Context, params: Mapping[str, object], progress: Progress) -> Mapping[str, object]:
    """Fail in a way that nobody foresaw."""
    raise ValueError(f"no {params['what']}")


def sleep(ctx: Context, params: Mapping[str, object], progress: Progress) -> Mapping[str, object]:
    """Work for a long time, listening."""
    mark(params)
    while True:
        progress(0.1, "")
        time.sleep(0.05)


def stubborn(
    ctx: Context, params: Mapping[str, object], progress: Progress
) -> Mapping[str, object]:
    """Work for a long time, not listening to anyone but the last signal."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    mark(params)
    time.sleep(600)
    return {}


def die_once(
    ctx: Context, params: Mapping[str, object], progress: Progress
) -> Mapping[str, object]:
    """Kill the own process at the first attempt and succeed at the second."""
    if mark(params) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return {"attempt": 2}


def mark(params: Mapping[str, object]) -> int:
    """Leave the process id in a file and return how many have done so."""
    path = Path(str(params["mark"]))
    with path.open("a") as stream:
        stream.write(f"{os.getpid()}\n")
    return len(path.read_text().splitlines())


NAMES = ("add", "serve", "fail", "sleep", "stubborn", "die_once")
DOMAIN = Domain(
    name="test",
    label="Test",
    package=HERE,
    verbs={
        name: Verb(name, f"{HERE}:{name}", safe=name in ("die_once", "sleep")) for name in NAMES
    },
)


@contextmanager
def installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make this module an installed domain, for this process and those it starts."""
    info = folder / "sanpin_verbs-0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: sanpin-verbs\nVersion: 0\n")
    (info / "entry_points.txt").write_text(f"[sanpin.domains]\ntest = {HERE}:DOMAIN\n")
    (folder / f"{HERE}.py").write_text(Path(__file__).read_text())
    monkeypatch.setenv("PYTHONPATH", str(folder))
    # Worker processes start often here: let them compile the libraries once.
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(folder.parent.parent / "bytecode"))
    monkeypatch.syspath_prepend(str(folder))
    sys.modules.pop(HERE, None)
    importlib.invalidate_caches()
    registry.domains.cache_clear()
    yield
    registry.domains.cache_clear()
    sys.modules.pop(HERE, None)
