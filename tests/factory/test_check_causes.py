"""Why a problem has no schedule: each cause by a plant that has it, and never a false one."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from tests.factory.oracles import TooLargeError, best_objective, best_schedule
from tests.factory.plants import plants

from sanpin.base import Budget
from sanpin.factory.engine.causes import CAUSES, find_causes
from sanpin.factory.engine.causes.cause import LIMITS
from sanpin.factory.engine.formats.native import parse_native
from sanpin.factory.model import Fixed

PLANT = {
    "format": "sanpin.factory.problem/1",
    "calendars": {"day": [[0, 10], [20, 30]], "short": [[0, 4], [6, 10]]},
    "sites": [{"id": "a"}, {"id": "b", "closed": True}],
    "setups": {"paint": {"attributes": {"colour": {
        "forbidden": [["red", "blue"], ["blue", "red"]]}}}},
    "resources": [
        {"id": "m", "site": "a", "calendar": "day", "setup": "paint"},
        {"id": "n", "site": "a"},
        {"id": "far", "site": "b"},
        {"id": "kiln", "site": "a", "kind": "oven", "capacity": 2},
        {"id": "anna", "kind": "worker", "site": "a", "skills": {"sew": 50}, "calendar": "short"},
        {"id": "bo", "kind": "worker", "site": "b", "skills": {"sew": 100}},
        {"id": "die", "kind": "tool"},
        {"id": "steam", "kind": "pool", "capacity": 3},
    ],
    "materials": [{"id": "clay", "on_hand": 1, "arrivals": [[15, 5]]}],
}  # fmt: skip


def step(name, machine, duration, **values):
    """Return an operation on one machine."""
    return {"id": name, "modes": [{"machine": machine, "duration": duration}], **values}


def plant(*jobs, **values):
    """Return the plant with some jobs, the first called A."""
    named = [{"id": "ABCDEF"[at], **job} for at, job in enumerate(jobs)]
    return parse_native({**PLANT, **values, "jobs": named})


def after(name, **values):
    """Return a link to a predecessor."""
    return {"after": [{"op": name, **values}]}


CHAIN = [step("1", "m", 6), step("2", "n", 5, **after("1", min_lag=2))]
RED, BLUE = {"colour": "red"}, {"colour": "blue"}

CASES = [
    ("deadline", [{"operations": CHAIN, "deadline": 12, "release": 1}],
     {"op": "2", "limit": 12, "earliest": 14}),
    ("deadline", [{"operations": [step("1", "m", 3, consumes={"clay": 2})], "deadline": 20}],
     {"op": "1", "earliest": 23}),
    ("latest", [{"operations": [step("1", "m", 6, latest=5)]}], {"limit": 5, "earliest": 6}),
    ("latest", [{"operations": [step("1", "m", 8, earliest=4, latest=20)]}], {"earliest": 28}),
    ("fixed", [{"operations": [CHAIN[0], {**CHAIN[1], "fixed": {"machine": "n", "start": 7}}]}],
     {"op": "2", "limit": 7, "earliest": 8}),
    ("fixed_closed", [{"operations": [step("1", "m", 6, fixed={"machine": "m", "start": 8})]}],
     {"resource": "m"}),
    ("fixed_pair", [{"operations": [step("1", "n", 6, fixed={"machine": "n", "start": 8})]},
                    {"operations": [step("1", "n", 6, fixed={"machine": "n", "start": 13})]}],
     {"job": "B", "others": "A/1", "resource": "n"}),
    ("fixed_pair", [
        {"operations": [step("1", "n", 6, tool="die", fixed={"machine": "n", "start": 8})]},
        {"operations": [step("1", "m", 6, tool="die", fixed={"machine": "m", "start": 4})]}],
     {"resource": "die"}),
    ("max_lag", [{"deadline": 40, "operations": [
        step("1", "n", 2), step("2", "n", 7, **after("1")),
        {**step("3", "n", 1), "after": [{"op": "2"}, {"op": "1", "max_lag": 5}]}]}],
     {"op": "3", "after": "1", "limit": 5, "earliest": 7}),
    ("max_lag", [{"operations": [step("1", "n", 2, latest=2), step("2", "n", 2, earliest=9,
                                                                  **after("1", max_lag=6))]}],
     {"op": "2", "earliest": 7}),
    ("closed", [{"operations": [step("1", "n", 6, worker={"skill": "sew"})]}], {"op": "1"}),
    ("capacity", [{"operations": [{"id": "1", "modes": [
        {"machine": "n", "duration": 1, "uses": {"steam": 4}}]}]}],
     {"resource": "steam", "limit": 3}),
    ("capacity", [{"operations": [step("1", "kiln", 1, batch={"family": "F", "size": 3})]}],
     {"resource": "kiln"}),
    ("worker", [{"operations": [step("1", "n", 1, worker={"skill": "sew", "count": 2})]}],
     {"resource": "sew", "limit": 1}),
    ("transport", [{"operations": [step("1", "n", 1), step("2", "far", 1, **after("1"))]}],
     {"op": "2", "after": "1"}),
    ("material", [{"operations": [step("1", "n", 1, consumes={"clay": 1}, latest=9)]},
                  {"operations": [step("1", "n", 1, consumes={"clay": 1}, latest=12)]}],
     {"needed": 2, "supply": 1, "limit": 11}),
    ("overload", [{"operations": [step("1", "m", 6)], "deadline": 12},
                  {"operations": [step("1", "m", 6)], "deadline": 14}],
     {"resource": "m", "needed": 12, "supply": 10, "start": 0, "end": 14, "others": "A/1, B/1"}),
    ("forbidden", [{"operations": [step("1", "m", 1, attributes=RED)]},
                   {"operations": [step("1", "m", 1, attributes=BLUE)]}],
     {"resource": "m", "others": "blue, red"}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "jobs", "fields"), CASES)
def test_each_cause_is_named_with_its_figures(code, jobs, fields):
    problem = plant(*jobs)
    (cause,) = find_causes(problem)
    assert cause.code == code
    assert {name: cause.fields[name] for name in fields} == fields
    assert "{" not in str(cause)
    assert best_objective(problem) is None


def test_every_code_has_a_case():
    assert {code for code, _, _ in CASES} == set(CAUSES) - {"structure"}


def test_each_of_several_causes_is_named_once():
    jobs = [{"operations": CHAIN, "deadline": 9} for _ in range(30)]
    causes = find_causes(plant(*jobs[:6]))
    assert [cause.fields["job"] for cause in causes] == list("ABCDEF")
    assert all(not cause.together for cause in causes)


def test_one_open_routing_is_enough():
    job = {"operations": [step("1", "n", 9), step("2", "n", 2)], "deadline": 5}
    assert find_causes(plant({**job, "alternatives": [["1"], ["2"]]})) == ()
    job["operations"][1] = step("2", "n", 7)
    (cause,) = find_causes(plant({**job, "alternatives": [["1"], ["2"]]}))
    assert (cause.code, cause.fields["op"]) == ("deadline", "1")


def test_outside_there_is_always_room():
    op = step("1", "m", 40, outsource={"duration": 50})
    assert find_causes(plant({"operations": [op]})) == ()


def test_as_many_workers_as_needed_are_enough():
    sewing = step("1", "n", 4, worker={"skill": "sew", "count": 1})
    problem = plant({"operations": [sewing], "deadline": 16})
    # Anna works at half pace, and from 6 to 10 only half of it.
    assert [cause.code for cause in find_causes(problem)] == ["closed"]
    resumable = plant({"operations": [{**sewing, "resumable": True}], "deadline": 16})
    assert find_causes(resumable) == ()
    late = replace(resumable, jobs=(replace(resumable.jobs[0], deadline=9),))
    assert [cause.fields["earliest"] for cause in find_causes(late)] == [10]


def tightened(problem, seed):
    """Return a plant with limits that may well be too tight."""
    random = Random(seed)

    def operation(op):
        values = {}
        if random.random() < 0.2:
            values["latest"] = random.randint(2, 20)
        if random.random() < 0.2:
            values["fixed"] = Fixed(random.choice(op.modes).machine, random.randint(0, 12))
        if random.random() < 0.3:
            values["after"] = tuple(
                replace(a, max_lag=a.min_lag + random.randint(0, 3)) for a in op.after
            )
        return replace(op, **values)

    return replace(
        problem,
        jobs=tuple(
            replace(
                job,
                operations=tuple(operation(op) for op in job.operations),
                deadline=random.choice((None, random.randint(5, 30))),
            )
            for job in problem.jobs
        ),
    )


TIGHT = ("modes", "release", "site", "calendar", "setup", "forbidden", "oven", "resumable", "lag",
         "transfer", "worker", "efficiency", "worker_calendar", "crew", "tool", "pool", "material",
         "produced", "earliest", "alternatives", "outsource")  # fmt: skip


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(problem=plants(TIGHT, jobs=2), seed=st.integers(0, 999))
def test_no_cause_is_false(problem, seed):
    problem = tightened(problem, seed)
    causes = find_causes(problem)
    assume(causes)
    for cause in causes:
        event(cause.code)
        assert "{" not in str(cause)
    try:
        assert best_objective(problem, nodes=3_000) is None
    except TooLargeError:
        assume(False)


class Asker:
    """A solver by brute force that counts what it is asked."""

    def __init__(self, known: bool = True) -> None:
        self.known = known
        self.asked = 0

    def __call__(self, problem) -> bool | None:
        self.asked += 1
        return best_schedule(problem) is not None if self.known else None


def crowded():
    """Return three orders that fit by twos: set-ups make the third too late."""
    paint = {"paint": {"attributes": {"colour": {"default": 3}}}}
    job = {"operations": [step("1", "m", 2)]}
    colours = [{"attributes": {"colour": c}} for c in ("red", "blue", "green")]
    jobs = [{"operations": [{**job["operations"][0], **c}], "deadline": 10} for c in colours]
    return plant(*jobs, {"operations": [step("1", "n", 2)], "deadline": 50}, setups=paint)


def test_limits_that_only_together_cannot_hold_are_found_by_asking():
    problem = crowded()
    assert find_causes(problem) == ()
    ask = Asker()
    causes = find_causes(problem, feasible=ask)
    assert [(c.code, c.fields["job"]) for c in causes] == [("deadline", j) for j in "ABC"]
    assert all(cause.together for cause in causes)
    assert str(causes[0]) == "A: the deadline 10"
    assert ask.asked < 20


def test_nothing_is_claimed_when_the_solver_does_not_know_or_has_no_time():
    assert find_causes(crowded(), feasible=Asker(known=False)) == ()
    assert find_causes(crowded(), Budget(0), Asker()) == ()


def test_a_feasible_problem_has_no_cause():
    problem = plant({"operations": CHAIN, "deadline": 13}, {"operations": CHAIN})
    assert find_causes(problem, feasible=Asker()) == ()


def test_the_conflict_is_minimal_whatever_the_limits():
    jobs = [
        {"operations": [step("1", "n", 4, earliest=3), step("2", "n", 3, **after("1", max_lag=0))]},
        {"operations": [step("1", "n", 3, fixed={"machine": "n", "start": 7})], "release": 2},
        {"operations": [step("1", "n", 2)], "deadline": 20},
    ]
    problem = plant(*jobs)
    tight = replace(problem, jobs=(replace(problem.jobs[0], deadline=12), *problem.jobs[1:]))
    causes = find_causes(tight, feasible=Asker())
    # A could be done before B but for its earliest start, after B but for its deadline; the
    # longest wait of A, the release of B and the deadline of C have no part in it.
    assert {cause.code for cause in causes} == {"earliest", "fixed", "deadline"}
    assert {cause.fields["job"] for cause in causes} == {"A", "B"}
    assert {cause.code for cause in causes} <= set(LIMITS)
