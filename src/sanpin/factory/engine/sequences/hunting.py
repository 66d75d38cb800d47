"""What one island of the search remembers, and the move that it is about to choose."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sanpin.factory.engine.compiled import entry, kernel
from sanpin.factory.engine.sequences.arrays import (
    LEFT,
    PLACE,
    RIGHT,
    Chance,
    Counts,
    Ints,
    Rows,
    Shop,
    State,
    width_of,
)
from sanpin.factory.engine.sequences.chance import draw
from sanpin.factory.engine.sequences.graph import link, makespan, measure, reinsert

__all__ = [
    "Hunt",
    "apply",
    "clear",
    "load",
    "new_hunt",
    "offer",
    "return_to",
    "save",
    "slot",
    "stay",
]

MOVES, BEST, NOW, SINCE, UNSAVED, WORK, PRICE, FLOOR = range(8)
"""Columns of `Hunt.tally`; the price is that of two units of work and set-up, in units of the
makespan: machines that are all busy to the end end sooner only when they have less to do; the
floor is the makespan without the operation that is taken out."""
VALUE, TIES, OP, MODE, GOAL, LEFT_OF, MATE_OF, WAY = range(8)
"""Columns of `Hunt.chosen`; way 0 is left of a goal, 1 right of it, 2 anywhere."""
Choices = Annotated[NDArray[np.int64], 2]
ARCS = 1 << 18
NEVER = 2**31 - 1
WORST = 2**62
"""More than any move is rated."""


class Hunt(NamedTuple):
    """The memory of a tabu search.

    Attributes
    ----------
    path, via, room : a critical path from its end, how each operation was reached, scratch room
    forbidden : number of the move from which a thing is allowed again, by its hash
    random : state of the generator
    tally : moves made; best and current makespan; move of the last gain; whether the best is
        still only in the state; work done; price of work in timed shops; makespan without the
        operation that is just taken out
    chosen : rows of the best allowed move and of a random forbidden one
    best_order, best_mode : the best schedule
    here_order, here_mode, here_node, here_ends : the schedule from which annealing goes on, as it
        stands in `State`; the ends are the first and the last of all sequences
    ruin : operations that are taken out together
    least : by machine and worker, the shortest path through any of its places
    """

    path: Ints
    via: Ints
    room: Ints
    forbidden: Counts
    random: Chance
    tally: Counts
    chosen: Choices
    best_order: Ints
    best_mode: Ints
    here_order: Ints
    here_mode: Ints
    here_node: Rows
    here_ends: Rows
    ruin: Ints
    least: Ints


def new_hunt(shop: Shop, seed: int) -> Hunt:
    """Make the memory of an island; `seed` fixes all its chance."""
    count = np.zeros(8, np.int64)
    count[BEST] = count[NOW] = NEVER
    blank = np.zeros((8, shop.size + 1), np.int32)
    return Hunt(
        path=blank[0],
        via=blank[1],
        room=blank[2],
        forbidden=np.zeros(ARCS, np.int64),
        random=np.array([seed], np.uint64),
        tally=count,
        chosen=np.zeros((2, 8), np.int64),
        best_order=blank[3],
        best_mode=blank[4],
        here_order=blank[5],
        here_mode=blank[6],
        here_node=np.zeros((shop.size + 1, width_of(shop)), np.int32),
        here_ends=np.zeros((2, shop.machines + shop.workers), np.int32),
        ruin=blank[7],
        least=np.zeros(shop.machines + shop.workers, np.int32),
    )


@kernel
def slot(first: int, second: int) -> int:
    """Return where a pair is noted in `Hunt.forbidden`; a rare collision does no harm."""
    word = np.uint64(first) * np.uint64(0x9E3779B97F4A7C15)
    word ^= (word >> np.uint64(32)) + np.uint64(second)
    return int((word * np.uint64(0xBF58476D1CE4E5B9)) >> np.uint64(46))


@entry
def load(shop: Shop, state: State, order: Ints, mode: Ints) -> int:
    """Set up the sequences that a topological order and modes say; return the makespan."""
    size = shop.size
    for at in range(len(state.first)):
        state.first[at] = state.last[at] = size
    for place in range(size):
        op = order[place]
        state.order[place] = op
        state.node[op, PLACE] = place
        worker, mate = shop.mode_worker[mode[op]], size
        if worker >= 0:
            mate = state.last[shop.machines + worker]
        link(shop, state, op, mode[op], state.last[shop.mode_machine[mode[op]]], mate)
    return measure(shop, state)


@entry
def save(state: State, hunt: Hunt) -> None:
    """Keep the current sequences as the best."""
    for at in range(len(state.order)):
        hunt.best_order[at] = state.order[at]
        hunt.best_mode[at] = state.mode[at]
    hunt.tally[UNSAVED] = 0


@entry
def stay(state: State, hunt: Hunt) -> None:
    """Keep the current schedule as that from which annealing goes on."""
    for at in range(len(state.order)):
        hunt.here_order[at] = state.order[at]
        hunt.here_mode[at] = state.mode[at]
        for column in range(hunt.here_node.shape[1]):
            hunt.here_node[at, column] = state.node[at, column]
    for at in range(len(state.first)):
        hunt.here_ends[0, at], hunt.here_ends[1, at] = state.first[at], state.last[at]


@kernel
def return_to(state: State, hunt: Hunt) -> None:
    """Go back to the schedule from which annealing goes on."""
    for at in range(len(state.order)):
        state.order[at] = hunt.here_order[at]
        state.mode[at] = hunt.here_mode[at]
        for column in range(hunt.here_node.shape[1]):
            state.node[at, column] = hunt.here_node[at, column]
    for at in range(len(state.first)):
        state.first[at], state.last[at] = hunt.here_ends[0, at], hunt.here_ends[1, at]


@kernel
def clear(chosen: Choices) -> None:
    """Forget the moves offered so far."""
    chosen[0, VALUE] = WORST
    chosen[0, TIES] = chosen[1, TIES] = 0


@kernel
def offer(
    chosen: Choices, random: Chance, value: int, row: int,
    op: int, mode: int, goal: int, left: int, mate: int, way: int,
) -> None:  # fmt: skip
    """Consider a move: row 0 keeps the best, row 1 any; ties are broken by chance."""
    if row == 0:
        if value > chosen[0, VALUE]:
            return
        if value < chosen[0, VALUE]:
            chosen[0, VALUE], chosen[0, TIES] = value, 0
    chosen[row, TIES] += 1
    if chosen[row, TIES] == 1 or draw(random, chosen[row, TIES]) == 0:
        chosen[row, OP], chosen[row, MODE], chosen[row, GOAL] = op, mode, goal
        chosen[row, LEFT_OF], chosen[row, MATE_OF], chosen[row, WAY] = left, mate, way


@kernel
def apply(shop: Shop, state: State, hunt: Hunt, row: int, until: int) -> bool:
    """Make the chosen move and forbid its way back up to move `until`; False when it cannot.

    Modes must name no workers.
    """
    node, count, forbidden = state.node, hunt.tally, hunt.forbidden
    move = hunt.chosen[row]
    op, mode, goal, left, nobody = move[OP], move[MODE], move[GOAL], move[LEFT_OF], shop.size
    old_mode, old_left = state.mode[op], node[op, LEFT]
    other = op
    while move[WAY] == 1 and other != goal:
        other = node[other, RIGHT]
        forbidden[slot(op, other)] = until
    while move[WAY] == 0 and other != goal:
        other = node[other, LEFT]
        forbidden[slot(other, op)] = until
    if move[WAY] == 2:
        forbidden[slot(op, shop.size + 1 + old_mode)] = until
    seen = reinsert(shop, state, op, mode, left, nobody)
    count[MOVES] += 1
    count[WORK] += seen + 30
    value = makespan(shop, state)
    # The best is copied only when it is left: while every move gains there is nothing to copy.
    if count[UNSAVED] and value >= count[BEST]:
        reinsert(shop, state, op, old_mode, old_left, nobody)
        save(state, hunt)
        reinsert(shop, state, op, mode, left, nobody)
    count[NOW] = value
    if value < count[BEST]:
        count[BEST], count[SINCE], count[UNSAVED] = value, count[MOVES], 1
    return seen > 0
