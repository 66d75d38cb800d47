"""The question “Are the targets within reach?” and the page of one target."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from sanpin.base import N_
from sanpin.kit.context import Context
from sanpin.kit.i18n import Translator
from sanpin.kit.pages import render
from sanpin.sector import service
from sanpin.sector.model import Measure, Origin, PaceState, Unit
from sanpin.sector.pages.shared import (
    Here,
    export_url,
    industry_menu,
    label_menu,
    pillar_menu,
    region_menu,
    source_lines,
)
from sanpin.sector.service import TargetView, Wording

__all__ = ["router", "target_page"]

router = APIRouter(prefix="/sector", include_in_schema=False)

# What needs attention first; what is reached last.
_ORDER = {
    PaceState.OVERDUE: 0,
    PaceState.BEHIND: 1,
    PaceState.UNKNOWN: 2,
    PaceState.ON_PACE: 3,
    PaceState.REACHED: 4,
}


@router.get("")
def targets_page(
    request: Request,
    ctx: Here,
    region: str = "",
    industry: str = "",
    pillar: str = "",
    state: str = "",
) -> HTMLResponse:
    """Show all targets with their pace, those with an actual first."""
    views = service.targets(ctx, region, pillar, industry, None, state)
    measured = sorted(
        (view for view in views if view.pace.latest), key=lambda view: _ORDER[view.pace.state]
    )
    chosen = {"region": region, "industry": industry, "pillar": pillar, "state": state}
    progress = service.progress_chart(measured, ctx.language)
    return render(
        request,
        ctx,
        "sector/targets.html",
        answer=_answer(ctx, service.summary(views)),
        measured=measured,
        planned=[view for view in views if not view.pace.latest],
        total=len(views),
        bullets={view.target.id: service.bullet(view) for view in measured},
        progress=progress,
        chart_height=96 + 32 * len(measured),
        menus={
            "region": region_menu(ctx, region),
            "industry": industry_menu(ctx, industry),
            "pillar": pillar_menu(ctx, pillar),
            "state": label_menu(ctx, N_("State"), state, N_("in any state"), PaceState),
        },
        export_url=export_url("/api/v1/sector/targets", chosen),
        words=Wording(ctx.language),
        library=service.library(),
        as_of=service.as_of_day(ctx),
        sources=source_lines(ctx, [view.target.source for view in views]),
    )


def _answer(ctx: Context, counts: Mapping[str, int]) -> str:
    """Sentence that answers the page's question, from the counts by state."""
    translator = Translator(ctx.language)
    if not counts["measured"]:
        return translator.plural(
            "**{count}** target; no comparable actual is published for it.",
            "**{count}** targets; no comparable actual is published for them.",
            counts["total"],
        )
    good = counts["reached"] + counts["on_pace"]
    return translator.text(
        N_(
            "**{good} of {measured}** targets with a comparable actual are reached or on pace; "
            "{late} behind or overdue, {open} without an actual. {marked} marked rows are not "
            "counted."
        ),
        good=good,
        measured=counts["measured"],
        late=counts["behind"] + counts["overdue"],
        open=counts["total"] - counts["measured"],
        marked=counts["marked"],
    )


@router.get("/targets/{target_id:path}")
def one_target(request: Request, ctx: Here, target_id: str) -> HTMLResponse:
    """Show one target with its evidence, the formula and a form for an actual."""
    return target_page(request, ctx, target_id)


def target_page(
    request: Request,
    ctx: Context,
    target_id: str,
    form: Mapping[str, str] | None = None,
    error: str = "",
) -> HTMLResponse:
    """Render the page of a target, with a refused form above what was entered."""
    view = service.target(ctx, target_id)
    words = Wording(ctx.language)
    own = service.own_actuals(ctx, target_id)
    return render(
        request,
        ctx,
        "sector/target.html",
        status_code=422 if error else 200,
        view=view,
        words=words,
        answer=_verdict(view, words),
        bullet=service.bullet(view),
        pairs=_facts(view, words),
        actuals=service.evidence_records(view, ctx.language),
        own=own,
        related=service.context_records(view, ctx.language),
        formula=_formula(view, words),
        steps=_steps(view, words),
        form=form or {},
        error=error,
        unit_word=_unit_word(view, words),
        library=service.library(),
    )


def _verdict(view: TargetView, words: Wording) -> str:
    """Sentence that answers for one target: state, newest value, what it needs."""
    target, pace, say = view.target, view.pace, words.translator.text
    value = words.value(target.value, target.unit, target.comparator)
    if pace.latest is None:
        return say(N_("**{value}** by {due}; no comparable actual is known."),
                   value=value, due=target.period.text_end or "–")  # fmt: skip
    actual = words.value(pace.latest.value, target.unit)
    fields = {
        "state": say(pace.state.label),
        "actual": actual,
        "period": words.period(pace.latest.period),
        "value": value,
        "due": target.period.text_end or "–",
        "required": words.pace(pace.required, target),
        "last": words.pace(pace.last, target),
    }
    if pace.state is PaceState.REACHED or pace.required is None:
        return say(N_("**{state}**: {actual} in {period}, {value} wanted by {due}."), **fields)
    return say(
        N_(
            "**{state}**: {actual} in {period}; {value} by {due} needs {required}, "
            "the last pace was {last}."
        ),
        **fields,
    )


def _facts(view: TargetView, words: Wording) -> list[tuple[str, str]]:
    """Label and value of what the judgement rests on, in the order of reading."""
    target, pace, say = view.target, view.pace, words.translator.text
    library, language = service.library(), words.language
    facts = [
        (say(N_("Region")), target.scope.region(language)),
        (say(N_("Sector")), target.scope.sector(language)),
        (say(N_("Pillar")), say(target.pillar.label)),
        (say(N_("Target")), words.value(target.value, target.unit, target.comparator)),
        (say(N_("Plan period")), words.period(target.period)),
        (say(N_("Years left")), words.number(pace.years_left)),
        (say(N_("Needed pace")), words.pace(pace.required, target)),
        (say(N_("Last pace")), words.pace(pace.last, target)),
        (say(N_("At the last pace")), words.value(pace.projected, target.unit)),
    ]
    if pace.interval:
        low, high = pace.interval
        expected = f"{words.number(low)} … {words.pace(high, target)}"
        facts.append((say(N_("Pace to expect, 80 %")), expected))
    if target.value_text:
        facts.append((say(N_("Words of the text")), f"“{target.value_text}”"))
    if target.note(language):
        facts.append((say(N_("Note")), target.note(language)))
    if target.origin is Origin.PUBLISHED:
        facts.append((say(N_("Issuer")), library.figures[target.id].issuer(language)))
    return facts


_FORMULAS = {
    Measure.AMOUNT: N_("Needed pace = (target ÷ actual)^(1 ÷ years) − 1, percent a year."),
    Measure.COUNT: N_("Needed pace = (target − actual) ÷ years, units a year."),
    Measure.SHARE: N_("Needed pace = (target − actual) ÷ years, percentage points a year."),
    Measure.RATE: N_("The target is an average yearly pace itself; the newest one is compared."),
}


def _formula(view: TargetView, words: Wording) -> str:
    """The formula of the needed pace, in words."""
    return words.translator.text(_FORMULAS[view.target.measure])


def _steps(view: TargetView, words: Wording) -> list[str]:
    """The formula with this target's numbers; none where it cannot be applied."""
    target, pace, say = view.target, view.pace, words.translator.text
    if pace.latest is None or pace.required is None or pace.years is None:
        return []
    return [
        say(
            N_("From {actual} ({period}) to {value} ({due}) in {years} years: {required}."),
            actual=words.value(pace.latest.value, target.unit),
            period=words.period(pace.latest.period),
            value=words.value(target.value, target.unit),
            due=target.period.text_end,
            years=words.number(pace.years),
            required=words.pace(pace.required, target),
        )
    ]


def _unit_word(view: TargetView, words: Wording) -> str:
    """Unit to begin with in the form: the one that the target's own value reads best in."""
    unit = view.target.unit
    if unit in (Unit.CNY, Unit.USD):
        return words.parts(view.target.value, unit)[1]
    return "%" if unit is Unit.PERCENT else str(unit)
