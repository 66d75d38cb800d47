"""Lower bounds: never above brute force or any schedule found, and tight where they should be."""

from dataclasses import replace
from itertools import permutations
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factory.oracles import TooLargeError, best_objective, some_schedule
from tests.factory.plants import FEATURES, make_plant

from sanpin.factory import check
from sanpin.factory.engine.bounds import lower_bounds
from sanpin.factory.engine.bounds.ends import _late_count
from sanpin.factory.engine.bounds.groups import _crowded
from sanpin.factory.engine.bounds.kernels import FAR, amounts, instants, jackson, shortest
from sanpin.factory.engine.formats import read_problem
from sanpin.factory.model import (
    TERMS,
    Attribute,
    Job,
    Mode,
    Operation,
    Problem,
    Resource,
    SetupTable,
)

OPEN = (np.array([0, FAR]), np.array([0, FAR]))


def below(problem, seeds):
    """Hold the bounds of a plant against brute force and schedules found by chance.

    Returns how many schedules were found, and whether the bound is the optimum.
    """
    bounds = lower_bounds(problem)
    assert set(bounds) == {*TERMS, "objective"}
    found = [some for seed in seeds if (some := some_schedule(problem, seed)) is not None]
    for some in found:
        terms = check(problem, some).terms
        assert all(bounds[name] <= terms[name] + 1e-6 for name in TERMS)
    try:
        best = best_objective(problem, nodes=3_000)
    except TooLargeError:
        return len(found), False
    assert best is None or bounds["objective"] <= best + 1e-6
    return len(found), best is not None and bounds["objective"] >= best - 1e-6


@pytest.mark.parametrize("name", FEATURES)
def test_bounds_hold_with_every_feature(name):
    plants = [make_plant(seed + 30, [name], jobs=2 + seed % 2) for seed in range(3)]
    assert any(below(plant, range(2))[0] for plant in plants)


def test_bounds_hold_with_many_features_and_are_often_tight():
    random = Random(3)
    plants = [make_plant(seed, random.sample(list(FEATURES), 4)) for seed in range(25)]
    assert sum(below(plant, range(1))[1] for plant in plants) >= 5


def test_classics_are_bounded_as_published(ft06):
    # Carlier and Pinson (1989) give 808 as the best one-machine bound of ft10; ft06 has 52.
    assert lower_bounds(read_problem(ft06))["makespan"] == 52


spans = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 6), st.integers(0, 9)), min_size=1, max_size=5
)


def one_by_one(rows, order):
    """Return the latest end plus tail, and the ends, of one sequence without preemption."""
    t, ends, worst = 0, [], 0
    for place in order:
        head, work, tail = rows[place]
        t = max(t, head) + work
        ends.append(t)
        worst = max(worst, t + tail)
    return worst, sorted(ends)


def unit_by_unit(rows):
    """Return Jackson's bound by running one unit of time after the other."""
    left = [work for _, work, _ in rows]
    t = worst = 0
    while any(left):
        able = [i for i, (head, _, _) in enumerate(rows) if head <= t and left[i]]
        t += 1
        if able:
            chosen = max(able, key=lambda i: rows[i][2])
            left[chosen] -= 1
            if not left[chosen]:
                worst = max(worst, t + rows[chosen][2])
    return worst


@settings(max_examples=60, deadline=None)
@given(spans)
def test_one_machine_with_preemption_is_never_worse_than_any_sequence(rows):
    heads, work, tails = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    bound = jackson(heads, work, tails, 0, *OPEN)
    assert bound == unit_by_unit(rows)
    firsts = shortest(heads, work, 0, *OPEN)
    for order in permutations(range(len(rows))):
        worst, ends = one_by_one(rows, order)
        assert bound <= worst
        assert (firsts <= np.array(ends)).all()


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(0, 3)), min_size=1, max_size=6),
    st.integers(1, 20),
)
def test_capacity_is_read_both_ways(pieces, amount):
    times = np.cumsum([0, *(length for length, _ in pieces)])
    works = np.cumsum([0, *(length * rate for length, rate in pieces)])
    by_unit = [rate for length, rate in pieces for _ in range(length)]
    done = np.cumsum([0, *by_unit])
    moments = np.arange(len(done))
    assert (amounts(moments, times, works) == done).all()
    found = instants(np.array([amount]), times, works)[0]
    reached = np.flatnonzero(done >= amount)
    assert found == (reached[0] if len(reached) else FAR)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=5))
def test_so_many_must_be_late(pairs):
    done = np.sort([end for end, _ in pairs])
    due = np.sort([limit for _, limit in pairs])
    fewest = min(
        sum(end > limit for end, limit in zip(done, order, strict=True))
        for order in permutations(due)
    )
    assert _late_count(done, due) == fewest


def machines(count, works, **job):
    """Return jobs of one operation each that any machine can do."""
    modes = [f"m{number}" for number in range(count)]
    return Problem(
        tuple(
            Job(f"j{at}", (Operation("o", tuple(Mode(m, work) for m in modes)),), **job)
            for at, work in enumerate(works)
        ),
        tuple(Resource(m) for m in modes),
    )


def test_machines_that_share_work_are_loaded_together():
    bounds = lower_bounds(machines(2, [4, 4, 4, 4, 4]))
    assert bounds["makespan"] == 10
    assert bounds["flow"] >= 2 + 4 + 6 + 8 + 10


def test_late_jobs_are_counted_and_weighed():
    problem = machines(1, [3, 3, 3, 3], due=6, weight=2)
    bounds = lower_bounds(problem)
    assert bounds["tardy_jobs"] == 2
    assert bounds["tardiness"] == 2 * (3 + 6)


def test_closed_time_counts():
    problem = replace(
        machines(1, [4, 4]),
        resources=(Resource("m0", calendar="day"),),
        calendars={"day": ((5, 10), (20, 25), (40, 45))},
    )
    assert lower_bounds(problem)["makespan"] == 23


def test_every_colour_is_entered_once():
    table = SetupTable({"colour": Attribute({}, default=5)})
    jobs = tuple(
        Job(f"j{at}", (Operation("o", (Mode("m", 1),), attributes={"colour": colour}),))
        for at, colour in enumerate("aabbc")
    )
    problem = Problem(jobs, (Resource("m", setup="paint"),), setups={"paint": table})
    bounds = lower_bounds(problem)
    assert bounds["setup"] == 10
    assert bounds["makespan"] == 15


def test_the_full_set_is_found_where_every_pair_shares_its_work():
    loads = {frozenset(pair): 3 for pair in ("ab", "bc", "ca")} | {frozenset("d"): 1}
    assert _crowded(loads)[0] == frozenset("abc")


def test_a_weight_below_zero_leaves_the_objective_open():
    problem = replace(machines(1, [3]), objective={"makespan": -1})
    assert lower_bounds(problem)["objective"] == -np.inf
    assert lower_bounds(problem)["makespan"] == 3
