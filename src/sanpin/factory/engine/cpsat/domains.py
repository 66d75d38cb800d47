"""Calendars as domains: from which starts does work rest how long?"""

from __future__ import annotations

from collections import defaultdict

from sanpin.base.calendar import OpenTime

__all__ = ["pauses", "setup_starts"]

Intervals = list[tuple[int, int]]
"""Closed intervals of starts."""


def pauses(
    opening: OpenTime | None, work: int, resumable: bool, low: int, high: int
) -> dict[int, Intervals]:
    """Group the possible starts in [low, high] by how long the work rests while closed.

    Within a group the end is the start plus `work` plus the rest, so that a calendar becomes a
    choice among few constants.

    Parameters
    ----------
    opening : open time; None is always open
    work : open units needed
    resumable : whether the work may rest while closed
    low, high : the starts of interest, both inclusive

    Returns
    -------
    Length of the rest to the closed intervals of starts that rest so long.
    """
    if opening is None:
        return {0: [(low, high)]}
    groups: dict[int, Intervals] = defaultdict(list)
    windows = opening.windows
    for at, (start, end) in enumerate(windows):
        if start > high:
            break
        if end > low:
            _inside(groups, start, end, work)
            if resumable and work > 0:
                _across(groups, windows, at, work)
    clipped = {
        rest: [(max(a, low), min(b, high)) for a, b in spans if max(a, low) <= min(b, high)]
        for rest, spans in groups.items()
    }
    return {rest: spans for rest, spans in clipped.items() if spans}


def _inside(groups: dict[int, Intervals], start: int, end: int, work: int) -> None:
    """Add the starts from which the work ends within one window."""
    # Work without length must still start at an open instant, and the end of a window is not.
    last = end - work if work else end - 1
    if last >= start:
        groups[0].append((start, last))


def _across(
    groups: dict[int, Intervals], windows: list[tuple[int, int]], at: int, work: int
) -> None:
    """Add the starts in window `at` whose work ends in a later window."""
    start, end = windows[at]
    # Earlier starts end inside the window and were added without a rest.
    first = max(start, end - work + 1)
    done = 0
    for begin, until in windows[at + 1 :]:
        if first > end - 1:
            return
        last = min(end - 1, end - work + done + (until - begin))
        if last >= first:
            # The rest is all closed time between the windows passed on the way.
            groups[begin - end - done].append((first, last))
            first = last + 1
        done += until - begin


def setup_starts(opening: OpenTime | None, length: int, low: int, high: int) -> Intervals:
    """Return the starts in [low, high] from which a setup fits into one window."""
    return pauses(opening, length, False, low, high).get(0, [])
