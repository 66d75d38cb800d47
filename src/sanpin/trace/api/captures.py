"""Captures over HTTP: what became of each, and what was refused, to be corrected and sent again."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from sanpin.kit.context import Context
from sanpin.kit.http import context, export_response, paginate
from sanpin.kit.plain import plain
from sanpin.trace import service

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/trace/captures", tags=["trace"])

Here = Annotated[Context, Depends(context)]
Format = Annotated[Literal["json", "csv", "xlsx"], Query(description="csv and xlsx hold all rows")]
Record = dict[str, Any]


@router.get("")
def list_captures(
    ctx: Here, cursor: str | None = None, limit: Annotated[int, Query(ge=1, le=1000)] = 50
) -> Record:
    """List captures, newest first."""

    def fetch(last: Any, size: int) -> list[Any]:
        return service.capture_jobs(ctx, size, before=str(last or ""))

    page = paginate(fetch, cursor, limit, lambda job: job["id"])
    return {"items": [plain(_public(job)) for job in page.items], "next": page.next}


@router.get("/{job}")
def get_capture(ctx: Here, job: str) -> Record:
    """Return what became of a capture, with its first findings."""
    found: Record = plain(_public(service.capture_job(ctx, job)))
    return found


@router.get("/{job}/findings", response_model=None)
def get_findings(
    ctx: Here,
    job: str,
    format: Format = "json",  # noqa: A002 - the word of the address
) -> Response | list[Record]:
    """Return everything that was wrong: file, event, line, column, path, code and reason."""
    if format == "json":
        return service.findings(ctx, job)
    frame, titles = service.findings_frame(ctx, job)
    return export_response(frame, "findings", format, titles)


@router.get("/{job}/refused")
def get_refused(ctx: Here, job: str) -> Response:
    """Return the refused events as an EPCIS document."""
    headers = {"Content-Disposition": 'attachment; filename="refused.json"'}
    body = service.refused_document(ctx, job)
    return Response(body, media_type="application/ld+json", headers=headers)


def _public(job: Any) -> Record:
    """Leave out what the store alone needs."""
    return {name: value for name, value in job.items() if name != "firm"}
