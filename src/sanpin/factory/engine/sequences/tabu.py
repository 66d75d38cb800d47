"""Tabu search over the sequences of a shop.

Nowicki and Smutnicki (1996) for arcs as what is forbidden, Balas and Vazacopoulos (1998) and
Zhang et al. (2007) for the moves: any operation of a critical block right after its last or right
before its first, and the first and the last to anywhere inside. Operations with several modes are
also moved to another one (Mastrolilli and Gambardella 2000).
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import entry, kernel
from sanpin.factory.engine.sequences.arrays import LEFT, RIGHT, Shop, State
from sanpin.factory.engine.sequences.chance import draw
from sanpin.factory.engine.sequences.hunting import (
    BEST,
    MOVES,
    NOW,
    SINCE,
    STUCK,
    TIES,
    UNSAVED,
    WORK,
    Hunt,
    apply,
    clear,
    load,
    offer,
    save,
    slot,
)
from sanpin.factory.engine.sequences.insertion import offer_insertions
from sanpin.factory.engine.sequences.moves import (
    critical_path,
    estimate_left,
    estimate_right,
    may_go_left,
    may_go_right,
)

__all__ = ["search"]

REACH = 60
"""How far from the ends of a block operations are moved: longer blocks are rare and their
estimates cost the square of it."""


@kernel
def try_right(shop: Shop, state: State, hunt: Hunt, op: int, goal: int, blind: bool) -> None:
    """Offer moving `op` right after `goal` unless a path may lead from its successors there."""
    node, count, size = state.node, hunt.tally, shop.size
    if not may_go_right(node, shop.jobs, op, goal):
        return
    value, row, other = 0, 0, op
    if not blind:
        value = estimate_right(
            node,
            shop.more,
            op,
            goal,
            hunt.room,
        )
        if value >= count[BEST]:
            while other != goal:
                other = node[other, RIGHT]
                count[WORK] += 2
                if hunt.forbidden[slot(other, op)] > count[MOVES]:
                    row = 1
                    break
    count[WORK] += 2
    mate = node[op, 8] if shop.workers else size
    offer(hunt.chosen, hunt.random, value, row, op, state.mode[op], goal, goal, mate, 1)


@kernel
def try_left(shop: Shop, state: State, hunt: Hunt, op: int, goal: int, blind: bool) -> None:
    """Offer moving `op` left before `goal` unless a path may lead from there to it."""
    node, count, size = state.node, hunt.tally, shop.size
    if not may_go_left(node, shop.jobs, op, goal):
        return
    value, row, other = 0, 0, op
    if not blind:
        value = estimate_left(
            node,
            shop.more,
            op,
            goal,
            hunt.room,
        )
        if value >= count[BEST]:
            while other != goal:
                other = node[other, LEFT]
                count[WORK] += 2
                if hunt.forbidden[slot(op, other)] > count[MOVES]:
                    row = 1
                    break
    count[WORK] += 2
    mate, left = node[op, 8] if shop.workers else size, node[goal, LEFT]
    offer(hunt.chosen, hunt.random, value, row, op, state.mode[op], goal, left, mate, 0)


@kernel
def offer_block(
    shop: Shop, state: State, hunt: Hunt, start: int, stop: int,
    is_first: bool, is_last: bool, blind: bool,
) -> None:  # fmt: skip
    """Offer the moves of one block, `path[stop]` its first operation and `path[start]` its last.

    In the first block of a path only what comes last matters, in the last only what comes first.
    """
    path, span = hunt.path, min(stop - start, REACH)
    head, back = path[stop], path[start]
    for step in range(span):
        if not is_last:
            try_right(shop, state, hunt, path[start + 1 + step], back, blind)
        if not is_first:
            try_left(shop, state, hunt, path[stop - 1 - step], head, blind)
        # Neighbours at an end were offered above, unless that end does not matter.
        if 0 < step < stop - start - 1:
            if not is_first:
                try_right(shop, state, hunt, head, path[stop - 1 - step], blind)
            if not is_last:
                try_left(shop, state, hunt, back, path[start + 1 + step], blind)


@kernel
def offer_blocks(shop: Shop, state: State, hunt: Hunt, length: int, blind: bool) -> None:
    """Offer the moves inside every block of the critical path."""
    via, stop = hunt.via, length - 1
    while stop >= 0:
        start = stop
        while start > 0 and via[start - 1] == 1:
            start -= 1
        if start < stop:
            offer_block(shop, state, hunt, start, stop, stop == length - 1, start == 0, blind)
        stop = start - 1


@kernel
def step(shop: Shop, state: State, hunt: Hunt, tenure: int, blind: bool) -> bool:
    """Make the best allowed move, or any at all when `blind`; return False when there is none."""
    count, chosen, random = hunt.tally, hunt.chosen, hunt.random
    length = critical_path(shop, state, hunt.path, hunt.via, random)
    count[WORK] += length
    clear(chosen)
    if not shop.workers:
        offer_blocks(shop, state, hunt, length, blind)
    if len(shop.mode_length) > shop.size:
        offer_insertions(shop, state, hunt, length, blind)
    row = 0 if chosen[0, TIES] else 1
    if not chosen[row, TIES]:
        return False
    apply(shop, state, hunt, row, count[MOVES] + tenure + draw(random, 1 + tenure // 2))
    return True


@entry
def search(
    shop: Shop, state: State, hunt: Hunt, quota: int, tenure: int, patience: int, shake: int
) -> None:
    """Search until `quota` units of work are done: operations looked at, about 20 ns each.

    Parameters
    ----------
    tenure : moves for which a way back is forbidden, and up to half as much again by chance
    patience : moves without gain after which the search goes back to its best
    shake : random moves from there
    """
    count, random = hunt.tally, hunt.random
    limit = count[WORK] + quota
    while count[WORK] < limit:
        if count[MOVES] - count[SINCE] > patience:
            if count[UNSAVED]:
                save(state, hunt)
            count[NOW] = load(shop, state, hunt.best_order, hunt.best_mode)
            for _ in range(1 + draw(random, shake)):
                step(shop, state, hunt, tenure, True)
            count[SINCE] = count[MOVES]
            count[WORK] += 3 * shop.size
        if not step(shop, state, hunt, tenure, False):
            count[WORK] += 100
            # Without a choice of machines, a critical path that leaves nothing to move is proof.
            count[STUCK] += 1
