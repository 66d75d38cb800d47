"""Tabu search over the sequences of a shop.

Nowicki and Smutnicki (1996) for arcs as what is forbidden, Balas and Vazacopoulos (1998) and
Zhang et al. (2007) for the moves: any operation of a critical block right after its last or right
before its first, and the first and the last to anywhere inside. Operations with several modes are
also moved to another one (Mastrolilli and Gambardella 2000).
"""

from __future__ import annotations

from collections.abc import Callable

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
from sanpin.factory.engine.sequences.insertion import offer_insertions, rated
from sanpin.factory.engine.sequences.moves import (
    critical_path,
    estimate_left,
    estimate_right,
    may_go_left,
    may_go_right,
)
from sanpin.factory.engine.sequences.timed_moves import offer_timed

__all__ = ["search"]

REACH = 60
"""How far from the ends of a block operations are moved: longer blocks are rare and their
estimates cost the square of it."""


def _offer(side: int) -> Callable[[Shop, State, Hunt, int, int], None]:
    """Return the kernel of one side."""
    ahead = LEFT + side

    @kernel
    def offer_pass(shop: Shop, state: State, hunt: Hunt, op: int, goal: int) -> None:
        """Offer moving `op` past `goal` if it surely may go there."""
        node, count = state.node, hunt.tally
        may = (
            may_go_right(node, shop.jobs, op, goal)
            if side
            else may_go_left(node, shop.jobs, op, goal)
        )
        if not may:
            return
        if side:
            value, left = estimate_right(node, shop.more, op, goal, hunt.room), goal
        else:
            value, left = estimate_left(node, shop.more, op, goal, hunt.room), node[goal, LEFT]
        row, other = 0, op
        if value >= count[BEST]:
            while other != goal and row == 0:
                other = node[other, ahead]
                count[WORK] += 2
                pair = slot(other, op) if side else slot(op, other)
                if hunt.forbidden[pair] > count[MOVES]:
                    row = 1
        count[WORK] += 2
        value, mode = rated(hunt, value), state.mode[op]
        offer(hunt.chosen, hunt.random, value, row, op, mode, goal, left, shop.size, side)

    return offer_pass


offer_left, offer_right = _offer(0), _offer(1)


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
            offer_right(shop, state, hunt, path[start + 1 + step], back)
        if not is_first:
            offer_left(shop, state, hunt, path[stop - 1 - step], head)
        # Neighbours at an end were offered above, unless that end does not matter.
        if 0 < step < stop - start - 1:
            if not is_first:
                offer_right(shop, state, hunt, head, path[stop - 1 - step])
            if not is_last:
                offer_left(shop, state, hunt, back, path[start + 1 + step])


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
    clear(chosen)
    if shop.timed:
        offer_timed(shop, state, hunt)
    else:
        length = critical_path(shop, state, hunt.path, hunt.via, random)
        count[WORK] += length
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
