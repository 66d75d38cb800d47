"""Tasks: lists with filters, what is due, and the recorded state with its evidence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import Connection

from sanpin.base import N_, InputError
from sanpin.kit import audit
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.urls import is_web_address
from sanpin.sector.engine import summarise_tasks
from sanpin.sector.engine.reading import word
from sanpin.sector.model import Pillar, Task, TaskState, TaskStatus
from sanpin.sector.service.side import Side, as_of_day, read_side
from sanpin.sector.store import load_statuses, save_status

__all__ = [
    "make_status",
    "record_status",
    "set_task_state",
    "task",
    "task_counts",
    "task_windows",
    "tasks",
    "tasks_due",
]


def tasks(
    ctx: Context,
    region: str | None = None,
    pillar: str | None = None,
    state: str | None = None,
    lead: str | None = None,
    period: str | None = None,
    industry: str | None = None,
) -> tuple[Task, ...]:
    """Published and own tasks with their state, in the order of the file.

    Parameters
    ----------
    region, industry : name in either language, or id of the industry
    pillar, state : words of the vocabularies `Pillar` and `TaskState`
    lead : leading unit in either language, or part of its name
    period : window as the text writes it, such as ``2022..2025``

    Raises
    ------
    InputError
        when a filter names nothing known
    """
    side = read_side(ctx)
    region_en, industry_id = side.resolve(region, industry)
    wanted = word(Pillar, pillar, "--pillar", "pillar") if pillar else None
    chosen = word(TaskState, state, "--state", "state") if state else None
    return tuple(
        one
        for one in side.tasks
        if (not region_en or one.region_en == region_en)
        and wanted in (None, one.pillar)
        and chosen in (None, one.status.state)
        and (not lead or _led_by(one, lead))
        and (not period or one.period.text == period)
        and (not industry_id or _concerns(side, one, industry_id))
    )


def _led_by(task: Task, lead: str) -> bool:
    """Whether a part of a unit's name, in either language, is among the leading units."""
    needle = lead.strip().casefold()
    return any(needle in name.casefold() for name in (*task.lead_zh, *task.lead_en))


def _concerns(side: Side, task: Task, industry_id: str) -> bool:
    """Whether a task's heading speaks of an industry or one of its parts."""
    return not side.published.tree.within(industry_id).isdisjoint(task.industries)


def task(ctx: Context, task_id: str) -> Task:
    """One task with its state.

    Raises
    ------
    InputError
        ``sector.task.unknown``
    """
    for one in read_side(ctx).tasks:
        if one.id == task_id:
            return one
    raise unknown_task(task_id)


def unknown_task(task_id: str) -> InputError:
    """Refusal of an id that no task has."""
    error = InputError(
        "sector.task.unknown",
        N_("There is no task “{task}”."),
        hint=N_("List the known ones with: sanpin sector tasks"),
        task=task_id,
    )
    error.status = 404
    return error


def tasks_due(
    ctx: Context,
    region: str | None = None,
    industry: str | None = None,
    as_of: date | None = None,
    within_days: int = 92,
) -> tuple[Task, ...]:
    """Tasks not done that are overdue or due within a quarter of the as-of day, earliest first.

    Parameters
    ----------
    within_days : how far ahead to look; 92 days are the longest quarter
    """
    side = read_side(ctx)
    limit = (as_of or as_of_day(ctx, side)) + timedelta(days=within_days)
    waiting = [
        one
        for one in tasks(ctx, region, industry=industry)
        if one.status.state is not TaskState.DONE and one.due is not None and one.due <= limit
    ]
    return tuple(sorted(waiting, key=lambda one: (one.due or date.max, one.id)))


def task_counts(ctx: Context, found: Iterable[Task], as_of: date | None = None) -> dict[str, int]:
    """Count tasks by state, and those overdue on the as-of day."""
    return summarise_tasks(tuple(found), as_of or as_of_day(ctx))


def task_windows(ctx: Context) -> list[str]:
    """Windows that occur among the tasks, the earliest first."""
    return sorted({one.period.text for one in read_side(ctx).tasks if not one.period.empty})


def set_task_state(
    ctx: Context,
    task_id: str,
    state: str,
    *,
    evidence: str = "",
    link: str = "",
    file: str = "",
    due: date | None = None,
) -> Task:
    """Record where a task stands, with its evidence; the audit log keeps the state before.

    Parameters
    ----------
    state : word of `TaskState`; ``done`` needs evidence, a link or a file reference
    due : a milestone of the user's own; None keeps the end of the plan's period

    Raises
    ------
    InputError
        ``sector.task.unknown``, ``sector.task.no_evidence`` or ``sector.task.link``
    """
    ctx.require(Role.PLANNER)
    task(ctx, task_id)
    status = make_status(ctx, task_id, state, evidence=evidence, link=link, file=file, due=due)
    with ctx.db.write() as conn:
        record_status(conn, ctx, task_id, status)
    return task(ctx, task_id)


def make_status(
    ctx: Context,
    task_id: str,
    state: str,
    *,
    evidence: str = "",
    link: str = "",
    file: str = "",
    due: date | None = None,
) -> TaskStatus:
    """Build a status of now, by the caller; “done” without any evidence is refused.

    Raises
    ------
    InputError
        ``sector.word.unknown``, ``sector.task.no_evidence`` or ``sector.task.link``
    """
    status = TaskStatus(
        word(TaskState, state, task_id, "state"),
        evidence.strip(),
        _checked_link(link.strip(), task_id),
        file.strip(),
        due,
        ctx.actor.user,
        ctx.now(),
    )
    if status.state is TaskState.DONE and not (status.evidence or status.link or status.file):
        raise InputError(
            "sector.task.no_evidence",
            N_("Task “{task}” cannot be done without evidence."),
            hint=N_("Say what was done, or give a link or a file reference."),
            task=task_id,
        )
    return status


def record_status(conn: Connection, ctx: Context, task_id: str, status: TaskStatus) -> None:
    """Store a status and append the change to the audit log, in one transaction."""
    before = load_statuses(conn, ctx.firm).get(task_id, TaskStatus())
    save_status(conn, ctx.firm, task_id, status)
    audit.record(
        conn,
        ctx,
        "sector.task.state",
        f"task/{task_id}",
        before=_trail(before),
        after=_trail(status),
    )


def _checked_link(link: str, task_id: str) -> str:
    """Only addresses of the web may become links on a page."""
    if link and not is_web_address(link):
        raise InputError(
            "sector.task.link",
            N_("“{link}” is not a web address."),
            hint=N_("Begin it with https://, or write it as a file reference."),
            link=link,
            task=task_id,
        )
    return link


def _trail(status: TaskStatus) -> dict[str, object]:
    """What the audit log keeps of a state; author and instant are columns of the log itself."""
    return {
        "state": str(status.state),
        "evidence": status.evidence,
        "link": status.link,
        "file": status.file,
        "due": status.due.isoformat() if status.due else None,
    }
