"""Tabu search over the sequences of a shop.

Nowicki and Smutnicki (1996) for arcs as what is forbidden, Balas and Vazacopoulos (1998) and
Zhang et al. (2007) for the moves: any operation of a critical block right after its last or right
before its first, and the first and the last to anywhere inside. Operations with several modes are
also moved to another one (Mastrolilli and Gambardella 2000).
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import entry, kernel
from sanpin.factory.engine.sequences.arrays import LEFT, Shop, State
from sanpin.factory.engine.sequences.chance import draw
from sanpin.factory.engine.sequences.hunting import (
    BEST,
    MOVES,
    SINCE,
    TIES,
    WORK,
    Hunt,
    apply,
    clear,
    offer,
    slot,
)
from sanpin.factory.engine.sequences.insertion import offer_insertions
from sanpin.factory.engine.sequences.moves import critical_path, estimate, may_pass

__all__ = ["search"]

REACH = 60
"""How far from the ends of a block operations are moved: longer blocks are rare and their
estimates cost the square of it."""


@kernel
def offer_pass(shop: Shop, state: State, hunt: Hunt, op: int, goal: int, side: int) -> None:
    """Offer moving `op` past `goal`, to the right (side 1) or the left, if that surely may be."""
    node, count = state.node, hunt.tally
    if not may_pass(node, shop.jobs, op, goal, side):
        return
    value, row, other = estimate(node, shop.more, op, goal, side, hunt.room), 0, op
    if value >= count[BEST]:
        while other != goal and row == 0:
            other = node[other, LEFT + side]
            count[WORK] += 2
            pair = slot(other, op) if side else slot(op, other)
            if hunt.forbidden[pair] > count[MOVES]:
                row = 1
    count[WORK] += 2
    mate, left = node[op, 8] if shop.workers else shop.size, goal if side else node[goal, LEFT]
    offer(hunt.chosen, hunt.random, value, row, op, state.mode[op], goal, left, mate, side)


@kernel
def offer_block(
    shop: Shop, state: State, hunt: Hunt, start: int, stop: int, is_first: bool, is_last: bool
) -> None:
    """Offer the moves of one block, `path[stop]` its first operation and `path[start]` its last.

    In the first block of a path only what comes last matters, in the last only what comes first.
    """
    path, span = hunt.path, min(stop - start, REACH)
    head, back = path[stop], path[start]
    for step in range(span):
        if not is_last:
            offer_pass(shop, state, hunt, path[start + 1 + step], back, 1)
        if not is_first:
            offer_pass(shop, state, hunt, path[stop - 1 - step], head, 0)
        # Neighbours at an end were offered above, unless that end does not matter.
        if 0 < step < stop - start - 1:
            if not is_first:
                offer_pass(shop, state, hunt, head, path[stop - 1 - step], 1)
            if not is_last:
                offer_pass(shop, state, hunt, back, path[start + 1 + step], 0)


@kernel
def offer_blocks(shop: Shop, state: State, hunt: Hunt, length: int) -> None:
    """Offer the moves inside every block of the critical path."""
    via, stop = hunt.via, length - 1
    while stop >= 0:
        start = stop
        while start > 0 and via[start - 1] == 1:
            start -= 1
        if start < stop:
            offer_block(shop, state, hunt, start, stop, stop == length - 1, start == 0)
        stop = start - 1


@kernel
def step(shop: Shop, state: State, hunt: Hunt, tenure: int) -> bool:
    """Make the best allowed move, else any; return False when there is none."""
    count, chosen, random = hunt.tally, hunt.chosen, hunt.random
    length = critical_path(shop, state, hunt.path, hunt.via, random)
    count[WORK] += length
    clear(chosen)
    if not shop.workers:
        offer_blocks(shop, state, hunt, length)
    if len(shop.mode_length) > shop.size:
        offer_insertions(shop, state, hunt, length)
    row = 0 if chosen[0, TIES] else 1
    if not chosen[row, TIES]:
        return False
    apply(shop, state, hunt, row, count[MOVES] + tenure + draw(random, 1 + tenure // 2))
    return True


@entry
def search(shop: Shop, state: State, hunt: Hunt, quota: int, tenure: int, patience: int) -> None:
    """Search until `quota` units of work are done: operations looked at, about 20 ns each.

    Parameters
    ----------
    tenure : moves for which a way back is forbidden, and up to half as much again by chance
    patience : moves without gain after which the search ends, as it does with nothing to move
    """
    count = hunt.tally
    limit = count[WORK] + quota
    while count[WORK] < limit and count[MOVES] - count[SINCE] <= patience:
        if not step(shop, state, hunt, tenure):
            count[SINCE] = count[MOVES] - patience - 1
