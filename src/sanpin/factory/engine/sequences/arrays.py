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
    "BREACH",
    "FAR",
    "NO_CLOCK",
    "Chance",
    "Clock",
    "Counts",
    "Floats",
    "Ints",
    "Links",
    "Marks",
    "Rows",
    "Shop",
    "State",
    "new_state",
    "starts_of",
    "width_of",
]

Ints = Annotated[NDArray[np.int32], 1]
Rows = Annotated[NDArray[np.int32], 2]
Counts = Annotated[NDArray[np.int64], 1]
Floats = Annotated[NDArray[np.float64], 1]
Marks = Annotated[NDArray[np.uint8], 1]
Chance = Annotated[NDArray[np.uint64], 1]

END, TAIL, LENGTH, BEFORE, AFTER, LEFT, RIGHT, PLACE, MATE, NEXT, START, REST = range(12)
"""Columns of `State.node`: earliest end, longest path from the start, duration, first predecessor
and successor in the job, neighbours on the machine, place in the topological order, and where
modes name workers the neighbours in the worker's sequence. Timed shops also keep the earliest
start and the longest path from the end, which are what is left of the horizon."""

HORIZON, ENDS, TAILS = range(3)
"""Of `State.notes`: the makespan from which timed shops count paths back, and how many rows of
`State.log` are operations with their starts and ends, and after these with their paths."""

FAR = 1 << 30
"""An instant that never comes; times must fit in 32 bits with room for a sum of two."""
BREACH = 1 << 28
"""Ends that miss a limit begin here: the makespan tells that, and by how much."""


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


class Clock(NamedTuple):
    """What depends on the time of day, on what a machine did before, and on limits.

    Attributes
    ----------
    windows : open time as rows of start, end and open time before
    calendar : by machine, its first window and where they end; equal for always open
    rests : by operation, 1 when work may rest while the machine is closed
    fixed, latest : by operation, the instant at which it must not start later, likewise end
    table : by machine, its first length in `lengths`, how many classes it tells apart, the class
        of what it made last, -1 for nothing, and its longest set-up
    kind : by mode, the class of the operation on the machine
    lengths : set-ups from class to class
    """

    windows: Rows
    calendar: Rows
    rests: Marks
    fixed: Ints
    latest: Ints
    table: Rows
    kind: Ints
    lengths: Ints


_NONE, _NO_ROWS = np.zeros(0, np.int32), np.zeros((0, 3), np.int32)
NO_CLOCK = Clock(
    windows=_NO_ROWS,
    calendar=_NO_ROWS,
    rests=np.zeros(0, np.uint8),
    fixed=_NONE,
    latest=_NONE,
    table=_NO_ROWS,
    kind=_NONE,
    lengths=_NONE,
)
"""What shops have that are not timed."""


class Shop(NamedTuple):
    """A problem compiled: operations by number, in the order of the jobs.

    Attributes
    ----------
    size, machines, workers : counts; `workers` is 0 when modes name none
    large : 1 when a move leaves most of the shop unchanged
    timed : 1 when starts and ends follow from `clock` too
    jobs : precedence
    more : the same where `State.node` does not say it all because of waits, releases or several
        links of an operation; else empty. In timed shops rows have two columns more: numerator
        and denominator of the share of work after which the successor may start, 0 for all of it
    mode_start, mode_machine, mode_worker, mode_length : ways to run each operation, in rows;
        the worker is -1 for none
    clock : empty unless timed
    """

    size: int
    machines: int
    workers: int
    large: int
    timed: int
    jobs: Links
    more: Links
    mode_start: Ints
    mode_machine: Ints
    mode_worker: Ints
    mode_length: Ints
    clock: Clock


class State(NamedTuple):
    """Sequences on all machines and workers, with the longest paths that follow from them.

    Row `size` of `node` is a stand-in for "nothing", whose end and tail are 0, so that no kernel
    asks whether a neighbour exists.

    Attributes
    ----------
    node : (size + 1, 8), with workers (size + 1, 10), timed (size + 1, 12); columns above
    mode : chosen mode of each operation
    first, last : ends of the sequences of machines, then of workers
    order : topological order, the inverse of column `PLACE`
    flags : marks by block of eight places, timed by place
    mark : marks by operation
    scratch : room for a stretch of the order or a path
    log, notes : what a timed shop was before an operation was taken out; columns below
    """

    node: Rows
    mode: Ints
    first: Ints
    last: Ints
    order: Ints
    flags: Marks
    mark: Marks
    scratch: Ints
    log: Rows
    notes: Ints


def new_state(shop: Shop) -> State:
    """Make room for the sequences of a shop."""
    size = shop.size
    node = np.zeros((size + 1, width_of(shop)), np.int32)
    node[:, BEFORE:START] = size
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
        flags=np.zeros(size + 1 if shop.timed else size // 8 + 2, np.uint8),
        mark=np.zeros(size + 1, np.uint8),
        scratch=np.zeros(size + 1, np.int32),
        log=np.zeros((2 * size if shop.timed else 0, 3), np.int32),
        notes=np.zeros(3, np.int32),
    )


def width_of(shop: Shop) -> int:
    """Return how many columns `State.node` has."""
    return REST + 1 if shop.timed else NEXT + 1 if shop.workers else MATE


def starts_of(shop: Shop, state: State) -> Ints:
    """Return the starts of all operations."""
    node = state.node[:-1]
    return node[:, START] if shop.timed else node[:, END] - node[:, LENGTH]
