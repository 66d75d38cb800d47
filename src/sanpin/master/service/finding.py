"""Hits of master data for the search box."""

from __future__ import annotations

from urllib.parse import quote

from sanpin.base import N_
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.search import Hit
from sanpin.master.model import name_of
from sanpin.master.service.nouns import find_noun

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
    ctx.require(Role.VIEWER)
    hits: list[Hit] = []
    with ctx.db.read() as conn:
        for noun, kind in _KINDS.items():
            # Unlike a list, the box needs no count of all that there is.
            rest = limit - len(hits)
            shelf = find_noun(noun).shelf
            for record in shelf.page(conn, ctx.firm, search=text, limit=rest) if rest else ():
                name = name_of(record, ctx.language)
                detail = "" if name == record.code else name
                hits.append(Hit(record.code, kind, f"/master/{noun}/{quote(record.code)}", detail))
    return hits
