"""Machine code of the search: whether it is there, and making it before anyone waits for it.

Compiling takes a minute or two after an installation. A mark beside the machine code says which
sources and versions it was made from; whoever finds it need not try the kernels again.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

import platformdirs

if sys.platform != "win32":
    import fcntl

from sanpin.factory.engine.warming import PARTS, warm

__all__ = ["compile_kernels", "is_warm"]


def is_warm() -> bool:
    """Whether the kernels are compiled for this machine, these sources and these versions."""
    return _mark().exists()


def compile_kernels() -> int:
    """Compile the kernels, part by part in processes of their own; return how many parts.

    Whoever calls this while another process is at it waits for that one.
    """
    if is_warm():
        return 0
    with _one_at_a_time():
        if is_warm():
            return 0
        _forget()
        parts = range(len(PARTS))
        with ProcessPoolExecutor(len(parts), mp_context=get_context("spawn")) as pool:
            list(pool.map(warm, parts))
        _mark().touch()
    return len(parts)


def _forget() -> None:
    """Remove the machine code of other sources, which kernels may have taken in from each other.

    Numba sees that a module has changed, but not that one has that its kernels call: what it
    then runs may read arrays that are laid out otherwise.
    """
    for source in {path.parent.resolve() for path in _engine().rglob("*.py")}:
        # The name that Numba gives to what belongs to a folder, below a folder of its own.
        named = f"{source.name}_{hashlib.sha1(str(source).encode()).hexdigest()}"
        beside = source / "__pycache__"
        place = _folder() / named if os.environ.get("NUMBA_CACHE_DIR") else beside
        for file in (*place.glob("*.nbi"), *place.glob("*.nbc")):
            file.unlink(missing_ok=True)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let one process in; the system opens the door again also for one that was killed."""
    _folder().mkdir(parents=True, exist_ok=True)
    with (_folder() / "factory.compiling").open("wb") as door:
        if sys.platform != "win32":
            fcntl.flock(door, fcntl.LOCK_EX)
        yield


@lru_cache(maxsize=1)
def _mark() -> Path:
    """File that says: compiled by these versions, on this machine, from these sources."""
    parts = [sys.version, platform.node(), platform.machine()]
    parts += [version(name) for name in ("numba", "numpy", "ortools")]
    for source in sorted(_engine().rglob("*.py")):
        stat = source.stat()
        parts.append(f"{source} {stat.st_mtime_ns} {stat.st_size}")
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
    return _folder() / f"factory-{digest}.compiled"


def _folder() -> Path:
    """Folder of the mark: where the machine code is kept, beside the sources if possible."""
    given = os.environ.get("NUMBA_CACHE_DIR")
    if given:
        return Path(given)
    if os.access(_engine(), os.W_OK):
        return _engine() / "__pycache__"
    own = platformdirs.user_cache_path("sanpin") / "kernels"
    try:
        own.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir()) / "sanpin-kernels"
    return own


def _engine() -> Path:
    """Folder of the modules with kernels."""
    return Path(__file__).parents[1] / "engine"
