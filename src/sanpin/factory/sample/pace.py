"""Paces of the sample plant, fitted to what it has to make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sanpin.factory.sample.lines import CALENDARS, LINES

__all__ = ["FILLED", "fitted_paces"]

FILLED = 0.36
"""Share of the open time that the expected sales take, before set-ups.

What must be made comes in waves, so a plant that keeps its dates is far from full on average.
"""

_OPEN_MINUTES = {"two-shifts": 900.0, "day-shift": 510.0}
_DAYS_PER_WEEK = {"two-shifts": 6, "day-shift": 5}
# Without limits a rare family would be made at a snail's pace, to fill its machines.
_FASTEST, _SLOWEST = 0.2, 45.0


def fitted_paces(sales: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Return seconds per piece of each group of machines.

    Parameters
    ----------
    sales : family and pieces per calendar day of each item that is made

    Returns
    -------
    Seconds per piece by group. All steps of a group have the same pace, whatever the item.
    """
    pieces: dict[str, float] = defaultdict(float)
    for family, daily in sales:
        for station in LINES[family].stations:
            pieces[station.group] += daily
    paces = {}
    for line in LINES.values():
        for station in line.stations:
            open_seconds = sum(60 * _open_per_day(site) for site in station.sites)
            asked = max(pieces[station.group], 1e-9)
            pace = min(max(FILLED * open_seconds / asked, _FASTEST), _SLOWEST)
            paces[station.group] = round(pace, 2)
    return paces


def _open_per_day(site: str) -> float:
    """Return open minutes per calendar day, days off counted in."""
    calendar = CALENDARS[site]
    return _OPEN_MINUTES[calendar] * _DAYS_PER_WEEK[calendar] / 7
