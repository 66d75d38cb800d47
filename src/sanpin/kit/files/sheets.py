"""Writing of Excel workbooks: all rows, typed cells, nothing that runs."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any

import polars as pl

__all__ = ["stream_xlsx", "write_xlsx"]

_MAX_ROWS = 1_048_575  # of a sheet, below the heading
_MAX_TEXT = 32_767
_EXACT = 10**15  # beyond it a spreadsheet rounds whole numbers
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Excel counts a 29 February 1900 that never was.
_FIRST_DATE = date(1900, 3, 1)  # before it the calendar of Excel is wrong
_PIECE = 1 << 18

Frames = pl.DataFrame | Iterable[pl.DataFrame]


def write_xlsx(
    frames: Frames, headings: Mapping[str, str] | None = None, *, sheet: str = "Sanpin"
) -> bytes:
    """Return a workbook in one piece, see `stream_xlsx`."""
    return b"".join(stream_xlsx(frames, headings, sheet=sheet))


def stream_xlsx(
    frames: Frames, headings: Mapping[str, str] | None = None, *, sheet: str = "Sanpin"
) -> Iterator[bytes]:
    """Make a workbook of a table and give it piece by piece, whatever its length.

    Rows beyond the 1,048,576 of a sheet go on in the next sheet, below the same headings. Texts are
    stored as texts, those that look like formulas with the cell's own mark for it, so that nothing
    in an export is ever run; one that is longer than the 32,767 characters of a cell ends with
    ``…``.

    Parameters
    ----------
    frames : one frame, or frames of equal columns, each let go of when it is written
    headings : column name to what stands above it; the name itself by default
    sheet : title of the first sheet; the following ones get a number behind it

    Notes
    -----
    All rows are written before this returns, so that a refusal comes before the first piece.
    """
    import xlsxwriter

    with ExitStack() as stack:
        file = stack.enter_context(tempfile.TemporaryFile())
        # Row by row through temporary files: a long table does not stay in memory.
        with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
            writer = _Writer(book, headings or {}, sheet)
            for frame in [frames] if isinstance(frames, pl.DataFrame) else frames:
                writer.write(frame)
        file.seek(0)
        # It is closed when all of it was given.
        stack.pop_all()
    return _given(file)


def _given(file: IO[bytes]) -> Iterator[bytes]:
    """Yield a file piece by piece and close it."""
    with file:
        while piece := file.read(_PIECE):
            yield piece


class _Writer:
    """Formats of one workbook, and how each type of column is written."""

    def __init__(self, book: Any, headings: Mapping[str, str], sheet: str) -> None:
        self.book = book
        self.headings, self.sheet = headings, sheet
        self.bold = book.add_format({"bold": True, "bottom": 1})
        self.quoted = book.add_format({"quote_prefix": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._sheets = self._row = 0

    def write(self, frame: pl.DataFrame) -> None:
        """Write rows below those that are there; a full sheet is followed by another."""
        start = 0
        while start < frame.height or not self._sheets:
            if not self._sheets or self._row == _MAX_ROWS:
                page = self._begin(frame)
                self._cells = [self._cell(page, dtype) for dtype in frame.dtypes]
            part = frame.slice(start, _MAX_ROWS - self._row)
            for row, values in enumerate(part.iter_rows(), start=self._row + 1):
                for column, value in enumerate(values):
                    if value is not None:
                        self._cells[column](row, column, value)
            self._row += part.height
            start += part.height

    def _begin(self, frame: pl.DataFrame) -> Any:
        """Begin a sheet with its headings."""
        self._sheets += 1
        self._row = 0
        name = self.sheet if self._sheets == 1 else f"{self.sheet} {self._sheets}"
        page = self.book.add_worksheet(name[:31])
        page.freeze_panes(1, 0)
        for column, name in enumerate(frame.columns):
            title = self.headings.get(name, name)
            width = 20 if frame.schema[name].is_temporal() else max(10, min(40, len(title) + 4))
            page.set_column(column, column, width)
            page.write_string(0, column, title, self.bold)
        return page

    def _cell(self, page: Any, dtype: pl.DataType) -> Callable[[int, int, Any], None]:
        """Choose how the cells of a column are written."""
        if dtype.is_integer() or dtype.is_float() or dtype.is_decimal():
            return lambda row, column, value: self._number(page, row, column, value)
        if dtype == pl.Boolean:
            write: Callable[[int, int, Any], None] = page.write_boolean
            return write
        if dtype == pl.Date or isinstance(dtype, pl.Datetime):
            return lambda row, column, value: self._moment(page, row, column, value)
        return lambda row, column, value: self._text(page, row, column, value)

    def _text(self, page: Any, row: int, column: int, value: Any) -> None:
        """Write a text, cut to what a cell can hold, and never as a formula."""
        text = value.isoformat() if isinstance(value, time) else str(value)
        if len(text) > _MAX_TEXT:
            text = f"{text[: _MAX_TEXT - 1]}…"
        mark = self.quoted if text.startswith(_FORMULA_STARTS) else None
        page.write_string(row, column, text, mark)

    def _number(self, page: Any, row: int, column: int, value: float | Decimal) -> None:
        """Write a number; what is not finite stays empty, as no cell can hold it."""
        if isinstance(value, int) and abs(value) >= _EXACT:
            page.write_string(row, column, str(value))
        elif math.isfinite(value):
            page.write_number(row, column, value)

    def _moment(self, page: Any, row: int, column: int, value: date) -> None:
        """Write a day or an instant by its wall time, as text where Excel has no such day."""
        day = value.date() if isinstance(value, datetime) else value
        if day < _FIRST_DATE or day.year > 9999:
            self._text(page, row, column, value.isoformat())
        elif isinstance(value, datetime):
            page.write_datetime(row, column, value.replace(tzinfo=None), self.moment)
        else:
            page.write_datetime(row, column, datetime(value.year, value.month, value.day), self.day)  # noqa: DTZ001
