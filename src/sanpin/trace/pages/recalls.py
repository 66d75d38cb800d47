"""Page of a recall: which seeds, what must come back, what would make it smaller."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from sanpin.base import Budget, InputError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.http import context, needs, read_cursor, write_cursor
from sanpin.kit.i18n import Translator, translate_error
from sanpin.kit.pages import render
from sanpin.trace import service
from sanpin.trace.engine.epcis import write_instant
from sanpin.trace.pages.holders import holders_of
from sanpin.trace.pages.words import status_of

__all__ = ["router"]

router = APIRouter(prefix="/trace", include_in_schema=False)

Here = Annotated[Context, Depends(context)]

LINES = 200
"""Lines of a recall that one page shows; the download holds all of them."""
_SHOWN_SEEDS = 50
_SECONDS = 8.0


@router.get("/recall", response_class=HTMLResponse)
def show_recall(request: Request, ctx: Here) -> Response:
    """Answer: if this is bad, what must come back?"""
    if not service.has_events(ctx):
        return render(request, ctx, "trace/empty.html", q="")
    question = service.read_question(ctx, request.query_params.multi_items())
    if question is None or not question.asked.seeds:
        return _show_seeds(request, ctx, empty=question is not None)
    return _show_scope(request, ctx, question)


def _show_seeds(
    request: Request, ctx: Context, *, empty: bool = False, refusal: InputError | None = None
) -> Response:
    """Ask what could be bad."""
    told = translate_error(refusal, ctx.language) if refusal else None
    return render(
        request,
        ctx,
        "trace/seeds.html",
        status_code=refusal.status if refusal else 200,
        empty=empty,
        refusal=told,
        held=service.lots_on_hold(ctx),
        may_write=ctx.actor.role.allows(Role.PLANNER),
    )


@router.post("/recall/seeds")
def upload_seeds(
    request: Request,
    ctx: Here,
    file: UploadFile,
    csrf_token: Annotated[str, Form()] = "",  # noqa: ARG001 - checked by the guard
) -> Response:
    """Read a supplier's list and show the recall of what it names."""
    ctx.require(Role.PLANNER)
    name = file.filename or ""
    try:
        seeds = service.seeds_of(ctx, (), file.file.read(), name)
    except InputError as error:
        return _show_seeds(request, ctx, refusal=error)
    kept = service.keep_seeds(ctx, name, seeds)
    return RedirectResponse(f"/trace/recall?list={kept}", 303)


def _show_scope(request: Request, ctx: Context, question: service.Question) -> Response:
    """Show the scope of a recall as it is narrowed."""
    given = read_cursor(request.query_params.get("cursor"))
    start = given if isinstance(given, int) and given > 0 else 0
    kept = question.asked.kept()
    view = service.recall_view(ctx, question.asked, start, LINES) if kept else None
    words = Translator(ctx.language)
    end = start + LINES
    asked = question.query()
    narrow = bool(request.query_params.get("narrow")) and view is not None
    return render(
        request,
        ctx,
        "trace/recall.html",
        question=question,
        view=view,
        seeds=_seed_rows(ctx, question),
        more_seeds=max(len(question.asked.seeds) - _SHOWN_SEEDS, 0),
        title=_title(ctx, question),
        lines=_lines(words, view),
        statuses=_statuses(words, view),
        whereabouts=_whereabouts(words, view),
        holders=holders_of(words, view) if view else None,
        # All seeds go along: a page is a part of the same recall.
        next_url=f"?{asked}&cursor={write_cursor(end)}" if view and end < view.total else "",
        export_url=f"/api/v1/trace/recalls/scope?{asked}",
        asked=asked,
        narrowing=_narrowing(ctx, question) if narrow else None,
        may_write=ctx.actor.role.allows(Role.PLANNER),
        since=_local(question.asked.since),
        until=_local(question.asked.until),
    )


def _local(moment: str) -> str:
    """Write a time as the calendar field of a form has it: in the zone of this computer."""
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return ""
    here = found.astimezone().replace(tzinfo=None)
    whole = not here.second and not here.microsecond
    return here.isoformat(timespec="minutes" if whole else "milliseconds")


def _title(ctx: Context, question: service.Question) -> str:
    """Name what is bad, in a few words."""
    words = Translator(ctx.language)
    seeds = question.asked.seeds
    if question.name:
        return f"{question.name} ({words.number(len(seeds))})"
    with_names = _seed_rows(ctx, question)[:3]
    more = len(seeds) - len(with_names)
    return ", ".join(row["label"] for row in with_names) + (f" +{more}" if more else "")


def _seed_rows(ctx: Context, question: service.Question) -> list[dict[str, Any]]:
    """First seeds with their names, and whether they are cleared."""
    names = list(question.asked.seeds[:_SHOWN_SEEDS])
    cleared = set(question.asked.seeds) - set(question.asked.kept())
    labels = service.labels_of(ctx, names)
    return [{"id": n, "label": labels.of(n), "cleared": n in cleared} for n in names]


def _lines(words: Translator, view: service.RecallView | None) -> list[dict[str, Any]]:
    """Lines of the page with their status as a word."""
    lines = view.lines if view else []
    return [line | {"status": status_of(words, line["status"])} for line in lines]


def _statuses(words: Translator, view: service.RecallView | None) -> list[tuple[str, str, int]]:
    """How many products stand where in their life."""
    found = view.statuses if view else {}
    return [(*status_of(words, name), count) for name, count in sorted(found.items())]


def _whereabouts(words: Translator, view: service.RecallView | None) -> list[dict[str, Any]]:
    """How many products are at each place now, in which status."""
    return [
        {"place": place, "status": status_of(words, status), "products": count}
        for place, status, count in (view.whereabouts if view else ())
    ]


def _narrowing(ctx: Context, question: service.Question) -> dict[str, Any]:
    """Narrower recalls as rows, each with the address that asks for it."""
    found = service.narrowing_of(ctx, question.asked, Budget(_SECONDS))
    rows = []
    for split in found.splits:
        label = found.labels.get(split.value, "")
        since = "" if split.since is None else write_instant(split.since)
        until = "" if split.until is None else write_instant(split.until)
        if split.kind == "seed":
            query = question.query(without=[*question.asked.without, split.value])
        elif split.kind == "place":
            query = question.query(place=split.value)
        else:
            query = question.query(
                since=since or question.asked.since, until=until or question.asked.until
            )
        rows.append(
            {
                "kind": split.kind,
                "label": label,
                "since": since,
                "until": until,
                "products": split.products,
                "saved": split.saved,
                "url": f"/trace/recall?{query}",
            }
        )
    only = [
        {"label": found.labels[seed], "products": count}
        for seed, count in sorted(found.only.items(), key=lambda pair: -pair[1])
    ]
    return {"rows": rows, "only": only, "complete": found.complete, "products": found.products}


@router.post("/recalls")
@needs(Role.PLANNER)
def start_case(
    request: Request,
    ctx: Here,
    title: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    drill: Annotated[str, Form()] = "",
) -> Response:
    """Start a recall case from the scope that the address asks for."""
    question = service.read_question(ctx, request.query_params.multi_items())
    asked = question.asked if question else service.Asked(())
    one = service.start_case(ctx, asked, title=title, reason=reason, drill=bool(drill))
    return RedirectResponse(f"/trace/recalls/{one.id}", 303)
