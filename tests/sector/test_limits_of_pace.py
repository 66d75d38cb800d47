"""Arithmetic of pace at its limits: what a mistyped value must not break."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sanpin.sector.engine import assess, expected_interval, last_pace, project, required_pace
from sanpin.sector.engine.pace import satisfies
from sanpin.sector.model import (
    Comparator,
    Direction,
    Evidence,
    Measure,
    Observation,
    PaceState,
    Target,
    parse_period,
)

amounts = st.floats(1, 1e5)
any_values = st.floats(-1e12, 1e12)
spans = st.floats(1 / 12, 50)
linear = st.sampled_from([Measure.COUNT, Measure.SHARE])


@given(target=amounts, actual=amounts, years=st.floats(1, 50))
def test_the_needed_pace_of_an_amount_leads_to_it(
    target: float, actual: float, years: float
) -> None:
    """Going on at the needed pace ends at the target, up or down."""
    pace = required_pace(target, actual, years, Measure.AMOUNT)
    assume(pace is not None)
    assert project(actual, pace or 0.0, years, Measure.AMOUNT) == pytest.approx(target, rel=1e-6)


@given(target=any_values, actual=any_values, years=spans, measure=linear)
def test_the_needed_pace_of_a_count_leads_to_it(
    target: float, actual: float, years: float, measure: Measure
) -> None:
    """The same for what grows by a number a year, also through zero."""
    pace = required_pace(target, actual, years, measure)
    assert pace is not None
    assert project(actual, pace, years, measure) == pytest.approx(target, rel=1e-6, abs=1e-3)


@given(actual=amounts, pace=st.floats(-1e6, -100), years=spans)
def test_an_amount_cannot_fall_below_nothing(actual: float, pace: float, years: float) -> None:
    """A pace below minus one hundred percent is nonsense, but no reason to fail."""
    assert project(actual, pace, years, Measure.AMOUNT) == 0.0


def test_a_growth_for_thousands_of_years_is_infinite() -> None:
    """A due date of 9999 is a slip of the hand, not of the program."""
    assert project(1e9, 20.0, 7977.0, Measure.AMOUNT) == math.inf


@pytest.mark.parametrize(("target", "actual"), [(1e30, 1.0), (1e300, 1e-300), (1e-300, 1e300)])
def test_a_pace_beyond_all_numbers_is_unknown(target: float, actual: float) -> None:
    """Within a month from one yuan to a nonillion, or down to nothing at all."""
    pace = required_pace(target, actual, 1 / 12, Measure.AMOUNT)
    assert pace is None or pace == pytest.approx(-100)


@pytest.mark.parametrize("years", [0.0, -1.0])
@pytest.mark.parametrize("measure", list(Measure))
def test_no_pace_is_needed_when_no_time_remains(years: float, measure: Measure) -> None:
    """The plan has run out, whatever it measures."""
    assert required_pace(200, 100, years, measure) is None


@pytest.mark.parametrize(("target", "actual"), [(0.0, 10.0), (10.0, 0.0), (-1.0, 10.0)])
def test_compound_growth_needs_amounts_above_zero(target: float, actual: float) -> None:
    """From or to nothing no percentage leads."""
    assert required_pace(target, actual, 2, Measure.AMOUNT) is None


def test_a_judgement_survives_a_due_date_far_away(
    make_target: Callable[..., Target], seen: Callable[[float, str], Observation]
) -> None:
    """The page of every target shows, with no projection on this one."""
    target = make_target(due="9999", value=1e12)
    evidence = Evidence(levels=(seen(1e9, "2021"), seen(1.3e9, "2022")))
    pace = assess(target, evidence, parse_period("2023").end or pytest.fail())
    assert pace.projected is None
    assert pace.required == pytest.approx(((1e12 / 1.3e9) ** (1 / 7977) - 1) * 100)
    assert pace.state is PaceState.ON_PACE


def test_a_reported_collapse_is_projected_to_nothing(
    make_target: Callable[..., Target], seen: Callable[[float, str], Observation]
) -> None:
    """A growth of minus 150 percent, as a form would take it, gives zero and no failure."""
    evidence = Evidence(levels=(seen(100, "2022"),), growth=(seen(-150, "2022"),))
    pace = assess(make_target(), evidence, parse_period("2023").end or pytest.fail())
    assert pace.projected == 0.0
    assert pace.state is PaceState.BEHIND


@given(
    values=st.lists(st.floats(1, 1e6), min_size=3, max_size=20),
    measure=st.sampled_from([Measure.COUNT, Measure.SHARE, Measure.RATE]),
)
def test_the_range_to_expect_holds_the_mean_pace(values: list[float], measure: Measure) -> None:
    """It is symmetric around the mean of the paces, and never turned round."""
    levels = [
        Observation(value, parse_period(str(2000 + year)), (str(year),))
        for year, value in enumerate(values)
    ]
    found = expected_interval(levels, measure)
    assert found is not None
    paces = values if measure is Measure.RATE else [b - a for a, b in pairwise(values)]
    assert found[0] <= found[1]
    assert sum(found) / 2 == pytest.approx(math.fsum(paces) / len(paces), rel=1e-6, abs=1e-3)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_two_measurements_give_no_range(count: int) -> None:
    """One pace says nothing about how paces scatter."""
    levels = [Observation(float(n), parse_period(str(2000 + n)), ("a",)) for n in range(1, count)]
    assert expected_interval(levels, Measure.COUNT) is None


@given(value=any_values, target=any_values)
def test_at_least_and_at_most_exclude_each_other_but_for_equality(
    value: float, target: float
) -> None:
    """Whatever the direction is called, the comparator binds as it says."""
    for direction in Direction:
        least = satisfies(value, target, Comparator.GE, direction)
        most = satisfies(value, target, Comparator.LE, direction)
        assert least or most
        assert (least and most) == (value == target)


@given(target=st.floats(1, 1e9), miss=st.floats(0, 0.2))
def test_about_forgives_five_percent(target: float, miss: float) -> None:
    """From the side from which the value comes, and not more."""
    assume(abs(miss - 0.05) > 1e-6)
    below = satisfies(target * (1 - miss), target, Comparator.APPROX, Direction.INCREASE)
    above = satisfies(target * (1 + miss), target, Comparator.APPROX, Direction.DECREASE)
    assert below is above is (miss < 0.05)


def test_a_reported_growth_outranks_levels_only_when_it_is_as_new(
    seen: Callable[[float, str], Observation],
) -> None:
    """The statistics compare the same firms in both years, but only for their own year."""
    levels = [seen(100, "2020"), seen(120, "2021")]
    assert last_pace(levels, [seen(7, "2021")], Measure.AMOUNT) == 7
    assert last_pace(levels, [seen(7, "2020")], Measure.AMOUNT) == pytest.approx(20)
    assert last_pace(levels, [seen(7, "2021")], Measure.COUNT) == pytest.approx(20)
    assert last_pace([], [seen(7, "2021")], Measure.AMOUNT) == 7
    assert last_pace(levels[:1], [], Measure.AMOUNT) is None
