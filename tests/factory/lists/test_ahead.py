"""Rules that look ahead: what must soon follow in an oven is not let loose when that is full."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from tests.factory.kernels import callable_kernel

from sanpin.factory.engine.lists import ahead
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.compile import compile_plant
from sanpin.factory.engine.lists.dispatch import begin, dispatch
from sanpin.factory.engine.lists.lot import Lot
from sanpin.factory.engine.lists.queues import (
    Q_FIRST,
    Q_LENGTH,
    Q_OP,
    Q_UNTIL,
    hurries_to_ovens,
    make_queues,
)
from sanpin.factory.engine.lists.rules import RULES, measure
from sanpin.factory.engine.lists.scan import total
from sanpin.factory.model import (
    BatchNeed,
    Job,
    Mode,
    Operation,
    Problem,
    Resource,
    ResourceKind,
)
from sanpin.factory.sample.plants import FEATURES, generate

excess = callable_kernel(ahead.excess)

OVENS, ROOM, LENGTH = ("a", "b"), 6, 20


def _crowd(random: Random) -> Problem:
    """Return loads for two ovens and one pool; the last one comes when the others wait already."""
    jobs = tuple(
        Job(
            f"j{n}",
            (
                Operation(
                    "o",
                    tuple(
                        Mode(oven, LENGTH, uses={"cold": random.randint(1, 3)}) for oven in OVENS
                    ),
                    batch=BatchNeed(random.choice("xy"), random.randint(1, ROOM)),
                ),
            ),
            release=random.randint(0, 60),
        )
        for n in range(random.randint(1, 7))
    )
    ovens = tuple(Resource(oven, ResourceKind.OVEN, capacity=ROOM) for oven in OVENS)
    cold = Resource("cold", ResourceKind.POOL, capacity=random.randint(3, 9))
    return Problem(jobs, (*ovens, cold))


def _played(problem: Problem, waiting: list[tuple[int, int, int]], pool: int) -> int:
    """Return how much too late the worst starts when the most urgent is always taken first.

    Parameters
    ----------
    waiting : number of the job, when it is ready, and by when it must start
    """
    free, drawn, worst, rows = [0] * len(OVENS), [0] * len(OVENS), 0, list(waiting)
    ops = [job.operations[0] for job in problem.jobs]
    # What comes last speaks for the pool while a start is sought.
    asked = ops[waiting[-1][0]].modes[0].uses["cold"]

    def taken(t: int) -> int:
        return sum(amount for amount, end in zip(drawn, free, strict=True) if end > t)

    while rows:
        oven = free.index(min(free))
        t = max(free[oven], min(ready for _, ready, _ in rows))
        while asked + taken(t) > pool:
            t = min(end for end, amount in zip(free, drawn, strict=True) if end > t and amount)
        first = min((row for row in rows if row[1] <= t), key=lambda row: row[2])
        here, room, amount, load = waiting.index(first), ROOM, 0, []
        others = taken(t)
        for row in waiting[here:] + waiting[:here]:
            op = ops[row[0]]
            uses = op.modes[0].uses["cold"]
            alike = op.batch.family == ops[first[0]].batch.family
            fits = op.batch.size <= room and (row is first or others + amount + uses <= pool)
            if row in rows and row[1] <= t and alike and fits:
                load.append(row)
                room, amount = room - op.batch.size, amount + uses
        worst = max(worst, *(t - until for _, _, until in load))
        rows = [row for row in rows if row not in load]
        free[oven], drawn[oven] = t + LENGTH, amount
    return worst


@pytest.mark.parametrize("seed", range(60))
def test_ovens_are_played_through_as_their_definition_says(seed: int) -> None:
    random = Random(seed)
    problem = _crowd(random)
    plant = compile_plant(problem)
    lot, (order, _) = Lot(plant, 0), measure(plant)
    queues = make_queues(plant, order)
    begin(plant.ints, lot.ints, lot.worth, queues, 0)
    until = [job.release + random.randint(0, 40) for job in problem.jobs]
    new = len(problem.jobs) - 1
    for oven in range(len(OVENS)):
        first = queues[queues[Q_FIRST] + oven]
        for place in range(first, first + queues[queues[Q_LENGTH] + oven]):
            queues[queues[Q_UNTIL] + place] = until[queues[queues[Q_OP] + place]]
        # The last one has not come yet.
        assert queues[queues[Q_OP] + place] == new
        queues[queues[Q_LENGTH] + oven] -= 1
    ready = [job.release for job in problem.jobs]
    waiting = [(job, ready[job], until[job]) for job in range(len(problem.jobs))]
    pool = next(each.capacity for each in problem.resources if each.id == "cold")
    found = excess(plant.ints, lot.ints, queues, new, ready[new], until[new])
    assert found == _played(problem, waiting, pool)


def test_what_no_waiting_helps_holds_nothing_back() -> None:
    oven = Resource("a", ResourceKind.OVEN, capacity=2)
    job = Job("j", (Operation("o", (Mode("a", 5, uses={"cold": 9}),)),))
    problem = Problem((job,), (oven, Resource("cold", ResourceKind.POOL, capacity=3)))
    plant = compile_plant(problem)
    lot, (order, _) = Lot(plant, 0), measure(plant)
    queues = make_queues(plant, order)
    assert excess(plant.ints, lot.ints, queues, 0, 0, 1) == 0


def _breach(problem: Problem, caution: int) -> int:
    """Return by how much the schedule of a rule breaks limits."""
    plant = compile_plant(problem)
    lot, (order, tails) = Lot(plant, 0), measure(plant)
    queues, tuning = make_queues(plant, order), (4.0, 3.0, 0, caution)
    dispatch(plant.ints, lot.ints, lot.worth, tails, queues, RULES.index("ATCS"), tuning)
    total(plant.ints, plant.prices, lot.ints, lot.worth)
    return int(lot.value[at.BROKEN])


def test_caution_keeps_what_would_wait_too_long_for_ovens() -> None:
    plants = []
    for seed in range(1, 5):
        problem = generate("icecream", 60, 20, seed=seed)
        scarce = (replace(r, capacity=10) if r.id == "cooling" else r for r in problem.resources)
        plants.append(replace(problem, resources=tuple(scarce)))
    careless, careful = (sum(_breach(each, caution) for each in plants) for caution in (0, 2))
    assert careless > 1000
    assert careful < careless // 10


def test_only_plants_that_hurry_to_ovens_need_caution() -> None:
    assert hurries_to_ovens(compile_plant(generate("icecream", 30, 10)))
    without = generate("icecream", 30, 10, features=FEATURES - {"ovens"})
    assert not hurries_to_ovens(compile_plant(without))
