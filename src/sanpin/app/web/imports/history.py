"""What was imported before, by whichever door: lines of the audit log."""

from __future__ import annotations

from typing import Any

from sanpin.kit.audit import entries
from sanpin.kit.context import Context
from sanpin.kit.files.imports import IMPORTED

__all__ = ["past_imports"]


def past_imports(ctx: Context, limit: int = 50, cursor: str | None = None) -> list[dict[str, Any]]:
    """Return the imports of the firm, newest first.

    Parameters
    ----------
    limit : at most so many
    cursor : id of the last import of the page before

    Returns
    -------
    ``id, at, user, kind`` and what the import noted: file, rows and counts.
    """
    return [
        {
            "id": line.id,
            "at": line.at,
            "user": line.actor,
            "kind": line.subject.partition("/")[2],
            **line.after,
        }
        for line in entries(ctx, action=IMPORTED, limit=limit, cursor=cursor)
    ]
