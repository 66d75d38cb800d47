"""Asking for Runs: put one into the queue, cancel one, do one again."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import insert, select, update

from sanpin.base import N_, InputError, Run, RunState, StateError, Verb
from sanpin.kit.audit import record
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.ids import new_id
from sanpin.kit.plain import plain
from sanpin.kit.registry import domains
from sanpin.kit.runs.query import get_run
from sanpin.kit.runs.record import close_row, insert_row
from sanpin.kit.schema.tables import JOB, RUN

__all__ = ["cancel_run", "enqueue", "find_verb", "rerun"]


def find_verb(name: str) -> Verb:
    """Return the verb called ``<domain>.<verb>``, or whose own name has a dot (``loop.run``).

    Raises
    ------
    InputError
        ``runs.verb.unknown``, naming those that exist
    """
    first, _, rest = name.partition(".")
    known = []
    for domain in domains():
        for own, verb in domain.verbs.items():
            if own == name or (domain.name == first and own == rest):
                return verb
            known.append(own if "." in own else f"{domain.name}.{own}")
    raise InputError(
        "runs.verb.unknown",
        N_("There is no computation called “{verb}”."),
        hint=N_("Use one of: {known}."),
        verb=name,
        known=", ".join(sorted(known)),
    )


def enqueue(
    ctx: Context,
    name: str,
    params: Mapping[str, object] | None = None,
    *,
    seed: int = 0,
    attempts: int | None = None,
) -> Run:
    """Queue a computation for a worker process and return its Run, which waits.

    Parameters
    ----------
    name : the verb, as ``<domain>.<verb>``
    params : parameters as JSON values
    attempts : how often it may be started when its process dies; 2 for a verb that says it
        is safe to start again, otherwise 1
    """
    verb = find_verb(name)
    ctx.require(Role(verb.role))
    domain, _, own = name.partition(".")
    run_id, asked = new_id(), plain(params or {})
    with ctx.db.write() as conn:
        insert_row(
            conn,
            ctx,
            run_id=run_id,
            domain=domain,
            verb=own,
            state=RunState.QUEUED,
            params=asked,
            seed=seed,
        )
        conn.execute(
            insert(JOB).values(
                id=new_id(),
                firm=ctx.firm,
                run_id=run_id,
                verb=name,
                params=asked,
                seed=seed,
                actor=ctx.actor.user,
                role=ctx.actor.role.value,
                language=ctx.language,
                state=RunState.QUEUED.value,
                attempts=0,
                max_attempts=attempts or (2 if verb.safe else 1),
                lease_owner="",
                host="",
                created=ctx.now(),
            )
        )
    return get_run(ctx, run_id)


def cancel_run(ctx: Context, run_id: str) -> Run:
    """Ask a Run to end: at once when it waits, within two seconds when a worker runs it.

    Raises
    ------
    StateError
        when it has ended already
    """
    ctx.require(Role.PLANNER)
    run = get_run(ctx, run_id)
    with ctx.db.write() as conn:
        waiting = (JOB.c.run_id == run_id) & (JOB.c.state == RunState.QUEUED.value)
        cancelled = {"state": RunState.CANCELLED.value}
        if conn.execute(update(JOB).where(waiting).values(cancelled)).rowcount:
            changed = close_row(conn, run_id, RunState.CANCELLED, at=ctx.now())
        else:
            running = (RUN.c.id == run_id) & (RUN.c.state == RunState.RUNNING.value)
            changed = conn.execute(update(RUN).where(running).values(cancel=True)).rowcount == 1
        if changed:
            record(conn, ctx, "run.cancel", f"run/{run_id}")
    if not changed:
        raise StateError(
            "runs.run.finished",
            N_("The run {run} has ended already ({state})."),
            run=run_id,
            state=run.state.value,
        )
    return get_run(ctx, run_id)


def rerun(ctx: Context, run_id: str) -> Run:
    """Queue the same computation once more, with the parameters and seed of its record.

    Returns
    -------
    the new Run, which waits; the old one stays as it is

    Raises
    ------
    InputError
        ``runs.verb.unknown`` for a Run that no verb could repeat
    """
    run = get_run(ctx, run_id)
    # A service may have described the Run more fully than it was asked for: repeat the question.
    query = select(JOB.c.verb, JOB.c.params, JOB.c.seed).where(JOB.c.run_id == run_id)
    with ctx.db.read() as conn:
        job = conn.execute(query).first()
    if job is not None:
        return enqueue(ctx, job.verb, job.params, seed=job.seed)
    return enqueue(ctx, f"{run.domain}.{run.verb}", run.params, seed=run.seed)
