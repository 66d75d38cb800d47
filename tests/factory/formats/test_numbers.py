"""Files of numbers: lines, characters, and claims that are compared before anything is made."""

import tracemalloc

import pytest

from sanpin.base import InputError
from sanpin.factory.engine.formats import numbers as module
from sanpin.factory.engine.formats import read_problem
from sanpin.factory.engine.formats.numbers import read_decimals, read_rows


def test_lines_keep_their_numbers_through_blanks_and_comments():
    rows = read_rows(b"\xef\xbb\xbf# head\r\n\r\n 1 -2\t3 \r\n\x0c\n# 9 9\n40\n", "x")
    assert rows.values.tolist() == [1, -2, 3, 40]
    assert rows.begins.tolist() == [0, 3, 4]
    assert rows.lines.tolist() == [3, 6]
    assert [rows.line_of(place) for place in range(4)] == [3, 3, 3, 6]
    assert rows.row(0).words == [1, -2, 3]


def test_lines_may_end_as_on_any_system():
    files = [read_rows(b"1 2" + end + b"3" + end, "x") for end in (b"\n", b"\r\n", b"\r")]
    assert all(rows.begins.tolist() == [0, 2, 3] for rows in files)
    assert read_rows(b"1 2\n3", "x").begins.tolist() == [0, 2, 3]


def test_fractions_are_cut_off_the_first_line_only():
    assert read_rows(b"\n2 3 1.75 4.\n5", "x", head=True).values.tolist() == [2, 3, 1, 4, 5]
    with pytest.raises(InputError):
        read_rows(b"2 3\n1.5", "x", head=True)
    with pytest.raises(InputError):
        read_rows(b"2 .5\n", "x", head=True)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"1 2\n3 x4 5\n", 2),
        (b"1 2\n3 4-5\n", 2),
        (b"1\n\n- 5", 3),
        (b"1\n--5", 2),
        (b"1\n5-", 2),
        (b"1\n1e5", 2),
        (b"1\n+5", 2),
        (b"1\n\x005", 2),
        (b"1\n1234567890123", 2),
        (b"1\n\xd9\xa3", 2),
        (b"", 1),
        (b"# only\n", 1),
    ],
)
def test_what_is_not_a_whole_number_is_named_with_its_line(content, line):
    with pytest.raises(InputError) as caught:
        read_rows(content, "x")
    assert caught.value.code == "factory.problem.syntax"
    assert caught.value.fields["line"] == line
    assert len(str(caught.value.fields["reason"])) < 100


def test_a_long_binary_word_is_cut_in_the_message():
    with pytest.raises(InputError) as caught:
        read_rows(b"7" + b"\xff" * 10**6, "x")
    assert len(str(caught.value)) < 200


def test_decimals_are_not_below_zero_and_finite():
    assert read_decimals(b"1 2.5 1e2", "x", 1).tolist() == [1, 2.5, 100]
    for wrong in (b"-1", b"nan", b"inf", b"1,5", b"0x1"):
        with pytest.raises(InputError) as caught:
            read_decimals(wrong, "x", 7)
        assert caught.value.fields["line"] == 7


CLAIMS = [
    ("jsp", b"999999999999 5\n0 1\n"),
    ("jsp", b"1 999999999999\n0 1\n"),
    ("fjsp", b"999999999999 5\n1 1 1 1\n"),
    ("fjsp", b"1 999999999999\n1 1 1 1\n"),
    ("fjsp", b"1 5\n999999999999 1 1 1\n"),
    ("fjsp", b"1 5\n1 999999999999 1 1\n"),
    ("fjsp-w", b"1 5 999999999999\n1 1 1 1 1 1\n"),
    ("fjsp-w", b"1 5 5\n1 1 1 999999999999 1 1\n"),
    ("hfsp", b"999999999999\n999999999999\n1\n"),
    ("hfsp", b"1\n1\n999999999999\n1\n"),
    ("upmsp", b"Machines;Jobs;Maintenance;\n99999;99999;99999\n"),
    ("upmsp", b"Machines;Jobs;Maintenance;\n1e300;1;1\n"),
    ("upmsp", b"Machines;Jobs;Maintenance;\n1;1;9999\nM_0\n1\nMDS\n1\nS_PM\n" + b"1;" * 9999),
]


@pytest.mark.parametrize(("form", "content"), CLAIMS)
def test_huge_claims_are_refused_before_anything_is_allocated(form, content):
    tracemalloc.start()
    try:
        with pytest.raises(InputError):
            read_problem(content, form)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20e6


def test_more_than_is_read_is_refused_by_its_number(monkeypatch, ft06):
    monkeypatch.setattr("sanpin.factory.engine.formats.building.MOST_OPERATIONS", 30)
    with pytest.raises(InputError) as caught:
        read_problem(ft06, "jsp")
    assert caught.value.code == "factory.problem.too_large"
    assert caught.value.fields["most"] == 30
    monkeypatch.setattr(module, "MOST_NUMBERS", 50)
    with pytest.raises(InputError) as caught:
        read_problem(ft06, "jsp")
    assert caught.value.fields["count"] == 74
