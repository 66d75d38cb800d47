"""The evidence behind a target as records: what was compared, and what only stands beside it.

Both lists are shown below a target: the first holds what the judgement rests on, the second what
looks related and was left out, with the reason why.
"""

from __future__ import annotations

from sanpin.base import N_
from sanpin.sector.model import Actual, Figure, Observation, Pairing
from sanpin.sector.service.library import library
from sanpin.sector.service.paths import figure_path
from sanpin.sector.service.records import plain_number
from sanpin.sector.service.side import TargetView
from sanpin.sector.service.wording import Wording

__all__ = ["actual_record", "context_records", "evidence_records"]

_LEVEL = N_("measured value")
_COMPUTED = N_("computed from published figures")
_GROWTH = N_("reported growth, % a year")


def evidence_records(view: TargetView, language: str) -> list[dict[str, object]]:
    """Measurements and reported growth in order of time, as a table shows them.

    Returns
    -------
    list of dict
        ``id, period, value, number, role, origin, link, note``; `number` is in base units
    """
    levels = [(one, _COMPUTED if one.computed else _LEVEL) for one in view.evidence.levels]
    growth = [(one, _GROWTH) for one in view.evidence.growth]
    return [_record(one, role, view, language) for one, role in (*levels, *growth)]


def _record(
    observation: Observation, role: str, view: TargetView, language: str
) -> dict[str, object]:
    """Record of one observation with the notes of the figures behind it."""
    wording = Wording(language)
    figures = library().figures
    known = [figures[key] for key in observation.ids if key in figures]
    # A reported growth is in percent a year, whatever the target itself is counted in.
    percent = role is _GROWTH
    number = f"{observation.value:g} %" if percent else ""
    return {
        "id": " + ".join(observation.ids),
        "period": wording.period(observation.period),
        "value": number
        or wording.value(observation.value, view.target.unit, observation.comparator),
        "number": plain_number(observation.value),
        "role": wording.translator.text(role),
        "origin": _origin(known, wording),
        "link": figure_path(known[0].id) if known else "",
        "note": "; ".join(library().note(one.note_en, language) for one in known if one.note_en),
    }


def _origin(known: list[Figure], wording: Wording) -> str:
    """Title of the text that states the figures, or that they are the firm's own."""
    if not known:
        return wording.translator.text(N_("own"))
    return library().title(known[0].source, wording.language)


def context_records(view: TargetView, language: str) -> list[dict[str, object]]:
    """Figures that stand beside a target and must not be compared, with the reason."""
    return [_context(figure, pair, language) for figure, pair in view.evidence.context]


def _context(figure: Figure, pair: Pairing, language: str) -> dict[str, object]:
    """Record of one related figure with the curated reason."""
    wording = Wording(language)
    return {
        "id": figure.id,
        "label": figure.indicator(language),
        "value": wording.value(figure.value, figure.unit, figure.comparator),
        "period": wording.period(figure.period),
        "reason": pair.note_zh if wording.chinese else pair.note_en,
        "link": figure_path(figure.id),
    }


def actual_record(actual: Actual) -> dict[str, object]:
    """Record of an own actual."""
    return {
        "id": actual.id,
        "target": actual.target_id,
        "kind": str(actual.role),
        "value": plain_number(actual.value),
        "unit": str(actual.unit),
        "comparator": str(actual.comparator),
        "period": actual.period.text,
        "source": actual.source,
        "note": actual.note_en,
    }
