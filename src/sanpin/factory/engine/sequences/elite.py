"""The elite of schedules that an island found, and new ones between them.

Path relinking (Peng, Lü and Cheng 2015) by times: between two schedules lies every one that
sorts all operations by a weighted mean of their starts. What both do in the same order stays so,
and no cycle can come up.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sanpin.factory.engine.sequences.arrays import (
    PLACE,
    RIGHT,
    Ints,
    Shop,
    State,
    new_state,
    starts_of,
)
from sanpin.factory.engine.sequences.hunting import load

__all__ = ["Elite", "Member", "blend"]

MEMBERS = 8
"""Schedules that are kept."""
ALIKE = 0.9
"""Share of equal neighbours on machines above which two schedules are the same."""


class Member(NamedTuple):
    """A schedule: makespan, order and modes, and what tells it from others.

    Attributes
    ----------
    start, place : of each operation, in time and in the order
    right : next operation on the machine
    """

    value: int
    order: Ints
    mode: Ints
    start: Ints
    place: Ints
    right: Ints


class Elite:
    """A few good schedules that differ.

    Parameters
    ----------
    shop : what they are schedules of
    """

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.members: list[Member] = []
        self._state: State = new_state(shop)

    def read(self, order: Ints, mode: Ints) -> Member:
        """Measure a schedule."""
        value = load(self.shop, self._state, order, mode)
        node = self._state.node[:-1]
        start = starts_of(self.shop, self._state).copy()
        return Member(value, order, mode, start, node[:, PLACE].copy(), node[:, RIGHT].copy())

    def offer(self, new: Member) -> bool:
        """Keep a schedule if it is good or unlike all others; tell whether it was kept."""
        alike = [each for each in self.members if (each.right == new.right).mean() > ALIKE]
        if any(each.value <= new.value for each in alike):
            return False
        # Members are told apart by identity: rows of numbers have no one answer to equality.
        kept = [each for each in self.members if not any(each is other for other in alike)]
        kept = sorted([*kept, new], key=lambda each: each.value)[:MEMBERS]
        self.members = kept
        return any(each is new for each in kept)

    def pair(self, random: np.random.Generator) -> tuple[Member, Member]:
        """Choose two members."""
        one, two = random.choice(len(self.members), 2, replace=False)
        return self.members[one], self.members[two]


def blend(one: Member, two: Member, share: float, random: np.random.Generator) -> tuple[Ints, Ints]:
    """Return order and modes of a schedule between two.

    Parameters
    ----------
    share : weight of the second; 0 gives the first
    """
    middle: NDArray[np.float64] = (1 - share) * one.start + share * two.start
    order = np.append(np.lexsort((one.place, middle)), len(middle)).astype(np.int32)
    mode = np.where(random.random(len(one.mode)) < share, two.mode, one.mode)
    return order, mode
