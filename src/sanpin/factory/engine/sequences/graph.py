"""The disjunctive graph: longest paths kept up while operations move in their sequences.

After a move only the stretch of the topological order between the moved ends is ordered anew
(after Pearce and Kelly 2006), ends are renewed to the right of it and tails to the left, and both
stop where nothing changes any more.
"""

from __future__ import annotations

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
    Shop,
    State,
)
from sanpin.factory.engine.sequences.compiled import kernel

__all__ = [
    "link",
    "makespan",
    "measure",
    "push_ends",
    "push_tails",
    "put_back",
    "reinsert",
    "take_out",
    "unlink",
]


@kernel
def job_end(node: Ints, more: Links, op: int) -> int:
    """Return when an operation could start but for its machine."""
    start = node[node[op, BEFORE], END]
    if len(more.before_start):
        for at in range(more.before_start[op], more.before_start[op + 1]):
            start = max(start, node[more.before[at, 0], END] + more.before[at, 1])
    if node.shape[1] > 8:
        start = max(start, node[node[op, MATE], END])
    return start


@kernel
def job_tail(node: Ints, more: Links, op: int) -> int:
    """Return the longest path from the end of an operation but for its machine."""
    rest = node[node[op, AFTER], TAIL]
    if len(more.after_start):
        for at in range(more.after_start[op], more.after_start[op + 1]):
            rest = max(rest, node[more.after[at, 0], TAIL] + more.after[at, 1])
    if node.shape[1] > 8:
        rest = max(rest, node[node[op, NEXT], TAIL])
    return rest


@kernel
def push_ends(shop: Shop, state: State, low: int, waiting: int) -> int:
    """Renew the ends of flagged operations from place `low` on; return how many were looked at."""
    node, order, flags, words = state.node, state.order, state.flags, state.words
    size, more, seen, word = shop.size, shop.more, 0, low >> 3
    while waiting > 0:
        if words[word] == 0:
            word += 1
            continue
        for place in range(word << 3, (word << 3) + 8):
            if flags[place] == 0:
                continue
            flags[place] = 0
            waiting -= 1
            seen += 1
            op = order[place]
            start = max(job_end(node, more, op), node[node[op, LEFT], END])
            if start + node[op, LENGTH] == node[op, END]:
                continue
            node[op, END] = start + node[op, LENGTH]
            if node[op, RIGHT] != size:
                waiting += _flag(node, flags, node[op, RIGHT])
            if node[op, AFTER] != size:
                waiting += _flag(node, flags, node[op, AFTER])
            if len(more.after_start):
                for at in range(more.after_start[op] + 1, more.after_start[op + 1]):
                    waiting += _flag(node, flags, more.after[at, 0])
            if node.shape[1] > 8 and node[op, NEXT] != size:
                waiting += _flag(node, flags, node[op, NEXT])
        word += 1
    return seen


@kernel
def push_tails(shop: Shop, state: State, high: int, waiting: int) -> int:
    """Renew the tails of flagged operations from place `high` down; return how many were seen."""
    node, order, flags, words = state.node, state.order, state.flags, state.words
    size, more, seen, word = shop.size, shop.more, 0, high >> 3
    while waiting > 0:
        if words[word] == 0:
            word -= 1
            continue
        for place in range((word << 3) + 7, (word << 3) - 1, -1):
            if flags[place] == 0:
                continue
            flags[place] = 0
            waiting -= 1
            seen += 1
            op = order[place]
            rest = max(job_tail(node, more, op), node[node[op, RIGHT], TAIL])
            if rest + node[op, LENGTH] == node[op, TAIL]:
                continue
            node[op, TAIL] = rest + node[op, LENGTH]
            if node[op, LEFT] != size:
                waiting += _flag(node, flags, node[op, LEFT])
            if len(more.before_start):
                for at in range(more.before_start[op], more.before_start[op + 1]):
                    if more.before[at, 0] != size:
                        waiting += _flag(node, flags, more.before[at, 0])
            elif node[op, BEFORE] != size:
                waiting += _flag(node, flags, node[op, BEFORE])
            if node.shape[1] > 8 and node[op, MATE] != size:
                waiting += _flag(node, flags, node[op, MATE])
        word -= 1
    return seen


@kernel
def _flag(node, flags, op):  # type: ignore[no-untyped-def]
    """Flag the place of an operation; return 1 when it was not flagged."""
    place = node[op, PLACE]
    if flags[place]:
        return 0
    flags[place] = 1
    return 1


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
    flags, low, high = state.flags, node[op, PLACE], node[op, PLACE]
    waiting = _flag(node, flags, op)
    next_mate = node[op, NEXT] if shop.workers else size
    for at in range(4):
        other = old_right if at == 0 else node[op, RIGHT]
        if at > 1:
            other = old_next if at == 2 else next_mate
        if other != size:
            waiting += _flag(node, flags, other)
            low = min(low, node[other, PLACE])
    seen = push_ends(shop, state, low, waiting)
    waiting = _flag(node, flags, op)
    for at in range(4):
        other = old_left if at == 0 else left
        if at > 1:
            other = old_mate if at == 2 else mate
        if other != size:
            waiting += _flag(node, flags, other)
            high = max(high, node[other, PLACE])
    return seen + push_tails(shop, state, high, waiting)


@kernel
def take_out(shop: Shop, state: State, op: int) -> int:
    """Take an operation out of its sequences; it stays in its job with no duration."""
    node, size = state.node, shop.size
    left, right, mate, later = node[op, LEFT], node[op, RIGHT], size, size
    if shop.workers:
        mate, later = node[op, MATE], node[op, NEXT]
    unlink(shop, state, op)
    node[op, LENGTH] = 0
    return _renew(shop, state, op, left, mate, right, later)


@kernel
def put_back(shop: Shop, state: State, op: int, mode: int, left: int, mate: int) -> int:
    """Put an operation that was taken out where it was."""
    link(shop, state, op, mode, left, mate)
    node, later = state.node, shop.size
    if shop.workers:
        later = node[op, NEXT]
    return _renew(shop, state, op, left, mate, node[op, RIGHT], later)


@kernel
def _renew(shop, state, op, left, mate, right, later):  # type: ignore[no-untyped-def]
    """Renew ends from an operation and what followed it, and tails from what came before."""
    node, flags, size = state.node, state.flags, shop.size
    low = min(node[op, PLACE], node[right, PLACE], node[later, PLACE])
    waiting = _flag(node, flags, op)
    waiting += _flag(node, flags, right) if right != size else 0
    waiting += _flag(node, flags, later) if later != size else 0
    seen = push_ends(shop, state, low, waiting)
    high = node[op, PLACE]
    waiting = _flag(node, flags, op)
    if left != size:
        waiting += _flag(node, flags, left)
        high = max(high, node[left, PLACE])
    if mate != size:
        waiting += _flag(node, flags, mate)
        high = max(high, node[mate, PLACE])
    return seen + push_tails(shop, state, high, waiting)


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
def _put(node, order, op, place):  # type: ignore[no-untyped-def]
    """Give an operation a place in the topological order."""
    order[place] = op
    node[op, PLACE] = place


@kernel
def _split(shop: Shop, state: State, op: int, low: int, high: int) -> bool:
    """Order a stretch anew: first what does not follow from `op`, then `op`, then what does."""
    node, order, mark, kept = state.node, state.order, state.mark, state.scratch
    mark[op] = 1
    count, cycle = 0, False
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
    cycle = mark[node[op, LEFT]] or mark[node[op, BEFORE]]
    if len(shop.more.before_start) or shop.workers:
        cycle = cycle or _follows(shop, state, op)
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
def _follows(shop: Shop, state: State, op: int) -> int:
    """Return 1 when a marked operation is before this one by the job or the worker."""
    if shop.workers and state.mark[state.node[op, MATE]]:
        return 1
    for at in range(shop.jobs.before_start[op], shop.jobs.before_start[op + 1]):
        if state.mark[shop.jobs.before[at, 0]]:
            return 1
    return 0


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
    for place in range(shop.size):
        op = state.order[place]
        start = max(job_end(node, shop.more, op), node[node[op, LEFT], END])
        node[op, END] = start + node[op, LENGTH]
    for place in range(shop.size - 1, -1, -1):
        op = state.order[place]
        rest = job_tail(node, shop.more, op)
        node[op, TAIL] = max(rest, node[node[op, RIGHT], TAIL]) + node[op, LENGTH]
    return makespan(shop, state)
