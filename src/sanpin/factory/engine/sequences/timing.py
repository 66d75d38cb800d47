"""Compiling open hours, set-ups, overlaps and limits of a timed shop."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sanpin.factory.engine.lists.changes import Changes
from sanpin.factory.engine.lists.hours import Hours
from sanpin.factory.engine.sequences.arrays import FAR, Clock, Ints
from sanpin.factory.model import Job, Operation, Problem

__all__ = ["compile_clock"]


def compile_clock(problem: Problem, owner: Ints, mode_machine: Ints) -> Clock:
    """Turn calendars, set-ups and limits into flat arrays.

    Parameters
    ----------
    owner, mode_machine : operation and machine of each mode
    """
    machines = list(problem.processors.values())
    hours, changes = Hours(problem.calendars), Changes(problem.setups)
    windows, spans, _ = hours.arrays()
    numbers = [hours.number(machine.calendar) for machine in machines]
    tables = [changes.number(machine.setup) for machine in machines]
    ops = [op for job in problem.jobs for op in job.operations]
    kind = [
        changes.class_of(tables[machine], ops[op].attributes)
        for op, machine in zip(owner.tolist(), mode_machine.tolist(), strict=True)
    ]
    initial = [
        changes.class_of(table, machine.initial) if machine.initial else -1
        for table, machine in zip(tables, machines, strict=True)
    ]
    rows, lengths, _ = changes.arrays()
    table = [
        (rows[number, 0], rows[number, 1], first, _longest(lengths, *rows[number, :2]))
        if number >= 0
        else (0, 0, -1, 0)
        for number, first in zip(tables, initial, strict=True)
    ]
    return Clock(
        _near(windows),
        _near(spans[numbers]),
        np.array([op.resumable for op in ops], np.uint8),
        _near([FAR if op.fixed is None else op.fixed.start for op in ops]),
        _near(list(_limits(problem))),
        _near(table).reshape(-1, 4),
        _near(kind),
        _near(lengths),
    )


def _longest(lengths: NDArray[np.int64], first: int, classes: int) -> int:
    """Return the longest set-up of a table."""
    return int(lengths[first : first + classes**2].max(initial=0))


def _limits(problem: Problem) -> Iterator[int]:
    """Yield the instant by which each operation must have ended."""
    for job in problem.jobs:
        for op in job.operations:
            yield min(_known(job, op), default=FAR)


def _known(job: Job, op: Operation) -> list[int]:
    """Return the limits of an operation's end that there are."""
    return [limit for limit in (job.deadline, op.latest) if limit is not None]


def _near(times: object) -> NDArray[np.int32]:
    """Return instants in 32 bits; what is further away never comes."""
    return np.ascontiguousarray(np.minimum(np.asarray(times, np.int64), FAR).astype(np.int32))
