"""The flexible job-shop format: `n m [flexibility]`, then per job its operations.

Each job line: number of operations, then per operation the number of alternatives and as many
pairs of machine (1-based in the files) and duration. The third header number may be absent or
decimal. A job line with one number too many occurs in published files and is tolerated.
"""

from __future__ import annotations

from sanpin.factory.engine.formats.building import Modes, chain, numbered
from sanpin.factory.engine.formats.numbers import TOO_MANY, Numbers, bad_file, read_rows
from sanpin.factory.model import Mode, Problem

__all__ = ["read_fjsp"]

FORM = "fjsp"


def read_fjsp(content: bytes) -> Problem:
    """Read a flexible job shop; all names are 0-based numbers, machines too.

    Notes
    -----
    The format of Brandimarte (1993) and Hurink, Jurisch and Thole (1994). Machines count from 1 in
    the files; a machine listed twice for an operation keeps its shorter duration.

    Raises
    ------
    InputError
        ``factory.problem.syntax`` with the line, ``factory.problem.too_large``
    """
    rows = read_rows(content, FORM, head=True)
    header = rows.row(0)
    count, machines = header.take(1), header.take_machines()
    rows.jobs(count)
    modes = Modes()
    routes = (_route(rows.row(at), machines, modes) for at in range(1, count + 1))
    return Problem(chain(FORM, routes), numbered(machines))


def _route(numbers: Numbers, machines: int, modes: Modes) -> list[tuple[Mode, ...]]:
    """Read one job line into the modes of its operations."""
    count = numbers.take(1, len(numbers.words))
    route = [_modes(numbers, machines, modes) for _ in range(count)]
    # One number too many is tolerated, see the top of the module.
    if numbers.left > 1:
        raise bad_file(FORM, numbers.line, TOO_MANY, count=numbers.left)
    return route


def _modes(numbers: Numbers, machines: int, modes: Modes) -> tuple[Mode, ...]:
    """Read the alternatives of one operation."""
    found: dict[int, int] = {}
    for _ in range(numbers.take(1, len(numbers.words))):
        machine, duration = numbers.take(1, machines) - 1, numbers.take()
        found[machine] = min(duration, found.get(machine, duration))
    return tuple(modes.make(machine, duration) for machine, duration in found.items())
