"""Readers and writers of problems and schedules; one module per format.

Readers take bytes. `auto` guesses the format from the first characters and the name.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable

from sanpin.base import N_, InputError
from sanpin.factory.engine.formats.fjsp import read_fjsp
from sanpin.factory.engine.formats.jsp import read_jsp
from sanpin.factory.engine.formats.native import read_native
from sanpin.factory.model import Problem

__all__ = ["FORMATS", "guess_format", "read_problem", "unpack"]

FORMATS: dict[str, Callable[[bytes], Problem]] = {
    "sanpin": read_native,
    "jsp": read_jsp,
    "fjsp": read_fjsp,
}

LARGEST = 512 * 1024 * 1024


def read_problem(content: bytes, form: str = "auto", *, name: str = "") -> Problem:
    """Read a problem from the bytes of a file, unpacking `.gz` and one-member `.zip`.

    Parameters
    ----------
    content : the file
    form : ``sanpin``, ``jsp``, ``fjsp`` or ``auto``
    name : the file's name, a help for guessing

    Returns
    -------
    The problem; its names are those of the file, or 0-based numbers in the numeric formats.

    Raises
    ------
    InputError
        ``factory.problem.format`` for an unknown format, else what the reader finds
    """
    plain = unpack(content)
    chosen = guess_format(plain, name) if form == "auto" else form
    reader = FORMATS.get(chosen)
    if reader is None:
        raise InputError(
            "factory.problem.format",
            N_("“{form}” is not a known problem format."),
            hint=N_("Use one of: {known}."),
            form=form,
            known=", ".join((*FORMATS, "auto")),
        )
    return reader(plain)


def guess_format(content: bytes, name: str = "") -> str:
    """Guess the format: JSON is native; in a job-shop file every job line has number pairs.

    Notes
    -----
    The numeric formats cannot be told apart for certain. A header of three numbers is flexible;
    with two, every job-shop line is made of pairs, while a flexible line has an even number of
    words only when its operations are odd in number.
    """
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return "sanpin"
    lines = [line.split() for line in content.splitlines() if line.strip()]
    if name.lower().endswith((".fjs", ".fjsp")) or (lines and len(lines[0]) > 2):
        return "fjsp"
    paired = all(len(line) % 2 == 0 for line in lines[1:3])
    return "jsp" if paired else "fjsp"


def unpack(content: bytes) -> bytes:
    """Undo gzip or a one-member zip; refuse what unpacks to more than half a gigabyte."""
    try:
        if content[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
                return _limited(packed.read(LARGEST + 1))
        if content[:4] == b"PK\x03\x04":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return _member(archive)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise _unreadable(str(error)) from error
    return content


def _member(archive: zipfile.ZipFile) -> bytes:
    """Return the only file of an archive."""
    names = archive.namelist()
    if len(names) != 1:
        raise InputError(
            "factory.problem.archive",
            N_("The archive holds {count} files, not one."),
            hint=N_("Unpack it and give the file itself."),
            count=len(names),
        )
    with archive.open(names[0]) as member:
        return _limited(member.read(LARGEST + 1))


def _limited(content: bytes) -> bytes:
    """Refuse content above the limit; one byte more than allowed was read to know."""
    if len(content) > LARGEST:
        raise _unreadable("> 512 MB")
    return content


def _unreadable(reason: str) -> InputError:
    """Return the error for a packed file that is damaged or too large."""
    return InputError(
        "factory.problem.unreadable",
        N_("The packed file cannot be read: {reason}."),
        hint=N_("Pack it again or give the plain file."),
        reason=reason,
    )
