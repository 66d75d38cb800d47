"""Pages of captures: send documents, see what became of each, fetch what was refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from sanpin.base import N_, Run
from sanpin.kit.context import Context
from sanpin.kit.http import context
from sanpin.kit.i18n import Translator
from sanpin.kit.pages import render
from sanpin.kit.runs import error_text
from sanpin.trace import service
from sanpin.trace.model.captures import Behaviour
from sanpin.trace.pages.words import ORIGINS

__all__ = ["router"]

router = APIRouter(prefix="/trace", include_in_schema=False)

Here = Annotated[Context, Depends(context)]

ROWS = 50
"""Captures and findings that a page shows."""
_STATES: Mapping[str, tuple[str, str]] = {
    "running": ("run", N_("under way")),
    "done": ("ok", N_("complete")),
    "failed": ("bad", N_("with refusals")),
}
_STOPPED = ("bad", N_("stopped"))


@router.get("/capture", response_class=HTMLResponse)
def show_captures(request: Request, ctx: Here, before: str = "") -> Response:
    """Answer: which events came in?"""
    words = Translator(ctx.language)
    found = service.capture_jobs(ctx, ROWS + 1, before=before)
    jobs = [_job(ctx, words, job) for job in found[:ROWS]]
    return render(
        request,
        ctx,
        "trace/capture.html",
        answer=words.text(
            N_("**{count}** events are kept."), count=words.number(service.count_events(ctx))
        ),
        jobs=jobs,
        next_url=f"/trace/capture?before={jobs[-1]['id']}" if len(found) > ROWS else "",
    )


@router.post("/capture")
def capture_files(
    ctx: Here,
    files: list[UploadFile],
    behaviour: Annotated[Behaviour, Form()] = Behaviour.ROLLBACK,
) -> Response:
    """Capture uploaded documents and go to the page of their capture."""
    documents: dict[str, bytes] = {}
    for number, file in enumerate(files, 1):
        name = file.filename or str(number)
        while name in documents:
            # Files of one name from two folders are two files.
            name = f"{name} ({number})"
        documents[name] = file.file.read()
    return RedirectResponse(
        f"/trace/capture/{service.capture_sent(ctx, documents, behaviour)}", 303
    )


@router.get("/capture/{job}", response_class=HTMLResponse)
def show_capture(request: Request, ctx: Here, job: str) -> Response:
    """Answer: what became of this capture?"""
    words = Translator(ctx.language)
    record = service.capture_job(ctx, job)
    run = service.run_of(ctx, job) if record["state"] == "running" else None
    findings = service.findings(ctx, job)
    return render(
        request,
        ctx,
        "trace/capture_job.html",
        job=_job(ctx, words, record, run),
        answer=_answer(words, record),
        behaviour=words.text(
            N_("A document with a bad event is refused as a whole")
            if record["behaviour"] == Behaviour.ROLLBACK
            else N_("Good events are kept, bad ones are left out")
        ),
        run=run,
        failure=error_text(run, ctx.language) if run else None,
        findings=findings[:ROWS],
        total=len(findings),
        has_refused=service.has_refused(ctx, job),
    )


def _answer(words: Translator, record: Mapping[str, Any]) -> str:
    """Say the counts in one sentence."""
    if record["state"] == "running":
        return words.text(N_("The capture is under way."))
    counts = ("captured", "events", "duplicates", "rejected")
    numbers = {name: words.number(record[name]) for name in counts}
    text = N_(
        "**{captured}** of {events} events captured, {duplicates} known already, "
        "{rejected} refused."
    )
    return words.text(text, **numbers)


def _job(
    ctx: Context, words: Translator, job: Mapping[str, Any], run: Run | None = None
) -> dict[str, Any]:
    """Write words for what stands in a record."""
    kind, word = _STATES[str(job["state"])]
    if run is None and job["state"] == "running":
        run = service.run_of(ctx, str(job["id"]))
    if run is not None and run.state.final:
        kind, word = _STOPPED
    return {
        **job,
        "state": (kind, words.text(word)),
        "origin": words.text(ORIGINS[str(job["origin"])]),
    }
