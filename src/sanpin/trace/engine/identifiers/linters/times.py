"""Linters of dates and times of day.

A year of two digits counts as in the General Specifications 7.12: leap years repeat every four of
them, so the century does not matter for whether a day exists.
"""

from __future__ import annotations

from collections.abc import Callable

from sanpin.base import N_
from sanpin.trace.engine.identifiers.check import Fault, refuse
from sanpin.trace.engine.identifiers.linters.characters import set_linter

__all__ = ["date_linter", "lint_hour_minute", "number_linter"]

_DIGITS = set_linter("N")
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _leap(year: str) -> bool:
    """Whether a year of two or four digits has a 29 February."""
    number = int(year)
    if len(year) == 4 and number % 100 == 0:
        return number % 400 == 0
    return number % 4 == 0


def _length(text: str, wanted: int) -> Fault | None:
    """Refuse a text of another length, or a character that is no digit."""
    fault = _DIGITS(text)
    if fault or len(text) == wanted:
        return fault
    return refuse(
        "digits",
        N_("“{text}” must have {wanted} digits."),
        min(len(text), wanted),
        text=text[:120],
        wanted=wanted,
    )


def date_linter(year_digits: int, *, any_day: bool) -> Callable[[str], Fault | None]:
    """Return the linter of a date; with `any_day` day 00 stands for the whole month."""

    def lint(text: str) -> Fault | None:
        """Check year, month and day."""
        fault = _length(text, year_digits + 4)
        if fault:
            return fault
        year = text[:year_digits]
        month, day = int(text[year_digits : year_digits + 2]), int(text[-2:])
        if not 1 <= month <= 12:
            return refuse("month", N_("“{text}” has no month {month}."), year_digits, text=text,
                          month=month)  # fmt: skip
        last = 29 if month == 2 and _leap(year) else _DAYS[month - 1]
        if day > last or (day == 0 and not any_day):
            return refuse("day", N_("“{text}” has no day {day} in month {month}."), year_digits + 2,
                          text=text, day=day, month=month)  # fmt: skip
        return None

    return lint


def number_linter(limit: int) -> Callable[[str], Fault | None]:
    """Return the linter of two digits below a limit: hour, minute or second."""

    def lint(text: str) -> Fault | None:
        """Check one part of a time of day."""
        fault = _length(text, 2)
        if fault or int(text) < limit:
            return fault
        return refuse("time", N_("“{text}” is no part of a time of day."), 0, text=text)

    return lint


_HOUR, _MINUTE = number_linter(24), number_linter(60)


def lint_hour_minute(text: str) -> Fault | None:
    """Check hour and minute together."""
    fault = _length(text, 4) or _HOUR(text[:2])
    if fault:
        return fault
    fault = _MINUTE(text[2:])
    return fault.moved(2) if fault else None
