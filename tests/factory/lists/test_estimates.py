"""What is estimated of a move, beside what it really changes."""

from __future__ import annotations

from math import inf
from random import Random

import pytest
from tests.factory.kernels import callable_kernel

from sanpin.factory.engine.lists import edits, moves, rearrange, scan
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.compile import Plant, compile_plant
from sanpin.factory.engine.lists.dispatch import dispatch
from sanpin.factory.engine.lists.lot import Lot
from sanpin.factory.engine.lists.queues import make_queues
from sanpin.factory.engine.lists.rules import RULES, measure
from sanpin.factory.engine.lists.scan import total
from sanpin.factory.model import Attribute, Job, Mode, Operation, Problem, Resource, SetupTable

begin_trial, stretch_first = (
    callable_kernel(edits.begin_trial),
    callable_kernel(edits.stretch_first),
)
work_off = callable_kernel(scan.scan)
KINDS = {
    kernel.__name__: callable_kernel(kernel)
    for kernel in (moves.insert, moves.move_run, rearrange.swap, rearrange.reverse)
}

COLOURS = ("white", "red", "black")


def _shop(seed: int) -> Problem:
    """Return jobs of one operation on two machines that change colours, open by day."""
    random = Random(seed)
    lengths = {a: {b: random.randint(1, 9) for b in COLOURS if b != a} for a in COLOURS}
    days = tuple((24 * day + 6, 24 * day + 18) for day in range(60))
    jobs = tuple(
        Job(
            f"j{n}",
            (
                Operation(
                    "o",
                    tuple(Mode(m, random.randint(1, 6)) for m in ("a", "b")),
                    attributes={"colour": random.choice(COLOURS)},
                    resumable=random.random() < 0.5,
                ),
            ),
            release=random.randint(0, 30),
            due=random.randint(20, 90),
            weight=random.randint(1, 5),
        )
        for n in range(22)
    )
    return Problem(
        jobs,
        (Resource("a", calendar="day", setup="paint"), Resource("b", setup="paint")),
        calendars={"day": days},
        setups={"paint": SetupTable({"colour": Attribute(lengths)})},
        objective={"tardiness": 1.0, "setup": 2.0},
    )


def _scheduled(problem: Problem) -> tuple[Plant, Lot]:
    """Return a plant and a schedule of it by a rule."""
    plant = compile_plant(problem)
    lot, (order, tails) = Lot(plant, 1), measure(plant)
    queues = make_queues(plant, order)
    rule = RULES.index("ATCS")
    dispatch(plant.ints, lot.ints, lot.worth, tails, queues, rule, (4.0, 1.0, 0, 0))
    total(plant.ints, plant.prices, lot.ints, lot.worth)
    return plant, lot


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(6))
def test_the_estimate_of_a_move_is_exact_where_only_machines_are_needed(
    seed: int, kind: str
) -> None:
    plant, lot = _scheduled(_shop(seed))
    numbers, prices, random = plant.ints, plant.prices, Random(seed)
    tried = 0
    for _ in range(150):
        before, op = (lot.ints.copy(), lot.worth.copy()), random.randrange(22)

        def propose(limit: float, op: int = op) -> bool:
            begin_trial(lot.ints)
            return bool(KINDS[kind](numbers, prices, lot.ints, op, limit))

        proposed = propose(inf)
        moved = lot.ints[at.FIRST] < lot.ints[at.LAST]
        if proposed and moved:
            first, last = stretch_first(numbers, lot.ints), int(lot.ints[at.LAST])
            assert work_off(numbers, prices, lot.ints, lot.worth, first, last, inf, 0.0)
            change = float(lot.value[at.GAIN])
            after = int(lot.ints[at.CHANCE])
            lot.ints[:], lot.worth[:] = before
            assert not propose(change - 0.25)
            lot.ints[:], lot.worth[:] = before
            assert propose(change + 0.25)
            assert int(lot.ints[at.CHANCE]) == after
            tried += 1
        chance = int(lot.ints[at.CHANCE])
        lot.ints[:], lot.worth[:] = before
        lot.ints[at.CHANCE] = chance
    assert tried > 40
