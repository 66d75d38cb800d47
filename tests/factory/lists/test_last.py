"""Jobs that break limits are put last: the others stay, and come earlier again where they can."""

from __future__ import annotations

import numpy as np
import pytest

from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.compile import compile_plant
from sanpin.factory.engine.lists.dispatch import dispatch
from sanpin.factory.engine.lists.in_turn import place_in_turn
from sanpin.factory.engine.lists.lot import Lot, put_last
from sanpin.factory.engine.lists.mend import hurry
from sanpin.factory.engine.lists.queues import make_queues
from sanpin.factory.engine.lists.rules import RULES, measure
from sanpin.factory.engine.lists.scan import total
from sanpin.factory.model import Attribute, Job, Mode, Operation, Problem, Resource, SetupTable
from sanpin.factory.sample.plants import generate


@pytest.mark.parametrize("seed", [1, 3, 4, 5])
def test_the_others_stay_and_come_earlier_again_where_they_can(seed: int) -> None:
    plant = compile_plant(generate("icecream", 250, 30, seed=seed))
    lot, (order, tails) = Lot(plant, 0), measure(plant)
    arrays = plant.ints, plant.prices, lot.ints, lot.worth
    rule, tuning = RULES.index("WEDD"), (4.0, 3.0, 4, 0)
    dispatch(plant.ints, lot.ints, lot.worth, tails, make_queues(plant, order), rule, tuning)
    total(*arrays)
    starts = lot.record[:, at.START].copy()
    broken = np.flatnonzero(lot.record[:, at.BREACH] > 0)
    assert broken.size
    place = put_last(plant, lot, order, 0)
    stay, moved = lot.order[:place], lot.order[place:]
    assert set(broken) <= set(moved)
    place_in_turn(plant.ints, lot.ints, lot.worth, place)
    total(*arrays)
    assert lot.value[at.BROKEN] == 0
    assert (lot.record[stay, at.START] == starts[stay]).all()
    held, before = int((lot.delay > 0).sum()), float(lot.value[at.OBJECTIVE])
    hurry(*arrays, 10**9)
    assert lot.value[at.BROKEN] == 0
    assert lot.value[at.OBJECTIVE] <= before + 1e-6
    assert int((lot.delay > 0).sum()) < held // 2
    known = float(lot.value[at.OBJECTIVE])
    total(*arrays)
    assert lot.value[at.OBJECTIVE] == pytest.approx(known)


@pytest.mark.parametrize(("along", "kept"), [(0, False), (2, False), (3, True)])
def test_others_go_along_between_what_must_not_follow_each_other(along: int, kept: bool) -> None:
    """After nuts come no mangoes; milk between them has to be left for that."""
    matrix = {"nut": {"milk": 1, "none": 1}, "milk": {"none": 1, "nut": 1}, "none": {"milk": 1}}
    allergen = Attribute(matrix, forbidden=frozenset({("nut", "none")}))
    jobs = tuple(
        Job(name, (Operation("o", (Mode("m", 5),), attributes={"allergen": name}),), due=due)
        for name, due in (("milk", 2), ("nut", 1), ("none", 3))
    )
    setups = {"s": SetupTable({"allergen": allergen})}
    plant = compile_plant(Problem(jobs, (Resource("m", setup="s"),), setups=setups))
    lot, (order, _) = Lot(plant, 0), measure(plant)
    arrays = plant.ints, plant.prices, lot.ints, lot.worth
    lot.order[:], lot.mode[:], lot.load[:] = [0, 1, 2], [0, 1, 2], [0, 1, 2]
    total(*arrays)
    assert lot.value[at.BROKEN] >= at.IMPOSSIBLE
    place = put_last(plant, lot, order, along)
    place_in_turn(plant.ints, lot.ints, lot.worth, place)
    total(*arrays)
    assert bool(lot.value[at.BROKEN] == 0) == kept
