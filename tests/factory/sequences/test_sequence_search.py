"""The search as a whole: valid, repeatable, and as good as published."""

import pytest

from sanpin.base import Budget
from sanpin.factory.engine.check import check
from sanpin.factory.engine.formats import read_problem
from sanpin.factory.engine.sequences import SequenceSearch

KINDS = (
    {},
    {"modes": 3},
    {"modes": 3, "workers": 3},
    {"loose": True},
    {"modes": 2, "workers": 2, "loose": True},
)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_schedules_are_valid_and_not_below_the_bound(make_shop, kind):
    for seed in range(4):
        problem = make_shop(seed, jobs=8, **kind)
        search = SequenceSearch(problem, seed=seed)
        search.start()
        first = search.best
        search.round()
        report = check(problem, search.operations())
        assert report.violations == ()
        assert report.objective == search.best[1]
        assert search.bound <= search.best[1] <= first[1]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_threads_do_not_change_the_schedule(make_shop, kind):
    found = []
    for workers in (1, 2):
        search = SequenceSearch(make_shop(5, jobs=12, **kind), seed=3, workers=workers)
        search.start(Budget())
        for _ in range(3):
            search.round()
        found.append(search.operations())
    assert found[0] == found[1]


def test_ft06_and_its_proof(ft06):
    search = SequenceSearch(read_problem(ft06, "jsp"))
    search.start()
    search.round()
    assert search.best == (0, 55)


def test_a_schedule_found_elsewhere_is_taken_over(make_shop):
    problem = make_shop(1, jobs=12, modes=3, workers=3)
    one, two = SequenceSearch(problem), SequenceSearch(problem, seed=1)
    one.start()
    one.round()
    for start in (two.start, lambda: None):
        start()
        two.adopt(one.operations())
        assert two.best <= one.best


def test_islands_tell_each_other_their_best(make_shop, monkeypatch):
    problem = make_shop(9, jobs=10, machines=10, steps=14)
    search = SequenceSearch(problem, seed=1)
    search.start()
    for _ in range(3):
        search.round()
    assert all(island.descents for island in search.islands)
    best = search.best[1]
    monkeypatch.setattr("sanpin.factory.engine.sequences.search.EXCHANGE", 1)
    search.round()
    for island in search.islands:
        assert min(each.value for each in island.elite.members) <= best
    assert check(problem, search.operations()).objective == search.best[1] <= best
