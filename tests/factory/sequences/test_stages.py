"""Hybrid flow shops: decoding and insertion against slow calculations, and the whole search."""

from dataclasses import replace
from itertools import permutations
from math import factorial

import numpy as np
import pytest
from tests.factory.kernels import callable_kernel

from sanpin.factory.engine.check import check
from sanpin.factory.engine.sequences import SequenceSearch, stages
from sanpin.factory.engine.sequences.arrays import new_state
from sanpin.factory.engine.sequences.compile import compile_shop
from sanpin.factory.engine.sequences.flow import place_all
from sanpin.factory.engine.sequences.hunting import load
from sanpin.factory.model import Mode

decode, insert = (callable_kernel(each) for each in (stages.decode, stages.insert))


def slow_decode(line, order):
    """Return the makespan of an order of the jobs, instant by instant."""
    arrival = {job: (0, at) for at, job in enumerate(order)}
    for stage, count in enumerate(line.machines.tolist()):
        free = [0] * count
        for at, job in enumerate(sorted(arrival, key=arrival.__getitem__)):
            machine = free.index(min(free))
            free[machine] = max(free[machine], arrival[job][0]) + int(line.length[stage, job])
            arrival[job] = free[machine], at
    return max(end for end, _ in arrival.values())


@pytest.mark.parametrize("seed", range(8))
def test_decoding_equals_a_slow_one_and_places_a_valid_schedule(make_line, seed):
    shop = compile_shop(make_line(seed, stages=1 + seed % 4, machines=3))
    line, operations = stages.find_line(shop)
    desk, random = stages.new_desk(line, 1), np.random.default_rng(seed)
    for _ in range(20):
        order = random.permutation(8).astype(np.int32)
        value = decode(line, desk, order, 8, stages.NEVER)
        assert value == slow_decode(line, order.tolist())
        assert decode(line, desk, order, 8, value) == value
        assert decode(line, desk, order, 8, value - 1) == stages.NEVER
        placed, mode = place_all(shop, line, operations, order)
        assert sorted(placed[:-1].tolist()) == list(range(shop.size))
        assert load(shop, new_state(shop), placed, mode) <= value
    assert desk.tally[0] > 0


@pytest.mark.parametrize("seed", range(4))
def test_insertion_finds_the_best_of_all_places(make_line, seed):
    line, _ = stages.find_line(compile_shop(make_line(seed, jobs=9)))
    desk, order = stages.new_desk(line, 3), np.arange(9, dtype=np.int32)[::-1].copy()
    rest = order[:8].tolist()
    every = [slow_decode(line, [*rest[:at], 0, *rest[at:]]) for at in range(9)]
    assert insert(line, desk, order, 8, 0) == min(every)
    assert slow_decode(line, order.tolist()) == min(every)
    assert sorted(order.tolist()) == list(range(9))


def test_many_places_are_sampled(make_line):
    line, _ = stages.find_line(compile_shop(make_line(1, jobs=300)))
    desk, order = stages.new_desk(line, 3), np.arange(300, dtype=np.int32)
    before = desk.tally[0]
    value = insert(line, desk, order, 299, 299)
    assert desk.tally[0] - before <= (stages.TRIES + 1) * 300 * 3
    assert slow_decode(line, order.tolist()) == value
    assert sorted(order.tolist()) == list(range(300))


@pytest.mark.parametrize("seed", range(4))
def test_rearranging_finds_the_best_of_all_orders(make_line, seed):
    line, _ = stages.find_line(compile_shop(make_line(seed, jobs=6)))
    best = min(slow_decode(line, order) for order in permutations(range(6)))
    desk = stages.new_desk(line, seed)
    stages.build(line, desk)
    built = desk.tally[stages.BEST]
    assert slow_decode(line, desk.best.tolist()) == built
    stages.rearrange(line, desk, 20 * factorial(6), 3, 1.0)
    assert slow_decode(line, desk.now.tolist()) == desk.tally[stages.NOW]
    assert slow_decode(line, desk.best.tolist()) == desk.tally[stages.BEST] == best <= built


def test_other_shops_are_no_lines(make_shop, make_line):
    for kind in ({}, {"modes": 2}, {"loose": True}, {"modes": 2, "workers": 2}):
        assert stages.find_line(compile_shop(make_shop(4, **kind))) is None
    problem = make_line(3, machines=3)
    shop = compile_shop(problem)
    assert stages.find_line(shop) is not None
    first = problem.jobs[0].operations
    for changed in (first[:-1], (replace(first[0], modes=(Mode("s1-0", 3),)), *first[1:])):
        job = replace(problem.jobs[0], operations=changed)
        other = replace(problem, jobs=(job, *problem.jobs[1:]))
        assert stages.find_line(compile_shop(other)) is None


@pytest.mark.parametrize("workers", [1, 2])
def test_lines_are_searched_validly_and_repeatably(make_line, workers):
    found = []
    for threads in (1, workers):
        problem = make_line(11, jobs=25, stages=4, machines=3)
        search = SequenceSearch(problem, seed=2, workers=threads)
        search.start()
        first = search.best
        for _ in range(4):
            search.round()
        report = check(problem, search.operations())
        assert report.valid
        assert search.bound <= report.objective == search.best[1] <= first[1]
        found.append(search.operations())
    assert found[0] == found[1]
