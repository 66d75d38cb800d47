"""``sanpin import`` and ``sanpin export``: files in, all rows out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sanpin.base import N_, InputError
from sanpin.kit.cli import (
    UsageError,
    current_context,
    ngettext,
    options,
    print_result,
    say,
)

if TYPE_CHECKING:
    from sanpin.kit.files import ImportReport

__all__ = ["export", "import_"]


def import_(
    file: Path | None = None,
    /,
    *,
    kind: str = "",
    map: tuple[str, ...] = (),  # noqa: A002 - the option is called --map
    sheet: str = "",
    dry_run: bool = False,
    template: str = "",
    out: Path | None = None,
) -> None:
    """Import a CSV, XLSX, Parquet or JSON file: all of it, or nothing and a file of bad rows.

    Parameters
    ----------
    file
        File to read.
    kind
        What its rows are; guessed from the headings when left out.
    map
        Column of the file and field it fills, as COLUMN=FIELD; may be repeated.
    sheet
        Sheet of an XLSX file; the first by default.
    dry_run
        Check everything, save nothing.
    template
        Write an empty file of this kind with the right headings instead.
    out
        Where the template goes; its suffix chooses CSV or XLSX. Standard output by default.
    """
    if template:
        write_template(template, out)
        return
    if file is None:
        text = N_(
            "Name a file, as in “sanpin import FILE”, or ask for a template: --template orders"
        )
        raise UsageError(say(text))
    from sanpin.kit.files import import_file

    with current_context() as ctx:
        report = import_file(
            ctx, file, file.name, kind or None, _mapping(map), sheet or None, dry_run=dry_run
        )
    print_result(report.as_dict(), lambda: "\n".join(_described(report)))


def export(what: str, /, *, out: Path) -> None:
    """Export all rows of a list to CSV, XLSX, Parquet or JSON, by the file's suffix.

    Parameters
    ----------
    what
        Name of the list; a wrong name prints the ones there are.
    out
        File to write.
    """
    from sanpin.app.exports import export_list

    with current_context() as ctx:
        rows = export_list(ctx, what, out)
    print_result(
        {"list": what, "rows": rows, "file": str(out)},
        lambda: ngettext(
            "{rows} row written to {file}.",
            "{rows} rows written to {file}.",
            rows,
            rows=rows,
            file=str(out),
        ),
    )


def write_template(kind: str, out: Path | None) -> None:
    """Write the template of an import kind to a file or to standard output."""
    from sanpin.kit.files import find_kind, write_file
    from sanpin.kit.files import template as make_template

    content = make_template(find_kind(kind), out.suffix if out else ".csv", options().language)
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    write_file(content, out)
    print_result({"file": str(out)}, lambda: say(N_("Template written to {file}."), file=str(out)))


def _described(report: ImportReport) -> Iterator[str]:
    """Yield what was imported, and what of the file was left out."""
    from sanpin.kit.files import find_kind

    rows, kind = report.rows, say(find_kind(report.kind).label)
    if report.dry_run:
        yield ngettext(
            "{kind}: {rows} row checked; nothing was saved.",
            "{kind}: {rows} rows checked; nothing was saved.",
            rows, rows=rows, kind=kind,
        )  # fmt: skip
    elif report.saved.get("saved") == 0:
        yield ngettext(
            "{kind}: {rows} row is here already; nothing has changed.",
            "{kind}: {rows} rows are here already; nothing has changed.",
            rows, rows=rows, kind=kind,
        )  # fmt: skip
    else:
        yield ngettext(
            "{kind}: {rows} row imported.", "{kind}: {rows} rows imported.",
            rows, rows=rows, kind=kind,
        )  # fmt: skip
    if report.unmatched:
        yield say(N_("Columns left out: {columns}"), columns=", ".join(report.unmatched))
    if report.totals:
        totals = ", ".join(map(str, report.totals))
        yield say(N_("Rows left out because they hold totals: {rows}"), rows=totals)


def _mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    mapping = {}
    for pair in pairs:
        column, equals, field = pair.rpartition("=")
        if not equals or not column or not field:
            raise InputError(
                "cli.import.map_malformed",
                N_("“{pair}” does not say which column fills which field."),
                hint=N_("Write --map COLUMN=FIELD, such as --map 货号=item."),
                pair=pair,
            )
        mapping[column] = field
    return mapping
