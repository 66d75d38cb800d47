"""Windows: valid with every feature, never worse, what they say they gained, repeatable."""

from dataclasses import replace
from random import Random

import pytest
from tests.factory.oracles import some_schedule
from tests.factory.plants import FEATURES, make_plant

from sanpin.base import Budget
from sanpin.factory import check
from sanpin.factory.engine.exact import choose_window, improve_window, make_index


def half(problem, seed):
    """Draw half of the operations of a plant."""
    size = problem.operation_count
    return Random(seed).sample(range(size), (size + 1) // 2)


def improve(problem, seed):
    """Improve a schedule found by chance; return whether it got better, None without one."""
    some = some_schedule(problem, seed)
    if some is None:
        return None
    outcome = improve_window(problem, some, half(problem, seed), effort=0.5)
    assert outcome.operations is not None
    before, after = check(problem, some), check(problem, outcome.operations)
    assert after.violations == ()
    assert outcome.gain >= 0
    assert before.objective - after.objective == pytest.approx(outcome.gain)
    return outcome.gain > 0


@pytest.mark.parametrize("name", FEATURES)
def test_windows_of_every_feature_are_valid_and_never_worse(name):
    tried = [improve(make_plant(seed, [name], jobs=3), seed) for seed in range(3)]
    assert any(gained is not None for gained in tried)


def test_windows_of_many_features_are_valid_and_often_better():
    random, gained = Random(5), []
    for seed in range(16):
        gained.append(improve(make_plant(seed, random.sample(list(FEATURES), 4), jobs=3), seed))
    assert gained.count(True) >= 4


def test_what_is_frozen_stays():
    problem = make_plant(4, ["setup", "modes", "calendar"], jobs=4)
    some = some_schedule(problem, 4)
    free = half(problem, 1)
    outcome = improve_window(problem, some, free)
    index = make_index(problem)
    before, after = index.placed(some), index.placed(outcome.operations)
    for op in set(range(index.size)) - set(free):
        assert (before[op].machine, before[op].start) == (after[op].machine, after[op].start)


def test_windows_are_repeatable():
    problem = make_plant(9, ["setup", "modes", "due"], jobs=4)
    some = some_schedule(problem, 9)
    first, second = (improve_window(problem, some, range(6), seed=3) for _ in range(2))
    assert first == second


def test_windows_stop_when_told_to():
    problem = make_plant(9, ["setup", "modes", "due"], jobs=4)
    budget = Budget()
    budget.cancel()
    outcome = improve_window(problem, some_schedule(problem, 9), range(6), budget=budget)
    assert outcome.interrupted
    assert outcome.operations is None


def test_a_window_without_anything_to_decide_is_nothing():
    problem = make_plant(1, ["fixed"])
    some = some_schedule(problem, 1)
    assert improve_window(problem, some, ()).operations is None


@pytest.mark.parametrize("objective", ["makespan", "tardiness", "setup"])
def test_a_chosen_window_is_about_as_large_as_asked_for(objective):
    problem = make_plant(2, ["due", "setup", "modes"], jobs=8, operations=4, machines=3)
    problem = replace(problem, objective={objective: 1})
    some = some_schedule(problem, 2, nodes=50_000)
    assert some is not None
    sizes, seen = [], set()
    for seed in range(30):
        window = choose_window(problem, some, Random(seed), 8)
        sizes.append(len(window))
        seen |= window
        assert window == choose_window(problem, some, Random(seed), 8)
    assert max(sizes) <= 8
    assert sorted(sizes)[15] >= 5
    assert len(seen) > problem.operation_count // 2
