"""Excel workbooks: one sheet as rows of text, numbers and dates written plainly.

The reader keeps only values: formulas count by their last result, formats and macros are never
looked at. Everything becomes text, so that one way of reading numbers and dates serves all files.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sanpin.base import N_, InputError
from sanpin.kit.files.raw import UNSAVED

__all__ = ["Sheet", "read_sheet"]

# Everything that a damaged archive or hostile XML makes the reader raise.
_DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
_DOWNWARD_MERGE = re.compile(rb'<mergeCell ref="([A-Z]+)(\d+):\1(\d+)"')
_UNSAVED_FORMULA = re.compile(
    rb'(<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>)'
    rb"<f(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>"
)
_WHOLE = 2**53
_MAX_ROWS = 2**20  # of a sheet; a file that counts higher is forged


@dataclass(frozen=True)
class Sheet:
    """Rows of one sheet as text, and the names of all sheets that can be read.

    Attributes
    ----------
    name : of the sheet that was read, empty when none holds anything
    names : of all sheets with cells, in their order
    rows : as wide as each is in the file, empty ones included
    """

    name: str
    names: tuple[str, ...]
    rows: list[list[str | None]]


def read_sheet(content: bytes, name: str, sheet: str | None = None) -> Sheet:
    """Read a sheet: the one named, else the first visible one that holds anything.

    Parameters
    ----------
    content : bytes of an .xlsx file
    name : of the file, for messages
    sheet : title of a sheet, which may be hidden

    Raises
    ------
    InputError
        ``files.sheet.unknown`` or ``files.workbook.damaged``
    """
    import openpyxl

    try:
        with warnings.catch_warnings():
            # Notes about decoration that the reader ignores mean nothing to the user.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            try:
                names = tuple(one.title for one in book.worksheets)
                for chosen in _candidates(book, names, sheet, name):
                    rows = _rows(chosen)
                    xml = _xml(content, chosen)
                    _mark_unsaved(rows, xml)
                    if sheet or any(any(row) for row in rows):
                        _fill_merged(rows, xml)
                        return Sheet(chosen.title, names, rows)
            finally:
                book.close()
    except _DAMAGE as error:
        raise InputError(
            "files.workbook.damaged",
            N_("The workbook {file} is damaged: {reason}."),
            hint=N_("Open it in a spreadsheet program and save it again."),
            file=name,
            reason=f"{type(error).__name__}: {error}",
        ) from error
    return Sheet(names[0] if names else "", names, [])


def _candidates(book: Any, names: tuple[str, ...], sheet: str | None, name: str) -> list[Any]:
    """Sheets to look at in turn: the one named, else the visible ones."""
    if sheet is None:
        return [one for one in book.worksheets if one.sheet_state == "visible"]
    if sheet not in names:
        raise InputError(
            "files.sheet.unknown",
            N_("The workbook {file} has no sheet “{sheet}”."),
            hint=N_("It has: {known}."),
            file=name,
            sheet=sheet,
            known=", ".join(names),
        )
    return [book[sheet]]


def _rows(sheet: Any) -> list[list[str | None]]:
    """All rows of a sheet as text; empty ones keep their place, so that numbers stay true."""
    # The size that a file states is often wrong; without it every row is read.
    sheet.reset_dimensions()
    rows: list[list[str | None]] = []
    nothing: list[str | None] = []  # one for all: sheets may end in a million empty rows
    for row in sheet.iter_rows(values_only=True):
        if len(rows) == _MAX_ROWS:
            raise ValueError(f"more than {_MAX_ROWS} rows")
        filled = any(value is not None for value in row)
        rows.append([None if v is None else _text(v) for v in row] if filled else nothing)
    return rows


def _text(value: Any) -> str:
    """Write a cell as a person would type it: 22423 and not 22423.0, dates in ISO form."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) <= _WHOLE else repr(value)
    if isinstance(value, datetime):
        whole_day = value.time() == time.min
        return value.date().isoformat() if whole_day else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _xml(content: bytes, sheet: Any) -> bytes:
    """Read what the file itself says of a sheet."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(sheet._worksheet_path)


def _mark_unsaved(rows: list[list[str | None]], xml: bytes) -> None:
    """Mark the cells whose formula nobody has computed: programs write files like that.

    The reader takes them for empty. An empty text is a result too; such a cell says that it is one.
    """
    for start, letters, number in _UNSAVED_FORMULA.findall(xml) if b"<f" in xml else ():
        row, column = int(number) - 1, _column_index(letters)
        if b't="str"' in start or row >= len(rows):
            continue
        # A row of nothing but such cells was taken for an empty one, of which all share a list.
        rows[row] = rows[row] + [None] * (column + 1 - len(rows[row]))
        rows[row][column] = UNSAVED


def _fill_merged(rows: list[list[str | None]], xml: bytes) -> None:
    """Repeat the value of cells merged downward, such as one order number over its lines."""
    for letters, first, last in _DOWNWARD_MERGE.findall(xml[xml.rfind(b"</sheetData>") :]):
        column = _column_index(letters)
        top = int(first) - 1
        if top >= len(rows) or column >= len(rows[top]):
            continue
        for row in rows[top + 1 : int(last)]:
            if column < len(row):
                row[column] = rows[top][column]


def _column_index(letters: bytes) -> int:
    """Index of a column from its letters, A being 0."""
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1
