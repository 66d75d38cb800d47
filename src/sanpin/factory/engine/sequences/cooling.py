"""An island that anneals: heat falls over cycles, each twice as long as the one before."""

from __future__ import annotations

from sanpin.factory.engine.sequences.arrays import Ints, Shop
from sanpin.factory.engine.sequences.hunting import stay
from sanpin.factory.engine.sequences.island import Island
from sanpin.factory.engine.sequences.recreate import anneal

__all__ = ["Cooling"]

SHORTEST = 16
"""Shares of work in the first cycle."""
COLDEST = 0.02
"""Heat at the end of a cycle, as a share of the mean duration."""


class Cooling(Island):
    """An island that goes on from one schedule all the time.

    Parameters
    ----------
    shop, seed, target : as for every island
    hottest : heat at the beginning of a cycle, as a share of the mean duration
    """

    def __init__(self, shop: Shop, seed: int, target: int, hottest: float) -> None:
        super().__init__(shop, seed, target)
        self.hottest = hottest
        self._cycle = 0, SHORTEST
        self._mean = float(shop.mode_length.mean())
        self._heard: tuple[Ints, Ints] | None = None

    def hear(self, other: Island) -> None:
        """Go on in the next cycle from what another island has found, if that is better."""
        if other.value < self.value:
            self._heard = other.best

    def take(self, order: Ints, mode: Ints) -> None:
        """Go on from a schedule."""
        super().take(order, mode)
        stay(self.state, self.hunt)

    def work(self, quota: int) -> None:
        """Anneal for a fixed amount of work."""
        begin, length = self._cycle
        if self.calls == begin + length:
            begin, length = self._cycle = self.calls, 2 * length
            if self._heard is not None:
                self.take(*self._heard)
                self._heard = None
        share = (self.calls - begin) / length
        heat = self._mean * self.hottest * (COLDEST / self.hottest) ** share
        anneal(self.shop, self.state, self.hunt, quota, heat, self.target)
        self.calls += 1
        self.note()
