"""What the commands of the domain share: the command itself, and how they read files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from cyclopts import App

from sanpin.base import N_, InputError

__all__ = ["app", "open_input", "read_file"]

app = App(name="trace", help=N_("Capture events, and ask where things came from and went."))


@contextmanager
def open_input(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading, or standard input for ``-``."""
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise InputError(
            "trace.capture.unreadable",
            N_("The file {path} cannot be read."),
            hint=N_("Check its name and your right to read it."),
            path=path,
        ) from error


def read_file(path: Path) -> bytes:
    """Read a file, or standard input for ``-``."""
    with open_input(path) as file:
        return file.read()
