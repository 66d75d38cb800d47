"""The disjunctive graph: longest paths kept up while operations move in their sequences.

After a move only the stretch of the topological order between the moved ends is ordered anew
(after Pearce and Kelly 2006), ends are renewed to the right of it and tails to the left, and both
stop where nothing changes any more.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.sequences.arrays import (
    AFTER,
    BEFORE,
    END,
    LEFT,
    LENGTH,
    MATE,
    NEXT,
    PLACE,
    RIGHT,
    TAIL,
    Ints,
    Links,
    Rows,
    Shop,
    State,
)
from sanpin.factory.engine.sequences.timed import note_horizon, renew_ends, renew_tails

__all__ = [
    "job_end",
    "job_tail",
    "link",
    "makespan",
    "measure",
    "push_ends",
    "push_tails",
    "put_back",
    "put_in",
    "reinsert",
    "take_out",
    "take_out_all",
    "touch",
    "unlink",
]


def _reach(side: int) -> Callable[[Rows, Links, int], int]:
    """Return the kernel of one side, which is a fifth faster than one that is told its side."""
    job, worker, value = BEFORE + side, MATE + side, END + side

    @kernel
    def reach(node: Rows, more: Links, op: int) -> int:
        """Return the longest path to an operation, from its side, that leaves out its machine."""
        longest = node[node[op, job], value]
        if len(more.before_start):
            start = more.after_start if side else more.before_start
            links = more.after if side else more.before
            for at in range(start[op], start[op + 1]):
                longest = max(longest, node[links[at, 0], value] + links[at, 1])
        if node.shape[1] > 8:
            longest = max(longest, node[node[op, worker], value])
        return int(longest)

    return reach


job_end, job_tail = _reach(0), _reach(1)
"""When an operation could start but for its machine; the longest path after it, likewise."""


@kernel
def _push_ends_by_blocks(shop: Shop, state: State, low: int) -> int:
    """Renew ends in those blocks of eight places that something changed leads to."""
    node, order, flags, seen, block = state.node, state.order, state.flags, 0, low >> 3
    while block <= (shop.size - 1) >> 3:
        if flags[block]:
            seen += 8
            for place in range(block << 3, min(shop.size, (block << 3) + 8)):
                op = np.uint32(order[place])
                right, after = np.uint32(node[op, RIGHT]), np.uint32(node[op, AFTER])
                start = max(
                    node[np.uint32(node[op, BEFORE]), END], node[np.uint32(node[op, LEFT]), END]
                )
                changed = np.uint8(start + node[op, LENGTH] != node[op, END])
                node[op, END] = start + node[op, LENGTH]
                flags[node[right, PLACE] >> 3] |= changed
                flags[node[after, PLACE] >> 3] |= changed
            flags[block] = 0
        block += 1
    flags[len(flags) - 1] = flags[shop.size >> 3] = 0
    return seen >> 1


@kernel
def push_ends(shop: Shop, state: State, low: int) -> int:
    """Renew the ends from place `low` on; return the work, in operations looked at.

    Going through everything without a question is faster than following what changes, until
    shops are so large that most of it does not change.
    """
    node, order = state.node, state.order
    if shop.timed:
        return (renew_ends(shop, state, low, 0) << 2) + (shop.size >> 5)
    if len(shop.more.before_start):
        for place in range(low, shop.size):
            op = order[place]
            start = max(job_end(node, shop.more, op), node[node[op, LEFT], END])
            node[op, END] = start + node[op, LENGTH]
        return (shop.size - low) >> 1
    if shop.workers:
        for place in range(low, shop.size):
            op = np.uint32(order[place])
            left, mate = np.uint32(node[op, LEFT]), np.uint32(node[op, MATE])
            start = max(node[left, END], node[mate, END], node[np.uint32(node[op, BEFORE]), END])
            node[op, END] = start + node[op, LENGTH]
        return (shop.size - low) >> 2
    if shop.large:
        return _push_ends_by_blocks(shop, state, low)
    for place in range(low, shop.size):
        # Unsigned indices spare the question whether they count from the end.
        op = np.uint32(order[place])
        start = max(node[np.uint32(node[op, BEFORE]), END], node[np.uint32(node[op, LEFT]), END])
        node[op, END] = start + node[op, LENGTH]
    return (shop.size - low) >> 3


@kernel
def _push_tails_by_blocks(shop: Shop, state: State, high: int) -> int:
    """Renew tails in those blocks of eight places that something changed leads to."""
    node, order, flags, seen, block = state.node, state.order, state.flags, 0, high >> 3
    while block >= 0:
        if flags[block]:
            seen += 8
            for place in range(min(shop.size, (block << 3) + 8) - 1, (block << 3) - 1, -1):
                op = np.uint32(order[place])
                left, before = np.uint32(node[op, LEFT]), np.uint32(node[op, BEFORE])
                rest = max(
                    node[np.uint32(node[op, AFTER]), TAIL], node[np.uint32(node[op, RIGHT]), TAIL]
                )
                changed = np.uint8(rest + node[op, LENGTH] != node[op, TAIL])
                node[op, TAIL] = rest + node[op, LENGTH]
                flags[node[left, PLACE] >> 3] |= changed
                flags[node[before, PLACE] >> 3] |= changed
            flags[block] = 0
        block -= 1
    flags[len(flags) - 1] = flags[shop.size >> 3] = 0
    return seen >> 1


@kernel
def push_tails(shop: Shop, state: State, high: int) -> int:
    """Renew the tails from place `high` down; return the work, in operations looked at."""
    node, order = state.node, state.order
    if shop.timed:
        return (renew_tails(shop, state, high, 0) << 2) + (shop.size >> 5)
    if len(shop.more.before_start):
        for place in range(high, -1, -1):
            op = order[place]
            rest = max(job_tail(node, shop.more, op), node[node[op, RIGHT], TAIL])
            node[op, TAIL] = rest + node[op, LENGTH]
        return (high + 1) >> 1
    if shop.workers:
        for place in range(high, -1, -1):
            op = np.uint32(order[place])
            right, later = np.uint32(node[op, RIGHT]), np.uint32(node[op, NEXT])
            rest = max(node[right, TAIL], node[later, TAIL], node[np.uint32(node[op, AFTER]), TAIL])
            node[op, TAIL] = rest + node[op, LENGTH]
        return (high + 1) >> 2
    if shop.large:
        return _push_tails_by_blocks(shop, state, high)
    for place in range(high, -1, -1):
        op = np.uint32(order[place])
        rest = max(node[np.uint32(node[op, AFTER]), TAIL], node[np.uint32(node[op, RIGHT]), TAIL])
        node[op, TAIL] = rest + node[op, LENGTH]
    return (high + 1) >> 3


@kernel
def unlink(shop: Shop, state: State, op: int) -> None:
    """Take an operation out of the sequences of its machine and worker."""
    node, size, mode = state.node, shop.size, state.mode[op]
    machine = shop.mode_machine[mode]
    left, right = node[op, LEFT], node[op, RIGHT]
    if left == size:
        state.first[machine] = right
    else:
        node[left, RIGHT] = right
    if right == size:
        state.last[machine] = left
    else:
        node[right, LEFT] = left
    node[op, LEFT] = node[op, RIGHT] = size
    if shop.mode_worker[mode] >= 0:
        worker = shop.machines + shop.mode_worker[mode]
        left, right = node[op, MATE], node[op, NEXT]
        if left == size:
            state.first[worker] = right
        else:
            node[left, NEXT] = right
        if right == size:
            state.last[worker] = left
        else:
            node[right, MATE] = left
        node[op, MATE] = node[op, NEXT] = size


@kernel
def link(shop: Shop, state: State, op: int, mode: int, left: int, mate: int) -> None:
    """Put an operation after `left` on the machine of a mode and after `mate` of its worker."""
    node, size, machine = state.node, shop.size, shop.mode_machine[mode]
    state.mode[op] = mode
    node[op, LENGTH] = shop.mode_length[mode]
    right = state.first[machine] if left == size else node[left, RIGHT]
    node[op, LEFT], node[op, RIGHT] = left, right
    if left == size:
        state.first[machine] = op
    else:
        node[left, RIGHT] = op
    if right == size:
        state.last[machine] = op
    else:
        node[right, LEFT] = op
    if shop.mode_worker[mode] >= 0:
        worker = shop.machines + shop.mode_worker[mode]
        right = state.first[worker] if mate == size else node[mate, NEXT]
        node[op, MATE], node[op, NEXT] = mate, right
        if mate == size:
            state.first[worker] = op
        else:
            node[mate, NEXT] = op
        if right == size:
            state.last[worker] = op
        else:
            node[right, MATE] = op


@kernel
def _put(node: Rows, order: Ints, op: int, place: int) -> None:
    """Give an operation a place in the topological order."""
    order[place] = op
    node[op, PLACE] = place


@kernel
def _follows(shop: Shop, state: State, op: int) -> int:
    """Return 1 when a marked operation is before this one by the job or the worker."""
    if shop.workers and state.mark[state.node[op, MATE]]:
        return 1
    for at in range(shop.jobs.before_start[op], shop.jobs.before_start[op + 1]):
        if state.mark[shop.jobs.before[at, 0]]:
            return 1
    return 0


@kernel
def _split(shop: Shop, state: State, op: int, low: int, high: int) -> bool:
    """Order a stretch anew: first what does not follow from `op`, then `op`, then what does."""
    node, order, mark, kept = state.node, state.order, state.mark, state.scratch
    mark[op] = 1
    count = 0
    for place in range(low, high + 1):
        other = order[place]
        if other != op:
            if mark[node[other, BEFORE]] or mark[node[other, LEFT]]:
                mark[other] = 1
            elif len(shop.more.before_start) or shop.workers:
                mark[other] = _follows(shop, state, other)
            if mark[other]:
                kept[count] = other
                count += 1
    cycle = mark[node[op, LEFT]] + mark[node[op, BEFORE]] > 0
    if len(shop.more.before_start) or shop.workers:
        cycle = cycle or _follows(shop, state, op) > 0
    mark[op] = 0
    if not cycle:
        into = low
        for place in range(low, high + 1):
            other = order[place]
            if other != op and not mark[other]:
                _put(node, order, other, into)
                into += 1
        _put(node, order, op, into)
        for at in range(count):
            _put(node, order, kept[at], into + 1 + at)
    for at in range(count):
        mark[kept[at]] = 0
    return not cycle


@kernel
def _reorder(shop: Shop, state: State, op: int) -> bool:
    """Repair the topological order after `op` was moved; return False for a cycle."""
    node, order, size = state.node, state.order, shop.size
    old = node[op, PLACE]
    high, low = -1, size
    for at in range(shop.jobs.before_start[op], shop.jobs.before_start[op + 1]):
        if shop.jobs.before[at, 0] != size:
            high = max(high, node[shop.jobs.before[at, 0], PLACE])
    for at in range(shop.jobs.after_start[op], shop.jobs.after_start[op + 1]):
        low = min(low, node[shop.jobs.after[at, 0], PLACE])
    low = min(low, node[node[op, RIGHT], PLACE])
    if node[op, LEFT] != size:
        high = max(high, node[node[op, LEFT], PLACE])
    if shop.workers:
        low = min(low, node[node[op, NEXT], PLACE])
        if node[op, MATE] != size:
            high = max(high, node[node[op, MATE], PLACE])
    if high < low:
        while old > low:
            _put(node, order, order[old - 1], old)
            old -= 1
        while old < high:
            _put(node, order, order[old + 1], old)
            old += 1
        _put(node, order, op, old)
        return True
    return _split(shop, state, op, min(low, old), max(high, old))


@kernel
def touch(state: State, op: int, nothing: int) -> int:
    """Flag the block of an operation's place and return it; `nothing` when there is none."""
    if op == len(state.node) - 1:
        return nothing
    place = state.node[op, PLACE]
    # Timed shops look at every place alone.
    state.flags[place if state.node.shape[1] > NEXT + 1 else place >> 3] = 1
    return int(place)


@kernel
def reinsert(shop: Shop, state: State, op: int, mode: int, left: int, mate: int) -> int:
    """Move an operation to another place in its sequences, or to another mode.

    Parameters
    ----------
    left : operation after which it goes on the machine, `size` for the front
    mate : the same in the worker's sequence

    Returns
    -------
    How many operations were looked at; 0 when the move would close a cycle and was not made.
    """
    node, size = state.node, shop.size
    old_mode, old_left, old_right = state.mode[op], node[op, LEFT], node[op, RIGHT]
    old_mate, old_next = size, size
    if shop.workers:
        old_mate, old_next = node[op, MATE], node[op, NEXT]
    unlink(shop, state, op)
    link(shop, state, op, mode, left, mate)
    if not _reorder(shop, state, op):
        unlink(shop, state, op)
        link(shop, state, op, old_mode, old_left, old_mate)
        return 0
    low = min(
        touch(state, op, size),
        touch(state, old_right, size),
        touch(state, node[op, RIGHT], size),
    )
    if shop.workers:
        low = min(low, touch(state, old_next, size), touch(state, node[op, NEXT], size))
    seen = push_ends(shop, state, low)
    high = max(touch(state, op, -1), touch(state, old_left, -1), touch(state, left, -1))
    if shop.workers:
        high = max(high, touch(state, old_mate, -1), touch(state, mate, -1))
    return seen + push_tails(shop, state, high) + 1


@kernel
def _renew(shop: Shop, state: State, op: int, left: int, mate: int, right: int, later: int) -> int:
    """Renew ends from an operation and what followed it, and tails from what came before."""
    size = shop.size
    low = min(touch(state, op, size), touch(state, right, size), touch(state, later, size))
    seen = push_ends(shop, state, low)
    high = max(touch(state, op, -1), touch(state, left, -1), touch(state, mate, -1))
    return seen + push_tails(shop, state, high)


@kernel
def take_out(shop: Shop, state: State, op: int) -> int:
    """Take an operation out of its sequences; it stays in its job with no duration."""
    node, size = state.node, shop.size
    left, right, mate, later = node[op, LEFT], node[op, RIGHT], size, size
    if shop.workers:
        mate, later = node[op, MATE], node[op, NEXT]
    unlink(shop, state, op)
    node[op, LENGTH] = 0
    return int(_renew(shop, state, op, left, mate, right, later))


@kernel
def take_out_all(shop: Shop, state: State, ops: Ints, count: int) -> int:
    """Take the first `count` of some operations out of their sequences, as one after the other."""
    node, size = state.node, shop.size
    low, high = size, -1
    for at in range(count):
        op = ops[at]
        left, right, mate, later = node[op, LEFT], node[op, RIGHT], size, size
        if shop.workers:
            mate, later = node[op, MATE], node[op, NEXT]
        unlink(shop, state, op)
        node[op, LENGTH] = 0
        low = min(low, touch(state, op, size), touch(state, right, size), touch(state, later, size))
        high = max(high, touch(state, op, -1), touch(state, left, -1), touch(state, mate, -1))
    seen = push_ends(shop, state, low)
    return int(seen + push_tails(shop, state, high))


@kernel
def put_back(shop: Shop, state: State, op: int, mode: int, left: int, mate: int) -> int:
    """Put an operation that was taken out where it was."""
    link(shop, state, op, mode, left, mate)
    node, later = state.node, shop.size
    if shop.workers:
        later = node[op, NEXT]
    return int(_renew(shop, state, op, left, mate, node[op, RIGHT], later))


@kernel
def put_in(shop: Shop, state: State, op: int, mode: int, left: int, mate: int) -> int:
    """Put an operation that was taken out anywhere.

    Returns
    -------
    How many operations were looked at; 0 when it stays out because it would close a cycle.
    """
    link(shop, state, op, mode, left, mate)
    if not _reorder(shop, state, op):
        unlink(shop, state, op)
        state.node[op, LENGTH] = 0
        return 0
    node, later = state.node, shop.size
    if shop.workers:
        later = node[op, NEXT]
    return int(_renew(shop, state, op, left, mate, node[op, RIGHT], later)) + 1


@kernel
def makespan(shop: Shop, state: State) -> int:
    """Return the latest end: the last operation of some machine has it."""
    longest = 0
    for machine in range(shop.machines):
        longest = max(longest, state.node[state.last[machine], END])
    return longest


@kernel
def measure(shop: Shop, state: State) -> int:
    """Measure all ends and tails along the topological order; return the makespan."""
    node = state.node
    if shop.timed:
        for place in range(shop.size):
            state.flags[place] = 1
        renew_ends(shop, state, 0, 0)
        note_horizon(shop, state, makespan(shop, state))
        return makespan(shop, state)
    for place in range(shop.size):
        op = state.order[place]
        start = max(job_end(node, shop.more, op), node[node[op, LEFT], END])
        node[op, END] = start + node[op, LENGTH]
    for place in range(shop.size - 1, -1, -1):
        op = state.order[place]
        rest = job_tail(node, shop.more, op)
        node[op, TAIL] = max(rest, node[node[op, RIGHT], TAIL]) + node[op, LENGTH]
    return makespan(shop, state)
