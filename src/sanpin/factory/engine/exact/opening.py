"""Calendars as domains: from which starts does work rest how long?"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict

from sanpin.factory.engine.exact.index import Windows

__all__ = ["Spans", "closed", "finish", "fitting_starts", "latest_fit", "pauses"]

Spans = list[tuple[int, int]]
"""Closed intervals of starts."""


def pauses(windows: Windows, work: int, resumable: bool, low: int, high: int) -> dict[int, Spans]:
    """Group the possible starts in [low, high] by how long the work rests while closed.

    Within a group the end is the start plus `work` plus the rest, so that a calendar becomes a
    choice among few constants.

    Parameters
    ----------
    windows : open time; None is always open
    work : open units needed
    resumable : whether the work may rest while closed
    low, high : the starts of interest, both inclusive

    Returns
    -------
    Length of the rest to the closed intervals of starts that rest so long.
    """
    if windows is None:
        return {0: [(low, high)]} if low <= high else {}
    groups: dict[int, Spans] = defaultdict(list)
    first = max(bisect_right(windows, low, key=lambda window: window[0]) - 1, 0)
    for at in range(first, len(windows)):
        start, end = windows[at]
        if start > high:
            break
        # Work without length that may rest must start at an open instant; other work may stand
        # at the very end of a window.
        last = end - 1 if resumable and not work else end - work
        if last >= start:
            groups[0].append((start, last))
        if resumable and work:
            _across(groups, windows, at, work)
    clipped = {
        rest: [(max(a, low), min(b, high)) for a, b in spans if max(a, low) <= min(b, high)]
        for rest, spans in groups.items()
    }
    return {rest: spans for rest, spans in clipped.items() if spans}


def _across(groups: dict[int, Spans], windows: list[tuple[int, int]], at: int, work: int) -> None:
    """Add the starts in window `at` whose work ends in a later window."""
    start, end = windows[at]
    # Earlier starts end inside the window and were added without a rest.
    first, done = max(start, end - work + 1), 0
    for begin, until in windows[at + 1 :]:
        if first > end - 1:
            return
        last = min(end - 1, end - work + done + (until - begin))
        if last >= first:
            # The rest is all closed time between the windows passed on the way.
            groups[begin - end - done].append((first, last))
            first = last + 1
        done += until - begin


def fitting_starts(windows: Windows, length: int, low: int, high: int) -> Spans:
    """Return the starts in [low, high] from which a span fits into one window."""
    return pauses(windows, length, False, low, high).get(0, [])


def latest_fit(windows: Windows, length: int, until: int) -> int | None:
    """Return the latest start from which a span lies in one window and ends by an instant."""
    if windows is None or not length:
        return until - length
    for start, end in reversed(windows[: bisect_right(windows, until, key=lambda w: w[0])]):
        if min(end, until) - length >= start:
            return min(end, until) - length
    return None


def closed(windows: Windows, low: int, high: int) -> Spans:
    """Return the closed time within [low, high) as half-open spans."""
    if windows is None:
        return []
    found, at = [], low
    for start, end in windows:
        if start > at and at < high:
            found.append((at, min(start, high)))
        at = max(at, end)
    if at < high:
        found.append((at, high))
    return [(a, b) for a, b in found if a < b]


def finish(windows: Windows, start: int, work: int) -> int | None:
    """Return when `work` open units since `start` are done, None where the windows end before."""
    if windows is None or not work:
        return start + work
    first = max(bisect_right(windows, start, key=lambda window: window[0]) - 1, 0)
    for begin, end in windows[first:]:
        begin = max(begin, start)
        if end - begin >= work:
            return begin + work
        work -= max(0, end - begin)
    return None
