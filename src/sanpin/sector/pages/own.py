"""Own targets, actuals and tasks: their list and their forms.

A form that is refused comes back as it was filled in, with the reason above it and status 422; one
that is kept sends the reader on to what it made.
"""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from sanpin.base import N_, InputError
from sanpin.kit.context import Context
from sanpin.kit.i18n import Translator
from sanpin.kit.pages import render
from sanpin.sector import service
from sanpin.sector.model import Comparator, Measure, Origin, Pillar
from sanpin.sector.pages.shared import Fields, Here, back, refusal
from sanpin.sector.pages.targets import target_page
from sanpin.sector.service import Wording
from sanpin.sector.service.paths import target_path, task_path

__all__ = ["router"]

router = APIRouter(prefix="/sector", include_in_schema=False)


@router.get("/own")
def own_page(request: Request, ctx: Here) -> HTMLResponse:
    """Show own targets and actuals with the forms that add to them."""
    return _page(request, ctx, {})


def _page(request: Request, ctx: Context, form: Mapping[str, str], error: str = "") -> HTMLResponse:
    """Render lists and forms, with a refused form above what was entered."""
    say = Translator(ctx.language).text
    targets, actuals = _targets(ctx), _actuals(ctx)
    return render(
        request,
        ctx,
        "sector/own.html",
        status_code=422 if error else 200,
        answer=say(
            N_("**{targets}** own targets and **{actuals}** own actuals are kept."),
            targets=len(targets),
            actuals=len(actuals),
        ),
        targets=targets,
        actuals=actuals,
        form=form,
        error=error,
        pillars=[(str(one), say(one.label)) for one in Pillar],
        comparators=[
            ("ge", say(Comparator.GE.label)),
            ("eq", say(N_("exactly"))),
            ("approx", say(Comparator.APPROX.label)),
            ("le", say(Comparator.LE.label)),
        ],
        measures=[
            ("", say(N_("as its unit says"))),
            *((str(one), say(one.label)) for one in Measure),
        ],
    )


def _targets(ctx: Context) -> list[dict[str, object]]:
    """Rows of the own targets with their state."""
    words = Wording(ctx.language)
    return [
        {
            "indicator": view.target.indicator(ctx.language),
            "link": target_path(view.target.id),
            "region": view.target.scope.region(ctx.language),
            "target": words.value(view.target.value, view.target.unit, view.target.comparator),
            "due": view.target.period.text_end,
            "state": (view.pace.state.status, words.translator.text(view.pace.state.label)),
        }
        for view in service.targets(ctx)
        if view.target.origin is Origin.OWN
    ]


def _actuals(ctx: Context) -> list[dict[str, str]]:
    """Rows of the own actuals; one whose target is gone shows its id."""
    words = Wording(ctx.language)
    names = {view.target.id: view.target.indicator(ctx.language) for view in service.targets(ctx)}
    return [
        {
            "indicator": names.get(one.target_id, one.target_id),
            "link": target_path(one.target_id),
            "period": words.period(one.period),
            "value": words.value(one.value, one.unit, one.comparator),
            "source": one.source,
        }
        for one in service.own_actuals(ctx)
    ]


@router.post("/own/targets")
def add_target(request: Request, ctx: Here, fields: Fields) -> Response:
    """Keep a target from the form; a refused one comes back with the reason."""
    # An empty field of the form is one that was not given, so that defaults apply.
    row = {name: value for name, value in fields.items() if value.strip()}
    try:
        made = service.save_own_target(ctx, row)
    except InputError as error:
        return _page(request, ctx, fields, refusal(error, ctx))
    return back(target_path(made.id))


@router.post("/own/actuals")
def add_actual(request: Request, ctx: Here, fields: Fields) -> Response:
    """Keep an actual of a target from the form on the target's page."""
    try:
        made = service.save_own_actual(ctx, fields)
    except InputError as error:
        return target_page(request, ctx, fields.get("target", ""), fields, refusal(error, ctx))
    return back(target_path(made.target_id))


@router.post("/own/tasks")
def add_task(request: Request, ctx: Here, fields: Fields) -> Response:
    """Keep a task from the form."""
    try:
        made = service.save_own_task(ctx, fields)
    except InputError as error:
        return _page(request, ctx, {}, refusal(error, ctx))
    return back(task_path(made.id))


@router.post("/own/targets/{target_id:path}/delete")
def remove_target(ctx: Here, target_id: str) -> Response:
    """Remove an own target with its actuals."""
    service.delete_own_target(ctx, target_id)
    return back("/sector/own")


@router.post("/own/actuals/{actual_id:path}/delete")
def remove_actual(ctx: Here, actual_id: str) -> Response:
    """Remove an own actual and return to its target."""
    targets = [one.target_id for one in service.own_actuals(ctx) if one.id == actual_id]
    service.delete_own_actual(ctx, actual_id)
    return back(target_path(targets[0]))


@router.post("/own/tasks/{task_id:path}/delete")
def remove_task(ctx: Here, task_id: str) -> Response:
    """Remove an own task with its record."""
    service.delete_own_task(ctx, task_id)
    return back("/sector/tasks")
