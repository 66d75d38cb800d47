"""Jobs one after the other: each operation in the mode in which it ends first."""

from __future__ import annotations

import pytest
from tests.factory.kernels import callable_kernel
from tests.factory.plants import make_plant

from sanpin.factory.engine.lists import ListSearch, in_turn, place, scan
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.lot import Lot, line_up

decide, decide_best = callable_kernel(in_turn._decide), callable_kernel(in_turn._decide_best)
reset, book = callable_kernel(scan.reset), callable_kernel(place.book)

PLANTS = (
    "setup initial modes calendar",
    "modes calendar worker efficiency worker_calendar resumable site",
    "setup clean modes team tool pool material transfer setup_worker",
    "modes worker efficiency closed_site outsource latest forbidden max_lag",
    "oven modes calendar tank worker",
)


@pytest.mark.parametrize("names", PLANTS)
def test_the_mode_is_the_one_that_trying_all_would_choose(names: str) -> None:
    others = 0
    for seed in range(6):
        problem = make_plant(seed, names.split(), jobs=12, operations=4, machines=5)
        search = ListSearch(problem, seed=0, workers=1)
        plant, lot = search.plant, Lot(search.plant, 0)
        line_up(plant, lot, search.topological)
        reset(plant.ints, lot.ints, lot.worth)
        for here, op in enumerate(lot.order.tolist()):
            modes = range(*plant.op[op, [at.MODES, at.MODES_END]].tolist())
            own, record, tried = lot.mode[op], lot.record[op].copy(), []
            for mode in modes:
                lot.record[op] = record
                decide(plant.ints, lot.ints, here, mode)
                tried.append((lot.record[op, at.BREACH], lot.record[op, at.END], mode))
            lot.record[op], lot.mode[op] = record, own
            decide_best(plant.ints, lot.ints, here)
            breach, end = lot.record[op, [at.BREACH, at.END]]
            assert (breach, end, lot.mode[op]) == min(tried)
            assert lot.record[op, at.CHOSEN] == lot.mode[op]
            others += lot.mode[op] != modes[0]
            book(plant.ints, lot.ints, op)
    assert others > 6
