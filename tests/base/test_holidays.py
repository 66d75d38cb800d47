"""Chinese public holidays as the State Council announced them."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from sanpin.base import chinese_holidays
from sanpin.base.holidays import FEAST_YEARS, MAKE_UP_DAYS, NOTICE_YEARS, STRETCHES


def days(year: int, *spans: tuple[str, str]) -> set[date]:
    """Expand month-day spans of one year."""
    found: set[date] = set()
    for start, end in spans:
        day, last = date.fromisoformat(f"{year}-{start}"), date.fromisoformat(f"{year}-{end}")
        while day <= last:
            found.add(day)
            day += timedelta(days=1)
    return found


def test_the_notice_for_2011() -> None:
    year = chinese_holidays(2011)
    assert year.complete
    assert year.days_off == days(
        2011,
        ("01-01", "01-03"),
        ("02-02", "02-08"),
        ("04-03", "04-05"),
        ("04-30", "05-02"),
        ("06-04", "06-06"),
        ("09-10", "09-12"),
        ("10-01", "10-07"),
    )
    makeup = ("01-30", "02-12", "04-02", "10-08", "10-09", "12-31")
    assert year.working_days == days(2011, *((day, day) for day in makeup))


def test_the_notice_for_2020_with_the_prolonged_spring_festival() -> None:
    year = chinese_holidays(2020)
    assert days(2020, ("01-24", "02-02"), ("05-01", "05-05"), ("10-01", "10-08")) < year.days_off
    assert date(2020, 1, 19) in year.working_days
    assert date(2020, 2, 1) not in year.working_days


def test_feasts_have_names() -> None:
    year = chinese_holidays(2011)
    assert year.names[date(2011, 2, 3)] == "Spring Festival"
    assert year.names[date(2011, 9, 12)] == "Mid-Autumn Festival"
    assert set(year.names) == year.days_off


@pytest.mark.parametrize("year", range(NOTICE_YEARS[0], NOTICE_YEARS[1] + 1))
def test_each_notice_is_sound(year: int) -> None:
    known = chinese_holidays(year)
    assert known.complete
    assert not known.days_off & known.working_days
    assert all(day.year == year for day in known.days_off | known.working_days)
    assert all(day.weekday() >= 5 for day in known.working_days), "only rest days are made up"
    assert days(year, ("01-01", "01-01"), ("05-01", "05-01"), ("10-01", "10-03")) <= known.days_off
    exchanged = [day for day in known.days_off if day.weekday() < 5]
    assert len(exchanged) - len(known.working_days) in range(6, 14), "law grants 10 to 13 days"


def test_the_data_hold_each_day_once() -> None:
    assert list(MAKE_UP_DAYS) == sorted(set(MAKE_UP_DAYS))
    spans = [(date.fromisoformat(a), date.fromisoformat(b)) for a, b, _ in STRETCHES]
    assert all(a <= b for a, b in spans)
    assert all(before[1] < after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize(
    ("year", "spring", "dragon_boat", "mid_autumn"),
    [
        (2027, date(2027, 2, 6), date(2027, 6, 9), date(2027, 9, 15)),
        (2028, date(2028, 1, 26), date(2028, 5, 28), date(2028, 10, 3)),
        (2033, date(2033, 1, 31), date(2033, 6, 1), date(2033, 9, 8)),
    ],
)
def test_years_without_a_notice_hold_the_statutory_days(
    year: int, spring: date, dragon_boat: date, mid_autumn: date
) -> None:
    known = chinese_holidays(year)
    assert not known.complete
    assert not known.working_days
    assert {spring - timedelta(days=1), spring, dragon_boat, mid_autumn} < known.days_off
    assert date(year, 5, 2) in known.days_off
    assert len(known.days_off) in range(12, 14)


@pytest.mark.parametrize("year", [1990, FEAST_YEARS[1] + 1])
def test_far_years_hold_the_fixed_days_only(year: int) -> None:
    known = chinese_holidays(year)
    assert not known.complete
    fixed = {(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)} | ({(5, 2)} if year >= 2025 else set())
    assert {(day.month, day.day) for day in known.days_off} == fixed
