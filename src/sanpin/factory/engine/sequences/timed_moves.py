"""Moves in timed shops: what the makespan waits for, put anywhere else.

The operation is taken out, so that the times of all others are those without it; a place costs
what the operation would miss of the latest times there (after Mastrolilli and Gambardella 2000),
and the work and set-ups that it adds.
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.sequences.arrays import (
    END,
    HORIZON,
    LEFT,
    LENGTH,
    PLACE,
    RIGHT,
    START,
    TAIL,
    Chance,
    Ints,
    Links,
    Rows,
    Shop,
    State,
)
from sanpin.factory.engine.sequences.chance import draw
from sanpin.factory.engine.sequences.graph import link, makespan, touch, unlink
from sanpin.factory.engine.sequences.hunting import MOVES, PRICE, WORK, Hunt, offer
from sanpin.factory.engine.sequences.insertion import is_worse, row_of
from sanpin.factory.engine.sequences.timed import (
    before_limit,
    change,
    due_at,
    free_by,
    handed_over,
    note_horizon,
    ready_at,
    renew_ends,
    renew_tails,
    restore,
    set_up_at,
    work_at,
)

__all__ = ["critical_chain", "load_at", "makespan_at", "offer_timed"]

CRITICAL, OTHERS = 6, 2
"""Operations taken out per step: such as the makespan waits for, and such as take too long."""
BLAME = 8
"""Operations drawn of which the one that takes too long is chosen."""
RENEWAL = 50
"""Moves after which paths are counted back from the makespan as it is."""


@kernel
def _last_of_all(shop: Shop, state: State, random: Chance) -> int:
    """Return an operation that ends last."""
    node, latest, ties, found = state.node, -1, 0, shop.size
    for machine in range(shop.machines):
        op = state.last[machine]
        if op == shop.size or node[op, END] < latest:
            continue
        if node[op, END] > latest:
            latest, ties = node[op, END], 0
        ties += 1
        if ties == 1 or draw(random, ties) == 0:
            found = op
    return found


@kernel
def _waits_for(shop: Shop, state: State, op: int, random: Chance) -> int:
    """Return whom the start of an operation follows from, `size` for nobody."""
    node, links, size = state.node, shop.more.before, shop.size
    mode, left = state.mode[op], node[op, LEFT]
    start, least = ready_at(shop, state, op)
    free = set_up_at(shop, state, left, mode)
    _, alone = work_at(shop, op, mode, max(start, free), 0)
    found, ties = size, 0
    if alone >= least and free >= start:
        found, ties = left, 1
    for at in range(shop.more.before_start[op], shop.more.before_start[op + 1]):
        other, wait = links[at, 0], links[at, 1]
        if other == size:
            continue
        if alone < least:
            binds = links[at, 3] > 0 and node[other, END] + wait == least
        elif links[at, 3] == 0:
            binds = start >= free and node[other, END] + wait == start
        else:
            reached = handed_over(shop, state, other, links[at, 2], links[at, 3])
            binds = start >= free and reached + wait == start
        if binds:
            ties += 1
            if ties == 1 or draw(random, ties) == 0:
                found = other
    return int(found)


@kernel
def critical_chain(shop: Shop, state: State, path: Ints, random: Chance) -> int:
    """Walk back what the makespan waits for, by chance where several do; return its length."""
    op, length = _last_of_all(shop, state, random), 0
    while op != shop.size:
        path[length] = op
        length += 1
        op = _waits_for(shop, state, op, random)
    return length


@kernel
def _apart(node: Rows, first: int, second: int) -> bool:
    """Tell whether surely no path leads from `first` to `second`, by any of four signs."""
    return bool(
        node[first, PLACE] > node[second, PLACE]
        or node[first, START] > node[second, START]
        or node[first, END] > node[second, END]
        or node[second, TAIL] > node[first, TAIL]
    )


@kernel
def _may_go_between(node: Rows, jobs: Links, op: int, before: int, after: int) -> bool:
    """Tell whether an operation that is out surely closes no cycle between two others."""
    nothing = len(node) - 1
    if before != nothing:
        for at in range(jobs.after_start[op], jobs.after_start[op + 1]):
            if not _apart(node, jobs.after[at, 0], before):
                return False
    if after != nothing:
        for at in range(jobs.before_start[op], jobs.before_start[op + 1]):
            other = jobs.before[at, 0]
            if other != nothing and not _apart(node, after, other):
                return False
    return True


@kernel
def makespan_at(
    shop: Shop, state: State, op: int, mode: int, before: int, after: int,
    ready: int, least: int, due: int, limit: int,
) -> int:  # fmt: skip
    """Return the longest way through an operation, which is out, in a mode between two others.

    It is exact as a comparison with the horizon: what is not above it delays nothing beyond. How
    much is above is an estimate, since closed hours may make it more.

    Parameters
    ----------
    ready, least : what `ready_at` says of the operation
    due, limit : what `due_at` and `before_limit` say
    """
    start = max(ready, set_up_at(shop, state, before, mode))
    start, end = work_at(shop, op, mode, start, least)
    until = min(due, free_by(shop, state, mode, after))
    over = max(end - until, start - limit)
    return int(state.notes[HORIZON] + over)


@kernel
def load_at(shop: Shop, state: State, mode: int, before: int, after: int) -> int:
    """Return how much an operation in a mode between two others adds to work and set-ups."""
    clock, machine, size = shop.clock, shop.mode_machine[mode], shop.size
    left = -1 if before == size else state.mode[before]
    load = shop.mode_length[mode] + change(clock, machine, left, mode)
    if after != size:
        right = state.mode[after]
        load += change(clock, machine, mode, right) - change(clock, machine, left, right)
    return int(load)


@kernel
def _lift(shop: Shop, state: State, op: int) -> int:
    """Take an operation out, so that `restore` brings its times back; return the work."""
    node, size = state.node, shop.size
    left, right = node[op, LEFT], node[op, RIGHT]
    unlink(shop, state, op)
    node[op, LENGTH] = 0
    low = min(touch(state, op, size), touch(state, right, size))
    seen = renew_ends(shop, state, low, 1)
    high = max(touch(state, op, -1), touch(state, left, -1))
    seen += renew_tails(shop, state, high, 1)
    return int((seen << 2) + (size >> 4))


@kernel
def _offer_on(
    shop: Shop, state: State, hunt: Hunt, op: int, mode: int,
    ready: int, least: int, due: int, same: int, floor: int, load: int,
) -> None:  # fmt: skip
    """Offer every sensible place of an operation, which is out, in one mode.

    Parameters
    ----------
    ready, least, due : what `ready_at` and `due_at` say of it
    same : after whom it was if this is its mode, else -1
    floor : the makespan without it
    load : what it added to work and set-ups where it was
    """
    node, size, tally, horizon = state.node, shop.size, hunt.tally, state.notes[HORIZON]
    machine, length = shop.mode_machine[mode], shop.mode_length[mode]
    limit = before_limit(shop, state, op, mode)
    # Between two others it may at best save the longest set-up.
    price = tally[PRICE]
    saved = price * (length - shop.clock.table[machine, 3] - load)
    before, after = size, state.first[machine]
    while True:
        tally[WORK] += 1
        # A place before one that ends in time anyway is hardly ever better.
        if after == size or node[after, END] > ready:
            done = max(ready, node[before, END]) + length
            if is_worse(hunt, 2 * max(floor, horizon + done - due) + saved):
                return
            if before != same and not is_worse(
                hunt, 2 * max(floor, done + node[after, TAIL]) + saved
            ):
                tally[WORK] += 5
                end = makespan_at(shop, state, op, mode, before, after, ready, least, due, limit)
                more = load_at(shop, state, mode, before, after) - load
                value = 2 * max(floor, end) + price * more
                if not is_worse(hunt, value) and _may_go_between(
                    node, shop.jobs, op, before, after
                ):
                    row = row_of(hunt, op, mode, max(floor, end), size)
                    offer(hunt.chosen, hunt.random, value, row, op, mode, size, before, size, 2)
            if after == size or horizon - node[after, TAIL] >= due:
                return
        before = after
        after = node[after, RIGHT]


@kernel
def _offer_places(shop: Shop, state: State, hunt: Hunt, op: int) -> None:
    """Offer every mode and every sensible place of one operation."""
    node, mode = state.node, state.mode[op]
    left = node[op, LEFT]
    load = load_at(shop, state, mode, left, node[op, RIGHT])
    hunt.tally[WORK] += _lift(shop, state, op)
    floor = makespan(shop, state)
    ready, least = ready_at(shop, state, op)
    due = due_at(shop, state, op)
    for other in range(shop.mode_start[op], shop.mode_start[op + 1]):
        same = left if other == mode else -1
        _offer_on(shop, state, hunt, op, other, ready, least, due, same, floor, load)
    link(shop, state, op, mode, left, shop.size)
    restore(state)


@kernel
def _blamed(shop: Shop, state: State, random: Chance) -> int:
    """Draw an operation, rather one that takes longer, with its set-ups, than it could."""
    node, found, most = state.node, 0, -1
    for _ in range(BLAME):
        op = draw(random, shop.size)
        load = load_at(shop, state, state.mode[op], node[op, LEFT], node[op, RIGHT])
        over = load - shop.mode_length[shop.mode_start[op]]
        if over > most:
            found, most = op, over
    return found


@kernel
def offer_timed(shop: Shop, state: State, hunt: Hunt) -> None:
    """Offer other modes and places for a few operations."""
    tally, random = hunt.tally, hunt.random
    if tally[MOVES] % RENEWAL == 0:
        note_horizon(shop, state, makespan(shop, state))
    length = critical_chain(shop, state, hunt.path, random)
    tally[WORK] += 2 * length
    for _ in range(CRITICAL):
        _offer_places(shop, state, hunt, hunt.path[draw(random, length)])
    for _ in range(OTHERS):
        _offer_places(shop, state, hunt, _blamed(shop, state, random))
