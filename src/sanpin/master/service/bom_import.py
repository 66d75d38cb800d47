"""Import of bills of materials: rows gathered into versions, checked as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sanpin.base import N_, InputError
from sanpin.kit import audit
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.master.engine import check_cycles
from sanpin.master.model import BillLine, BillOfMaterials, Item
from sanpin.master.service.bills import check_items
from sanpin.master.service.changes import changing
from sanpin.master.service.nouns import NOUNS
from sanpin.master.service.refusals import Faults
from sanpin.master.store import bills as store

if TYPE_CHECKING:
    import polars as pl

    from sanpin.kit.files import Source

__all__ = ["save_bom_rows"]

Key = tuple[str, int]


@dataclass
class _Draft:
    """A version of a bill while its rows are read."""

    row: int
    valid_from: date | None
    valid_until: date | None
    lines: dict[str, BillLine] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)


def save_bom_rows(
    ctx: Context, frame: pl.DataFrame, source: Source, *, dry_run: bool = False
) -> Mapping[str, int]:
    """Save the rows of an import of kind ``boms``.

    A version in the file replaces the kept one with all its lines; versions that the file does not
    name stay. Cycles are looked for in what the bills would be afterwards.

    Returns
    -------
    ``boms`` in the file, their ``lines``, and how many are ``new``.

    Raises
    ------
    InputError
        ``files.rows.refused`` with every bad row: an unknown item, a unit that does not fit, other
        dates of validity than the first row of the version, or a part of a cycle
    """
    ctx.require(Role.PLANNER)
    faults = Faults(ctx, source)
    with changing(ctx) as conn:
        items = {item.code: item for item in NOUNS["items"].shelf.page(conn, ctx.firm)}
        drafts = _gather(frame, items, faults)
        made = {key: _bill(key, draft) for key, draft in drafts.items() if not faults.found}
        kept = {(bill.item, bill.version): bill for bill in store.all_bills(conn, ctx.firm)}
        if not faults.found:
            _check_cycles(kept | made, drafts, faults)
        faults.refuse()
        lines = sum(len(bill.lines) for bill in made.values())
        counts = {"boms": len(made), "lines": lines, "new": len(made.keys() - kept.keys())}
        if not dry_run:
            store.put_bills(conn, ctx.firm, made.values(), ctx.now())
            audit.record(conn, ctx, "master.boms.import", source.name, after=counts)
    return counts


def _gather(frame: pl.DataFrame, items: Mapping[str, Item], faults: Faults) -> dict[Key, _Draft]:
    """Read every row into the version it belongs to."""
    drafts: dict[Key, _Draft] = {}
    for row in frame.iter_rows(named=True):
        number = int(row["source_row"])
        with faults.row(number):
            key = (row["item"], row["version"] or 1)
            line = _line(row, items)
            span = row["valid_from"], row["valid_until"]
            draft = drafts.setdefault(key, _Draft(number, *span))
            bill = BillOfMaterials(*key, *span, (*draft.lines.values(), line))
            check_items(items, bill)
            if span != (draft.valid_from, draft.valid_until):
                raise _other_span(row, draft.row)
            draft.lines[line.component] = line
            draft.rows[line.component] = number
    return drafts


def _line(row: Mapping[str, Any], items: Mapping[str, Item]) -> BillLine:
    """Read a line; without a unit it counts in the component's own."""
    component = row["component"]
    own = items[component].unit if component in items else "EA"
    return BillLine(component, row["quantity"], row["unit"] or own, row["scrap_share"] or 0.0)


def _bill(key: Key, draft: _Draft) -> BillOfMaterials:
    """Make the version that a draft has become."""
    return BillOfMaterials(*key, draft.valid_from, draft.valid_until, tuple(draft.lines.values()))


def _other_span(row: Mapping[str, Any], first: int) -> InputError:
    """Return the refusal of a row whose dates differ from those of its version."""
    return InputError(
        "master.bom.spans",
        N_("The version has other dates of validity in row {first}."),
        hint=N_("Give all rows of a version the same dates."),
        column="valid_from",
        value=row["valid_from"] or "",
        first=first,
    )


def _check_cycles(
    bills: Mapping[Key, BillOfMaterials], drafts: Mapping[Key, _Draft], faults: Faults
) -> None:
    """Put the blame for a cycle on the file's rows that are part of it."""
    try:
        check_cycles(list(bills.values()))
    except InputError as error:
        cycle: list[str] = list(error.fields["items"])  # type: ignore[call-overload]
        steps = set(pairwise(cycle))
        refusal = InputError(
            error.code,
            error.message,
            hint=error.hint,
            column="component",
            value=error.fields["cycle"],
            cycle=error.fields["cycle"],
        )
        faults.found += [
            (number, refusal)
            for (item, _), draft in drafts.items()
            for component, number in draft.rows.items()
            if (item, component) in steps
        ]
        if not faults.found:
            raise
