"""The scheduler: what must happen from time to time, once, however many servers there are."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, select

from sanpin.base import N_, RunState, StateError
from sanpin.kit.auth.sessions import purge_sessions
from sanpin.kit.context import Context
from sanpin.kit.jobs.lease import hold_lease, host_name, is_alive
from sanpin.kit.jobs.queue import settle
from sanpin.kit.notify import deliver_due
from sanpin.kit.runs.record import close_row, error_record
from sanpin.kit.schema.tables import JOB, RUN

__all__ = ["Scheduler", "sweep_jobs", "sweep_runs"]

_LOG = logging.getLogger("sanpin.jobs")

# One name for all servers of a workspace: whoever holds it does the periodic work.
LEASE_NAME = "scheduler"
LEASE_SECONDS = 15.0
TICK_SECONDS = 2.0
SILENT_SECONDS = 90.0
"""A living process may be silent this long: it can wait up to 60 s for the database."""

_RUNNING = RunState.RUNNING.value


class Scheduler:
    """Do the periodic work of a workspace while holding its lease."""

    def __init__(self, ctx: Context, owner: str) -> None:
        self._ctx, self._owner = ctx, owner
        self._tasks: tuple[Callable[[Context], object], ...] = (
            sweep_jobs,
            sweep_runs,
            deliver_due,
            purge_sessions,
        )

    def run(self, stop: threading.Event) -> None:
        """Tick until told to stop."""
        while not stop.is_set():
            self.tick()
            stop.wait(TICK_SECONDS)

    def tick(self) -> bool:
        """Do the work if this process holds the lease, and return whether it does.

        A task that fails is logged and does not keep the others from their turn.
        """
        try:
            ctx = self._ctx
            if not hold_lease(ctx.db, LEASE_NAME, self._owner, LEASE_SECONDS, ctx.now()):
                return False
        except Exception:  # noqa: BLE001 - a worker outlives its jobs
            _LOG.exception("scheduler lease")
            return False
        for task in self._tasks:
            try:
                task(ctx)
            except Exception:  # noqa: BLE001 - a worker outlives its jobs
                _LOG.exception("scheduler %s", task.__name__)
        return True


def _is_lost(row: Any, now: datetime) -> bool:
    """Whether the worker that holds a job is gone.

    On this computer its process can be asked for. Elsewhere only the lease tells.
    """
    if row.host == host_name() and row.pid:
        patience = timedelta(seconds=SILENT_SECONDS)
        return not is_alive(row.pid) or row.lease_until + patience < now
    return bool(row.lease_until < now)


def sweep_jobs(ctx: Context) -> int:
    """Put back or fail the jobs of workers that are gone; return how many there were.

    A job whose Run had reached its end before the worker died only gets that state. Two sweepers
    do not disturb each other: the second finds the job settled.
    """
    query = select(
        JOB.c.id, JOB.c.verb, JOB.c.host, JOB.c.pid, JOB.c.lease_owner, JOB.c.lease_until
    )
    with ctx.db.read() as conn:
        rows = conn.execute(query.where(JOB.c.state == _RUNNING)).all()
    now, settled = ctx.now(), 0
    for row in rows:
        if _is_lost(row, now):
            reason = StateError(
                "jobs.worker.lost",
                N_("The worker that computed {verb} on {host} is gone."),
                hint=N_("Run it again."),
                verb=row.verb,
                host=row.host,
            )
            with ctx.db.write() as conn:
                settled += settle(conn, row.id, row.lease_owner, reason, now) is not None
    return settled


def sweep_runs(ctx: Context) -> int:
    """Fail the Runs whose process died without a word; return how many there were.

    These are Runs without a job: commands that were killed, or computed in a server that was.
    """
    now = ctx.now()
    has_job = exists().where(and_(JOB.c.run_id == RUN.c.id, JOB.c.state == _RUNNING))
    silent = RUN.c.heartbeat < now - timedelta(seconds=SILENT_SECONDS)
    query = select(RUN.c.id).where(RUN.c.state == _RUNNING, silent, ~has_job)
    with ctx.db.read() as conn:
        lost = list(conn.execute(query).scalars())
    reason = StateError(
        "runs.abandoned",
        N_("The process that computed this ended without finishing."),
        hint=N_("Run it again. Nothing was left half-done."),
    )
    for run_id in lost:
        with ctx.db.write() as conn:
            close_row(conn, run_id, RunState.FAILED, at=now, error=error_record(reason))
    return len(lost)
