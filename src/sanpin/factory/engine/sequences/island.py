"""One island of the search: descents by tabu from ever new starts, and an elite of their ends."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from sanpin.factory.engine.sequences.arrays import Ints, Shop, new_state
from sanpin.factory.engine.sequences.elite import Elite, blend
from sanpin.factory.engine.sequences.flow import Flow
from sanpin.factory.engine.sequences.hunting import (
    BEST,
    MOVES,
    NOW,
    PRICE,
    SINCE,
    UNSAVED,
    WORK,
    load,
    new_hunt,
    save,
)
from sanpin.factory.engine.sequences.rules import Start, chance_schedules
from sanpin.factory.engine.sequences.tabu import search

__all__ = ["Island"]

FLOW = 0.8
"""Share of work on the order of the jobs, in hybrid flow shops."""
NEVER = 2**31 - 1
RENEWAL = 20_000
"""Work that a new start costs beside what grows with the shop: half a millisecond."""
PATIENCE = 500
"""Moves without gain after which a descent ends, beside some per operation."""
MORE, MORE_TIMED = 4, 20
"""Such moves per operation: where set-ups are saved step by step the makespan falls later."""
RUIN = 0.25
"""Share of new starts that come from one schedule and chance, not from two."""
BEST_FIRST = 3
"""Power of a chance in [0, 1) that chooses the member: the best of eight every second time."""
SPENT = 150
"""Descents after which an elite that has not become better is laid aside for a new one."""
NEW = 8
"""Schedules by chance that a new elite begins with."""
AGES = 3
"""Elites laid aside whose best then meet in one."""
PRICES = 0, 1, 2, 3
"""What work costs, in timed shops, in one share of work after the other."""
MIDDLE, NEAR = (0.1, 0.4), (0.02, 0.1)
"""Weights of the second schedule: between two of the elite, and of chance."""


class Island:
    """A search of its own, repeatable by its seed and work.

    Parameters
    ----------
    shop : what is searched
    seed : fixes all its chance
    target : a bound of the makespan
    restless : whether an elite that gains no more gives way to a new one
    """

    def __init__(self, shop: Shop, seed: int, target: int, restless: bool = False) -> None:
        self.shop, self.target, self.restless = shop, target, restless
        self.state, self.hunt = new_state(shop), new_hunt(shop, seed)
        self.elite = Elite(shop)
        self.waiting: list[Start] = []
        self.value, self.descents, self.calls, self.ages = NEVER, 0, 0, 0
        self.aside = Elite(shop)
        self._peak, self._since = NEVER, 0
        self._random = np.random.default_rng(seed)
        self._best: tuple[Ints, Ints] = self.hunt.best_order, self.hunt.best_mode
        self._chances: Iterator[Start] | None = None
        self._flow = Flow.of(shop, seed)

    @property
    def best(self) -> tuple[Ints, Ints]:
        """Order and modes of the best schedule."""
        return self._best

    def take(self, order: Ints, mode: Ints) -> None:
        """Begin a descent from a schedule."""
        tally = self.hunt.tally
        tally[NOW] = tally[BEST] = load(self.shop, self.state, order, mode)
        tally[SINCE] = tally[MOVES]
        save(self.state, self.hunt)
        self._note()

    def hear(self, best: tuple[Ints, Ints]) -> None:
        """Keep a schedule of another island where it does not drown what is found here."""
        elite = self.aside if self.restless else self.elite
        elite.offer(elite.read(*best))

    def build(self) -> None:
        """Build a schedule from an order of the jobs, in hybrid flow shops."""
        if self._flow is not None:
            self._follow(self._flow.build())

    def _follow(self, value: int) -> None:
        """Begin a descent from the order of the jobs if its makespan is the best of all."""
        if self._flow is not None and value < self.value:
            self.take(*self._flow.placed())

    def _note(self) -> None:
        """Keep the best schedule of the descent if it is the best of all."""
        tally = self.hunt.tally
        if tally[BEST] < self.value:
            if tally[UNSAVED]:
                save(self.state, self.hunt)
            self.value = int(tally[BEST])
            self._best = self.hunt.best_order.copy(), self.hunt.best_mode.copy()

    def work(self, quota: int) -> None:
        """Search for a fixed amount of work; a descent without gain gives way to a new one."""
        shop, tally = self.shop, self.hunt.tally
        tenure = 10 + min(shop.size // max(shop.machines, 1) // 10, 10)
        patience = PATIENCE + (MORE_TIMED if shop.timed else MORE) * shop.size
        limit = tally[WORK] + quota
        if self._flow is not None:
            tally[WORK] += int(FLOW * quota)
            self._follow(self._flow.work(int(FLOW * quota)))
        self.calls += 1
        tally[PRICE] = PRICES[self.calls % len(PRICES)]
        while tally[WORK] < limit and self.value > self.target:
            search(shop, self.state, self.hunt, limit - tally[WORK], tenure, patience)
            self._note()
            if tally[MOVES] - tally[SINCE] > patience:
                tally[WORK] += RENEWAL + 10 * shop.size
                self._renew()

    def _renew(self) -> None:
        """Offer what the descent found to the elite, and begin another one."""
        self.descents += 1
        if self.hunt.tally[UNSAVED]:
            save(self.state, self.hunt)
        found = self.elite.read(self.hunt.best_order.copy(), self.hunt.best_mode.copy())
        self.elite.offer(found)
        if self.restless:
            self._age()
        if self.waiting:
            self.take(*self.waiting.pop(0)[1:])
            return
        chance, members = self._random, self.elite.members
        if len(members) > 1 and chance.random() > RUIN:
            one, two = self.elite.pair(chance)
            share = chance.uniform(*MIDDLE)
        else:
            one = members[int(len(members) * chance.random() ** BEST_FIRST)]
            _, order, mode = next(self._chance())
            two, share = self.elite.read(order, mode), chance.uniform(*NEAR)
        self.take(*blend(one, two, share, chance))

    def _age(self) -> None:
        """Lay the elite aside when it gains no more: its members have become like each other.

        A new one begins from chance; after some, the best of each meet.
        """
        self._since += 1
        best = self.elite.members[0].value
        if best < self._peak:
            self._peak, self._since = best, 0
        if self._since < SPENT:
            return
        self.aside.offer(self.elite.members[0])
        self.ages += 1
        self._peak, self._since = NEVER, 0
        self.elite = Elite(self.shop)
        if self.ages % (AGES + 1) == AGES:
            self.elite, self.aside = self.aside, self.elite
        else:
            self.waiting = list(islice(self._chance(), NEW))

    def _chance(self) -> Iterator[Start]:
        """Return the endless schedules by rules and chance."""
        if self._chances is None:
            self._chances = chance_schedules(self.shop, self._random)
        return self._chances
