"""Readers of job shops and flexible job shops."""

import pytest

from sanpin.base import InputError
from sanpin.factory.engine.formats import read_problem


def test_job_shop_names_everything_by_number(ft06):
    problem = read_problem(ft06, "jsp")
    assert [job.id for job in problem.jobs] == ["0", "1", "2", "3", "4", "5"]
    first = problem.jobs[0].operations
    assert [(op.id, op.modes[0].machine, op.modes[0].duration) for op in first[:2]] == [
        ("0", "2", 1),
        ("1", "0", 3),
    ]
    assert first[0].after == ()
    assert first[1].after[0].op == "0"
    assert [resource.id for resource in problem.resources] == ["0", "1", "2", "3", "4", "5"]
    assert problem.objective == {"makespan": 1}


def test_routes_may_return_differ_and_end_with_minus_one():
    problem = read_problem(b"2 2\r\n0 4 1 3 0 2 -1 -1\r\n1 5 -1 -1\r\n", "jsp")
    machines = [[op.modes[0].machine for op in job.operations] for job in problem.jobs]
    assert machines == [["0", "1", "0"], ["1"]]


def test_flexible_machines_count_from_one_in_the_file():
    problem = read_problem(b"2 3 1.5\n2 2 1 5 3 4 1 2 7\n1 1 3 9\n", "fjsp")
    modes = problem.jobs[0].operations[0].modes
    assert [(mode.machine, mode.duration) for mode in modes] == [("0", 5), ("2", 4)]
    assert len(problem.resources) == 3


def test_flexible_header_may_lack_its_third_number_and_a_line_have_one_too_many():
    problem = read_problem(b"1 2\n1 1 2 7 99\n", "fjsp")
    assert problem.jobs[0].operations[0].modes[0].machine == "1"


@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("jsp", b"# no number\n"),
        ("jsp", b"2 2\n0 1\n"),
        ("jsp", b"1 2\n0 1 2 5\n"),
        ("jsp", b"1 2\n0 x\n"),
        ("jsp", b"1 2\n0 -3\n"),
        ("jsp", b"1 2\n0\n"),
        ("jsp", b"1 2\n-1 -1\n"),
        ("jsp", b"1 2\n0 1\0\n"),
        ("jsp", b"99999999999999999999 2\n0 1\n"),
        ("fjsp", b"1 2\n1 1 3 4\n"),
        ("fjsp", b"1 2\n1 1 0 4\n"),
        ("fjsp", b"1 2\n900 1 1 4\n"),
        ("fjsp", b"1 2\n1 1 1 4 1 1 1\n"),
        ("fjsp", b"3 9\n1 1 1 4\n"),
    ],
)
def test_broken_files_are_refused_with_their_line(form, content):
    with pytest.raises(InputError) as caught:
        read_problem(content, form)
    assert caught.value.code == "factory.problem.syntax"
    assert caught.value.fields["line"] >= 1


def test_machines_are_those_of_the_header_even_where_none_is_used():
    problem = read_problem(b"1 4\n0 5\n", "jsp")
    assert [resource.id for resource in problem.resources] == ["0", "1", "2", "3"]


def test_a_machine_listed_twice_keeps_its_shorter_duration():
    (mode,) = read_problem(b"1 2\n1 2 1 9 1 4\n", "fjsp").jobs[0].operations[0].modes
    assert (mode.machine, mode.duration) == ("0", 4)


def test_equal_parts_are_made_once(ft06):
    problem = read_problem(ft06, "jsp")
    first, second = problem.jobs[0].operations[1], problem.jobs[3].operations[1]
    assert first.after is second.after
    assert first.id is second.id


def test_each_pair_of_machine_and_worker_is_a_mode():
    content = b"1 2 3\n2 2 1 2 1 7 3 8 2 1 2 9 1 2 1 1 4\n"
    problem = read_problem(content, "fjsp-w")
    first, second = problem.jobs[0].operations
    assert [(mode.machine, mode.crew, mode.duration) for mode in first.modes] == [
        ("0", ("0",), 7),
        ("0", ("2",), 8),
        ("1", ("1",), 9),
    ]
    assert [(mode.machine, mode.crew, mode.duration) for mode in second.modes] == [("1", ("0",), 4)]
    assert set(problem.processors) == {"0", "1"}
    assert set(problem.workers) == {"0", "1", "2"}


@pytest.mark.parametrize(
    "content",
    [
        b"1 1\n1 1 1 1 1 4\n",
        b"1 1 1\n1 1 1 1 2 4\n",
        b"1 1 1\n1 1 2 1 1 4\n",
        b"1 1 1\n1 1 1 2 1 4\n",
        b"1 1 1\n1 1 1 1 1 4 5\n",
        b"1 1 1\n1 1 1 0\n",
    ],
)
def test_broken_files_with_workers_are_refused(content):
    with pytest.raises(InputError) as caught:
        read_problem(content, "fjsp-w")
    assert caught.value.code == "factory.problem.syntax"


def test_stages_follow_each_other_and_machines_are_numbered_through():
    problem = read_problem(b"2\n2\n1\t2\n5 6\n7 0\n", "hfsp")
    assert [resource.id for resource in problem.resources] == ["0", "1", "2"]
    first, second = problem.jobs[1].operations
    assert [(mode.machine, mode.duration) for mode in first.modes] == [("0", 7)]
    assert [(mode.machine, mode.duration) for mode in second.modes] == [("1", 0), ("2", 0)]
    assert [after.op for after in second.after] == ["0"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"2\n2\n1 2\n5 6\n7\n", "syntax"),
        (b"2\n2\n1 0\n5 6\n7 8\n", "syntax"),
        (b"2\n2\n1 2\n5 6\n7 -8\n", "syntax"),
        (b"0\n2\n1 2\n", "syntax"),
        (b"7\n", "syntax"),
        (b"1\n1\n2\n3\n", "syntax"),
        (b"2\n2\n700 800\n5 6\n7 8\n", "syntax"),
        (b"1\n2\n1 999999999999\n3 3\n", "too_large"),
        (b"9\n2\n1 99998\n" + b"3 3\n" * 9, None),
        (b"99\n2\n1 99998\n" + b"3 3\n" * 99, "too_large"),
    ],
)
def test_flow_shops_hold_what_they_claim(content, code):
    if code is None:
        assert len(read_problem(content, "hfsp").resources) == 99999
        return
    with pytest.raises(InputError) as caught:
        read_problem(content, "hfsp")
    assert caught.value.code == f"factory.problem.{code}"


def test_a_duration_below_zero_is_no_end_of_a_route():
    with pytest.raises(InputError) as caught:
        read_problem(b"1 2\n0 5 1 -1\n", "jsp")
    assert caught.value.fields["reason"].message == "a number is below 0"
