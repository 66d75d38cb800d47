"""Records of captures: what was sent, what became of it, what was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sanpin.base import N_, StateError
from sanpin.kit.context import Context
from sanpin.kit.i18n import translate
from sanpin.kit.plain import plain
from sanpin.trace.model.captures import Behaviour, CaptureError, CaptureReport, Origin
from sanpin.trace.service.records import problem_record
from sanpin.trace.store.ledger import get_job, list_jobs, save_job

__all__ = [
    "capture_job",
    "capture_jobs",
    "job_values",
    "kept_finding",
    "save_report",
    "told_finding",
]

SOURCE_LANGUAGE = "en"

# A broken export has the same fault in every event; the report holds them all, the record these.
_KEPT_ERRORS = 200


def job_values(
    ctx: Context,
    report: CaptureReport,
    behaviour: Behaviour,
    origin: Origin,
    created: datetime,
    *,
    running: bool = False,
) -> dict[str, Any]:
    """Row of a capture, with its first errors."""
    state = "running" if running else "done" if report.success else "failed"
    return {
        "id": report.id,
        "firm": ctx.firm,
        "behaviour": str(behaviour),
        "origin": str(origin),
        "state": state,
        "created": created,
        "finished": None if running else ctx.now(),
        "events": report.events,
        "captured": report.captured,
        "duplicates": report.duplicates,
        "rejected": report.rejected,
        "errors": [kept_finding(error) for error in report.errors[:_KEPT_ERRORS]],
    }


def kept_finding(error: CaptureError) -> dict[str, Any]:
    """Finding as it is kept: in English, with what it takes to say it in another language."""
    problem = error.problem
    fields = {name: value for name, value in problem.fields.items() if name != "message"}
    record = {"file": error.file} | problem_record(problem, SOURCE_LANGUAGE)
    kept: dict[str, Any] = plain(record | {"text": problem.message, "fields": fields})
    return kept


def told_finding(kept: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Finding in the language of the reader."""
    told = {name: value for name, value in kept.items() if name not in ("text", "fields")}
    if kept.get("text"):
        told["message"] = translate(kept["text"], language, **kept["fields"])
    return told


def save_report(ctx: Context, values: Mapping[str, Any]) -> None:
    """Keep the record of a capture in a transaction of its own."""
    with ctx.db.write() as conn:
        save_job(conn, values)


def capture_job(ctx: Context, job: str) -> Mapping[str, object]:
    """Read the record of one capture."""
    with ctx.db.read() as conn:
        found = get_job(conn, ctx.firm, job)
    if found is None:
        error = StateError(
            "trace.job.unknown",
            N_("There is no capture job {job}."),
            hint=N_("Look at the list of captures."),
            job=job,
        )
        error.status = 404
        raise error
    return _told(found, ctx.language)


def capture_jobs(ctx: Context, limit: int = 50, *, before: str = "") -> list[Mapping[str, object]]:
    """Read the newest captures, or the newest before one."""
    with ctx.db.read() as conn:
        found = list_jobs(conn, ctx.firm, limit, before)
    return [_told(job, ctx.language) for job in found]


def _told(job: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Record with its findings in the language of the reader."""
    return {**job, "errors": [told_finding(one, language) for one in job["errors"] or ()]}
