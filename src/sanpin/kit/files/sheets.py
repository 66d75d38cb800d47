"""Writing of Excel workbooks: all rows, typed cells, nothing that runs."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import polars as pl

__all__ = ["write_xlsx"]

_MAX_ROWS = 1_048_575  # of a sheet, below the heading
_MAX_TEXT = 32_767
_EXACT = 10**15  # beyond it a spreadsheet rounds whole numbers
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Excel counts a 29 February 1900 that never was.
_FIRST_DATE = date(1900, 3, 1)  # before it the calendar of Excel is wrong


def write_xlsx(
    frame: pl.DataFrame, headings: Mapping[str, str] | None = None, *, sheet: str = "Sanpin"
) -> bytes:
    """Return a workbook of a frame; rows beyond a sheet's limit go on in the next sheet.

    Texts are stored as texts, those that look like formulas with the cell's own mark for
    it, so that nothing in an export is ever run.

    Parameters
    ----------
    headings : column name to what stands above it; the name itself by default
    sheet : title of the first sheet; the following ones get a number behind it
    """
    import xlsxwriter

    stream = io.BytesIO()
    # Row by row through a temporary file: a long table does not stay in memory.
    with xlsxwriter.Workbook(stream, {"constant_memory": True}) as book:
        writer = _Writer(book)
        for number, start in enumerate(range(0, max(frame.height, 1), _MAX_ROWS), start=1):
            part = frame.slice(start, _MAX_ROWS)
            writer.write(part, headings or {}, sheet if number == 1 else f"{sheet} {number}")
    return stream.getvalue()


class _Writer:
    """Formats of one workbook, and how each type of column is written."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True, "bottom": 1})
        self.quoted = book.add_format({"quote_prefix": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def write(self, frame: pl.DataFrame, headings: Mapping[str, str], sheet: str) -> None:
        """Write one sheet."""
        page = self.book.add_worksheet(sheet[:31])
        page.freeze_panes(1, 0)
        for column, name in enumerate(frame.columns):
            title = headings.get(name, name)
            width = 20 if frame.schema[name].is_temporal() else max(10, min(40, len(title) + 4))
            page.set_column(column, column, width)
            page.write_string(0, column, title, self.bold)
        cells = [self._cell(page, dtype) for dtype in frame.dtypes]
        for row, values in enumerate(frame.iter_rows(), start=1):
            for column, value in enumerate(values):
                if value is not None:
                    cells[column](row, column, value)

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
        mark = self.quoted if text.startswith(_FORMULA_STARTS) else None
        page.write_string(row, column, text[:_MAX_TEXT], mark)

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
