"""Page that sets the schedules of two searches side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from sanpin.base import N_, Run
from sanpin.factory import service
from sanpin.factory.pages.words import TERMS, Clock, clock_of, unit_of
from sanpin.kit.context import Context
from sanpin.kit.http import context
from sanpin.kit.i18n import Translator
from sanpin.kit.pages import render

__all__ = ["router"]

router = APIRouter()

Here = Annotated[Context, Depends(context)]
_ROWS = 100
_CHOICES = 100


@router.get("/solve/compare", response_class=HTMLResponse)
def show_comparison(request: Request, ctx: Here, a: str = "", b: str = "") -> Response:
    """Answer: what is different between two schedules?"""
    words = Translator(ctx.language)
    runs = [run for run in service.solve_runs(ctx, _CHOICES) if run.metrics.get("operations")]
    choices = [(run.id, _choice(words, run)) for run in runs]
    values = _compared(ctx, words, a, b) if a and b else {"found": None, "answer": ""}
    return render(request, ctx, "factory/solve_compare.html", choices=choices, a=a, b=b, **values)


def _choice(words: Translator, run: Run) -> str:
    """Name a search in a menu: its problem, what it found, when."""
    facts: Mapping[str, Any] = run.metrics
    name = run.params.get("name") or run.id[:8]
    return f"{name} · {words.number(facts.get('objective'))} · {words.datetime(run.created)}"


def _compared(ctx: Context, words: Translator, a: str, b: str) -> dict[str, Any]:
    """Return the comparison of two schedules for the template."""
    found = service.compare_solutions(ctx, a, b)
    page = found.a.head["page"]
    clock = clock_of(page["origin"], page["unit"])
    elsewhere = found.moves["moved"].sum()
    answer = words.text(
        N_(
            "**{moved}** of {common} operations run elsewhere, **{shifted}** more at another time; "
            "{late} jobs are late in one or both."
        ),
        moved=words.number(elsewhere),
        common=words.number(found.common),
        shifted=words.number(found.moves.height - elsewhere),
        late=words.number(found.late.height),
    )
    return {
        "found": found,
        "answer": answer,
        "alone": found.alone,
        "unit": unit_of(words, page["origin"], page["unit"]),
        "terms": _terms(words, found),
        "moves": [_move(row, clock) for row in found.moves.head(_ROWS).iter_rows(named=True)],
        "move_count": found.moves.height,
        "late": [
            {**row, "due": clock(row["due"])}
            for row in found.late.head(_ROWS).iter_rows(named=True)
        ],
        "late_count": found.late.height,
        "query": urlencode({"a": a, "b": b}),
    }


def _terms(words: Translator, found: service.Comparison) -> list[dict[str, Any]]:
    """Return objective, bound and every term of both schedules with their difference."""
    first, second = found.a.head, found.b.head
    rows = [
        {"label": words.text(N_("Objective")), "a": first["objective"], "b": second["objective"]},
        {"label": words.text(N_("Proven bound")), "a": first["bound"], "b": second["bound"]},
    ]
    weights = {**first["page"]["weights"], **second["page"]["weights"]}
    terms = sorted(found.terms.iter_rows(named=True), key=lambda row: row["term"] not in weights)
    rows += [
        {
            "label": words.text(TERMS[row["term"]]),
            "a": row["a"],
            "b": row["b"],
            "weight_a": first["page"]["weights"].get(row["term"]),
            "weight_b": second["page"]["weights"].get(row["term"]),
        }
        for row in terms
    ]
    for row in rows:
        known = row["a"] is not None and row["b"] is not None
        row["change"] = row["b"] - row["a"] if known else None
    return rows


def _move(row: Mapping[str, Any], clock: Clock) -> dict[str, Any]:
    """Return a moved operation with its instants."""
    return {
        **row,
        "what": f"{row['job']} · {row['op']}",
        "start_a": clock(row["start_a"]),
        "start_b": clock(row["start_b"]),
    }
