"""Machine code of the search: whether it is there, and making it before anyone waits for it.

Compiling takes a minute or so after an installation. A mark beside the machine code says which
sources and versions it was made from; whoever finds it need not try the kernels again.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import tempfile
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import platformdirs

__all__ = ["compile_kernels", "is_warm"]


def is_warm() -> bool:
    """Whether the kernels are compiled for this machine, these sources and these versions."""
    return _mark().exists()


def compile_kernels() -> int:
    """Compile the kernels by solving small problems; return how many problems that took."""
    if is_warm():
        return 0
    from sanpin.factory.engine.warming import warm
    from sanpin.factory.sample.plants import KINDS, generate

    solved = warm(generate(kind, 12, 9, seed=1) for kind in KINDS)
    mark = _mark()
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    return solved


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
