"""What a file is, by its content: names and suffixes are only a hint.

People rename files and send web pages called ``.xls``, so the name is believed last. What cannot be
imported is named, with the way to something that can.
"""

from __future__ import annotations

import io
import zipfile
from typing import Literal

from sanpin.base import N_, InputError

__all__ = ["FileFormat", "detect_format"]

FileFormat = Literal["csv", "xlsx", "parquet", "json"]

_SAVE_AS = N_("Open it in a spreadsheet program and save it as .xlsx or as CSV.")
_EXPORT = N_("Export the table from the program that made it, as .xlsx or CSV.")
_UNPACK = N_("Unpack it and import the table inside.")

_PDF = N_("The file {file} is a PDF document, which cannot be imported.")
_IMAGE = N_("The file {file} is an image, which cannot be imported.")
_ARCHIVE = N_("The file {file} is a compressed archive, which cannot be imported.")
_DATABASE = N_("The file {file} is a database, which cannot be imported.")
_DOCUMENT = N_("The file {file} is a text document, which cannot be imported.")
_OLD_EXCEL = N_("The file {file} is an Excel file of the format before 2007 (.xls).")
_BINARY_EXCEL = N_("The file {file} is a binary workbook (.xlsb), which cannot be imported.")
_OPEN_DOCUMENT = N_("The file {file} is an OpenDocument file, which cannot be imported.")
_WEB_PAGE = N_("The file {file} is a web page, even if its name says otherwise.")
_XML = N_("The file {file} is an XML document, which cannot be imported.")
_DAMAGED = N_("The file {file} is damaged.")

# First bytes of files that are often sent by mistake.
_REFUSED: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", _PDF, _EXPORT),
    (b"\x89PNG", _IMAGE, _EXPORT),
    (b"\xff\xd8\xff", _IMAGE, _EXPORT),
    (b"GIF8", _IMAGE, _EXPORT),
    (b"BM", _IMAGE, _EXPORT),
    (b"\x1f\x8b", _ARCHIVE, _UNPACK),
    (b"7z\xbc\xaf", _ARCHIVE, _UNPACK),
    (b"Rar!", _ARCHIVE, _UNPACK),
    (b"BZh", _ARCHIVE, _UNPACK),
    (b"SQLite format 3", _DATABASE, _EXPORT),
    (b"{\\rtf", _DOCUMENT, _SAVE_AS),
)
# First bytes of the container that old Office files and encrypted new ones share.
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A small archive can unpack to more than any memory holds.
_MAX_UNPACKED = 4 * 1024**3


def detect_format(content: bytes, name: str) -> FileFormat:
    """Return what the content is, or refuse it and say what to do instead.

    Raises
    ------
    InputError
        ``files.format.unsupported``, ``files.format.protected``, ``files.empty`` or
        ``files.too_large``

    Parameters
    ----------
    content : the whole file
    name : used in messages, and to tell JSON from a CSV line that begins with a bracket
    """
    if not content.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise InputError(
            "files.empty",
            N_("The file {file} is empty."),
            hint=N_("Check that the right file was chosen and that it was saved."),
            file=name,
        )
    if content[:4] == b"PAR1":
        return "parquet"
    if content[:4] == b"PK\x03\x04":
        return _detect_in_zip(content, name)
    if content[:8] == _OLE:
        raise _refuse_ole(content, name)
    for start, message, hint in _REFUSED:
        # Two letters alone prove nothing: a CSV may begin with them.
        if content.startswith(start) and (len(start) > 2 or b"\0" in content[:64]):
            raise _refuse(name, message, hint)
    return _detect_in_text(content, name)


def _detect_in_text(content: bytes, name: str) -> FileFormat:
    """Tell JSON from CSV, and refuse markup that spreadsheet programs export under other names."""
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    lower = head[:1024].lower()
    if lower.startswith((b"<!doctype html", b"<html", b"<table")):
        raise _refuse(name, _WEB_PAGE, _SAVE_AS)
    if lower.startswith(b"<"):
        raise _refuse(name, _XML, _SAVE_AS)
    # A line of a CSV file may begin with a bracket; it is JSON only when named so or in form.
    if head[:1] in (b"[", b"{") and (
        name.lower().endswith((".json", ".ndjson", ".jsonl"))
        or head[1:].lstrip()[:1] in (b"{", b'"', b"]", b"}")
    ):
        return "json"
    return "csv"


def _detect_in_zip(content: bytes, name: str) -> FileFormat:
    """Tell what lies in a ZIP archive, as all newer office formats do."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _refuse(name, _DAMAGED, N_("Save or download it again.")) from error
    if unpacked > _MAX_UNPACKED:
        raise InputError(
            "files.too_large",
            N_("The file {file} unpacks to more than {limit} GB."),
            hint=N_("Split it into several files."),
            file=name,
            limit=_MAX_UNPACKED // 1024**3,
        )
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        raise _refuse(name, _BINARY_EXCEL, _SAVE_AS)
    if "mimetype" in names and "content.xml" in names:
        raise _refuse(name, _OPEN_DOCUMENT, _SAVE_AS)
    if "word/document.xml" in names:
        raise _refuse(name, _DOCUMENT, _SAVE_AS)
    raise _refuse(name, _ARCHIVE, _UNPACK)


def _refuse_ole(content: bytes, name: str) -> InputError:
    """Tell a workbook behind a password from one of the format used before 2007."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return InputError(
            "files.format.protected",
            N_("The file {file} is protected by a password."),
            hint=N_("Save it without a password and import that copy."),
            file=name,
        )
    return _refuse(name, _OLD_EXCEL, _SAVE_AS)


def _refuse(name: str, message: str, hint: str) -> InputError:
    """Make the refusal of a format with the remedy that fits it."""
    return InputError("files.format.unsupported", message, hint=hint, file=name)
