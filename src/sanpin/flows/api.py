"""HTTP door of the flows: scoreboard, decisions, cockpit, and starting the loop.

The figures and decisions answered here are those that the last loop kept, so that two callers
see the same and nobody waits for a computation. Only ``POST /loop`` starts one, as a job.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any, Literal

import polars as pl
from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from sanpin.demand.service import has_orders
from sanpin.flows.cockpit.decisions import DecisionKind, counted
from sanpin.flows.cockpit.firm import firm_side
from sanpin.flows.cockpit.industry import industry_side
from sanpin.flows.cockpit.wording import HEADINGS, DecisionWords, decisions_frame
from sanpin.flows.launching import start_loop
from sanpin.flows.scoreboard.drill import drill_rows, headings
from sanpin.flows.scoreboard.figure import Period
from sanpin.flows.scoreboard.service import (
    definition_of,
    figure_record,
    figures_frame,
    grouped,
    kept_figures,
    scoreboard_record,
)
from sanpin.kit.context import Context
from sanpin.kit.http import context, export_response, paginate
from sanpin.kit.i18n import translate
from sanpin.kit.pages import as_of_day
from sanpin.kit.plain import plain
from sanpin.sector.service import target_record

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["flows"])

Here = Annotated[Context, Depends(context)]
Name = Annotated[str | None, Query(description="In English or Chinese")]
Cursor = Annotated[str | None, Query(description="Value of `next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=1000)]
File = Annotated[
    Literal["csv", "xlsx", "json", "parquet"], Query(description="All rows in each of them")
]
Format = Annotated[
    Literal["json", "csv", "xlsx", "parquet"],
    Query(description="csv, xlsx and parquet hold all rows"),
]
Record = dict[str, Any]


def _page(name: str, rows: Sequence[Record], cursor: str | None, limit: int) -> Record:
    """Answer with one page of rows.

    Parameters
    ----------
    name : key under which the rows stand
    rows : all rows
    cursor : where to go on, None for the beginning
    limit : rows of a page
    """

    def fetch(last: Any, count: int) -> Sequence[Record]:
        start = int(last) + 1 if isinstance(last, int) else 0
        # The cursor is the place in the list: rows of a finished loop never change their order.
        return [{"_place": start + at, **row} for at, row in enumerate(rows[start : start + count])]

    page = paginate(fetch, cursor, limit, key=lambda row: row["_place"])
    shown = [{key: one for key, one in row.items() if key != "_place"} for row in page.items]
    return {name: shown, "total": len(rows), "next": page.next}


@router.get("/scoreboard")
def show_scoreboard(ctx: Here, region: Name = None, industry: Name = None) -> Record:
    """Show the firm's figures by pillar, and what is published of regions and industries."""
    return scoreboard_record(ctx, region, industry)


@router.get("/scoreboard/export", response_class=Response)
def export_scoreboard(ctx: Here, format: File = "csv") -> Response:  # noqa: A002 - of the address
    """Download the firm's figures with unit, period and formula."""
    figures = kept_figures(ctx) if has_orders(ctx) else []
    frame = figures_frame(figures, ctx.language)
    return export_response(frame, "scoreboard", format)


@router.get("/scoreboard/{figure}")
def show_figure(ctx: Here, figure: str) -> Record:
    """Show one figure with its history, the newest value last."""
    definition = definition_of(figure)
    known = kept_figures(ctx) if has_orders(ctx) else []
    found = next((one for one in known if one.definition == definition), None)
    return {
        "key": definition.key,
        "pillar": definition.pillar.value,
        "label": translate(definition.label, ctx.language),
        "history": list(found.history) if found else [],
        **(figure_record(found) if found else {"value": None, "unit": definition.unit}),
    }


@router.get("/scoreboard/{figure}/rows", response_model=None)
def list_figure_rows(
    ctx: Here,
    figure: str,
    cursor: Cursor = None,
    limit: Limit = 1000,
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response | Record:
    """List the rows that a figure is made of, largest first; a download holds all of them."""
    definition = definition_of(figure)
    if not has_orders(ctx):
        rows = pl.DataFrame()
    else:
        drill = drill_rows(ctx, definition, Period.before(as_of_day(ctx)))
        rows = drill.named(ctx)
    if format != "json":
        return export_response(rows, f"scoreboard-{figure}", format, headings(ctx))
    return _page("rows", rows.to_dicts(), cursor, limit)


@router.get("/decisions", response_model=None)
def list_decisions(
    ctx: Here,
    kind: DecisionKind | None = None,
    cursor: Cursor = None,
    limit: Limit = 1000,
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response | Record:
    """List what needs a decision, worst first, as the last loop found it."""
    side = firm_side(ctx)
    words = DecisionWords(ctx.language)
    chosen = [one for one in side.decisions if kind in (None, one.kind)]
    if format != "json":
        titles = {name: words.say(text) for name, text in HEADINGS.items()}
        return export_response(decisions_frame(chosen, words), "decisions", format, titles)
    page = _page("decisions", [words.record(one) for one in chosen], cursor, limit)
    return {**page, "counts": counted(side.decisions), "run": side.last.id if side.last else None}


@router.get("/cockpit")
def show_cockpit(ctx: Here, region: Name = None, industry: Name = None) -> Record:
    """Show both sides of the cockpit: the firm's decisions, the industry's pillars."""
    firm = firm_side(ctx)
    words = DecisionWords(ctx.language)
    around = industry_side(ctx, region or "", industry or "")
    answer: Record = plain(
        {
            "firm": {
                "as_of": firm.as_of,
                "run": firm.last.id if firm.last else None,
                "under_way": firm.under_way.id if firm.under_way else None,
                "counts": counted(firm.decisions),
                "decisions": [words.record(one) for one in firm.decisions],
                "scoreboard": grouped(firm.figures),
                "missing": firm.missing,
            },
            "industry": {
                "as_of": around.as_of,
                "pillars": around.pillars,
                "counts": around.counts,
                "behind": [target_record(one, ctx.language) for one in around.behind],
                "tasks": around.tasks,
                "warnings": [asdict(one) for one in around.warnings],
            },
        }
    )
    return answer


class LoopBody(BaseModel):
    """How far and how carefully the loop looks; what is left out keeps its default."""

    horizon_days: int = Field(28, ge=1, le=365)
    plan_days: int = Field(14, ge=1, le=365)
    service_level: float = Field(0.95, ge=0.5, le=0.98)
    schedule_seconds: float = Field(30.0, ge=0)
    seed: int = 0


@router.post("/loop", status_code=202, response_class=JSONResponse)
def run_loop(ctx: Here, body: LoopBody | None = None) -> Response:
    """Queue the loop for a worker; one already under way is answered instead of a second."""
    run = start_loop(ctx, body.model_dump() if body else {})
    record = plain({**asdict(run), "state": run.state.value})
    return JSONResponse(record, 202, headers={"Location": f"/api/v1/runs/{run.id}"})
