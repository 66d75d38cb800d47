"""Exports: all rows, streamed, in CSV, XLSX, Parquet or JSON.

CSV and JSON are made piece by piece, so that a download of millions of rows needs the memory of one
piece. XLSX goes through temporary files: its table of contents is at the end, so it begins when all
rows are written. Parquet is made whole in memory.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import orjson
import polars as pl

from sanpin.base import N_, InputError
from sanpin.kit.db.faults import disk_faults
from sanpin.kit.files.sheets import Frames, stream_xlsx, write_xlsx
from sanpin.kit.i18n import system_reason
from sanpin.kit.partial import written_whole

__all__ = [
    "MEDIA_TYPES",
    "Frames",
    "export_bytes",
    "guard_formulas",
    "stream_csv",
    "stream_json",
    "stream_xlsx",
    "write_file",
    "write_table",
    "write_xlsx",
]

MEDIA_TYPES: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
}
"""Content type of each format of export."""

_CHUNK_ROWS = 20_000
_BOM = b"\xef\xbb\xbf"
# What a spreadsheet takes for the start of a formula; and the guard itself before one of
# these, so that reading an export gives back what was written.
_FORMULA = r"^('*[=+\-@\t\r])"


def guard_formulas(frame: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before texts that a spreadsheet would run as formulas.

    Importing takes the apostrophe away again, so that a file may go out and come back unchanged.
    """
    return frame.with_columns(pl.col(pl.String).str.replace(_FORMULA, "'${1}"))


def stream_csv(frames: Frames, headings: Mapping[str, str] | None = None) -> Iterator[bytes]:
    """Write CSV in UTF-8 with byte order mark, piece by piece.

    Parameters
    ----------
    frames : one frame, or frames of equal columns
    headings : column name to what stands above it; the name itself by default
    """
    first = True
    for frame in _pieces(frames):
        if first:
            named = [(headings or {}).get(name, name) for name in frame.columns]
            titles = pl.DataFrame({str(i): [name] for i, name in enumerate(named)})
            yield _BOM + guard_formulas(titles).write_csv(include_header=False).encode()
            first = False
        if frame.height:
            # A row of one empty cell would be a blank line, which readers pass over.
            style: Literal["necessary", "non_numeric"] = (
                "necessary" if frame.width > 1 else "non_numeric"
            )
            text = guard_formulas(_plain(frame)).write_csv(
                include_header=False, datetime_format="%Y-%m-%d %H:%M:%S%.f", quote_style=style
            )
            yield text.encode()


def stream_json(frames: Frames, headings: Mapping[str, str] | None = None) -> Iterator[bytes]:
    """Write a JSON list of objects, piece by piece.

    Parameters
    ----------
    frames : one frame, or frames of equal columns
    headings : column name to key; the name itself by default
    """
    opened = False
    for frame in _pieces(frames):
        if frame.height:
            text = _plain(frame).rename(dict(headings or {}), strict=False).write_json()
            yield (b",\n" if opened else b"[") + text[1:-1].encode()
            opened = True
    yield b"]\n" if opened else b"[]\n"


def export_bytes(
    frame: pl.DataFrame, suffix: str, headings: Mapping[str, str] | None = None
) -> bytes:
    """Return a whole export in the format of a suffix: csv, xlsx, parquet or json.

    Raises
    ------
    InputError
        ``files.suffix.unknown``
    """
    write = _WRITERS.get(suffix.lower().lstrip("."))
    if write is None:
        raise InputError(
            "files.suffix.unknown",
            N_("Files cannot be written as “{suffix}”."),
            hint=N_("Use one of: {known}."),
            suffix=suffix,
            known=", ".join(_WRITERS),
        )
    return write(frame, headings)


def write_table(frame: pl.DataFrame, path: Path, headings: Mapping[str, str] | None = None) -> None:
    """Write a table to a path in the format of its suffix; whole or not at all.

    Raises
    ------
    InputError
        ``files.folder.missing`` or ``files.suffix.unknown``
    StateError
        when the disk is full or read-only; the file that was there before is still whole then
    """
    write_file(export_bytes(frame, path.suffix, headings), path)


def write_file(content: bytes | Iterable[bytes], path: Path) -> None:
    """Write bytes, or pieces one after the other, to a path; whole or not at all."""
    with disk_faults(path):
        try:
            with written_whole(path) as partial:
                if isinstance(content, bytes):
                    partial.write_bytes(content)
                else:
                    with partial.open("wb") as file:
                        file.writelines(content)
        except FileNotFoundError:
            raise InputError(
                "files.folder.missing",
                N_("There is no folder {path}."),
                hint=N_("Make it first, or choose another place."),
                path=str(path.parent),
            ) from None
        except (IsADirectoryError, NotADirectoryError) as error:
            raise InputError(
                "files.not_writable",
                N_("The file {path} cannot be written: {reason}."),
                hint=N_("Choose another place."),
                path=str(path),
                reason=system_reason(error),
            ) from None


def _pieces(frames: Frames) -> Iterator[pl.DataFrame]:
    """Cut frames into pieces of a size that is quick to write and small to hold."""
    for frame in [frames] if isinstance(frames, pl.DataFrame) else frames:
        if frame.height <= _CHUNK_ROWS:
            yield frame
        else:
            yield from frame.iter_slices(_CHUNK_ROWS)


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Write lists as text, and what is no finite number as empty."""
    floats = [name for name, dtype in frame.schema.items() if dtype.is_float()]
    return frame.with_columns(
        *(_as_json(frame[name]) for name, dtype in frame.schema.items() if dtype.is_nested()),
        *(pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name) for name in floats),
    )


def _as_json(values: pl.Series) -> pl.Series:
    """Lists and structures as JSON, which a cell can hold as text."""
    texts = (
        None if value is None else orjson.dumps(value, default=str).decode()
        for value in values.to_list()
    )
    return pl.Series(values.name, texts, dtype=pl.String)


def _csv(frame: pl.DataFrame, headings: Mapping[str, str] | None) -> bytes:
    """Whole CSV file."""
    return b"".join(stream_csv(frame, headings))


def _json(frame: pl.DataFrame, headings: Mapping[str, str] | None) -> bytes:
    """Whole JSON file."""
    return b"".join(stream_json(frame, headings))


def _parquet(frame: pl.DataFrame, headings: Mapping[str, str] | None) -> bytes:
    """Whole Parquet file, with the types that the frame has."""
    stream = io.BytesIO()
    frame.rename(dict(headings or {}), strict=False).write_parquet(stream, compression="zstd")
    return stream.getvalue()


_WRITERS: dict[str, Callable[[pl.DataFrame, Mapping[str, str] | None], bytes]] = {
    "csv": _csv,
    "xlsx": write_xlsx,
    "parquet": _parquet,
    "json": _json,
}
