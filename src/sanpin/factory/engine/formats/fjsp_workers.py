"""The flexible job shop with workers: `n m w`, then per job its operations.

Each job line: number of operations, then per operation the number of machines, and per machine
its number, the number of workers and as many pairs of worker and duration. Machines and workers
count from 1 in the files. Every operation needs a machine and one worker who can run it there.
"""

from __future__ import annotations

from sanpin.factory.engine.formats.building import Modes, chain, numbered
from sanpin.factory.engine.formats.numbers import TOO_MANY, Numbers, bad_file, read_rows
from sanpin.factory.model import Mode, Problem, ResourceKind

__all__ = ["read_fjsp_workers"]

FORM = "fjsp-w"


def read_fjsp_workers(content: bytes) -> Problem:
    """Read a flexible job shop with workers; each pair of machine and worker is a mode.

    Machines are named by their number from 0 and so are workers: there is a machine "0" and a
    worker "0".

    Notes
    -----
    The format of the FJSSP-W benchmarking environment (Hutter et al. 2024). A pair listed twice
    keeps its shorter duration.

    Raises
    ------
    InputError
        ``factory.problem.syntax`` with the line, ``factory.problem.too_large``
    """
    rows = read_rows(content, FORM, head=True)
    header = rows.row(0)
    count, machines, workers = header.take(1), header.take_machines(), header.take_machines()
    rows.jobs(count)
    modes = Modes()
    routes = (_route(rows.row(at), machines, workers, modes) for at in range(1, count + 1))
    resources = numbered(machines) + numbered(workers, ResourceKind.WORKER)
    return Problem(chain(FORM, routes), resources)


def _route(numbers: Numbers, machines: int, workers: int, modes: Modes) -> list[tuple[Mode, ...]]:
    """Read one job line into the modes of its operations."""
    count = numbers.take(1, len(numbers.words))
    route = [_modes(numbers, machines, workers, modes) for _ in range(count)]
    if numbers.left:
        raise bad_file(FORM, numbers.line, TOO_MANY, count=numbers.left)
    return route


def _modes(numbers: Numbers, machines: int, workers: int, modes: Modes) -> tuple[Mode, ...]:
    """Read the machines of one operation, each with its workers."""
    found: dict[tuple[int, int], int] = {}
    for _ in range(numbers.take(1, len(numbers.words))):
        machine = numbers.take(1, machines) - 1
        for _ in range(numbers.take(1, len(numbers.words))):
            worker, duration = numbers.take(1, workers) - 1, numbers.take()
            pair = (machine, worker)
            found[pair] = min(duration, found.get(pair, duration))
    return tuple(
        modes.make(machine, duration, worker) for (machine, worker), duration in found.items()
    )
