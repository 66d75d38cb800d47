"""Page of captures: which events came in?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request, UploadFile
from fastapi.responses import HTMLResponse, Response

from sanpin.base import N_
from sanpin.kit.context import Context
from sanpin.kit.http import context
from sanpin.kit.i18n import Translator
from sanpin.kit.pages import render
from sanpin.trace import service
from sanpin.trace.model.captures import CaptureReport, Origin

__all__ = ["router"]

router = APIRouter(prefix="/trace", include_in_schema=False)

Here = Annotated[Context, Depends(context)]

_JOB_WORDS = {"done": N_("complete"), "failed": N_("with refusals")}
_ORIGINS: Mapping[str, str] = {
    Origin.OUTSIDE: N_("outside"),
    Origin.SAMPLE: N_("SAMPLE"),
    Origin.SIMULATED: N_("simulated floor"),
}


@router.get("/capture", response_class=HTMLResponse)
def show_captures(request: Request, ctx: Here) -> Response:
    """Answer: which events came in?"""
    return _captures(request, ctx, None)


@router.post("/capture", response_class=HTMLResponse)
def capture_files(request: Request, ctx: Here, files: list[UploadFile]) -> Response:
    """Capture uploaded documents and show what became of them."""
    documents: dict[str, bytes] = {}
    for number, file in enumerate(files, 1):
        name = file.filename or str(number)
        while name in documents:
            # Files of one name from two folders are two files.
            name = f"{name} ({number})"
        documents[name] = file.file.read()
    return _captures(request, ctx, service.capture(ctx, documents))


def _captures(request: Request, ctx: Context, report: CaptureReport | None) -> Response:
    """Show the newest captures, below what became of the files just sent."""
    total = service.count_events(ctx)
    words = Translator(ctx.language)
    jobs = service.capture_jobs(ctx)
    errors = service.capture_record(report, ctx.language)["errors"] if report else []
    return render(
        request,
        ctx,
        "trace/capture.html",
        answer=words.text(N_("**{count}** events are kept."), count=words.number(total)),
        report=report,
        errors=errors,
        jobs=[
            {
                **job,
                "state": _JOB_WORDS[str(job["state"])],
                "origin": words.text(_ORIGINS[str(job["origin"])]),
            }
            for job in jobs
        ],
    )
