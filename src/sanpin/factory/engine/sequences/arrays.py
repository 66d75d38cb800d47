"""What the kernels work on: the shop that does not change and the state that does.

Everything is flat and small: 32-bit times, one row of eight numbers per operation, which is half
a cache line, because the search spends its time waiting for memory. Kernels that run inside loops
take these arrays one by one: handing over a whole record costs more than their work.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Chance",
    "Counts",
    "Floats",
    "Ints",
    "Links",
    "Marks",
    "Rows",
    "Shop",
    "State",
    "new_state",
]

Ints = Annotated[NDArray[np.int32], 1]
Rows = Annotated[NDArray[np.int32], 2]
Counts = Annotated[NDArray[np.int64], 1]
Floats = Annotated[NDArray[np.float64], 1]
Marks = Annotated[NDArray[np.uint8], 1]
Chance = Annotated[NDArray[np.uint64], 1]

END, TAIL, LENGTH, BEFORE, AFTER, LEFT, RIGHT, PLACE, MATE, NEXT = range(10)
"""Columns of `State.node`: earliest end, longest path from the start, duration, first predecessor
and successor in the job, neighbours on the machine, place in the topological order, and where
modes name workers the neighbours in the worker's sequence."""


class Links(NamedTuple):
    """Precedence in rows: who comes before and after each operation, with the least wait.

    Attributes
    ----------
    before_start, before : where the row of an operation begins, and pairs of predecessor and
        wait; a release is a wait after the operation `size`, which stands for nothing
    after_start, after : the same for successors
    """

    before_start: Ints
    before: Rows
    after_start: Ints
    after: Rows


class Shop(NamedTuple):
    """A problem compiled: operations by number, in the order of the jobs.

    Attributes
    ----------
    size, machines, workers : counts; `workers` is 0 when modes name none
    large : 1 when a move leaves most of the shop unchanged
    jobs : precedence
    more : the same where `State.node` does not say it all because of waits, releases or several
        links of an operation; else empty
    mode_start, mode_machine, mode_worker, mode_length : ways to run each operation, in rows;
        the worker is -1 for none
    """

    size: int
    machines: int
    workers: int
    large: int
    jobs: Links
    more: Links
    mode_start: Ints
    mode_machine: Ints
    mode_worker: Ints
    mode_length: Ints


class State(NamedTuple):
    """Sequences on all machines and workers, with the longest paths that follow from them.

    Row `size` of `node` is a stand-in for "nothing", whose end and tail are 0, so that no kernel
    asks whether a neighbour exists.

    Attributes
    ----------
    node : (size + 1, 8), with workers (size + 1, 10); columns above
    mode : chosen mode of each operation
    first, last : ends of the sequences of machines, then of workers
    order : topological order, the inverse of column `PLACE`
    flags : marks by block of eight places
    mark : marks by operation
    scratch : room for a stretch of the order or a path
    """

    node: Rows
    mode: Ints
    first: Ints
    last: Ints
    order: Ints
    flags: Marks
    mark: Marks
    scratch: Ints


def new_state(shop: Shop) -> State:
    """Make room for the sequences of a shop."""
    size = shop.size
    node = np.zeros((size + 1, 10 if shop.workers else 8), np.int32)
    node[:, BEFORE:] = size
    for column, start, links in (
        (BEFORE, shop.jobs.before_start, shop.jobs.before),
        (AFTER, shop.jobs.after_start, shop.jobs.after),
    ):
        some = np.flatnonzero(np.diff(start))
        node[some, column] = links[start[some], 0]
    ends = np.full((2, shop.machines + shop.workers), size, np.int32)
    return State(
        node=node,
        mode=shop.mode_start.copy(),
        first=ends[0],
        last=ends[1],
        order=np.arange(size + 1, dtype=np.int32),
        flags=np.zeros(size // 8 + 2, np.uint8),
        mark=np.zeros(size + 1, np.uint8),
        scratch=np.zeros(size + 1, np.int32),
    )
