"""Machine code of compiled kernels: where it is kept, and marks that say what is there.

Numba keeps what it compiles beside the sources or where NUMBA_CACHE_DIR says. A mark names the
sources and versions that machine code was made from; whoever finds it need not try the kernels.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

__all__ = ["MachineCode"]

_HOUSE = Path(__file__).parents[1]
_LIBRARIES = ("numba", "numpy", "ortools")


@dataclass(frozen=True, slots=True)
class MachineCode:
    """Machine code of a package with kernels.

    Attributes
    ----------
    package : folder of the modules with kernels
    others : sources elsewhere that have kernels of the same kind
    """

    package: Path
    others: tuple[Path, ...] = ()

    @classmethod
    def of(cls, package: str, *others: str) -> MachineCode:
        """Name a package and further modules by their paths in this house, as ``trace/engine``."""
        return cls(_HOUSE / package, tuple(_HOUSE / other for other in others))

    @property
    def folder(self) -> Path:
        """Folder of marks: beside the sources, or else where this user may write."""
        given = os.environ.get("NUMBA_CACHE_DIR")
        if given:
            return Path(given)
        if _is_writable(self.package):
            return self.package / "__pycache__"
        import platformdirs

        own = platformdirs.user_cache_path("sanpin") / "kernels"
        try:
            own.mkdir(parents=True, exist_ok=True)
        except OSError:
            return Path(tempfile.gettempdir()) / "sanpin-kernels"
        return own

    def mark(self, name: str) -> Path:
        """File that says: compiled by these versions, on this machine, from these sources."""
        return self.folder / f"{name}-{_digest(self)}.compiled"

    def has(self, names: Collection[str]) -> bool:
        """Whether all of these are marked as compiled."""
        return all(self.mark(name).exists() for name in names)

    def settle(self) -> None:
        """Tell Numba where machine code is kept, before the first kernel is loaded."""
        if "NUMBA_CACHE_DIR" not in os.environ and not _is_writable(self.package):
            os.environ["NUMBA_CACHE_DIR"] = str(self.folder)

    def forget(self) -> None:
        """Remove the machine code of other sources, which kernels may have taken in.

        Numba sees that a module has changed, but not that one has that its kernels call: what it
        then runs may read arrays that are laid out otherwise.
        """
        for source in {path.parent.resolve() for path in self.package.rglob("*.py")}:
            # The name that Numba gives to what belongs to a folder, below a folder of its own.
            named = f"{source.name}_{hashlib.sha1(str(source).encode()).hexdigest()}"
            beside = source / "__pycache__"
            place = self.folder / named if os.environ.get("NUMBA_CACHE_DIR") else beside
            for file in (*place.glob("*.nbi"), *place.glob("*.nbc")):
                file.unlink(missing_ok=True)


@lru_cache
def _digest(code: MachineCode) -> str:
    """Name what machine code depends on: versions, machine, sources."""
    parts = [sys.version, platform.node(), platform.machine()]
    parts += [version(name) for name in _LIBRARIES]
    for source in sorted((*code.package.rglob("*.py"), *code.others)):
        stat = source.stat()
        parts.append(f"{source} {stat.st_mtime_ns} {stat.st_size}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _is_writable(folder: Path) -> bool:
    """Whether this process may write beside the sources."""
    return os.access(folder, os.W_OK)
