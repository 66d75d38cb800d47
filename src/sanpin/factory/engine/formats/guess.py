"""Guess the format of a file.

JSON is native, or a printing shop when it has a `topology`. Labelled blocks tell the two sets
that have them. Files of bare numbers are told apart by the numbers of their first line and by
reading their first job lines as each format would; see `guess_format` for what remains open.
What begins neither so nor with a number is no problem file.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sanpin.base import N_, InputError

__all__ = ["guess_format"]

SAMPLE = 64 * 1024
LINES = 50

Line = list[int]


def guess_format(content: bytes, name: str = "") -> str:
    """Return the name of the most likely format; it may still refuse the file.

    Parameters
    ----------
    content : the unpacked file
    name : the file's name; the suffixes ``.fjs`` and ``.fjsp`` settle what the numbers leave open

    Notes
    -----
    One number in the first line is ``hfsp``, more than three are ``wt``. With two or three, the
    job lines must read without rest as pairs of machine and duration (``jsp``), as alternatives
    (``fjsp``) or as alternatives with workers (``fjsp-w``, three numbers only). If several fit,
    the first in this order wins, for the simpler reading needs fewer accidents; if none does,
    ``fjsp`` is named for three numbers and ``jsp`` for two, whose reader then tells the line.

    Raises
    ------
    InputError
        ``factory.problem.unrecognised`` when the file begins like none of the formats
    """
    start = content[:SAMPLE].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"{"):
        native = b"sanpin.factory.problem" in start
        return "ops" if not native and b'"topology"' in content else "sanpin"
    if b"Process Times:" in start:
        return "wtsds"
    if start.startswith(b"Machines;"):
        return "upmsp"
    return _guess_numbers(start, len(content) > SAMPLE, name)


def _guess_numbers(start: bytes, cut: bool, name: str) -> str:
    """Guess the format of a file of numbers by its first lines."""
    lines = [line.split() for line in start.splitlines() if line.strip()]
    lines = [line for line in lines if not line[0].startswith(b"#")]
    if cut and len(lines) > 1:
        lines.pop()
    head = lines[0] if lines else []
    if not _whole(head[:1]):
        raise InputError(
            "factory.problem.unrecognised",
            N_("The file begins like none of the known problem formats."),
            hint=N_(
                "Choose its format if you know it. "
                "Tables of orders, machines or stock are read under Imports."
            ),
        )
    if len(head) not in (2, 3):
        return "hfsp" if len(head) == 1 else "wt"
    flexible = name.lower().endswith((".fjs", ".fjsp"))
    rows = [_whole(line) for line in lines[1 : LINES + 1]]
    limits = _whole(head)
    fitting = [
        form
        for form, reads in _READINGS.items()
        if len(limits) > 1 and all(row and reads(row, limits) for row in rows)
    ]
    if flexible and "jsp" in fitting and len(fitting) > 1:
        fitting.remove("jsp")
    return fitting[0] if fitting else "fjsp" if flexible or len(head) == 3 else "jsp"


def _whole(words: list[bytes]) -> Line:
    """Return words as whole numbers, nothing when one is not; fractions of a head are cut."""
    if all(re.fullmatch(rb"-?\d{1,12}(\.\d*)?", word) for word in words):
        return [int(word.partition(b".")[0]) for word in words]
    return []


def _is_jsp(row: Line, limits: Line) -> bool:
    """Tell whether a line is pairs of a machine from 0 and a duration, up to `-1 -1`."""
    if len(limits) != 2 or len(row) % 2:
        return False
    for machine, duration in zip(row[::2], row[1::2], strict=True):
        if machine == -1:
            return True
        if not 0 <= machine < limits[1] or duration < 0:
            return False
    return True


def _is_fjsp(row: Line, limits: Line) -> bool:
    """Tell whether a line is operations with alternatives; one number may be left over."""
    at = 1
    for _ in range(row[0]):
        count = row[at] if at < len(row) else 0
        machines = row[at + 1 : at + 1 + 2 * count : 2]
        if not count or len(row) <= at + 2 * count or not _inside(machines, limits[1]):
            return False
        at += 1 + 2 * count
    return row[0] > 0 and len(row) - at in (0, 1)


def _is_fjsp_workers(row: Line, limits: Line) -> bool:
    """Tell whether a line is operations with machines, and workers for each."""
    if len(limits) < 3:
        return False
    at = 1
    for _ in range(row[0]):
        machines = row[at] if at < len(row) else 0
        at += 1
        for _ in range(machines):
            if len(row) <= at + 1 or not _inside(row[at : at + 1], limits[1]):
                return False
            pairs = row[at + 1]
            workers = row[at + 2 : at + 2 + 2 * pairs : 2]
            if pairs < 1 or len(row) < at + 2 + 2 * pairs or not _inside(workers, limits[2]):
                return False
            at += 2 + 2 * pairs
        if machines < 1:
            return False
    return row[0] > 0 and len(row) == at


def _inside(numbers: Line, limit: int) -> bool:
    """Tell whether numbers count from 1 to a limit."""
    return all(1 <= number <= limit for number in numbers)


_READINGS: dict[str, Callable[[Line, Line], bool]] = {
    "jsp": _is_jsp,
    "fjsp": _is_fjsp,
    "fjsp-w": _is_fjsp_workers,
}
