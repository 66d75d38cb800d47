"""Tables of change-overs by class give every pair of jobs the length of the file."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sanpin.factory.engine.formats.changeovers import KIND, START, classes_of, table_of

SQUARES = st.integers(1, 5).flatmap(
    lambda count: st.tuples(
        st.lists(st.lists(st.integers(0, 2), min_size=count, max_size=count),
                 min_size=count, max_size=count),
        st.lists(st.integers(0, 2), min_size=count, max_size=count),
    )
)  # fmt: skip


@given(SQUARES)
def test_classes_change_no_length(square):
    between, opening = (np.array(part, np.int64) for part in square)
    kinds = classes_of([between, between.T, opening[:, None]])
    heads = sorted(set(kinds))
    names = [str(head) for head in heads]
    table = table_of(between[np.ix_(heads, heads)], opening[heads], names)
    attribute = table.attributes[KIND]
    for first, row in enumerate(between.tolist()):
        assert attribute.length(START, str(kinds[first])) == opening[first]
        for second, length in enumerate(row):
            assert attribute.length(str(kinds[first]), str(kinds[second])) == length


def test_jobs_alike_share_a_class_and_others_do_not():
    between = np.array([[1, 1, 2], [1, 1, 2], [3, 3, 1]])
    assert classes_of([between, between.T]) == [0, 0, 2]
    assert classes_of([between, between.T, np.array([[5], [6], [5]])]) == [0, 1, 2]


def test_the_most_frequent_length_is_not_listed():
    table = table_of(np.array([[7, 7], [7, 9]]), np.array([1, 2]), ["a", "b"])
    attribute = table.attributes[KIND]
    assert attribute.default == 7
    assert attribute.matrix == {START: {"a": 1, "b": 2}, "a": {"a": 7}, "b": {"b": 9}}
