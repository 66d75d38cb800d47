"""The page that opens first, with its two sides, and the button that runs the loop.

Which side opens first depends on what there is: the firm's with orders or a plant, else the
industry's, whose figures come with the program.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from sanpin.base import N_
from sanpin.demand.service import has_orders
from sanpin.factory import service as factory
from sanpin.flows.cockpit.firm import FirmSide, firm_side, groups
from sanpin.flows.cockpit.industry import IndustrySide, industry_side
from sanpin.flows.cockpit.progress import loop_steps
from sanpin.flows.cockpit.wording import DecisionWords
from sanpin.flows.launching import start_loop
from sanpin.flows.pages.industry import industry_values
from sanpin.flows.pages.shared import Here, orders_source
from sanpin.flows.scoreboard.words import FigureWords, pillar_tiles
from sanpin.kit.context import Context
from sanpin.kit.pages import render
from sanpin.kit.registry import import_kinds
from sanpin.kit.runs import error_text

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

FIRST = 5
"""Decisions of a kind that the cockpit shows; the rest is one click away."""
WALL_SECONDS = 120
"""A wall screen asks for the page again after so long."""


@router.get("/", response_class=HTMLResponse)
def show_cockpit(
    request: Request,
    ctx: Here,
    side: str = "",
    region: str = "",
    industry: str = "",
    run: str = "",
) -> HTMLResponse:
    """Answer: what needs a decision today, or how do the three pillars stand?"""
    if side not in ("firm", "industry"):
        side = "firm" if has_orders(ctx) or not factory.missing(ctx) else "industry"
    values: dict[str, Any]
    if side == "firm":
        values = _firm_values(ctx, firm_side(ctx), started=run)
    else:
        found: IndustrySide = industry_side(ctx, region, industry)
        values = industry_values(ctx, found, region, industry)
    page = render(request, ctx, "flows/cockpit.html", side=side, **values)
    # A wall screen has nobody to reload it, and no script is needed to do so.
    if request.query_params.get("screen") == "1":
        page.headers["Refresh"] = str(WALL_SECONDS)
    return page


@router.post("/loop/run")
def run_loop(ctx: Here) -> Response:
    """Queue the loop, unless one is under way, and show its progress on the cockpit."""
    return RedirectResponse(f"/?side=firm&run={start_loop(ctx).id}", 303)


def _firm_values(ctx: Context, side: FirmSide, *, started: str) -> dict[str, Any]:
    """Collect what the template of the firm's side shows."""
    decisions, figures = DecisionWords(ctx.language), FigureWords(ctx.language)
    failure = error_text(side.failed, ctx.language) if side.failed else None
    return {
        "has_orders": side.orders > 0,
        "answer": _answer(side, decisions),
        "state": side,
        "under_way": side.under_way,
        "steps": loop_steps(ctx, side.under_way) if side.under_way else [],
        "failure": failure,
        "finished": side.last if side.last and side.last.id == started else None,
        "missing": [(kind, _kind_label(kind)) for kind in side.missing],
        "groups": [
            (kind, len(members), [decisions.row(one) for one in members[:FIRST]])
            for kind, members in groups(side.decisions)
        ],
        "pillars": pillar_tiles(side.figures, figures),
        "period": figures.span(side.figures[0]) if side.figures else "",
        "changed": _changed(side, decisions, figures),
        "source": orders_source(ctx),
    }


def _kind_label(kind: str) -> str:
    """Return the name of a kind of file, as a catalogue key."""
    known = import_kinds().get(kind)
    return known.label if known else kind


def _answer(side: FirmSide, words: DecisionWords) -> str:
    """Return the sentence that answers the page, as far as the last loop came."""
    if side.last is None:
        return words.say(
            N_("**{lines}** order lines wait for the first run of the loop."),
            lines=words.formats.number(side.orders),
        )
    if side.planned:
        return words.answer(side.decisions, side.days)
    forecast = side.summary.get("forecast", {})
    return words.say(
        N_("**{items} items** are forecast for {days} days; without a plant nothing can be "
           "planned yet."),
        items=words.formats.number(forecast.get("items")),
        days=forecast.get("horizon", "–"),
    )  # fmt: skip


def _changed(side: FirmSide, words: DecisionWords, figures: FigureWords) -> dict[str, Any] | None:
    """Collect what is new, gone and moved since the loop before; None when there was none."""
    found = side.changes
    if found is None or side.before is None or side.last is None:
        return None
    counts = {"new": len(found.new), "gone": len(found.gone), "moved": len(side.moved)}
    text = N_("**{new}** new decisions, **{gone}** gone, **{moved}** figures moved.")
    same = N_("Nothing changed since the run before.")
    return {
        "sentence": words.say(text, **counts) if any(counts.values()) else words.say(same),
        "new": [words.row(one) for one in found.new[:FIRST]],
        "gone": [
            {**words.row(one), "kind": "ok", "word": words.say(N_("Gone"))}
            for one in found.gone[:FIRST]
        ],
        "moved": [
            {
                "label": words.say(one.figure.definition.label),
                "url": f"/scoreboard/{one.figure.definition.key}",
                "before": figures.value(one.figure, one.before),
                "now": figures.amount(one.figure, one.figure.value),
            }
            for one in side.moved
        ],
        "compare": f"/runs/{side.last.id}/compare?other={side.before.id}",
        "before": side.before,
    }
