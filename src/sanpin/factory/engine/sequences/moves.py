"""Critical paths, and what moving an operation inside a critical block would give."""

from __future__ import annotations

from collections.abc import Callable

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.sequences.arrays import (
    END,
    LEFT,
    LENGTH,
    MATE,
    PLACE,
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


def _estimate(side: int) -> Callable[[Rows, Links, int, int, Ints], int]:
    """Return the kernel of one side."""
    near, back, ahead, far = END + 1 - side, LEFT + 1 - side, LEFT + side, END + side

    @kernel
    def estimate(node: Rows, more: Links, op: int, goal: int, room: Ints) -> int:
        """Estimate the longest path through the stretch when `op` goes past `goal`.

        Exact for neighbours; else a bound that is nearly always met (Balas and Vazacopoulos
        1998). `room` is for the paths of the stretch.
        """
        path, other, count = node[node[op, back], near], op, 0
        while other != goal:
            other = node[other, ahead]
            free = job_end(node, more, other) if side else job_tail(node, more, other)
            path = max(path, free) + node[other, LENGTH]
            room[count] = path
            count += 1
        before, after = job_end(node, more, op), job_tail(node, more, op)
        path = max(path, before if side else after)
        rest = max(after if side else before, node[node[goal, ahead], far]) + node[op, LENGTH]
        longest = path + rest
        while other != op:
            count -= 1
            free = job_tail(node, more, other) if side else job_end(node, more, other)
            rest = max(free, rest)
            longest = max(longest, room[count] + rest)
            rest += node[other, LENGTH]
            other = node[other, back]
        return int(longest)

    return estimate


estimate_left, estimate_right = _estimate(0), _estimate(1)


@kernel
def apart(node: Rows, first: int, second: int) -> bool:
    """Tell whether surely no path leads from `first` to `second`, by any of three signs."""
    return bool(
        first != second
        and (
            node[first, END] > node[second, END] - node[second, LENGTH]
            or node[second, TAIL] > node[first, TAIL] - node[first, LENGTH]
            or node[first, PLACE] > node[second, PLACE]
        )
    )


def _may_go(side: int) -> Callable[[Rows, Links, int, int], bool]:
    """Return the kernel of one side."""
    worker = MATE + side

    @kernel
    def may_go(node: Rows, jobs: Links, op: int, goal: int) -> bool:
        """Tell whether `op` may surely go past `goal`; enough, not necessary.

        Going right no successor of `op` may lead to `goal`; going left no way may lead from
        `goal` to a predecessor.
        """
        nothing = len(node) - 1
        start = jobs.after_start if side else jobs.before_start
        links = jobs.after if side else jobs.before
        for at in range(start[op], start[op + 1]):
            other = links[at, 0]
            free = apart(node, other, goal) if side else apart(node, goal, other)
            if other != nothing and not free:
                return False
        if node.shape[1] == 8 or node[op, worker] == nothing:
            return True
        other = node[op, worker]
        return apart(node, other, goal) if side else apart(node, goal, other)

    return may_go


may_go_left, may_go_right = _may_go(0), _may_go(1)
