"""Open windows against an oracle that looks at every unit."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sanpin.base.calendar import NEVER, OpenTime, intersect, merge

END = 60
spans = st.tuples(st.integers(0, END), st.integers(0, END))
windows = st.lists(spans, max_size=8)
instants = st.integers(0, END + 5)


def units(spans_: list[tuple[int, int]]) -> set[int]:
    """List every open unit."""
    return {t for start, end in spans_ for t in range(start, end)}


@given(windows)
def test_merged_windows_are_apart_and_hold_the_same_units(given_: list[tuple[int, int]]) -> None:
    merged = merge(given_)
    assert units(merged) == units(given_)
    assert all(start < end for start, end in merged)
    assert all(before[1] < after[0] for before, after in pairwise(merged)), "touching ones join"


@given(windows, windows)
def test_intersection_is_open_in_both(a: list[tuple[int, int]], b: list[tuple[int, int]]) -> None:
    common = intersect(a, b)
    assert units(common) == units(a) & units(b)
    assert common == merge(common)
    assert common == intersect(b, a)


@given(windows)
def test_next_open(given_: list[tuple[int, int]]) -> None:
    is_open, resource = units(given_), OpenTime(given_)
    for t in range(END + 5):
        assert resource.next_open(t) == min((u for u in is_open if u >= t), default=NEVER)


@given(windows, st.integers(0, END))
def test_finish_consumes_only_open_units(given_: list[tuple[int, int]], work: int) -> None:
    is_open, resource = units(given_), OpenTime(given_)
    for t in range(END + 5):
        later_ends = [t, *(u + 1 for u in sorted(is_open) if u >= t)]
        expected = later_ends[work] if work < len(later_ends) else NEVER
        assert resource.finish(t, work) == expected


@given(windows, st.integers(1, 20))
def test_fits_lies_in_one_window(given_: list[tuple[int, int]], work: int) -> None:
    is_open, resource = units(given_), OpenTime(given_)
    starts = [s for s in range(END + 1) if all(u in is_open for u in range(s, s + work))]
    for t in range(END + 5):
        assert resource.fits(t, work) == next((s for s in starts if s >= t), NEVER)
        assert resource.fits(t, 0) == t


@given(windows, instants)
def test_open_between_counts_units(given_: list[tuple[int, int]], a: int) -> None:
    is_open, resource = units(given_), OpenTime(given_)
    for b in range(END + 5):
        assert resource.open_between(a, b) == sum(a <= u < b for u in is_open)


@given(windows, instants, st.integers(1, END))
def test_finish_and_open_between_agree(given_: list[tuple[int, int]], t: int, work: int) -> None:
    resource = OpenTime(given_)
    end = resource.finish(t, work)
    if end != NEVER:
        assert resource.open_between(t, end) == work
        assert resource.open_between(t, end - 1) == work - 1


@given(st.integers(-100, 100), st.integers(0, 10**6))
def test_always_open(t: int, work: int) -> None:
    resource = OpenTime(None)
    assert resource.next_open(t) == t
    assert resource.finish(t, work) == t + work
    assert resource.fits(t, work) == t
    assert resource.open_between(t, t + work) == work


def test_windows_come_back_merged() -> None:
    assert OpenTime([(5, 8), (0, 2), (2, 4), (9, 9)]).windows == [(0, 4), (5, 8)]


def test_never_open() -> None:
    resource = OpenTime([])
    assert resource.next_open(3) == resource.fits(3, 1) == resource.finish(3, 1) == NEVER
    assert resource.open_between(0, 100) == 0
