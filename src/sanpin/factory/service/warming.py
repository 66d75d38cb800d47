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
import time
from collections import Counter
from collections.abc import Collection, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from functools import lru_cache
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

import platformdirs

if sys.platform != "win32":
    import fcntl

from sanpin.factory.engine.warming import PARTS, SEARCHES, compile_part

__all__ = ["compile_kernels", "is_warm"]

_WAIT = 0.2
"""Seconds between two looks at whether another process has compiled what is wanted."""


def is_warm(searches: Collection[str] = SEARCHES) -> bool:
    """Whether kernels are compiled for this machine, these sources and these versions."""
    return all(_mark(search).exists() for search in searches)


def compile_kernels(searches: Collection[str] = SEARCHES) -> int:
    """Compile the kernels of searches, part by part in processes of their own.

    Whoever calls this while another process is at it waits for that one, but no longer than for
    the searches that are asked for.

    Returns
    -------
    Number of parts that were compiled here.
    """
    while not is_warm(searches):
        with _one_at_a_time() as is_here:
            wanted = [search for search in searches if not is_warm((search,))]
            if is_here and wanted:
                return _compile(wanted)
        time.sleep(_WAIT)
    return 0


def _compile(searches: Collection[str]) -> int:
    """Compile as many parts at a time as there are processors; mark each search that is done."""
    if not any(is_warm((search,)) for search in SEARCHES):
        _forget()
    parts = [part for part in PARTS if part.search in searches]
    left = Counter(part.search for part in parts)
    workers = min(os.cpu_count() or 1, len(parts))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        searched = {pool.submit(compile_part, part): part.search for part in parts}
        for done in as_completed(searched):
            done.result()
            left[searched[done]] -= 1
            if not left[searched[done]]:
                _mark(searched[done]).touch()
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
def _one_at_a_time() -> Iterator[bool]:
    """Let one process in and say whether it is this one; one that was killed blocks nobody."""
    _folder().mkdir(parents=True, exist_ok=True)
    with (_folder() / "factory.compiling").open("wb") as door:
        is_here = True
        if sys.platform != "win32":
            try:
                fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                is_here = False
        yield is_here


def _mark(search: str) -> Path:
    """File that says: compiled by these versions, on this machine, from these sources."""
    return _folder() / f"{search}-{_digest()}.compiled"


@lru_cache(maxsize=1)
def _digest() -> str:
    """Name what the machine code depends on: versions, machine, sources."""
    parts = [sys.version, platform.node(), platform.machine()]
    parts += [version(name) for name in ("numba", "numpy", "ortools")]
    for source in sorted(_engine().rglob("*.py")):
        stat = source.stat()
        parts.append(f"{source} {stat.st_mtime_ns} {stat.st_size}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


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
