"""What asks for more of an oven or a tool than there is: other ways are taken, or it is said."""

from dataclasses import replace

import pytest

from sanpin.factory import check, schedule
from sanpin.factory.engine.bounds import lower_bounds
from sanpin.factory.engine.possible import possible
from sanpin.factory.engine.solve import Params
from sanpin.factory.model import (
    After,
    BatchNeed,
    Fixed,
    Hold,
    Job,
    Mode,
    Operation,
    Outsource,
    Problem,
    Resource,
    ResourceKind,
    Status,
)

SMALL, LARGE = (
    Resource("small", ResourceKind.OVEN, capacity=5),
    Resource("large", ResourceKind.OVEN, capacity=10),
)
MOULD = Resource("mould", ResourceKind.TOOL, capacity=0)
TANK = Resource("tank", ResourceKind.TANK, capacity=5)
BOTH = (Mode("small", 5), Mode("large", 9))


def bake(name="1", modes=BOTH, size=7, **more):
    """Return an operation in an oven."""
    return Operation(name, modes, batch=BatchNeed("f", size), **more)


def plant(*jobs, more=()):
    """Return a plant with two ovens, one of them small."""
    named = [Job(f"j{at}", ops) if isinstance(ops, tuple) else ops for at, ops in enumerate(jobs)]
    return Problem(tuple(named), (SMALL, LARGE, Resource("m"), *more))


def solved(problem):
    """Return the best schedule that a few rounds find; it is valid."""
    found = schedule(problem, Params(seconds=60, steps=9), seed=1)
    report = check(problem, found)
    assert report.valid and report.objective == found.objective
    return found


@pytest.mark.parametrize(
    ("problem", "machines"),
    [
        (plant((bake(),), (bake(size=3),), (bake(size=3),)), ["large", "large", "small"]),
        (plant((bake(modes=(Mode("small", 5), Mode("m", 9))),)), ["m"]),
        (plant((bake(modes=BOTH[:1], outsource=Outsource(30)),)), [""]),
        (plant((bake(modes=(Mode("small", 12), Mode("large", 9))),)), ["large"]),
        (
            plant(
                (Operation("1", (Mode("m", 4),), tool="mould", outsource=Outsource(6)),),
                more=[MOULD],
            ),
            [""],
        ),
        # What has no length takes nothing of a tool.
        (plant((Operation("1", (Mode("m", 0),), tool="mould"),), more=[MOULD]), ["m"]),
        # Of an oven it does.
        (plant((bake(modes=(Mode("small", 0), Mode("large", 3))),)), ["large"]),
    ],
)
def test_another_way_is_taken_where_there_is_one(problem, machines):
    found = solved(problem)
    assert sorted(each.machine for each in found.operations) == machines
    assert found.bound <= found.objective


def test_a_routing_without_any_way_goes_with_what_belongs_to_it():
    job = Job(
        "j",
        (
            Operation("1", (Mode("m", 2),), hold=Hold("tank", 1, until="2")),
            bake("2", BOTH[:1], after=(After("1"),)),
            Operation("3", (Mode("m", 20),), after=(After("1"),)),
            Operation("4", (Mode("m", 1),), after=(After("2"), After("3"))),
        ),
        alternatives=(("2",), ("3",)),
    )
    problem = plant(job, more=[TANK])
    found = solved(problem)
    assert [each.op for each in found.operations] == ["1", "3", "4"]
    assert (found.status, found.objective) == (Status.OPTIMAL, 23)
    rest = possible(problem).jobs[0]
    assert (rest.alternatives, rest.operations[0].hold) == ((("3",),), None)
    assert [after.op for after in rest.operations[-1].after] == ["3"]


@pytest.mark.parametrize(
    ("problem", "cause"),
    [
        (plant((bake(modes=BOTH[:1]),)), "j0/1: needs more of small than the 5 there are."),
        (
            plant((bake(fixed=Fixed("small", 0)),)),
            "j0/1: needs more of small than the 5 there are.",
        ),
        (
            plant((Operation("1", (Mode("m", 4),), tool="mould"),), more=[MOULD]),
            "j0/1: needs more of mould than the 0 there are.",
        ),
        (
            plant(
                Job("j", (bake("1", BOTH[:1]), bake("2", BOTH[:1])), alternatives=(("1",), ("2",)))
            ),
            "j/1: needs more of small than the 5 there are.",
        ),
    ],
)
def test_where_there_is_none_the_lack_is_named(problem, cause):
    assert possible(problem) is None
    found = schedule(problem, Params(seconds=60, steps=9), seed=1)
    assert (found.status, found.operations, found.objective) == (Status.INFEASIBLE, (), None)
    assert found.causes == (cause,)
    assert found.trace == ()


@pytest.mark.parametrize(
    ("hold", "lag", "named"),
    [
        (Hold("tank", 9, until="2"), 1, True),
        (Hold("tank", 9, until="2", source="start"), 0, True),
        (Hold("tank", 9, until="2", until_end=True), 0, True),
        (Hold("tank", 5, until="2", source="start"), 1, False),
        # What leaves at once takes no room.
        (Hold("tank", 9, until="2"), 0, False),
    ],
)
def test_a_tank_that_is_too_small_for_what_stays_in_it_is_named(hold, lag, named):
    after = (After("1", min_lag=lag),)
    ops = (Operation("1", (Mode("m", 2),), hold=hold), Operation("2", (Mode("m", 3),), after=after))
    problem = plant(ops, more=[TANK])
    if not named:
        assert solved(problem).objective == 5 + lag
        return
    found = schedule(problem, Params(seconds=60, steps=9), seed=1)
    assert found.status is Status.INFEASIBLE
    assert found.causes == ("j0/1: needs more of tank than the 5 there are.",)


def test_a_problem_that_is_possible_is_searched_as_it_is(make_plant):
    for seed in range(20):
        problem = make_plant(seed)
        assert possible(problem) is problem
        grown = replace(problem, resources=(*problem.resources, MOULD))
        assert possible(grown) is grown
    assert lower_bounds(plant((bake(),)))["makespan"] <= 9
