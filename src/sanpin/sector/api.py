"""HTTP door of the domain: figures, targets, tasks, and the lists that filters offer.

Lists answer with the records of `service.records`, in the reader's language; the same list as csv,
xlsx or parquet holds all rows whatever the page. Own records are put under an id that the caller
chooses, so that a program may send the same request twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from sanpin.kit.context import Context
from sanpin.kit.http import context, export_response, paginate
from sanpin.sector import service

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/sector", tags=["sector"])

Here = Annotated[Context, Depends(context)]
Name = Annotated[str | None, Query(description="In English or Chinese")]
Cursor = Annotated[str | None, Query(description="Value of `next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=1000)]
Format = Annotated[
    Literal["json", "csv", "xlsx", "parquet"],
    Query(description="csv, xlsx and parquet hold all rows"),
]
Record = dict[str, Any]


def _answer(
    ctx: Context,
    name: str,
    records: Sequence[Record],
    form: str = "json",
    cursor: str | None = None,
    limit: int = 1000,
) -> Response | Record:
    """Answer with one page as JSON, or with all rows as a file.

    Parameters
    ----------
    name : of the list, which is also its key in the answer and part of the file's name
    records : all that the filters let through
    form : ``json`` for a page, else the format of the file
    cursor, limit : see `sanpin.kit.http.paginate`
    """
    if form != "json":
        frame = service.to_frame(records)
        return export_response(frame, f"sector-{name}", form, service.headings(ctx.language))

    def fetch(last: Any, count: int) -> Sequence[Record]:
        ids = [record["id"] for record in records]
        start = ids.index(last) + 1 if last in ids else 0
        return records[start : start + count]

    page = paginate(fetch, cursor, limit, key=lambda record: record["id"])
    return {name: list(page.items), "next": page.next}


@router.get("/figures", response_model=None)
def list_figures(
    ctx: Here,
    region: Name = None,
    pillar: str | None = None,
    industry: Name = None,
    kind: str | None = None,
    cursor: Cursor = None,
    limit: Limit = 1000,
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response | Record:
    """List published figures as the texts state them."""
    found = service.figures(ctx, region, pillar, industry, kind)
    library = service.library()
    records = [service.figure_record(one, library, ctx.language) for one in found]
    return _answer(ctx, "figures", records, format, cursor, limit)


@router.get("/targets", response_model=None)
def list_targets(
    ctx: Here,
    region: Name = None,
    pillar: str | None = None,
    industry: Name = None,
    state: str | None = None,
    origin: Literal["published", "own"] | None = None,
    as_of: date | None = None,
    cursor: Cursor = None,
    limit: Limit = 1000,
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response | Record:
    """List targets with actuals, pace and warnings; paces are per year."""
    views = service.targets(ctx, region, pillar, industry, as_of, state)
    records = [
        service.target_record(view, ctx.language)
        for view in views
        if origin in (None, str(view.target.origin))
    ]
    return _answer(ctx, "targets", records, format, cursor, limit)


@router.get("/targets/{target_id:path}/actuals", response_model=None)
def list_target_actuals(
    ctx: Here,
    target_id: str,
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response | Record:
    """List everything that was compared with a target, and what stands beside it."""
    records = service.evidence_records(service.target(ctx, target_id), ctx.language)
    return _answer(ctx, "actuals", records, format)


@router.get("/targets/{target_id:path}")
def show_target(ctx: Here, target_id: str, as_of: date | None = None) -> Record:
    """Show one target with its pace."""
    return service.target_record(service.target(ctx, target_id, as_of), ctx.language)


class TargetBody(BaseModel):
    """An own target; `value` is counted in `unit`, such as 5200 in 亿元.

    Every word is checked by `engine.make_target` and not here, so that a form, a file and this door
    refuse the same things in the same words.
    """

    indicator: str = Field(min_length=1)
    indicator_en: str = ""
    region: str = ""
    sector: str = ""
    pillar: str = "none"
    value: float
    unit: str = "count"
    comparator: str = "ge"
    direction: str = ""
    measure: str = ""
    start: str = ""
    due: str = Field(min_length=4)
    stated_pace: float | None = None
    source: str = ""
    note: str = ""


class ActualBody(BaseModel):
    """An own actual of a target, published or own."""

    target: str = Field(min_length=1)
    value: float
    unit: str = ""
    period: str = Field(min_length=4)
    kind: Literal["level", "growth"] = "level"
    comparator: str = "eq"
    source: str = ""
    note: str = ""


@router.put("/targets/{target_id:path}")
def put_target(ctx: Here, target_id: str, body: TargetBody) -> Record:
    """Insert or replace an own target."""
    made = service.save_own_target(ctx, {**body.model_dump(), "id": target_id})
    return service.target_record(service.target(ctx, made.id), ctx.language)


@router.delete("/targets/{target_id:path}", status_code=204)
def delete_target(ctx: Here, target_id: str) -> None:
    """Remove an own target with its own actuals."""
    service.delete_own_target(ctx, target_id)


@router.get("/actuals", response_model=None)
def list_actuals(
    ctx: Here,
    target: str | None = None,
    cursor: Cursor = None,
    limit: Limit = 1000,
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response | Record:
    """List own actuals."""
    records = [service.actual_record(one) for one in service.own_actuals(ctx, target)]
    return _answer(ctx, "actuals", records, format, cursor, limit)


@router.put("/actuals/{actual_id:path}")
def put_actual(ctx: Here, actual_id: str, body: ActualBody) -> Record:
    """Insert or replace an own actual."""
    return service.actual_record(
        service.save_own_actual(ctx, {**body.model_dump(), "id": actual_id})
    )


@router.delete("/actuals/{actual_id:path}", status_code=204)
def delete_actual(ctx: Here, actual_id: str) -> None:
    """Remove an own actual."""
    service.delete_own_actual(ctx, actual_id)


@router.get("/tasks", response_model=None)
def list_tasks(
    ctx: Here,
    region: Name = None,
    pillar: str | None = None,
    state: str | None = None,
    lead: Name = None,
    period: str | None = None,
    industry: Name = None,
    cursor: Cursor = None,
    limit: Limit = 1000,
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response | Record:
    """List tasks with units, windows, states and evidence."""
    day = service.as_of_day(ctx)
    found = service.tasks(ctx, region, pillar, state, lead, period, industry)
    records = [service.task_record(one, ctx.language, day) for one in found]
    return _answer(ctx, "tasks", records, format, cursor, limit)


@router.get("/tasks/{task_id:path}")
def show_task(ctx: Here, task_id: str) -> Record:
    """Show one task with its state and evidence."""
    return service.task_record(service.task(ctx, task_id), ctx.language, service.as_of_day(ctx))


class TaskStateBody(BaseModel):
    """Where a task stands; ``done`` needs evidence, a link or a file reference."""

    state: Literal["open", "in_progress", "done", "blocked"]
    evidence: str = ""
    link: str = ""
    file: str = ""
    due: date | None = None


@router.put("/tasks/{task_id:path}/state")
def put_task_state(ctx: Here, task_id: str, body: TaskStateBody) -> Record:
    """Record where a task stands."""
    task = service.set_task_state(ctx, task_id, **body.model_dump())
    return service.task_record(task, ctx.language, service.as_of_day(ctx))


@router.get("/regions", response_model=None)
def list_regions(ctx: Here, format: Format = "json") -> Response | Record:  # noqa: A002
    """List the regions that have figures."""
    return _answer(ctx, "regions", service.regions(ctx), format)


@router.get("/industries", response_model=None)
def list_industries(ctx: Here, format: Format = "json") -> Response | Record:  # noqa: A002
    """List the industries, wider ones before their parts."""
    return _answer(ctx, "industries", service.industries(ctx), format)


@router.get("/pillars")
def show_pillars(
    ctx: Here, region: Name = None, industry: Name = None, as_of: date | None = None
) -> Record:
    """Show the figures that each pillar's column holds."""
    return {"pillars": service.pillars(ctx, region, industry, as_of)}
