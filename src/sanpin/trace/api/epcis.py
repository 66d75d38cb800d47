"""The core of EPCIS 2.0 over HTTP: capture with jobs, events by query, by thing, by identifier.

``POST /epcis/capture`` answers 202 with the address of its job, which is finished by then:
the document was checked and committed before the answer. ``POST /epcis/events`` takes one
event and answers 201, 400 for one that is not valid, 409 for an identifier that is known with
other content. ``GET /epcis/events`` pages through events, newest first, or through those of
one thing with ``MATCH_anyEPC``; a page token holds which events were there when the first
page was asked for, so that pages stay the same while new events arrive. A query parameter
that is not known is refused rather than ignored.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from sanpin.base import N_, InputError, Problem, StateError
from sanpin.kit.context import Context
from sanpin.kit.http import context, read_cursor, write_cursor
from sanpin.kit.plain import plain
from sanpin.trace import service
from sanpin.trace.model.captures import Behaviour, CaptureReport

__all__ = ["router"]

router = APIRouter(prefix="/epcis", tags=["epcis"])

Here = Annotated[Context, Depends(context)]
PerPage = Annotated[int, Query(alias="perPage", ge=1, le=1000)]
_TYPES = ("application/json", "application/ld+json")
_VERSIONS = {"GS1-EPCIS-Version": "2.0", "GS1-CBV-Version": "2.0"}


@router.post("/capture", status_code=202, response_class=Response)
async def post_capture(
    request: Request,
    ctx: Here,
    gs1_capture_error_behaviour: Annotated[Behaviour, Header()] = Behaviour.ROLLBACK,
) -> Response:
    """Capture a document. The answer names the job; its errors are found there."""
    report = await _capture(request, ctx, gs1_capture_error_behaviour)
    headers = {"Location": f"/epcis/capture/{report.id}", **_VERSIONS}
    return Response(status_code=202, headers=headers)


@router.get("/capture")
def list_captures(ctx: Here, per_page: PerPage = 30) -> JSONResponse:
    """List the newest capture jobs."""
    jobs = [_job(dict(job)) for job in service.capture_jobs(ctx, per_page)]
    return JSONResponse(jobs, headers=_VERSIONS)


@router.get("/capture/{job}")
def get_capture(ctx: Here, job: str) -> JSONResponse:
    """Return a capture job."""
    return JSONResponse(_job(dict(service.capture_job(ctx, job))), headers=_VERSIONS)


@router.post("/events", status_code=201, response_class=Response)
async def post_event(request: Request, ctx: Here) -> Response:
    """Capture a single event; the same event again is accepted, other content is not."""
    report = await _capture(request, ctx, Behaviour.ROLLBACK)
    if report.errors:
        raise _refusal(report)
    return Response(status_code=201, headers=_VERSIONS)


@router.get("/events", response_class=Response)
def list_events(
    request: Request,
    ctx: Here,
    match_any_epc: Annotated[str | None, Query(alias="MATCH_anyEPC", max_length=4096)] = None,
    per_page: PerPage = 30,
    next_page: Annotated[str | None, Query(alias="nextPageToken")] = None,
) -> Response:
    """Return events as a query document, page by page while new ones arrive."""
    _known_parameters(request)
    start, before = _place(next_page)
    if match_any_epc is None:
        found = service.find_events(ctx, limit=start + per_page + 1, before=before)
    else:
        found = service.find_events(ctx, match_any_epc)
    before = before or 1 + max((event.sequence for event in found), default=0)
    found = [event for event in found if event.sequence < before]
    shown = found[start : start + per_page]
    headers = dict(_VERSIONS)
    if len(found) > start + per_page:
        token = write_cursor([start + per_page, before])
        url = request.url.include_query_params(nextPageToken=token)
        headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    body = service.events_document(ctx, shown)
    return Response(body, media_type="application/ld+json", headers=headers)


@router.get("/events/{event:path}", response_class=Response)
def get_event(ctx: Here, event: str) -> Response:
    """Return the event of an identifier."""
    body = service.event_text(ctx, event)
    return Response(body, media_type="application/ld+json", headers=_VERSIONS)


async def _capture(request: Request, ctx: Context, behaviour: Behaviour) -> CaptureReport:
    """Capture the body of a request in a thread; other content types are refused with 415."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _TYPES:
        error = InputError(
            "trace.epcis.media_type",
            N_("The content type “{kind}” is not taken."),
            hint=N_("Send EPCIS 2.0 as application/json or application/ld+json."),
            kind=kind,
        )
        error.status = 415
        raise error
    body = await request.body()
    return await run_in_threadpool(service.capture, ctx, [body], behaviour=behaviour)


def _refusal(report: CaptureReport) -> Exception:
    """Turn the errors of a single event into one refusal: 409 for a conflict, else 400."""
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
        N_("The event is not valid: {first}"),
        hint=N_("Correct it and send it again."),
        problems=problems,
        first=str(problems[0]),
    )
    error.status = 400
    return error


def _job(job: dict[str, Any]) -> dict[str, Any]:
    """Write a capture job with the names that EPCIS gives its fields."""
    record: dict[str, Any] = plain(
        {
            "captureID": job["id"],
            "running": False,
            "success": job["state"] == "done",
            "captureErrorBehaviour": job["behaviour"],
            "createdAt": job["created"],
            "finishedAt": job["finished"],
            "errors": [
                {
                    "type": f"urn:sanpin:problem:{error['code']}",
                    "title": error["message"],
                    "status": 400,
                    "line": error["line"],
                    "path": error["path"],
                    "event": error["event"],
                }
                for error in job["errors"] or ()
            ],
        }
    )
    return record


def _known_parameters(request: Request) -> None:
    """Refuse query parameters that would otherwise be silently ignored."""
    known = ("MATCH_anyEPC", "perPage", "nextPageToken", "lang")
    for name in request.query_params:
        if name not in known:
            error = InputError(
                "trace.epcis.parameter",
                N_("The query parameter {name} is not known here."),
                hint=N_("Known are: {known}."),
                name=name,
                known=", ".join(known),
            )
            error.status = 400
            raise error


def _place(token: str | None) -> tuple[int, int | None]:
    """Read where a page begins, and which events were there when the first page was asked for."""
    match read_cursor(token):
        case [int(start), int(before)] if start >= 0:
            return start, before
        case None:
            return 0, None
    raise InputError(
        "trace.epcis.page",
        N_("“{token}” is no page of this list."),
        hint=N_("Follow the link to the next page as it was given."),
        token=token,
    )
