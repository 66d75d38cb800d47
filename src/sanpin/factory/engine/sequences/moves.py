"""Critical paths, and what moving an operation inside a critical block would give."""

from __future__ import annotations

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
from sanpin.factory.engine.sequences.graph import reach

__all__ = [
    "apart",
    "critical_path",
    "estimate",
    "may_pass",
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
def estimate(node: Rows, more: Links, op: int, goal: int, side: int, room: Ints) -> int:
    """Estimate the longest path through the stretch when `op` goes past `goal`.

    Exact for neighbours; else a bound that is nearly always met (Balas and Vazacopoulos 1998).

    Parameters
    ----------
    side : 1 to go right, after `goal`; 0 to go left, before it
    room : for the paths of the stretch
    """
    near, back, ahead = END + 1 - side, LEFT + 1 - side, LEFT + side
    path, other, count = node[node[op, back], near], op, 0
    while other != goal:
        other = node[other, ahead]
        path = max(path, reach(node, more, other, 1 - side)) + node[other, LENGTH]
        room[count] = path
        count += 1
    path = max(path, reach(node, more, op, 1 - side))
    rest = max(reach(node, more, op, side), node[node[goal, ahead], END + side]) + node[op, LENGTH]
    longest = path + rest
    while other != op:
        count -= 1
        rest = max(reach(node, more, other, side), rest)
        longest = max(longest, room[count] + rest)
        rest += node[other, LENGTH]
        other = node[other, back]
    return int(longest)


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


@kernel
def may_pass(node: Rows, jobs: Links, op: int, goal: int, side: int) -> bool:
    """Tell whether `op` may surely go past `goal`; enough, not necessary.

    Going right (side 1) no successor of `op` may lead to `goal`; going left no way may lead from
    `goal` to a predecessor.
    """
    nothing = len(node) - 1
    start = jobs.after_start if side else jobs.before_start
    links = jobs.after if side else jobs.before
    for at in range(start[op], start[op + 1]):
        other = links[at, 0]
        if other != nothing and not apart(node, other if side else goal, goal if side else other):
            return False
    if node.shape[1] == 8 or node[op, MATE + side] == nothing:
        return True
    other = node[op, MATE + side]
    return bool(apart(node, other if side else goal, goal if side else other))
