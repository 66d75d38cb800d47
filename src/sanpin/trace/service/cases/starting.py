"""Starting a case: the scope is worked out once more and frozen, with holders and contacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from sanpin.base import N_, InputError, StateError
from sanpin.kit import audit
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.ids import new_id
from sanpin.kit.runs import start_run
from sanpin.trace.model.cases import Case, CaseState, Due, DueKind, Notice
from sanpin.trace.model.lineage import Gap, Recall
from sanpin.trace.service.cases.contacts import contacts_of
from sanpin.trace.service.cases.dues import dues_of_scope
from sanpin.trace.service.naming import Labels
from sanpin.trace.service.recalls import Asked, scope_of
from sanpin.trace.store import cases as store

__all__ = ["start_case"]

# Rows of one transaction: half a second of writing at most.
_SLICE = 5000
# What was begun so long ago and never finished is what a crash left.
_STALE = timedelta(hours=1)
_LONGEST = 2000


def start_case(
    ctx: Context, asked: Asked, *, title: str = "", reason: str = "", drill: bool = False
) -> Case:
    """Start a recall case from a scope, which does not change any more.

    Parameters
    ----------
    asked : seeds, and how they are narrowed
    title : what people call it; made of the first seed by default
    reason : why the goods must come back; stands in the notices
    drill : an exercise, which counts in no figure of real recalls

    Raises
    ------
    StateError
        ``trace.case.empty`` when nothing would come back
    InputError
        ``trace.case.text`` for a title or reason that is too long, or the refusal of a seed
    """
    ctx.require(Role.PLANNER)
    for text in (title, reason):
        if len(text) > _LONGEST:
            raise InputError(
                "trace.case.text",
                N_("A text of a recall case has at most {limit} characters."),
                hint=N_("Shorten it."),
                limit=_LONGEST,
            )
    started = ctx.now()
    params = {"seeds": len(asked.seeds), "drill": drill, "title": title}
    with start_run(ctx, "trace", "recall", params=params) as run:
        found = scope_of(ctx, asked)
        if not found.products:
            raise StateError(
                "trace.case.empty",
                N_("Nothing would come back, so there is no case to start."),
                hint=N_("Check the seeds and how they are narrowed."),
            )
        one = Case(
            id=new_id(),
            title=title.strip() or _title(ctx, found),
            reason=reason.strip(),
            drill=drill,
            state=CaseState.WRITING,
            seeds=found.seeds,
            since=asked.since,
            until=asked.until,
            place=asked.place,
            products=len(found.products),
            containers=len(found.containers),
            gaps=tuple(_gap(gap) for gap in found.gaps),
            started=started,
            started_by=ctx.actor.user,
            scoped=started,
            run=run.id,
        )
        run.progress(0.3, N_("Working out who has what"))
        dues = dues_of_scope(ctx, found)
        run.progress(0.5, N_("Keeping the scope"))
        return _write(ctx, one, found, dues)


def _title(ctx: Context, found: Recall) -> str:
    """Name a case after its first seed."""
    with ctx.db.read() as conn:
        labels = Labels.load(conn, ctx.firm, found.seeds[:1])
    more = len(found.seeds) - 1
    return labels.of(found.seeds[0]) + (f" +{more}" if more else "")


def _gap(gap: Gap) -> Mapping[str, object]:
    """Write a gap as JSON values."""
    fields: dict[str, Any] = {
        key: value if isinstance(value, str | int | float) else str(value)
        for key, value in gap.fields.items()
    }
    return {"id": gap.id, "code": gap.code, "message": gap.message, "fields": fields}


def _write(ctx: Context, one: Case, found: Recall, dues: list[Due]) -> Case:
    """Write a case in slices, which nobody sees before the last one is there."""

    def begin(conn: Any) -> None:
        """Write the head; remove what a crash left of others."""
        store.forget_unfinished(conn, ctx.firm, one.started - _STALE)
        store.add_case(conn, ctx.firm, one)

    ctx.db.transact(begin)
    for start in range(0, len(found.affected), _SLICE):
        part = found.affected[start : start + _SLICE]
        ctx.db.transact(partial(store.add_lines, case_id=one.id, first=start, lines=part))
    for start in range(0, len(dues), _SLICE):
        some = dues[start : start + _SLICE]
        ctx.db.transact(partial(store.add_dues, case_id=one.id, dues=some))
    notices = _notices(ctx, dues)
    done = replace(one, state=CaseState.OPEN, scoped=ctx.now())

    def finish(conn: Any) -> None:
        """Write the notices and let everybody see the case."""
        store.add_notices(conn, one.id, notices)
        store.change_case(conn, one.id, state=str(done.state), scoped=done.scoped)
        after = {"title": one.title, "drill": one.drill, "products": one.products}
        audit.record(conn, ctx, "trace.case.start", one.id, None, after)

    ctx.db.transact(finish)
    return done


def _notices(ctx: Context, dues: list[Due]) -> list[Notice]:
    """Make a notice for each consignee, in the order of their names."""
    holders = {one.holder for one in dues if one.kind is DueKind.DELIVERED and one.holder}
    with ctx.db.read() as conn:
        labels = Labels.load(conn, ctx.firm, holders)
    contacts = contacts_of(ctx, holders)
    ordered = sorted(holders, key=lambda holder: (labels.of(holder), holder))
    return [
        Notice(number, holder, labels.of(holder), contacts.get(holder, {}))
        for number, holder in enumerate(ordered, 1)
    ]
