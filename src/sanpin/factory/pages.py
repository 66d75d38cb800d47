"""Pages of the domain: the plan and the schedule."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

import polars as pl
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from sanpin.base import N_
from sanpin.factory import service
from sanpin.kit.context import Context
from sanpin.kit.http import context, read_cursor, write_cursor
from sanpin.kit.i18n import Translator
from sanpin.kit.pages import render

__all__ = ["router"]

router = APIRouter(prefix="/factory", include_in_schema=False)

Here = Annotated[Context, Depends(context)]
_PAGE = 100
_STATES = {
    "late": ("bad", N_("late")),
    "on_time": ("ok", N_("on time")),
    "planned": ("hold", N_("not scheduled")),
}


@router.get("/plan", response_class=HTMLResponse)
def show_plan(
    request: Request, ctx: Here, q: Annotated[str, Query()] = "", cursor: str | None = None
) -> Response:
    """Answer: what must we make this week?"""
    found = service.plan_in_force(ctx)
    if found is None:
        return _empty(request, ctx, "factory/plan_empty.html")
    orders, needs = service.make_orders(ctx, q), service.material_needs(ctx)
    words = Translator(ctx.language)
    shown, more = _slice(orders, cursor, "/factory/plan", {"q": q})
    for row in shown:
        kind, word = _STATES[row["state"]]
        row["state"] = (kind, words.text(word))
    short = needs.filter(pl.col("short") > 0)
    return render(
        request,
        ctx,
        "factory/plan.html",
        found=found,
        facts=found.facts,
        first_week=_first_week(ctx, found),
        rows=shown,
        total=orders.height,
        short=short.to_dicts(),
        needs=needs.height,
        q=q,
        next_url=more,
        export_url=f"/api/v1/factory/orders?{urlencode({'q': q})}",
        sample=_is_sample(ctx),
    )


@router.get("/schedule", response_class=HTMLResponse)
def show_schedule(
    request: Request, ctx: Here, order: str = "", text: str = "", cursor: str | None = None
) -> Response:
    """Answer: will every order be ready in time?"""
    found = service.schedule_in_force(ctx)
    if found is None:
        return _empty(request, ctx, "factory/schedule_empty.html")
    late = service.late_orders(ctx, order or text)
    words = Translator(ctx.language)
    asked = {key: value for key, value in (("order", order), ("text", text)) if value}
    shown, more = _slice(late, cursor, "/factory/schedule", asked)
    for row in shown:
        row["why"] = words.text(service.CAUSES[row["cause"]])
        row["late_days"] = row["late_minutes"] / 1440
    loads = service.machine_load(ctx)
    return render(
        request,
        ctx,
        "factory/schedule.html",
        found=found,
        facts=found.facts,
        rows=shown,
        total=late.height,
        loads=loads.to_dicts(),
        busiest=loads.row(0, named=True) if loads.height else None,
        order=order,
        text=text,
        board_url=f"/api/v1/factory/gantt?{urlencode({'order': order})}",
        export_url=f"/api/v1/factory/late?{urlencode({'q': order or text})}",
        next_url=more,
        sample=_is_sample(ctx),
    )


def _slice(
    frame: pl.DataFrame, cursor: str | None, path: str, asked: dict[str, str]
) -> tuple[list[dict[str, Any]], str]:
    """Return one page of rows and the address of the next one, empty on the last."""
    place = read_cursor(cursor)
    start = place if isinstance(place, int) and place > 0 else 0
    after = start + _PAGE
    more = f"{path}?{urlencode({**asked, 'cursor': write_cursor(after)})}"
    return frame.slice(start, _PAGE).to_dicts(), more if after < frame.height else ""


def _empty(request: Request, ctx: Context, template: str) -> HTMLResponse:
    missing = service.missing(ctx)
    return render(request, ctx, template, missing=missing, kind=(missing or ["resources"])[0])


def _is_sample(ctx: Context) -> bool:
    return any(machine.sample for machine in service.machines(ctx))


def _first_week(ctx: Context, found: Any) -> int:
    """Count the lots that are due within seven days."""
    due = service.make_orders(ctx)["due"]
    limit = pl.lit(found.as_of) + pl.duration(days=7)
    return int(pl.select((pl.lit(due).cast(pl.Date) <= limit).sum()).item() or 0)
