"""The raw table: what a file holds before anyone knows what its columns mean."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

__all__ = ["OVERLONG", "SOURCE_ROW", "UNSAVED", "RawTable"]

SOURCE_ROW = "source_row"
"""Column with the number of the row in the file, counted from 1 as a spreadsheet does."""

OVERLONG = "overlong"
"""Column that marks the rows with more cells than there are headings."""

UNSAVED = "\ufffc="
"""Cell of a workbook with a formula whose result nobody saved; no file holds it as a text."""


@dataclass(frozen=True)
class RawTable:
    """Headings and rows of a file.

    Attributes
    ----------
    name : file name
    format : ``csv``, ``xlsx``, ``parquet`` or ``json``
    headings : one per column, as written; two-line headings are joined by `` / ``
    frame : columns ``c0`` ... in the order of the headings, `SOURCE_ROW` and `OVERLONG`;
        text and null only, unless the file is a Parquet file with types of its own
    sha256 : of the file, in hexadecimal
    sheet, sheets : the sheet read and all there are, for a workbook
    totals : numbers of the rows left out because they hold totals
    """

    name: str
    format: str
    headings: tuple[str, ...]
    frame: pl.DataFrame
    sha256: str
    sheet: str = ""
    sheets: tuple[str, ...] = field(default=())
    totals: tuple[int, ...] = field(default=())

    @property
    def rows(self) -> int:
        """Number of data rows."""
        return self.frame.height

    def column(self, index: int) -> pl.Series:
        """Return the values under the heading of that index."""
        return self.frame[f"c{index}"]
