"""Lists as frames with headings in the reader's language, for downloads of all rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from sanpin.base import N_
from sanpin.kit.i18n import translate

if TYPE_CHECKING:
    import polars as pl

__all__ = ["headings", "to_frame"]

# One list for all exports: a column of one name means the same in every file.
_HEADINGS = {
    "id": N_("Id"),
    "indicator": N_("Indicator"),
    "task": N_("Task"),
    "region": N_("Region"),
    "sector": N_("Sector"),
    "pillar": N_("Pillar"),
    "kind": N_("Kind"),
    "value": N_("Value"),
    "unit": N_("Unit"),
    "period": N_("Period"),
    "source": N_("Source"),
    "target": N_("Target"),
    "due": N_("Deadline"),
    "actual": N_("Actual"),
    "actual_period": N_("Period of the actual"),
    "required_pace": N_("Needed pace a year"),
    "last_pace": N_("Last pace a year"),
    "on_pace": N_("On pace"),
    "warnings": N_("Warnings"),
    "state": N_("State"),
    "lead_unit": N_("Leading units"),
    "supporting_units": N_("Supporting units"),
    "evidence": N_("Evidence"),
    "link": N_("Link"),
    "file": N_("File"),
    "by": N_("Recorded by"),
    "at": N_("Recorded at"),
    "overdue": N_("Overdue"),
    "article": N_("Article"),
    "note": N_("Note"),
    "baseline": N_("Baseline"),
    "title": N_("Title of the source"),
    "issuer": N_("Issuer"),
    "value_text": N_("Words of the text"),
    "comparator": N_("Comparator"),
    "marks": N_("Marks"),
    "origin": N_("Origin"),
    "name": N_("Name"),
}


def headings(language: str) -> dict[str, str]:
    """Headings of the columns; columns that have none keep their own name."""
    return {name: translate(text, language) for name, text in _HEADINGS.items()}


def to_frame(records: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    """Put records into a frame; several texts of one cell are parted by semicolons."""
    import polars as pl

    rows = [{name: _cell(value) for name, value in record.items()} for record in records]
    return pl.DataFrame(rows, infer_schema_length=None)


def _cell(value: object) -> object:
    """Value of a cell: lists joined, whole numbers widened."""
    if isinstance(value, list):
        return "; ".join(str(one) for one in value)
    # Amounts are whole in one row and broken in the next; a column has one type.
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
