"""Finding the table in a grid of cells: its headings, its rows, its totals.

A sheet made for people has a title, a date, perhaps two lines of headings and a sum below. The
rules here are few and named, so that a user who meets a wrong guess can see why.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import polars as pl

from sanpin.kit.files.raw import OVERLONG, SOURCE_ROW

__all__ = ["Grid", "find_table"]

# Rows within which headings must stand, and last rows that may be totals.
_LOOK_AHEAD = 60
_LOOK_BACK = 3
# Share of the widest row that headings fill; titles fill one cell, notes two or three.
_HEADING_SHARE = 0.6
_CHUNK_ROWS = 50_000
_BLANKS = " \t\r\n\u00a0\u3000\ufeff\u200b"

_TOTAL = re.compile(
    r"(合计|总计|小计|共计|汇总|总和|本页合计|grand ?total|sub ?total|totals?|sum)[::]?", re.I
)
# What looks like an amount or a date is no second line of headings.
_VALUE = re.compile(r"[-+(]?[¥$€£]?\d[\d.,:/\-年月日 ]*[%)]?")

Row = Sequence[str | None]


@dataclass(frozen=True)
class Grid:
    """A table found: headings, rows as text, and the numbers of the rows of totals.

    Attributes
    ----------
    headings : one per column, empty where a column has none
    frame : see `RawTable.frame`
    totals : numbers of the rows at the end that were left out
    """

    headings: tuple[str, ...]
    frame: pl.DataFrame
    totals: tuple[int, ...]


def find_table(rows: Iterable[Row], *, flag_overlong: bool) -> Grid:
    """Find headings and data rows; the numbers of rows are those of the file, from 1.

    Lines above the headings (titles, dates, blanks) are left out. A heading in two lines
    is joined. Rows of totals at the end are left out and named.

    Parameters
    ----------
    rows : all rows of the file, empty ones included
    flag_overlong : whether cells beyond the headings are a fault, as in delimited text,
        where they mean that the cells of a row have moved
    """
    numbered = enumerate(rows, start=1)  # an iterator: each reader goes on after the last
    cleaned = ((number, _clean(row)) for number, row in numbered)
    filled = list(islice(((number, row) for number, row in cleaned if any(row)), _LOOK_AHEAD))
    if not filled:
        return Grid((), _frame([], 0, flag_overlong=False), ())
    start, headings = _find_headings([row for _, row in filled])
    width = len(headings)
    data = chain(filled[start:], numbered)
    frame = _frame(data, width, flag_overlong=flag_overlong)
    return _without_totals(headings, frame)


def _clean(row: Row) -> list[str | None]:
    """Strip blanks of every script from cells; empty ones become None."""
    return [(cell.strip(_BLANKS) or None) if cell else None for cell in row]


def _find_headings(rows: Sequence[Row]) -> tuple[int, tuple[str, ...]]:
    """Return the index of the first data row and the headings above it.

    The headings are the first row that fills most of the table's width: titles fill one
    cell, and a data row stands below.
    """
    widest = max(sum(cell is not None for cell in row) for row in rows)
    index = next(
        i
        for i, row in enumerate(rows)
        if sum(cell is not None for cell in row) >= _HEADING_SHARE * widest
    )
    upper = list(rows[index])
    if index + 1 < len(rows) and _continues(upper, rows[index + 1]):
        return index + 2, _trim(_join(upper, rows[index + 1]))
    return index + 1, _trim([cell or "" for cell in upper])


def _continues(upper: Row, lower: Row) -> bool:
    """Say whether a row is the second line of headings: it fills gaps, and with words."""
    words = [cell for cell in lower if cell is not None]
    fills_gap = any(
        cell is not None and (i >= len(upper) or upper[i] is None) for i, cell in enumerate(lower)
    )
    leaves_gap = any(
        cell is not None and (i >= len(lower) or lower[i] is None) for i, cell in enumerate(upper)
    )
    return fills_gap and leaves_gap and not any(_VALUE.fullmatch(word) for word in words)


def _join(upper: Row, lower: Row) -> list[str]:
    """Join two lines of headings; the upper one reaches right over its empty cells."""
    joined, group = [], ""
    for i in range(max(len(upper), len(lower))):
        above = upper[i] if i < len(upper) else None
        below = lower[i] if i < len(lower) else None
        group = above or (group if below else "")
        joined.append(" / ".join(filter(None, (group, below))))
    return joined


def _trim(headings: list[str]) -> tuple[str, ...]:
    """Drop empty headings at the end, and line breaks inside the others."""
    while headings and not headings[-1]:
        headings.pop()
    return tuple(" ".join(heading.split()) for heading in headings)


def _frame(rows: Iterable[tuple[int, Row]], width: int, *, flag_overlong: bool) -> pl.DataFrame:
    """Build the frame in chunks, so that a long file is never held twice as objects."""
    schema = {f"c{i}": pl.String for i in range(width)}
    chunks = []
    iterator = iter(rows)
    while chunk := list(islice(iterator, _CHUNK_ROWS)):
        padded = [_fit(row, width) for _, row in chunk]
        columns = zip(*padded, strict=True) if width else ()
        frame = pl.DataFrame(
            {
                name: pl.Series(name, cells, dtype=pl.String)
                for name, cells in zip(schema, columns, strict=True)
            }
        ).with_columns(
            pl.Series(SOURCE_ROW, [number for number, _ in chunk], dtype=pl.Int64),
            pl.Series(
                OVERLONG,
                [flag_overlong and any(row[width:]) for _, row in chunk],
                dtype=pl.Boolean,
            ),
        )
        chunks.append(frame)
    if not chunks:
        return pl.DataFrame(schema=schema | {SOURCE_ROW: pl.Int64, OVERLONG: pl.Boolean})
    return _without_blanks(pl.concat(chunks), list(schema))


def _fit(row: Row, width: int) -> Row:
    """Bring a row to the width of the headings."""
    if len(row) == width:
        return row
    return [*row[:width], *[None] * (width - len(row))]


def _without_blanks(frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Strip the cells, make empty ones null, and leave out the rows without any."""
    if not names:
        return frame
    stripped = pl.col(names).str.strip_chars(_BLANKS)
    frame = frame.with_columns(pl.when(stripped != "").then(stripped).name.keep())
    return frame.filter(pl.any_horizontal(pl.col(names).is_not_null()))


def _without_totals(headings: tuple[str, ...], frame: pl.DataFrame) -> Grid:
    """Leave out the last rows if they begin with a word for a total.

    More of them than `_LOOK_BACK` are no totals below a table but rows that say what they are.
    """
    totals: list[int] = []
    for row in reversed(frame.tail(_LOOK_BACK + 1).rows(named=True)):
        cells = (row[f"c{i}"] for i in range(len(headings)))
        first = next(filter(None, cells), "")
        if not _TOTAL.fullmatch(unicodedata.normalize("NFKC", "".join(first.split(" ")))):
            break
        totals.append(row[SOURCE_ROW])
    if len(totals) > _LOOK_BACK:
        totals = []
    kept = frame.head(frame.height - len(totals)) if totals else frame
    return Grid(headings, kept, tuple(reversed(totals)))
