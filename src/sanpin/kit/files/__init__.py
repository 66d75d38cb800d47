"""Files in and out: tables of any kind read, matched, checked and stored; exports streamed.

A file goes through `sniff` (what it is), `encoding` with `delimited`, or `workbook` (cells), `grid`
(where the table is), `match` (which column is which field), `values` with `numbers` and `dates`
(types), and `parse` (good rows and bad cells); `imports` runs the whole way and hands the rows to
the domain. The way back is `export` and `sheets`; `templates` and `frames` use both.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sanpin.kit.files.kinds import Field, ImportKind, Source

if TYPE_CHECKING:
    from sanpin.kit.files.export import (
        MEDIA_TYPES,
        export_bytes,
        stream_csv,
        stream_json,
        write_file,
        write_table,
    )
    from sanpin.kit.files.frames import read_frame
    from sanpin.kit.files.imports import ImportReport, find_kind, import_file
    from sanpin.kit.files.match import Matching, guess_kind, match_columns
    from sanpin.kit.files.parse import Parsed, bad_cells, parse_table
    from sanpin.kit.files.raw import RawTable
    from sanpin.kit.files.read import read_table
    from sanpin.kit.files.refusal import refuse_rows, rows_refused, write_bad_rows
    from sanpin.kit.files.sheets import stream_xlsx, write_xlsx
    from sanpin.kit.files.templates import template

__all__ = [
    "MEDIA_TYPES",
    "Field",
    "ImportKind",
    "ImportReport",
    "Matching",
    "Parsed",
    "RawTable",
    "Source",
    "bad_cells",
    "export_bytes",
    "find_kind",
    "guess_kind",
    "import_file",
    "match_columns",
    "parse_table",
    "read_frame",
    "read_table",
    "refuse_rows",
    "rows_refused",
    "stream_csv",
    "stream_json",
    "stream_xlsx",
    "template",
    "write_bad_rows",
    "write_file",
    "write_table",
    "write_xlsx",
]

# Kinds are declared by plug-ins that must be light; the rest loads when first used.
_HOMES = {
    "export": (
        "MEDIA_TYPES",
        "export_bytes",
        "stream_csv",
        "stream_json",
        "write_file",
        "write_table",
    ),
    "frames": ("read_frame",),
    "imports": ("ImportReport", "find_kind", "import_file"),
    "match": ("Matching", "guess_kind", "match_columns"),
    "parse": ("Parsed", "bad_cells", "parse_table"),
    "raw": ("RawTable",),
    "read": ("read_table",),
    "refusal": ("refuse_rows", "rows_refused", "write_bad_rows"),
    "sheets": ("stream_xlsx", "write_xlsx"),
    "templates": ("template",),
}


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
