"""Pages of the domain: portfolio, one item, corrections, accuracy."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from sanpin.base import N_
from sanpin.demand import service
from sanpin.kit.context import Context
from sanpin.kit.http import context, read_cursor, write_cursor
from sanpin.kit.i18n import Translator
from sanpin.kit.pages import Formats, render
from sanpin.kit.runs import enqueue

__all__ = ["router"]

router = APIRouter(prefix="/demand", include_in_schema=False)

Here = Annotated[Context, Depends(context)]
_PAGE = 50
_NEWEST = 20


def _not_ready(request: Request, ctx: Context) -> HTMLResponse | None:
    """Answer with the empty state, or with the button that starts the first forecast."""
    if not service.has_orders(ctx):
        return render(request, ctx, "demand/empty.html")
    if service.current_forecast(ctx) is None:
        lines = service.count_lines(ctx)
        return render(request, ctx, "demand/waiting.html", lines=lines, last_day=_last_day(ctx))
    return None


def _last_day(ctx: Context) -> Any:
    """Return the day of the newest order."""
    return max(one.last_day for one in service.batches(ctx))


def _source(ctx: Context) -> dict[str, str] | None:
    """Return the source that must be named where the packaged orders are shown."""
    if not service.has_sample_orders(ctx):
        return None
    return {"text": service.SAMPLE_SOURCE, "url": service.SAMPLE_URL}


@router.get("", response_class=HTMLResponse)
def show_portfolio(
    request: Request,
    ctx: Here,
    q: Annotated[str, Query()] = "",
    sort: str = "",
    shape: str = "",
    cursor: str | None = None,
) -> Response:
    """Answer: what will sell in the next four weeks?"""
    waiting = _not_ready(request, ctx)
    if waiting:
        return waiting
    rows = service.portfolio(ctx, q, sort, shape)
    place = read_cursor(cursor)
    start = place if isinstance(place, int) and place > 0 else 0
    shown = rows.slice(start, _PAGE).to_dicts()
    words = Translator(ctx.language)
    formats = Formats(words)
    for row in shown:
        row["shape"] = service.SHAPE_LABELS[row["shape"]]
        row["range"] = f"{formats.number(row['q0.1'], 0)} – {formats.number(row['q0.9'], 0)}"
    asked = {key: value for key, value in (("q", q), ("sort", sort), ("shape", shape)) if value}
    after = start + _PAGE
    more = f"/demand?{urlencode({**asked, 'cursor': write_cursor(after)})}"
    return render(
        request,
        ctx,
        "demand/portfolio.html",
        rows=shown,
        total=rows.height,
        found=service.accuracy(ctx),
        total_fan=service.forecast_frame(ctx, ""),
        q=q,
        menus={"shape": _shape_menu(words, shape)},
        export_url=f"/api/v1/demand/portfolio?{urlencode(asked)}",
        next_url=more if after < rows.height else "",
        source=_source(ctx),
    )


def _shape_menu(words: Translator, chosen: str) -> dict[str, Any]:
    """Return the menu that chooses a shape of demand, the first entry choosing all."""
    options = [("", words.text(N_("of any kind")))]
    options += [(key, words.text(label)) for key, label in service.SHAPE_LABELS.items()]
    return {"label": words.text(N_("Kind of demand")), "value": chosen, "options": options}


@router.post("/forecast")
def start_forecast(ctx: Here) -> Response:
    """Queue a new forecast and show its Run."""
    run = enqueue(ctx, "demand.forecast")
    return RedirectResponse(f"/runs/{run.id}", 303)


@router.get("/items/{item:path}", response_class=HTMLResponse)
def show_item(request: Request, ctx: Here, item: str) -> Response:
    """Answer: how will this item sell?"""
    waiting = _not_ready(request, ctx)
    if waiting:
        return waiting
    view = service.item_view(ctx, item)
    corrections = view.corrections.sort("date", descending=True).head(_NEWEST).to_dicts()
    labels = {one["rule"]: one["label"] for one in service.correction_counts(ctx)}
    for row in corrections:
        row["label"] = labels[row["rule"]]
    return render(
        request,
        ctx,
        "demand/item.html",
        view=view,
        summary=view.summary,
        shape=service.SHAPE_LABELS[view.summary["shape"]],
        spec=service.item_chart(ctx, view),
        corrections=corrections,
        export_url=f"/api/v1/demand/panel?item={quote(item, safe='')}",
        source=_source(ctx),
    )


@router.get("/corrections", response_class=HTMLResponse)
def show_corrections(
    request: Request, ctx: Here, rule: str = "", cursor: str | None = None
) -> Response:
    """Answer: what was corrected in the raw orders?"""
    waiting = _not_ready(request, ctx)
    if waiting:
        return waiting
    counts = service.correction_counts(ctx)
    rows = service.correction_rows(ctx, rule)
    place = read_cursor(cursor)
    start = place if isinstance(place, int) and place > 0 else 0
    labels = {one["rule"]: one["label"] for one in counts}
    shown = rows.slice(start, _PAGE).to_dicts()
    for row in shown:
        row["label"] = labels[row["rule"]]
    after = start + _PAGE
    more = f"/demand/corrections?{urlencode({'rule': rule, 'cursor': write_cursor(after)})}"
    intake = service.current_intake(ctx)
    return render(
        request,
        ctx,
        "demand/corrections.html",
        counts=counts,
        rule=next((one for one in counts if one["rule"] == rule), None),
        rows=shown,
        total=rows.height,
        changed=sum(one["rows"] for one in counts),
        lines=intake.lines if intake else 0,
        export_url=f"/api/v1/demand/corrections?{urlencode({'rule': rule})}",
        next_url=more if after < rows.height else "",
        source=_source(ctx),
    )


@router.get("/accuracy", response_class=HTMLResponse)
def show_accuracy(request: Request, ctx: Here) -> Response:
    """Answer: how good is the forecast?"""
    waiting = _not_ready(request, ctx)
    if waiting:
        return waiting
    found = service.accuracy(ctx)
    return render(
        request,
        ctx,
        "demand/accuracy.html",
        found=found,
        spec=service.accuracy_chart(ctx, found),
        source=_source(ctx),
    )
