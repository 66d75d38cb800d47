"""The judgement on one target from its evidence, as of a day.

The judgement is a pure function of target, evidence and day. It cuts the evidence at the day, works
out the pace needed and the pace achieved (`engine.pace`), names a state, and collects what a reader
must know before using it. Nothing here reads a store or a clock.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sanpin.base import N_
from sanpin.sector.engine.pace import (
    expected_interval,
    last_pace,
    project,
    required_pace,
    satisfies,
)
from sanpin.sector.model import (
    Caution,
    Comparator,
    Direction,
    Evidence,
    Mark,
    Measure,
    Observation,
    Pace,
    PaceState,
    Stated,
    Target,
    years_between,
)

__all__ = ["STATED_TOLERANCE", "assess", "check_stated_pace"]

STATED_TOLERANCE = 0.01
"""Share by which the level that a stated pace leads to may miss the target."""

# “About 7 %” may be 6.5 or 7.4: over a few years that moves the level by several percent.
_STATED_ROUGHLY = 0.05


@dataclass(frozen=True, slots=True)
class _Reading:
    """Evidence cut at the as-of date, with the times that the judgement needs."""

    target: Target
    levels: tuple[Observation, ...]
    growth: tuple[Observation, ...]
    as_of: date

    @property
    def latest(self) -> Observation | None:
        """Newest measurement that was known on the day."""
        return self.levels[-1] if self.levels else None

    @property
    def years(self) -> float | None:
        """Years from the newest measurement to the due date; None when either is unknown."""
        due, latest = self.target.period.end, self.latest
        if due is None or latest is None or latest.period.end is None:
            return None
        return years_between(latest.period.end, due)

    @property
    def required(self) -> float | None:
        """Pace still needed from the newest measurement on; None when it cannot be computed."""
        if self.latest is None or self.years is None:
            return None
        return required_pace(self.target.value, self.latest.value, self.years, self.target.measure)

    @property
    def reached(self) -> bool:
        """A rate is an average over the plan: it is reached only when the plan has run out.

        A single good year in the middle says nothing about the average at the end.
        """
        target, latest = self.target, self.latest
        if latest is None:
            return False
        if target.measure is Measure.RATE and not self._covers_due(latest):
            return False
        return satisfies(latest.value, target.value, target.comparator, target.direction)

    def _covers_due(self, latest: Observation) -> bool:
        """Whether a measurement reaches to the end of the plan."""
        due = self.target.period.end
        return due is not None and latest.period.end is not None and latest.period.end >= due


def assess(target: Target, evidence: Evidence, as_of: date) -> Pace:
    """Judge a target: reached, on pace, behind, overdue or unknown, and how fast it must go.

    Measurements of periods that end after `as_of` are not known yet and are left out.

    Parameters
    ----------
    target : what is to be reached
    evidence : what is known about it, as `gather_evidence` collects it
    as_of : day of the judgement; nothing later is taken into account

    Returns
    -------
    Pace
        paces and paths are None wherever the texts leave out what they need
    """
    reading = _Reading(
        target, _known(evidence.levels, as_of), _known(evidence.growth, as_of), as_of
    )
    required = reading.required
    last = last_pace(reading.levels, reading.growth, target.measure)
    on_pace = _on_pace(target, required, last)
    due = target.period.end
    return Pace(
        state=_state(reading, on_pace),
        latest=reading.latest,
        history=reading.levels,
        required=required,
        last=last,
        on_pace=True if reading.reached else on_pace,
        years=reading.years,
        years_left=max(0.0, years_between(as_of, due)) if due else None,
        path=_path(reading, required),
        projected=_projected(reading, last),
        interval=expected_interval(reading.levels, target.measure),
        progress=_progress(target, reading.latest),
        cautions=tuple(_cautions(reading, evidence)),
    )


def _known(observations: Iterable[Observation], as_of: date) -> tuple[Observation, ...]:
    """Observations that had ended on the day, in order of time."""
    known = [one for one in observations if one.period.end and one.period.end <= as_of]
    return tuple(sorted(known, key=lambda one: (one.period.end or date.min, one.ids)))


def _on_pace(target: Target, required: float | None, last: float | None) -> bool | None:
    """Whether the last pace suffices; for a target that wants a fall, a lower pace does."""
    if required is None or last is None:
        return None
    if target.measure is Measure.RATE:
        return satisfies(last, required, target.comparator, target.direction)
    if target.direction is Direction.DECREASE:
        return last <= required
    return last >= required


def _state(reading: _Reading, on_pace: bool | None) -> PaceState:
    """Name the state: what is reached stays reached, even after the due date."""
    due = reading.target.period.end
    if reading.reached:
        return PaceState.REACHED
    if due is not None and due < reading.as_of:
        return PaceState.OVERDUE
    if on_pace is None:
        return PaceState.UNKNOWN
    return PaceState.ON_PACE if on_pace else PaceState.BEHIND


def _path(reading: _Reading, required: float | None) -> float | None:
    """Value that the required path has on the day; None once the target is reached."""
    latest, years = reading.latest, reading.years
    if latest is None or required is None or not years or latest.period.end is None:
        return None
    if reading.reached:
        return None
    elapsed = min(years, max(0.0, years_between(latest.period.end, reading.as_of)))
    return project(latest.value, required, elapsed, reading.target.measure)


def _projected(reading: _Reading, last: float | None) -> float | None:
    """Value at the due date if the last pace goes on; None where that is no number."""
    if reading.latest is None or last is None or not reading.years or reading.years <= 0:
        return None
    value = project(reading.latest.value, last, reading.years, reading.target.measure)
    return value if math.isfinite(value) else None


def _progress(target: Target, latest: Observation | None) -> float | None:
    """Newest value as a share of the target; a fall has no such share, as it starts above."""
    if latest is None or target.value <= 0 or target.direction is Direction.DECREASE:
        return None
    return latest.value / target.value


def check_stated_pace(
    target: Target, levels: Iterable[Observation], stated: Stated
) -> tuple[float, float | None, Observation] | None:
    """Level that a stated pace leads to, and the pace that would fit; None when it fits.

    The pace is run from the last measurement before its own window. A window whose base year was
    not measured cannot be checked.

    Parameters
    ----------
    target : an amount with a due date; for anything else there is nothing to check
    levels : measurements in order of time
    stated : the pace that the text gives beside the value, and the window it is for

    Returns
    -------
    tuple or None
        implied level at the due date, pace that would fit (percent a year, None beyond any number),
        and the measurement from which both were run; None when the two fit or cannot be compared
    """
    due, start = target.period.end, stated.period.start or target.period.start
    if due is None or target.measure is not Measure.AMOUNT:
        return None
    bases = [one for one in levels if one.period.end and (start is None or one.period.end < start)]
    if not bases or bases[-1].period.end is None:
        return None
    base, end = bases[-1], bases[-1].period.end
    if start is not None and years_between(end, start) >= 1:
        return None
    years = years_between(end, due)
    implied = project(base.value, stated.pace, years, target.measure)
    tolerance = _STATED_ROUGHLY if stated.approximate else STATED_TOLERANCE
    if abs(implied / target.value - 1) <= tolerance:
        return None
    return implied, required_pace(target.value, base.value, years, target.measure), base


def _cautions(reading: _Reading, evidence: Evidence) -> Iterable[Caution]:
    """All that must be known, the contradictions of the text itself first."""
    target, latest = reading.target, reading.latest
    if evidence.stated and (found := check_stated_pace(target, reading.levels, evidence.stated)):
        implied, needed, base = found
        yield Caution(
            "stated_pace",
            N_(
                "The text also states {stated} % a year, which does not fit: from {base} "
                "it leads to {implied}, while {target} needs {required} % a year."
            ),
            {
                "stated": evidence.stated.pace,
                "base": base.value,
                "implied": implied,
                "target": target.value,
                "required": needed,
            },
        )
    if latest is not None:
        # A curated difference matters only while the figure that it is about is used.
        used = {key for one in (*reading.levels[-2:], *reading.growth[-1:]) for key in one.ids}
        yield from (one for one in evidence.cautions if used.intersection(one.ids))
        yield from _precision(latest)
    if target.period.end is None:
        yield Caution("no_due", N_("The text gives no end date, so no pace can be computed."))
    yield from _mark_cautions(target)


def _precision(latest: Observation) -> Iterable[Caution]:
    """Cautions about how exactly the newest value is stated."""
    if latest.comparator is Comparator.GE:
        yield Caution("bound", N_("The text says “more than”: the actual is a lower limit."))
    elif latest.comparator is Comparator.APPROX:
        yield Caution("rounded", N_("The text says “about”: the actual is rounded."))
    if latest.computed:
        yield Caution("computed", N_("The actual is computed from other published figures."))


_MARK_TEXTS = {
    Mark.CLASS_LIMIT: N_("This is a class limit, not a measurement; it enters no total."),
    Mark.LIST_SIZE: N_("This is the length of a list, not a measurement; it enters no total."),
    Mark.VERIFY: N_("Verify this figure before it is called official; it enters no total."),
}


def _mark_cautions(target: Target) -> Iterable[Caution]:
    """Cautions for the marks of the published row, in a fixed order."""
    for mark in sorted(target.marks):
        yield Caution(mark.value, _MARK_TEXTS[mark])
