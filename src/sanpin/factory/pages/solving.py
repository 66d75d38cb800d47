"""Page of the solver: send a problem, say what counts, watch the search, read the schedule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from sanpin.base import InputError, Run, RunState
from sanpin.factory import service
from sanpin.factory.model.asked import Asked
from sanpin.factory.pages.results import result_values
from sanpin.factory.pages.words import KINDS, STATES, answer_of
from sanpin.kit.context import Context
from sanpin.kit.http import context, too_large
from sanpin.kit.i18n import Translator, translate, translate_error, worded
from sanpin.kit.pages import render
from sanpin.kit.runs import cancel_run, error_text, is_stopping, standing_text

__all__ = ["router"]

router = APIRouter()

Here = Annotated[Context, Depends(context)]
_RUNS = 20
_FINDINGS = 100


@router.get("/solve", response_class=HTMLResponse)
def show_solver(
    request: Request,
    ctx: Here,
    file: str = "",
    form: str = "auto",
    instance: str = "",
    run: str = "",
    again: str = "",
) -> Response:
    """Answer: which schedule is best?"""
    if again:
        asked = service.asked_of(service.find_solve_run(ctx, again))
        return _show_file(request, ctx, asked.problem, "auto", None, asked)
    if run:
        return _show_run(request, ctx, service.find_solve_run(ctx, run))
    if file:
        return _show_file(request, ctx, file, form, int(instance) if instance.isdecimal() else None)
    words = Translator(ctx.language)
    return render(
        request,
        ctx,
        "factory/solve.html",
        runs=[run_row(words, one) for one in service.solve_runs(ctx, _RUNS)],
        formats=service.formats(),
        kinds=list(KINDS.items()),
    )


def run_row(words: Translator, run: Run) -> dict[str, Any]:
    """Return a search as a row of the list."""
    state = str(run.metrics.get("status", run.state.value))
    if run.state is not RunState.DONE:
        state = run.state.value
    shape, word = STATES[state]
    return {
        "id": run.id,
        "name": run.params.get("name") or run.id[-8:],
        "created": run.created,
        "state": (shape, words.text(word)),
        "objective": run.metrics.get("objective"),
        "gap": run.metrics.get("gap"),
        "late_jobs": run.metrics.get("late_jobs"),
        "operations": run.metrics.get("operations"),
    }


def _show_file(
    request: Request,
    ctx: Context,
    file: str,
    form: str,
    instance: int | None,
    asked: Asked | None = None,
) -> Response:
    """Show what a file holds and what may be asked about it, or was asked before."""
    words = Translator(ctx.language)
    found = service.read_problem_file(ctx, file, form, instance)
    refusal = translate_error(found.refusal, ctx.language) if found.refusal else None
    known = {one["format"]: one for one in service.formats()}
    several = bool(known.get(found.form, {}).get("several"))
    return render(
        request,
        ctx,
        "factory/solve_file.html",
        found=found,
        problem=found.problem,
        label=words.text(str(known.get(found.form, {}).get("label", found.form))),
        several=several,
        formats=[(name, words.text(str(one["label"]))) for name, one in known.items()],
        refusal=refusal,
        findings=_findings(found.refusal, ctx.language),
        faults=found.refusal.fields.get("count", 0) if found.refusal else 0,
        choose=found.form != "auto" or found.unrecognised,
        asked=asked or Asked(problem=file),
        terms=_sliders(words, (asked and asked.objective) or found.problem.objective)
        if found.problem
        else (),
        sample=bool(found.problem and found.problem.name.startswith("SAMPLE")),
    )


def _findings(refusal: InputError | None, language: str) -> list[dict[str, str]]:
    """Return what is wrong with a file, each with the ids of its record and the remedy."""
    rows = []
    for each in refusal.problems[:_FINDINGS] if refusal else ():
        fields = worded(each.fields, language)
        text = translate(each.message, language, **fields)
        rows.append({"text": text, **{key: str(fields.get(key, "")) for key in ("record", "hint")}})
    return rows


def _sliders(words: Translator, objective: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return a slider for the weight of each term, those of the problem first."""
    rows = []
    for name, label in service.TERMS.items():
        weight = float(objective.get(name, 0))
        # A weight of the problem stays as it is, whatever the steps of the slider.
        exact = (weight * 20).is_integer()
        rows.append(
            {
                "name": name,
                "label": words.text(label),
                "weight": f"{weight:g}" if exact else repr(weight),
                "most": 10 if weight <= 10 else f"{2 * weight:g}",
                "step": "0.05" if exact else "any",
                "used": weight > 0,
            }
        )
    return sorted(rows, key=lambda row: not row["used"])


def _show_run(request: Request, ctx: Context, run: Run) -> Response:
    """Show a search: live while it lasts, then its schedule, its causes or its failure."""
    words = Translator(ctx.language)
    values: dict[str, Any] = {
        "run": run,
        "name": run.params.get("name") or run.id[-8:],
        "answer": answer_of(words, run),
        "sample": str(run.params.get("name", "")).startswith("SAMPLE"),
        "again": f"/factory/solve?again={run.id}",
    }
    if not run.state.final:
        values |= {
            "word": words.text(STATES[run.state.value][1]),
            "standing": standing_text(ctx, run),
            "stopping": is_stopping(ctx, run),
        }
        return render(request, ctx, "factory/solve_live.html", **values)
    if "solution" in run.artefacts:
        values |= result_values(ctx, words, run)
        return render(request, ctx, "factory/solve_result.html", **values)
    return render(
        request, ctx, "factory/solve_failed.html", failure=error_text(run, ctx.language), **values
    )


@router.post("/solve/file")
def send_file(ctx: Here, file: UploadFile) -> Response:
    """Keep a file that was sent, and go on to what it holds."""
    limit = service.body_limit(ctx)
    content = file.file.read(limit + 1)
    if len(content) > limit:
        raise too_large(limit)
    kept = service.keep_problem_file(ctx, content, file.filename or "file")
    return RedirectResponse(f"/factory/solve?file={kept}", 303)


@router.post("/solve/sample")
def load_sample(ctx: Here, kind: Annotated[str, Form()] = "garment") -> Response:
    """Generate a sample plant and go on to it."""
    return RedirectResponse(f"/factory/solve?file={service.keep_sample_problem(ctx, kind)}", 303)


@router.post("/solve/start")
def start_search(
    ctx: Here,
    file: Annotated[str, Form()],
    term: Annotated[Sequence[str], Form()],
    weight: Annotated[Sequence[float], Form()],
    form: Annotated[str, Form()] = "auto",
    instance: Annotated[int | None, Form()] = None,
    seconds: Annotated[float, Form(gt=0, le=86_400)] = 30.0,
    workers: Annotated[int, Form(ge=0, le=256)] = 2,
    seed: Annotated[int, Form(ge=0, lt=2**31)] = 0,
) -> Response:
    """Queue a search for the schedule of a file, and go on to watch it."""
    found = service.read_problem_file(ctx, file, form, instance)
    if found.problem is None:
        raise found.refusal or ValueError(file)
    weights = {name: value for name, value in zip(term, weight, strict=False) if value}
    run = service.ask_solve(
        ctx,
        found.problem,
        seconds=seconds,
        workers=workers,
        seed=seed,
        objective=weights or dict.fromkeys(term, 0.0),
    )
    return RedirectResponse(f"/factory/solve?run={run.id}", 303)


@router.post("/solve/cancel")
def stop_search(ctx: Here, run: Annotated[str, Form()]) -> Response:
    """Ask a search to end with what it has."""
    found = service.find_solve_run(ctx, run)
    # Whoever presses at the very end just sees the result.
    if not found.state.final:
        cancel_run(ctx, run)
    return RedirectResponse(f"/factory/solve?run={run}", 303)
