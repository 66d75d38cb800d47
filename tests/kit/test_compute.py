"""Spreading of work: order, sameness, and workers that die."""

from __future__ import annotations

import builtins
import importlib
import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sanpin.base import EngineError, InputError, MissingExtra
from sanpin.kit.compute import map_partitions

_WORK = """
import math
import os
import signal
import time

import numpy as np

from sanpin.base import InputError

def wave(seed):
    chance = np.random.default_rng(seed)
    return [float(x) for x in np.cumsum(chance.normal(size=50)) * math.pi]

def refuse(part):
    if part == 2:
        raise InputError("test.part.bad", "Part {part} is bad.", hint="Mend it.", part=part)
    return part

def linger(folder):
    (folder / str(os.getpid())).touch()
    time.sleep(600)

def die(part):
    if part == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return part
"""


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Give a module that worker processes can import too."""
    (tmp_path / "work_in_parts.py").write_text(_WORK)
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("work_in_parts")
    sys.modules.pop("work_in_parts")


def test_results_are_the_same_bit_for_bit_and_in_order(work: ModuleType) -> None:
    parts = list(range(5))
    here = map_partitions(work.wave, parts, workers=1)
    assert here == [work.wave(part) for part in parts]
    assert map_partitions(work.wave, parts, workers=2) == here


def test_nothing_to_do_needs_no_process(work: ModuleType) -> None:
    assert map_partitions(work.wave, []) == []
    assert map_partitions(work.die, [], workers=4) == []
    assert map_partitions(lambda part: (part, os.getpid()), [7], workers=4) == [(7, os.getpid())]


def test_errors_of_the_work_arrive_as_they_are(work: ModuleType) -> None:
    with pytest.raises(InputError) as caught:
        map_partitions(work.refuse, [1, 2, 3], workers=2)
    assert caught.value.code == "test.part.bad"
    assert str(caught.value) == "Part 2 is bad. Mend it."


def test_a_worker_that_dies_is_named_with_its_part(work: ModuleType) -> None:
    with pytest.raises(EngineError) as caught:
        map_partitions(work.die, [0, 1], workers=2)
    assert caught.value.code == "compute.worker.died"
    assert caught.value.fields["part"] in (0, 1)


def test_processes_end_with_the_one_that_began_them(work: ModuleType, tmp_path: Path) -> None:
    """A kill is told to nobody; they hold its output, which ends with the last of them."""
    script = (
        "import sys; from pathlib import Path; from work_in_parts import linger\n"
        "from sanpin.kit.compute import map_partitions\n"
        "map_partitions(linger, [Path(sys.argv[1])] * 2, workers=2)\n"
    )
    marks = tmp_path / "marks"
    marks.mkdir()
    seen = {**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), *sys.path))}
    command = [sys.executable, "-c", script, str(marks)]
    with subprocess.Popen(command, env=seen, stdout=subprocess.PIPE) as parent:
        while len(list(marks.iterdir())) < 2:
            assert parent.poll() is None
            time.sleep(0.05)
        parent.kill()
        try:
            assert parent.communicate(timeout=30) == (b"", None)
        finally:
            for mark in marks.iterdir():
                with suppress(ProcessLookupError):
                    os.kill(int(mark.name), signal.SIGKILL)


def test_other_places_are_refused(work: ModuleType) -> None:
    with pytest.raises(InputError) as caught:
        map_partitions(work.wave, [1], on="moon")  # type: ignore[arg-type]
    assert caught.value.code == "compute.place.unknown"


def test_ray_missing_names_the_extra(work: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_ray(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "ray":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_ray)
    with pytest.raises(MissingExtra, match="sanpin\\[ray\\]"):
        map_partitions(work.wave, [1, 2], on="ray")


@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed")
@pytest.mark.filterwarnings("default")
def test_ray_gives_the_same(work: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    import ray

    folder = str(Path(str(work.__file__)).parent)
    seen = {"env_vars": {"PYTHONPATH": folder}}
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, runtime_env=seen)
    try:
        assert map_partitions(work.wave, [1, 2, 3], on="ray") == [
            work.wave(part) for part in (1, 2, 3)
        ]
        with pytest.raises(InputError):
            map_partitions(work.refuse, [1, 2], on="ray")
        with pytest.raises(EngineError, match="part 0"):
            map_partitions(work.die, [1, 2], on="ray")
    finally:
        ray.shutdown()
