"""Parsing: a raw table made into the typed rows of a kind, bad cells listed with reasons.

Cells are checked column by column, since a whole column is converted in one step; the bad ones are
gathered in the order of the file at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from sanpin.base import N_, Problem
from sanpin.kit.files.kinds import ImportKind
from sanpin.kit.files.match import Matching
from sanpin.kit.files.raw import OVERLONG, SOURCE_ROW, UNSAVED, RawTable
from sanpin.kit.files.values import DTYPES, Fault, convert
from sanpin.kit.i18n import translate

__all__ = ["BAD_COLUMNS", "Parsed", "bad_cells", "parse_table", "problems_of", "reason_of"]

BAD_COLUMNS: dict[str, pl.DataType] = {
    "row": pl.Int64(),
    "column": pl.String(),
    "value": pl.String(),
    "code": pl.String(),
    "reason": pl.String(),
    "limit": pl.String(),
}
"""Columns of a table of bad cells. `reason` is a catalogue key that may name ``{limit}``."""


@dataclass(frozen=True)
class Parsed:
    """What parsing gave.

    Attributes
    ----------
    frame : the good rows, with exactly the kind's fields and `source_row`
    bad : the bad cells, with the columns of `BAD_COLUMNS`, in the order of the file
    """

    frame: pl.DataFrame
    bad: pl.DataFrame

    @property
    def bad_rows(self) -> int:
        """Number of rows with at least one bad cell."""
        return self.bad["row"].n_unique()


def parse_table(raw: RawTable, kind: ImportKind, matching: Matching) -> Parsed:
    """Convert and check every cell of the matched columns.

    A field without a column is null throughout. Limits, choices, required values and keys
    that occur twice are checked here; what only the domain knows is checked by its own save.

    Parameters
    ----------
    raw : what the file holds
    kind : fields with their types and limits
    matching : which column is which field

    Returns
    -------
    Parsed
        a row with one bad cell is not among the good ones
    """
    numbers = raw.frame[SOURCE_ROW]
    columns: list[pl.Series] = []
    bad = [_overlong(raw, numbers)]
    for field in kind.fields:
        index = matching.columns.get(field.name)
        if index is None:
            columns.append(pl.Series(field.name, [None] * raw.rows, dtype=DTYPES[field.type]))
            continue
        values = raw.column(index)
        typed, faults = convert(values, field)
        columns.append(typed.alias(field.name))
        bad += [_cells(fault, values, raw.headings[index], numbers) for fault in faults]
    frame = pl.DataFrame([*columns, numbers.alias(SOURCE_ROW)])
    if kind.unique:
        bad.append(_duplicates(frame, kind, matching, raw))
    cells = pl.concat(bad).sort("row", maintain_order=True)
    good = frame.filter(~pl.col(SOURCE_ROW).is_in(cells["row"].implode())) if len(cells) else frame
    return Parsed(good, cells)


def bad_cells(
    rows: pl.Series, column: str, values: pl.Series, code: str, reason: str, limit: str = ""
) -> pl.DataFrame:
    """Return a table of bad cells with one reason, as a domain's own checks need it too.

    Parameters
    ----------
    rows, values : number and value of each bad cell, of equal length
    column : heading as the file has it
    code, reason, limit : see `BAD_COLUMNS`
    """
    return pl.DataFrame({"row": rows, "value": values.cast(pl.String, strict=False)}).select(
        pl.col("row").cast(pl.Int64),
        pl.lit(column).alias("column"),
        pl.col("value"),
        pl.lit(code).alias("code"),
        pl.lit(reason).alias("reason"),
        pl.lit(limit).alias("limit"),
    )


def problems_of(bad: pl.DataFrame, language: str = "en", limit: int = 20) -> list[Problem]:
    """Return the first bad cells as problems of an error, their reasons in a language."""
    return [
        Problem(
            cell["code"],
            N_("Row {row}, column “{column}”, value “{value}”: {reason}"),
            {**cell, "value": cell["value"] or "", "reason": reason_of(cell, language)},
        )
        for cell in bad.head(limit).iter_rows(named=True)
    ]


def reason_of(cell: Mapping[str, Any], language: str) -> str:
    """Return the reason of a bad cell in a language, its limit filled in."""
    return translate(cell["reason"], language, limit=cell["limit"])


def _cells(fault: Fault, values: pl.Series, heading: str, numbers: pl.Series) -> pl.DataFrame:
    """Bad cells of one fault."""
    return bad_cells(
        numbers.filter(fault.rows),
        heading,
        _shown(values.filter(fault.rows)),
        fault.code,
        fault.reason,
        fault.limit,
    )


def _shown(values: pl.Series) -> pl.Series:
    """Write values for a person to find them; lists and bytes only by their type."""
    if values.dtype.is_nested() or values.dtype in (pl.Binary, pl.Object):
        return pl.Series([str(values.dtype)] * len(values), dtype=pl.String)
    return values.cast(pl.String, strict=False).replace(UNSAVED, "=")


def _overlong(raw: RawTable, numbers: pl.Series) -> pl.DataFrame:
    """Bad cells for rows that run beyond the headings."""
    rows = numbers.filter(raw.frame[OVERLONG])
    nothing = pl.Series([None] * len(rows), dtype=pl.String)
    reason = N_("This row has more cells than there are headings; a quotation mark is missing.")
    return bad_cells(rows, "", nothing, "files.row.too_long", reason)


def _duplicates(
    frame: pl.DataFrame, kind: ImportKind, matching: Matching, raw: RawTable
) -> pl.DataFrame:
    """List the rows whose key has been seen in an earlier row."""
    keys = list(kind.unique)
    whole = frame.filter(pl.all_horizontal(pl.col(keys).is_not_null()))
    again = whole.with_columns(pl.col(SOURCE_ROW).first().over(keys).alias("first")).filter(
        pl.col("first") != pl.col(SOURCE_ROW)
    )
    headings = matching.headings(raw)
    column = ", ".join(headings.get(key, key) for key in keys)
    shown = again.select(pl.concat_str(pl.col(keys).cast(pl.String), separator=", ")).to_series()
    reason = N_("This key has occurred before, in row {limit}.")
    cells = bad_cells(again[SOURCE_ROW], column, shown, "files.row.duplicate", reason)
    return cells.with_columns(again["first"].cast(pl.String).alias("limit"))
