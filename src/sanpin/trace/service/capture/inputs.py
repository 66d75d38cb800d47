"""Opening documents: bytes in memory or files of any length, and their digests."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sanpin.base import N_, InputError

__all__ = ["Input", "digest_of", "opened"]

Input = bytes | Path
"""A document in memory, or in a file of any length."""

_PIECE = 1 << 20


@contextmanager
def opened(source: Input) -> Iterator[IO[bytes]]:
    """Open a document to be read from its beginning, again and again.

    Raises
    ------
    InputError
        ``trace.capture.unreadable``
    """
    if isinstance(source, bytes):
        yield io.BytesIO(source)
        return
    try:
        file = source.open("rb")
    except OSError as error:
        raise InputError(
            "trace.capture.unreadable",
            N_("The file {path} cannot be read."),
            hint=N_("Check its name and your right to read it."),
            path=source,
        ) from error
    with file:
        yield file


def digest_of(file: IO[bytes]) -> bytes:
    """SHA-256 of a document as it came; the file stands at its beginning again."""
    found = hashlib.sha256()
    while piece := file.read(_PIECE):
        found.update(piece)
    file.seek(0)
    return found.digest()
