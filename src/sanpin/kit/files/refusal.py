"""Refusal of bad rows: the first ones in the message, all of them in a file."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from sanpin.base import N_, InputError
from sanpin.kit.context import Context
from sanpin.kit.files.export import write_table
from sanpin.kit.files.parse import problems_of, reason_of
from sanpin.kit.i18n import translate
from sanpin.kit.ids import new_id

__all__ = ["refuse_rows", "rows_refused", "write_bad_rows"]

_HEADINGS = {
    "row": N_("Row"),
    "column": N_("Column"),
    "value": N_("Value"),
    "reason": N_("Reason"),
}


def rows_refused(
    name: str, bad: pl.DataFrame, *, path: Path | None = None, language: str = "en"
) -> InputError:
    """Return the error for a file with bad cells, carrying the first twenty.

    Parameters
    ----------
    bad : table of bad cells, as `sanpin.kit.files.bad_cells` makes it
    path : file with all of them, if one was written
    language : of the reasons
    """
    hint = N_("Mend them and import the file again. All bad rows are listed in {path}.")
    return InputError(
        "files.rows.refused",
        N_("{rows} rows of {file} cannot be imported. Nothing was saved."),
        hint=hint if path else N_("Mend them and try again."),
        problems=problems_of(bad, language),
        file=name,
        rows=bad["row"].n_unique(),
        bad=len(bad),
        path=str(path or ""),
        bad_rows_path=str(path or ""),
    )


def refuse_rows(ctx: Context, name: str, bad: pl.DataFrame) -> InputError:
    """Write the file of bad rows beside the workspace and return the error that names it."""
    path = write_bad_rows(ctx, name, bad)
    return rows_refused(name, bad, path=path, language=ctx.language)


def write_bad_rows(ctx: Context, name: str, bad: pl.DataFrame) -> Path:
    """Write all bad cells with their reasons, in the caller's language, as CSV."""
    stem = re.sub(r"[^\w.-]+", "_", Path(name).stem)[:60] or "file"
    path = ctx.workspace.imports_path / f"{stem}-{new_id()}-bad-rows.csv"
    reasons = [reason_of(cell, ctx.language) for cell in bad.iter_rows(named=True)]
    table = bad.select("row", "column", "value").with_columns(
        pl.Series("reason", reasons, dtype=pl.String)
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_table(
        table, path, {key: translate(text, ctx.language) for key, text in _HEADINGS.items()}
    )
    return path
