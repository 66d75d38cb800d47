"""Gathering of the evidence for a target: curated pairs of ids, never similar words.

Two figures that sound alike may count other firms, other years or other places, so no measurement
is found by its words: a curated table says which figure may be compared with which target, in which
role, and what differs. Own actuals name their target themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from sanpin.sector.model import (
    Actual,
    Caution,
    Comparator,
    Evidence,
    Figure,
    Measure,
    Observation,
    Pairing,
    Period,
    Role,
    Stated,
    Target,
    years_between,
)

__all__ = ["gather_evidence"]


def gather_evidence(
    target: Target,
    pairs: Iterable[Pairing],
    figures: Mapping[str, Figure],
    own: Iterable[Actual] = (),
) -> Evidence:
    """Collect what is comparable with a target from published figures and own actuals.

    Parameters
    ----------
    target : the target
    pairs : curated pairings; those of other targets are skipped
    figures : published figures by id
    own : own actuals; those of other targets are skipped

    Returns
    -------
    Evidence
        of several values for one period the later given stands: an own actual therefore outranks a
        published figure
    """
    mine = [pair for pair in pairs if pair.target_id == target.id]
    own = [actual for actual in own if actual.target_id == target.id]
    levels = [
        *(_observe(figures[pair.actual_id]) for pair in mine if pair.role is Role.LEVEL),
        *_growth_of_levels(target, mine, figures),
        *_ratios(mine, figures),
        # Own actuals come last, so that they outrank published figures of the same period.
        *(_observe_own(one) for one in own if one.role is Role.LEVEL),
    ]
    growth = [
        *(_observe(figures[pair.actual_id]) for pair in mine if pair.role is Role.GROWTH),
        *(_observe_own(one) for one in own if one.role is Role.GROWTH),
    ]
    return Evidence(
        levels=_in_time(levels),
        growth=_in_time(growth),
        stated=_stated(target, mine, figures),
        context=tuple(
            (figures[pair.actual_id], pair) for pair in mine if pair.role is Role.CONTEXT
        ),
        cautions=_differences(mine),
    )


def _in_time(observations: Iterable[Observation]) -> tuple[Observation, ...]:
    """Order by the end of the period; of two for one period the later given stands."""
    latest = {one.period.end: one for one in observations if one.period.end is not None}
    return tuple(latest[end] for end in sorted(latest, key=lambda end: end or date.min))


def _observe(figure: Figure) -> Observation:
    """Measurement from one published figure."""
    return Observation(figure.value, figure.period, (figure.id,), figure.comparator)


def _observe_own(actual: Actual) -> Observation:
    """Measurement from one own actual."""
    return Observation(actual.value, actual.period, (actual.id,), actual.comparator)


def _of_role(pairs: Sequence[Pairing], role: Role, figures: Mapping[str, Figure]) -> list[Figure]:
    """Figures paired in a role, in order of time."""
    found = [figures[pair.actual_id] for pair in pairs if pair.role is role]
    return sorted(found, key=lambda figure: figure.period.end or date.min)


def _growth_of_levels(
    target: Target, pairs: Sequence[Pairing], figures: Mapping[str, Figure]
) -> Iterable[Observation]:
    """Yearly growth between neighbouring levels, for targets that are rates of growth.

    The growth is compound and per year, whatever time lies between the two levels.
    """
    if target.measure is not Measure.RATE:
        return
    levels = _of_role(pairs, Role.UNDERLYING, figures)
    for earlier, later in pairwise(levels):
        start, end = earlier.period.end, later.period.end
        if start is None or end is None or earlier.value <= 0 or later.value <= 0:
            continue
        growth = (later.value / earlier.value) ** (1 / years_between(start, end)) - 1
        period = Period(start, end, earlier.period.text_end, later.period.text_end)
        yield Observation(
            growth * 100, period, (earlier.id, later.id), Comparator.EQ, computed=True
        )


def _ratios(pairs: Sequence[Pairing], figures: Mapping[str, Figure]) -> Iterable[Observation]:
    """Percent of one figure in another of the same period."""
    parts = {one.period: one for one in _of_role(pairs, Role.NUMERATOR, figures)}
    for whole in _of_role(pairs, Role.DENOMINATOR, figures):
        part = parts.get(whole.period)
        if part is not None and whole.value:
            yield Observation(
                part.value / whole.value * 100,
                whole.period,
                (part.id, whole.id),
                Comparator.EQ,
                computed=True,
            )


def _stated(
    target: Target, pairs: Sequence[Pairing], figures: Mapping[str, Figure]
) -> Stated | None:
    """Pace that the owner or the text states beside the value, the owner's word first."""
    if target.stated_pace is not None:
        return Stated(target.stated_pace, target.period)
    for figure in _of_role(pairs, Role.STATED, figures):
        return Stated(figure.value, figure.period, figure.comparator is Comparator.APPROX)
    return None


def _differences(pairs: Sequence[Pairing]) -> tuple[Caution, ...]:
    """One caution for each curated sentence, about all the figures that it was written for."""
    compared = [pair for pair in pairs if pair.warning and pair.role is not Role.CONTEXT]
    ids: dict[tuple[str, str, str], list[str]] = {}
    for pair in compared:
        ids.setdefault((pair.warning, pair.note_en, pair.note_zh), []).append(pair.actual_id)
    return tuple(
        Caution(warning, text_en=text_en, text_zh=text_zh, ids=tuple(found))
        for (warning, text_en, text_zh), found in ids.items()
    )
