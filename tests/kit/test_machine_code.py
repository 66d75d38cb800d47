"""Machine code: kept where it can be kept, marked with what it was made from, forgotten."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from sanpin.kit import machine_code
from sanpin.kit.machine_code import MachineCode


def test_a_mark_is_of_its_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    source, other = tmp_path / "engine" / "scan.py", tmp_path / "other.py"
    source.parent.mkdir()
    source.touch()
    other.touch()
    code = MachineCode(source.parent)
    mark = code.mark("walks")
    assert not code.has(["walks"])
    mark.touch()
    assert code.has(["walks"])
    assert not code.has(["walks", "lists"])
    assert MachineCode(source.parent, (other,)).mark("walks") != mark
    source.write_text("changed = True")
    machine_code._digest.cache_clear()
    assert not code.has(["walks"]), "as a process that starts now sees it"


def test_a_package_is_named_by_its_path() -> None:
    code = MachineCode.of("trace/engine/lineage", "trace/store/unpacking.py")
    assert all(path.exists() for path in (code.package / "access.py", *code.others))


def test_machine_code_goes_where_one_may_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the sources; with read-only ones into the user's cache; without that, elsewhere."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", "restored afterwards")
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    code = MachineCode(tmp_path)
    assert code.folder == tmp_path / "__pycache__"
    code.settle()
    assert "NUMBA_CACHE_DIR" not in os.environ
    monkeypatch.setattr(machine_code, "_is_writable", lambda _: False)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda _: tmp_path)
    assert code.folder == tmp_path / "kernels"
    code.settle()
    assert os.environ["NUMBA_CACHE_DIR"] == str(tmp_path / "kernels")
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    (tmp_path / "file").touch()
    monkeypatch.setattr("platformdirs.user_cache_path", lambda _: tmp_path / "file")
    assert code.folder.name == "sanpin-kernels"


@pytest.mark.parametrize("given", [True, False])
def test_machine_code_of_other_sources_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: bool
) -> None:
    """Numba would go on with it where only a module that is called has changed."""
    engine, cache = tmp_path / "engine", tmp_path / "cache"
    (engine / "lists" / "__pycache__").mkdir(parents=True)
    (engine / "lists" / "scan.py").touch()
    digest = hashlib.sha1(str(engine / "lists").encode()).hexdigest()
    places = [cache / f"lists_{digest}", engine / "lists" / "__pycache__", cache / "others"]
    for place in places:
        place.mkdir(parents=True, exist_ok=True)
        (place / "scan.total-7.py311.nbi").touch()
        (place / "scan.total-7.py311.1.nbc").touch()
        (place / "scan.cpython-311.pyc").touch()
    if given:
        monkeypatch.setenv("NUMBA_CACHE_DIR", str(cache))
    else:
        monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    MachineCode(engine).forget()
    left = [len(list(place.iterdir())) for place in places]
    assert left == ([1, 3, 3] if given else [3, 1, 3]), "machine code of ours, nothing else"
