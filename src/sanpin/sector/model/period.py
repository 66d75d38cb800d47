"""Periods as public texts write them: a year, a month, a span, an as-of date, or nothing.

The words of the text are kept beside the days: “2022” and “2022-12-31” end on the same day but do
not say the same, and a reader should meet the form that the text has.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from sanpin.base import N_, InputError

__all__ = ["UNKNOWN_PERIOD", "Period", "parse_period", "years_between"]

# Year, month and day with any of the usual separators, or with the Chinese words for them.
_PART = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|年)?$")
# A hyphen separates a span only between two years: in 2022-07 it stands before a month.
_SPAN = re.compile(r"\s*(?:\.\.|–|—|~|至| to )\s*|(?<=\d{4})-(?=\d{4})")
_ONWARD = re.compile(r"\s*(?:onward|起|以来)$")


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of calendar time.

    Attributes
    ----------
    start, end : first and last day, both included; None where the text gives none
    text_start, text_end : the limits as they were written, such as ``2022`` or ``2022-07``

    A period without an end is still open (``2022..``), one without a start is a state on a day.

    Raises
    ------
    InputError
        ``sector.period.reversed`` when it ends before it begins
    """

    start: date | None = None
    end: date | None = None
    text_start: str = ""
    text_end: str = ""

    def __post_init__(self) -> None:
        """Refuse limits in the wrong order, which no text means."""
        if self.start and self.end and self.start > self.end:
            raise InputError(
                "sector.period.reversed",
                N_("The period “{start}” to “{end}” ends before it begins."),
                hint=N_("Write the earlier limit first, such as 2022-01..2022-05."),
                start=self.text_start,
                end=self.text_end,
            )

    @property
    def empty(self) -> bool:
        """Whether the text gives no period at all."""
        return self.start is None and self.end is None

    @property
    def as_of(self) -> bool:
        """Whether it is a state on a day: an end without a beginning."""
        return self.start is None and self.end is not None

    @property
    def text(self) -> str:
        """Short form that `parse_period` reads back: ``2021``, ``2022-01..2022-05``, ``2022..``.

        Two equal limits are written once, because a year stands for its own first and last day.
        """
        if self.as_of or self.text_start == self.text_end:
            return self.text_end
        return f"{self.text_start}..{self.text_end}"


UNKNOWN_PERIOD = Period()
"""No period is given."""


def parse_period(start: str, end: str | None = None) -> Period:
    """Read a period from one text, or from the two columns of a file.

    Parameters
    ----------
    start : ``2021``, ``2022-07``, ``2022-07-31``, ``2022-01..2022-05``, ``2022-2025``,
        ``2022 onward``, ``2022年7月`` or empty; with `end` given, the first limit alone
    end : the last limit; empty for an open one. With an empty `start` it is an as-of date.

    Raises
    ------
    InputError
        ``sector.period.unreadable`` or ``sector.period.reversed``

    Returns
    -------
    Period
        from the first day of the first limit to the last day of the last one, so that 2022-02 ends
        on the 28th; `UNKNOWN_PERIOD` in effect when both are empty
    """
    if end is None:
        start, end = _split(start.strip())
    start, end = start.strip(), end.strip()
    return Period(
        _limit(start, first=True) if start else None,
        _limit(end, first=False) if end else None,
        start,
        end,
    )


def _split(text: str) -> tuple[str, str]:
    """Cut a text into its two limits; a single one is both, an “onward” leaves the last open."""
    if onward := _ONWARD.search(text):
        return text[: onward.start()], ""
    parts = _SPAN.split(text)
    if len(parts) > 2:
        raise _unreadable(text)
    return parts[0], parts[-1]


def _limit(text: str, *, first: bool) -> date:
    """First or last day that a written limit covers: of a year, of a month, or the day itself."""
    found = _PART.match(text)
    if found is None:
        raise _unreadable(text)
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        if first:
            return date(year, month or 1, day or 1)
        month = month or 12
        return date(year, month, day or calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError) as error:
        raise _unreadable(text) from error


def _unreadable(text: str) -> InputError:
    """Make the refusal of a text that is no period."""
    return InputError(
        "sector.period.unreadable",
        N_("“{text}” is not a period."),
        hint=N_("Write a year, a month or a span, such as 2021, 2022-07 or 2022-01..2022-05."),
        text=text,
    )


def years_between(earlier: date, later: date) -> float:
    """Years from one day to another in twelfths; ends of years give whole numbers.

    Days below a month are dropped, because no public figure is dated more finely than that
    and the end of a February must lie a whole year after the end of the one before.

    Returns
    -------
    float
        negative when `later` lies before `earlier`
    """
    return ((later.year - earlier.year) * 12 + later.month - earlier.month) / 12
