"""Group commit: documents that wait for the disk at the same time go to it together.

The first one to come writes at once; those that come while it writes wait, and whoever of them is
first takes all of them along. One document alone therefore never waits for others, and many at
once share the cost of making them safe, which is most of the cost of a small one.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from sanpin.base import N_, SanpinError, StateError
from sanpin.kit.context import Context
from sanpin.trace.store.bulk import tune
from sanpin.trace.store.garbage import unhurried
from sanpin.trace.store.intern import Naming
from sanpin.trace.store.writer import Submission, Written, write_documents

__all__ = ["PutOff", "commit", "commit_soon", "keep"]

PutOff = Callable[[Callable[[], object]], object]
"""Calls a function later, so that others may come along; from any thread."""

_Result = TypeVar("_Result")

# Events that share one transaction: enough to share its cost, few enough for a short lock.
_TOGETHER = 5000
_MANY = 500


@dataclass(slots=True)
class _Ticket:
    """Documents that wait, and what became of them.

    Attributes
    ----------
    wake : called when it is their turn, and when they are done
    """

    submissions: Sequence[Submission]
    wake: Callable[[], object]
    written: Sequence[Written] | None = None
    failure: Exception | None = None

    @property
    def events(self) -> int:
        """How many events they have."""
        return sum(len(chunk.rows) for one in self.submissions for chunk in one.chunks)

    @property
    def done(self) -> bool:
        """Whether somebody took it along."""
        return self.written is not None or self.failure is not None


class _Queue:
    """The documents that wait in this process for one database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[_Ticket] = deque()
        self._busy = False

    def join(self, ticket: _Ticket) -> bool:
        """Join the queue; return whether it is one's own turn at once."""
        with self._lock:
            self._waiting.append(ticket)
            if self._busy:
                return False
            self._busy = True
            return True

    def take(self) -> list[_Ticket]:
        """Take documents off the queue, as many as go together; at least one."""
        with self._lock:
            group = [self._waiting.popleft()]
            events = group[0].events
            while self._waiting and events + self._waiting[0].events <= _TOGETHER:
                group.append(self._waiting.popleft())
                events += group[-1].events
        return group

    def pass_on(self) -> None:
        """Give the turn to whoever waits longest."""
        with self._lock:
            if self._waiting:
                self._waiting[0].wake()
            else:
                self._busy = False


_QUEUES: WeakKeyDictionary[Engine, _Queue] = WeakKeyDictionary()
_MAKING = threading.Lock()


_WRITERS = ThreadPoolExecutor(4, thread_name_prefix="capture")
"""Threads that write for those who do not wait themselves."""


def commit(ctx: Context, submissions: Sequence[Submission]) -> Sequence[Written]:
    """Write documents, with others that wait; return when they are safe on disk.

    When they cannot be written together, each is written alone, up to the one that fails.
    """
    queue = _queue_of(ctx)
    woken = threading.Event()
    ticket = _Ticket(submissions, woken.set)
    if not queue.join(ticket):
        woken.wait()
    if not ticket.done:
        _lead(ctx, queue, ticket)
    if ticket.failure is not None:
        raise ticket.failure
    assert ticket.written is not None
    return ticket.written


def commit_soon(
    ctx: Context,
    submission: Submission,
    put_off: PutOff,
    prepare: Callable[[], None],
    finish: Callable[[Written | None, Exception | None], None],
) -> None:
    """Write a document, with others that wait, and return at once.

    Parameters
    ----------
    put_off : called with what begins the writing, when it is this document's turn
    prepare : called in another thread before that writes
    finish : called there with what became of the document, when it is safe on disk
    """
    queue = _queue_of(ctx)

    def wake() -> None:
        """Say that it is done, or let a thread write."""
        if ticket.done:
            finish(ticket.written[0] if ticket.written else None, ticket.failure)
        else:
            put_off(begin)

    def begin() -> None:
        """Let a thread write."""
        _WRITERS.submit(lead)

    def lead() -> None:
        """Write, whether or not something could be put right before."""
        try:
            prepare()
        finally:
            _lead(ctx, queue, ticket)

    ticket = _Ticket([submission], wake)
    if queue.join(ticket):
        put_off(begin)


def _queue_of(ctx: Context) -> _Queue:
    """Return the queue of a database."""
    with _MAKING:
        return _QUEUES.setdefault(ctx.db.engine, _Queue())


def _lead(ctx: Context, queue: _Queue, ticket: _Ticket) -> None:
    """Write what waits until one's own documents are among it; then let the next one lead."""
    try:
        while not ticket.done:
            _write(ctx, queue.take())
    finally:
        queue.pass_on()


def keep(
    ctx: Context, work: Callable[[Connection], tuple[_Result, Naming]], *, many: bool = True
) -> _Result:
    """Run a writing transaction; remember the names that it added once it is committed.

    Parameters
    ----------
    many : whether it writes many events
    """

    def tuned(conn: Connection) -> tuple[_Result, Naming]:
        """Set the connection up for writing much."""
        tune(conn, many=many)
        return work(conn)

    with unhurried() if many else nullcontext():
        result, naming = ctx.db.transact(tuned)
    naming.keep()
    return result


def _write(ctx: Context, group: list[_Ticket]) -> None:
    """Write a group in one transaction; if that fails, each document in its own."""
    submissions = [one for ticket in group for one in ticket.submissions]
    try:
        many = sum(ticket.events for ticket in group) >= _MANY
        results = keep(ctx, lambda conn: write_documents(conn, submissions, ctx.now()), many=many)
        rest = iter(results)
        for ticket in group:
            ticket.written = [next(rest) for _ in ticket.submissions]
    except (SanpinError, SQLAlchemyError) as error:
        if len(group) > 1:
            for ticket in group:
                _write(ctx, [ticket])
        elif len(submissions) > 1:
            _write_each(ctx, group[0])
        else:
            group[0].failure = error
    finally:
        for ticket in group:
            if not ticket.done:
                ticket.failure = _broken()
            ticket.wake()


def _write_each(ctx: Context, ticket: _Ticket) -> None:
    """Write the documents of a ticket one by one, up to the one that fails."""
    written: list[Written] = []
    for one in ticket.submissions:
        alone = _Ticket([one], lambda: None)
        _write(ctx, [alone])
        if alone.failure is not None:
            ticket.failure = alone.failure
            return
        written += alone.written or ()
    ticket.written = written


def _broken() -> StateError:
    """Make the refusal of a document whose group ended in an unexpected way."""
    return StateError(
        "trace.capture.broken",
        N_("The capture of another document failed, and this one with it."),
        hint=N_("Send the document again."),
    )
