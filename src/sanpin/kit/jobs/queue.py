"""The queue: claim a job, keep hold of it, and settle it when its process is gone.

The queue is a table, so that any number of workers on any number of computers may share it; each
step is one conditional statement that the database decides.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from sanpin.base import RunState, StateError
from sanpin.kit.db import Database
from sanpin.kit.jobs.lease import host_name
from sanpin.kit.runs.record import close_row, error_record
from sanpin.kit.schema.tables import JOB, RUN

__all__ = ["LEASE_SECONDS", "Job", "claim", "read_job", "renew", "settle"]

LEASE_SECONDS = 15.0
"""How long a silent worker keeps its job; it renews three times in that span."""

_QUEUED, _RUNNING = RunState.QUEUED.value, RunState.RUNNING.value


@dataclass(frozen=True, slots=True)
class Job:
    """A row of the queue, as far as a worker needs it.

    Attributes
    ----------
    verb : ``domain.verb``
    params, seed : what was asked
    actor, role, firm, language : on whose behalf it is computed
    lease_owner : worker that holds it, empty while it waits
    """

    id: str
    run_id: str
    firm: str
    verb: str
    params: Mapping[str, Any]
    seed: int
    actor: str
    role: str
    language: str
    lease_owner: str


_COLUMNS = [JOB.c[name] for name in Job.__slots__]


def read_job(db: Database, job_id: str) -> Job | None:
    """Return a job by id."""
    with db.read() as conn:
        row = conn.execute(select(*_COLUMNS).where(JOB.c.id == job_id)).first()
    return None if row is None else Job(**row._mapping)


def claim(db: Database, owner: str, now: datetime) -> Job | None:
    """Take the oldest waiting job for `owner`, or return None when there is none.

    The update names the state it expects, so of two workers that saw the same job one gets
    it and the other goes on to the next.
    """
    waiting = select(JOB.c.id).where(JOB.c.state == _QUEUED).order_by(JOB.c.id).limit(8)
    with db.read() as conn:
        candidates = list(conn.execute(waiting).scalars())
    for job_id in candidates:
        taken = (
            update(JOB)
            .where(JOB.c.id == job_id, JOB.c.state == _QUEUED)
            .values(
                state=_RUNNING,
                attempts=JOB.c.attempts + 1,
                lease_owner=owner,
                lease_until=now + timedelta(seconds=LEASE_SECONDS),
                pid=os.getpid(),
                host=host_name(),
            )
        )
        with db.write() as conn:
            claimed = conn.execute(taken).rowcount == 1
        if claimed:
            return read_job(db, job_id)
    return None


def renew(db: Database, job_id: str, owner: str, now: datetime) -> bool:
    """Keep a job for another span; False means that it was given to someone else.

    Whoever learns that must end its child at once: another worker may be doing the same work.
    """
    kept = (
        update(JOB)
        .where(JOB.c.id == job_id, JOB.c.state == _RUNNING, JOB.c.lease_owner == owner)
        .values(lease_until=now + timedelta(seconds=LEASE_SECONDS))
    )
    with db.write() as conn:
        return conn.execute(kept).rowcount == 1


def settle(
    conn: Connection, job_id: str, owner: str, reason: StateError, now: datetime
) -> RunState | None:
    """Close a job whose process has ended, however it ended; return the state it now has.

    A Run that reached its end keeps it. One that was told to stop is cancelled. Otherwise the
    process died: the job waits again if it may be tried once more, else it fails with
    `reason`. Returns None when `owner` does not hold the job any more.

    Parameters
    ----------
    conn : transaction in which job and Run change together
    owner : who believes to hold the job
    reason : why the Run failed, if it did
    """
    held = (JOB.c.id == job_id) & (JOB.c.state == _RUNNING) & (JOB.c.lease_owner == owner)
    # Touching the row first keeps a second settler out until this transaction ends.
    if conn.execute(update(JOB).where(held).values(lease_owner=owner)).rowcount != 1:
        return None
    query = select(
        JOB.c.run_id, JOB.c.attempts, JOB.c.max_attempts, RUN.c.state, RUN.c.cancel
    ).join_from(JOB, RUN, JOB.c.run_id == RUN.c.id)
    row = conn.execute(query.where(JOB.c.id == job_id)).one()
    state = RunState(row.state)
    if not state.final:
        if row.cancel:
            state = RunState.CANCELLED
            close_row(conn, row.run_id, state, at=now)
        elif row.attempts < row.max_attempts:
            state = RunState.QUEUED
            _queue_again(conn, row.run_id)
        else:
            state = RunState.FAILED
            close_row(conn, row.run_id, state, at=now, error=error_record(reason))
    closing = {"state": state.value, "lease_owner": "", "lease_until": None, "pid": None}
    conn.execute(update(JOB).where(JOB.c.id == job_id).values(closing))
    return state


def _queue_again(conn: Connection, run_id: str) -> None:
    """Put a Run back to where it was before the first attempt."""
    waiting: dict[str, object] = {"state": _QUEUED, "started": None, "heartbeat": None}
    fresh: dict[str, object] = {"progress": 0.0, "message": "", "metrics": {}, "artefacts": {}}
    conn.execute(update(RUN).where(RUN.c.id == run_id).values({**waiting, **fresh}))
