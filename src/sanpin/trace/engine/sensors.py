"""Read what sensors measured out of the texts of events."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sanpin.trace.engine.epcis import instant
from sanpin.trace.model.drawings import Reading, Strip

__all__ = ["readings_in", "strips_of"]

# Points of a strip: no screen shows more of them side by side.
_POINTS = 400


def readings_in(body: Mapping[str, Any], time: int, step: str = "") -> Iterator[Reading]:
    """Yield the measurements of an event that have a number.

    Parameters
    ----------
    body : the event as JSON values
    time : of the event, which counts where a report has none; microseconds UTC
    step : of the event
    """
    for element in _records(body.get("sensorElementList")):
        about = element.get("sensorMetadata")
        about = about if isinstance(about, dict) else {}
        start = _time(about, "time", "startTime", "endTime") or time
        for report in _records(element.get("sensorReport")):
            found = _reading(report, _time(report, "time") or start, step)
            if found:
                yield found


def _records(value: object) -> list[dict[str, Any]]:
    """Members of a list that are objects."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _time(record: Mapping[str, Any], *names: str) -> int | None:
    """First of some fields that holds an instant."""
    texts = (record.get(name) for name in names)
    return next((t for text in texts if isinstance(text, str) and (t := instant(text))), None)


def _reading(report: Mapping[str, Any], time: int, step: str) -> Reading | None:
    """Make a reading of a report; None when it holds no number of a kind."""
    kind = str(report.get("type") or "").replace(":", "/").rpartition("/")[2]
    low, high = _number(report.get("minValue")), _number(report.get("maxValue"))
    value = _number(report.get("value"))
    value = _number(report.get("meanValue")) if value is None else value
    if value is None:
        bounds = [one for one in (low, high) if one is not None]
        value = sum(bounds) / len(bounds) if bounds else None
    if value is None or not kind:
        return None
    low = value if low is None else min(low, value)
    high = value if high is None else max(high, value)
    uom, alarm = str(report.get("uom") or ""), bool(report.get("exception"))
    return Reading(kind, uom, time, value, low, high, alarm, step)


def _number(value: object) -> float | None:
    """Read a number; texts that hold one are common in older files."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def strips_of(readings: Iterable[Reading], start: int, end: int) -> Iterator[Strip]:
    """Draw measurements, one strip for each step, kind and unit, in order of time.

    Parameters
    ----------
    start, end : bounds of the axis, microseconds UTC
    """
    series: dict[tuple[str, str, str], list[Reading]] = defaultdict(list)
    for one in sorted(readings, key=lambda one: (one.time, one.kind)):
        series[one.step, one.kind, one.uom].append(one)
    for (step, kind, uom), found in series.items():
        low, high = min(one.low for one in found), max(one.high for one in found)
        places = [
            (
                round(100 * (one.time - start) / ((end - start) or 1), 3),
                round((one.value - low) / ((high - low) or 1), 4),
            )
            for one in found
        ]
        alarms = tuple(place for place, one in zip(places, found, strict=True) if one.alarm)
        yield Strip(step, kind, uom, low, high, len(found), tuple(_thinned(places)), alarms)


def _thinned(places: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Keep the lowest and highest of neighbours, so that no peak is lost."""
    if len(places) <= _POINTS:
        yield from places
        return
    size = math.ceil(2 * len(places) / _POINTS)
    for first in range(0, len(places), size):
        part = places[first : first + size]
        ends = {min(part, key=lambda p: p[1]), max(part, key=lambda p: p[1])}
        yield from sorted(ends)
