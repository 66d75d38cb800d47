"""Pages of the plant: the plan, the schedule, and the lots that were made.

A page puts one question, answers it from what is in force, and shows the evidence below. Tables
come page by page; downloads, which the interface serves, hold all rows.
"""

from __future__ import annotations

from typing import Annotated
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

router = APIRouter()

Here = Annotated[Context, Depends(context)]
_PAGE = 100
_LOT_KINDS = {"held": "hold", "late": "bad", "on_time": "ok"}
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
    needs, words = service.material_needs(ctx), Translator(ctx.language)
    start = _start(cursor)
    orders = service.make_order_page(ctx, q, start, _PAGE)
    for row in orders.rows:
        kind, word = _STATES[row["state"]]
        row["state"] = (kind, words.text(word))
        row["family"] = service.family_name(row["family"], ctx.language)
    short = needs.filter(pl.col("short") > 0)
    return render(
        request,
        ctx,
        "factory/plan.html",
        found=found,
        facts=found.facts,
        first_week=service.due_within(ctx, 7),
        rows=orders.rows,
        total=orders.total,
        short=short.to_dicts(),
        needs=needs.height,
        q=q,
        next_url=_more("/factory/plan", {"q": q}, start, orders.total),
        export_url=f"/api/v1/factory/orders?{urlencode({'q': q})}",
        sample=_is_sample(ctx),
    )


@router.get("/schedule", response_class=HTMLResponse)
def show_schedule(
    request: Request,
    ctx: Here,
    order: str = "",
    machine: str = "",
    text: str = "",
    cursor: str | None = None,
) -> Response:
    """Answer: will every order be ready in time?"""
    found = service.schedule_in_force(ctx)
    if found is None:
        return _empty(request, ctx, "factory/schedule_empty.html")
    start, words = _start(cursor), Translator(ctx.language)
    wanted = order or machine or text
    late = service.late_order_page(ctx, wanted, start, _PAGE)
    given = {"order": order, "machine": machine, "text": text}
    asked = {key: value for key, value in given.items() if value}
    for row in late.rows:
        row["why"] = words.text(service.CAUSES[row["cause"]])
        row["late_days"] = row["late_minutes"] / 1440
    sites = service.site_names(ctx)
    loads = service.machine_load(ctx).with_columns(pl.col("site").replace(sites))
    return render(
        request,
        ctx,
        "factory/schedule.html",
        found=found,
        facts=found.facts,
        rows=late.rows,
        total=late.total,
        loads=loads.to_dicts(),
        busiest=loads.row(0, named=True) if loads.height else None,
        order=order,
        machine=next((one for one in loads.to_dicts() if one["machine"] == machine), None),
        text=text,
        board_url=f"/api/v1/factory/gantt?{urlencode({'order': order, 'machine': machine})}",
        export_url=f"/api/v1/factory/late?{urlencode({'q': wanted})}",
        next_url=_more("/factory/schedule", asked, start, late.total),
        sample=_is_sample(ctx),
    )


@router.get("/lots", response_class=HTMLResponse)
def show_lots(
    request: Request, ctx: Here, q: str = "", state: str = "", cursor: str | None = None
) -> Response:
    """Answer: what was made, and what waits for a decision?"""
    found = service.in_force(ctx, "floor")
    if found is None:
        return _empty(request, ctx, "factory/lots_empty.html")
    words = Translator(ctx.language)
    # An unknown state in an old link shows all rather than an error.
    state = state if state in service.LOT_STATES else ""
    start = _start(cursor)
    lots, sites = service.lot_page(ctx, q, state, start, _PAGE), service.site_names(ctx)
    for row in lots.rows:
        row["state"] = (_LOT_KINDS[row["state"]], words.text(service.LOT_STATES[row["state"]]))
        row["site"] = sites.get(row["site"], row["site"])
        row["url"] = f"/trace/thing?{urlencode({'epc': row['thing']})}" if row["thing"] else ""
    asked = {key: value for key, value in (("q", q), ("state", state)) if value}
    return render(
        request,
        ctx,
        "factory/lots.html",
        found=found,
        facts=found.facts,
        rows=lots.rows,
        total=lots.total,
        q=q,
        state=state,
        states=[("", words.text(N_("all")))]
        + [(key, words.text(word)) for key, word in service.LOT_STATES.items()],
        next_url=_more("/factory/lots", asked, start, lots.total),
        export_url=f"/api/v1/factory/lots?{urlencode(asked)}",
        sample=found.facts.get("sample", _is_sample(ctx)),
    )


def _start(cursor: str | None) -> int:
    """Return the row with which a page begins; a cursor that says nothing begins at the first."""
    place = read_cursor(cursor)
    return place if isinstance(place, int) and place > 0 else 0


def _more(path: str, asked: dict[str, str], start: int, total: int) -> str:
    """Return the address of the next page, empty on the last one."""
    after = start + _PAGE
    if after >= total:
        return ""
    return f"{path}?{urlencode({**asked, 'cursor': write_cursor(after)})}"


def _empty(request: Request, ctx: Context, template: str) -> HTMLResponse:
    """Show the page of a firm that lacks something, naming the kind of file to import first."""
    missing = service.missing(ctx)
    return render(request, ctx, template, missing=missing, kind=(missing or ["resources"])[0])


def _is_sample(ctx: Context) -> bool:
    """Whether any machine is generated, which every page about the plant has to say."""
    return any(machine.sample for machine in service.machines(ctx))
