"""Components: what operations make for others, who is served first, and how urgent that makes it.

A rule that sees one machine at a time lets whoever is ready take the last of a component, and
those who are in need of it wait until more is made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.compile import Plant
from sanpin.factory.engine.lists.layout import FAR, Floats, Ints
from sanpin.factory.engine.lists.rules import DUE, REST, WEIGHT, sum_heads

__all__ = ["Components"]

AHEAD = 1e6
"""By how much what must come first is due earlier, and its weight."""

LEVELS = 4
"""Components of components of components that are looked through."""

Amounts = list[tuple[int, int]]
"""Operations, or instants, with amounts."""


class Components:
    """What a plant makes for itself.

    Parameters
    ----------
    plant : a compiled problem
    topological : its operations, predecessors first
    tails : what the rules look at

    Attributes
    ----------
    pegs : per operation the instant before which a rule should not start it, so that what it would
        consume is left to those who need it sooner; 0 for most
    """

    def __init__(self, plant: Plant, topological: Ints, tails: Floats) -> None:
        self.plant, self.tails = plant, tails
        self.makers: dict[int, Amounts] = defaultdict(list)
        self.users: dict[int, Amounts] = defaultdict(list)
        self._read()
        self.pegs = np.zeros(plant.op.shape[0], np.int64)
        if self.shared:
            self.peg(self._earliest_ends(topological))

    @property
    def shared(self) -> list[int]:
        """Materials that some make and some consume."""
        return [each for each in self.makers if each in self.users]

    def urgent(self) -> list[Floats]:
        """Return what the rules look at, with those urgent who make components.

        Returns
        -------
        Two ways, or the only one where nothing is made for others: makers, and what comes before
        them, first of all; or as urgent as who waits for them. Those are thought to be served in
        the order of their latest starts: the first whom stock, arrivals and earlier makers do not
        suffice needs the next maker by then, which weighs as much as all whom it serves.
        """
        if not self.shared:
            return [self.tails]
        first, fitting = self.tails.copy(), self.tails.copy()
        for material in self.shared:
            for op, _ in self.makers[material]:
                self._bring_forward(first, op, self.tails[op, DUE] - AHEAD, AHEAD)
        for _ in range(LEVELS):
            before = fitting[:, DUE].copy()
            for material in self.shared:
                self._urge(fitting, material)
            if (before == fitting[:, DUE]).all():
                break
        return [first, fitting]

    def peg(self, ends: Ints) -> None:
        """Peg those who consume to supplies, the one who must start first to what comes first.

        Parameters
        ----------
        ends : when each operation ends, as far as one knows
        """
        self.pegs[:] = 0
        start = self.tails[:, DUE] - self.tails[:, REST]
        for material in self.shared:
            supplies = sorted([
                *self._arrivals(material),
                *((int(ends[op]), amount) for op, amount in self.makers[material]),
            ])  # fmt: skip
            there = np.cumsum([amount for _, amount in supplies])
            users = sorted(self.users[material], key=lambda use: start[use[0]])
            need = np.cumsum([amount for _, amount in users])
            served = np.searchsorted(there, need)
            for (op, _), row in zip(users, served.tolist(), strict=True):
                if row < len(supplies):
                    self.pegs[op] = max(self.pegs[op], supplies[row][0])

    def _read(self) -> None:
        """Note who makes and who consumes what; what expires is taken fresh anyway."""
        lasting = (self.plant.material[:, at.LIFE] >= FAR).tolist()
        needs = self.plant.need.tolist()
        spans = self.plant.op[:, [at.USES, at.USES_END, at.MAKES, at.MAKES_END]].tolist()
        for op, (uses, uses_end, makes, makes_end) in enumerate(spans):
            for material, amount in needs[uses:uses_end]:
                if lasting[material]:
                    self.users[material].append((op, amount))
            for material, amount in needs[makes:makes_end]:
                if lasting[material]:
                    self.makers[material].append((op, amount))

    def _arrivals(self, material: int) -> Amounts:
        """Return instants and amounts of what comes from outside, the stock at 0."""
        row = self.plant.material[material]
        arrivals = self.plant.arrival[row[at.ARRIVALS] : row[at.ARRIVALS_END]]
        amounts = np.diff(arrivals[:, 1], prepend=0)
        return list(zip(arrivals[:, 0].tolist(), amounts.tolist(), strict=True))

    def _earliest_ends(self, topological: Ints) -> Ints:
        """Return when operations would end if each had its machine for itself, day and night."""
        ends = np.zeros(topological.size)
        sum_heads(self.plant.ints, topological, self.tails, ends)
        return ends.astype(np.int64)

    def _next(self, op: int) -> Iterable[int]:
        """Return what follows an operation in its job."""
        row = self.plant.op[op]
        return (int(each) for each in self.plant.after[row[at.NEXT] : row[at.NEXT_END]])

    def _urge(self, found: Floats, material: int) -> None:
        """Renew the due dates and weights of those who make a material."""
        start = found[:, DUE] - found[:, REST]
        users = sorted(self.users[material], key=lambda use: start[use[0]])
        makers = sorted(self.makers[material], key=lambda make: start[make[0]])
        weight = np.cumsum([0.0, *(self.tails[op, WEIGHT] for op, _ in users)])
        need = np.cumsum([amount for _, amount in users])
        stock = sum(amount for _, amount in self._arrivals(material))
        served = int(np.searchsorted(need, stock, "right"))
        for op, amount in makers:
            if served >= len(users):
                break
            stock += amount
            following = max(served + 1, int(np.searchsorted(need, stock, "right")))
            rest = max((found[other, REST] for other in self._next(op)), default=0.0)
            due = start[users[served][0]] + rest
            self._bring_forward(found, op, due, weight[following] - weight[served])
            served = following

    def _bring_forward(self, found: Floats, op: int, due: float, weight: float) -> None:
        """Let an operation and all before it be due earlier, and weigh more."""
        plant, waiting, seen = self.plant, [op], set()
        while waiting:
            here = waiting.pop()
            if here in seen:
                continue
            seen.add(here)
            found[here, DUE] = min(found[here, DUE], due)
            found[here, WEIGHT] = max(found[here, WEIGHT], weight)
            links = plant.link[plant.op[here, at.BEFORE] : plant.op[here, at.BEFORE_END]]
            waiting += links[:, at.OTHER].tolist()
