"""Moving an operation to another mode: machine, worker, and places in both sequences.

The operation is taken out, so that ends and tails of all others are those without it; then the
longest path through it is exact for every place (Mastrolilli and Gambardella 2000).
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.sequences.arrays import END, NEXT, RIGHT, TAIL, Rows, Shop, State
from sanpin.factory.engine.sequences.chance import draw
from sanpin.factory.engine.sequences.graph import job_end, job_tail, put_back, take_out
from sanpin.factory.engine.sequences.hunting import BEST, MOVES, WORK, Hunt, offer, slot
from sanpin.factory.engine.sequences.moves import apart, may_go_left, may_go_right

__all__ = ["offer_insertions"]

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
def offer_place(
    shop: Shop, state: State, hunt: Hunt, op: int, mode: int, before: int, after: int,
    start: int, rest: int, row: int, same: bool, old_mate: int,
) -> None:  # fmt: skip
    """Offer one place on the machine, with the sensible places in the worker's sequence."""
    node, size, count = state.node, shop.size, hunt.tally
    length, random = shop.mode_length[mode], hunt.random
    if before != size and not may_go_right(node, shop.jobs, op, before):
        return
    if after != size and not may_go_left(node, shop.jobs, op, after):
        return
    start, rest = max(start, node[before, END]), max(rest, node[after, TAIL])
    if not shop.workers or shop.mode_worker[mode] < 0:
        value = start + length + rest
        kind = 0 if value < count[BEST] or not row else 1
        offer(hunt.chosen, random, value, kind, op, mode, size, before, size, 2)
        return
    mate, later = size, state.first[shop.machines + shop.mode_worker[mode]]
    while True:
        if later == size or node[later, END] > start:
            if not (same and mate == old_mate) and _fits(
                shop, node, op, before, after, mate, later
            ):
                value = max(start, node[mate, END]) + length + max(rest, node[later, TAIL])
                kind = 0 if value < count[BEST] or not row else 1
                offer(hunt.chosen, random, value, kind, op, mode, size, before, mate, 2)
            if later == size or node[later, TAIL] <= rest:
                return
        count[WORK] += 1
        mate = later
        later = node[later, NEXT]


@kernel
def offer_places(shop: Shop, state: State, hunt: Hunt, op: int) -> None:
    """Offer every mode of one operation, with the sensible places in its sequences."""
    node, size, count = state.node, shop.size, hunt.tally
    mode, left = state.mode[op], node[op, 5]
    mate = node[op, 8] if shop.workers else size
    count[WORK] += take_out(shop, state, op)
    start = job_end(node, shop.more, op)
    rest = job_tail(node, shop.more, op)
    for other in range(shop.mode_start[op], shop.mode_start[op + 1]):
        if other == mode and not shop.workers:
            continue
        row = 1 if hunt.forbidden[slot(op, size + 1 + other)] > count[MOVES] else 0
        machine = shop.mode_machine[other]
        before, after = size, state.first[machine]
        while True:
            # Places before an operation that ends in time anyway are never better.
            if after == size or node[after, END] > start:
                same = other == mode and before == left
                offer_place(
                    shop, state, hunt, op, other, before, after, start, rest, row, same, mate
                )
                # Places after one whose tail is short are never better either.
                if after == size or node[after, TAIL] <= rest:
                    break
            count[WORK] += 1
            before = after
            after = node[after, RIGHT]
    count[WORK] += put_back(shop, state, op, mode, left, mate)


@kernel
def offer_insertions(shop: Shop, state: State, hunt: Hunt, length: int) -> None:
    """Offer other modes and places for a few operations of the critical path."""
    for _ in range(SAMPLE):
        op = hunt.path[draw(hunt.random, length)]
        if shop.mode_start[op + 1] - shop.mode_start[op] > 1 or shop.workers:
            offer_places(shop, state, hunt, op)
