"""The portfolio of dispatch rules: ranks by work that is left, duration, or chance."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import numpy as np

from sanpin.factory.engine.sequences.arrays import Floats, Ints, Links, Shop, new_state
from sanpin.factory.engine.sequences.dispatch import Floor, dispatch, new_floor
from sanpin.factory.engine.sequences.hunting import load
from sanpin.factory.engine.sequences.paths import Longs, shortest, work_after, work_before
from sanpin.factory.engine.sequences.windows import are_narrow, narrowed, order_of

__all__ = ["Start", "chance_schedules", "rule_schedules"]

RULES = 6

Start = tuple[int, Ints, Ints]
"""Makespan, topological order, and mode of each operation."""


def rule_schedules(shop: Shop, target: int) -> Iterator[Start]:
    """Yield schedules by rule after rule, the most promising rules first.

    Where jobs leave little slack up to the target, orders by windows follow.
    """
    floor, every = new_floor(shop), _paths(shop)
    yield from _dispatched(shop, floor, every, np.zeros(len(floor.owner)), RULES)
    if are_narrow(shop, *every, target):
        state = new_state(shop)
        for windows in narrowed(shop, *every, target):
            order, mode = order_of(windows), np.append(shop.mode_start[:-1], np.int32(0))
            yield load(shop, state, order, mode), order, mode


def chance_schedules(shop: Shop, random: np.random.Generator) -> Iterator[Start]:
    """Yield schedules by the most promising rules with more and more chance, without end."""
    floor, every = new_floor(shop), _paths(shop)
    for number in count():
        noise = (1 + number % 3) * 0.1 * random.standard_normal(len(floor.owner))
        yield from _dispatched(shop, floor, every, noise, 2)


def _paths(shop: Shop) -> tuple[Longs, Longs, Longs]:
    """Return the longest paths before each operation, its duration, and the longest after it."""
    length = shortest(shop)
    return work_before(shop, length), length, work_after(shop, length)


def _dispatched(
    shop: Shop,
    floor: Floor,
    every: tuple[Longs, Longs, Longs],
    noise: Floats,
    rules: int,
) -> Iterator[Start]:
    """Yield schedules by the first so many rules, forward and from the end.

    Most work after the operation, most work remaining, first come first served, shortest,
    longest, least work. The noise, by mode, is in means of the work that remains.
    """
    heads, length, tails = every
    owner = floor.owner
    # Where machines differ in speed, one that is slow for an operation should rather wait.
    slow = 4.0 * (shop.mode_length - length[owner])
    turned = Links(*shop.jobs[2:], *shop.jobs[:2])
    for back in (False, True):
        rest = (heads + length if back else tails)[owner].astype(float)
        own = length[owner].astype(float)
        ranks = (own - rest, -rest, np.zeros(len(owner)), own, -own, rest)
        for at, rank in enumerate(ranks[:rules]):
            order, mode = np.zeros((2, shop.size + 1), np.int32)
            order[-1] = shop.size
            wait, jobs = 1.0 if at == 2 else 0.0, turned if back else shop.jobs
            key = rank + slow + rest.mean() * noise
            end = dispatch(shop, floor, jobs, key, wait, order, mode)
            if back:
                order[:-1] = order[-2::-1].copy()
            if shop.timed:
                # The rules know nothing of hours and set-ups.
                end = load(shop, new_state(shop), order, mode)
            yield int(end), order, mode
