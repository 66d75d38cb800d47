"""The whole list of what needs a decision."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from sanpin.base import N_
from sanpin.flows.cockpit.decisions import DecisionKind, counted
from sanpin.flows.cockpit.firm import firm_side
from sanpin.flows.cockpit.wording import DecisionWords
from sanpin.flows.pages.shared import PAGE, Here, next_place, place
from sanpin.kit.pages import render

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/decisions", response_class=HTMLResponse)
def show_decisions(
    request: Request, ctx: Here, kind: str = "", cursor: str | None = None
) -> HTMLResponse:
    """Answer: what needs a decision today? Every line, by kind."""
    side = firm_side(ctx)
    words = DecisionWords(ctx.language)
    # An unknown kind in an old link shows all rather than an error.
    wanted = kind if kind in set(DecisionKind) else ""
    chosen = [one for one in side.decisions if wanted in ("", one.kind.value)]
    start = place(cursor)
    counts = counted(side.decisions)
    every = (words.say(N_("All")), "/decisions", len(side.decisions))
    kinds = [
        (words.say(one.plural), f"/decisions?kind={one.value}", counts[one.value])
        for one in DecisionKind
    ]
    return render(
        request,
        ctx,
        "flows/decisions.html",
        answer=words.answer(side.decisions, side.days) if side.last else "",
        ran=side.last is not None,
        has_orders=side.orders > 0,
        kinds=[every, *kinds],
        current=f"/decisions?kind={wanted}" if wanted else "/decisions",
        rows=[_row(words.row(one)) for one in chosen[start : start + PAGE]],
        total=len(chosen),
        export_url=f"/api/v1/decisions?kind={wanted}" if wanted else "/api/v1/decisions",
        next_cursor=next_place(start, len(chosen)),
    )


def _row(row: dict[str, str]) -> dict[str, object]:
    """Make a row of the table: shape and word in one cell, the cause without bold marks."""
    return {**row, "state": (row["kind"], row["word"]), "why": row["why"].replace("**", "")}
