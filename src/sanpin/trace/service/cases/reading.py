"""Cases as they are kept: one, the newest, their lines, what is due, what came back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sanpin.base import N_, StateError
from sanpin.kit.context import Context
from sanpin.trace.model.cases import Case, Due, Return
from sanpin.trace.model.lineage import Affected
from sanpin.trace.service.naming import Labels
from sanpin.trace.service.records import affected_record, lines_frame
from sanpin.trace.store import cases as store

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "DUE_HEADINGS",
    "case_dues",
    "case_frame",
    "case_line_frame",
    "case_lines",
    "case_of",
    "case_returns",
]
__all__ += ["list_cases", "unknown_case"]

_PAGE = 5000

DUE_HEADINGS = {
    "thing": N_("Code"),
    "label": N_("Thing"),
    "holder": N_("Code of the holder"),
    "holder_name": N_("Holder"),
    "kind": N_("Kind"),
    "quantity": N_("Quantity"),
    "uom": N_("Unit"),
    "returned": N_("Came back"),
}
"""Columns of the table of what is due, with their headings."""


def case_of(ctx: Context, identifier: str) -> Case:
    """Read a case.

    Raises
    ------
    StateError
        ``trace.case.unknown``
    """
    with ctx.db.read() as conn:
        found = store.get_case(conn, ctx.firm, identifier)
    if found is None:
        raise unknown_case(identifier)
    return found


def unknown_case(identifier: str) -> StateError:
    """Make the refusal of a case that the firm does not have."""
    error = StateError(
        "trace.case.unknown",
        N_("There is no recall case {id}."),
        hint=N_("List the cases to see their numbers."),
        id=identifier[:100],
    )
    error.status = 404
    return error


def list_cases(ctx: Context, limit: int = 50, before: str = "") -> list[Case]:
    """Newest cases, or the newest before one."""
    with ctx.db.read() as conn:
        return store.list_cases(conn, ctx.firm, limit, before)


def case_lines(
    ctx: Context, identifier: str, limit: int = 200, after: int = -1
) -> list[tuple[int, Affected]]:
    """Lines of the scope behind a position, each with its own."""
    with ctx.db.read() as conn:
        return store.lines_of(conn, identifier, limit, after)


def case_dues(ctx: Context, identifier: str, holder: str | None = None) -> list[Due]:
    """Amounts that are due, from one holder or from all."""
    with ctx.db.read() as conn:
        return store.dues_of(conn, identifier, holder=holder)


def case_returns(ctx: Context, identifier: str, limit: int = 0) -> list[Return]:
    """Scans, newest first; all of them without a limit."""
    with ctx.db.read() as conn:
        return store.returns_of(conn, identifier, limit)


def case_frame(ctx: Context, identifier: str, holder: str | None = None) -> pl.DataFrame:
    """What is due as a table for export, with the columns of `DUE_HEADINGS`."""
    import polars as pl

    dues = case_dues(ctx, identifier, holder)
    with ctx.db.read() as conn:
        labels = Labels.load(conn, ctx.firm, {n for one in dues for n in (one.thing, one.holder)})
    rows: list[dict[str, Any]] = [
        {
            "thing": one.thing,
            "label": labels.of(one.thing),
            "holder": one.holder,
            "holder_name": labels.of(one.holder),
            "kind": str(one.kind),
            "quantity": one.quantity,
            "uom": one.uom or "EA",
            "returned": one.returned,
        }
        for one in dues
    ]
    numbers = {"quantity": pl.Float64, "returned": pl.Float64}
    schema = {name: numbers.get(name, pl.String) for name in DUE_HEADINGS}
    return pl.DataFrame(rows, schema=schema)


def case_line_frame(ctx: Context, identifier: str) -> pl.DataFrame:
    """All lines of the frozen scope as a table for export."""
    import polars as pl

    frames, after = [lines_frame(())], -1
    while found := case_lines(ctx, identifier, _PAGE, after):
        frames.append(lines_frame(affected_record(line) for _, line in found))
        after = found[-1][0]
    return pl.concat(frames)
