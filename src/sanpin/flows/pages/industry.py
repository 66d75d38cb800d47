"""Values of the industry's side of the cockpit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from sanpin.base import N_
from sanpin.demand.service import has_orders
from sanpin.flows.cockpit.industry import IndustrySide
from sanpin.flows.scoreboard.figure import Pillar
from sanpin.kit.context import Context
from sanpin.kit.i18n import Translator
from sanpin.sector import service as sector

__all__ = ["industry_values"]

SHOWN = 8
"""Targets, tasks and warnings that the cockpit shows of each; the rest is one click away."""


def industry_values(ctx: Context, side: IndustrySide, region: str, industry: str) -> dict[str, Any]:
    """Collect what the template of the industry's side shows."""
    asked = {"region": region, "industry": industry}
    query = urlencode({key: value for key, value in asked.items() if value})
    words = sector.Wording(ctx.language)
    return {
        "answer": _answer(ctx, side),
        "menus": {
            "region": _menu(ctx, N_("Region"), region, N_("all regions"), sector.regions(ctx)),
            "industry": _menu(
                ctx, N_("Industry"), industry, N_("all industries"), sector.industries(ctx)
            ),
        },
        "pillars": [
            (one.value, words.translator.text(one.goal), side.pillars.get(one.value, ()))
            for one in Pillar
        ],
        "behind": [_target(view, words) for view in side.behind[:SHOWN]],
        "behind_total": len(side.behind),
        "tasks": [_task(ctx, record) for record in side.tasks[:SHOWN]],
        "tasks_total": len(side.tasks),
        "warnings": side.warnings[:SHOWN],
        "warnings_total": len(side.warnings),
        "judged": side.as_of,
        "query": query,
        "own": has_orders(ctx),
    }


def _answer(ctx: Context, side: IndustrySide) -> str:
    """Return the sentence that answers the page: targets by pace, and the tasks that are due."""
    counts = side.counts
    fields = {
        "good": counts["reached"] + counts["on_pace"],
        "measured": counts["measured"],
        "behind": len(side.behind),
        "tasks": len(side.tasks),
    }
    if not counts["measured"]:
        return Translator(ctx.language).text(
            N_("**{total}** targets, none with a comparable actual; **{tasks}** tasks are due "
               "within a quarter."),
            total=counts["total"], **fields,
        )  # fmt: skip
    return Translator(ctx.language).text(
        N_("**{good} of {measured}** targets with an actual are reached or on pace, "
           "**{behind}** behind; **{tasks}** tasks are due within a quarter."),
        **fields,
    )  # fmt: skip


def _menu(
    ctx: Context, label: str, value: str, everything: str, rows: list[dict[str, str]]
) -> dict[str, Any]:
    """Make a menu of the filter sentence; parts of an industry are set in."""
    say = Translator(ctx.language).text
    options = [("", say(everything))]
    for row in rows:
        # A select has no levels of its own; a wide space in front shows what is part of what.
        part = row.get("parent", "") not in ("", "consumer_goods")
        options.append((row["id"], ("\N{IDEOGRAPHIC SPACE}" if part else "") + row["name"]))
    return {"label": say(label), "value": value, "options": options}


def _target(view: sector.TargetView, words: sector.Wording) -> dict[str, Any]:
    """Return a target that is behind, as its row shows it."""
    target, pace = view.target, view.pace
    return {
        "indicator": target.indicator(words.language),
        "link": f"/sector/targets/{quote(target.id, safe='')}",
        "region": target.scope.region(words.language),
        "target": words.value(target.value, target.unit, target.comparator),
        "due": target.period.text_end or "–",
        "actual": words.value(pace.latest.value, target.unit) if pace.latest else "–",
        "required": words.pace(pace.required, target),
        "last": words.pace(pace.last, target),
        "state": (pace.state.status, words.translator.text(pace.state.label)),
    }


def _task(ctx: Context, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a task as its row shows it; overdue outranks its own state."""
    say = Translator(ctx.language).text
    late = bool(record["overdue"])
    word = N_("Overdue") if late else _STATES[record["state"]]
    return {
        "task": record["task"],
        "link": f"/sector/tasks/{quote(record['id'], safe='')}",
        "region": record["region"],
        "lead": ("、" if ctx.language.startswith("zh") else ", ").join(record["lead_unit"]),
        "due": record["due"],
        "state": ("bad" if late else "hold", say(word)),
    }


_STATES = {
    "open": N_("Not started"),
    "in_progress": N_("In progress"),
    "blocked": N_("Blocked"),
    "done": N_("Done"),
}
