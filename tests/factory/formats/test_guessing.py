"""Formats are guessed from what stands in a file; the name only settles what that leaves open."""

import pytest

from sanpin.base import InputError
from sanpin.factory.engine.formats import guess_format, read_problem

BOTH = b"1 3\n1 1 2 3\n"
"""One operation with one alternative, or the pairs (1, 1) and (2, 3)."""


def test_formats_are_guessed(ft06):
    assert guess_format(ft06) == "jsp"
    assert guess_format(b"1 2\n1 1 2 7 1\n") == "fjsp"
    assert guess_format(b"2 3 1.5\n1 1 1 5\n") == "fjsp"
    assert guess_format(b"1 1 1\n1 1 1 1 1 5\n") == "fjsp-w"
    assert guess_format(b"2\n1\n1\n5\n6\n") == "hfsp"
    assert guess_format(b"1 2 3 4 5 6\n") == "wt"
    assert guess_format(b"Machines;Jobs;Maintenance;\r\n1;1;0\r\n") == "upmsp"
    assert guess_format(b"Problem Instance: 1\nProcess Times:\n4\n") == "wtsds"


def test_native_and_printing_shops_are_both_json():
    assert guess_format(b'\xef\xbb\xbf {"format": "sanpin.factory.problem/1"}') == "sanpin"
    assert guess_format(b'{"resources": [], "jobs": [{"id": 1, "topology": []}]}') == "ops"
    assert guess_format(b'{"resources": []}') == "sanpin"


def test_the_name_settles_what_the_numbers_leave_open():
    assert guess_format(BOTH) == "jsp"
    assert guess_format(BOTH, "mk01.FJS") == "fjsp"
    # Where only one reading fits, a name does not change it.
    assert guess_format(b"1 2\n0 4 1 3\n", "mk01.fjs") == "jsp"


def test_comments_and_what_follows_the_sample_do_not_matter():
    assert guess_format(b"# six by six\n\n1 2\n0 4 1 3\n") == "jsp"
    assert guess_format(b"2000 2\n" + b"0 4 1 3 0 5 1 4 0 3 1 2\n" * 20000) == "jsp"


@pytest.mark.parametrize(
    "content", [b"# no number\n", b"a b\n", b"x", b"[]", b"order,item\n1,2\n", b"\x00\x7fELF"]
)
def test_what_begins_like_no_format_is_not_guessed(content):
    with pytest.raises(InputError) as caught:
        read_problem(content)
    assert caught.value.code == "factory.problem.unrecognised"


@pytest.mark.parametrize(("content", "form"), [(b"1 2 3\nx\n", "fjsp"), (b"2\nx\n", "hfsp")])
def test_what_fits_nothing_is_refused_by_the_nearest_reader(content, form):
    assert guess_format(content) == form
    with pytest.raises(InputError) as caught:
        read_problem(content)
    assert caught.value.code == "factory.problem.syntax"
    assert caught.value.fields["form"] == form
