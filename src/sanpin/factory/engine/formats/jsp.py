"""The job-shop format: `n m`, then per job pairs of machine (0-based) and duration.

Routes may differ in length, may return to a machine, and may end with `-1 -1`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sanpin.base import N_
from sanpin.factory.engine.formats.building import Modes, chain, numbered
from sanpin.factory.engine.formats.numbers import (
    BELOW_ZERO,
    NOT_WITHIN,
    TOO_FEW,
    Rows,
    bad_file,
    read_rows,
)
from sanpin.factory.model import Mode, Problem

__all__ = ["read_jsp"]

FORM = "jsp"


def read_jsp(content: bytes) -> Problem:
    """Read a job shop; jobs, operations and machines are named by their 0-based number.

    Notes
    -----
    The format of the OR-Library (Beasley 1990), here with routes of any length, as in the
    reentrant shops of Da Col and Teppan (2022).

    Raises
    ------
    InputError
        ``factory.problem.syntax`` with the line, ``factory.problem.too_large``
    """
    rows = read_rows(content, FORM)
    header = rows.row(0)
    count, machines = header.take(1), header.take_machines()
    rows.jobs(count)
    ends = _route_ends(rows)
    _check_pairs(rows, ends, machines)
    return Problem(chain(FORM, _routes(rows, ends)), numbered(machines))


def _route_ends(rows: Rows) -> NDArray[np.int64]:
    """Return where the route of each job ends in the numbers: at its first machine -1."""
    ends = rows.begins[2:].copy()
    for at in np.flatnonzero(rows.values == -1)[::-1].tolist():
        job = int(np.searchsorted(rows.begins, at, side="right")) - 2
        # Only the place of a machine ends a route; a duration below 0 is reported later.
        if job >= 0 and (at - rows.begins[job + 1]) % 2 == 0:
            ends[job] = at
    return ends


def _check_pairs(rows: Rows, ends: NDArray[np.int64], machines: int) -> None:
    """Refuse the first job with half a pair, an unknown machine, or nothing to do."""
    begins = rows.begins[1:-1]
    used = np.zeros(len(rows.values) + 1, np.int64)
    np.add.at(used, begins, 1)
    np.add.at(used, ends, -1)
    inside = np.cumsum(used[:-1]) > 0
    owner = np.repeat(np.arange(len(rows)), np.diff(rows.begins))
    machine = (np.arange(len(rows.values)) - rows.begins[owner]) % 2 == 0
    limit = np.where(machine, machines, np.iinfo(np.int64).max)
    wrong = np.flatnonzero(inside & ((rows.values < 0) | (rows.values >= limit)))
    if len(wrong):
        at = int(wrong[0])
        line, value = int(rows.lines[owner[at]]), int(rows.values[at])
        if machine[at]:
            raise bad_file(FORM, line, NOT_WITHIN, value=value, low=0, high=machines - 1)
        raise bad_file(FORM, line, BELOW_ZERO)
    lengths = ends - begins
    for job in np.flatnonzero((lengths == 0) | (lengths % 2 == 1))[:1].tolist():
        reason = TOO_FEW if lengths[job] else N_("a job has no operation")
        raise bad_file(FORM, int(rows.lines[job + 1]), reason)


def _routes(rows: Rows, ends: NDArray[np.int64]) -> Iterator[list[tuple[Mode, ...]]]:
    """Yield the modes of each job's operations."""
    modes = Modes()
    made: dict[tuple[int, int], tuple[Mode, ...]] = {}
    for begin, end in zip(rows.begins[1:-1].tolist(), ends.tolist(), strict=True):
        numbers = rows.values[begin:end].tolist()
        route = []
        for pair in zip(numbers[::2], numbers[1::2], strict=True):
            only = made.get(pair)
            if only is None:
                only = made[pair] = (modes.make(*pair),)
            route.append(only)
        yield route
