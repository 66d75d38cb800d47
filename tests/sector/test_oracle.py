"""The pace against a slow, obvious oracle that walks month by month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.sector.engine import assess, required_pace
from sanpin.sector.model import (
    Comparator,
    Direction,
    Evidence,
    Measure,
    Observation,
    PaceState,
    Pillar,
    Scope,
    Target,
    Unit,
    parse_period,
)


def walk(value: float, pace: float, months: int, measure: Measure) -> float:
    """Go forward one month at a time."""
    for _ in range(months):
        if measure is Measure.AMOUNT:
            value = value * (1 + pace / 100) ** (1 / 12)
        else:
            value += pace / 12
    return float(value)


@given(
    st.floats(10, 1000),
    st.floats(0.5, 2),
    st.integers(1, 120),
    st.sampled_from([Measure.AMOUNT, Measure.COUNT]),
)
def test_walking_at_the_required_pace_arrives(
    actual: float, ratio: float, months: int, measure: Measure
) -> None:
    """Month by month it leads exactly to the target."""
    pace = required_pace(actual * ratio, actual, months / 12, measure)
    assert pace is not None
    assert walk(actual, pace, months, measure) == pytest.approx(actual * ratio, rel=1e-6)


@given(
    st.integers(2015, 2020),
    st.integers(1, 4),
    st.integers(1, 8),
    st.floats(50, 100),
    st.floats(0.8, 1.5),
    st.floats(0.8, 1.6),
)
def test_on_pace_means_that_the_last_pace_arrives(
    start: int, step: int, ahead: int, first: float, grown: float, wanted: float
) -> None:
    """The judgement agrees with simply carrying the last pace on to the due date."""
    latest = start + step
    levels = tuple(
        Observation(value, parse_period(str(year)), (str(year),))
        for year, value in ((start, first), (latest, first * grown))
    )
    target = _target(first * grown * wanted, str(latest + ahead))
    pace = assess(target, Evidence(levels=levels), date(latest, 12, 31))
    if levels[-1].value >= target.value:
        assert pace.state is PaceState.REACHED
        return
    yearly = (grown ** (1 / step) - 1) * 100
    arrives = walk(levels[-1].value, yearly, 12 * ahead, Measure.AMOUNT)
    if arrives == pytest.approx(target.value, rel=1e-9):
        return
    assert pace.state is (PaceState.ON_PACE if arrives > target.value else PaceState.BEHIND)
    assert pace.projected == pytest.approx(arrives, rel=1e-6)


def _target(value: float, due: str) -> Target:
    return Target(
        id="t",
        indicator_zh="",
        indicator_en="",
        scope=Scope("", "", "", ""),
        pillar=Pillar.SCALE,
        comparator=Comparator.GE,
        direction=Direction.INCREASE,
        measure=Measure.AMOUNT,
        value=value,
        unit=Unit.CNY,
        period=parse_period("", due),
    )


def test_the_path_is_where_one_should_be(
    make_target: Callable[..., Target], seen: Callable[[float, str], Observation]
) -> None:
    """On any day of the plan the path is the walk at the required pace so far."""
    target = make_target(value=200.0)
    evidence = Evidence(levels=(seen(100, "2021"),))
    for months in range(1, 49):
        day = date(2021 + (11 + months) // 12, (11 + months) % 12 + 1, 28)
        pace = assess(target, evidence, day)
        assert pace.required is not None
        assert pace.path == pytest.approx(walk(100, pace.required, months, Measure.AMOUNT))
