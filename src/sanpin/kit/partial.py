"""Files that are written whole or not at all: under another name until they are complete."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["is_special", "partial_of", "written_whole"]

SYSTEM = (Path("/dev"), Path("/proc"))
"""Folders in which names stand for devices and open files."""


def is_special(path: Path) -> bool:
    """Tell whether a path is a device or a pipe, which another file in its place would destroy."""
    if any(path.absolute().is_relative_to(folder) for folder in SYSTEM):
        return True
    return path.exists() and not path.is_file() and not path.is_dir()


def partial_of(path: Path) -> Path:
    """Return the name that a file has until it is complete."""
    file = _file_of(path)
    return file.with_name(f".{file.name}.partial")


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give the name to write to; what is complete then takes its place, else nothing is left.

    A link goes on leading to its file, which is the one that is replaced. Devices and pipes are
    written to directly.
    """
    if is_special(path):
        yield path
        return
    partial = partial_of(path)
    try:
        yield partial
        partial.replace(_file_of(path))
    finally:
        with suppress(OSError):
            partial.unlink()


def _file_of(path: Path) -> Path:
    """Return the file to which a path leads, over links, whether it is there or not.

    Raises
    ------
    IsADirectoryError
        when a folder is there
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return Path(os.path.realpath(path))
