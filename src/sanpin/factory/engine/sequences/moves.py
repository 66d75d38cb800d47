"""Critical paths, and what moving an operation inside a critical block would give."""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.sequences.arrays import (
    END,
    LEFT,
    LENGTH,
    MATE,
    NEXT,
    PLACE,
    RIGHT,
    TAIL,
    Chance,
    Ints,
    Links,
    Rows,
    Shop,
    State,
)
from sanpin.factory.engine.sequences.chance import draw
from sanpin.factory.engine.sequences.graph import job_end, job_tail

__all__ = [
    "apart",
    "critical_path",
    "estimate_left",
    "estimate_right",
    "may_go_left",
    "may_go_right",
]


@kernel
def critical_path(shop: Shop, state: State, path: Ints, via: Ints, random: Chance) -> int:
    """Walk back one longest path, chosen by chance where several meet; return its length.

    `path` gets the operations from last to first; `via` how each follows the next one in
    `path`: 0 by the job, 1 by the machine, 2 by the worker.
    """
    node, size, latest, ties, op = state.node, shop.size, 0, 0, shop.size
    for machine in range(shop.machines):
        other = state.last[machine]
        if node[other, END] > latest:
            latest, ties, op = node[other, END], 1, other
        elif node[other, END] == latest and other != size:
            ties += 1
            if draw(random, ties) == 0:
                op = other
    length = 0
    while op != size:
        path[length] = op
        start = node[op, END] - node[op, LENGTH]
        found, ties, kind = size, 0, 0
        other = node[op, LEFT]
        if other != size and node[other, END] == start:
            found, ties, kind = other, 1, 1
        for at in range(shop.jobs.before_start[op], shop.jobs.before_start[op + 1]):
            other = shop.jobs.before[at, 0]
            if other != size and node[other, END] + shop.jobs.before[at, 1] == start:
                ties += 1
                if ties == 1 or draw(random, ties) == 0:
                    found, kind = other, 0
        if shop.workers:
            other = node[op, MATE]
            if other != size and node[other, END] == start:
                ties += 1
                if ties == 1 or draw(random, ties) == 0:
                    found, kind = other, 2
        via[length] = kind
        length += 1
        op = found
    return length


@kernel
def estimate_right(node: Rows, more: Links, op: int, goal: int, ends: Ints) -> int:
    """Estimate the longest path through the stretch when `op` goes right after `goal`.

    Exact for neighbours; else a bound that is nearly always met (Balas and Vazacopoulos 1998).
    `ends` is room for the stretch.
    """
    end, other, count = node[node[op, LEFT], END], op, 0
    while other != goal:
        other = node[other, RIGHT]
        end = max(end, job_end(node, more, other)) + node[other, LENGTH]
        ends[count] = end
        count += 1
    end = max(end, job_end(node, more, op))
    tail = max(job_tail(node, more, op), node[node[goal, RIGHT], TAIL]) + node[op, LENGTH]
    longest = end + tail
    while other != op:
        count -= 1
        rest = max(job_tail(node, more, other), tail)
        longest = max(longest, ends[count] + rest)
        tail = rest + node[other, LENGTH]
        other = node[other, LEFT]
    return int(longest)


@kernel
def estimate_left(node: Rows, more: Links, op: int, goal: int, ends: Ints) -> int:
    """Estimate the longest path through the stretch when `op` goes left before `goal`."""
    tail, other, count = node[node[op, RIGHT], TAIL], op, 0
    while other != goal:
        other = node[other, LEFT]
        tail = max(tail, job_tail(node, more, other)) + node[other, LENGTH]
        ends[count] = tail
        count += 1
    tail = max(tail, job_tail(node, more, op))
    end = max(job_end(node, more, op), node[node[goal, LEFT], END]) + node[op, LENGTH]
    longest = end + tail
    while other != op:
        count -= 1
        start = max(job_end(node, more, other), end)
        longest = max(longest, ends[count] + start)
        end = start + node[other, LENGTH]
        other = node[other, RIGHT]
    return int(longest)


@kernel
def apart(node: Rows, first: int, second: int) -> bool:
    """Tell whether surely no path leads from `first` to `second`, by any of three signs."""
    return bool(
        node[first, END] > node[second, END] - node[second, LENGTH]
        or node[second, TAIL] > node[first, TAIL] - node[first, LENGTH]
        or node[first, PLACE] > node[second, PLACE]
    )


@kernel
def may_go_right(node: Rows, jobs: Links, op: int, goal: int) -> bool:
    """Tell whether surely no successor of `op` leads to `goal`; enough, not necessary."""
    for at in range(jobs.after_start[op], jobs.after_start[op + 1]):
        if not apart(node, jobs.after[at, 0], goal):
            return False
    return (
        node.shape[1] == 8 or node[op, NEXT] == len(node) - 1 or apart(node, node[op, NEXT], goal)
    )


@kernel
def may_go_left(node: Rows, jobs: Links, op: int, goal: int) -> bool:
    """Tell whether surely `goal` does not lead to a predecessor of `op`."""
    nothing = len(node) - 1
    for at in range(jobs.before_start[op], jobs.before_start[op + 1]):
        if jobs.before[at, 0] != nothing and not apart(node, goal, jobs.before[at, 0]):
            return False
    return (
        node.shape[1] == 8 or node[op, MATE] == len(node) - 1 or apart(node, goal, node[op, MATE])
    )
