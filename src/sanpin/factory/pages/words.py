"""What the pages of the solver call things, and how they write times and answers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sanpin.base import N_, Run, RunState
from sanpin.factory.model import NO_ORIGIN
from sanpin.factory.model.clock import Clock, clock_of, plain
from sanpin.factory.service import UNITS
from sanpin.kit.i18n import Translator
from sanpin.kit.pages.formats import Formats

__all__ = [
    "KINDS",
    "STATES",
    "TIMED",
    "Clock",
    "answer_of",
    "cause_sentence",
    "clock_of",
    "no_schedule",
    "search_chart",
    "unit_of",
]

TIMED = frozenset({"tardiness", "setup", "makespan", "earliness", "flow"})
"""Terms of the objective that are lengths of time."""

KINDS: Mapping[str, str] = {
    "garment": N_("Garments"),
    "icecream": N_("Ice cream"),
    "pharma": N_("Pharma packing"),
}
"""Sample plants."""

STATES: Mapping[str, tuple[str, str]] = {
    "optimal": ("ok", N_("proven best")),
    "feasible": ("ok", N_("found")),
    "infeasible": ("bad", N_("none found")),
    "cancelled": ("hold", N_("stopped early")),
    "queued": ("hold", N_("waiting")),
    "running": ("run", N_("searching")),
    "failed": ("bad", N_("failed")),
}
"""Shape and word of how a search stands or ended."""

_TICKS = 120
_STEPS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 600, 1800)


def unit_of(words: Translator, origin: str, unit: str) -> str:
    """Return the word for the unit of times; none where they are plain numbers."""
    return "" if origin == NO_ORIGIN else words.text(UNITS[unit])


def cause_sentence(words: Translator, cause: str, clock: Clock = plain, unit: str = "") -> str:
    """Say in the reader's language why a problem has no schedule.

    Parameters
    ----------
    clock : turns times from the origin into dates where there are any
    unit : word for the unit of lengths of time; none where they are plain numbers
    """
    from sanpin.factory.engine.causes import RULES, read_cause, timed

    def instant(time: int) -> str:
        at = clock(time)
        return words.datetime(at) if isinstance(at, datetime) else words.number(at)

    def length(time: int) -> str:
        return f"{words.number(time)} {unit}".rstrip()

    sentence, fields = read_cause(cause)
    said = timed(sentence, fields, instant, length)
    if (rule := fields.get("rule", "")) in RULES:
        said["rule"] = words.text(RULES[rule])
    return words.text(sentence, **said)


def no_schedule(words: Translator, causes: Sequence[str]) -> str:
    """Return the sentence that answers a page without a schedule, no stronger than its proof."""
    from sanpin.factory.engine.causes import is_proven

    if is_proven(causes):
        return words.text(N_("**No schedule** can keep all limits."))
    return words.text(N_("**No schedule** was found that keeps all limits."))


def answer_of(words: Translator, run: Run) -> str:
    """Return the one sentence that answers the page, for a Run of the solver."""
    facts: Mapping[str, Any] = run.metrics
    write = Formats(words)
    state = str(facts.get("status", run.state.value))
    if not run.state.final:
        return words.text(N_("The best so far is kept; stop as soon as it is good enough."))
    if run.state is RunState.FAILED:
        return words.text(N_("The search failed."))
    if state == "infeasible":
        return words.text(N_("**No schedule** was found that keeps all limits."))
    if facts.get("objective") is None:
        return words.text(N_("The search was stopped before it found a schedule."))
    given = {
        "objective": write.number(facts["objective"]),
        "bound": write.number(facts.get("bound")),
        "gap": write.percent(facts.get("gap")),
        "late": facts.get("late_jobs", 0),
    }
    if state == "optimal":
        return words.text(N_("**{objective}** is proven to be the best possible."), **given)
    if state == "cancelled":
        text = N_("Stopped early: **{objective}** is the best found; none can be below {bound}.")
        return words.text(text, **given)
    return words.text(
        N_("**{objective}** is the best found; none can be below {bound} (gap {gap})."), **given
    )


def search_chart(words: Translator, run: Run, trace: list[list[float]]) -> dict[str, Any]:
    """Return the chart of a search that has ended: objective over seconds, and the bound.

    Parameters
    ----------
    trace : pairs of seconds and objective at every improvement
    """
    facts: Mapping[str, Any] = run.metrics
    last = max(float(facts.get("seconds") or 0), trace[-1][0] if trace else 0, 1e-9)
    step = next((each for each in _STEPS if last / each <= _TICKS), last / _TICKS)
    ticks = [round(step * number, 2) for number in range(math.ceil(last / step) + 1)]
    values: list[float | None] = []
    at, best = 0, None
    for tick in ticks:
        while at < len(trace) and trace[at][0] <= tick + 1e-9:
            best, at = trace[at][1], at + 1
        values.append(best)
    bound = facts.get("bound")
    shown = [value for value in [*values, bound] if value is not None]
    low, high = (min(shown), max(shown)) if shown else (0, 1)
    return {
        "type": "line",
        "minimum": max(0, low - (high - low) / 10) if high > low else None,
        "x": {"values": ticks, "label": words.text(N_("seconds"))},
        "series": [
            {"name": words.text(N_("Objective")), "values": values, "step": True},
            {
                "name": words.text(N_("Proven bound")),
                "values": [bound] * len(ticks),
                "dash": True,
                "colour": "muted",
            },
        ],
    }
