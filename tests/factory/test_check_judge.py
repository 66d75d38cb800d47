"""The checker and a second judge, written apart, agree on what is valid and what is not."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.factory.oracles import obeys, some_schedule
from tests.factory.plants import FEATURES, make_plant, plants

from sanpin.factory import check

# Several things without length at one instant have no order of their own; see the page of rules.
JUDGED = [name for name in FEATURES if name != "zero"]


def shaken(random, problem, rows):
    """Return a schedule near another one: something moved, stretched or done otherwise."""
    at = random.randrange(len(rows))
    row, step = rows[at], random.choice((-3, -2, -1, 1, 2, 3))
    machines, workers = list(problem.processors), list(problem.workers)
    kind = random.randrange(8)
    if kind < 3:
        new = {"start": row.start + step, "end": row.end + step,
               "setup_start": row.setup_start + step}  # fmt: skip
    elif kind == 3:
        new = {"setup_start": row.setup_start + step}
    elif kind == 4:
        new = {"end": row.end + step}
    elif kind == 5:
        new = {"machine": random.choice(machines)}
    elif kind == 6 and workers and row.workers:
        new = {"workers": tuple(random.sample(workers, len(row.workers)))}
    else:
        new = {"batch": random.choice(("", "b1", "b2"))} if row.batch else {}
    if kind < 3 and random.random() < 0.5:
        # All of the load together, so that the load itself stays whole.
        return tuple(
            replace(each, **new) if each.batch and each.batch == row.batch else each
            for each in rows
        )  # fmt: skip
    return (*rows[:at], replace(row, **new), *rows[at + 1 :])


def compare(problem, seed, turns):
    """Compare both judges on a valid schedule and walks away from it; return the verdicts."""
    rows = some_schedule(problem, seed, nodes=500)
    if rows is None:
        return []
    assert check(problem, rows).valid
    assert obeys(problem, rows)
    random, verdicts = Random(seed), []
    for _ in range(turns):
        near = shaken(random, problem, rows)
        if any(row.start == row.end for row in near) or any(row.start < 0 for row in near):
            continue
        report = check(problem, near)
        assert report.valid == obeys(problem, near), (problem.name, near, report.violations)
        verdicts.append(report.valid)
        if report.valid:
            rows = near
    return verdicts


@pytest.mark.parametrize("name", JUDGED)
def test_both_judges_agree_on_every_feature(name):
    verdicts = []
    for seed in range(8):
        verdicts += compare(make_plant(seed, [name], jobs=3), seed, 40)
    assert True in verdicts
    assert False in verdicts


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(problem=plants(JUDGED), seed=st.integers(0, 999))
def test_both_judges_agree_on_any_features_together(problem, seed):
    assume(compare(problem, seed, 20))
