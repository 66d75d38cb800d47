"""What the islands of the search have in common: a schedule in work and the best one met."""

from __future__ import annotations

from abc import ABC, abstractmethod

from sanpin.factory.engine.sequences.arrays import Ints, Shop, new_state
from sanpin.factory.engine.sequences.hunting import (
    BEST,
    MOVES,
    NOW,
    SINCE,
    UNSAVED,
    load,
    new_hunt,
    save,
)
from sanpin.factory.engine.sequences.rules import Start

__all__ = ["NEVER", "Island"]

NEVER = 2**31 - 1


class Island(ABC):
    """A search of its own, repeatable by its seed and work.

    Parameters
    ----------
    shop : what is searched
    seed : fixes all its chance
    target : a bound of the makespan
    """

    def __init__(self, shop: Shop, seed: int, target: int) -> None:
        self.shop, self.target = shop, target
        self.state, self.hunt = new_state(shop), new_hunt(shop, seed)
        self.waiting: list[Start] = []
        self.value, self.descents, self.calls = NEVER, 0, 0
        self._best: tuple[Ints, Ints] = self.hunt.best_order, self.hunt.best_mode

    @property
    def best(self) -> tuple[Ints, Ints]:
        """Order and modes of the best schedule."""
        return self._best

    @abstractmethod
    def work(self, quota: int) -> None:
        """Search for a fixed amount of work."""

    @abstractmethod
    def hear(self, other: Island) -> None:
        """Learn of the best schedule of another island."""

    def build(self) -> None:
        """Build a first schedule in a way of one's own, where there is one."""
        return

    def take(self, order: Ints, mode: Ints) -> None:
        """Go on from a schedule."""
        tally = self.hunt.tally
        tally[NOW] = tally[BEST] = load(self.shop, self.state, order, mode)
        tally[SINCE] = tally[MOVES]
        save(self.state, self.hunt)
        self.note()

    def note(self) -> None:
        """Keep the best schedule met lately if it is the best of all."""
        tally = self.hunt.tally
        if tally[BEST] < self.value:
            if tally[UNSAVED]:
                save(self.state, self.hunt)
            self.value = int(tally[BEST])
            self._best = self.hunt.best_order.copy(), self.hunt.best_mode.copy()
