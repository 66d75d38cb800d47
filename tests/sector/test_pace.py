"""Arithmetic of pace: published numbers, inverses, intervals."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.sector.engine import (
    expected_interval,
    last_pace,
    project,
    required_pace,
    satisfies,
)
from sanpin.sector.model import Comparator, Direction, Measure, Observation, parse_period

Maker = Callable[[float, str], Observation]

AMOUNTS = st.floats(1e3, 1e13)
YEARS = st.floats(0.25, 20)


def test_shanghai_needs_four_point_six_five_percent() -> None:
    """433.586 billion in 2021 to 520 billion in 2025."""
    pace = required_pace(520e9, 433.586e9, 4, Measure.AMOUNT)
    assert pace == pytest.approx(4.65, abs=0.005)
    assert project(433.586e9, 5, 4, Measure.AMOUNT) == pytest.approx(527e9, rel=1e-3)


@given(AMOUNTS, st.floats(0.05, 20), YEARS)
def test_the_required_pace_leads_to_the_target(actual: float, ratio: float, years: float) -> None:
    """actual * (1 + pace) ** years is the target again."""
    target = actual * ratio
    pace = required_pace(target, actual, years, Measure.AMOUNT)
    assert pace is not None
    assert project(actual, pace, years, Measure.AMOUNT) == pytest.approx(target, rel=1e-6)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), YEARS)
def test_counts_and_shares_go_straight(actual: float, target: float, years: float) -> None:
    """Their pace is a difference a year."""
    for measure in (Measure.COUNT, Measure.SHARE):
        pace = required_pace(target, actual, years, measure)
        assert pace is not None
        assert project(actual, pace, years, measure) == pytest.approx(target, abs=1e-6)


@given(AMOUNTS, AMOUNTS, AMOUNTS, YEARS)
def test_a_higher_target_needs_a_higher_pace(
    actual: float, one: float, other: float, years: float
) -> None:
    """The pace grows with the target."""
    low, high = sorted((one, other))
    paces = [required_pace(value, actual, years, Measure.AMOUNT) for value in (low, high)]
    assert None not in paces
    assert float(str(paces[0])) <= float(str(paces[1])) + 1e-9


def test_a_rate_is_its_own_pace() -> None:
    """An average growth of 5 % a year asks for 5 % a year from wherever one stands."""
    assert required_pace(5, 9.9, 4, Measure.RATE) == 5
    assert project(9.9, 5, 4, Measure.RATE) == 5


@pytest.mark.parametrize("years", [0, -1])
def test_without_time_there_is_no_pace(years: float) -> None:
    """A measurement at or after the due date needs no pace."""
    for measure in Measure:
        assert required_pace(2, 1, years, measure) is None


@pytest.mark.parametrize(("target", "actual"), [(100, 0), (100, -5), (0, 5)])
def test_amounts_must_be_above_zero(target: float, actual: float) -> None:
    """A loss cannot grow by percent."""
    assert required_pace(target, actual, 1, Measure.AMOUNT) is None


def test_the_last_pace_is_that_of_the_two_newest(seen: Maker) -> None:
    """Older measurements do not weigh in."""
    levels = [seen(50, "2018"), seen(100, "2019"), seen(121, "2021")]
    assert last_pace(levels, [], Measure.AMOUNT) == pytest.approx(10)
    assert last_pace(levels, [], Measure.COUNT) == pytest.approx(10.5)
    assert last_pace(levels, [], Measure.RATE) == 121


def test_one_measurement_has_no_pace(seen: Maker) -> None:
    """Nothing is guessed from a single value."""
    assert last_pace([seen(50, "2018")], [], Measure.AMOUNT) is None
    assert last_pace([], [], Measure.RATE) is None


def test_reported_growth_counts_when_it_is_as_new(seen: Maker) -> None:
    """Statistics of growth use a comparable sample; levels of two years do not."""
    levels = [seen(100, "2020"), seen(130, "2021")]
    assert last_pace(levels, [seen(9.9, "2021")], Measure.AMOUNT) == 9.9
    assert last_pace(levels, [seen(9.9, "2020")], Measure.AMOUNT) == pytest.approx(30)
    assert last_pace([], [seen(9.9, "2020")], Measure.AMOUNT) == 9.9
    assert last_pace(levels, [seen(9.9, "2021")], Measure.COUNT) == 30


def test_two_values_of_one_period_give_no_pace(seen: Maker) -> None:
    """There is no time between them."""
    assert last_pace([seen(1, "2021"), seen(2, "2021")], [], Measure.COUNT) is None


def test_the_interval_is_the_textbook_one(seen: Maker) -> None:
    """Two paces of 10 and 20: mean 15, s 7.07, t(0.9, 1) 3.078."""
    levels = [seen(0, "2019"), seen(10, "2020"), seen(30, "2021")]
    interval = expected_interval(levels, Measure.COUNT)
    assert interval is not None
    reach = 3.078 * statistics.stdev([10, 20]) * math.sqrt(1.5)
    assert interval == pytest.approx((15 - reach, 15 + reach))


def test_an_interval_needs_three_measurements(seen: Maker) -> None:
    """Two measurements have one pace, which has no spread."""
    assert expected_interval([seen(0, "2019"), seen(10, "2020")], Measure.COUNT) is None


@given(st.lists(st.floats(1, 1e6), min_size=3, max_size=30))
def test_the_interval_holds_the_mean(values: list[float]) -> None:
    """It is symmetric round the mean of the paces."""
    levels = [
        Observation(value, parse_period(str(1990 + place)), ())
        for place, value in enumerate(values)
    ]
    interval = expected_interval(levels, Measure.COUNT)
    assert interval is not None
    mean = statistics.fmean(b - a for a, b in pairwise(values))
    assert sum(interval) / 2 == pytest.approx(mean, abs=1e-3)
    assert interval[0] <= interval[1]


def test_a_steady_rate_is_expected_to_stay(seen: Maker) -> None:
    """Rates are paces already; equal ones leave no spread."""
    levels = [seen(5, "2019"), seen(5, "2020"), seen(5, "2021")]
    assert expected_interval(levels, Measure.RATE) == pytest.approx((5, 5))


UP, DOWN, STAY = Direction.INCREASE, Direction.DECREASE, Direction.MAINTAIN
GE, LE, EQ, APPROX = Comparator.GE, Comparator.LE, Comparator.EQ, Comparator.APPROX


@pytest.mark.parametrize(
    ("value", "comparator", "direction", "expected"),
    [
        (100, GE, UP, True), (99.9, GE, UP, False), (99.9, GE, DOWN, False),
        (100, LE, DOWN, True), (100.1, LE, DOWN, False),
        (112, EQ, UP, True), (99, EQ, UP, False),
        (90, EQ, DOWN, True), (101, EQ, DOWN, False),
        (96, EQ, STAY, True), (94, EQ, STAY, False),
        (95, APPROX, UP, True), (94.9, APPROX, UP, False),
        (105, APPROX, DOWN, True), (105.1, APPROX, DOWN, False),
        (104, APPROX, STAY, True), (106, APPROX, STAY, False),
    ],
)  # fmt: skip
def test_fulfilment_of_a_target_of_one_hundred(
    value: float, comparator: Comparator, direction: Direction, expected: bool
) -> None:
    """Comparators bind as the words say; plans are fulfilled from their own side."""
    assert satisfies(value, 100, comparator, direction) is expected
