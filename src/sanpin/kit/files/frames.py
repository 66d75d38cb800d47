"""Typed reading of a table file whose columns are already known by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from sanpin.base import N_, InputError
from sanpin.kit.files.dates import to_datetime
from sanpin.kit.files.kinds import Field, FieldType, ImportKind
from sanpin.kit.files.match import match_columns
from sanpin.kit.files.numbers import to_decimal, to_integer
from sanpin.kit.files.parse import parse_table
from sanpin.kit.files.raw import SOURCE_ROW
from sanpin.kit.files.read import read_table
from sanpin.kit.files.refusal import rows_refused

__all__ = ["read_frame"]

# A code such as 0071 is text; only the number nought may begin with one.
_WHOLE = r"^-?(?:0|[1-9]\d{0,17})$"
_DECIMAL = r"^-?(?:0|[1-9]\d*)?\.\d+(?:[eE][+-]?\d+)?$|^-?(?:0|[1-9]\d*)(?:\.\d+)?[eE][+-]?\d+$"
_MOMENT = r"^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"
_DAY = r"^\d{4}-\d{2}-\d{2}$"
_YES_OR_NO = ("true", "false")


def read_frame(path: Path, schema: Mapping[str, FieldType] | None = None) -> pl.DataFrame:
    """Read a table by its content with the types of its columns.

    Parameters
    ----------
    path : CSV, XLSX, Parquet or JSON
    schema : name to type of the columns that must be there; the other columns get the type
        that all their values share, and text in doubt

    Raises
    ------
    InputError
        when a column of the schema is missing or a value is not of its type
    """
    raw = read_table(path)
    given = dict(schema or {})
    kind = _kind_of(path.name, given, required=True)
    matching = match_columns(raw, kind)
    matching.require(raw, kind)
    # The columns must be there, but a value may be missing.
    parsed = parse_table(raw, _kind_of(path.name, given, required=False), matching)
    if len(parsed.bad):
        raise rows_refused(raw.name, parsed.bad)
    taken = {index: name for name, index in matching.columns.items()}
    columns = [
        parsed.frame[taken[i]] if i in taken else _infer(raw.column(i)).alias(heading)
        for i, heading in enumerate(raw.headings)
        if heading
    ]
    return pl.DataFrame(_distinct(columns, raw.name))


def _kind_of(name: str, schema: Mapping[str, FieldType], *, required: bool) -> ImportKind:
    """Kind of import that stands for a schema, so that files of any use are read the same way."""
    fields = (Field(one, type=type_, required=required) for one, type_ in schema.items())
    return ImportKind(name, "", tuple(fields), "")


def _distinct(columns: list[pl.Series], name: str) -> list[pl.Series]:
    """Refuse a heading that stands twice: a frame cannot hold both."""
    names = [one.name for one in columns]
    for one in names:
        if names.count(one) > 1:
            raise InputError(
                "files.heading.twice",
                N_("The heading “{heading}” stands twice in {file}."),
                hint=N_("Give each column a heading of its own."),
                heading=one,
                file=name,
            )
    return columns


def _infer(values: pl.Series) -> pl.Series:
    """Give a column of text the narrowest type that holds all its values unchanged."""
    if values.dtype != pl.String or values.name == SOURCE_ROW:
        return values
    given = values.drop_nulls()
    if given.is_empty():
        return values
    if given.str.contains(_WHOLE).all():
        return to_integer(values)
    if (given.str.contains(_DECIMAL) | given.str.contains(_WHOLE)).all():
        return to_decimal(values)
    if given.str.contains(_MOMENT).all():
        moments = to_datetime(values)
        if moments.null_count() == values.null_count():
            return moments.cast(pl.Date) if given.str.contains(_DAY).all() else moments
    if given.str.to_lowercase().is_in(_YES_OR_NO).all():
        return values.str.to_lowercase() == "true"
    return values
