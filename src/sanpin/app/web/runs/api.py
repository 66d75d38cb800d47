"""Interface of the Runs for programs."""

from __future__ import annotations

from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, Body, Depends, Query
from starlette.responses import Response

from sanpin.app.web.runs.pages import runs_page
from sanpin.app.web.runs.words import as_record, live
from sanpin.base import RunState
from sanpin.kit.context import Context
from sanpin.kit.http import context, event_stream, export_response
from sanpin.kit.plain import plain
from sanpin.kit.runs import cancel_run, compare_runs, enqueue, get_run, list_runs, rerun

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/runs", tags=["runs"])
Ctx = Annotated[Context, Depends(context)]
Record = dict[str, Any]


@router.get("")
def list_(
    ctx: Ctx,
    verb: Annotated[str, Query(description="Full name such as loop.run")] = "",
    state: RunState | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
) -> Record:
    """List Runs that are no step of another one, newest first."""
    page = runs_page(ctx, verb, state or "", cursor, limit)
    return {"items": [plain(as_record(run)) for run in page.items], "next": page.next}


@router.post("", status_code=202)
def start(
    ctx: Ctx,
    verb: Annotated[str, Body(description="Full name such as loop.run")],
    params: Annotated[dict[str, Any] | None, Body()] = None,
    seed: Annotated[int, Body()] = 0,
) -> Record:
    """Queue a computation for a worker process."""
    return _record(as_record(enqueue(ctx, verb, params or {}, seed=seed)))


@router.get("/export")
def export(
    ctx: Ctx,
    format: Annotated[str, Query(pattern="^(csv|xlsx|json|parquet)$")] = "csv",  # noqa: A002
) -> Response:
    """Download all Runs, steps included."""
    columns = ("id", "domain", "verb", "state", "author", "created", "started", "finished")
    rows = [[getattr(run, name) for name in columns] for run in list_runs(ctx, limit=None)]
    types: dict[str, Any] = dict.fromkeys(columns[:5], pl.String)
    types |= dict.fromkeys(columns[5:], pl.Datetime("us", "UTC"))
    return export_response(pl.DataFrame(rows, schema=types, orient="row"), "runs", format)


@router.get("/compare")
def compare(ctx: Ctx, a: str, b: str) -> Record:
    """Compare two Runs: differing parameters and the change of every figure."""
    found = compare_runs(ctx, a, b)
    return _record(
        {
            "a": a,
            "b": b,
            "same_inputs": found.same_inputs,
            "params": found.params,
            "metrics": found.metrics,
        }
    )


@router.get("/{run_id}")
def show(ctx: Ctx, run_id: str) -> Record:
    """Return one Run with its steps."""
    children = reversed(list_runs(ctx, parent=run_id, limit=None))
    return _record(
        {**as_record(get_run(ctx, run_id)), "steps": [as_record(step) for step in children]}
    )


@router.get("/{run_id}/events")
def events(ctx: Ctx, run_id: str) -> Response:
    """Stream every change of a Run as server-sent events, until it has ended."""
    get_run(ctx, run_id)
    return event_stream(lambda: live(ctx, run_id))


@router.post("/{run_id}/cancel")
def cancel(ctx: Ctx, run_id: str) -> Record:
    """Ask a Run to end; it does within two seconds."""
    return _record(as_record(cancel_run(ctx, run_id)))


@router.post("/{run_id}/rerun", status_code=202)
def again(ctx: Ctx, run_id: str) -> Record:
    """Queue the same computation once more, with the same parameters and seed."""
    return _record(as_record(rerun(ctx, run_id)))


def _record(value: object) -> Record:
    """Return a value as plain JSON values."""
    record: Record = plain(value)
    return record
