"""Kinds of import: the columns that a file may have, and who stores its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["Field", "FieldType", "ImportKind", "Source"]

FieldType = Literal["text", "integer", "decimal", "date", "datetime", "boolean"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column of an import.

    Attributes
    ----------
    name : name of the column in the frame that is stored, and of its English heading
    type : what its values are; ``decimal`` arrives as a 64-bit float
    required : whether a file must have it, with a value in every row
    synonyms : other headings that mean it, in English and Chinese; the first Chinese one
        heads the Chinese template
    minimum, maximum : inclusive limits of a number, or of a date as ISO text
    choices : the only values of a text, compared without case
    help : catalogue key of a sentence about it
    """

    name: str
    type: FieldType = "text"
    required: bool = False
    synonyms: tuple[str, ...] = ()
    minimum: float | str | None = None
    maximum: float | str | None = None
    choices: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class ImportKind:
    """One kind of file, such as orders or bills of materials.

    Attributes
    ----------
    kind : its name, as ``sanpin import --kind`` takes it
    label : catalogue key
    fields : columns, in the order of the template
    save : import string of ``(ctx, frame, source, *, dry_run) -> Mapping[str, int]``, which
        checks what only the domain can check, stores the rows unless `dry_run`, and returns
        counts
    unique : names of the fields whose values together may occur once only
    sample_rows : rows of the template
    """

    kind: str
    label: str
    fields: tuple[Field, ...]
    save: str
    unique: tuple[str, ...] = ()
    sample_rows: tuple[Mapping[str, Any], ...] = ()

    def field(self, name: str) -> Field:
        """Return the field of that name."""
        return next(one for one in self.fields if one.name == name)


@dataclass(frozen=True, slots=True)
class Source:
    """Where imported rows come from.

    Attributes
    ----------
    name : file name
    kind : name of the import kind
    sha256 : of the file, in hexadecimal
    rows : data rows in the file
    sheet : sheet of a workbook, empty otherwise
    """

    name: str
    kind: str
    sha256: str
    rows: int
    sheet: str = ""
