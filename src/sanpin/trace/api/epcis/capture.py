"""Capture over HTTP: documents with jobs, single events.

``POST /epcis/capture`` answers 202 with the address of its job, which is finished by then: the
document was checked and committed before the answer. A document that cannot be read at all is
refused at once with 400; what is wrong with its events is told by the job.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from sanpin.base import N_, InputError, Problem, SanpinError, StateError
from sanpin.kit.context import Context
from sanpin.kit.http import context
from sanpin.kit.plain import plain
from sanpin.trace import service
from sanpin.trace.api.epcis.bodies import DOCUMENTS, read_body
from sanpin.trace.api.epcis.gathering import gathering
from sanpin.trace.api.epcis.headers import VERSIONS, agree, media_for
from sanpin.trace.api.epcis.problems import type_of
from sanpin.trace.model.captures import Behaviour, CaptureReport
from sanpin.trace.service import queries

__all__ = ["capture_document", "capture_event", "router"]

router = APIRouter(dependencies=[Depends(agree)])

_BEHAVIOUR = "GS1-Capture-Error-Behaviour"

Here = Annotated[Context, Depends(context)]
PerPage = Annotated[int, Query(alias="perPage", ge=1)]
OnError = Annotated[Behaviour, Header(alias=_BEHAVIOUR)]

_LARGEST_PAGE = 1000
_MEDIA = ("application/json",)
_CONTENT: dict[str, Any] = {
    kind: {"schema": {"type": "object"} if "json" in kind else {"type": "string"}}
    for kind in DOCUMENTS
}
_SENT = {"requestBody": {"required": True, "content": _CONTENT}}


@router.post("/capture", status_code=202, response_class=Response, openapi_extra=_SENT)
async def post_capture(
    request: Request, ctx: Here, behaviour: OnError = Behaviour.ROLLBACK
) -> Response:
    """Capture a document. The answer names the job; errors in events are found there."""
    body = await read_body(request)
    gathered = gathering()
    begun = service.begin_capture(ctx, body, gathered.put_off, behaviour)
    if begun is not None:
        gathered.arrived += 1
        report = await asyncio.wrap_future(begun.report)
    else:
        report = await run_in_threadpool(
            service.capture_files, ctx, {"1": body}, behaviour=behaviour
        )
    if report.errors and not report.events:
        raise _refusal(report)
    return Response(
        status_code=202,
        headers={
            "Location": f"/epcis/capture/{report.id}",
            _BEHAVIOUR: str(behaviour),
            **VERSIONS,
        },
    )


@router.get("/capture")
def list_captures(
    request: Request,
    ctx: Here,
    per_page: PerPage = 30,
    next_page: Annotated[str, Query(alias="nextPageToken", max_length=200)] = "",
) -> JSONResponse:
    """List capture jobs, the newest first."""
    media_for(request, _MEDIA)
    size = min(per_page, _LARGEST_PAGE)
    jobs = service.capture_jobs(ctx, size + 1, before=next_page)
    shown = [_job(dict(job)) for job in jobs[:size]]
    response = JSONResponse(shown, headers=dict(VERSIONS))
    if len(jobs) > size:
        url = request.url.include_query_params(nextPageToken=shown[-1]["captureID"])
        response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return response


@router.get("/capture/{job}")
def get_capture(request: Request, ctx: Here, job: str) -> JSONResponse:
    """Return a capture job."""
    media_for(request, _MEDIA)
    return JSONResponse(_job(dict(service.capture_job(ctx, job))), headers=dict(VERSIONS))


@router.post("/events", status_code=201, response_class=Response, openapi_extra=_SENT)
async def post_event(request: Request, ctx: Here) -> Response:
    """Capture a single event; the same event again is accepted, other content is not."""
    body = await read_body(request)
    gathered = gathering()
    begun = service.begin_capture(ctx, body, gathered.put_off, single=True)
    if begun is not None:
        gathered.arrived += 1
        name = begun.names[0]
        report = await asyncio.wrap_future(begun.report)
        if report.errors:
            raise _refusal(report)
    else:
        name = await run_in_threadpool(_capture_event, ctx, body)
    headers = {"Location": f"/epcis/events/{quote(name, safe=':')}", **VERSIONS}
    return Response(status_code=201, headers=headers)


async def capture_document(request: Request) -> Response:
    """Answer `post_capture` as a direct door."""
    await agree(request)
    asked = request.headers.get(_BEHAVIOUR, Behaviour.ROLLBACK)
    try:
        behaviour = Behaviour(asked)
    except ValueError:
        found = {"type": "enum", "loc": ("header", _BEHAVIOUR), "msg": "", "input": asked}
        raise RequestValidationError([found]) from None
    return await post_capture(request, await context(request), behaviour)


async def capture_event(request: Request) -> Response:
    """Answer `post_event` as a direct door."""
    await agree(request)
    return await post_event(request, await context(request))


def _capture_event(ctx: Context, body: bytes) -> str:
    """Capture one event and return its identifier; anything else is refused."""
    name = queries.name_of_event(body)
    report = service.capture(ctx, [body])
    if report.errors:
        raise _refusal(report)
    return name


def _refusal(report: CaptureReport) -> SanpinError:
    """Turn what is wrong into one refusal: 409 for a conflict, else 400."""
    problems: list[Problem] = [error.problem for error in report.errors]
    if any(problem.code == "trace.event.conflict" for problem in problems):
        return StateError(
            "trace.epcis.conflict",
            N_("The event is known with other content."),
            hint=N_("Declare the known one wrong, and send the right one under a new identifier."),
            problems=problems,
        )
    error = InputError(
        "trace.epcis.validation",
        N_("What was sent is not valid: {first}"),
        hint=N_("Correct it and send it again."),
        problems=problems,
        first=problems[0],
    )
    error.status = 400
    return error


def _job(job: dict[str, Any]) -> dict[str, Any]:
    """Write a capture job with the names that EPCIS gives its fields."""
    running = job["state"] == "running"
    errors = job["errors"] or ()
    record: dict[str, Any] = {
        "captureID": job["id"],
        "running": running,
        "success": not errors if running else job["state"] == "done",
        "captureErrorBehaviour": job["behaviour"],
        "createdAt": job["created"],
        "errors": [_error(error) for error in errors],
    }
    if job["finished"] is not None:
        record["finishedAt"] = job["finished"]
    written: dict[str, Any] = plain(record)
    return written


def _error(error: dict[str, Any]) -> dict[str, Any]:
    """Write what is wrong with an event."""
    status = 409 if error["code"] == "trace.event.conflict" else 400
    place = {name: error[name] for name in ("line", "column", "path", "event") if error.get(name)}
    return {
        "type": type_of(error["code"], status),
        "title": error["message"],
        "status": status,
        "code": error["code"],
        **place,
    }
