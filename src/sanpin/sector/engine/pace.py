"""Arithmetic of pace: what a target still needs, what was done lately, where that leads.

Amounts grow by percent a year, compound; counts by units a year; shares by percentage points a
year; a rate (an average growth over the plan) is its own pace. Years run from the end of the
measurement's period to the end of the target's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from sanpin.sector.model import (
    Comparator,
    Direction,
    Measure,
    Observation,
    years_between,
)

__all__ = [
    "APPROXIMATELY",
    "expected_interval",
    "last_pace",
    "project",
    "required_pace",
    "satisfies",
]

APPROXIMATELY = 0.05
"""Share of the target by which a measurement may miss a value stated as “about”."""

# Student's t, upper 10 % point, for 1 to 12 degrees of freedom; the normal limit beyond.
_T90 = (3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372, 1.363, 1.356)
_T90_LIMIT = 1.282


def required_pace(target: float, actual: float, years: float, measure: Measure) -> float | None:
    """Pace that leads from a measurement to a target.

    Parameters
    ----------
    target, actual : values in the same unit
    years : time that remains, in years
    measure : amounts give percent a year, compound: ``((target/actual)^(1/years) - 1) * 100``;
        counts and shares give units or points a year: ``(target - actual) / years``; rates give
        the target itself

    Returns
    -------
    float or None
        None when no time remains, when an amount is not above zero, or beyond any number

    Notes
    -----
    Logarithms keep the result exact for paces close to zero, where a power minus one loses digits.
    """
    if years <= 0:
        return None
    if measure is Measure.RATE:
        return target
    if measure is Measure.AMOUNT:
        if actual <= 0 or target <= 0:
            return None
        try:
            pace = math.expm1(math.log(target / actual) / years) * 100
        except (OverflowError, ValueError):
            return None  # a mistyped unit shortly before the due date
        return pace if math.isfinite(pace) else None
    return (target - actual) / years


def project(actual: float, pace: float, years: float, measure: Measure) -> float:
    """Value after some years at a pace, the inverse of `required_pace`.

    Parameters
    ----------
    actual : value to begin with
    pace : in the unit of the measure, see `required_pace`
    years : time that passes, in years

    Returns
    -------
    float
        never below zero for an amount, since nothing can shrink by more than itself; infinite
        beyond the range of numbers
    """
    if measure is Measure.RATE:
        return pace
    if measure is Measure.AMOUNT:
        try:
            return float(actual * max(0.0, 1 + pace / 100) ** years)
        except OverflowError:
            return math.inf
    return actual + pace * years


def last_pace(
    levels: Sequence[Observation], growth: Sequence[Observation], measure: Measure
) -> float | None:
    """Pace of the newest comparable measurements.

    The two newest levels decide, unless a reported growth is as new as the newest level: the
    statistics of growth use a comparable sample of firms, which levels of two years do not.
    For a rate the newest measurement is the pace.

    Parameters
    ----------
    levels, growth : observations in order of time
    measure : how the target's pace is counted

    Returns
    -------
    float or None
        in the unit of `required_pace`; None with fewer than two levels and no reported growth
    """
    if measure is Measure.RATE:
        return levels[-1].value if levels else None
    if measure is Measure.AMOUNT and growth and (not levels or _end(growth) >= _end(levels)):
        return growth[-1].value
    if len(levels) < 2:
        return None
    return _pace_between(levels[-2], levels[-1], measure)


def _end(observations: Sequence[Observation]) -> tuple[int, int]:
    """Year and month of the newest observation: a growth of the same month is as new as a level."""
    end = observations[-1].period.end
    return (end.year, end.month) if end else (0, 0)


def _pace_between(earlier: Observation, later: Observation, measure: Measure) -> float | None:
    """Pace between two measurements, counted as the one that is still needed."""
    if earlier.period.end is None or later.period.end is None:
        return None
    years = years_between(earlier.period.end, later.period.end)
    return required_pace(later.value, earlier.value, years, measure)


def expected_interval(
    levels: Sequence[Observation], measure: Measure
) -> tuple[float, float] | None:
    """Range that holds the next pace in 80 of 100 cases, from three or more measurements.

    The paces between neighbouring measurements are taken as a normal sample of size n; the range
    is ``mean ± t(0.9, n-1) * s * sqrt(1 + 1/n)``, the textbook prediction interval.

    Returns
    -------
    tuple of float or None
        low and high in the unit of `required_pace`; None from fewer than two paces

    Notes
    -----
    Hahn and Meeker, Statistical Intervals (1991), chapter 4: one future observation of a normal
    sample. Few and unequal years make it wide, as it should be.
    """
    if len(levels) < 3:
        return None
    if measure is Measure.RATE:
        # The measurements of a rate are paces already.
        paces = [one.value for one in levels]
    else:
        found = [_pace_between(one, other, measure) for one, other in pairwise(levels)]
        paces = [pace for pace in found if pace is not None]
    count = len(paces)
    if count < 2:
        return None
    mean = math.fsum(paces) / count
    spread = math.sqrt(math.fsum((pace - mean) ** 2 for pace in paces) / (count - 1))
    quantile = _T90[count - 2] if count - 2 < len(_T90) else _T90_LIMIT
    reach = quantile * spread * math.sqrt(1 + 1 / count)
    return mean - reach, mean + reach


def satisfies(value: float, target: float, comparator: Comparator, direction: Direction) -> bool:
    """Whether a measurement fulfils a target.

    “At least” and “at most” bind as they say. An exact or rough value is fulfilled from the side
    that the direction comes from: twelve factories fulfil a plan of ten. “About” forgives
    `APPROXIMATELY` of the target.
    """
    slack = APPROXIMATELY * abs(target) if comparator is Comparator.APPROX else 0.0
    if comparator is Comparator.GE:
        return value >= target
    if comparator is Comparator.LE:
        return value <= target
    if direction is Direction.INCREASE:
        return value >= target - slack
    if direction is Direction.DECREASE:
        return value <= target + slack
    # To stay at a value exactly is never met by a measurement, so it too gets the slack.
    return abs(value - target) <= (slack or APPROXIMATELY * abs(target))
