"""An island that descends by tabu from ever new starts, and keeps an elite of their ends."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from sanpin.factory.engine.sequences.arrays import Shop
from sanpin.factory.engine.sequences.elite import Elite, blend
from sanpin.factory.engine.sequences.flow import Flow
from sanpin.factory.engine.sequences.hunting import MOVES, PRICE, SINCE, UNSAVED, WORK, save
from sanpin.factory.engine.sequences.island import NEVER, Island
from sanpin.factory.engine.sequences.rules import Start, chance_schedules
from sanpin.factory.engine.sequences.tabu import search

__all__ = ["Descents"]

FLOW = 0.8
"""Share of work on the order of the jobs, in hybrid flow shops."""
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


class Descents(Island):
    """An island that begins anew where a descent gains no more.

    Parameters
    ----------
    shop, seed, target : as for every island
    restless : whether an elite that gains no more gives way to a new one
    """

    def __init__(self, shop: Shop, seed: int, target: int, restless: bool = False) -> None:
        super().__init__(shop, seed, target)
        self.restless, self.ages = restless, 0
        self.elite, self.aside = Elite(shop), Elite(shop)
        self._peak, self._since = NEVER, 0
        self._random = np.random.default_rng(seed)
        self._chances: Iterator[Start] | None = None
        self._flow = Flow.of(shop, seed)

    def hear(self, other: Island) -> None:
        """Go on from what another island has found, or keep it.

        A first descent that is behind lags too far to be worth its end; a later one is kept where
        it does not drown what is found here.
        """
        if not self.descents and other.value < self.value:
            self.take(*other.best)
        elif other.descents or other.value <= self.value:
            elite = self.aside if self.restless else self.elite
            elite.offer(elite.read(*other.best))

    def build(self) -> None:
        """Build a schedule from an order of the jobs, in hybrid flow shops."""
        if self._flow is not None:
            self._follow(self._flow.build())

    def _follow(self, value: int) -> None:
        """Begin a descent from the order of the jobs if its makespan is the best of all."""
        if self._flow is not None and value < self.value:
            self.take(*self._flow.placed())

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
            self.note()
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
