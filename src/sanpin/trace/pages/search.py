"""Page of the one box: which thing do you want to follow?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from sanpin.base import SanpinError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.http import context, needs
from sanpin.kit.i18n import translate_error
from sanpin.kit.pages import render
from sanpin.trace import service
from sanpin.trace.pages.meanings import meaning

__all__ = ["router"]

router = APIRouter(prefix="/trace", include_in_schema=False)

Here = Annotated[Context, Depends(context)]
Text = Annotated[str, Query(max_length=4096)]


@router.get("", response_class=HTMLResponse)
def show_search(request: Request, ctx: Here, q: Text = "") -> Response:
    """Answer: which thing do you want to follow?"""
    if not service.has_events(ctx):
        return render(request, ctx, "trace/empty.html", q=q)
    found = service.search(ctx, q, 50) if q.strip() else []
    if len(found) == 1:
        return RedirectResponse(found[0].path, 303)
    return _show(request, ctx, q, found=[asdict(hit) for hit in found])


@router.get("/understood", response_class=HTMLResponse)
def show_understood(request: Request, ctx: Here, q: Text = "") -> Response:
    """Say what a code says, as a part of the page that changes while it is typed."""
    return render(
        request, ctx, "trace/understood.html", said=meaning(ctx, q) if q.strip() else None
    )


@router.post("/photo", response_class=HTMLResponse)
@needs(Role.VIEWER)
def read_photo(request: Request, ctx: Here, photo: UploadFile) -> Response:
    """Read the codes on a photo; a single one is followed at once."""
    refusal, codes = None, []
    try:
        codes = service.read_photo(photo.file.read(service.LARGEST_FILE + 1))
    except SanpinError as error:
        refusal = translate_error(error, ctx.language)
    if len(codes) == 1:
        return RedirectResponse(f"/trace?{urlencode({'q': codes[0]})}", 303)
    seen = [{"code": code, "said": meaning(ctx, code)} for code in codes]
    return _show(request, ctx, "", photo={"refusal": refusal, "codes": seen})


@router.post("/sample")
def load_sample(ctx: Here) -> Response:
    """Capture the sample chain."""
    service.capture_sample(ctx)
    return RedirectResponse("/trace", 303)


def _show(request: Request, ctx: Context, q: str, **values: Any) -> Response:
    """Show the box, what was understood and found, and where one may begin."""
    return render(
        request,
        ctx,
        "trace/search.html",
        q=q,
        said=meaning(ctx, q) if q.strip() else None,
        lots=service.recent_lots(ctx),
        held=service.lots_on_hold(ctx),
        live_url=f"/api/v1/trace/events/live?since={service.newest_step(ctx)}",
        uses_htmx=True,
        **values,
    )
