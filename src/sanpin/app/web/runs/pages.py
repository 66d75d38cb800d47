"""Pages of the Runs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from sanpin.app.web.runs.measures import Measures
from sanpin.app.web.runs.words import duration, live, result_page, row, steps, verb_label, verbs
from sanpin.base import Run, RunState
from sanpin.kit.context import Context
from sanpin.kit.http import Page, context, paginate
from sanpin.kit.i18n import translate
from sanpin.kit.pages import DASH, render
from sanpin.kit.runs import cancel_run, compare_runs, error_text, get_run, list_runs, rerun

__all__ = ["router", "runs_page"]

router = APIRouter(prefix="/runs", include_in_schema=False)
Ctx = Annotated[Context, Depends(context)]
PAGE = 50


def runs_page(
    ctx: Context, verb: str, state: str, cursor: str | None, limit: int = PAGE
) -> Page[Run]:
    """Return one page of the Runs that are no step of another.

    Parameters
    ----------
    verb : full name such as ``loop.run``, empty for all
    state : one of `RunState`, empty for all
    cursor : where to go on, None for the newest
    limit : Runs of a page

    Notes
    -----
    Steps stand on the page of the Run that they belong to.
    """
    domain, _, own = verb.partition(".")

    def fetch(last: Any, size: int) -> list[Run]:
        return list_runs(
            ctx,
            domain or None,
            own or None,
            parent="",
            state=RunState(state) if state else None,
            limit=size,
            cursor=last,
        )

    return paginate(fetch, cursor, limit, lambda run: run.id)


@router.get("")
def show_list(
    request: Request, ctx: Ctx, verb: str = "", state: str = "", cursor: str | None = None
) -> Response:
    """List what was computed, newest first."""
    known = state if state in {one.value for one in RunState} else ""
    page = runs_page(ctx, verb, known, cursor)
    names = {name: translate(label, ctx.language) for name, label in verbs().items()}
    return render(
        request,
        ctx,
        "app/runs.html",
        rows=[row(run, ctx.language) for run in page.items],
        next=page.next,
        verb=verb,
        state=known,
        verbs=sorted(names.items(), key=lambda pair: pair[1]),
        newest=next(iter(page.items), None),
        unfiltered=not (verb or known or cursor),
    )


@router.get("/{run_id}")
def show_one(request: Request, ctx: Ctx, run_id: str) -> Response:
    """Show one Run: where it stands, what it was asked, what came out."""
    run, words = get_run(ctx, run_id), Measures(ctx.language)
    others = [
        other
        for other in list_runs(ctx, run.domain, run.verb, limit=20)
        if other.id != run.id and other.state is RunState.DONE
    ]
    return render(
        request,
        ctx,
        "app/run.html",
        run=run,
        row=row(run, ctx.language),
        now=live(ctx, run_id).value,
        steps=steps(ctx, run_id),
        duration=duration(run),
        params=Measures(ctx.language, asked=True).groups({**run.params, "seed": run.seed}),
        metrics=words.groups(run.metrics),
        artefacts=[{"name": words.label(k), "value": v} for k, v in run.artefacts.items()],
        failure=error_text(run, ctx.language),
        others=[(other.id, _told_apart(words, other)) for other in others],
        result=result_page(run),
        parent=get_run(ctx, run.parent) if run.parent else None,
    )


def _told_apart(measures: Measures, run: Run) -> str:
    """Return what tells a Run from others of its kind in a line: when, what, how good."""
    facts = [measures.formats.datetime(run.created, True), str(run.params.get("name") or "")]
    known = measures.groups({"objective": run.metrics.get("objective")})
    facts += [row["value"] for group in known for row in group.rows if row["value"] != DASH]
    return " · ".join(fact for fact in facts if fact)


@router.get("/{run_id}/compare")
def show_comparison(request: Request, ctx: Ctx, run_id: str, other: str) -> Response:
    """Set a Run beside another one: what was asked differently, what came out differently."""
    found, words = compare_runs(ctx, other, run_id), Measures(ctx.language)
    asked = Measures(ctx.language, asked=True)
    return render(
        request,
        ctx,
        "app/compare.html",
        found=found,
        label=verb_label(found.b, ctx.language),
        changed=[one for one in found.metrics if one.a != one.b],
        groups=words.compared(found.metrics),
        params=asked.differing(found.params),
    )


@router.post("/{run_id}/cancel")
def cancel(ctx: Ctx, run_id: str) -> Response:
    """Ask a Run to end."""
    cancel_run(ctx, run_id)
    return RedirectResponse(f"/runs/{run_id}", 303)


@router.post("/{run_id}/rerun")
def run_again(ctx: Ctx, run_id: str) -> Response:
    """Queue the same computation once more and show it."""
    return RedirectResponse(f"/runs/{rerun(ctx, run_id).id}", 303)
