"""Records of captures: what was sent, what became of it, what was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sanpin.base import N_, StateError
from sanpin.kit.context import Context
from sanpin.trace.model.captures import Behaviour, CaptureReport, Origin
from sanpin.trace.service.records import problem_record
from sanpin.trace.store.ledger import get_job, list_jobs, save_job

__all__ = ["capture_job", "capture_jobs", "job_values", "save_report"]

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
        "errors": [
            {"file": error.file} | problem_record(error.problem, ctx.language)
            for error in report.errors[:_KEPT_ERRORS]
        ],
    }


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
    return found


def capture_jobs(ctx: Context, limit: int = 50, *, before: str = "") -> list[Mapping[str, object]]:
    """Read the newest captures, or the newest before one."""
    with ctx.db.read() as conn:
        return list_jobs(conn, ctx.firm, limit, before)
