"""Readers of public instance files, packing, and guessing."""

import gzip
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import InputError
from sanpin.factory.engine.formats import guess_format, read_problem, unpack


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
        ("jsp", b""),
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
        ("fjsp", b"1 9999999999\n1 1 1 4\n"),
    ],
)
def test_broken_files_are_refused_with_their_line(form, content):
    with pytest.raises(InputError) as caught:
        read_problem(content, form)
    assert caught.value.code == "factory.problem.syntax"
    assert caught.value.fields["line"] >= 1


@given(st.binary(max_size=80), st.sampled_from(["jsp", "fjsp", "sanpin", "auto"]))
def test_no_bytes_make_a_reader_fail_otherwise(content, form):
    try:
        read_problem(content, form)
    except InputError as error:
        assert error.code.startswith("factory.problem.")


@given(st.lists(st.lists(st.integers(-3, 12), max_size=8), max_size=5))
def test_no_numbers_make_a_reader_fail_otherwise(rows):
    content = "\n".join(" ".join(map(str, row)) for row in rows).encode()
    for form in ("jsp", "fjsp"):
        try:
            problem = read_problem(content, form)
        except InputError:
            continue
        assert all(job.operations for job in problem.jobs)


def test_formats_are_guessed(ft06):
    assert guess_format(b'\xef\xbb\xbf {"format": 1}') == "sanpin"
    assert guess_format(ft06) == "jsp"
    assert guess_format(b"1 2\n1 1 2 7 1\n") == "fjsp"
    assert guess_format(b"2 3 1.5\n1 1 1 5\n") == "fjsp"
    assert guess_format(b"1 2\n0 4 1 3\n", "mk01.fjs") == "fjsp"


def test_packed_files_are_read(ft06):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("ft06.txt", ft06)
    assert read_problem(gzip.compress(ft06)) == read_problem(ft06)
    assert read_problem(packed.getvalue()) == read_problem(ft06)


def test_archives_with_two_files_and_broken_ones_are_refused(ft06):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("one", ft06)
        archive.writestr("two", ft06)
    for content, code in (
        (packed.getvalue(), "factory.problem.archive"),
        (gzip.compress(ft06)[:20], "factory.problem.unreadable"),
        (b"PK\x03\x04nothing", "factory.problem.unreadable"),
    ):
        with pytest.raises(InputError) as caught:
            unpack(content)
        assert caught.value.code == code


def test_an_unknown_format_is_refused_with_the_known_ones(ft06):
    with pytest.raises(InputError) as caught:
        read_problem(ft06, "abc")
    assert caught.value.code == "factory.problem.format"
    assert "fjsp" in str(caught.value)
