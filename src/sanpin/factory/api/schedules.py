"""HTTP door of what searches have found: schedules, their tables, their differences."""

from __future__ import annotations

from typing import Annotated, Literal

import orjson
import polars as pl
from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from sanpin.factory import service
from sanpin.kit.context import Context
from sanpin.kit.http import context, export_response
from sanpin.kit.i18n import Translator

__all__ = ["router"]

router = APIRouter()

Here = Annotated[Context, Depends(context)]
Document = Annotated[
    Literal["json", "csv", "xlsx"],
    Query(alias="format", description="json is sanpin.factory.schedule/1, the others its rows"),
]
Table = Annotated[
    Literal["json", "csv", "xlsx", "parquet"], Query(alias="format", description="All rows")
]
Part = Literal["jobs", "late", "machines", "setups", "chain"]
Difference = Literal["terms", "moves", "late"]


@router.get("/schedules/{run}", response_model=None)
def show_schedule_of(ctx: Here, run: str, form: Document = "json") -> Response:
    """Return the schedule that a search has found, as document or as rows."""
    found = service.find_solution(ctx, run)
    if form == "json":
        document = service.schedule_document(ctx, found)
        return Response(orjson.dumps(document), media_type="application/json")
    rows = service.solution_table(ctx, found, "solution")
    return _table(ctx, found, _flat(rows), f"schedule-{run[:8]}", form)


@router.get("/schedules/{run}/gantt", response_model=None)
def draw_schedule_of(ctx: Here, run: str) -> Response:
    """Return rows and bars of a schedule; times are in the problem's unit from its origin."""
    found = service.find_solution(ctx, run)
    return Response(orjson.dumps(service.draw_solution(ctx, found)), media_type="application/json")


@router.get("/schedules/{run}/{part}", response_model=None)
def list_part(ctx: Here, run: str, part: Part, form: Table = "json") -> Response:
    """List the jobs, late jobs, machines or change-overs, or the chain of the worst job."""
    found = service.find_solution(ctx, run)
    rows = service.solution_table(ctx, found, "jobs" if part == "late" else part)
    if part == "late":
        rows = rows.filter(pl.col("late") > 0)
    return _table(ctx, found, rows.drop("closed", strict=False), f"{part}-{run[:8]}", form)


@router.get("/differences/{part}", response_model=None)
def list_differences(ctx: Here, part: Difference, a: str, b: str, form: Table = "json") -> Response:
    """List in what the schedules of two searches differ: terms, moved operations, late jobs."""
    found = service.compare_solutions(ctx, a, b)
    rows = {"terms": found.terms, "moves": found.moves, "late": found.late}[part]
    return _table(ctx, found.a, rows, f"{part}-{a[:8]}-{b[:8]}", form)


def _table(
    ctx: Context, found: service.Solution, rows: pl.DataFrame, name: str, form: str
) -> Response:
    """Answer with a table: for programs as it is, in files for people with dates and units."""
    if form not in ("csv", "xlsx"):
        return export_response(rows, name, form)
    words = Translator(ctx.language)
    plain = form == "csv"
    headings = service.sheet_headings(words, found, rows, plain=plain)
    sheet = service.sheet_of(words, found, rows, plain=plain)
    return export_response(sheet, name, form, headings)


def _flat(rows: pl.DataFrame) -> pl.DataFrame:
    """Write lists of workers and tools as texts, for files whose cells hold one value."""
    return rows.with_columns(pl.col("workers", "tools").list.join("; "))
