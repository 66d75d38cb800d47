"""Kernels that read stays from the rows of children, ended where things were packed anew."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sanpin.trace.engine.lineage.access import before, place_in
from sanpin.trace.engine.lineage.columns import CLASS, Columns
from sanpin.trace.engine.lineage.compiled import kernel
from sanpin.trace.engine.lineage.layer import ASSOCIATED, OPEN, UNPACKED

__all__ = ["child_rows", "clearings", "stays"]

_AGGREGATION, _ASSOCIATION, _ADD, _DELETE = 2, 5, 1, 3
_PARENT, _CHILD = 1, 2

Int32s = NDArray[np.int32]
Rows = tuple[Int32s, Int32s, Int32s, NDArray[np.uint8], NDArray[np.int64]]


class Facts(NamedTuple):
    """What the stays of a child are read from: as few arrays as will do, see `Columns`."""

    time: NDArray[np.int64]
    action: NDArray[np.uint8]
    amount_at: NDArray[np.int64]
    amount: NDArray[np.float64]
    unit: Int32s


Stays = tuple[Int32s, Int32s, Int32s, Int32s, NDArray[np.float64], Int32s]


@kernel
def parent_of(columns: Columns, event: int) -> int:
    """Parent that an aggregation or association names; -1 for none and for void events."""
    kind = columns.type[event]
    if columns.void[event] or (kind != _AGGREGATION and kind != _ASSOCIATION):
        return -1
    for entry in range(columns.offset[event], columns.offset[event + 1]):
        if columns.part[entry] == _PARENT:
            return int(columns.thing[entry])
    return -1


@kernel
def clearings(columns: Columns, order: Int32s) -> tuple[NDArray[np.int64], Int32s]:
    """Events that take everything out of a parent, as ``parent * 2 + associated`` and event."""
    keys = np.empty(64, np.int64)
    events = np.empty(64, np.int32)
    count = 0
    for event in order:
        if columns.action[event] != _DELETE:
            continue
        parent = parent_of(columns, event)
        if parent < 0:
            continue
        children = False
        for entry in range(columns.offset[event], columns.offset[event + 1]):
            children = children or columns.part[entry] == _CHILD
        if children:
            continue
        if count == keys.size:
            keys = np.concatenate((keys, np.empty(count, np.int64)))
            events = np.concatenate((events, np.empty(count, np.int32)))
        keys[count] = parent * 2 + (1 if columns.type[event] == _ASSOCIATION else 0)
        events[count] = event
        count += 1
    return keys[:count], events[:count]


@kernel
def child_rows(columns: Columns, order: Int32s, size: int) -> Rows:
    """Bring together what was done to each child, in the order of time.

    Parameters
    ----------
    columns : the events
    order : events by time
    size : number of things

    Returns
    -------
    tuple
        offsets by child; of each row the parent, the event, 1 for an association and the entry
    """
    offsets = np.zeros(size + 1, np.int32)
    for event in order:
        if parent_of(columns, event) >= 0:
            for entry in range(columns.offset[event], columns.offset[event + 1]):
                if columns.part[entry] == _CHILD:
                    offsets[columns.thing[entry] + 1] += 1
    for thing in range(size):
        offsets[thing + 1] += offsets[thing]
    following = offsets[:-1].copy()
    total = offsets[size]
    parents = np.empty(total, np.int32)
    events = np.empty(total, np.int32)
    kinds = np.empty(total, np.uint8)
    entries = np.empty(total, np.int64)
    for event in order:
        parent = parent_of(columns, event)
        if parent < 0:
            continue
        kind = 1 if columns.type[event] == _ASSOCIATION else 0
        for entry in range(columns.offset[event], columns.offset[event + 1]):
            if columns.part[entry] == _CHILD:
                at = following[columns.thing[entry]]
                following[columns.thing[entry]] = at + 1
                parents[at], events[at] = parent, event
                kinds[at], entries[at] = kind, entry
    return offsets, parents, events, kinds, entries


@kernel
def stays(
    facts: Facts,
    flags: NDArray[np.uint8],
    rows: Rows,
    clearing_key: NDArray[np.int64],
    clearing_offset: Int32s,
    clearing_event: Int32s,
) -> tuple[Int32s, Stays]:
    """Derive the stays of all children.

    Returns
    -------
    tuple
        offsets by child, and of each stay its parent, the events that began and ended it, flags,
        amount (NaN for none) and unit
    """
    offsets, parents, events, kinds, _ = rows
    size = offsets.size - 1
    # A row opens one stay, or splits one when part of an amount is taken out.
    room = events.size
    found = (
        np.empty(room, np.int32),
        np.empty(room, np.int32),
        np.empty(room, np.int32),
        np.empty(room, np.int32),
        np.empty(room, np.float64),
        np.empty(room, np.int32),
    )
    cleared = np.zeros(flags.size, np.bool_)
    for key in clearing_key:
        cleared[key >> 1] = True
    starts = np.zeros(size + 1, np.int32)
    count = 0
    for child in range(size):
        low, high = offsets[child], offsets[child + 1]
        plain = not flags[child] & CLASS and high > low and not cleared[parents[low]]
        for row in range(low + 1, high):
            plain = plain and parents[row] == parents[low] and kinds[row] == kinds[low]
        if plain:
            count = _in_and_out(facts.action, parents, events, kinds, low, high, found, count)
        elif high > low:
            count = _mixed(
                facts, rows, flags[child] & CLASS, low, high, found, count,
                clearing_key, clearing_offset, clearing_event,
            )  # fmt: skip
        starts[child + 1] = count
    return starts, found


@kernel
def _in_and_out(
    action: NDArray[np.uint8],
    parents: Int32s,
    events: Int32s,
    kinds: NDArray[np.uint8],
    low: int,
    high: int,
    found: Stays,
    count: int,
) -> int:
    """Read the stays of a piece that was never in more than one parent: nearly all are so."""
    parent, start, end, flag, amount, unit = found
    lies = False
    for row in range(low, high):
        event = events[row]
        leaves = action[event] == _DELETE
        if leaves and lies:
            end[count - 1] = event
        elif leaves or not lies:
            parent[count], start[count] = parents[row], event
            end[count] = event if leaves else OPEN
            flag[count] = (ASSOCIATED if kinds[row] else 0) | (UNPACKED if leaves else 0)
            amount[count], unit[count] = np.nan, -1
            count += 1
        lies = not leaves
    return count


@kernel
def _mixed(
    facts: Facts,
    rows: Rows,
    many: int,
    low: int,
    high: int,
    found: Stays,
    count: int,
    clearing_key: NDArray[np.int64],
    clearing_offset: Int32s,
    clearing_event: Int32s,
) -> int:
    """Read the stays of a child in several parents, or of amounts."""
    _, parents, _, kinds, entries = rows
    first = count
    order, keys = _by_parent(facts, parents, kinds, entries, low, high, many)
    at = 0
    while at < order.size:
        past = at + 1
        while past < order.size and keys[past] == keys[at]:
            past += 1
        count = _read(
            facts, many, rows, order[at:past], found, count,
            clearing_key, clearing_offset, clearing_event,
        )  # fmt: skip
        at = past
    if count - first > 1:
        _sort(facts, found, first, count)
        if not many:
            _one_at_a_time(facts.time, found, first, count)
    return count


@kernel
def unit_of(facts: Facts, entry: int) -> int:
    """Unit of the amount of an entry; -1 for pieces and where it has none."""
    at = place_in(facts.amount_at, entry)
    return int(facts.unit[at]) if at >= 0 else -1


@kernel
def _by_parent(
    facts: Facts,
    parents: Int32s,
    kinds: NDArray[np.uint8],
    entries: NDArray[np.int64],
    low: int,
    high: int,
    many: int,
) -> tuple[Int32s, NDArray[np.int64]]:
    """Rows of a child with those of one parent, kind and unit side by side, each by time."""
    keys = np.empty(high - low, np.int64)
    for row in range(low, high):
        unit = unit_of(facts, entries[row]) + 1 if many else 0
        keys[row - low] = ((np.int64(parents[row]) * 2 + kinds[row]) << 31) + unit
    order = np.argsort(keys, kind="mergesort")
    return (order + low).astype(np.int32), keys[order]


@kernel
def _read(
    facts: Facts,
    many: int,
    rows: Rows,
    order: Int32s,
    found: Stays,
    count: int,
    clearing_key: NDArray[np.int64],
    clearing_offset: Int32s,
    clearing_event: Int32s,
) -> int:
    """Replay the rows of one child in one parent; returns the new number of stays."""
    _, parents, events, kinds, entries = rows
    top = order[0]
    clear, last = 0, 0
    at = place_in(clearing_key, np.int64(parents[top]) * 2 + kinds[top])
    if at >= 0:
        clear, last = clearing_offset[at], clearing_offset[at + 1]
    queue = np.empty(order.size, np.int32)
    head, tail = 0, 0
    for row in order:
        event = events[row]
        while clear < last and before(facts.time, clearing_event[clear], event):
            while head < tail:
                found[2][queue[head]] = clearing_event[clear]
                head += 1
            clear += 1
        action = facts.action[event]
        if action != _DELETE:
            if (action == _ADD and many) or head == tail:
                queue[tail] = _begin(facts, found, count, parents[row], event, kinds[row],
                                     entries[row])  # fmt: skip
                tail += 1
                count += 1
        elif head == tail:
            _begin(facts, found, count, parents[row], event, kinds[row], entries[row])
            found[2][count] = event
            found[3][count] |= UNPACKED
            count += 1
        else:
            head, count = _leave(facts, found, queue, head, tail, count, event, entries[row])
    while clear < last and head < tail:
        while head < tail and before(facts.time, found[1][queue[head]], clearing_event[clear]):
            found[2][queue[head]] = clearing_event[clear]
            head += 1
        clear += 1
    return count


@kernel
def _begin(
    facts: Facts, found: Stays, stay: int, parent: int, event: int, kind: int, entry: int
) -> int:
    """Note that a stay begins."""
    at = place_in(facts.amount_at, entry)
    found[0][stay], found[1][stay], found[2][stay] = parent, event, OPEN
    found[3][stay] = ASSOCIATED if kind else 0
    found[4][stay] = facts.amount[at] if at >= 0 else np.nan
    found[5][stay] = facts.unit[at] if at >= 0 else -1
    return stay


@kernel
def _leave(
    facts: Facts,
    found: Stays,
    queue: Int32s,
    head: int,
    tail: int,
    count: int,
    event: int,
    entry: int,
) -> tuple[int, int]:
    """End the stays of a child, or so many of them as the amount that leaves, oldest first."""
    at = place_in(facts.amount_at, entry)
    if at < 0:
        while head < tail:
            found[2][queue[head]] = event
            head += 1
        return head, count
    left = facts.amount[at]
    while head < tail and left > 0:
        stay = queue[head]
        amount = found[4][stay]
        if amount > left:
            found[0][count], found[1][count] = found[0][stay], found[1][stay]
            found[2][count], found[3][count] = event, found[3][stay]
            found[4][count], found[5][count] = left, found[5][stay]
            found[4][stay] = amount - left
            return head, count + 1
        found[2][stay] = event
        head += 1
        left -= 0.0 if np.isnan(amount) else amount
    return head, count


@kernel
def _sort(facts: Facts, found: Stays, first: int, past: int) -> None:
    """Order the stays of a child by the events with which they begin."""
    held = True
    for stay in range(first + 1, past):
        held = held and not before(facts.time, found[1][stay], found[1][stay - 1])
    if held:
        return
    by_event = np.argsort(found[1][first:past], kind="mergesort")
    times = facts.time[found[1][first:past]]
    order = by_event[np.argsort(times[by_event], kind="mergesort")]
    found[0][first:past] = found[0][first:past][order]
    found[1][first:past] = found[1][first:past][order]
    found[2][first:past] = found[2][first:past][order]
    found[3][first:past] = found[3][first:past][order]
    found[4][first:past] = found[4][first:past][order]
    found[5][first:past] = found[5][first:past][order]


@kernel
def _one_at_a_time(time: NDArray[np.int64], found: Stays, first: int, past: int) -> None:
    """End the stays of a piece in containers where the next one begins."""
    following, candidate = -1, -1
    for stay in range(past - 1, first - 1, -1):
        start = time[found[1][stay]]
        if stay + 1 < past and time[found[1][stay + 1]] > start:
            following = candidate
        if found[3][stay] & ASSOCIATED:
            continue
        if following >= 0:
            later = found[1][following]
            end = found[2][stay]
            if end == OPEN or time[end] > time[later]:
                found[2][stay] = later
        if not found[3][stay] & UNPACKED:
            candidate = stay
