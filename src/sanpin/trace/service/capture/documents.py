"""Capture: documents come in, are checked, and are kept or refused as a whole.

Reading, checking and naming happen outside the transaction; inside it there are only
look-ups and inserts. Nothing is acknowledged before the commit. A document that was captured
before is known by its hash without being read again; an event that was captured before, by
its identifier and its event hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import IO

from sanpin.base import N_, Problem, Progress, SanpinError
from sanpin.kit.auth.roles import Role
from sanpin.kit.compute import map_stream
from sanpin.kit.context import Context
from sanpin.kit.ids import new_id
from sanpin.kit.runs import start_run
from sanpin.trace.model.captures import Behaviour, CaptureError, CaptureReport, Origin
from sanpin.trace.service import warming
from sanpin.trace.service.capture.committing import commit
from sanpin.trace.service.capture.hashing import complete_hashes
from sanpin.trace.service.capture.inputs import Input, digest_of, opened
from sanpin.trace.service.capture.jobs import job_values, save_report
from sanpin.trace.service.capture.long import SLICE_EVENTS, SLICE_LINKS, Spool, sweep, write_long
from sanpin.trace.service.capture.master import entries_in
from sanpin.trace.store.checking import Checking, Spread, check_document
from sanpin.trace.store.intern import owner_of
from sanpin.trace.store.rows import Chunk
from sanpin.trace.store.writer import Submission, Written, known_document

__all__ = ["RUN_FROM", "How", "Tally", "capture", "is_good", "submission_of"]

RUN_FROM = 1000
"""A capture of more events than this leaves a Run."""

# After more than this the walks are compiled, so that the first question need not wait.
_MANY_EVENTS = 5_000

# Below this a document is checked faster than it is looked up.
_LOOKED_UP = 65_536
_EVENT_MARKS = (b'"eventTime"', b"<eventTime>")
# Bytes of an event at the least, by which the events of a file are estimated.
_EVENT_BYTES = 400
# Starting other processes takes a second; so much must there be to check.
_SPREAD_BYTES = 8_000_000
_SPREAD_FILES = 4
# Events of short documents that share a transaction.
_TOGETHER = 5000
# A document that one process checks alone; longer ones are cut up.
_SHORT_BYTES = 4_000_000

_Ready = tuple[Checking, list[Chunk]]


@dataclass(frozen=True, slots=True)
class How:
    """How a capture treats its documents."""

    behaviour: Behaviour
    origin: Origin
    job: str
    created: datetime
    alone: bool


@dataclass(slots=True)
class Tally:
    """Counts that grow from document to document."""

    files: int = 0
    events: int = 0
    captured: int = 0
    duplicates: int = 0
    rejected: int = 0
    errors: list[CaptureError] = field(default_factory=list)
    saved: bool = False

    def add(self, name: str, checking: Checking, written: Written | None) -> None:
        """Add what became of one document; None when nothing of it was to be written."""
        self.events += checking.events
        self.errors += [CaptureError(name, problem) for problem in checking.problems]
        if written is None:
            self.rejected += checking.events
            return
        self.errors += [CaptureError(name, _conflict(one)) for one in written.conflicts]
        self.captured += written.captured
        self.duplicates += written.duplicates
        self.rejected += checking.events - written.captured - written.duplicates

    def report(self, how: How, started: float, run: str = "") -> CaptureReport:
        """Sum up."""
        return CaptureReport(
            how.job,
            self.files,
            self.events,
            self.captured,
            self.duplicates,
            self.rejected,
            round(perf_counter() - started, 3),
            tuple(self.errors),
            run,
        )


class _Together:
    """Short documents that are written in one transaction, to share its cost.

    Parameters
    ----------
    tally : counts what became of them, in their order
    """

    def __init__(self, ctx: Context, tally: Tally) -> None:
        self._ctx, self._tally = ctx, tally
        self._waiting: list[tuple[str, Checking, Submission]] = []
        self._events = 0

    def add(self, name: str, checking: Checking, one: Submission) -> None:
        """Let a document wait for others, unless they are enough."""
        events = sum(len(chunk.rows) for chunk in one.chunks)
        if self._events + events > _TOGETHER:
            self.write()
        self._waiting.append((name, checking, one))
        self._events += events

    def write(self) -> None:
        """Write those that wait."""
        waiting, self._waiting, self._events = self._waiting, [], 0
        if waiting:
            results = commit(self._ctx, [one for _, _, one in waiting])
            for (name, checking, _), written in zip(waiting, results, strict=True):
                self._tally.add(name, checking, written)


def capture(
    ctx: Context,
    documents: Iterable[Input] | Mapping[str, Input],
    *,
    behaviour: Behaviour = Behaviour.ROLLBACK,
    origin: Origin = Origin.OUTSIDE,
    progress: Progress | None = None,
    parent: str = "",
    job: str = "",
) -> CaptureReport:
    """Take EPCIS documents into the ledger; each document is kept as a whole or not at all.

    Parameters
    ----------
    documents : EPCIS documents in JSON or XML, as bytes or as paths of files of any length, by
        file name where they have one
    behaviour : whether a document with a bad event is refused as a whole
    origin : where they come from; the sample's can be removed again
    progress : told how far it is
    parent : Run of which this is a step
    job : id of the capture, where it was given out already

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
    how = How(behaviour, origin, job or new_id(), ctx.now(), len(named) == 1)
    sweep(ctx)
    complete_hashes(ctx)
    tally = Tally()
    run_id = ""
    if sum(_estimate(source) for _, source in named) > RUN_FROM:
        params: dict[str, object] = {"files": len(named), "behaviour": str(behaviour)}
        with start_run(
            ctx,
            "trace",
            "capture",
            params=params,
            inputs_hash=_inputs_hash(named),
            parent=parent,
            progress=progress,
        ) as run:
            run_id = run.id
            _capture_all(ctx, named, how, tally, run.progress)
            run.metrics({"events": tally.events, "captured": tally.captured})
            run.metrics({"duplicates": tally.duplicates, "rejected": tally.rejected})
    else:
        _capture_all(ctx, named, how, tally, progress)
    report = tally.report(how, started, run_id)
    if report.captured > _MANY_EVENTS:
        warming.start_compiling()
    if not tally.saved:
        save_report(ctx, job_values(ctx, report, behaviour, origin, how.created))
    return report


def _named(documents: Iterable[Input] | Mapping[str, Input]) -> list[tuple[str, Input]]:
    """Give documents without a name their number."""
    if isinstance(documents, Mapping):
        return list(documents.items())
    return [(str(number), data) for number, data in enumerate(documents, 1)]


def _estimate(source: Input) -> int:
    """About how many events a document has, without reading it."""
    if isinstance(source, Path):
        return source.stat().st_size // _EVENT_BYTES if source.is_file() else 0
    return sum(source.count(mark) for mark in _EVENT_MARKS)


def _inputs_hash(named: Sequence[tuple[str, Input]]) -> str:
    """Hash of all documents; one that cannot be read counts by its name."""
    found = hashlib.sha256()
    for name, source in named:
        try:
            with opened(source) as file:
                found.update(digest_of(file))
        except SanpinError:
            found.update(name.encode())
    return found.hexdigest()


def _capture_all(
    ctx: Context,
    named: Sequence[tuple[str, Input]],
    how: How,
    tally: Tally,
    progress: Progress | None,
) -> None:
    """Capture one document after the other, saying how far it is."""
    ready = _check_ahead(named, how)
    together = _Together(ctx, tally)
    try:
        for number, (name, source) in enumerate(named):
            if progress is not None:
                progress(number / len(named), N_("Capturing events"))
            tally.files += 1
            part = _part_of(progress, number, len(named))
            try:
                with opened(source) as file:
                    _capture_one(ctx, name, file, how, tally, part, ready(number), together)
            except SanpinError as error:
                if error.code != "trace.capture.unreadable":
                    raise
                together.write()
                problem = Problem(error.code, error.message, error.fields)
                tally.errors.append(CaptureError(name, problem))
    finally:
        together.write()


def _part_of(progress: Progress | None, number: int, total: int) -> Progress | None:
    """Progress within one of many documents."""
    if progress is None:
        return None
    return lambda share, message, **fields: progress((number + share) / total, message, **fields)


def _check_ahead(named: Sequence[tuple[str, Input]], how: How) -> Callable[[int], _Ready | None]:
    """Check documents in other processes while earlier ones are written, where that pays.

    Returns
    -------
    callable
        gives, for the numbers of documents in their order, what was checked ahead
    """
    sizes = [_size(source) for _, source in named]
    chosen = [place for place, size in enumerate(sizes) if 0 < size <= _SHORT_BYTES]
    if sum(sizes[place] for place in chosen) < _SPREAD_BYTES or len(chosen) < _SPREAD_FILES:
        return lambda _: None
    proceed = how.behaviour is Behaviour.PROCEED

    def parts() -> Iterator[tuple[bytes, bool]]:
        """Read those documents one by one; what cannot be read is found out later."""
        for place in chosen:
            try:
                with opened(named[place][1]) as file:
                    yield file.read(), proceed
            except SanpinError:
                yield b"", proceed

    results = map_stream(check_document, parts())
    wanted = set(chosen)
    return lambda number: next(results) if number in wanted else None


def _size(source: Input) -> int:
    """Bytes of a document; 0 for a file that is not there."""
    if isinstance(source, bytes):
        return len(source)
    return source.stat().st_size if source.is_file() else 0


def _capture_one(
    ctx: Context,
    name: str,
    file: IO[bytes],
    how: How,
    tally: Tally,
    progress: Progress | None,
    ready: _Ready | None,
    together: _Together,
) -> None:
    """Read, check and write one document, and count what became of it."""
    digest = digest_of(file)
    size = file.seek(0, 2)
    if size > _LOOKED_UP:
        with ctx.db.read() as conn:
            known = known_document(conn, owner_of(conn, ctx.firm), digest)
        if known is not None:
            tally.events += known
            tally.duplicates += known
            return
    file.seek(0)
    if ready is not None:
        checking, chunks = ready[0], iter(ready[1])
    else:
        checking = Checking(how.behaviour is Behaviour.PROCEED)
        spread: Spread = map_stream if size > _SPREAD_BYTES else map
        chunks = checking.chunks(file, spread)
    first = list(_first_slice(chunks))
    more = next(chunks, None)
    if more is None and is_good(checking, first) and not how.alone:
        together.add(name, checking, submission_of(ctx, checking, first, digest, how))
        return
    together.write()
    if more is not None:
        written = _write_long(ctx, checking, chain(first, [more], chunks), digest, how, progress)
    elif is_good(checking, first):
        written = _write_short(ctx, name, checking, first, digest, how, tally)
    else:
        written = None
    tally.add(name, checking, written)


def is_good(checking: Checking, chunks: Sequence[Chunk]) -> bool:
    """Whether something of a document may be written."""
    return not checking.failed and not (checking.refused and not chunks)


def _first_slice(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Take as many chunks as fit into one transaction."""
    events = links = 0
    for chunk in chunks:
        yield chunk
        events += len(chunk.rows)
        links += sum(len(row.entries) for row in chunk.rows)
        if events >= SLICE_EVENTS or links >= SLICE_LINKS:
            return


def submission_of(
    ctx: Context,
    checking: Checking,
    chunks: Sequence[Chunk],
    digest: bytes,
    how: How,
    recorded_as: str = "",
) -> Submission:
    """Make a document ready to be written.

    Parameters
    ----------
    recorded_as : its name in the record of its capture, where that is written with it
    """
    header = checking.header
    assert header is not None
    return Submission(
        ctx.firm,
        digest,
        chunks,
        format=header.format,
        context=header.context,
        origin=str(how.origin),
        master=tuple(entries_in(header.head)),
        partial=bool(checking.refused),
        proceed=how.behaviour is Behaviour.PROCEED,
        job=_record_of(ctx, recorded_as, checking, how) if recorded_as else None,
    )


def _write_short(
    ctx: Context,
    name: str,
    checking: Checking,
    chunks: list[Chunk],
    digest: bytes,
    how: How,
    tally: Tally,
) -> Written:
    """Write a document that came alone and fits into one transaction, with its record."""
    one = submission_of(ctx, checking, chunks, digest, how, name)
    tally.saved = True
    return commit(ctx, [one])[0]


def _record_of(
    ctx: Context, name: str, checking: Checking, how: How
) -> Callable[[Written], Mapping[str, object]]:
    """Make what writes the record of a capture together with its only document."""

    def record(written: Written) -> Mapping[str, object]:
        """Record of the capture, for the same transaction."""
        sum_ = Tally(files=1)
        sum_.add(name, checking, written)
        report = sum_.report(how, 0.0)
        return job_values(ctx, report, how.behaviour, how.origin, how.created)

    return record


def _write_long(
    ctx: Context,
    checking: Checking,
    chunks: Iterable[Chunk],
    digest: bytes,
    how: How,
    progress: Progress | None,
) -> Written | None:
    """Set a long document aside while it is checked; write it if it may be written."""
    spool = Spool(ctx)
    try:
        spool.add(chunks)
        if checking.failed:
            return None
        one = submission_of(ctx, checking, (), digest, how)
        return write_long(ctx, one, spool, how.job, progress)
    finally:
        spool.close()


def _conflict(identifier: str) -> Problem:
    """Finding about an identifier that is known with other content."""
    return Problem(
        "trace.event.conflict",
        N_("The event {identifier} is known with other content."),
        {"identifier": identifier, "event": 0, "path": "eventID"},
    )
