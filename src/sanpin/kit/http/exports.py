"""Exports over HTTP: all rows, as a file with a readable name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from urllib.parse import quote

import polars as pl
from starlette.responses import Response, StreamingResponse

from sanpin.kit.files.export import (
    MEDIA_TYPES,
    Frames,
    export_bytes,
    stream_csv,
    stream_json,
    stream_xlsx,
)

__all__ = ["export_response"]

_STREAMS = {"csv": stream_csv, "json": stream_json}

_SHEET_MOST = 25
"""Characters of a sheet's name, of 31, so that a number has room behind it."""


def export_response(
    frames: Frames,
    name: str,
    format: str = "csv",  # noqa: A002 - the word of the address
    headings: Mapping[str, str] | None = None,
) -> Response:
    """Answer with all rows of a table as a download.

    Parameters
    ----------
    frames : one frame, or frames of equal columns; what may be refused is to happen before
    name : of the file, without suffix, and of the sheet; any script
    format : csv, json, xlsx (all three streamed) or parquet
    headings : column name to what stands above it
    """
    suffix = format.lower()
    response: Response
    if suffix in _STREAMS or suffix == "xlsx":
        stream = _STREAMS.get(suffix) or partial(stream_xlsx, sheet=_sheet(name))
        response = StreamingResponse(stream(frames, headings), media_type=MEDIA_TYPES[suffix])
    else:
        frame = frames if isinstance(frames, pl.DataFrame) else pl.concat(frames)
        body = export_bytes(frame, suffix, headings)
        response = Response(body, media_type=MEDIA_TYPES[suffix])
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name)
    encoded = quote(f"{name}.{suffix}", safe="")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}.{suffix}\"; filename*=UTF-8''{encoded}"
    )
    return response


def _sheet(name: str) -> str:
    """Return the name of a file as that of a sheet, which may not hold every character."""
    return "".join("_" if c in "[]:*?/\\'" else c for c in name)[:_SHEET_MOST] or "Sanpin"
