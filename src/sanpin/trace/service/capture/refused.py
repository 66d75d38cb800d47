"""What was refused: the bad events as a document to correct, and all findings as a table.

Both lie in the folder of the capture for a month, beside the record, which holds the counts and
the first findings for ever.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from sanpin.base import N_, Progress, SanpinError, StateError
from sanpin.kit.context import Context
from sanpin.kit.db.faults import disk_faults
from sanpin.kit.i18n import translate
from sanpin.trace.engine.epcis import write_document, write_instant
from sanpin.trace.engine.epcis.reader import open_document
from sanpin.trace.engine.epcis.writer import context_of
from sanpin.trace.model.captures import Behaviour, CaptureError, CaptureReport
from sanpin.trace.model.documents import RawEvent
from sanpin.trace.service.capture.documents import capture
from sanpin.trace.service.capture.inputs import Input, opened
from sanpin.trace.service.capture.jobs import capture_job, kept_finding, told_finding

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "capture_files",
    "findings",
    "findings_frame",
    "folder_of",
    "has_refused",
    "refused_document",
]

_KEPT = timedelta(days=30)
_DOCUMENT, _FINDINGS = "refused.json", "findings.jsonl"
_HEADINGS: Mapping[str, str] = {
    "file": N_("File"),
    "event": N_("Event"),
    "line": N_("Line"),
    "column": N_("Column"),
    "path": N_("Path"),
    "code": N_("Error code"),
    "message": N_("Reason"),
}
_NUMBERS = ("event", "line", "column")


def capture_files(
    ctx: Context,
    documents: Mapping[str, Input],
    *,
    behaviour: Behaviour = Behaviour.ROLLBACK,
    progress: Progress | None = None,
    job: str = "",
) -> CaptureReport:
    """Capture documents and keep what is refused of them, so that it can be corrected.

    Parameters
    ----------
    documents : by file name
    behaviour : whether a document with a bad event is refused as a whole
    progress : told how far it is
    job : id of the capture, where it was given out already
    """
    report = capture(ctx, documents, behaviour=behaviour, progress=progress, job=job)
    if report.errors:
        _keep(ctx, documents, report)
    return report


def folder_of(ctx: Context, job: str = "") -> Path:
    """Folder of a capture, or of all captures."""
    place = ctx.workspace.imports_path / "captures"
    return place / job if job else place


def _keep(ctx: Context, documents: Mapping[str, Input], report: CaptureReport) -> None:
    """Write both files, and let go of those that nobody came back for within a month."""
    place = folder_of(ctx, report.id)
    now = ctx.now()
    bodies = [
        body for name, source in documents.items() for body in _bad_events(name, source, report)
    ]
    created = write_instant(int(now.timestamp() * 1_000_000))
    lines = (orjson.dumps(kept_finding(error)) + b"\n" for error in report.errors)
    with disk_faults(place):
        place.mkdir(parents=True, exist_ok=True)
        (place / _FINDINGS).write_bytes(b"".join(lines))
        if bodies:
            (place / _DOCUMENT).write_bytes(write_document(bodies, created))
        oldest = (now - _KEPT).timestamp()
        for old in folder_of(ctx).iterdir():
            if old.stat().st_mtime < oldest:
                shutil.rmtree(old, ignore_errors=True)


def _bad_events(name: str, source: Input, report: CaptureReport) -> Iterator[Mapping[str, object]]:
    """Yield the events of a document that something is wrong with."""
    mine = [error for error in report.errors if error.file == name]
    numbers = {_number(error) for error in mine} - {0}
    names = {str(error.problem.fields.get("identifier", "")) for error in mine} - {""}
    last = max(numbers, default=0)
    if not numbers and not names:
        return
    try:
        with opened(source) as file:
            for raw in open_document(file):
                if raw.number > last and not names:
                    return
                if raw.number in numbers or raw.body.get("eventID") in names:
                    yield _body(raw)
    except SanpinError:
        # The document breaks off here; what came before is all there is to correct.
        return


def _number(error: CaptureError) -> int:
    """Number of the event that a finding is about, 0 for the document."""
    number = error.problem.fields.get("event")
    return number if isinstance(number, int) else 0


def _body(raw: RawEvent) -> Mapping[str, object]:
    """Event with the context that gives its prefixes a meaning."""
    prefixes = context_of(raw.namespaces)
    if isinstance(prefixes, str) or "@context" in raw.body:
        return raw.body
    return {"@context": prefixes, **raw.body}


def findings(ctx: Context, job: str) -> list[dict[str, Any]]:
    """All findings of a capture in the reader's language: file, event, line, path, code, message.

    Raises
    ------
    StateError
        ``trace.job.unknown``
    """
    record = capture_job(ctx, job)
    path = folder_of(ctx, job) / _FINDINGS
    if not path.is_file():
        first: list[dict[str, Any]] = list(record["errors"])  # type: ignore[call-overload]
        return first
    kept: Iterable[dict[str, Any]] = map(orjson.loads, path.read_bytes().splitlines())
    return [told_finding(one, ctx.language) for one in kept]


def findings_frame(ctx: Context, job: str) -> tuple[pl.DataFrame, dict[str, str]]:
    """Table of all findings, and what stands above its columns."""
    import polars as pl

    schema = {name: pl.Int64 if name in _NUMBERS else pl.String for name in _HEADINGS}
    rows = [{name: one.get(name) for name in _HEADINGS} for one in findings(ctx, job)]
    titles = {name: translate(text, ctx.language) for name, text in _HEADINGS.items()}
    return pl.DataFrame(rows, schema=schema), titles


def has_refused(ctx: Context, job: str) -> bool:
    """Whether refused events of a capture are kept."""
    return (folder_of(ctx, job) / _DOCUMENT).is_file()


def refused_document(ctx: Context, job: str) -> bytes:
    """Refused events of a capture as an EPCIS document.

    Raises
    ------
    StateError
        ``trace.job.unknown``, ``trace.capture.no_refused``
    """
    capture_job(ctx, job)
    path = folder_of(ctx, job) / _DOCUMENT
    if path.is_file():
        return path.read_bytes()
    error = StateError(
        "trace.capture.no_refused",
        N_("No refused events of the capture {job} are kept."),
        hint=N_("They are kept for a month, and only of documents that could be read."),
        job=job,
    )
    error.status = 404
    raise error
