"""Days and ranges of days in a text, as notices in English and Chinese write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from sanpin.trace.model.notices import Mention

__all__ = ["dates_in"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
         "aug august", "sep sept september", "oct october", "nov november", "dec december"), 1)
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = re.compile(
    rf"""
      (?P<cy>\d{{4}})\s*年\s*(?P<cm>\d{{1,2}})\s*月\s*(?P<cd>\d{{1,2}})\s*日?
    | (?P<iy>(?:19|20)\d\d)[-/.](?P<im>\d{{1,2}})[-/.](?P<id>\d{{1,2}})
    | (?P<um>\d{{1,2}})[/.-](?P<ud>\d{{1,2}})[/.-](?P<uy>(?:20)?\d\d)
    | (?P<nm>{_MONTH})\.?\s*(?P<nd>\d{{1,2}})(?:st|nd|rd|th)?,?\s*(?P<ny>20\d\d|\d\d)
    | (?P<dd>\d{{1,2}})(?:st|nd|rd|th)?[\s-]*(?P<dm>{_MONTH})\.?,?[\s-]*(?P<dy>20\d\d|\d\d)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SETS = (("cy", "cm", "cd"), ("iy", "im", "id"), ("uy", "um", "ud"), ("ny", "nm", "nd"),
         ("dy", "dm", "dd"))  # fmt: skip
_BETWEEN = re.compile(
    r"^[\"'“”‘’,.\s]*(?:-|–|—|~|至|到|to|through|thru|until|and)[\"'“”‘’\s]*$", re.IGNORECASE
)
_RANGED = re.compile(r"(?:between|from|ranging|range|自|从|由)\W*(?:\w+\W+){0,2}$", re.IGNORECASE)
_LOOK_BACK = 40


def dates_in(text: str) -> Iterator[Mention]:
    """Yield days, and ranges of days where two are joined by a word for it.

    Numbers with slashes are read as month, day, year; where that is no day, as day, month, year.
    """
    found = [(match, day) for match in _DAY.finditer(text) if _alone(text, match)
             and (day := _day(match))]  # fmt: skip
    at = 0
    while at < len(found):
        match, day = found[at]
        if at + 1 < len(found):
            other, last = found[at + 1]
            joint = text[match.end() : other.start()]
            if last >= day and _joins(text, match.start(), joint):
                whole = text[match.start() : other.end()]
                yield Mention("date", whole, day.isoformat(), last.isoformat())
                at += 2
                continue
        yield Mention("date", match[0].strip(), day.isoformat())
        at += 1


def _alone(text: str, match: re.Match[str]) -> bool:
    """Whether a day is no part of a longer number or word."""
    before = text[match.start() - 1] if match.start() else " "
    after = text[match.end()] if match.end() < len(text) else " "
    return not (before.isdigit() or (before.isascii() and before.isalpha()) or after.isdigit())


def _joins(text: str, start: int, joint: str) -> bool:
    """Whether what stands between two days makes them a range; “and” only after “between”."""
    if not _BETWEEN.match(joint):
        return False
    if "and" not in joint.lower():
        return True
    return bool(_RANGED.search(text[max(0, start - _LOOK_BACK) : start]))


def _day(match: re.Match[str]) -> date | None:
    """Day that a match tells; None where there is no such day."""
    for year, month, day in _SETS:
        if match[year] is None:
            continue
        y, d = int(match[year]), int(match[day])
        m = _MONTHS.get(match[month].lower()) or int(match[month])
        y = y + 2000 if y < 100 else y
        for one, two in ((m, d), (d, m)):
            try:
                return date(y, one, two)
            except ValueError:
                continue
    return None
