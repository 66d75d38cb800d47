"""What the commands of the domain share: the command itself, and how they read files."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

from cyclopts import App, Parameter

from sanpin.base import N_, InputError
from sanpin.kit.cli import UsageError, say

__all__ = [
    "Epc",
    "File",
    "Listed",
    "app",
    "need_files",
    "open_input",
    "read_code",
    "read_codes",
    "read_file",
    "word",
]

app = App(name="trace", help=N_("Capture events, and ask where things came from and went."))


def _no_option(_hint: object, value: object) -> None:
    """Refuse a mistyped option: only the - of standard input may begin with a hyphen."""
    text = str(value)
    if text.startswith("-") and text != "-":
        from cyclopts import ArgumentCollection, Token, UnknownOptionError

        none = ArgumentCollection()  # type: ignore[no-untyped-call]
        raise UnknownOptionError(token=Token(keyword=text), argument_collection=none)


def word(name: str | None = None) -> Parameter:
    """Describe a word of the command line that may be ``-``, but is no option."""
    return Parameter(name=name, allow_leading_hyphen=True, validator=_no_option)


File = Annotated[Path, word("FILE")]
Epc = Annotated[str, word("EPC")]
Listed = Annotated[Path | None, word()]


def need_files(files: Sequence[Path]) -> None:
    """Refuse a line that names no file."""
    if not files:
        raise UsageError(
            f"{say(N_('No file was named.'))}\n"
            f"{say(N_('Name EPCIS documents, or - for standard input.'))}"
        )


def read_codes(epcs: Sequence[str]) -> list[str]:
    """Return codes of things; ``-`` stands for the lines of standard input."""
    lines = (line for epc in epcs for line in (sys.stdin if epc == "-" else (epc,)))
    return [code for line in lines if (code := line.strip())]


def read_code(epc: str) -> str:
    """Return the code of one thing; ``-`` stands for the first line of standard input."""
    return next(iter(read_codes([epc])), "")


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
