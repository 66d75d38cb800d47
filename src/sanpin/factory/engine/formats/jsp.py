"""The job-shop format: `n m`, then per job pairs of machine (0-based) and duration.

Routes may differ in length, may return to a machine, and may end with `-1 -1`.
"""

from __future__ import annotations

from sanpin.factory.engine.formats.numbers import Numbers, bad_file, number_lines
from sanpin.factory.model import After, Job, Mode, Operation, Problem, Resource

__all__ = ["read_jsp"]

FORM = "jsp"


def read_jsp(content: bytes) -> Problem:
    """Read a job shop; jobs, operations and machines are named by their 0-based number.

    Notes
    -----
    The format of the OR-Library (Beasley 1990), here with routes of any length.

    Raises
    ------
    InputError
        ``factory.problem.syntax`` with the line
    """
    (at, head), *rows = number_lines(content, FORM)
    header = Numbers(head, at, FORM)
    count, machines = header.take(1), header.take(1)
    if len(rows) < count:
        raise bad_file(FORM, at, f"{len(rows)} < {count}")
    jobs = tuple(
        Job(str(number), _route(Numbers(words, line, FORM), machines))
        for number, (line, words) in enumerate(rows[:count])
    )
    # A header may promise more machines than are used; an absurd promise must not fill memory.
    used = max((int(op.modes[0].machine) for job in jobs for op in job.operations), default=0)
    return Problem(
        jobs, tuple(Resource(str(k)) for k in range(max(used + 1, min(machines, 10**6))))
    )


def _route(numbers: Numbers, machines: int) -> tuple[Operation, ...]:
    """Read one job line; machine -1 ends it early."""
    route: list[Operation] = []
    while numbers.left:
        machine = numbers.take(-1, machines - 1)
        if machine == -1:
            break
        number = len(route)
        before = (After(str(number - 1)),) if number else ()
        route.append(Operation(str(number), (Mode(str(machine), numbers.take()),), after=before))
    if not route:
        raise bad_file(FORM, numbers.line, "no operation")
    return tuple(route)
