"""Moving an operation to another machine in shops whose modes name no workers.

The operation is taken out, so that ends and tails of all others are those without it; then the
longest path through it is exact for every place (Mastrolilli and Gambardella 2000).
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.sequences.arrays import (
    END,
    LEFT,
    RIGHT,
    TAIL,
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
from sanpin.factory.engine.sequences.moves import may_go_left, may_go_right

__all__ = ["is_longer", "is_worse", "offer_insertions", "offer_places", "rated", "row_of"]

SAMPLE = 4
"""Critical operations taken out per step."""


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
def _offer_place(
    shop: Shop, state: State, hunt: Hunt, op: int, mode: int, before: int, after: int,
    start: int, rest: int,
) -> None:  # fmt: skip
    """Offer one place on the machine of a mode.

    Parameters
    ----------
    start, rest : longest paths to and from the operation that leave out its machine
    """
    node, size = state.node, shop.size
    path = max(start, node[before, END]) + shop.mode_length[mode] + max(rest, node[after, TAIL])
    if is_longer(hunt, path):
        return
    if before != size and not may_go_right(node, shop.jobs, op, before):
        return
    if after != size and not may_go_left(node, shop.jobs, op, after):
        return
    row = row_of(hunt, op, mode, max(path, hunt.tally[FLOOR]), size)
    offer(hunt.chosen, hunt.random, rated(hunt, path), row, op, mode, size, before, size, 2)


@kernel
def _offer_everywhere(shop: Shop, state: State, hunt: Hunt, op: int, old: int) -> None:
    """Offer every mode but the old one of an operation that is taken out."""
    node, size, count = state.node, shop.size, hunt.tally
    count[FLOOR] = makespan(shop, state)
    start, rest = job_end(node, shop.more, op), job_tail(node, shop.more, op)
    for mode in range(shop.mode_start[op], shop.mode_start[op + 1]):
        if mode == old:
            continue
        length = shop.mode_length[mode]
        before, after = size, state.first[shop.mode_machine[mode]]
        while True:
            # Places before an operation that ends in time anyway are never better.
            if after == size or node[after, END] > start:
                if is_longer(hunt, max(start, node[before, END]) + length + rest):
                    break
                _offer_place(shop, state, hunt, op, mode, before, after, start, rest)
                # Places after one whose tail is short are never better either.
                if after == size or node[after, TAIL] <= rest:
                    break
            count[WORK] += 1
            before = after
            after = node[after, RIGHT]
    count[FLOOR] = 0


@kernel
def offer_places(shop: Shop, state: State, hunt: Hunt, op: int) -> None:
    """Offer every other mode of one operation, with the sensible places for it."""
    mode, left = state.mode[op], state.node[op, LEFT]
    hunt.tally[WORK] += take_out(shop, state, op)
    _offer_everywhere(shop, state, hunt, op, mode)
    hunt.tally[WORK] += put_back(shop, state, op, mode, left, shop.size)


@kernel
def offer_insertions(shop: Shop, state: State, hunt: Hunt, length: int) -> None:
    """Offer other modes and places for a few operations of the critical path."""
    for _ in range(SAMPLE):
        op = hunt.path[draw(hunt.random, length)]
        if shop.mode_start[op + 1] - shop.mode_start[op] > 1:
            offer_places(shop, state, hunt, op)
