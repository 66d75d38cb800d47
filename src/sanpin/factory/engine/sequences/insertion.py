"""Moving an operation to another mode: machine, worker, and places in both sequences.

The operation is taken out, so that ends and tails of all others are those without it; then the
longest path through it is exact for every place (Mastrolilli and Gambardella 2000).
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.sequences.arrays import (
    END,
    LEFT,
    MATE,
    NEXT,
    RIGHT,
    TAIL,
    Rows,
    Shop,
    State,
)
from sanpin.factory.engine.sequences.chance import draw
from sanpin.factory.engine.sequences.graph import job_end, job_tail, makespan, put_back, take_out
from sanpin.factory.engine.sequences.hunting import (
    BEST,
    FLOOR,
    MOVES,
    TIES,
    VALUE,
    WORK,
    Hunt,
    offer,
    slot,
)
from sanpin.factory.engine.sequences.moves import apart, may_go_left, may_go_right

__all__ = ["is_worse", "offer_everywhere", "offer_insertions", "rated", "row_of"]

SAMPLE = 4
"""Critical operations taken out per step."""


@kernel
def _fits(shop: Shop, node: Rows, op: int, before: int, after: int, mate: int, later: int) -> bool:
    """Tell whether places on machine and worker surely close no cycle together."""
    size = shop.size
    if mate != size:
        if not may_go_right(node, shop.jobs, op, mate):
            return False
        if after != size and not apart(node, after, mate):
            return False
    if later != size:
        if not may_go_left(node, shop.jobs, op, later):
            return False
        if before != size and not apart(node, later, before):
            return False
    return True


@kernel
def rated(hunt: Hunt, path: int) -> int:
    """Return what a move is compared by: its makespan, of equal ones the path through it.

    While an operation is taken out the makespan of the others is the least there can be.
    """
    return int((max(path, hunt.tally[FLOOR]) << 31) + path)


@kernel
def is_worse(hunt: Hunt, value: int) -> bool:
    """Tell whether a move that is rated so or worse cannot be the one that is made."""
    return bool(hunt.chosen[0, TIES] > 0 and value > hunt.chosen[0, VALUE])


@kernel
def is_longer(hunt: Hunt, path: int) -> bool:
    """Tell whether a move with at least this path through it cannot be the one that is made."""
    return is_worse(hunt, rated(hunt, path))


@kernel
def row_of(hunt: Hunt, op: int, mode: int, value: int, size: int) -> int:
    """Return where a move is offered: 0 when it is allowed, or better than everything so far."""
    # Looked up last: the table is so large that every look waits for memory.
    allowed = value < hunt.tally[BEST] or (
        hunt.forbidden[slot(op, size + 1 + mode)] <= hunt.tally[MOVES]
    )
    return 0 if allowed else 1


@kernel
def _offer_one(
    hunt: Hunt, op: int, mode: int, path: int, size: int, before: int, mate: int
) -> None:
    """Offer a move with a longest path through the operation."""
    row = row_of(hunt, op, mode, max(path, hunt.tally[FLOOR]), size)
    offer(hunt.chosen, hunt.random, rated(hunt, path), row, op, mode, size, before, mate, 2)


@kernel
def offer_mates(
    shop: Shop, state: State, hunt: Hunt, op: int, mode: int, before: int, after: int,
    start: int, rest: int, old_mate: int, mate: int,
) -> None:  # fmt: skip
    """Offer the places in the worker's sequence, from after `mate` on, for one on the machine."""
    node, size, count = state.node, shop.size, hunt.tally
    length = shop.mode_length[mode]
    while True:
        begin = max(start, node[mate, END])
        if is_longer(hunt, begin + length + rest):
            return
        later = state.first[shop.machines + shop.mode_worker[mode]]
        if mate != size:
            later = node[mate, NEXT]
        value = begin + length + max(rest, node[later, TAIL])
        if (
            mate != old_mate
            and not is_longer(hunt, value)
            and _fits(shop, node, op, before, after, mate, later)
        ):
            _offer_one(hunt, op, mode, value, size, before, mate)
        if later == size or node[later, TAIL] <= rest:
            return
        count[WORK] += 1
        mate = later


@kernel
def offer_place(
    shop: Shop, state: State, hunt: Hunt, op: int, mode: int, before: int, after: int,
    start: int, rest: int, old_mate: int, mate: int,
) -> int:  # fmt: skip
    """Offer one place on the machine, with the sensible places in the worker's sequence.

    Parameters
    ----------
    start, rest : longest paths to and from the operation that leave out the machine and worker
    old_mate : after whom the operation was if this is its place on the machine, else -1
    mate : somebody of the worker's sequence after whom it is surely not too early, or nobody

    Returns
    -------
    The last such, for the next place.
    """
    node, size, count = state.node, shop.size, hunt.tally
    length = shop.mode_length[mode]
    start, rest = max(start, node[before, END]), max(rest, node[after, TAIL])
    if is_longer(hunt, start + length + rest):
        return mate
    if before != size and not may_go_right(node, shop.jobs, op, before):
        return mate
    if after != size and not may_go_left(node, shop.jobs, op, after):
        return mate
    if not shop.workers or shop.mode_worker[mode] < 0:
        value = start + length + rest
        _offer_one(hunt, op, mode, value, size, before, size)
        return mate
    later = state.first[shop.machines + shop.mode_worker[mode]]
    if mate != size:
        later = node[mate, NEXT]
    # Places before one that ends in time anyway are never better.
    while later != size and node[later, END] <= start:
        count[WORK] += 1
        mate, later = later, node[later, NEXT]
    offer_mates(shop, state, hunt, op, mode, before, after, start, rest, old_mate, mate)
    return mate


@kernel
def offer_everywhere(
    shop: Shop, state: State, hunt: Hunt, op: int, mode: int, left: int, mate: int
) -> None:
    """Offer every mode of an operation that is taken out, with the sensible places for it.

    Parameters
    ----------
    mode, left, mate : its place before, which is not offered; -1 when any place will do
    """
    node, size, count = state.node, shop.size, hunt.tally
    count[FLOOR] = makespan(shop, state)
    start = job_end(node, shop.more, op)
    rest = job_tail(node, shop.more, op)
    for other in range(shop.mode_start[op], shop.mode_start[op + 1]):
        if other == mode and not shop.workers:
            continue
        length = shop.mode_length[other]
        if shop.workers and is_longer(hunt, start + length + rest):
            break
        machine = shop.mode_machine[other]
        before, after, beside = size, state.first[machine], size
        while True:
            # Places before an operation that ends in time anyway are never better.
            if after == size or node[after, END] > start:
                if is_longer(hunt, max(start, node[before, END]) + length + rest):
                    break
                old_mate = mate if other == mode and before == left else -1
                beside = offer_place(
                    shop, state, hunt, op, other, before, after, start, rest, old_mate, beside
                )
                # Places after one whose tail is short are never better either.
                if after == size or node[after, TAIL] <= rest:
                    break
            count[WORK] += 1
            before = after
            after = node[after, RIGHT]
    count[FLOOR] = 0


@kernel
def offer_places(shop: Shop, state: State, hunt: Hunt, op: int) -> None:
    """Offer every mode of one operation, with the sensible places in its sequences."""
    mode, left = state.mode[op], state.node[op, LEFT]
    mate = state.node[op, MATE] if shop.workers else shop.size
    hunt.tally[WORK] += take_out(shop, state, op)
    offer_everywhere(shop, state, hunt, op, mode, left, mate)
    hunt.tally[WORK] += put_back(shop, state, op, mode, left, mate)


@kernel
def offer_insertions(shop: Shop, state: State, hunt: Hunt, length: int) -> None:
    """Offer other modes and places for a few operations of the critical path."""
    for _ in range(SAMPLE):
        op = hunt.path[draw(hunt.random, length)]
        if shop.mode_start[op + 1] - shop.mode_start[op] > 1 or shop.workers:
            offer_places(shop, state, hunt, op)
