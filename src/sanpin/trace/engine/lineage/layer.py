"""The arrays of a lineage index: ways that goods took, and what is known of each thing.

An index has two layers of the same shape: the base, built in one scan and kept in a file, and
the news that came in since. Things and events have one numbering through both. Where a `_KEY`
list is empty a layer has an entry for each thing from 0 on, otherwise only for the things
named there, ascending.

All lists of 32-bit numbers lie one behind the other in one array, as kernels with few arguments
compile in a fraction of the time and a snapshot is read by mapping one file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["ASSOCIATED", "LISTS", "OPEN", "PARENT", "REALS", "UNPACKED", "Layer", "empty_layer"]
__all__ += ["freeze", "frozen", "pack_layer"]

ASSOCIATED, UNPACKED, PARENT = 1 << 29, 1 << 30, (1 << 29) - 1
"""Bits of the parent of a stay: by association; taken out without having been put in; number."""
OPEN = -1
"""End of a stay that nothing has ended."""

LISTS = (
    # Stays of each thing, by the time at which they begin: parent with bits, first and last event.
    "stay_key", "stay_offset", "stay_parent", "stay_start", "stay_end",
    # Things that ever lay in a parent.
    "held_key", "held_offset", "held_child",
    # The transformation that made a thing, -1 for none, -2 where `made` tells several.
    "maker", "made_key", "made_offset", "made_by",
    # Transformations by input.
    "use_key", "use_offset", "use_by",
    # Event of each transformation, the word that joins it with others, its things.
    "made_event", "made_group",
    "input_offset", "input_thing", "output_offset", "output_thing",
    "group_key", "group_offset", "group_made",
    # Pieces by lot, lots by piece.
    "lot_key", "lot_offset", "lot_piece", "lot_event",
    "piece_key", "piece_offset", "piece_lot", "piece_event",
    # Of each event the word of its location, -1 for none, or -2 - the word of its read point.
    "place",
    # Events that deliver, with whoever gets the things.
    "sent_event", "sent_place",
    # Events by container, lot and kind of goods, by time.
    "told_key", "told_offset", "told_event",
    # Last event of a thing; where its last with a place or a state is another, those.
    "last_key", "last", "other_key", "other_place", "other_state",
    # Last event that delivered a thing by itself.
    "given_key", "given_event",
    # The stays that have an amount.
    "stay_amount_at", "stay_unit",
    # Amounts by thing, unit and kind: made 0, added 1, seen to come in 2, used 3.
    "sum_key", "sum_unit", "sum_kind",
    # Amounts in events.
    "amount_event", "amount_thing", "amount_part", "amount_unit",
)  # fmt: skip
"""Names of the lists of 32-bit numbers in the order in which they are kept."""

REALS = ("stay_amount", "sum_amount", "amount")
"""Names of the lists of amounts."""

(
    STAY_KEY, STAY_OFFSET, STAY_PARENT, STAY_START, STAY_END, HELD_KEY, HELD_OFFSET, HELD_CHILD,
    MAKER, MADE_KEY, MADE_OFFSET, MADE_BY, USE_KEY, USE_OFFSET, USE_BY, MADE_EVENT, MADE_GROUP,
    INPUT_OFFSET, INPUT_THING, OUTPUT_OFFSET, OUTPUT_THING, GROUP_KEY, GROUP_OFFSET, GROUP_MADE,
    LOT_KEY, LOT_OFFSET, LOT_PIECE, LOT_EVENT, PIECE_KEY, PIECE_OFFSET, PIECE_LOT, PIECE_EVENT,
    PLACE, SENT_EVENT, SENT_PLACE, TOLD_KEY, TOLD_OFFSET, TOLD_EVENT, LAST_KEY, LAST, OTHER_KEY,
    OTHER_PLACE, OTHER_STATE, GIVEN_KEY, GIVEN_EVENT, STAY_AMOUNT_AT, STAY_UNIT, SUM_KEY, SUM_UNIT,
    SUM_KIND, AMOUNT_EVENT, AMOUNT_THING, AMOUNT_PART, AMOUNT_UNIT,
) = range(len(LISTS))  # fmt: skip
STAY_AMOUNT, SUM_AMOUNT, AMOUNT = range(len(REALS))


class Layer(NamedTuple):
    """One layer of an index, as kernels take it.

    Attributes
    ----------
    pool, at : all lists of `LISTS` one behind the other, and where each begins
    real, real_at : all lists of `REALS`, and where each begins
    event, time : number in the ledger, and microseconds UTC, of each event
    state : what each event settles, see `states`; 0 when it says nothing of the whereabouts
    last_flag : whether the last event of a thing is also its last with a place (1), with a state
        (2), with both (3)
    flags : by thing, see `columns`
    """

    pool: NDArray[np.int32]
    at: NDArray[np.int64]
    real: NDArray[np.float64]
    real_at: NDArray[np.int64]
    event: NDArray[np.int64]
    time: NDArray[np.int64]
    state: NDArray[np.uint8]
    last_flag: NDArray[np.uint8]
    flags: NDArray[np.uint8]

    def list(self, name: str) -> NDArray[np.int32]:
        """One of the lists of 32-bit numbers."""
        number = LISTS.index(name)
        return self.pool[self.at[number] : self.at[number + 1]]

    def amounts(self, name: str) -> NDArray[np.float64]:
        """One of the lists of amounts."""
        number = REALS.index(name)
        return self.real[self.real_at[number] : self.real_at[number + 1]]

    @property
    def sizes(self) -> dict[str, int]:
        """Bytes of each list and array."""
        lists = {name: self.list(name).nbytes for name in LISTS}
        lists |= {name: self.amounts(name).nbytes for name in REALS}
        return lists | {name: getattr(self, name).nbytes for name in self._fields[4:]}


_TYPES: tuple[type[np.generic], ...] = (
    np.int32,
    np.int64,
    np.float64,
    np.int64,
    np.int64,
    np.int64,
    *(np.uint8,) * 3,
)


def pack_layer(arrays: dict[str, NDArray[Any]]) -> Layer:
    """Make a layer from its lists and arrays by name; missing lists are empty."""
    lists = [np.asarray(arrays.get(name, ()), np.int32) for name in LISTS]
    reals = [np.asarray(arrays.get(name, ()), np.float64) for name in REALS]
    for number, name in enumerate(LISTS):
        if name.endswith("_offset") and not lists[number].size:
            lists[number] = np.zeros(1, np.int32)
    return freeze(
        Layer(
            np.concatenate(lists),
            np.cumsum([0, *(entry.size for entry in lists)]),
            np.concatenate(reals),
            np.cumsum([0, *(entry.size for entry in reals)]),
            *(np.asarray(arrays.get(name, ())) for name in Layer._fields[4:]),
        )
    )


def freeze(layer: Layer) -> Layer:
    """Make all arrays of a layer read-only and contiguous, so that kernels meet one type."""
    arrays: Sequence[NDArray[Any]] = layer
    return Layer(*(frozen(array, kind) for array, kind in zip(arrays, _TYPES, strict=True)))


def frozen(array: NDArray[Any], dtype: type[np.generic]) -> NDArray[Any]:
    """Return a contiguous array of a type that nobody can write to."""
    found = np.ascontiguousarray(array, dtype=dtype).view(np.ndarray)
    if found.flags.writeable:
        found = found.view()
        found.setflags(write=False)
    return found


def empty_layer() -> Layer:
    """Make a layer that knows nothing."""
    return pack_layer({})
