"""The scoreboard of the firm, and the page behind each of its figures."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from sanpin.base import N_
from sanpin.flows.cockpit.firm import FirmSide, firm_side
from sanpin.flows.pages.shared import PAGE, Here, next_place, orders_source, place
from sanpin.flows.scoreboard.drill import FLOOR_LINKS, drill_rows, trend
from sanpin.flows.scoreboard.figure import DEFINITIONS, Figure, Period
from sanpin.flows.scoreboard.service import definition_of
from sanpin.flows.scoreboard.words import FigureWords, pillar_tiles
from sanpin.kit.context import Context
from sanpin.kit.pages import as_of_day, render

__all__ = ["router"]

router = APIRouter(prefix="/scoreboard", include_in_schema=False)


@router.get("", response_class=HTMLResponse)
def show_scoreboard(request: Request, ctx: Here) -> HTMLResponse:
    """Answer: how do variety, quality and brand of this firm stand?"""
    side = firm_side(ctx)
    words = FigureWords(ctx.language)
    return render(
        request,
        ctx,
        "flows/scoreboard.html",
        has_orders=side.orders > 0,
        figures=side.figures,
        answer=_standing(side.figures, words),
        pillars=pillar_tiles(side.figures, words),
        formulas=[words.formula(one) for one in side.figures],
        period=words.span(side.figures[0]) if side.figures else "",
        seen_day=side.seen_day,
        last=side.last,
        source=orders_source(ctx),
    )


def _standing(figures: list[Figure], words: FigureWords) -> str:
    """Say how many figures became better and how many worse."""
    judged = [one.improved for one in figures if one.improved is not None]
    if not judged:
        return words.say(N_("There is nothing to compare these figures with yet."))
    return words.say(
        N_("**{better} of {judged}** figures with a direction are better than before, "
           "{worse} are worse."),
        better=judged.count(True),
        judged=len(judged),
        worse=judged.count(False),
    )  # fmt: skip


@router.get("/{figure}", response_class=HTMLResponse)
def show_figure(
    request: Request, ctx: Here, figure: str, cursor: str | None = None
) -> HTMLResponse:
    """Answer: what is behind this figure? Its trend, its rows, its formula."""
    definition = definition_of(figure)
    side = firm_side(ctx)
    words = FigureWords(ctx.language)
    found = next((one for one in side.figures if one.definition == definition), None)
    start = place(cursor)
    values = _evidence(ctx, side, found, start) if side.orders and found else {"total": 0}
    return render(
        request,
        ctx,
        "flows/figure.html",
        definition=definition,
        figure=found,
        label=words.say(definition.label),
        answer=_answer(found, words) if found else "",
        has_orders=side.orders > 0,
        others=[(words.say(one.label), f"/scoreboard/{one.key}") for one in DEFINITIONS
                if one.pillar is definition.pillar],
        export_url=f"/api/v1/scoreboard/{definition.key}/rows",
        lists=FLOOR_LINKS.get(definition.key),
        last=side.last,
        source=None if definition.floor else orders_source(ctx),
        next_cursor=next_place(start, values["total"]),
        **values,
    )  # fmt: skip


def _evidence(ctx: Context, side: FirmSide, figure: Figure, start: int) -> dict[str, Any]:
    """Collect the chart and one page of rows of a figure."""
    words = FigureWords(ctx.language)
    rows = drill_rows(ctx, figure.definition, Period.before(as_of_day(ctx)))
    columns = [{**column, "label": words.say(column["label"])} for column in rows.columns]
    return {
        "series": trend(figure, words),
        "columns": columns,
        "rows": rows.page(ctx, start, PAGE),
        "total": rows.frame.height,
        "span": words.span(figure),
        "seen_day": side.seen_day,
    }


def _answer(figure: Figure, words: FigureWords) -> str:
    """Say the value, and the one of the period before."""
    value, before = (words.amount(figure, one) for one in (figure.value, figure.previous))
    if figure.value is None:
        return words.say(N_("The data cannot tell yet; the history is too short."))
    if figure.definition.floor:
        if figure.previous is None:
            return words.say(N_("**{value}** in the last run of the floor."), value=value)
        text = N_("**{value}** in the last run of the floor, {before} in the run before: {word}.")
    elif figure.previous is None:
        return words.say(N_("**{value}** in {span}."), value=value, span=words.span(figure))
    else:
        text = N_("**{value}** in {span}; {before} in the 90 days before: {word}.")
    return words.say(
        text, value=value, before=before, span=words.span(figure), word=words.verdict(figure)
    )
