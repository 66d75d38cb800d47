"""Events as columns: what a lineage index is built from, whoever keeps the events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sanpin.trace.engine.identifiers import role_of
from sanpin.trace.engine.lineage.place import ARRIVED, DESTROYED, SENT, SOLD
from sanpin.trace.engine.lineage.stays import is_class
from sanpin.trace.model.events import Event, Part
from sanpin.trace.model.identifiers import Role

__all__ = [
    "ASSET",
    "BEGINS",
    "CLASS",
    "CONTAINER",
    "DESTINATIONS",
    "ENDS",
    "IS_LOT",
    "IS_PARENT",
    "IS_USED",
    "WORDS",
    "Columns",
    "Numbering",
    "columns_of",
    "destination_of",
    "kind_of",
    "pick",
    "ranges",
    "word_flags",
]

# What is known of a thing: the first three by its name, the others by its events.
CLASS, CONTAINER, ASSET = 1, 2, 4
BEGINS, ENDS, IS_USED, IS_PARENT, IS_LOT = 8, 16, 32, 64, 128

# What a word of the vocabulary says about the whereabouts of goods.
_WORDS = (
    (1, SENT),
    (2, ARRIVED),
    (4, SOLD),
    (8, DESTROYED),
    (16, frozenset(("receiving",))),
    (32, frozenset(("in_transit",))),
    (64, frozenset(("storing",))),
)
WORDS = frozenset[str]().union(*(group for _, group in _WORDS))
"""All words that say something about the whereabouts of goods."""

# Which of several destinations names the one to call: the place first, then the parties.
DESTINATIONS = ("location", "owning_party", "possessing_party")


class Columns(NamedTuple):
    """Events in the order of the ledger, and the things in them; E events, L entries.

    Attributes
    ----------
    event : int64 (E), numbers of the events, ascending
    time : int64 (E), microseconds UTC
    type, action, void : uint8 (E); void events stay in the table and count nowhere
    step, disposition, location, read_point, destination : int32 (E), words; -1 for none
    transformation : int64 (E), word that joins transformations; -1 for none
    offset : int64 (E + 1), entries of event e are ``offset[e]`` to ``offset[e + 1]``
    thing : int32 (L), number of the thing
    part : uint8 (L), see `Part`; the entries after a lot, up to the next one, belong to it
    amount_at : int64 (A), ascending, the entries that have an amount
    amount : float64 (A)
    unit : int32 (A), word of the unit; -1 for pieces
    """

    event: NDArray[np.int64]
    time: NDArray[np.int64]
    type: NDArray[np.uint8]
    action: NDArray[np.uint8]
    void: NDArray[np.uint8]
    step: NDArray[np.int32]
    disposition: NDArray[np.int32]
    location: NDArray[np.int32]
    read_point: NDArray[np.int32]
    destination: NDArray[np.int32]
    transformation: NDArray[np.int64]
    offset: NDArray[np.int64]
    thing: NDArray[np.int32]
    part: NDArray[np.uint8]
    amount_at: NDArray[np.int64]
    amount: NDArray[np.float64]
    unit: NDArray[np.int32]

    @staticmethod
    def join(parts: Sequence[Columns]) -> Columns:
        """Put slices of a scan one behind the other; their events must ascend."""
        found = {
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in Columns._fields
        }
        entries = np.cumsum([0, *(part.thing.size for part in parts)])
        found["offset"] = np.concatenate(
            [part.offset[:-1] + first for part, first in zip(parts, entries, strict=False)]
            + [entries[-1:]]
        )
        found["amount_at"] = np.concatenate(
            [part.amount_at + first for part, first in zip(parts, entries, strict=False)]
        )
        return Columns(**found)


def pick(columns: Columns, chosen: NDArray[np.integer]) -> Columns:
    """Copy some of the events, in the order given.

    Parameters
    ----------
    chosen : positions of events
    """
    counts = np.diff(columns.offset)[chosen]
    offset = np.append(0, np.cumsum(counts))
    source = ranges(columns.offset[chosen], counts)
    where = np.full(columns.thing.size, -1, np.int64)
    where[source] = np.arange(source.size)
    at = where[columns.amount_at]
    kept = np.flatnonzero(at >= 0)
    kept = kept[np.argsort(at[kept], kind="stable")]
    return Columns._make(
        [
            *(column[chosen] for column in columns[:11]),
            offset,
            columns.thing[source],
            columns.part[source],
            at[kept],
            columns.amount[kept],
            columns.unit[kept],
        ]
    )


def ranges(starts: NDArray[np.integer], counts: NDArray[np.integer]) -> NDArray[np.int64]:
    """Numbers from each start on, so many of each, one run behind the other."""
    ends = np.cumsum(counts)
    first = np.repeat(np.asarray(starts, np.int64) - (ends - counts), counts)
    return first + np.arange(first.size)


def kind_of(name: str) -> int:
    """Flags of a thing that its name tells: amount of a lot or piece, container, asset."""
    role = role_of(name)
    found = CLASS if is_class(name) else 0
    if role is Role.CONTAINER:
        return found | CONTAINER
    return found | ASSET if role is Role.ASSET else found


def word_flags(words: Iterable[str]) -> NDArray[np.uint8]:
    """What each word of a vocabulary says about whereabouts, by its number."""
    return np.array(
        [sum(bit for bit, group in _WORDS if word in group) for word in words], dtype=np.uint8
    )


def destination_of(event: Event) -> str:
    """Who is to get the things of an event; empty when it names nobody."""
    for kind in DESTINATIONS:
        found = event.values("destination", kind)
        if found:
            return found[0]
    return next(iter(event.values("destination")), "")


class Numbering:
    """Numbers given to names in the order in which they come.

    Parameters
    ----------
    names : those that have their numbers already
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = list(names)
        self._numbers = {name: number for number, name in enumerate(self.names)}

    def __len__(self) -> int:
        return len(self.names)

    def number(self, name: str) -> int:
        """Find the number of a name, giving it the next one when it is new."""
        found = self._numbers.get(name)
        if found is None:
            found = self._numbers[name] = len(self.names)
            self.names.append(name)
        return found

    def find(self, name: str) -> int:
        """Find the number of a name; -1 when it has none."""
        return self._numbers.get(name, -1)


def columns_of(events: Iterable[Event], things: Numbering, words: Numbering) -> Columns:
    """Write events in memory as columns.

    Parameters
    ----------
    events : in the order of their ``sequence``
    things, words : numberings, which grow
    """
    rows: list[tuple[int, ...]] = []
    offset, thing, part = [0], list[int](), list[int]()
    amounts: list[tuple[int, float, int]] = []

    def word(text: str) -> int:
        return words.number(text) if text else -1

    for event in events:
        lot = ""
        lots = {entry.lot for entry in event.involved}
        for entry in sorted(event.involved, key=lambda e: (e.part is Part.LOT, bool(e.lot))):
            if entry.lot and entry.lot != lot:
                thing.append(things.number(entry.lot))
                part.append(int(Part.LOT))
                lot = entry.lot
            if entry.part is Part.LOT and entry.thing in lots:
                continue
            if entry.quantity is not None:
                amounts.append((len(thing), entry.quantity, word(entry.uom)))
            thing.append(things.number(entry.thing))
            part.append(int(entry.part))
        offset.append(len(thing))
        numbers = (event.sequence, event.time, event.type, event.action, event.declared)
        texts = (event.step, event.disposition, event.location, event.read_point)
        more = (destination_of(event), event.transformation)
        rows.append((*numbers, *map(word, texts), *map(word, more)))
    table = np.array(rows, dtype=np.int64).reshape(-1, 11)
    types: Sequence[type[np.generic]] = (
        *(np.int64,) * 2,
        *(np.uint8,) * 3,
        *(np.int32,) * 5,
        np.int64,
    )
    return Columns._make(
        [
            *(np.ascontiguousarray(table[:, i]).astype(kind) for i, kind in enumerate(types)),
            np.array(offset, dtype=np.int64),
            np.array(thing, dtype=np.int32),
            np.array(part, dtype=np.uint8),
            np.array([a[0] for a in amounts], dtype=np.int64),
            np.array([a[1] for a in amounts], dtype=np.float64),
            np.array([a[2] for a in amounts], dtype=np.int32),
        ]
    )
