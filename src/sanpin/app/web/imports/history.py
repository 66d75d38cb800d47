"""What was imported before: lines of the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sanpin.kit.audit import entries, record
from sanpin.kit.context import Context
from sanpin.kit.files import ImportReport, import_file

__all__ = ["ACTION", "import_recorded", "past_imports"]

ACTION = "import.file"


def import_recorded(
    ctx: Context,
    path: Path | bytes,
    name: str,
    kind: str | None = None,
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
    *,
    dry_run: bool = False,
) -> tuple[ImportReport, str]:
    """Import a file and note it in the audit log; return the report and the line's id.

    A dry run leaves no line; its id is empty.
    """
    report = import_file(ctx, path, name, kind, mapping, sheet, dry_run)
    if dry_run:
        return report, ""
    after = {"file": name, "rows": report.rows, "saved": report.saved, "sheet": report.sheet}
    with ctx.db.write() as conn:
        return report, record(conn, ctx, ACTION, f"import/{report.kind}", after=after)


def past_imports(ctx: Context, limit: int = 50, cursor: str | None = None) -> list[dict[str, Any]]:
    """Return the imports of the firm, newest first."""
    return [
        {
            "id": line.id,
            "at": line.at,
            "user": line.actor,
            "kind": line.subject.partition("/")[2],
            **line.after,
        }
        for line in entries(ctx, action=ACTION, limit=limit, cursor=cursor)
    ]
