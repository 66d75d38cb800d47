"""Lines of a recall and lists of consignees as JSON, written by kernels from numbers and texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import numpy as np
import orjson
from numpy.typing import NDArray

from sanpin.trace.engine.lineage.index import Index
from sanpin.trace.engine.lineage.paths import EVENT, FROM
from sanpin.trace.engine.lineage.scope import STATES, Scope, distinct_keys
from sanpin.trace.engine.lineage.writing import (
    Texts,
    Ways,
    line_sizes,
    list_of,
    way_sizes,
    write_lines,
)

__all__ = ["LineWriter", "TextNames"]

# Bytes that are written together: they stay in the cache of the processor.
_PIECE = 1 << 20
_FRAME = (b',{"id":', b',"role":', b',"depth":', b',"status":', b',"location":', b',"container":',
          b',"quantity":', b',"uom":', b',"last_event":', b',"why":[', b"]}")  # fmt: skip

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]


class TextNames(Protocol):
    """What knows the names of an index's numbers as JSON."""

    @property
    def index(self) -> Index:
        """The arrays."""
        ...

    def words(self, words: Int32s) -> dict[int, str]:
        """Words of the vocabulary; empty for -1."""
        ...

    def unit(self, number: int) -> str:
        """Code of a unit of measure; empty for pieces."""
        ...

    def thing_texts(self, things: Int32s) -> Texts:
        """Names of things, null for -1."""
        ...

    def event_texts(self, events: Int32s) -> Texts:
        """Identifiers of events by their places in the index, null for -1."""
        ...


class _Named:
    """Texts of some numbers.

    Parameters
    ----------
    numbers : ascending, each once
    texts : as many
    """

    def __init__(self, numbers: Int32s, texts: Texts) -> None:
        self.numbers = numbers
        self.texts = texts

    def find(self, numbers: Int32s) -> Int64s:
        """Which text each of some numbers has."""
        return np.searchsorted(self.numbers, numbers)


class LineWriter:
    """Writes the lines of a recall: what they name is looked up once, the rest is copying bytes.

    Parameters
    ----------
    answers : what knows the names
    scope : of the recall
    lines : positions of its lines in their order
    """

    def __init__(self, answers: TextNames, scope: Scope, lines: Int64s) -> None:
        reach, now = scope.reach, scope.standing
        things, last = reach.things[lines], now.last_event[lines]
        states, boxes = reach.first[lines], now.container[lines]
        origin = reach.states[:, FROM].copy()
        led = reach.states[:, EVENT].astype(np.int32)
        # A state whose event led to the one before already adds nothing to the way.
        led[(origin >= 0) & (led == led[origin])] = -1
        known = distinct_keys(np.concatenate((things, boxes)))
        self._things = _Named(known, answers.thing_texts(known))
        told = distinct_keys(np.concatenate((last, led)))
        self._events = _Named(told, answers.event_texts(told))
        self._ways = self._ways_of(origin, led)
        self._states = np.ascontiguousarray(states)
        words, columns = _few(answers, scope, lines)
        ids, names = self._things.texts, self._events.texts
        self._pools = (ids, words, words, words, words, ids, words, words, names)
        found = (self._things.find(things), *columns[:4], self._things.find(boxes), *columns[4:],
                 self._events.find(last))  # fmt: skip
        self._numbers = np.stack([column.astype(np.int32) for column in found], axis=1)
        self._frame = _listed(_FRAME)

    def _ways_of(self, origin: Int64s, led: Int32s) -> Ways:
        """Ways to all states."""
        told = np.where(led >= 0, self._events.find(led), -1).astype(np.int32)
        return Ways(origin, told, way_sizes(origin, told, self._events.texts))

    def pieces(self) -> Iterator[bytes]:
        """Yield lines with commas between, as many together as fit in a piece."""
        sizes = line_sizes(self._frame, self._pools, self._numbers, self._ways, self._states)
        ends = np.cumsum(sizes)
        out = np.empty(max(_PIECE, int(sizes.max(initial=0))), np.uint8)
        first, done = 0, 0
        while first < ends.size:
            past = max(first + 1, int(np.searchsorted(ends, done + _PIECE, "right")))
            write_lines(
                self._frame, self._pools, self._numbers[first:past], self._events.texts,
                self._ways, self._states[first:past], out,
            )  # fmt: skip
            # There is nothing that a comma would part from the first line.
            yield out[first == 0 : int(ends[past - 1]) - done].tobytes()
            first, done = past, int(ends[past - 1])

    def things(self, things: Int32s) -> bytes:
        """Names of things of the recall as a list."""
        return list_of(self._things.texts, self._things.find(things))


def _few(answers: TextNames, scope: Scope, lines: Int64s) -> tuple[Texts, list[Int64s]]:
    """Texts of which there are few, and columns of their numbers.

    The columns are role, depth, status, place, amount and unit.
    """
    reach, now = scope.reach, scope.standing
    words = answers.words(now.place)
    rows = (
        (scope.product, lambda one: "product" if one else "container"),
        (reach.depth, lambda one: one),
        (now.status, lambda one: str(STATES[one])),
        (now.place, lambda one: words[one] or None),
        (now.amount, lambda one: None if one != one else one),
        (now.unit, lambda one: answers.unit(one) or None),
    )
    texts: list[bytes] = []
    columns = []
    for column, write in rows:
        values, numbers = _classes(column[lines])
        columns.append(numbers + len(texts))
        texts += [orjson.dumps(write(value)) for value in values.tolist()]
    return _listed(texts), columns


def _classes(column: NDArray[Any]) -> tuple[NDArray[Any], Int64s]:
    """Different values of a column, and which of them each entry is."""
    if column.dtype.kind == "f" or not column.size:
        values, numbers = np.unique(column, return_inverse=True)
        return values, numbers
    low = column.min()
    numbers = column.astype(np.int64) - int(low)
    present = np.bincount(numbers) > 0
    return np.flatnonzero(present) + int(low), (np.cumsum(present) - 1)[numbers]


def _listed(texts: Iterable[bytes]) -> Texts:
    """Texts as they are."""
    parts = list(texts)
    ends = np.cumsum([0, *map(len, parts)])
    return Texts.of(b"".join(parts), ends[:-1], ends[1:])
