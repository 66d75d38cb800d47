"""Writing many lines of JSON: texts that occur often are there once, kernels put them together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sanpin.trace.engine.lineage.compiled import kernel
from sanpin.trace.engine.lineage.layer import frozen

__all__ = ["UUID_SIZE", "Texts", "Ways", "line_sizes", "list_of", "texts_of", "uuid_texts"]
__all__ += ["way_sizes", "write_lines"]

_COMMA, _QUOTE, _BACKSLASH, _END = 44, 34, 92, 93
_HEAD = np.frombuffer(b'"urn:uuid:', np.uint8)

UUID_SIZE = 47
"""Bytes of the URN of a UUID with its quotes."""

Bytes = NDArray[np.uint8]
Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]


class Texts(NamedTuple):
    """Values in JSON, each somewhere in one array of bytes.

    Attributes
    ----------
    data : uint8
    low, high : int64 (N), where each begins and ends
    """

    data: Bytes
    low: Int64s
    high: Int64s

    @classmethod
    def of(cls, data: bytes | Bytes, low: Int64s, high: Int64s) -> Texts:
        """Make texts whose arrays nobody can write to, so that kernels meet one type."""
        whole = np.frombuffer(data, np.uint8)
        return cls(frozen(whole, np.uint8), frozen(low, np.int64), frozen(high, np.int64))

    @staticmethod
    def join(parts: Sequence[Texts]) -> Texts:
        """Put texts one behind the other."""
        starts = np.cumsum([0, *(part.data.size for part in parts)])[:-1].tolist()
        nothing = [np.zeros(0, np.int64)]
        return Texts.of(
            np.concatenate([np.zeros(0, np.uint8), *(part.data for part in parts)]),
            np.concatenate(nothing + [p.low + at for p, at in zip(parts, starts, strict=True)]),
            np.concatenate(nothing + [p.high + at for p, at in zip(parts, starts, strict=True)]),
        )

    def text(self, number: int) -> bytes:
        """One of the texts."""
        return self.data[self.low[number] : self.high[number]].tobytes()


class Ways(NamedTuple):
    """Events on the ways of a walk.

    Attributes
    ----------
    origin : int64 (S), state from which each state was reached, an earlier one; -1 for a root
    told : int32 (S), text of the event that led to it; -1 where the one before told it
    size : int64 (S), bytes of all events on the way to a state, with commas
    """

    origin: Int64s
    told: Int32s
    size: Int64s


def texts_of(listed: bytes, count: int) -> Texts:
    """Find the values of a flat list in JSON.

    Parameters
    ----------
    listed : texts, numbers and nulls as one list, without spaces
    count : how many there are
    """
    low, high = _split(np.frombuffer(listed, np.uint8), count)
    return Texts.of(listed, low, high)


@kernel
def _split(text: Bytes, count: int) -> tuple[Int64s, Int64s]:
    """Where each value of a flat list begins and ends."""
    low, high = np.empty(count, np.int64), np.empty(count, np.int64)
    at = 1
    for number in range(count):
        low[number] = at
        if text[at] == _QUOTE:
            at += 1
            while text[at] != _QUOTE:
                at += 2 if text[at] == _BACKSLASH else 1
        while text[at] != _COMMA and text[at] != _END:
            at += 1
        high[number] = at
        at += 1
    return low, high


@kernel
def uuid_texts(digits: Bytes) -> tuple[Bytes, NDArray[np.bool_]]:
    """Write UUIDs as URNs in quotes, `UUID_SIZE` bytes each.

    Parameters
    ----------
    digits : a byte 1 and the 16 bytes of each UUID in hexadecimal digits, with commas between;
        whatever else stands between commas is no UUID

    Returns
    -------
    tuple
        texts one behind the other, and of each whether it is one
    """
    count = 1
    for byte in digits:
        count += byte == _COMMA
    found = np.zeros(count * UUID_SIZE, np.uint8)
    valid = np.zeros(count, np.bool_)
    first = 0
    for number in range(count):
        past = first
        while past < digits.size and digits[past] != _COMMA:
            past += 1
        if past - first == 34 and digits[first] == 48 and digits[first + 1] == 49:
            valid[number] = True
            _uuid(found, number * UUID_SIZE, digits, first + 2)
        first = past + 1
    return found, valid


@kernel
def _uuid(found: Bytes, at: int, digits: Bytes, first: int) -> None:
    """Write one UUID."""
    for place in range(_HEAD.size):
        found[at + place] = _HEAD[place]
    at += _HEAD.size
    for place in range(32):
        if place in (8, 12, 16, 20):
            found[at] = 45
            at += 1
        digit = digits[first + place]
        found[at] = digit + 32 if 65 <= digit <= 70 else digit
        at += 1
    found[at] = _QUOTE


@kernel
def way_sizes(origin: Int64s, told: Int32s, texts: Texts) -> Int64s:
    """Bytes of the events on the way to each state, see `Ways`."""
    size = np.zeros(origin.size, np.int64)
    for state in range(origin.size):
        if origin[state] < 0:
            continue
        size[state] = size[origin[state]]
        text = told[state]
        if text >= 0:
            size[state] += texts.high[text] - texts.low[text] + (size[state] > 0)
    return size


@kernel
def line_sizes(
    frame: Texts, pools: tuple[Texts, ...], numbers: Int32s, ways: Ways, states: Int64s
) -> Int64s:
    """Bytes of each line, see `write_lines`."""
    count, columns = numbers.shape
    fixed = np.int64(0)
    for number in range(columns + 2):
        fixed += frame.high[number] - frame.low[number]
    found = np.empty(count, np.int64)
    for line in range(count):
        size = fixed + ways.size[states[line]]
        for column in range(columns):
            pool, number = pools[column], numbers[line, column]
            size += pool.high[number] - pool.low[number]
        found[line] = size
    return found


@kernel
def write_lines(
    frame: Texts,
    pools: tuple[Texts, ...],
    numbers: Int32s,
    events: Texts,
    ways: Ways,
    states: Int64s,
    out: Bytes,
) -> None:
    """Write lines one behind the other.

    Parameters
    ----------
    frame : what stands before each column, before the way and behind it
    pools, numbers : texts of each of C columns; int32 (L, C), the text of each line in them
    events, ways, states : names of events, ways, and the state of each line whose way it tells
    out : room for `line_sizes`
    """
    count, columns = numbers.shape
    at = 0
    known, start = np.int64(-1), 0
    for line in range(count):
        for column in range(columns):
            at = _put(out, at, frame, column)
            at = _put(out, at, pools[column], numbers[line, column])
        at = _put(out, at, frame, columns)
        state = states[line]
        origin = ways.origin[state]
        if origin >= 0 and origin == known:
            # The line before came from the same place: what is the same is copied at once.
            size = ways.size[origin]
            _copy(out[start : start + size], out[at : at + size])
            _tell(out, at, events, ways, state, size)
        else:
            _tell(out, at, events, ways, state, 0)
        known, start = origin, at
        at += ways.size[state]
        at = _put(out, at, frame, columns + 1)


@kernel
def _tell(out: Bytes, at: int, events: Texts, ways: Ways, state: int, done: int) -> None:
    """Write the events on the way to a state from the last one back to what is done."""
    past = at + ways.size[state]
    while past > at + done:
        text = ways.told[state]
        if text >= 0:
            past -= events.high[text] - events.low[text]
            _put(out, past, events, text)
            if past > at:
                past -= 1
                out[past] = _COMMA
        state = ways.origin[state]


@kernel
def _put(out: Bytes, at: int, texts: Texts, number: int) -> int:
    """Write one text; returns where it ends."""
    low, high = texts.low[number], texts.high[number]
    past = at + high - low
    _copy(texts.data[low:high], out[at:past])
    return int(past)


@kernel
def _copy(source: Bytes, target: Bytes) -> None:
    """Copy bytes; from slice to slice the compiler does so many at once."""
    for place in range(source.size):
        target[place] = source[place]


@kernel
def _joined(texts: Texts, numbers: Int64s) -> Bytes:
    """Write some of the texts with commas between."""
    size = numbers.size
    for number in numbers:
        size += texts.high[number] - texts.low[number]
    out = np.empty(size, np.uint8)
    at = 0
    for number in numbers:
        at = _put(out, at, texts, number)
        out[at] = _COMMA
        at += 1
    return out


def list_of(texts: Texts, numbers: Int64s) -> bytes:
    """Write some of the texts as a list in JSON."""
    inside: bytes = _joined(texts, np.ascontiguousarray(numbers, np.int64)).tobytes()
    return b"[" + inside[:-1] + b"]"
