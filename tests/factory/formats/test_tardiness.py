"""Weighted tardiness on one machine, with and without set-ups."""

import pytest

from sanpin.base import InputError
from sanpin.factory.engine.check import check
from sanpin.factory.engine.formats import read_problem
from sanpin.factory.model import ScheduledOperation


def test_blocks_become_jobs_with_weights_and_due_dates(files):
    problem = read_problem(files["wtsds"], "wtsds")
    rows = [(job.id, job.operations[0].modes[0].duration, job.weight, job.due)
            for job in problem.jobs]  # fmt: skip
    assert rows == [("0", 5, 1, 9), ("1", 6, 0, 3), ("2", 7, 4, 2)]
    assert problem.objective == {"tardiness": 1}


def test_set_ups_start_with_what_stands_before_the_first_job(files):
    problem = read_problem(files["wtsds"], "wtsds")
    attribute = problem.setups["0"].attributes["kind"]
    kinds = [job.operations[0].attributes["kind"] for job in problem.jobs]
    assert problem.resources[0].initial == {"kind": "start"}
    assert attribute.length("start", kinds[2]) == 8
    assert attribute.length(kinds[0], kinds[1]) == 1
    assert attribute.length(kinds[2], kinds[1]) == 4


def test_the_checker_measures_a_sequence_as_the_set_says(files):
    """2 + 5 ends at 7, in time; 9 + 7 ends at 23, late by 21 at weight 4; 4 + 6 costs nothing."""
    plan = [
        ScheduledOperation("0", "0", "0", 2, 7, 0),
        ScheduledOperation("2", "0", "0", 16, 23, 7),
        ScheduledOperation("1", "0", "0", 27, 33, 23),
    ]
    report = check(read_problem(files["wtsds"], "wtsds"), plan)
    assert report.violations == ()
    assert report.objective == 84


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (b"Weights:", b"Weight:", 30),
        (b"End Problem", b"End", 30),
        (b"5\n6\n7\n", b"5\n6\n", 11),
        (b"\n9\n3\n", b"\n9\n-3\n", 17),
        (b"\n0 1 1", b"", 27),
        (b"\n0 1 1", b"\n0 1", 28),
        (b"\n0 1 1", b"\n0 3 1", 23),
        (b"\n0 1 1", b"\n0 1 -1", 23),
        (b"\n0 1 1", b"\n-2 1 1", 23),
        (b"\n0 1 1", b"\n0 0 1", 28),
        (b"\n0 1 1", b"\n0 x 1", 23),
    ],
)
def test_blocks_that_do_not_fit_are_refused_with_their_line(files, old, new, line):
    assert old in files["wtsds"]
    with pytest.raises(InputError) as caught:
        read_problem(files["wtsds"].replace(old, new, 1), "wtsds")
    assert caught.value.code == "factory.problem.syntax"
    assert caught.value.fields["line"] == line


@pytest.mark.parametrize(("instance", "size"), [(1, 4), (2, 4), (125, 7)])
def test_one_of_125_instances_is_read(several, instance, size):
    problem = read_problem(several(size), "wt", instance=instance)
    base = 1000 * (instance - 1)
    rows = [(job.operations[0].modes[0].duration, job.weight, job.due) for job in problem.jobs]
    assert rows == [(base + job, base + 100 + job, base + 200 + job) for job in range(size)]
    assert problem.setups == {}
    assert problem.objective == {"tardiness": 1}


@pytest.mark.parametrize(("before", "after"), [(b"-", b""), (b"0", b" 1"), (b"", b"")])
def test_files_that_are_not_125_instances_are_refused(several, before, after):
    with pytest.raises(InputError) as caught:
        read_problem(before + several(2)[1:] + after, "wt", instance=1)
    assert caught.value.code == "factory.problem.syntax"
