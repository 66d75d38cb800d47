"""The list of published figures, and the page of one figure."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from sanpin.base import N_, InputError
from sanpin.kit.i18n import Translator
from sanpin.kit.pages import render
from sanpin.sector import service
from sanpin.sector.model import Figure, Kind
from sanpin.sector.pages.shared import (
    Here,
    export_url,
    industry_menu,
    label_menu,
    pillar_menu,
    region_menu,
    source_lines,
)
from sanpin.sector.service import Wording
from sanpin.sector.service.paths import figure_path

__all__ = ["router"]

router = APIRouter(prefix="/sector", include_in_schema=False)


@router.get("/figures")
def figures_page(
    request: Request,
    ctx: Here,
    region: str = "",
    industry: str = "",
    pillar: str = "",
    kind: str = "",
) -> HTMLResponse:
    """Show what the public texts state, row by row."""
    found = service.figures(ctx, region, pillar, industry, kind)
    words = Wording(ctx.language)
    chosen = {"region": region, "industry": industry, "pillar": pillar, "kind": kind}
    counted = sum(one.counts for one in found)
    return render(
        request,
        ctx,
        "sector/figures.html",
        answer=Translator(ctx.language).text(
            N_("**{count}** published figures; {marked} carry a mark and enter no total."),
            count=len(found),
            marked=len(found) - counted,
        ),
        rows=[_row(one, words) for one in found],
        menus={
            "region": region_menu(ctx, region),
            "industry": industry_menu(ctx, industry),
            "pillar": pillar_menu(ctx, pillar),
            "kind": label_menu(ctx, N_("Kind"), kind, N_("of every kind"), Kind),
        },
        export_url=export_url("/api/v1/sector/figures", chosen),
        sources=source_lines(ctx, [one.source for one in found]),
    )


def _row(figure: Figure, words: Wording) -> dict[str, str]:
    """Row of the table for one figure."""
    return {
        "indicator": figure.indicator(words.language),
        "link": figure_path(figure.id),
        "region": figure.scope.region(words.language),
        "sector": figure.scope.sector(words.language),
        "pillar": figure.pillar.label,
        "kind": figure.kind.label,
        "value": words.value(figure.value, figure.unit, figure.comparator),
        "period": words.period(figure.period),
        "mark": min(figure.marks).label if figure.marks else "",
        "source": service.library().title(figure.source, words.language),
    }


@router.get("/figures/{figure_id:path}")
def one_figure(request: Request, ctx: Here, figure_id: str) -> HTMLResponse:
    """Show one figure with all that its text says about it."""
    library = service.library()
    figure = library.figures.get(figure_id)
    if figure is None:
        error = InputError(
            "sector.figure.unknown",
            N_("There is no published figure “{figure}”."),
            hint=N_("List them with: sanpin sector figures"),
            figure=figure_id,
        )
        error.status = 404
        raise error
    words = Wording(ctx.language)
    # Which judgements rest on this figure: a reader who doubts it sees what else to doubt.
    used = [pair.target_id for pair in library.pairs if pair.actual_id == figure_id]
    return render(
        request,
        ctx,
        "sector/figure.html",
        figure=figure,
        answer=f"**{words.value(figure.value, figure.unit, figure.comparator)}**"
        f" · {words.period(figure.period)} · {figure.scope.region(ctx.language)}",
        pairs=_facts(figure, words),
        targets=[
            (key, library.targets[key].indicator(ctx.language)) for key in dict.fromkeys(used)
        ],
        source=source_lines(ctx, [figure.source])[0],
    )


def _facts(figure: Figure, words: Wording) -> list[tuple[str, str]]:
    """Label and value of everything that is known about a figure; empty ones are left out."""
    say, library, language = words.translator.text, service.library(), words.language
    facts = [
        (say(N_("Region")), figure.scope.region(language)),
        (say(N_("Sector")), figure.scope.sector(language)),
        (say(N_("Pillar")), say(figure.pillar.label)),
        (say(N_("Kind")), say(figure.kind.label)),
        (say(N_("Words of the text")), f"“{figure.value_text}”"),
        (say(N_("Period")), words.period(figure.period)),
        (say(N_("Baseline")), library.note(figure.baseline, language)),
        (say(N_("Note")), library.note(figure.note_en, language)),
        (say(N_("Mark")), ", ".join(say(one.label) for one in sorted(figure.marks))),
        (say(N_("Issuer")), figure.issuer(language)),
        (say(N_("Id")), figure.id),
    ]
    return [(label, value) for label, value in facts if value]
