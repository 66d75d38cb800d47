"""Reading of schedule files for the checker.

Nothing is trusted: a row of a wrong shape becomes a violation, and the rest is still checked.
"""

from __future__ import annotations

from typing import Any

import orjson

from sanpin.base.repeats import find_repeat
from sanpin.factory.engine.check.report import Violation
from sanpin.factory.model import ScheduledOperation

__all__ = ["SCHEDULE_FORMAT", "WHOLE", "read_solution"]

SCHEDULE_FORMAT = "sanpin.factory.schedule/1"

WHOLE = ("schedule.not_json", "schedule.repeated_key", "schedule.format", "schedule.operations")
"""Violations of a file that is no schedule."""

LARGEST = 10**15


def read_solution(content: bytes) -> tuple[tuple[ScheduledOperation, ...], list[Violation]]:
    """Read `sanpin.factory.schedule/1`; keys at the top other than the needed are ignored.

    Returns
    -------
    The well-formed operations, and violations ``schedule.not_json``, ``schedule.repeated_key``,
    ``schedule.format``, ``schedule.operations`` or ``schedule.malformed`` with the row and its
    wrong keys.
    """
    content = content.lstrip(b"\xef\xbb\xbf")
    try:
        data = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        return (), [Violation("schedule.not_json", figures={"reason": error.msg})]
    repeat = find_repeat(content, data)
    if repeat is not None:
        return (), [Violation("schedule.repeated_key", figures={"key": repeat.key})]
    if not isinstance(data, dict) or data.get("format") != SCHEDULE_FORMAT:
        return (), [Violation("schedule.format", figures={"expected": SCHEDULE_FORMAT})]
    rows = data.get("operations")
    if not isinstance(rows, list):
        return (), [Violation("schedule.operations")]
    placed: list[ScheduledOperation] = []
    wrong: list[Violation] = []
    for at, row in enumerate(rows):
        bad = _faults(row)
        if bad:
            wrong.append(_malformed(row, at, bad))
        else:
            placed.append(_placed(row))
    return tuple(placed), wrong


def _malformed(row: Any, at: int, keys: list[str]) -> Violation:
    """Return the violation of a row that cannot be read."""
    names = row if isinstance(row, dict) else {}
    figures = {"row": at, "keys": keys}
    return Violation(
        "schedule.malformed", str(names.get("job", "")), str(names.get("op", "")), figures
    )


def _faults(row: Any) -> list[str]:
    """Return the keys that are missing or of a wrong type."""
    if not isinstance(row, dict):
        return ["operation"]
    outside = row.get("outsourced") is True
    faults = [key for key in ("job", "op") if not isinstance(row.get(key), str)]
    machine = row.get("machine")
    if not (machine is None if outside else isinstance(machine, str) and machine):
        faults.append("machine")
    faults += [key for key in ("start", "end") if not _instant(row.get(key))]
    if not _instant(row.get("setup_start", 0)):
        faults.append("setup_start")
    for key in ("workers", "tools"):
        names = row.get(key, [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            faults.append(key)
    if not isinstance(row.get("batch"), str | None):
        faults.append("batch")
    return faults


def _instant(value: object) -> bool:
    """Tell whether a value is a whole number of a size that arithmetic and JSON can hold."""
    # In Python true is an int; in a schedule it is a mistake.
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST


def _placed(row: dict[str, Any]) -> ScheduledOperation:
    """Return the operation of a row known to be well-formed; left-out keys have their defaults."""
    return ScheduledOperation(
        job=row["job"],
        op=row["op"],
        machine=row["machine"] or "",
        start=row["start"],
        end=row["end"],
        setup_start=row.get("setup_start", row["start"]),
        workers=tuple(row.get("workers", ())),
        tools=tuple(row.get("tools", ())),
        batch=row.get("batch") or "",
    )
