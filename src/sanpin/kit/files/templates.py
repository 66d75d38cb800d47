"""Templates: an import file with the right headings and a few rows to follow."""

from __future__ import annotations

import unicodedata

import polars as pl

from sanpin.kit.files.export import export_bytes
from sanpin.kit.files.kinds import Field, ImportKind
from sanpin.kit.files.values import DTYPES, convert

__all__ = ["template"]


def template(kind: ImportKind | str, suffix: str = "xlsx", language: str = "en") -> bytes:
    """Return a file that can be filled in and imported, with headings in a language.

    Parameters
    ----------
    kind : import kind, or its name
    suffix : csv, xlsx, parquet or json
    language : ``en`` for the fields' own names, ``zh-CN`` for their Chinese synonyms
    """
    if isinstance(kind, str):
        from sanpin.kit.files.imports import find_kind

        kind = find_kind(kind)
    columns = [_column(kind, field) for field in kind.fields]
    chinese = language.startswith("zh")
    headings = {one.name: _chinese(one) if chinese else one.name for one in kind.fields}
    return export_bytes(pl.DataFrame(columns), suffix, headings)


def _column(kind: ImportKind, field: Field) -> pl.Series:
    """Return the sample values of a field in its type; samples may be written as text."""
    values = [row.get(field.name) for row in kind.sample_rows]
    if any(isinstance(value, str) for value in values):
        texts = pl.Series([None if value is None else str(value) for value in values])
        return convert(texts.cast(pl.String), field)[0].alias(field.name)
    return pl.Series(field.name, values, dtype=DTYPES[field.type], strict=False)


def _chinese(field: Field) -> str:
    """Return the first synonym with a Chinese character, or the field's own name."""
    for synonym in field.synonyms:
        if any(unicodedata.name(letter, "").startswith("CJK UNIFIED") for letter in synonym):
            return synonym
    return field.name
