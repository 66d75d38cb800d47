"""The flexible job-shop format: `n m [flexibility]`, then per job its operations.

Each job line: number of operations, then per operation the number of alternatives and as many
pairs of machine (1-based in the files) and duration. The third header number may be absent or
decimal. A job line with one number too many occurs in published files and is tolerated.
"""

from __future__ import annotations

from sanpin.factory.engine.formats.numbers import Numbers, bad_file, number_lines
from sanpin.factory.model import After, Job, Mode, Operation, Problem, Resource

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
        ``factory.problem.syntax`` with the line
    """
    (at, head), *rows = number_lines(content, FORM)
    header = Numbers(head, at, FORM)
    count, machines = header.take(1), header.take(1, 10**6)
    if len(rows) < count:
        raise bad_file(FORM, at, f"{len(rows)} < {count}")
    jobs = tuple(
        Job(str(number), _operations(Numbers(words, line, FORM), machines))
        for number, (line, words) in enumerate(rows[:count])
    )
    return Problem(jobs, tuple(Resource(str(k)) for k in range(machines)))


def _operations(numbers: Numbers, machines: int) -> tuple[Operation, ...]:
    """Read one job line into a chain of operations."""
    count = numbers.take(1, len(numbers.words))
    operations = []
    for number in range(count):
        before = (After(str(number - 1)),) if number else ()
        operations.append(Operation(str(number), _modes(numbers, machines), after=before))
    # One number too many is tolerated, see the top of the module.
    if numbers.left > 1:
        raise bad_file(FORM, numbers.line, f"{numbers.left} numbers too many")
    return tuple(operations)


def _modes(numbers: Numbers, machines: int) -> tuple[Mode, ...]:
    """Read the alternatives of one operation."""
    found: dict[int, int] = {}
    for _ in range(numbers.take(1, len(numbers.words))):
        machine, duration = numbers.take(1, machines) - 1, numbers.take()
        found[machine] = min(duration, found.get(machine, duration))
    return tuple(Mode(str(machine), duration) for machine, duration in found.items())
