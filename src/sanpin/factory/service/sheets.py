"""Tables of schedules as people open them: dates where there are any, units in the headings."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sanpin.base import N_
from sanpin.factory.model import NO_ORIGIN
from sanpin.factory.model.clock import clock_of
from sanpin.factory.service.labels import CAUSES, LINKS, MEASURES, UNITS
from sanpin.factory.service.solutions import Solution
from sanpin.kit.i18n import Translator

__all__ = ["sheet_headings", "sheet_of"]

_INSTANTS = (
    "release", "due", "setup_start", "setup_end", "start", "end", "since", "until", "start_a",
    "start_b",
)  # fmt: skip

_LENGTHS = (
    "late", "waited", "work", "setup", "open", "length", "slack", "late_a", "late_b", "shift",
)  # fmt: skip

_HEADINGS: Mapping[str, str] = {
    "job": N_("Job"), "op": N_("Operation"), "item": N_("Item"), "quantity": N_("Quantity"),
    "weight": N_("Weight"), "release": N_("Released"), "due": N_("Due"), "start": N_("Start"),
    "end": N_("End"), "late": N_("Late"), "cause": N_("Because"), "resource": N_("Resource"),
    "waited": N_("Lost there"), "machine": N_("Machine"), "site": N_("Plant"),
    "operations": N_("Operations"), "work": N_("Work"), "setup": N_("Setting up"),
    "open": N_("Open"), "share": N_("Used"), "table": N_("Set-up table"), "before": N_("From"),
    "after": N_("To"), "count": N_("Times"), "machines": N_("Machines"), "length": N_("In all"),
    "kind": N_("Waited for"), "name": N_("Name"), "since": N_("Waited from"), "until": N_("Until"),
    "slack": N_("Could start earlier by"), "workers": N_("Workers"), "tools": N_("Tools"),
    "batch": N_("Load"), "outsourced": N_("Done outside"), "setup_start": N_("Set-up begins"),
    "setup_end": N_("Set-up ends"), "term": N_("Term"), "a": N_("First"), "b": N_("Second"),
    "change": N_("Difference"), "weight_a": N_("Weight in the first"),
    "weight_b": N_("Weight in the second"), "machine_a": N_("Machine in the first"),
    "machine_b": N_("Machine in the second"), "start_a": N_("Start in the first"),
    "start_b": N_("Start in the second"), "shift": N_("Moved by"), "moved": N_("Runs elsewhere"),
    "late_a": N_("Late in the first"), "late_b": N_("Late in the second"),
}  # fmt: skip


_CELLS: Mapping[str, Mapping[str, str]] = {"cause": CAUSES, "kind": LINKS, "term": MEASURES}


def sheet_of(
    words: Translator, found: Solution, rows: pl.DataFrame, *, plain: bool
) -> pl.DataFrame:
    """Return a table with dates instead of times from the origin, where there is one.

    Parameters
    ----------
    plain : keep keys as they are, for programs that read the file, instead of words for them
    """
    for name, labels in _CELLS.items():
        if name in rows.columns and not plain:
            said = {key: words.text(label) for key, label in labels.items()}
            rows = rows.with_columns(pl.col(name).replace(said))
    page = found.head["page"]
    if page["origin"] == NO_ORIGIN:
        return rows
    clock = clock_of(page["origin"], page["unit"])
    return rows.with_columns(
        pl.Series(name, [clock(time) for time in rows[name]], pl.Datetime)
        for name in _INSTANTS
        if name in rows.columns
    )


def sheet_headings(
    words: Translator, found: Solution, rows: pl.DataFrame, *, plain: bool
) -> dict[str, str]:
    """Return what stands above each column, lengths of time with their unit.

    Parameters
    ----------
    plain : keep the names of the columns, for programs that read the file
    """
    page = found.head["page"]
    # A difference is one of jobs' lateness, or of terms, which have different units.
    timed = {*_LENGTHS, *(["change"] if "late_a" in rows.columns else ())}
    unit = "" if page["origin"] == NO_ORIGIN else page["unit"]
    if unit and not plain:
        unit = words.text(UNITS[unit])
    headings = {}
    for name in rows.columns:
        label = name if plain else words.text(_HEADINGS[name])
        headings[name] = f"{label} ({unit})" if unit and name in timed else label
    return headings
