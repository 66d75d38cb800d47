"""Reading of any table file into a raw table.

The four formats meet in one `RawTable` whose rows are numbered as its reader sees them in the file,
so that every later message can name the place.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from sanpin.base import N_, InputError
from sanpin.kit.files.delimited import read_records
from sanpin.kit.files.encoding import decode
from sanpin.kit.files.grid import find_table
from sanpin.kit.files.raw import OVERLONG, SOURCE_ROW, RawTable
from sanpin.kit.files.sniff import detect_format
from sanpin.kit.files.workbook import read_sheet
from sanpin.kit.i18n import system_reason

__all__ = ["read_content", "read_table"]


def read_content(source: bytes | Path) -> bytes:
    """Return the bytes of a file, or refuse a path that cannot be read.

    Raises
    ------
    InputError
        ``files.not_readable`` with the reason of the operating system
    """
    if isinstance(source, bytes):
        return source
    try:
        return source.read_bytes()
    except OSError as error:
        raise InputError(
            "files.not_readable",
            N_("The file {path} cannot be read: {reason}."),
            hint=N_("Check its name and that your user may read it."),
            path=str(source),
            reason=system_reason(error),
        ) from error


def read_table(source: bytes | Path, name: str = "", sheet: str | None = None) -> RawTable:
    """Read a CSV, XLSX, Parquet or JSON file, whatever its suffix says.

    Everything arrives as text, so that item codes keep their leading zeros; only a Parquet
    file keeps the types that it states itself.

    Parameters
    ----------
    source : the content, or where it is
    name : what to call the file in messages; the path's name by default
    sheet : sheet of a workbook; the first that holds anything by default

    Raises
    ------
    InputError
        with what the file is and what to do, when it holds no table that can be read
    """
    content = read_content(source)
    name = name or (source.name if isinstance(source, Path) else "file")
    kind = detect_format(content, name)
    if kind == "parquet":
        table = _read_parquet(content, name)
    elif kind == "json":
        table = _read_json(content, name)
    elif kind == "xlsx":
        found = read_sheet(content, name, sheet)
        grid = find_table(found.rows, flag_overlong=False)
        table = RawTable(
            name, kind, grid.headings, grid.frame, _sha256(content), found.name, found.names,
            grid.totals,
        )  # fmt: skip
    else:
        grid = find_table(read_records(decode(content, name), name), flag_overlong=True)
        table = RawTable(
            name, kind, grid.headings, grid.frame, _sha256(content), totals=grid.totals
        )
    if not table.headings:
        raise InputError(
            "files.empty",
            N_("The file {file} is empty."),
            hint=N_("Check that the right file was chosen and that it was saved."),
            file=name,
        )
    return table


def _sha256(content: bytes) -> str:
    """Hash by which the same file is known again."""
    return hashlib.sha256(content).hexdigest()


def _read_parquet(content: bytes, name: str) -> RawTable:
    """Columns with the types that the file itself states."""
    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise _damaged(name, error) from error
    return _numbered(frame.columns, frame.get_columns(), name, "parquet", content)


def _numbered(
    headings: Sequence[str], columns: Sequence[pl.Series], name: str, kind: str, content: bytes
) -> RawTable:
    """Make a raw table of whole columns, whose rows count from 1."""
    frame = pl.DataFrame([one.alias(f"c{i}") for i, one in enumerate(columns)])
    numbers = pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(SOURCE_ROW)
    frame = frame.with_columns(numbers, pl.lit(value=False).alias(OVERLONG))
    return RawTable(name, kind, tuple(headings), frame, _sha256(content))


def _read_json(content: bytes, name: str) -> RawTable:
    """Read a list of objects, objects line by line, or one object that holds such a list."""
    text = decode(content, name)
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        value = _read_json_lines(text)
        if value is None:
            raise _damaged(name, error) from error
    if isinstance(value, dict):
        lists = [one for one in value.values() if isinstance(one, list)]
        # Programs wrap the list of rows in an object with a count or a status beside it.
        value = lists[0] if len(lists) == 1 else [value]
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise InputError(
            "files.json.not_a_table",
            N_("The JSON file {file} is not a table."),
            hint=N_("Give a list of objects, each with the columns as keys."),
            file=name,
        )
    headings = tuple(dict.fromkeys(key for one in value for key in one))
    columns = [
        pl.Series(_json_texts(one.get(key) for one in value), dtype=pl.String) for key in headings
    ]
    return _numbered(headings, columns, name, "json", content)


def _read_json_lines(text: str) -> list[Any] | None:
    """Values of a text with one JSON value on each line; None when one of them is none."""
    try:
        return [orjson.loads(line) for line in text.splitlines() if line.strip()]
    except orjson.JSONDecodeError:
        return None


def _json_texts(values: Iterable[Any]) -> list[str | None]:
    """Values of one key as the texts of a column."""
    return [_json_text(value) for value in values]


def _json_text(value: Any) -> str | None:
    """Value as a person would type it; nested ones stay JSON."""
    if value is None or isinstance(value, str):
        return (value or "").strip() or None
    if isinstance(value, float) and value.is_integer() and abs(value) <= 2**53:
        return str(int(value))
    return orjson.dumps(value).decode()


def _damaged(name: str, error: Exception) -> InputError:
    """Make the refusal of a file that its format's own reader gave up."""
    return InputError(
        "files.damaged",
        N_("The file {file} is damaged: {reason}."),
        hint=N_("Save or download it again."),
        file=name,
        reason=str(error).partition("\n")[0],
    )
