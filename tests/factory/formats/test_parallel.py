"""Parallel machines of a back end: hours become seconds, jobs become classes."""

import pytest

from sanpin.base import InputError
from sanpin.factory.engine.check import check
from sanpin.factory.engine.formats import read_problem
from sanpin.factory.engine.formats.building import FOREVER
from sanpin.factory.model import ScheduledOperation


@pytest.fixture
def problem(files):
    """The small plant of two machines."""
    return read_problem(files["upmsp"], "upmsp")


def test_hours_are_rounded_to_seconds(problem):
    modes = [[(mode.machine, mode.duration) for mode in job.operations[0].modes]
             for job in problem.jobs]  # fmt: skip
    assert modes[:3] == [[("0", 3600), ("1", 5400)], [("0", 3600), ("1", 5400)], [("0", 7201)]]
    assert problem.unit == "s"
    assert problem.objective == {"makespan": 1}


def test_a_machine_is_closed_before_it_is_ready(problem):
    assert [resource.calendar for resource in problem.resources] == ["0", ""]
    assert problem.calendars == {"0": ((1800, FOREVER),)}


def test_jobs_alike_in_all_set_ups_are_of_one_class(problem):
    kinds = [job.operations[0].attributes["kind"] for job in problem.jobs]
    assert kinds == ["0", "0", "2", "3"]
    attribute = problem.setups["0"].attributes["kind"]
    assert attribute.length("start", "0") == 360
    assert attribute.length("0", "0") == 180
    assert attribute.length("0", "2") == 3600
    assert attribute.length("2", "0") == 7200


def test_maintenance_is_a_job_behind_the_others_and_opens_the_machine_anew(problem):
    (mode,) = problem.jobs[3].operations[0].modes
    assert (problem.jobs[3].id, mode.machine, mode.duration) == ("3", "0", 900)
    attribute = problem.setups["0"].attributes["kind"]
    assert attribute.length("start", "3") == attribute.length("0", "3") == 36
    assert attribute.length("3", "2") == attribute.length("start", "2") == 720


def test_machines_with_the_same_set_ups_share_a_table(files):
    alike = files["upmsp"].replace(b"0.3;0.3;0.4;", b"0.1;0.1;0.2;").replace(b"05;3;", b"05;1;")
    alike = alike.replace(b"4;4;0.05;", b"2;2;0.05;").replace(b"0.01;\n0;", b"0.01;\n0.01;")
    problem = read_problem(alike, "upmsp")
    assert [resource.setup for resource in problem.resources] == ["0", "0"]
    assert list(problem.setups) == ["0"]


def test_the_checker_measures_a_sequence_as_the_set_says(problem):
    """Machine 0 is ready at 1800: 360 + 3600, then 36 + 900, then 720 + 7201."""
    plan = [
        ScheduledOperation("0", "0", "0", 2160, 5760, 1800),
        ScheduledOperation("3", "0", "0", 5796, 6696, 5760),
        ScheduledOperation("2", "0", "0", 7416, 14617, 6696),
        ScheduledOperation("1", "0", "1", 1080, 6480, 0),
    ]
    report = check(problem, plan)
    assert report.violations == ()
    assert report.objective == 14617
    plan[0] = ScheduledOperation("0", "0", "0", 2159, 5759, 1799)
    assert {each.code for each in check(problem, plan).violations} == {"setup.window"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"MDS", b"MD"),
        (b"M_1", b"M_2"),
        (b"S_PM", b""),
        (b"2;3;1", b"2;4;1"),
        (b"2;3;1", b"2;3"),
        (b"2;3;1", b"0;3;1"),
        (b"2;3;1", b"2;3;1.5"),
        (b"0.5;0;", b"0.5;"),
        (b"0.5;0;", b"0.5;-1;"),
        (b"0.5;0;", b"0.5;1e9;"),
        (b"0.5;0;", b"0.5;x;"),
        (b"1;1;1;\n1;1;0;", b"1;1;0;\n1;1;0;"),
    ],
)
def test_blocks_that_do_not_fit_are_refused(files, old, new):
    assert old in files["upmsp"]
    with pytest.raises(InputError) as caught:
        read_problem(files["upmsp"].replace(old, new, 1), "upmsp")
    assert caught.value.code in ("factory.problem.syntax", "factory.problem.too_large")
