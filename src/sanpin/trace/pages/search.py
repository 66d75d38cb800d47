"""Page of the one box: which thing do you want to follow?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from sanpin.base import InputError
from sanpin.kit.context import Context
from sanpin.kit.http import context
from sanpin.kit.i18n import Translator, translate_error
from sanpin.kit.pages import render
from sanpin.trace import service

__all__ = ["router"]

router = APIRouter(prefix="/trace", include_in_schema=False)

Here = Annotated[Context, Depends(context)]


@router.get("", response_class=HTMLResponse)
def show_search(
    request: Request, ctx: Here, q: Annotated[str, Query(max_length=4096)] = ""
) -> Response:
    """Answer: which thing do you want to follow?"""
    if not service.has_events(ctx):
        return render(request, ctx, "trace/empty.html", q=q)
    found = service.search(ctx, q, 50) if q.strip() else []
    if len(found) == 1:
        return RedirectResponse(found[0].path, 303)
    understood, refusal = "", None
    if q.strip():
        try:
            name = service.thing_named(q)
        except InputError as error:
            refusal = translate_error(error, ctx.language)
        else:
            understood = Translator(ctx.language).text(service.kind_of(name)) + f" {name}"
    return render(
        request,
        ctx,
        "trace/search.html",
        q=q,
        found=[asdict(hit) for hit in found],
        understood=understood,
        refusal=refusal,
        lots=service.recent_lots(ctx),
        held=service.lots_on_hold(ctx),
    )


@router.post("/sample")
def load_sample(ctx: Here) -> Response:
    """Capture the sample chain."""
    service.capture_sample(ctx)
    return RedirectResponse("/trace", 303)
