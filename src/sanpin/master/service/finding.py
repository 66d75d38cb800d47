"""Hits of master data for the search box."""

from __future__ import annotations

from urllib.parse import quote

from sanpin.base import N_
from sanpin.kit.context import Context
from sanpin.kit.search import Hit
from sanpin.master.model import name_of
from sanpin.master.service.records import list_records

__all__ = ["search"]

_KINDS = {
    "items": N_("Item"),
    "partners": N_("Partner"),
    "sites": N_("Site"),
    "calendars": N_("Calendar"),
}


def search(ctx: Context, text: str, limit: int) -> list[Hit]:
    """Find records whose code, name or key holds a text.

    Parameters
    ----------
    limit : how many hits at most; items come before partners, sites and calendars
    """
    hits: list[Hit] = []
    for noun, kind in _KINDS.items():
        for record in list_records(ctx, noun, search=text, limit=limit).rows:
            name = name_of(record, ctx.language)
            detail = "" if name == record.code else name
            hits.append(Hit(record.code, kind, f"/master/{noun}/{quote(record.code)}", detail))
    return hits[:limit]
