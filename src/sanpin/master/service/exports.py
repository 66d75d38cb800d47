"""Exports: all records of a noun as a table, in the columns that the import reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sanpin.base import N_, InputError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.master.model import CalendarRecord
from sanpin.master.model.calendars import shift_to_json
from sanpin.master.service.kinds import IMPORT_KINDS
from sanpin.master.service.nouns import NOUNS
from sanpin.master.store import bills

if TYPE_CHECKING:
    import polars as pl

__all__ = ["EXPORTS", "export_table"]

EXPORTS = ("items", "partners", "sites", "boms", "calendars")
"""Nouns that have an export."""


def export_table(ctx: Context, noun: str, *, search: str = "", **equal: str) -> pl.DataFrame:
    """Return all records of a noun that a search chooses, one per row (boms: one line per row).

    The columns are those of the import kind, so the file can be edited and imported again.

    Parameters
    ----------
    noun : one of `EXPORTS`
    search, equal : as for the list; everything by default
    """
    import polars as pl

    ctx.require(Role.VIEWER)
    if noun not in EXPORTS:
        raise InputError(
            "master.export.unknown",
            N_("There is no export of “{value}”."),
            hint=N_("Use one of: {known}."),
            value=noun,
            known=", ".join(EXPORTS),
        )
    with ctx.db.read() as conn:
        if noun == "boms":
            rows = list(_bill_rows(bills.all_bills(conn, ctx.firm), search))
        else:
            found = NOUNS[noun].shelf.page(conn, ctx.firm, search=search, limit=None, **equal)
            rows = [_row(record) for record in found]
    columns = _columns(noun)
    return pl.DataFrame(
        {name: [row[name] for row in rows] for name in columns}, schema_overrides=_types(noun)
    ).select(columns)


def _row(record: Any) -> dict[str, Any]:
    """Return a record as the cells of a table; structures become JSON text."""
    row = {one.name: getattr(record, one.name) for one in fields(record)}
    if isinstance(record, CalendarRecord):
        row["shifts"] = _json([shift_to_json(shift) for shift in record.shifts])
        row["holidays"] = " ".join(sorted(day.isoformat() for day in record.holidays))
        row["extra_days"] = " ".join(sorted(day.isoformat() for day in record.extra_days))
    if "attributes" in row:
        row["attributes"] = _json(dict(row["attributes"]))
    return {key: str(value) if isinstance(value, str) else value for key, value in row.items()}


def _bill_rows(found: list[Any], search: str) -> Iterator[dict[str, Any]]:
    """Return the lines of bills whose item holds a text, each with its version."""
    for bill in found:
        if search.lower() not in bill.item.lower():
            continue
        for line in bill.lines:
            yield {
                "item": bill.item,
                "component": line.component,
                "quantity": line.quantity,
                "unit": line.unit,
                "scrap_share": line.scrap_share,
                "version": bill.version,
                "valid_from": bill.valid_from,
                "valid_until": bill.valid_until,
            }


def _columns(noun: str) -> list[str]:
    """Return the columns of an export: those of the import kind, or of the record."""
    for kind in IMPORT_KINDS:
        if kind.kind == noun:
            return [field.name for field in kind.fields]
    return [one.name for one in fields(CalendarRecord) if one.name != "sample"]


def _types(noun: str) -> dict[str, Any]:
    """Return the column types that an empty table must have as well."""
    from sanpin.kit.files.values import DTYPES

    for kind in IMPORT_KINDS:
        if kind.kind == noun:
            return {field.name: DTYPES[field.type] for field in kind.fields}
    return {}


def _json(value: object) -> str:
    """Write a structure so that the same value always gives the same text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
