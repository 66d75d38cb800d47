"""Simulated annealing (Kirkpatrick et al. 1983) by ruin and recreate (Schrimpf et al. 2000).

A few operations near a critical one are taken out; one after the other is put back, on whatever
machine and with whatever worker, where the makespan is least. How long that may become is drawn
before, so that a trial ends as soon as there is no such place.
"""

from __future__ import annotations

from math import log

from sanpin.factory.engine.compiled import entry, kernel
from sanpin.factory.engine.sequences.arrays import PLACE, Chance, Shop, State
from sanpin.factory.engine.sequences.chance import draw
from sanpin.factory.engine.sequences.graph import makespan, put_in, take_out_all
from sanpin.factory.engine.sequences.hunting import (
    BEST,
    LEFT_OF,
    MATE_OF,
    MODE,
    MOVES,
    NOW,
    SINCE,
    WORK,
    Hunt,
    return_to,
    save,
    stay,
)
from sanpin.factory.engine.sequences.moves import critical_path
from sanpin.factory.engine.sequences.places import find_place

__all__ = ["anneal", "recreate", "ruin"]

MOST = 6
"""Operations that are taken out together, at most; two at least."""


@kernel
def _serve_alike(shop: Shop, state: State, one: int, other: int) -> bool:
    """Tell whether two operations are on one machine or in the hands of one worker."""
    first, second = state.mode[one], state.mode[other]
    worker = shop.mode_worker[first]
    return bool(
        shop.mode_machine[first] == shop.mode_machine[second]
        or (worker >= 0 and worker == shop.mode_worker[second])
    )


@kernel
def ruin(shop: Shop, state: State, hunt: Hunt) -> int:
    """Choose a critical operation and some near it in time; return how many, in a random order.

    Every second time all those near it may be chosen, else those that wait for the same machine
    or worker.
    """
    random, chosen = hunt.random, hunt.ruin
    length = critical_path(shop, state, hunt.path, hunt.via, random)
    seed = hunt.path[draw(random, length)]
    most, alike = 2 + draw(random, MOST - 1), draw(random, 2) == 0
    chosen[0], count, place = seed, 1, state.node[seed, PLACE]
    for away in range(1, shop.size):
        for side in range(2):
            here = place + away if side else place - away
            if count < most and 0 <= here < shop.size and draw(random, 4) > 0:
                other = state.order[here]
                if not alike or _serve_alike(shop, state, seed, other):
                    chosen[count] = other
                    count += 1
        if count == most:
            break
    for at in range(count - 1):
        other = at + draw(random, count - at)
        chosen[at], chosen[other] = chosen[other], chosen[at]
    return count


@kernel
def _put_best(shop: Shop, state: State, hunt: Hunt, op: int, limit: int) -> bool:
    """Put an operation where the makespan is least; False when it would exceed a limit."""
    if not find_place(shop, state, hunt, op, limit):
        return False
    best = hunt.chosen[0]
    seen = put_in(shop, state, op, best[MODE], best[LEFT_OF], best[MATE_OF])
    hunt.tally[WORK] += seen + 20
    return bool(seen > 0)


@kernel
def recreate(shop: Shop, state: State, hunt: Hunt, count: int, limit: int) -> bool:
    """Take out what was chosen and put it back; False when the makespan would exceed a limit."""
    hunt.tally[WORK] += take_out_all(shop, state, hunt.ruin, count)
    fits, at = True, 0
    while fits and at < count:
        fits = _put_best(shop, state, hunt, hunt.ruin[at], limit)
        at += 1
    return fits


@kernel
def _warmth(random: Chance) -> float:
    """Return an exponential random number with mean 1."""
    return -log((draw(random, 1 << 30) + 1) / (1 << 30))


@entry
def anneal(shop: Shop, state: State, hunt: Hunt, quota: int, heat: float, target: int) -> None:
    """Try until `quota` units of work are done or the makespan is down to a target.

    Parameters
    ----------
    heat : temperature; a makespan longer by that is accepted once in e times
    """
    count = hunt.tally
    until = count[WORK] + quota
    while count[WORK] < until and count[BEST] > target:
        count[MOVES] += 1
        limit = count[NOW] + int(heat * _warmth(hunt.random))
        if recreate(shop, state, hunt, ruin(shop, state, hunt), limit):
            count[NOW] = makespan(shop, state)
            stay(state, hunt)
            if count[NOW] < count[BEST]:
                count[BEST], count[SINCE] = count[NOW], count[MOVES]
                save(state, hunt)
        else:
            return_to(state, hunt)
            count[WORK] += shop.size >> 3
