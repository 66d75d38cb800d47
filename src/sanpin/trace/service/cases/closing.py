"""Closing a case, the stop-watch, and the report that stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from sanpin.base import N_, InputError
from sanpin.kit import audit
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.trace.model.cases import Case, CaseState, Notice
from sanpin.trace.service.cases.reading import case_of, unknown_case
from sanpin.trace.service.cases.recovery import Effect, effect_of
from sanpin.trace.service.cases.returning import closed_case
from sanpin.trace.service.cases.telling import case_notices
from sanpin.trace.store import cases as store

__all__ = ["CaseReport", "case_report", "close_case", "watch_of"]

_LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class CaseReport:
    """Everything that the report of a case holds.

    Attributes
    ----------
    case, notices, effect : as they are now
    watch : seconds from the start to each step that was reached, see `watch_of`
    statuses : number of products by the status that they had when the scope was frozen
    """

    case: Case
    notices: tuple[Notice, ...]
    effect: Effect
    watch: dict[str, float]
    statuses: dict[str, int]


def watch_of(one: Case) -> dict[str, float]:
    """Seconds from the start until the scope was complete, all were told, the case was closed."""
    marks = {"scope": one.scoped, "notices": one.notified, "closed": one.closed}
    return {
        name: (at - one.started) / timedelta(seconds=1)
        for name, at in marks.items()
        if at is not None
    }


def case_report(ctx: Context, identifier: str) -> CaseReport:
    """Bring together what the report of a case holds."""
    one = case_of(ctx, identifier)
    with ctx.db.read() as conn:
        statuses = store.count_lines(conn, identifier)
    return CaseReport(
        one,
        tuple(case_notices(ctx, identifier)),
        effect_of(ctx, identifier),
        watch_of(one),
        statuses,
    )


def close_case(ctx: Context, identifier: str, conclusion: str) -> Case:
    """Close a case with a conclusion; nothing of it changes afterwards.

    Raises
    ------
    InputError
        ``trace.case.conclusion`` without one
    StateError
        ``trace.case.unknown``, ``trace.case.closed``
    """
    ctx.require(Role.PLANNER)
    text = conclusion.strip()
    if not text or len(text) > _LONGEST:
        raise InputError(
            "trace.case.conclusion",
            N_("A case is closed with a conclusion of at most {limit} characters."),
            hint=N_("Say what was found, what came back, and what is done about the rest."),
            limit=_LONGEST,
        )

    def work(conn: Connection) -> None:
        """Write the end."""
        one = store.lock_case(conn, ctx.firm, identifier)
        if one is None:
            raise unknown_case(identifier)
        if one.state is not CaseState.OPEN:
            raise closed_case(one)
        store.change_case(
            conn,
            identifier,
            state=str(CaseState.CLOSED),
            closed=ctx.now(),
            closed_by=ctx.actor.user,
            conclusion=text,
        )
        audit.record(conn, ctx, "trace.case.close", identifier, None, {"conclusion": text})

    ctx.db.transact(work)
    return case_of(ctx, identifier)
