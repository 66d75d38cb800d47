"""Page of a recall: what must come back."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from sanpin.kit.context import Context
from sanpin.kit.http import context, read_cursor, write_cursor
from sanpin.kit.i18n import Translator
from sanpin.kit.pages import render
from sanpin.trace import service
from sanpin.trace.pages.words import status_of

__all__ = ["router"]

router = APIRouter(prefix="/trace", include_in_schema=False)

Here = Annotated[Context, Depends(context)]

LINES = 200
"""Lines of a recall that one page shows; the download holds all of them."""


@router.get("/recall", response_class=HTMLResponse)
def show_recall(
    request: Request,
    ctx: Here,
    epc: Annotated[list[str] | None, Query(max_length=1000)] = None,
    cursor: str | None = None,
) -> Response:
    """Answer: if this is bad, what must come back?"""
    seeds = [line.strip() for text in epc or () for line in text.splitlines() if line.strip()]
    if not service.has_events(ctx):
        return render(request, ctx, "trace/empty.html", q="")
    if not seeds:
        return render(request, ctx, "trace/seeds.html")
    view = service.recall_view(ctx, seeds)
    words = Translator(ctx.language)
    given = read_cursor(cursor)
    start = given if isinstance(given, int) and given > 0 else 0
    end = start + LINES
    asked = urlencode([("epc", seed) for seed in view.seeds])
    return render(
        request,
        ctx,
        "trace/recall.html",
        view=view,
        lines=[
            line | {"status": status_of(words, line["status"])} for line in view.lines[start:end]
        ],
        # All seeds go along: a page is a part of the same recall.
        next_url=f"?{asked}&cursor={write_cursor(end)}" if end < len(view.lines) else "",
        export_url=f"/api/v1/trace/recall?{asked}",
    )
