"""The board of tasks, and the page of one task with its form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from sanpin.base import N_, InputError
from sanpin.kit.context import Context
from sanpin.kit.http import local_path
from sanpin.kit.i18n import Translator
from sanpin.kit.pages import render
from sanpin.sector import service
from sanpin.sector.model import Task, TaskState
from sanpin.sector.pages.shared import (
    Fields,
    Here,
    Menu,
    back,
    export_url,
    pillar_menu,
    refusal,
    region_menu,
    source_lines,
)
from sanpin.sector.service import Wording
from sanpin.sector.service.paths import task_path

__all__ = ["router"]

router = APIRouter(prefix="/sector", include_in_schema=False)

# Cards in a column before the rest is folded away; the export holds all.
_SHOWN = 12
# Moves that need no evidence. To be done a task must be opened and its evidence given.
_MOVES = {
    TaskState.OPEN: N_("Reopen"),
    TaskState.IN_PROGRESS: N_("Start"),
    TaskState.BLOCKED: N_("Block"),
}


@router.get("/tasks")
def tasks_page(
    request: Request,
    ctx: Here,
    region: str = "",
    pillar: str = "",
    lead: str = "",
    period: str = "",
) -> HTMLResponse:
    """Show the board: one column for each state."""
    found = service.tasks(ctx, region, pillar, None, lead, period)
    day = service.as_of_day(ctx)
    everything = service.tasks(ctx, region, pillar, None, None, period)
    chosen = {"region": region, "pillar": pillar, "lead": lead, "period": period}
    return render(
        request,
        ctx,
        "sector/tasks.html",
        answer=_answer(ctx, service.task_counts(ctx, found, day), len(found)),
        columns=[
            (state, [one for one in found if one.status.state is state]) for state in TaskState
        ],
        states=tuple(TaskState),
        moves=_MOVES,
        shown=_SHOWN,
        region=region,
        total=len(found),
        as_of=day,
        words=Wording(ctx.language),
        menus={
            "region": region_menu(ctx, region),
            "pillar": pillar_menu(ctx, pillar),
            "lead": _lead_menu(ctx, lead, everything),
            "period": _period_menu(ctx, period),
        },
        export_url=export_url("/api/v1/sector/tasks", chosen),
        sources=source_lines(ctx, [one.source for one in found]),
    )


def _answer(ctx: Context, counts: Mapping[str, int], total: int) -> str:
    """Sentence that answers the page's question, from the counts by state."""
    return Translator(ctx.language).text(
        N_(
            "**{done} of {total}** tasks are done; {moving} in progress, {blocked} blocked, "
            "{overdue} overdue."
        ),
        done=counts["done"],
        total=total,
        moving=counts["in_progress"],
        blocked=counts["blocked"],
        overdue=counts["overdue"],
    )


def _lead_menu(ctx: Context, value: str, tasks: Sequence[Task]) -> Menu:
    """Menu of the leading units among the tasks shown; a chosen one stays in it."""
    say = Translator(ctx.language).text
    names = sorted({name for one in tasks for name in one.lead(ctx.language)} | {value} - {""})
    options = [("", say(N_("any unit"))), *((name, name) for name in names)]
    return {"label": say(N_("Leading unit")), "value": value, "options": options}


def _period_menu(ctx: Context, value: str) -> Menu:
    """Menu of the plan periods that occur."""
    say = Translator(ctx.language).text
    windows = [(text, text.replace("..", "–")) for text in service.task_windows(ctx)]
    options = [("", say(N_("any time"))), *windows]
    return {"label": say(N_("Plan period")), "value": value, "options": options}


@router.post("/tasks/move")
def move_task(ctx: Here, fields: Fields) -> Response:
    """Put a task into another column; its evidence stays."""
    task_id, _, state = fields.get("move", "").rpartition(":")
    status = service.task(ctx, task_id).status
    service.set_task_state(
        ctx,
        task_id,
        state,
        evidence=status.evidence,
        link=status.link,
        file=status.file,
        due=status.due,
    )
    return back(local_path(fields.get("next", "/sector/tasks")))


@router.get("/tasks/{task_id:path}")
def one_task(request: Request, ctx: Here, task_id: str, state: str = "") -> HTMLResponse:
    """Show one task with the form that records its state."""
    status = service.task(ctx, task_id).status
    form = {
        "state": state or str(status.state),
        "evidence": status.evidence,
        "link": status.link,
        "file": status.file,
        "due": status.due.isoformat() if status.due else "",
    }
    return _task_page(request, ctx, task_id, form)


def _task_page(
    request: Request, ctx: Context, task_id: str, form: Mapping[str, str], error: str = ""
) -> HTMLResponse:
    """Render the page of a task, with a refused form above what was entered."""
    task = service.task(ctx, task_id)
    words = Wording(ctx.language)
    return render(
        request,
        ctx,
        "sector/task.html",
        status_code=422 if error else 200,
        task=task,
        answer=_verdict(task, words),
        pairs=_facts(task, words),
        form=form,
        error=error,
        states=[(str(one), words.translator.text(one.label)) for one in TaskState],
        as_of=service.as_of_day(ctx),
        library=service.library(),
    )


def _verdict(task: Task, words: Wording) -> str:
    """Sentence that answers for one task: its state and who leads it."""
    say = words.translator.text
    lead = "、".join(task.lead("zh")) if words.chinese else ", ".join(task.lead("en"))
    if not lead:
        return say(
            N_("**{state}**. The text names no leading unit."), state=say(task.status.state.label)
        )
    return say(N_("**{state}**. Led by {lead}."), state=say(task.status.state.label), lead=lead)


def _facts(task: Task, words: Wording) -> list[tuple[str, str]]:
    """Label and value of everything that is known about a task; empty ones are left out."""
    say, language, status = words.translator.text, words.language, task.status
    recorded = words.translator.datetime(status.at, year=True) if status.at else ""
    facts = [
        (say(N_("Region")), task.region(language)),
        (say(N_("Article")), task.article(language)),
        (say(N_("Pillar")), say(task.pillar.label)),
        (say(N_("Plan period")), words.period(task.period)),
        (say(N_("Deadline")), words.translator.date(task.due, year=True)),
        (say(N_("Supporting units")), ", ".join(task.support(language))),
        (say(N_("Evidence")), status.evidence),
        (say(N_("File")), status.file),
        (say(N_("Recorded by")), status.by),
        (say(N_("Recorded at")), recorded),
    ]
    return [(label, value) for label, value in facts if value]


@router.post("/tasks/{task_id:path}")
def record_task(request: Request, ctx: Here, task_id: str, fields: Fields) -> Response:
    """Record the state of a task; a refused form comes back with the reason."""
    form = {name: fields.get(name, "") for name in ("state", "evidence", "link", "file", "due")}
    try:
        service.set_task_state(
            ctx,
            task_id,
            form["state"],
            evidence=form["evidence"],
            link=form["link"],
            file=form["file"],
            due=_day(form["due"]),
        )
    except InputError as error:
        if error.status == 404:
            raise
        return _task_page(request, ctx, task_id, form, refusal(error, ctx))
    return back(task_path(task_id))


def _day(text: str) -> date | None:
    """Day of a form's field, None when it is empty; anything else is refused."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError(
            "sector.task.due",
            N_("“{text}” is not a day."),
            hint=N_("Write it as 2025-09-15."),
            text=text,
        ) from error
