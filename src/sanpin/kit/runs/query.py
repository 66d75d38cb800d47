"""Reading Runs: one, many, the last, and a failure in the reader's language."""

from __future__ import annotations

from sqlalchemy import func, select

from sanpin.base import N_, InputError, Run, RunState
from sanpin.kit.context import Context
from sanpin.kit.i18n import ErrorText, translate, worded
from sanpin.kit.i18n import plural as ngettext
from sanpin.kit.runs.record import to_run
from sanpin.kit.schema.tables import JOB, RUN

__all__ = ["error_text", "get_run", "is_stopping", "last_run", "list_runs", "standing_text"]


def get_run(ctx: Context, run_id: str) -> Run:
    """Return a Run of the caller's firm.

    Raises
    ------
    InputError
        ``runs.run.unknown`` (404), also for Runs of other firms
    """
    query = select(RUN).where(RUN.c.id == run_id, RUN.c.firm == ctx.firm)
    with ctx.db.read() as conn:
        row = conn.execute(query).first()
    if row is None:
        missing = InputError(
            "runs.run.unknown",
            N_("There is no run {run}."),
            hint=N_("Choose one from the list of runs."),
            run=run_id,
        )
        missing.status = 404
        raise missing
    return to_run(row)


def list_runs(
    ctx: Context,
    domain: str | None = None,
    verb: str | None = None,
    parent: str | None = None,
    *,
    state: RunState | str | None = None,
    limit: int | None = 50,
    cursor: str | None = None,
) -> list[Run]:
    """Return Runs of the caller's firm, newest first.

    Parameters
    ----------
    parent : id of a Run for its steps, an empty text for Runs that are no step, None for all
    limit : at most so many, None for all
    cursor : id of the last Run seen; the list goes on behind it
    """
    query = select(RUN).where(RUN.c.firm == ctx.firm).order_by(RUN.c.id.desc()).limit(limit)
    wanted = ((RUN.c.domain, domain), (RUN.c.verb, verb), (RUN.c.parent, parent))
    for column, value in (*wanted, (RUN.c.state, state and RunState(state).value)):
        if value is not None:
            query = query.where(column == value)
    if cursor:
        query = query.where(RUN.c.id < cursor)
    with ctx.db.read() as conn:
        return [to_run(row) for row in conn.execute(query)]


def last_run(
    ctx: Context, domain: str, verb: str, state: RunState | str | None = RunState.DONE
) -> Run | None:
    """Return the newest Run of a verb in that state, or None."""
    found = list_runs(ctx, domain, verb, state=state, limit=1)
    return found[0] if found else None


def is_stopping(ctx: Context, run: Run) -> bool:
    """Tell whether a Run was asked to end and has not ended yet."""
    with ctx.db.read() as conn:
        asked = conn.execute(select(RUN.c.cancel).where(RUN.c.id == run.id)).scalar()
    return bool(asked) and not run.state.final


def standing_text(ctx: Context, run: Run) -> str:
    """Return what a Run does in the reader's language, or what it waits for."""
    if is_stopping(ctx, run):
        return translate(N_("stopping"), ctx.language)
    if run.state is not RunState.QUEUED or run.message:
        return translate(run.message, ctx.language)
    own = select(JOB.c.id).where(JOB.c.run_id == run.id).scalar_subquery()
    open_states = (RunState.QUEUED.value, RunState.RUNNING.value)
    before = select(func.count()).where(JOB.c.state.in_(open_states), JOB.c.id < own)
    with ctx.db.read() as conn:
        count = int(conn.execute(before).scalar_one())
    if not count:
        return translate(N_("for a process to take it up"), ctx.language)
    return ngettext(
        "for {count} computation before it",
        "for {count} computations before it",
        count,
        ctx.language,
    )


def error_text(run: Run, language: str) -> ErrorText | None:
    """Return why a Run failed in `language`, or None when it did not.

    The record keeps key and fields of the text, not only what it said in the language of whoever
    started it; a record without the key is shown as it was written.
    """
    error = run.error
    if not error:
        return None
    kept = error.get("fields")
    fields: dict[str, object] = dict(kept) if isinstance(kept, dict) else {}
    fields = worded(fields, language)
    message = error.get("message")
    if not message:
        return ErrorText(str(error.get("text", "")), "")
    return ErrorText(
        text=translate(str(message), language, **fields),
        hint=translate(str(error.get("hint", "")), language, **fields),
    )
