"""Where what is left out stands, beside a slow count in plain words."""

from math import floor

import numpy as np
import pytest

from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.compile import compile_plant
from sanpin.factory.engine.lists.leaving import with_left_out
from sanpin.factory.engine.lists.rules import measure


def slowly(plant, mode, load, order, topological):
    """Return the same list, operation by operation."""
    count = len(order)
    rank = {op: place for place, op in enumerate(topological)}
    place = {op: number for number, op in enumerate(order)}
    key = {}
    for op in order:
        key[op] = float(_last_of_load(load, order, place[op]))
    job = {op: int(plant.op[op, at.JOB]) for op in order}
    choosing = {job[op] for op in order if plant.op[op, at.OPTIONAL]}
    if not choosing:
        return list(order)
    out = {op for op in order if mode[op] == plant.op[op, at.MODES_END]}
    for op in topological:
        if job[op] not in choosing:
            continue
        before = [
            int(plant.link[link, at.OTHER])
            for link in range(plant.op[op, at.BEFORE], plant.op[op, at.BEFORE_END])
        ]
        if op in out:
            done = [place[each] for each in order if job[each] == job[op] and each not in out]
            ends = [_last_of_load(load, order, each) for each in done]
            begin = min(ends, default=count + 0.5) - 0.5
            key[op] = max(begin, *(floor(key[other]) + 0.5 for other in before), -1.0)
        else:
            key[op] = max(key[op], *(key[other] for other in before if key[other] % 1), -1.0)
    return sorted(order, key=lambda op: (key[op], rank[op] if key[op] % 1 else place[op]))


def _last_of_load(load, order, place):
    """Return the last place of the load that stands at a place."""
    last = place
    while last + 1 < len(order) and load[order[last + 1]] == load[order[place]]:
        last += 1
    return last


@pytest.mark.parametrize("seed", range(60))
def test_what_is_left_out_stands_where_it_may_be_chosen_later(make_plant, seed):
    plant = compile_plant(make_plant(seed, jobs=6))
    topological, _ = measure(plant)
    random = np.random.default_rng(seed)
    places = np.arange(topological.size) + random.random(topological.size) * 4
    order = topological[np.argsort(places, kind="stable")]
    mode = plant.op[:, at.MODES].copy()
    left = (plant.op[:, at.OPTIONAL] > 0) & (random.random(mode.size) < 0.5)
    mode[left] = plant.op[left, at.MODES_END]
    load = np.arange(mode.size) // random.integers(1, 3)
    found = with_left_out(plant, mode, load, order, topological)
    assert found.tolist() == slowly(
        plant, mode, load.tolist(), order.tolist(), topological.tolist()
    )
