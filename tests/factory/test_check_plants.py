"""The random plants that other tests are built on: well-formed, repeatable, switchable."""

from dataclasses import replace

import pytest
from tests.factory.plants import FEATURES, NEEDS, make_plant

from sanpin.factory.engine.formats import read_problem
from sanpin.factory.engine.formats.writer import problem_bytes


@pytest.mark.parametrize("name", FEATURES)
def test_every_feature_changes_the_plant_and_is_read_back_equal(name):
    without = [*NEEDS.get(name, ())]
    changed = 0
    for seed in range(12):
        problem = make_plant(seed, [name], jobs=3)
        assert read_problem(problem_bytes(problem)) == problem
        plain = make_plant(seed, without, jobs=3)
        changed += replace(problem, name="") != replace(plain, name="")
    assert changed >= 6


@pytest.mark.parametrize("seed", range(60))
def test_all_features_together_are_well_formed(seed):
    problem = make_plant(seed, FEATURES, jobs=3, machines=3)
    assert read_problem(problem_bytes(problem)) == problem
    assert make_plant(seed, reversed(FEATURES), jobs=3, machines=3) == problem


def test_an_unknown_feature_is_refused():
    with pytest.raises(ValueError, match="gears"):
        make_plant(0, ["gears"])
