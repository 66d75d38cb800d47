"""The checker, brute force and the search agree on small plants with every feature and pair.

Brute force and checker were written apart: what one builds, the other must find valid and
worth the same. The search must never be better than brute force, nor its bound worse.
"""

from itertools import combinations

import pytest
from tests.factory.oracles import TooLargeError, best_objective, best_schedule, some_schedule
from tests.factory.plants import FEATURES, make_plant

from sanpin.factory import check, schedule
from sanpin.factory.engine.solve import Params
from sanpin.factory.model import Status

PAIRS = list(combinations(FEATURES, 2))
SEARCHED = [name for name in FEATURES if name != "crew"]
QUICK = Params(seconds=60, steps=6)


def agree(problem, nodes):
    """Compare the best of a plant by brute force with the checker; return it."""
    best = best_schedule(problem, nodes=nodes)
    assert best is not None
    report = check(problem, best[1])
    assert report.violations == ()
    assert report.objective == pytest.approx(best[0])
    return best[0]


@pytest.mark.parametrize("name", FEATURES)
def test_brute_force_and_checker_agree_on_every_feature(name):
    tried = 0
    for seed in range(8):
        problem = make_plant(seed, [name], operations=2 + seed % 2)
        try:
            best = agree(problem, 3_000)
        except TooLargeError:
            continue
        tried += 1
        some = some_schedule(problem, seed)
        if some is not None:
            report = check(problem, some)
            assert report.violations == ()
            assert report.objective >= best - 1e-9
    assert tried >= 2


@pytest.mark.parametrize("name", list(FEATURES)[:-1])
def test_brute_force_and_checker_agree_on_pairs_of_features(name):
    for number, (first, second) in enumerate(PAIRS):
        if first == name:
            try:
                agree(make_plant(number, [first, second]), 1_500)
            except TooLargeError:
                continue


@pytest.mark.parametrize("name", SEARCHED)
def test_bound_brute_force_and_result_stand_in_order(name):
    compared = 0
    for seed in range(3):
        problem = make_plant(seed + 50, [name])
        try:
            best = best_objective(problem, nodes=20_000)
            found = schedule(problem, QUICK, seed=seed)
        except TooLargeError:
            continue
        compared += 1
        assert found.bound <= best + 1e-9
        if found.operations:
            assert check(problem, found).violations == ()
            assert found.objective >= best - 1e-9
        if found.status is Status.OPTIMAL:
            assert found.objective == pytest.approx(best)
    assert compared


@pytest.mark.parametrize("seed", range(4))
def test_seven_operations_by_brute_force(seed):
    problem = make_plant(seed, ["modes", "setup", "calendar", "resumable"], jobs=3, operations=4)
    operations = problem.operation_count
    problem = problem if operations <= 7 else make_plant(seed, ["modes", "setup"], jobs=3)
    assert problem.operation_count <= 9
    found = schedule(problem, QUICK, seed=seed)
    best = agree(problem, 100_000)
    assert found.bound <= best <= found.objective


def test_too_many_trials_are_refused():
    with pytest.raises(TooLargeError):
        best_objective(make_plant(1, ["cost"], jobs=3), nodes=10)
