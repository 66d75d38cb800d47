"""Undo what files are packed in: gzip and zip with one member, also inside each other."""

from __future__ import annotations

import gzip
import io
import lzma
import struct
import zipfile
import zlib

from sanpin.base import N_, InputError

__all__ = ["unpack"]

LARGEST = 256 * 1024 * 1024
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORKBOOKS = ({"xl/workbook.xml"}, {"mimetype", "content.xml"})
"""Members by which the packed workbooks of Excel and of OpenDocument are known."""
DEEPEST = 4
"""Packs are zips inside gzips at worst; without an end a file could unpack to itself."""

DAMAGE = (
    OSError, EOFError, zlib.error, lzma.LZMAError, struct.error, zipfile.BadZipFile,
    NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip


def unpack(content: bytes) -> bytes:
    """Undo gzip and one-member zip; refuse what unpacks to nothing or to more than 256 MB.

    Raises
    ------
    InputError
        ``factory.problem.unreadable``, ``factory.problem.archive``,
        ``factory.problem.workbook``, ``factory.problem.empty_file``
    """
    for _ in range(DEEPEST):
        try:
            if content[:2] == b"\x1f\x8b":
                with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
                    content = _limited(packed.read(LARGEST + 1))
            elif content[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    content = _member(archive)
            elif content.startswith(OLD_WORKBOOK):
                raise _workbook()
            else:
                return _filled(_limited(content))
        except DAMAGE as error:
            raise _unreadable(N_("it is damaged")) from error
    raise _unreadable(N_("it is packed in too many layers"))


def _member(archive: zipfile.ZipFile) -> bytes:
    """Return the only file of an archive; folders and notes of macOS do not count."""
    names = [
        name
        for name in archive.namelist()
        if not name.endswith("/") and not name.startswith("__MACOSX/")
    ]
    if any(marks <= set(names) for marks in WORKBOOKS):
        raise _workbook()
    if len(names) != 1:
        raise InputError(
            "factory.problem.archive",
            N_("The archive holds {count} files, not one."),
            hint=N_("Unpack it and give the file itself."),
            count=len(names),
        )
    with archive.open(names[0]) as member:
        return _limited(member.read(LARGEST + 1))


def _workbook() -> InputError:
    """Return the refusal of a file of tables."""
    return InputError(
        "factory.problem.workbook",
        N_("The file is a workbook of tables, not a problem file."),
        hint=N_("Tables of orders, machines or stock are read under Imports."),
    )


def _limited(content: bytes) -> bytes:
    """Refuse content above the limit; one byte more than allowed was read to know."""
    if len(content) > LARGEST:
        raise _unreadable(N_("it holds more than 256 MB"))
    return content


def _filled(content: bytes) -> bytes:
    """Refuse a file without content; a byte order mark and white space are none."""
    if not content.removeprefix(b"\xef\xbb\xbf").strip():
        raise InputError(
            "factory.problem.empty_file",
            N_("The file is empty."),
            hint=N_("Give a file that holds a problem."),
        )
    return content


def _unreadable(reason: str) -> InputError:
    """Return the error for a packed file that is damaged or too large."""
    return InputError(
        "factory.problem.unreadable",
        N_("The packed file cannot be read: {reason}."),
        hint=N_("Pack it again or give the plain file."),
        reason=reason,
    )
