"""What the search is for, how problems are compiled, and bounds against brute force."""

from dataclasses import replace
from itertools import islice, product

import numpy as np
import pytest

from sanpin.factory.engine.sequences import SequenceSearch, suits
from sanpin.factory.engine.sequences.arrays import new_state
from sanpin.factory.engine.sequences.compile import compile_shop
from sanpin.factory.engine.sequences.hunting import load
from sanpin.factory.engine.sequences.paths import (
    are_straight,
    bound,
    one_machine,
    shortest,
    work_after,
    work_before,
)
from sanpin.factory.engine.sequences.rules import chance_schedules, rule_schedules
from sanpin.factory.model import Job, Mode, Operation, Problem, Resource, ResourceKind, WorkerNeed


def orders(shop, placed=()):
    """Yield every order of all operations that keeps to the jobs."""
    if len(placed) == shop.size:
        yield placed
    for op in range(shop.size):
        row = shop.jobs.before[shop.jobs.before_start[op] : shop.jobs.before_start[op + 1], 0]
        if op not in placed and all(b in placed or b == shop.size for b in row):
            yield from orders(shop, (*placed, op))


def brute_force(shop):
    """Return the least makespan over all orders and modes."""
    rows = [range(shop.mode_start[op], shop.mode_start[op + 1]) for op in range(shop.size)]
    state, best = new_state(shop), 2**31
    every = [np.array([*order, shop.size], np.int32) for order in orders(shop)]
    for modes in product(*rows):
        mode = np.array([*modes, 0], np.int32)
        best = min(best, *(load(shop, state, order, mode) for order in every))
    return best


TINY = ({}, {"modes": 2}, {"modes": 2, "workers": 2}, {"loose": True})


@pytest.mark.parametrize("kind", TINY, ids=str)
@pytest.mark.parametrize("seed", range(4))
def test_bound_optimum_and_search_agree_on_tiny_shops(make_shop, kind, seed):
    problem = make_shop(seed, jobs=3, machines=2, steps=2, **kind)
    shop = compile_shop(problem)
    optimum = brute_force(shop)
    assert bound(shop) <= optimum
    search = SequenceSearch(problem)
    search.start()
    assert search.best[1] >= optimum
    for _ in range(3):
        search.round()
    assert search.best == (0, optimum)


def test_the_one_machine_bound_interrupts_what_has_a_short_tail():
    # The long operation starts, makes way for the urgent one at 2, and goes on at 4.
    heads, lengths, tails = np.array([0, 2]), np.array([4, 2]), np.array([0, 5])
    assert one_machine(heads, lengths, tails) == 9
    assert one_machine(heads, lengths, tails[::-1]) == 9
    assert one_machine(heads, lengths, np.array([0, 0])) == 6
    assert one_machine(heads[:1], lengths[:1], tails[1:]) == 9


def test_rules_start_from_both_ends(make_shop):
    shop = compile_shop(make_shop(2, jobs=20, modes=2))
    found = list(rule_schedules(shop, 1))
    mixed = islice(chance_schedules(shop, np.random.default_rng(0)), 12)
    assert len(found) == 12
    state = new_state(shop)
    for end, order, mode in (*found, *mixed):
        assert load(shop, state, order, mode) <= end
    assert len({end for end, *_ in found}) > 6


def test_modes_of_the_same_machine_are_one():
    modes = (Mode("m", 9), Mode("m", 4), Mode("k", 5))
    problem = Problem((Job("j", (Operation("o", modes),)),), (Resource("k"), Resource("m")))
    shop = compile_shop(problem)
    assert shop.mode_machine.tolist() == [1, 0]
    assert shop.mode_length.tolist() == [4, 5]


PLAIN = Problem((Job("j", (Operation("o", (Mode("m", 3),)),)),), (Resource("m"),))


def changed(**changes):
    """Return the plain problem with its only operation changed."""
    operation = replace(PLAIN.jobs[0].operations[0], **changes)
    return replace(PLAIN, jobs=(Job("j", (operation,)),))


@pytest.mark.parametrize(
    "problem",
    [
        replace(PLAIN, objective={"makespan": 1, "flow": 1}),
        replace(PLAIN, objective={"tardiness": 1}),
        replace(PLAIN, jobs=()),
        replace(PLAIN, resources=(Resource("m"), Resource("t", ResourceKind.TANK))),
        changed(modes=()),
        changed(modes=(Mode("m", 2**30),)),
        changed(modes=(Mode("m", 3, uses={"steam": 1}),)),
        changed(modes=(Mode("m", 3, crew=("a", "b")),)),
        changed(worker=WorkerNeed("sew")),
        changed(consumes={"clay": 1}),
    ],
)
def test_what_has_other_rules_does_not_suit(problem):
    assert not suits(problem)


def test_machines_workers_and_weights_of_nothing_suit():
    assert suits(PLAIN)
    assert suits(replace(PLAIN, objective={"makespan": 2.5, "flow": 0}))
    workers = (Resource("m"), Resource("a", ResourceKind.WORKER))
    assert suits(replace(changed(modes=(Mode("m", 3, crew=("a",)),)), resources=workers))


def test_the_objective_is_weighted():
    search = SequenceSearch(replace(PLAIN, objective={"makespan": 2.5}))
    search.start()
    assert search.best == (0, 7.5)
    assert search.bound == 7.5
    assert search.optimal
    search.round()
    assert search.rounds == 0


@pytest.mark.parametrize("kind", [{}, {"modes": 2, "workers": 2}], ids=str)
def test_work_along_chains_is_the_longest_path(make_shop, kind):
    shop = compile_shop(make_shop(5, **kind))
    length = shortest(shop)
    assert are_straight(shop)
    crossed = shop._replace(more=shop.jobs)
    assert not are_straight(crossed)
    for side in (work_before, work_after):
        assert side(shop, length).tolist() == side(crossed, length).tolist()
