"""Periods: every form that public texts use, and the years between two of them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import InputError
from sanpin.sector.model import UNKNOWN_PERIOD, Period, parse_period, years_between


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2021", date(2021, 1, 1), date(2021, 12, 31)),
        ("2022-07", date(2022, 7, 1), date(2022, 7, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2022-07-14", date(2022, 7, 14), date(2022, 7, 14)),
        ("2022-01..2022-05", date(2022, 1, 1), date(2022, 5, 31)),
        ("2020-2022", date(2020, 1, 1), date(2022, 12, 31)),
        ("2022 to 2025", date(2022, 1, 1), date(2025, 12, 31)),
        ("2022至2025", date(2022, 1, 1), date(2025, 12, 31)),
        ("2022 onward", date(2022, 1, 1), None),
        ("2022..", date(2022, 1, 1), None),
        ("..2022-09", None, date(2022, 9, 30)),
        ("2021年", date(2021, 1, 1), date(2021, 12, 31)),
        ("2022年7月", date(2022, 7, 1), date(2022, 7, 31)),
        ("", None, None),
    ],
)
def test_a_text_gives_its_limits(text: str, start: date | None, end: date | None) -> None:
    """Both limits are days that belong to the period."""
    period = parse_period(text)
    assert (period.start, period.end) == (start, end)


def test_an_end_alone_is_an_as_of_date() -> None:
    """The column of the start is empty where a text says how things stand."""
    period = parse_period("", "2022-09")
    assert period.as_of
    assert not parse_period("2022-09", "2022-09").as_of
    assert period.text == "2022-09"


def test_no_period_is_known_as_such() -> None:
    """Two empty columns are the unknown period, which is no as-of date."""
    assert parse_period("", "") == UNKNOWN_PERIOD
    assert UNKNOWN_PERIOD.empty
    assert not UNKNOWN_PERIOD.as_of


@pytest.mark.parametrize("text", ["soon", "2022-13", "2022-02-30", "22", "2022..2023..2024"])
def test_what_is_no_period_is_refused(text: str) -> None:
    """The refusal names the text."""
    with pytest.raises(InputError) as caught:
        parse_period(text)
    assert caught.value.code == "sector.period.unreadable"
    assert caught.value.fields["text"] == text


def test_a_period_cannot_end_before_it_begins() -> None:
    """A swapped pair of limits is refused, not turned round."""
    with pytest.raises(InputError, match="ends before it begins"):
        parse_period("2025", "2022")


@given(st.integers(1900, 2100), st.integers(1, 12), st.integers(0, 60))
def test_the_short_form_is_read_back(year: int, month: int, more: int) -> None:
    """`Period.text` loses nothing."""
    later = year * 12 + month - 1 + more
    start, end = f"{year}-{month:02d}", f"{later // 12}-{later % 12 + 1:02d}"
    period = parse_period(start, end)
    again = parse_period(period.text)
    assert (again.start, again.end) == (period.start, period.end)


def test_ends_of_years_are_whole_years_apart() -> None:
    """2021 to 2025 is four years, and a leap day changes nothing."""
    assert years_between(date(2021, 12, 31), date(2025, 12, 31)) == 4
    assert years_between(date(2023, 2, 28), date(2024, 2, 29)) == 1
    assert years_between(date(2022, 9, 30), date(2025, 12, 31)) == 3.25


@given(st.dates(), st.dates(), st.dates())
def test_years_add_up(first: date, second: date, third: date) -> None:
    """The way over a third day is as long as the straight one."""
    whole = years_between(first, third)
    assert abs(years_between(first, second) + years_between(second, third) - whole) < 1e-9


def test_periods_are_compared_by_value() -> None:
    """Two readings of one text are one period, so that ratios find their parts."""
    assert parse_period("2021", "2021") == parse_period("2021", "2021")
    assert len({parse_period("2021"), parse_period("2021"), Period()}) == 2
