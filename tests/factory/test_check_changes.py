"""Set-ups by hand: cleaning by loads and units, combinations, oven loads, who sets up."""

from dataclasses import replace

import pytest

from sanpin.factory.engine.check import check
from sanpin.factory.model import (
    Attribute,
    BatchNeed,
    Job,
    Mode,
    Operation,
    Problem,
    Resource,
    ResourceKind,
    SetupTable,
)
from sanpin.factory.model import ScheduledOperation as Op

WORKER = ResourceKind.WORKER


def line(values, *, clean, quantity=1, combine="sum", initial=None, size=None, **attribute):
    """Return a problem of one machine and one job per value of the colour, None for no colour."""
    colour = Attribute({"red": {"blue": 4}}, 3, clean, **attribute)
    table = SetupTable({"colour": colour, "size": Attribute({}, 2)}, combine)
    attributes = [{} if value is None else {"colour": value} for value in values]
    attributes = [each | ({"size": size[at]} if size else {}) for at, each in enumerate(attributes)]
    return Problem(
        jobs=tuple(
            Job(f"j{at}", (Operation("o", (Mode("m", 2),), attributes=each),), quantity=quantity)
            for at, each in enumerate(attributes)
        ),
        resources=(Resource("m", setup="t", initial=initial or {}),),
        setups={"t": table},
    )


def lengths(problem):
    """Return the length of each set-up in the order of the jobs: measured by giving none."""
    rows = [Op(f"j{at}", "o", "m", 100 * at, 100 * at + 2, 100 * at) for at in range(50)]
    report = check(problem, rows[: len(problem.jobs)])
    short = {v.job: v.figures["needed"] for v in report.violations if v.code == "setup.short"}
    assert report.terms["setup"] == sum(short.values())
    return [short.get(job.id, 0) for job in problem.jobs]


BY_TWO = {"every_batches": 2, "duration": 7}
RUN = ["red"] * 6


@pytest.mark.parametrize(
    ("values", "clean", "expected"),
    [
        (RUN, BY_TWO, [0, 0, 7, 0, 7, 0]),
        (RUN, {"every_batches": 3, "duration": 7}, [0, 0, 0, 7, 0, 0]),
        # The change-over cleans, and the count begins anew.
        (["red", "red", "blue", "blue", "blue"], BY_TWO, [0, 0, 4, 0, 7]),
        (["red", "blue", "red", "blue"], BY_TWO, [0, 4, 3, 4]),
        # What names no colour is not counted, nor cleaned for, and ends no run.
        (["red", None, "red", "red", None, "red"], BY_TWO, [0, 0, 0, 7, 0, 0]),
        (["red", "red", None, "blue"], BY_TWO, [0, 0, 0, 7]),
        # Units are those of the jobs, three each: due when as many have run.
        (RUN, {"every_units": 6, "duration": 5}, [0, 0, 5, 0, 5, 0]),
        (RUN, {"every_units": 7, "duration": 5}, [0, 0, 0, 5, 0, 0]),
        (RUN, {"every_units": 1, "duration": 5}, [0, 5, 5, 5, 5, 5]),
        # Whichever is due first; both begin anew.
        (RUN, {"every_units": 9, "every_batches": 2, "duration": 5}, [0, 0, 5, 0, 5, 0]),
        (RUN, {"every_units": 3, "every_batches": 2, "duration": 5}, [0, 5, 5, 5, 5, 5]),
        (RUN, None, [0] * 6),
    ],
)
def test_cleaning_is_due_after_so_much(values, clean, expected):
    assert lengths(line(values, clean=clean, quantity=3)) == expected


def test_what_a_machine_made_before_is_not_counted():
    assert lengths(line(RUN[:3], clean=BY_TWO, initial={"colour": "red"})) == [0, 0, 7]
    assert lengths(line(RUN[:3], clean=BY_TWO, initial={"colour": "blue"})) == [3, 0, 7]


def test_cleaning_adds_to_its_attribute_before_the_attributes_are_combined():
    # The third load changes the size (2) and is cleaned (7).
    sizes = ["S", "S", "L"]
    assert lengths(line(RUN[:3], clean=BY_TWO, size=sizes)) == [0, 0, 9]
    assert lengths(line(RUN[:3], clean=BY_TWO, size=sizes, combine="max")) == [0, 0, 7]
    stay = line(RUN[:3], clean=BY_TWO)
    table = stay.setups["t"]
    colour = replace(table.attributes["colour"], matrix={"red": {"red": 1}})
    stay = replace(stay, setups={"t": replace(table, attributes={"colour": colour})})
    assert lengths(stay) == [0, 1, 8]


def test_a_forbidden_change_is_named_once_with_its_values():
    problem = line(["red", "blue", "blue"], clean=None, forbidden=frozenset({("red", "blue")}))
    rows = [
        Op(f"j{at}", "o", "m", 50 * at, 50 * at + 2, 50 * at - (4 if at else 0)) for at in (0, 1, 2)
    ]
    (violation,) = check(problem, rows).violations
    assert (violation.code, violation.job) == ("setup.forbidden", "j1")
    assert violation.figures == {"attribute": "colour", "change": ["red", "blue"]}


def kiln(colours, clean=None):
    """Return a problem of one oven with one job per colour."""
    problem = line(colours, clean=clean, quantity=3)
    oven = replace(problem.resources[0], kind=ResourceKind.OVEN, capacity=9)
    jobs = tuple(
        replace(job, operations=(replace(job.operations[0], batch=BatchNeed("F")),))
        for job in problem.jobs
    )
    return replace(problem, resources=(oven,), jobs=jobs)


def baked(loads, gap=20):
    """Return a schedule of loads of jobs, each set up as early as it can be."""
    rows, at, until = [], 0, 0
    for number, members in enumerate(loads):
        for _ in members:
            rows.append(
                Op(f"j{at}", "o", "m", number * gap, number * gap + 2, until, batch=f"{number}")
            )
            at += 1
        until = number * gap + 2
    return rows


def test_an_oven_load_is_set_up_for_its_longest_change_and_counts_once():
    problem = kiln(["red", "blue", "blue", "red"])
    report = check(problem, baked(["ab", "cd"]))
    # From red to blue takes 4, from blue to red 3: the load is set up once.
    assert (report.violations, report.terms["setup"]) == ((), 4)
    report = check(kiln(["red"] * 5, BY_TWO), baked(["ab", "c", "de"]))
    assert (report.violations, report.terms["setup"]) == ((), 7)
    by_units = {"every_units": 6, "duration": 7}
    assert check(kiln(["red"] * 5, by_units), baked(["ab", "c", "de"])).terms["setup"] == 7


def crew(*skills):
    """Return workers by their skills."""
    return tuple(
        Resource(f"w{at}", WORKER, skills=dict.fromkeys(each, 100))
        for at, each in enumerate(skills)
    )


def changed(spans, skills, people):
    """Return a problem with one machine per set-up, and its schedule; each set-up has a skill."""
    table = SetupTable({"c": Attribute({}, 4)})
    jobs, rows, resources = [], [], list(people)
    for at, ((start, length), skill) in enumerate(zip(spans, skills, strict=True)):
        resources.append(Resource(f"m{at}", setup=f"t{length}", initial={"c": "x"}))
        op = Operation("o", (Mode(f"m{at}", 1),), attributes={"c": "y"}, setup_worker=skill)
        jobs.append(Job(f"j{at}", (op,)))
        rows.append(Op(f"j{at}", "o", f"m{at}", 90, 91, start))
    tables = {f"t{n}": replace(table, attributes={"c": Attribute({}, n)}) for _, n in spans}
    return Problem(tuple(jobs), tuple(resources), setups=tables), rows


def codes(problem, rows):
    """Return the codes of all violations with their jobs."""
    return [(violation.code, violation.job) for violation in check(problem, rows).violations]


def test_who_sets_up_is_found_also_where_taking_the_first_would_fail():
    # Both know one skill more than they need; w0 comes first for "a" but is needed for "b".
    spans, skills = [(0, 5), (0, 5)], ["a", "b"]
    assert codes(*changed(spans, skills, crew(("a", "b"), ("a", "c")))) == []
    # A chain: the first set-up has three to choose from, and only the last choice leaves room.
    spans = [(0, 9), (1, 9), (2, 9)]
    people = crew(("a", "b", "c"), ("a", "b", "x"), ("a", "y", "z"))
    assert codes(*changed(spans, ["a", "b", "c"], people)) == []
    assert codes(*changed(spans, ["b", "b", "c"], people)) == [("worker.setup", "j2")]


def test_two_setups_at_once_need_two_workers():
    problem, rows = changed([(0, 5), (4, 5)], ["a", "a"], crew("a"))
    assert codes(problem, rows) == [("worker.setup", "j1")]
    assert codes(problem, [rows[0], replace(rows[1], setup_start=5)]) == []


def test_who_works_or_is_away_does_not_set_up():
    people = (replace(crew("a")[0], calendar="late"), *crew("", "a")[1:])
    problem, rows = changed([(0, 5)], ["a"], people)
    problem = replace(problem, calendars={"late": ((3, 99),)})
    busy = Job("busy", (Operation("o", (Mode("n", 8),), worker=None),))
    assert codes(problem, rows) == []
    held = replace(busy, operations=(Operation("o", (Mode("n", 8, crew=("w1",)),)),))
    more = replace(
        problem, jobs=(*problem.jobs, held), resources=(*problem.resources, Resource("n"))
    )
    work = Op("busy", "o", "n", 4, 12, 4, workers=("w1",))
    assert codes(more, [*rows, work]) == [("worker.setup", "j0")]
    assert codes(more, [*rows, replace(work, start=5, end=13, setup_start=5)]) == []


def test_a_setter_stays_at_his_site():
    problem, rows = changed([(0, 5)], ["a"], (replace(crew("a")[0], site="b"),))
    here = replace(
        problem,
        resources=tuple(
            replace(each, site="a") if each.id == "m0" else each for each in problem.resources
        ),
    )
    assert codes(problem, rows) == []
    assert codes(here, rows) == [("worker.setup", "j0")]
