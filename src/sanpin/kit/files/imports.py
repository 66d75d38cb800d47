"""Imports: a file read, matched, checked and handed to its domain, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sanpin.base import N_, InputError
from sanpin.kit.audit import record
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.files.kinds import ImportKind, Source
from sanpin.kit.files.match import Matching, guess_kind, match_columns
from sanpin.kit.files.parse import parse_table
from sanpin.kit.files.raw import RawTable
from sanpin.kit.files.read import read_table
from sanpin.kit.files.refusal import refuse_rows
from sanpin.kit.registry import import_kinds, load

__all__ = ["IMPORTED", "ImportReport", "find_kind", "import_file"]

IMPORTED = "import.file"
"""Action under which the audit log keeps what was imported, by whichever door."""


@dataclass(frozen=True)
class ImportReport:
    """What an import found and saved.

    Attributes
    ----------
    kind : name of the import kind, given or guessed
    rows : data rows in the file
    saved : counts that the domain reports; what it would have saved for a dry run
    bad : bad rows; an import with any is refused, so 0 in every report
    columns : field name to heading
    unmatched : headings that mean nothing to the kind; their columns were left out
    totals : numbers of rows that were left out because they hold totals
    sheet : sheet of a workbook that was read
    dry_run : whether nothing was saved
    bad_rows_path : file of the bad rows, empty without any
    """

    kind: str
    rows: int
    saved: Mapping[str, Any]
    bad: int
    columns: Mapping[str, str]
    unmatched: tuple[str, ...]
    totals: tuple[int, ...] = ()
    sheet: str = ""
    dry_run: bool = False
    bad_rows_path: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return asdict(self)


def find_kind(name: str) -> ImportKind:
    """Return the import kind of that name."""
    kinds: dict[str, ImportKind] = import_kinds()
    if name not in kinds:
        raise InputError(
            "files.kind.unnamed",
            N_("There is no kind of import called “{kind}”."),
            hint=N_("Use one of: {known}."),
            kind=name,
            known=", ".join(kinds),
        )
    return kinds[name]


def import_file(
    ctx: Context,
    source: bytes | Path,
    name: str = "",
    kind: str | None = None,
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Import a file, or with `dry_run` do all of it but the saving.

    Parameters
    ----------
    source : content or path of a CSV, XLSX, Parquet or JSON file
    name : what to call it in messages; the path's name by default
    kind : import kind; guessed from the headings by default
    mapping : heading to field name, where the headings do not say it themselves
    sheet : sheet of a workbook; the first that holds anything by default

    Raises
    ------
    InputError
        with the columns that do not fit, or with the first bad rows and the path of a file
        that lists them all; nothing is saved then
    """
    ctx.require(Role.PLANNER)
    raw = read_table(source, name, sheet)
    chosen = find_kind(kind) if kind else guess_kind(raw, import_kinds())
    matching = match_columns(raw, chosen, mapping)
    matching.require(raw, chosen)
    if not raw.rows:
        raise InputError(
            "files.table.no_rows",
            N_("The file {file} has headings but no rows."),
            hint=N_("Add the rows and import it again."),
            file=raw.name,
        )
    parsed = parse_table(raw, chosen, matching)
    if len(parsed.bad):
        raise refuse_rows(ctx, raw.name, parsed.bad)
    origin = Source(raw.name, chosen.kind, raw.sha256, raw.rows, raw.sheet)
    saved = dict(load(chosen.save)(ctx, parsed.frame, origin, dry_run=dry_run))
    if not dry_run:
        after = {"file": raw.name, "rows": raw.rows, "saved": saved, "sheet": raw.sheet}
        with ctx.db.write() as conn:
            record(conn, ctx, IMPORTED, f"import/{chosen.kind}", after=after)
    return _report(raw, chosen, matching, saved, dry_run=dry_run)


def _report(
    raw: RawTable, kind: ImportKind, matching: Matching, saved: dict[str, Any], *, dry_run: bool
) -> ImportReport:
    """Report of an import that went through."""
    return ImportReport(
        kind=kind.kind,
        rows=raw.rows,
        saved=saved,
        bad=0,
        columns=matching.headings(raw),
        unmatched=matching.unmatched,
        totals=raw.totals,
        sheet=raw.sheet,
        dry_run=dry_run,
    )
