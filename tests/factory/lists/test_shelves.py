"""Stocks of many lots: kernels that go on from where they stopped, and a replay of everything."""

from __future__ import annotations

from random import Random

import pytest
from tests.factory.kernels import callable_kernel

from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.compile import Plant, compile_plant
from sanpin.factory.engine.lists.layout import FAR
from sanpin.factory.engine.lists.lot import Lot
from sanpin.factory.engine.lists.shelves import LAG, fresh_at
from sanpin.factory.engine.lists.state import book_stock, supplied_at
from sanpin.factory.model import Job, Material, Mode, Operation, Problem, Resource, ResourceKind

USES, MAKES = 5 * LAG, LAG
Flow = list[tuple[int, int]]


class Dairy:
    """A plant that makes and uses up milk, and what was booked of it.

    Parameters
    ----------
    life : how long milk keeps
    """

    def __init__(self, chance: Random, life: int | None) -> None:
        self.amounts = [chance.randint(1, 9) for _ in range(USES + MAKES)]
        self.arrivals = sorted((chance.randrange(4000), chance.randint(1, 40)) for _ in range(30))
        jobs = []
        for number, amount in enumerate(self.amounts):
            flow = {"milk": amount if number < USES else 9 * amount}
            way = {"consumes": flow} if number < USES else {"produces": flow}
            operation = Operation("1", (Mode("vat", 1),), **way)
            jobs.append(Job(str(number), (operation,)))
        milk = Material("milk", 20, tuple(self.arrivals), life)
        vat = Resource("vat", ResourceKind.MACHINE)
        self.plant: Plant = compile_plant(Problem(tuple(jobs), (vat,), materials=(milk,)))
        self.lot = Lot(self.plant, 1)
        self.life = FAR if life is None else life
        self.supplies: Flow = [(0, 20), *self.arrivals]
        self.uses: Flow = []

    @property
    def state(self) -> slice:
        """Where the state stands in the lot."""
        first = self.lot.ints[at.L_STATE]
        return slice(first, first + self.plant.size(at.STATE_SIZE))

    def missing(self, more: Flow) -> int:
        """Replay everything anew, and return how much use finds nothing that is fresh."""
        lots = sorted([time, amount] for time, amount in self.supplies)
        lacking = 0
        for now, wanted in sorted([*self.uses, *more], key=lambda use: use[0]):
            for each in lots:
                if each[0] <= now < each[0] + self.life:
                    taken = min(wanted, each[1])
                    wanted -= taken
                    each[1] -= taken
            lacking += wanted
        return lacking


@pytest.mark.parametrize("life", [60, 600])
def test_freshness_is_that_of_a_replay_of_everything(life: int) -> None:
    chance = Random(life)
    dairy, now = Dairy(chance, life), 0
    book, fresh = callable_kernel(book_stock), callable_kernel(fresh_at)
    plant, lot = dairy.plant.ints, dairy.lot.ints
    open_uses, open_makes = list(range(USES)), list(range(USES, USES + MAKES))
    looked_late = 0
    while open_uses:
        op = open_uses.pop()
        # Most come in the order of time, some long before others that are booked already.
        now += chance.randrange(9)
        t = chance.randrange(now) if chance.random() < 0.02 and now else now + chance.randrange(40)
        asked = fresh(plant, lot, op, t, 0, 0)
        if chance.random() < 0.2:
            amount = dairy.amounts[op]
            fits = dairy.missing([(t, amount)]) == dairy.missing([])
            later = [time for time, _ in dairy.supplies if time > t]
            assert asked == (t if fits else min(later, default=FAR))
            looked_late += len(dairy.uses) > 3 * LAG
        book(plant, lot, op, t, t + 1)
        dairy.uses.append((t, dairy.amounts[op]))
        if chance.random() < 0.2 and open_makes:
            end = now + chance.randrange(60)
            maker = open_makes.pop()
            book(plant, lot, maker, end - 1, end)
            dairy.supplies.append((end, 9 * dairy.amounts[maker]))
    assert looked_late > LAG // 4


def test_what_a_trial_has_booked_is_forgotten_with_it() -> None:
    chance = Random(3)
    dairy = Dairy(chance, 300)
    book, fresh = callable_kernel(book_stock), callable_kernel(fresh_at)
    plant, lot = dairy.plant.ints, dairy.lot.ints
    for op in range(3 * LAG):
        book(plant, lot, op, 5 * op, 5 * op + 1)
        dairy.uses.append((5 * op, dairy.amounts[op]))
    op, kept, log, uses = 3 * LAG, lot[dairy.state].copy(), dairy.lot.log.copy(), dairy.uses
    for trial in range(40):
        dairy.uses = list(uses)
        for _ in range(chance.randint(1, 4)):
            time = chance.randrange(15 * LAG)
            book(plant, lot, op + 1, time, time + 1)
            dairy.uses.append((time, dairy.amounts[op + 1]))
        t = chance.randrange(16 * LAG)
        fits = dairy.missing([(t, dairy.amounts[op])]) == dairy.missing([])
        assert (fresh(plant, lot, op, t, 0, 0) == t) == fits, trial
        lot[dairy.state], dairy.lot.log[...] = kept, log


def test_what_is_made_and_what_arrives_add_up() -> None:
    chance = Random(7)
    dairy = Dairy(chance, None)
    book, ready = callable_kernel(book_stock), callable_kernel(supplied_at)
    plant, lot = dairy.plant.ints, dairy.lot.ints
    makes = list(range(USES, USES + MAKES))
    used = 0
    for op in range(USES):
        if makes and chance.random() < 0.3:
            maker, end = makes.pop(), chance.randrange(1, 6000)
            book(plant, lot, maker, end - 1, end)
            dairy.supplies.append((end, 9 * dairy.amounts[maker]))
        goal, there, expected = used + dairy.amounts[op], 0, FAR
        for time, amount in sorted(dairy.supplies):
            there += amount
            if there >= goal:
                expected = time
                break
        assert ready(plant, lot, op) == expected
        book(plant, lot, op, 0, 1)
        used = goal
