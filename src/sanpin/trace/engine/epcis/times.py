"""Instants of events: text with an offset to microseconds in UTC, and back.

EPCIS times are xsd:dateTime with an offset, which is mandatory (EPCIS 2.0, section 7.4.1). They are
compared as integers, and the offset is kept beside, as the standard asks.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

__all__ = ["instant", "offset_minutes", "write_instant"]

_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-](?:0\d|1[0-4]):[0-5]\d)"
)
_OFFSET = re.compile(r"Z|[+-](?:0\d|1[0-4]):[0-5]\d")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# What can be written again; an offset may carry a year 1 or 9999 beyond the calendar.
_FIRST = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND


def instant(text: object) -> int | None:
    """Microseconds since 1970 in UTC; None unless the text is a full date-time with offset.

    More than six digits of a second are cut off, not rounded, so that no event moves into the next
    second. Years whose UTC time lies outside 1 to 9999 are no instants here.
    """
    if not isinstance(text, str):
        return None
    match = _INSTANT.fullmatch(text)
    if match is None:
        return None
    base, fraction, zone = match.groups()
    seconds = _seconds(base)
    if seconds is None:
        return None
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    found = (seconds - _zone_minutes(zone) * 60) * 1_000_000 + micro
    return found if _FIRST <= found <= _LAST else None


@lru_cache(maxsize=65_536)
def _seconds(base: str) -> int | None:
    """Seconds since 1970 of a time without fraction and offset; None for impossible days."""
    try:
        moment = datetime.fromisoformat(base + "+00:00")
    except ValueError:
        return None
    return (moment - _EPOCH) // timedelta(seconds=1)


def offset_minutes(text: object) -> int | None:
    """Minutes from UTC of an offset such as ``+08:00``; None for anything else."""
    if not isinstance(text, str) or not _OFFSET.fullmatch(text):
        return None
    return _zone_minutes(text)


def _zone_minutes(zone: str) -> int:
    """Minutes of an offset that is known to be well formed."""
    if zone == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return -minutes if zone[0] == "-" else minutes


def write_instant(micros: int) -> str:
    """Write microseconds since 1970 as ``2026-03-01T08:30:00.000Z``."""
    moment = (_EPOCH + micros * _MICROSECOND).replace(tzinfo=None)
    return moment.isoformat(timespec="milliseconds") + "Z"
