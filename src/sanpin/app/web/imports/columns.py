"""The matching of columns as a form: one line per field, with what the file says."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from sanpin.base import N_
from sanpin.kit.files import Field, ImportKind, Matching, RawTable
from sanpin.kit.i18n import translate

__all__ = ["field_rows", "field_word", "mapping_of"]

TYPES = {
    "text": N_("text"),
    "integer": N_("whole number"),
    "decimal": N_("number"),
    "date": N_("date"),
    "datetime": N_("date and time"),
    "boolean": N_("yes or no"),
}
_PREFIX = "field."
# Three values tell a date from a quantity; more only make the form longer.
_SHOWN = 3


def field_word(field: Field, language: str) -> str:
    """Return what people call a field: its first Chinese synonym, or its name in words."""
    if language.startswith("zh"):
        for word in field.synonyms:
            if any(unicodedata.name(c, "").startswith("CJK UNIFIED") for c in word):
                return word
    return field.name.replace("_", " ")


def field_rows(
    raw: RawTable, kind: ImportKind, matching: Matching, language: str
) -> list[dict[str, Any]]:
    """Return the lines of the matching form, in the order of the template.

    Parameters
    ----------
    raw : the file as read
    kind : what it is imported as
    matching : which column was taken for which field
    language : of labels and states
    """
    return [_field_row(raw, field, matching, language) for field in kind.fields]


def _field_row(raw: RawTable, field: Field, matching: Matching, language: str) -> dict[str, Any]:
    """Return one line of the form: the field, the column taken for it, and its first values."""
    index = matching.columns.get(field.name)
    found = matching.ambiguous.get(field.name, ())
    state = ("ok", N_("matched"))
    # A field that several columns fit has to be decided by whoever knows the file.
    if found:
        state = ("warn", N_("several columns fit"))
    elif index is None:
        state = ("bad", N_("missing")) if field.required else ("hold", N_("not in the file"))
    values = raw.column(index).drop_nulls().head(_SHOWN).to_list() if index is not None else []
    return {
        "name": field.name,
        "input": _PREFIX + field.name,
        "word": field_word(field, language),
        "help": translate(field.help, language),
        "type": translate(TYPES[field.type], language),
        "required": field.required,
        "heading": raw.headings[index] if index is not None else "",
        "state": (state[0], translate(state[1], language)),
        "values": " · ".join(str(value) for value in values),
    }


def mapping_of(form: Mapping[str, str]) -> dict[str, str]:
    """Return heading to field name, as the form says it; empty choices say nothing."""
    return {
        heading: name.removeprefix(_PREFIX)
        for name, heading in form.items()
        if name.startswith(_PREFIX) and heading
    }
