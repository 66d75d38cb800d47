"""Documents that people send: short ones are captured at once, others by a job.

What waits for its job lies in the folder of the capture; its record says from the beginning that
it is under way, so that the caller has an address to look at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress

import orjson

from sanpin.base import N_, Problem, Progress, Run, RunState, SanpinError, StateError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.db.faults import disk_faults
from sanpin.kit.ids import new_id
from sanpin.kit.runs import enqueue, get_run
from sanpin.trace.model.captures import Behaviour, CaptureError, CaptureReport, Origin
from sanpin.trace.service.capture.jobs import job_values, save_report
from sanpin.trace.service.capture.refused import capture_files, folder_of

__all__ = ["AT_ONCE_BYTES", "capture_sent", "capture_waiting", "run_of"]

AT_ONCE_BYTES = 512 * 1024
"""Documents of so many bytes together are captured while their sender waits: half a second."""

_WAITING = "waiting.json"
_RUN = "run"
_ID = re.compile(r"[0-9a-f-]{36}")


def capture_sent(
    ctx: Context, documents: Mapping[str, bytes], behaviour: Behaviour = Behaviour.ROLLBACK
) -> str:
    """Capture what a person sent, at once or by a job; return the id of the capture.

    Parameters
    ----------
    documents : by file name
    behaviour : whether a document with a bad event is refused as a whole
    """
    ctx.require(Role.PLANNER)
    if sum(map(len, documents.values())) <= AT_ONCE_BYTES:
        return capture_files(ctx, documents, behaviour=behaviour).id
    job = new_id()
    place = folder_of(ctx, job)
    with disk_faults(place):
        place.mkdir(parents=True)
        for number, data in enumerate(documents.values()):
            (place / str(number)).write_bytes(data)
        (place / _WAITING).write_bytes(orjson.dumps(list(documents)))
    report = CaptureReport(job, len(documents))
    values = job_values(ctx, report, behaviour, Origin.OUTSIDE, ctx.now(), running=True)
    save_report(ctx, values)
    run = enqueue(ctx, "trace.capture", {"job": job, "behaviour": str(behaviour)})
    with disk_faults(place):
        (place / _RUN).write_text(run.id)
    return job


def capture_waiting(
    ctx: Context, params: Mapping[str, object], progress: Progress
) -> Mapping[str, object]:
    """Capture what waits in the folder of a capture: the job.

    Raises
    ------
    StateError
        ``trace.capture.gone`` when it was captured already
    """
    job = str(params.get("job", ""))
    behaviour = Behaviour(str(params.get("behaviour", Behaviour.ROLLBACK)))
    place = folder_of(ctx, job)
    if not _ID.fullmatch(job) or not (place / _WAITING).is_file():
        raise StateError(
            "trace.capture.gone",
            N_("The documents of the capture {job} are no longer here."),
            hint=N_("Send them again."),
            job=job,
        )
    names = orjson.loads((place / _WAITING).read_bytes())
    documents = {name: place / str(number) for number, name in enumerate(names)}
    try:
        report = capture_files(ctx, documents, behaviour=behaviour, progress=progress, job=job)
    except SanpinError as error:
        problem = Problem(error.code, error.message, error.fields)
        failed = CaptureReport(job, len(names), errors=(CaptureError("", problem),))
        with suppress(SanpinError):  # what went wrong first is what counts
            save_report(ctx, job_values(ctx, failed, behaviour, Origin.OUTSIDE, ctx.now()))
        raise
    for path in (*documents.values(), place / _WAITING):
        path.unlink(missing_ok=True)
    counts = ("files", "events", "captured", "duplicates", "rejected")
    return {name: getattr(report, name) for name in counts}


def run_of(ctx: Context, job: str) -> Run | None:
    """Run that captures what waits; None when nothing does, or it ended well."""
    path = folder_of(ctx, job) / _RUN
    if not _ID.fullmatch(job) or not path.is_file():
        return None
    run = get_run(ctx, path.read_text())
    return None if run.state is RunState.DONE else run
