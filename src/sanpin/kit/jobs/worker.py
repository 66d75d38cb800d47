"""The worker: claims jobs and watches over the child processes that carry them out.

A worker is two processes: this one watches, its child computes. A computation may use up all memory
or hang without taking the queue with it, and a cancelled one can be ended from outside.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time

from sqlalchemy import select

from sanpin.base import N_, RunState, StateError
from sanpin.kit.context import Context, open_context
from sanpin.kit.jobs.lease import new_owner
from sanpin.kit.jobs.queue import LEASE_SECONDS, Job, claim, renew, settle
from sanpin.kit.jobs.scheduler import Scheduler
from sanpin.kit.runs import find_verb
from sanpin.kit.schema.tables import RUN
from sanpin.kit.workspace import Workspace

__all__ = ["run_worker"]

_LOG = logging.getLogger("sanpin.jobs")

IDLE_SECONDS = 0.25
WATCH_SECONDS = 0.1
END_GRACE_SECONDS = 5.0
"""How long a process may outlive the end of its Run."""
TERMINATE_SECONDS = 0.3


def run_worker(
    workspace: Workspace, *, once: bool = False, stop: threading.Event | None = None
) -> None:
    """Carry out jobs until told to stop; with `once`, until none is waiting.

    Every worker is also ready to be the scheduler, which only one of them is at a time.

    Parameters
    ----------
    workspace : whose queue to serve
    once : end when no job waits; no scheduler then, as it would have nothing to wait for
    stop : event that ends the worker from outside
    """
    stop = stop or threading.Event()
    with open_context(workspace) as ctx:
        scheduler = Scheduler(ctx, new_owner())
        thread = threading.Thread(target=scheduler.run, args=(stop,), name="scheduler")
        if not once:
            thread.start()
        try:
            _Worker(ctx, stop).run(once)
        finally:
            stop.set()
            if not once:
                thread.join()


class _Worker:
    """One worker process: one job at a time."""

    def __init__(self, ctx: Context, stop: threading.Event) -> None:
        self._ctx, self._stop = ctx, stop
        self._owner = new_owner()

    def run(self, once: bool) -> None:
        """Claim and carry out jobs; a fault of the database is waited out.

        A disk that is full or a server that restarts must not end the worker: the next turn tries
        again, and the log tells.
        """
        while not self._stop.is_set():
            try:
                job = claim(self._ctx.db, self._owner, self._ctx.now())
                if job is not None:
                    self._carry_out(job)
                    continue
            except Exception:  # noqa: BLE001 - a worker outlives its jobs
                _LOG.exception("worker %s", self._owner)
            if once:
                return
            self._stop.wait(IDLE_SECONDS)

    def _carry_out(self, job: Job) -> None:
        """Start a child for a job, watch it, and settle the job however the child ended."""
        command = [sys.executable, "-m", "sanpin.kit.jobs.child"]
        process = subprocess.Popen(
            [*command, str(self._ctx.workspace.path), job.id],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        reason: StateError | None = None
        try:
            reason = _Watch(self._ctx, self._stop, self._owner, job, process).wait()
        finally:
            _end(process)
            reason = reason or _died(job, process.returncode)
            with self._ctx.db.write() as conn:
                settle(conn, job.id, self._owner, reason, self._ctx.now())


class _Watch:
    """Look after one child: renew the lease, hear a wish to cancel, notice its end.

    A cancelled computation may end by itself within the grace of its verb, so that it can leave
    a clean record; then its process is ended. Together that stays below two seconds, except for
    verbs that ask for more.
    """

    def __init__(
        self,
        ctx: Context,
        stop: threading.Event,
        owner: str,
        job: Job,
        process: subprocess.Popen[bytes],
    ) -> None:
        self._ctx, self._stop, self._owner, self._job = ctx, stop, owner, job
        self._process = process
        self._deadline: float | None = None

    def wait(self) -> StateError | None:
        """Return when the child has ended or must be ended, with the reason if it is ours."""
        renewed = time.monotonic()
        while self._process.poll() is None:
            now = time.monotonic()
            if self._stop.is_set():
                return _stopped(self._job)
            if now - renewed >= LEASE_SECONDS / 3:
                if not renew(self._ctx.db, self._job.id, self._owner, self._ctx.now()):
                    return None
                renewed = now
            if self._deadline is None:
                self._look(now)
            elif now >= self._deadline:
                return None
            time.sleep(WATCH_SECONDS)
        return None

    def _look(self, now: float) -> None:
        """Set a deadline once the Run is cancelled or over."""
        query = select(RUN.c.state, RUN.c.cancel).where(RUN.c.id == self._job.run_id)
        with self._ctx.db.read() as conn:
            row = conn.execute(query).one()
        if RunState(row.state).final:
            self._deadline = now + END_GRACE_SECONDS
        elif row.cancel:
            self._deadline = now + find_verb(self._job.verb).grace


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a child with everything it started, and wait for it.

    The child leads a session of its own, so the signal reaches its helpers too. SIGTERM first:
    it lets the operating system close files in order. SIGKILL for those that do not listen.
    """
    for sent, patience in ((signal.SIGTERM, TERMINATE_SECONDS), (signal.SIGKILL, None)):
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, sent)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(patience)
    if process.stdin:
        process.stdin.close()


def _died(job: Job, code: int) -> StateError:
    """Say how a process ended that left its Run open."""
    ended = signal.Signals(-code).name if code < 0 else str(code)
    return StateError(
        "jobs.process.died",
        N_("The process that computed {verb} ended before its work was done ({ended})."),
        hint=N_("Run it again. If it ends the same way, give it more memory or less data."),
        verb=job.verb,
        ended=ended,
    )


def _stopped(job: Job) -> StateError:
    """Reason for a job whose worker was told to end."""
    return StateError(
        "jobs.worker.stopped",
        N_("The server was stopped while it computed {verb}. Nothing was left half-done."),
        hint=N_("Run it again."),
        verb=job.verb,
    )
