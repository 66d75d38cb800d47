"""Capture: documents come in as bytes, are checked, and are kept or refused as a whole.

Reading, checking and naming happen outside the transaction; inside it there are only
look-ups and inserts. Nothing is acknowledged before the commit. A document that was captured
before is known by its hash without being read again; an event that was captured before, by
its identifier and the digest of its content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter

from sqlalchemy import Connection

from sanpin.base import N_, Problem, Progress, SanpinError, StateError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.ids import new_id
from sanpin.kit.runs import start_run
from sanpin.trace.engine.epcis import json_text, normalise, read_document, validate
from sanpin.trace.engine.epcis.masterdata import names_in
from sanpin.trace.model.captures import Behaviour, CaptureError, CaptureReport, Origin
from sanpin.trace.model.documents import Document, RawEvent
from sanpin.trace.service.records import problem_record
from sanpin.trace.store.ledger import get_job, list_jobs, save_job, save_names
from sanpin.trace.store.writer import Incoming, Written, find_document, write_events

__all__ = ["RUN_FROM", "capture", "capture_job", "capture_jobs"]

RUN_FROM = 1000
"""A capture of more events than this leaves a Run."""

# A broken export has the same fault in every event; the report holds them all, the record these.
_KEPT_ERRORS = 200


@dataclass
class _Tally:
    """Counts that grow from document to document."""

    files: int = 0
    events: int = 0
    captured: int = 0
    duplicates: int = 0
    rejected: int = 0
    errors: list[CaptureError] = field(default_factory=list)


def capture(
    ctx: Context,
    documents: Iterable[bytes] | Mapping[str, bytes],
    *,
    behaviour: Behaviour = Behaviour.ROLLBACK,
    origin: Origin = Origin.OUTSIDE,
    progress: Progress | None = None,
    parent: str = "",
) -> CaptureReport:
    """Take EPCIS documents into the ledger; each document is one transaction.

    Parameters
    ----------
    documents : EPCIS documents in JSON or XML, by file name where they have one
    behaviour : whether a document with a bad event is refused as a whole
    origin : where they come from; the sample's can be removed again
    progress : told how far it is
    parent : Run of which this is a step

    Notes
    -----
    An event that is known already is counted as a duplicate and changes nothing. An event
    whose identifier is known with other content refuses its document.

    Returns
    -------
    CaptureReport
        counts over all documents, and the errors with the file they are from
    """
    ctx.require(Role.PLANNER)
    started = perf_counter()
    named = _named(documents)
    # Counting a word is near enough, and documents need not be parsed twice for it.
    total = sum(data.count(b'"eventTime"') + data.count(b"<eventTime>") for _, data in named)
    tally = _Tally()
    job = new_id()
    created = ctx.now()
    run_id = ""
    if total > RUN_FROM:
        params: dict[str, object] = {"files": len(named), "behaviour": str(behaviour)}
        inputs = hashlib.sha256(b"".join(hashlib.sha256(d).digest() for _, d in named))
        with start_run(
            ctx,
            "trace",
            "capture",
            params=params,
            inputs_hash=inputs.hexdigest(),
            parent=parent,
            progress=progress,
        ) as run:
            run_id = run.id
            _capture_all(ctx, named, (behaviour, origin), tally, run.progress)
            run.metrics({"events": tally.events, "captured": tally.captured})
            run.metrics({"duplicates": tally.duplicates, "rejected": tally.rejected})
    else:
        _capture_all(ctx, named, (behaviour, origin), tally, progress)
    seconds = round(perf_counter() - started, 3)
    report = CaptureReport(
        job,
        tally.files,
        tally.events,
        tally.captured,
        tally.duplicates,
        tally.rejected,
        seconds,
        tuple(tally.errors),
        run_id,
    )
    _save(ctx, report, behaviour, origin, created)
    return report


def _named(documents: Iterable[bytes] | Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    """Give documents without a name their number."""
    if isinstance(documents, Mapping):
        return list(documents.items())
    return [(str(number), data) for number, data in enumerate(documents, 1)]


def _capture_all(
    ctx: Context,
    named: Sequence[tuple[str, bytes]],
    how: tuple[Behaviour, Origin],
    tally: _Tally,
    progress: Progress | None,
) -> None:
    """Capture one document after the other, saying how far it is."""
    for number, (name, data) in enumerate(named):
        if progress is not None:
            progress(number / len(named), N_("Capturing events"))
        tally.files += 1
        _capture_one(ctx, name, data, how, tally)


def _capture_one(
    ctx: Context, name: str, data: bytes, how: tuple[Behaviour, Origin], tally: _Tally
) -> None:
    """Read, check and write one document, and count what became of it."""
    behaviour, origin = how
    digest = hashlib.sha256(data).digest()
    with ctx.db.read() as conn:
        known = find_document(conn, ctx.firm, digest)
    if known is not None:
        tally.events += known
        tally.duplicates += known
        return
    try:
        document = read_document(data)
    except SanpinError as error:
        tally.errors.append(CaptureError(name, Problem(error.code, error.message, error.fields)))
        return
    tally.events += len(document.events)
    good, problems = _check(document, behaviour)
    tally.errors += [CaptureError(name, problem) for problem in problems]
    refused = len(document.events) - len(good)
    if not good:
        tally.rejected += refused
        return
    if refused:
        # The same document sent again with its faults mended must not pass for known, nor may this
        # part of it be written twice.
        digest = hashlib.sha256(digest + b"without refused events").digest()
    incoming = [_incoming(raw) for raw in good]
    written = _write(ctx, document, incoming, digest, origin)
    if written.conflicts and behaviour is Behaviour.PROCEED:
        bad = set(written.conflicts)
        incoming = [item for item in incoming if item.event.id not in bad]
        digest = hashlib.sha256(digest + b"without conflicts").digest()
        tally.errors += [CaptureError(name, _conflict(one)) for one in written.conflicts]
        refused += len(good) - len(incoming)
        written = _write(ctx, document, incoming, digest, origin)
    elif written.conflicts:
        tally.errors += [CaptureError(name, _conflict(one)) for one in written.conflicts]
        refused = len(document.events)
    tally.rejected += refused
    tally.captured += written.captured
    tally.duplicates += written.duplicates


def _check(document: Document, behaviour: Behaviour) -> tuple[list[RawEvent], tuple[Problem, ...]]:
    """Events that may be written, and everything that is wrong."""
    problems = validate(document).problems
    if not problems:
        return list(document.events), ()
    bad = {problem.fields.get("event", 0) for problem in problems}
    if behaviour is Behaviour.ROLLBACK or 0 in bad:
        return [], problems
    return [raw for raw in document.events if raw.number not in bad], problems


def _incoming(raw: RawEvent) -> Incoming:
    """Bring a checked event into the form of the store."""
    return Incoming(normalise(raw.body), json_text(raw), "eventID" not in raw.body)


def _conflict(identifier: str) -> Problem:
    """Finding about an identifier that is known with other content."""
    return Problem(
        "trace.event.conflict",
        N_("The event {identifier} is known with other content."),
        {"identifier": identifier, "event": 0, "path": "eventID"},
    )


def _write(
    ctx: Context, document: Document, incoming: Sequence[Incoming], digest: bytes, origin: Origin
) -> Written:
    """Write the events of a document in one transaction, again if the database asks so."""

    def work(conn: Connection) -> Written:
        # Another process may have captured the same document since it was looked up.
        if find_document(conn, ctx.firm, digest) is not None:
            return Written(0, len(incoming))
        written = write_events(
            conn,
            ctx.firm,
            incoming,
            digest=digest,
            context=document.context,
            now=ctx.now(),
            origin=origin,
        )
        if not written.conflicts:
            save_names(conn, ctx.firm, names_in(document.head))
        return written

    return ctx.db.transact(work)


def _save(
    ctx: Context, report: CaptureReport, behaviour: Behaviour, origin: Origin, created: datetime
) -> None:
    """Keep the record of the capture, with its first errors."""
    values = {
        "id": report.id,
        "firm": ctx.firm,
        "behaviour": str(behaviour),
        "origin": str(origin),
        "state": "done" if report.success else "failed",
        "created": created,
        "finished": ctx.now(),
        "events": report.events,
        "captured": report.captured,
        "duplicates": report.duplicates,
        "rejected": report.rejected,
        "errors": [
            {"file": error.file} | problem_record(error.problem, ctx.language)
            for error in report.errors[:_KEPT_ERRORS]
        ],
    }
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


def capture_jobs(ctx: Context, limit: int = 50) -> list[Mapping[str, object]]:
    """Read the newest captures."""
    with ctx.db.read() as conn:
        return list_jobs(conn, ctx.firm, limit)
