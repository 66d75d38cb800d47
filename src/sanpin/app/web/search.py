"""Search: one box over pages, items, orders, lots and everything else the domains find."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from sanpin.base import N_
from sanpin.kit.context import Context
from sanpin.kit.http import context
from sanpin.kit.i18n import translate
from sanpin.kit.pages import navigation, render
from sanpin.kit.search import Hit, search

__all__ = ["find", "router"]

router = APIRouter(tags=["search"])
PAGE = N_("Page")
MOST = 50


def find(ctx: Context, text: str, limit: int) -> list[Hit]:
    """Return pages whose name holds the text, then what the domains find, in one language.

    Labels of records are the firm's own words; only kinds and pages are translated.

    Parameters
    ----------
    text : part of a name, code or identifier; case does not matter
    limit : hits in all, pages included

    Returns
    -------
    Pages first, then hits of the domains in the order in which they present themselves.
    """
    wanted = text.strip().casefold()
    if not wanted:
        return []
    names = [(translate(entry.label, ctx.language), entry.path) for entry in navigation()]
    page = translate(PAGE, ctx.language)
    hits = [Hit(name, page, path) for name, path in names if wanted in name.casefold()]
    for hit in search(ctx, text, limit):
        hits.append(Hit(hit.label, translate(hit.kind, ctx.language), hit.path, hit.detail))
    return hits[:limit]


@router.get("/search", include_in_schema=False)
def show(request: Request, ctx: Annotated[Context, Depends(context)], q: str = "") -> Response:
    """Show everything that was found, by kind."""
    groups: dict[str, list[Hit]] = {}
    hits = find(ctx, q, MOST)
    for hit in hits:
        groups.setdefault(hit.kind, []).append(hit)
    return render(request, ctx, "app/search.html", q=q, groups=groups, count=len(hits), most=MOST)


@router.get("/api/v1/search")
def answer(
    ctx: Annotated[Context, Depends(context)],
    q: Annotated[str, Query(max_length=200, description="What to look for")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = 12,
) -> dict[str, list[dict[str, Any]]]:
    """Find pages and records by name, code or identifier."""
    keys = ("label", "kind", "path", "detail")
    return {"hits": [{key: getattr(hit, key) for key in keys} for hit in find(ctx, q, limit)]}
