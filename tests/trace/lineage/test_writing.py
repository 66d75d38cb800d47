"""Texts that kernels read and write: as a library writes them, whatever stands in them."""

from __future__ import annotations

from uuid import UUID

import numpy as np
import orjson
from hypothesis import given
from hypothesis import strategies as st

from sanpin.trace.engine.lineage.scope import distinct_keys
from sanpin.trace.engine.lineage.writing import (
    UUID_SIZE,
    Texts,
    Ways,
    line_sizes,
    list_of,
    texts_of,
    uuid_texts,
    way_sizes,
    write_lines,
)
from sanpin.trace.store.unpacking import read_numbers

VALUES = st.lists(
    st.none()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.sampled_from(['"', "\\", '\\"', "a,b", "]", "", "\n", "瓷"])
)


def texts(values: list[object]) -> Texts:
    """Values as texts."""
    return texts_of(orjson.dumps(values), len(values))


@given(VALUES)
def test_the_values_of_a_list_are_found(values: list[object]) -> None:
    found = texts(values)
    assert [found.text(n) for n in range(len(values))] == [orjson.dumps(one) for one in values]
    assert list_of(found, np.arange(len(values))) == orjson.dumps(values)


@given(VALUES, VALUES)
def test_joined_texts_keep_their_order(one: list[object], other: list[object]) -> None:
    found = Texts.join([texts(one), texts(other)])
    assert list_of(found, np.arange(len(one) + len(other))) == orjson.dumps(one + other)
    assert Texts.join([]).low.size == 0


@given(st.lists(st.one_of(st.uuids(), st.binary(max_size=20)), min_size=1), st.booleans())
def test_uuids_are_written_and_others_left(given_names: list[UUID | bytes], upper: bool) -> None:
    """SQLite writes capital digits, PostgreSQL small ones."""
    digits = [b"01" + one.hex.encode() if isinstance(one, UUID) else b"02" + one.hex().encode()
              for one in given_names]  # fmt: skip
    line = b",".join(digits)
    found, valid = uuid_texts(np.frombuffer(line.upper() if upper else line, np.uint8))
    assert valid.tolist() == [isinstance(one, UUID) for one in given_names]
    for number, one in enumerate(given_names):
        if isinstance(one, UUID):
            text = found[number * UUID_SIZE : (number + 1) * UUID_SIZE].tobytes()
            assert text == orjson.dumps(one.urn)


@given(st.lists(st.integers(-(2**63) + 1, 2**63 - 1)))
def test_numbers_are_read(numbers: list[int]) -> None:
    line = ",".join(map(str, numbers)).encode()
    assert read_numbers(np.frombuffer(line, np.uint8)).tolist() == numbers


@given(st.lists(st.integers(0, 9)))
def test_keys_are_told_apart(keys: list[int]) -> None:
    assert distinct_keys(np.array(keys, np.int64)).tolist() == sorted(set(keys))


@st.composite
def walks(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Draw states: the earlier one each was reached from, and the event or none."""
    size = draw(st.integers(1, 12))
    return [(draw(st.integers(-1, state - 1)), draw(st.integers(-1, 3))) for state in range(size)]


@given(walks(), st.lists(st.integers(0, 11), min_size=1), st.randoms(use_true_random=False))
def test_lines_tell_their_ways(
    walk: list[tuple[int, int]], asked: list[int], chance: st.DataObject
) -> None:
    """Every line holds its columns and all events from the root on, shared beginnings too."""
    names = ["urn:e:a", "urn:e:bb", 'urn:e:"c"', "urn:e:瓷器"]
    rows = sorted(one % len(walk) for one in asked)
    origin = np.array([one for one, _ in walk], np.int64)
    told = np.array([event if one >= 0 else -1 for one, event in walk], np.int32)
    events = texts(list(names))
    ways = Ways(origin, told, way_sizes(origin, told, events))
    values = [None, 1, "x", "瓷"]
    numbers = np.array([[chance.randrange(4) for _ in range(9)] for _ in rows], np.int32)
    frame = texts([f"c{column}" for column in range(11)])
    pools = (texts(list(values)),) * 9
    states = np.array(rows, np.int64)
    sizes = line_sizes(frame, pools, numbers, ways, states)
    out = np.zeros(int(sizes.sum()) + 3, np.uint8)
    write_lines(frame, pools, numbers, events, ways, states, out)
    wanted = []
    for row, state in zip(numbers.tolist(), rows, strict=True):
        line = b"".join(b'"c%d"%b' % (n, orjson.dumps(values[v])) for n, v in enumerate(row))
        way: list[str] = []
        while state >= 0:
            way = [names[told[state]], *way] if told[state] >= 0 else way
            state = int(origin[state])
        wanted.append(line + b'"c9"' + orjson.dumps(way)[1:-1] + b'"c10"')
    assert [len(line) for line in wanted] == sizes.tolist()
    assert out[:-3].tobytes() == b"".join(wanted)
    assert not out[-3:].any()
