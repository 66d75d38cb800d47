"""The portfolio of dispatch rules: ranks by work that is left, duration, or chance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sanpin.factory.engine.sequences.arrays import Ints, Links, Shop, new_state
from sanpin.factory.engine.sequences.dispatch import dispatch, new_floor
from sanpin.factory.engine.sequences.hunting import load
from sanpin.factory.engine.sequences.paths import shortest, work_after, work_before
from sanpin.factory.engine.sequences.windows import are_narrow, orders_by_windows

__all__ = ["first_schedules"]

MANY = 30_000
"""Operations above which chance is left out: the search gains more in that time."""

Start = tuple[int, Ints, Ints]
"""Makespan, topological order, and mode of each operation."""


def first_schedules(shop: Shop, random: np.random.Generator, target: int) -> Iterator[Start]:
    """Yield schedules by rule after rule, the most promising rules first.

    Most work after the operation, most work remaining, first come first served, shortest,
    longest, least work, each forward and from the end; then the first ones with chance mixed in.
    At last orders by windows up to the target, where jobs leave little slack.
    """
    floor, owner = new_floor(shop), np.repeat(np.arange(shop.size), np.diff(shop.mode_start))
    best = shortest(shop)
    # Where machines differ in speed, one that is slow for an operation should rather wait.
    slow = 4.0 * (shop.mode_length - best[owner])
    turned = Links(*shop.jobs[2:], *shop.jobs[:2])
    tails, heads = work_after(shop, best), work_before(shop, best)
    for mixed in range(4 if shop.size <= MANY else 1):
        for back in (False, True):
            rest = (heads + best if back else tails)[owner].astype(float)
            own = best[owner].astype(float)
            jobs = turned if back else shop.jobs
            noise = mixed * 0.1 * rest.mean() * random.standard_normal(len(owner))
            ranks = (own - rest, -rest, np.zeros(len(owner)), own, -own, rest)
            for at, rank in enumerate(ranks[:2] if mixed else ranks):
                order, mode = np.zeros((2, shop.size + 1), np.int32)
                order[-1] = shop.size
                wait = 1.0 if at == 2 else 0.0
                end = dispatch(shop, floor, jobs, rank + slow + noise, wait, order, mode)
                if back:
                    order[:-1] = order[-2::-1].copy()
                yield int(end), order, mode
    if are_narrow(shop, heads, best, tails, target):
        state = new_state(shop)
        for by_window in orders_by_windows(shop, heads, best, tails, target):
            order[:-1] = by_window
            mode[:-1] = shop.mode_start[:-1]
            yield load(shop, state, order, mode), order.copy(), mode.copy()
