"""Short documents of a server: checked where they arrive, written together with others.

A thread for each request would cost more than checking a short document. So it is checked at once,
and one thread writes everything that has come meanwhile; the future that stands for the report is
done when the document is safe on disk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from time import perf_counter

from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.ids import new_id
from sanpin.trace.model.captures import Behaviour, CaptureReport, Origin
from sanpin.trace.service.capture.committing import PutOff, commit_soon
from sanpin.trace.service.capture.documents import How, Tally, is_good, submission_of
from sanpin.trace.service.capture.hashing import complete_hashes
from sanpin.trace.service.capture.long import sweep
from sanpin.trace.store.checking import Checking
from sanpin.trace.store.writer import Written

__all__ = ["SHORT_BYTES", "Begun", "begin_capture"]

SHORT_BYTES = 32_768
"""Longer documents take so long to check that others should not wait for it."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A capture on its way to the disk.

    Attributes
    ----------
    names : identifiers of its events
    report : what became of it, once that is safe
    """

    names: Sequence[str]
    report: Future[CaptureReport]


def begin_capture(
    ctx: Context,
    data: bytes,
    put_off: PutOff,
    behaviour: Behaviour = Behaviour.ROLLBACK,
    *,
    single: bool = False,
) -> Begun | None:
    """Check a short document and hand it to the writer, without waiting for the disk.

    Parameters
    ----------
    put_off : called with what begins the writing
    single : whether it must be a single event

    Returns
    -------
    Begun or None
        None for what must go through `capture`: long documents, and all in which something is wrong
    """
    ctx.require(Role.PLANNER)
    if len(data) > SHORT_BYTES:
        return None
    started = perf_counter()
    checking = Checking(behaviour is Behaviour.PROCEED)
    chunks = list(checking.chunks(data))
    kind = checking.header.kind if checking.header is not None else ""
    if checking.problems or not is_good(checking, chunks) or (single and kind != "event"):
        return None
    how = How(behaviour, Origin.OUTSIDE, new_id(), ctx.now(), alone=True)
    digest = hashlib.sha256(data).digest()
    one = submission_of(ctx, checking, chunks, digest, how, "1")
    names = [row.identifier for row in one.rows]
    found: Future[CaptureReport] = Future()
    # A caller who goes away takes nothing back: the document is on its way.
    found.set_running_or_notify_cancel()

    def prepare() -> None:
        """Put right what others left behind, as every capture does."""
        sweep(ctx)
        complete_hashes(ctx)

    def finish(written: Written | None, failure: Exception | None) -> None:
        """Say what became of it."""
        if written is None:
            found.set_exception(failure or RuntimeError("a capture ended without a result"))
            return
        tally = Tally(files=1)
        tally.add("1", checking, written)
        found.set_result(tally.report(how, started))

    commit_soon(ctx, one, put_off, prepare, finish)
    return Begun(names, found)
