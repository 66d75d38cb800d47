"""Page that sets the schedules of two searches side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from sanpin.base import N_, Run
from sanpin.factory import service
from sanpin.factory.pages.words import TIMED, Clock, clock_of, unit_of
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
    b = b or _beside(runs, a)
    a = a or _beside(runs, b)
    return render(request, ctx, "factory/solve_compare.html", choices=choices, a=a, b=b, **values)


def _beside(runs: Sequence[Run], other: str) -> str:
    """Return the newest search that is not on the other side, of the same problem if there is."""
    problem = next((run.params.get("problem") for run in runs if run.id == other), None)
    left = [run for run in runs if run.id != other]
    return next((run.id for run in left if run.params.get("problem") == problem),
                left[0].id if left else "")  # fmt: skip


def _choice(words: Translator, run: Run) -> str:
    """Name a search in a menu: its problem, what it found, when."""
    facts: Mapping[str, Any] = run.metrics
    name = run.params.get("name") or run.id[-8:]
    return f"{name} · {words.number(facts.get('objective'))} · {words.datetime(run.created)}"


def _compared(ctx: Context, words: Translator, a: str, b: str) -> dict[str, Any]:
    """Return the comparison of two schedules for the template."""
    found = service.compare_solutions(ctx, a, b)
    page = found.a.head["page"]
    clock = clock_of(page["origin"], page["unit"])
    unit = unit_of(words, page["origin"], page["unit"])
    elsewhere = found.moves["moved"].sum()
    text = N_(
        "**{moved}** of {common} operations run elsewhere, **{shifted}** more at another time; "
        "{late} jobs are late in one or both."
    )
    answer = words.text(
        text if found.common else N_("These are schedules of different plants or orders."),
        moved=words.number(elsewhere),
        common=words.number(found.common),
        shifted=words.number(found.moves.height - elsewhere),
        late=words.number(found.late.height),
    )
    return {
        "found": found,
        "answer": answer,
        "alone": found.alone,
        "unit": unit,
        "terms": _terms(words, found, unit),
        "moves": [_move(row, clock) for row in found.moves.head(_ROWS).iter_rows(named=True)],
        "move_count": found.moves.height,
        "late": [
            {**row, "due": clock(row["due"])}
            for row in found.late.head(_ROWS).iter_rows(named=True)
        ],
        "late_count": found.late.height,
        "query": urlencode({"a": a, "b": b}),
    }


def _terms(words: Translator, found: service.Comparison, unit: str) -> list[dict[str, Any]]:
    """Return objective, bound and every term of both schedules with their difference."""
    return [
        {
            **row,
            "label": words.text(service.MEASURES[row["term"]]),
            "unit": unit if row["term"] in TIMED else "",
            "change": words.signed(row["change"], max(_decimals(row["a"]), _decimals(row["b"]))),
        }
        for row in found.terms.iter_rows(named=True)
    ]


def _decimals(value: float | None) -> int:
    """Return how many of up to three decimals a number is written with."""
    return len(f"{value or 0:.3f}".rstrip("0").partition(".")[2])


def _move(row: Mapping[str, Any], clock: Clock) -> dict[str, Any]:
    """Return a moved operation with its instants."""
    return {
        **row,
        "what": f"{row['job']} · {row['op']}",
        "start_a": clock(row["start_a"]),
        "start_b": clock(row["start_b"]),
    }
