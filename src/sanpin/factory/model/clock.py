"""Times of a problem as people read them: dates where it says when it begins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sanpin.factory.model.problem import NO_ORIGIN

__all__ = ["Clock", "clock_of", "plain"]

Clock = Callable[[int | None], datetime | int | None]


def clock_of(origin: str, unit: str) -> Clock:
    """Return what makes an instant of a time: the plant's wall clock, or the time as it is.

    Public instances say no origin; their times are plain numbers.
    """
    if origin == NO_ORIGIN:
        return plain
    start = datetime.fromisoformat(origin).replace(tzinfo=None)
    step = timedelta(seconds={"s": 1, "min": 60, "h": 3600}[unit])
    return lambda time: None if time is None else start + time * step


def plain(time: int | None) -> int | None:
    """Return a time as it is."""
    return time
