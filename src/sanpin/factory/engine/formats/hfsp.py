"""The hybrid flow-shop format: `jobs`, `stages`, machines per stage, durations jobs x stages.

Every job passes all stages in their order, on any one of a stage's machines, which are alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from sanpin.base import N_
from sanpin.factory.engine.formats.building import Modes, chain, numbered
from sanpin.factory.engine.formats.numbers import (
    BELOW_ZERO,
    MOST_MACHINES,
    MOST_OPERATIONS,
    TOO_FEW,
    Rows,
    bad_file,
    read_rows,
    too_many,
)
from sanpin.factory.model import Mode, Problem

__all__ = ["read_hfsp"]

FORM = "hfsp"


def read_hfsp(content: bytes) -> Problem:
    """Read a hybrid flow shop; machines are numbered from 0 through all stages.

    Notes
    -----
    The format of Naderi, Ruiz and Roshanaei (2023), INFORMS Journal on Computing, 2021.0326.
    A machine of stage s follows those of stage s - 1 in the numbering.

    Raises
    ------
    InputError
        ``factory.problem.syntax`` with the line, ``factory.problem.too_large``
    """
    rows = read_rows(content, FORM)
    numbers = rows.values.tolist()
    if len(numbers) < 2 or min(numbers) < 0:
        raise bad_file(FORM, 1, BELOW_ZERO if len(numbers) > 1 else TOO_FEW)
    jobs, stages = numbers[:2]
    # The comparison holds for absurd claims too; nothing has been made of them yet.
    if not jobs or not stages or len(numbers) != 2 + stages + jobs * stages:
        reason = N_("{wanted} numbers are announced, {count} stand there")
        wanted = 2 + stages + jobs * stages
        raise bad_file(FORM, int(rows.lines[0]), reason, wanted=wanted, count=len(numbers))
    counts = numbers[2 : 2 + stages]
    if not all(counts):
        line = int(rows.lines[min(2, len(rows) - 1)])
        raise bad_file(FORM, line, N_("a stage has no machine"))
    # Then nobody would wait for anybody. These are due dates: other sets look alike where there
    # are as many jobs as machines.
    if min(counts) > jobs:
        line = int(rows.lines[min(2, len(rows) - 1)])
        reason = N_("every stage has at least {machines} machines for {jobs} jobs")
        raise bad_file(FORM, line, reason, machines=min(counts), jobs=jobs)
    if sum(counts) > MOST_MACHINES:
        raise too_many(FORM, sum(counts), MOST_MACHINES, N_("machines"))
    if sum(counts) * jobs > 4 * MOST_OPERATIONS:
        raise too_many(FORM, sum(counts) * jobs, 4 * MOST_OPERATIONS, N_("modes"))
    return Problem(chain(FORM, _routes(rows, counts)), numbered(sum(counts)))


def _routes(rows: Rows, counts: list[int]) -> Iterator[list[tuple[Mode, ...]]]:
    """Yield the modes of each job's operations."""
    modes = Modes()
    made: dict[tuple[int, int], tuple[Mode, ...]] = {}
    stages = len(counts)
    firsts = list(accumulate(counts, initial=0))
    for durations in rows.values[2 + stages :].reshape(-1, stages).tolist():
        route = []
        for key in enumerate(durations):
            if key not in made:
                stage, duration = key
                machines = range(firsts[stage], firsts[stage] + counts[stage])
                made[key] = tuple(modes.make(machine, duration) for machine in machines)
            route.append(made[key])
        yield route
