"""Kernels that look things up in the arrays of a layer."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sanpin.trace.engine.lineage.compiled import kernel

__all__ = ["View", "before", "find", "grouped", "is_void", "moment", "place_in", "size_of", "span"]

Int32s = NDArray[np.int32]


class View(NamedTuple):
    """What a kernel reads.

    Attributes
    ----------
    old_pool, old_lists, new_pool, new_lists : lists of both layers, and where each begins
    old_time, new_time : times of events; those of the new layer are numbered on
    old_state, new_state : what events settle, see `making.verdicts`
    flags : by thing, see `columns`
    fresh : 1 for the things whose stays and last words the new layer tells
    void : events of the old layer that were declared wrong since, ascending

    Notes
    -----
    It is flat, and small functions take single arrays out of it: each array that a call hands over
    costs a count of references.
    """

    old_pool: Int32s
    old_lists: NDArray[np.int64]
    new_pool: Int32s
    new_lists: NDArray[np.int64]
    old_time: NDArray[np.int64]
    new_time: NDArray[np.int64]
    old_state: NDArray[np.uint8]
    new_state: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    fresh: NDArray[np.uint8]
    void: Int32s


@kernel
def place_in(keys: NDArray[Any], key: int) -> int:
    """Position of a key among ascending keys; -1 when it is not there."""
    low, high = 0, keys.size
    while low < high:
        middle = (low + high) >> 1
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    if low < keys.size and keys[low] == key:
        return low
    return -1


@kernel
def size_of(at: NDArray[np.int64], number: int) -> int:
    """Length of a list of a layer."""
    return int(at[number + 1] - at[number])


@kernel
def find(pool: Int32s, at: NDArray[np.int64], number: int, key: int) -> int:
    """Position of a number in an ascending list of a layer; -1 when it is not there."""
    first = at[number]
    low, high = first, at[number + 1]
    while low < high:
        middle = (low + high) >> 1
        if pool[middle] < key:
            low = middle + 1
        else:
            high = middle
    if low < at[number + 1] and pool[low] == key:
        return int(low - first)
    return -1


@kernel
def span(pool: Int32s, at: NDArray[np.int64], number: int, key: int) -> tuple[int, int]:
    """First and one past the last entry of a key, by its list of keys and the offsets behind.

    Without keys, of a number from 0 on.
    """
    place = key
    if at[number + 1] > at[number]:
        place = find(pool, at, number, key)
    offsets = at[number + 1]
    if place < 0 or place + 1 >= at[number + 2] - offsets:
        return 0, 0
    return int(pool[offsets + place]), int(pool[offsets + place + 1])


@kernel
def before(time: NDArray[np.int64], one: int, other: int) -> bool:
    """Whether an event comes before another: by time, then by place in the ledger."""
    return bool(time[one] < time[other] or (time[one] == time[other] and one < other))


@kernel
def grouped(keys: Int32s, size: int) -> tuple[Int32s, Int32s]:
    """Sort entries by their key, keeping their order within a key.

    Returns
    -------
    tuple
        offsets for keys 0 to `size` - 1, and the sorted positions of the entries
    """
    offsets = np.zeros(size + 1, np.int32)
    for key in keys:
        offsets[key + 1] += 1
    for key in range(size):
        offsets[key + 1] += offsets[key]
    following = offsets[:-1].copy()
    order = np.empty(keys.size, np.int32)
    for entry in range(keys.size):
        key = keys[entry]
        order[following[key]] = entry
        following[key] += 1
    return offsets, order


@kernel
def moment(old: NDArray[np.int64], new: NDArray[np.int64], event: int) -> int:
    """Time of an event of either layer; 2**62 for the end of a stay that is still open."""
    if event < 0:
        return 1 << 62
    if event < old.size:
        return int(old[event])
    return int(new[event - old.size])


@kernel
def is_void(void: Int32s, event: int) -> bool:
    """Whether an event was declared wrong since the old layer was built."""
    return bool(void.size > 0 and place_in(void, event) >= 0)
