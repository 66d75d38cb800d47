"""Kernels that tell where things are, in which state, and who got them last.

The last word comes from the events of the thing itself or of what it lay in at that moment.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sanpin.trace.engine.lineage.access import View, find, is_void, moment, size_of, span
from sanpin.trace.engine.lineage.compiled import kernel
from sanpin.trace.engine.lineage.layer import (
    AMOUNT_EVENT,
    AMOUNT_PART,
    AMOUNT_THING,
    AMOUNT_UNIT,
    ASSOCIATED,
    OPEN,
    PARENT,
    SENT_EVENT,
    SENT_PLACE,
    STAY_AMOUNT_AT,
    STAY_END,
    STAY_KEY,
    STAY_PARENT,
    STAY_START,
    STAY_UNIT,
    TOLD_EVENT,
    TOLD_KEY,
    UNPACKED,
)
from sanpin.trace.engine.lineage.making import ARRIVED, LOCATED, SEEN, SENT

__all__ = ["GIVEN", "LAST_EVENT", "PLACED", "SETTLED", "around", "chain", "direct_deliveries"]
__all__ += [
    "first_told",
    "latest",
    "leaders",
    "lot_deliveries",
    "own_containers",
    "unpacked",
    "windows",
]

_ALWAYS = 1 << 62
# What is known of a thing: its last event, and the last that told a place, a state, a receiver.
LAST_EVENT, PLACED, SETTLED, GIVEN = range(4)

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Bytes = NDArray[np.uint8]


@kernel
def _verdict(old: Bytes, new: Bytes, event: int) -> int:
    """What an event says."""
    return int(old[event] if event < old.size else new[event - old.size])


@kernel
def _later(old: Int64s, new: Int64s, one: int, other: int) -> bool:
    """Whether an event comes before another, or is missing (-1)."""
    if one < 0:
        return True
    first, second = moment(old, new, one), moment(old, new, other)
    return second > first or (second == first and other > one)


@kernel
def scan(
    pool: Int32s,
    lists: Int64s,
    old: Int64s,
    new: Int64s,
    old_state: Bytes,
    new_state: Bytes,
    void: Int32s,
    thing: int,
    start: int,
    end: int,
    found: Int32s,
) -> None:
    """Count in the events of a container between two times, latest first until all is known."""
    first, past = span(pool, lists, TOLD_KEY, thing)
    told = pool[lists[TOLD_EVENT] + first : lists[TOLD_EVENT] + past]
    low, high = 0, told.size
    while low < high:
        middle = (low + high) >> 1
        if moment(old, new, told[middle]) <= end:
            low = middle + 1
        else:
            high = middle
    missing = LOCATED | SENT | 7
    at = low - 1
    newest = True
    while at >= 0 and missing:
        event = told[at]
        at -= 1
        if moment(old, new, event) < start:
            break
        if is_void(void, event):
            continue
        says = _verdict(old_state, new_state, event)
        if newest and _later(old, new, found[LAST_EVENT], event):
            found[LAST_EVENT] = event
        newest = False
        if says & (LOCATED | SEEN) and missing & LOCATED:
            known = found[PLACED]
            sure = known >= 0 and _verdict(old_state, new_state, known) & LOCATED
            located = says & LOCATED
            if (located and not sure) or (
                bool(located) == bool(sure) and _later(old, new, known, event)
            ):
                found[PLACED] = event
            if located:
                missing &= ~LOCATED
        if says & 7 and missing & 7:
            if _later(old, new, found[SETTLED], event):
                found[SETTLED] = event
            missing &= ~7
        if says & SENT and missing & SENT:
            if _later(old, new, found[GIVEN], event):
                found[GIVEN] = event
            missing &= ~SENT


@kernel
def _scan_own(view: View, thing: int, start: int, end: int, found: Int32s) -> None:
    """Count in the events of a container that the layer of its stays tells."""
    pool, lists = view.old_pool, view.old_lists
    if view.fresh[thing]:
        pool, lists = view.new_pool, view.new_lists
    scan(
        pool, lists, view.old_time, view.new_time, view.old_state, view.new_state, view.void,
        thing, start, end, found,
    )  # fmt: skip


@kernel
def windows(view: View, thing: int, start: int, end: int) -> Int64s:
    """Containers around a thing, each with the time during which it lay in it.

    Returns
    -------
    array of int64 (W, 3)
        container, first and last microsecond; containers of containers too
    """
    found = np.empty((8, 3), np.int64)
    table = np.full(16, -1, np.int32)
    count, at = 0, -1
    while at < count:
        current, low, high = thing, start, end
        if at >= 0:
            current, low, high = found[at, 0], found[at, 1], found[at, 2]
        pool, lists = view.old_pool, view.old_lists
        if view.fresh[current]:
            pool, lists = view.new_pool, view.new_lists
        first, past = span(pool, lists, STAY_KEY, current)
        for stay in range(first, past):
            opening = pool[lists[STAY_START] + stay]
            begin = max(moment(view.old_time, view.new_time, opening), low)
            closing = pool[lists[STAY_END] + stay]
            finish = min(moment(view.old_time, view.new_time, closing), high)
            parent = pool[lists[STAY_PARENT] + stay] & PARENT
            # A container that holds itself must end, and two boxes on one pallet count once.
            slot = _slot(found, table, parent, begin, finish)
            if begin >= finish or table[slot] >= 0:
                continue
            if count == found.shape[0]:
                found = np.concatenate((found, np.empty((count, 3), np.int64)))
                table = np.full(2 * table.size, -1, np.int32)
                for other in range(count):
                    slot = _slot(found, table, found[other, 0], found[other, 1], found[other, 2])
                    table[slot] = other
                slot = _slot(found, table, parent, begin, finish)
            table[slot] = count
            found[count, 0], found[count, 1], found[count, 2] = parent, begin, finish
            count += 1
        at += 1
    return found[:count]


@kernel
def _slot(found: Int64s, table: Int32s, thing: int, start: int, end: int) -> int:
    """Slot of a window in a hash table, or the empty one where it belongs."""
    mask = table.size - 1
    mixed = np.uint64(thing) * np.uint64(2654435761)
    mixed ^= np.uint64(start) ^ (np.uint64(end) << np.uint64(1))
    mixed = (mixed * np.uint64(11400714819323198485)) >> np.uint64(32)
    slot = np.int64(mixed) & mask
    while table[slot] >= 0:
        other = table[slot]
        if found[other, 0] == thing and found[other, 1] == start and found[other, 2] == end:
            break
        slot = (slot + 1) & mask
    return int(slot)


@kernel
def leaders(pool: Int32s, lists: Int64s, fresh: Bytes, things: Int32s) -> Int32s:
    """For each thing the first of those before it that lay in the same containers all along.

    Parameters
    ----------
    things : ascending, as the pieces of one case have numbers side by side
    """
    found = np.empty(things.size, np.int32)
    leader, low, high = -1, 0, 0
    for at in range(things.size):
        first, past = span(pool, lists, STAY_KEY, things[at])
        same = leader >= 0 and not fresh[things[at]] and past - first == high - low
        for stay in range(past - first if same else 0):
            for number in (STAY_PARENT, STAY_START, STAY_END):
                base = lists[number]
                same = same and pool[base + first + stay] == pool[base + low + stay]
        if not same:
            leader, low, high = at, first, past
        found[at] = leader
        if fresh[things[at]]:
            leader = -1
    return found


@kernel
def around(view: View, things: Int32s) -> Int32s:
    """Last events around things while they lay in containers: int32 (T, 4), -1 for none."""
    answers = np.full((things.size, 4), -1, np.int32)
    for at in range(things.size):
        spans = windows(view, things[at], -_ALWAYS, _ALWAYS)
        for number in range(spans.shape[0]):
            _scan_own(view, spans[number, 0], spans[number, 1], spans[number, 2], answers[at])
    return answers


@kernel
def latest(view: View, outside: Int32s, group: Int64s, own: Int32s) -> Int32s:
    """Later ones of the last events around things and of their own: int32 (T, 4).

    A place counts before a read point, however old it is.

    Parameters
    ----------
    outside : last events around some groups of things, int32 (G, 4)
    group : of each thing
    own : last events of each thing, int32 (T, 4)
    """
    found = np.empty(own.shape, np.int32)
    for at in range(own.shape[0]):
        for column in range(4):
            one, other = outside[group[at], column], own[at, column]
            later = other >= 0 and _later(view.old_time, view.new_time, one, other)
            if column == PLACED and one >= 0 and other >= 0:
                sure = _verdict(view.old_state, view.new_state, one) & LOCATED
                also = _verdict(view.old_state, view.new_state, other) & LOCATED
                later = later if sure == also else also > 0
            found[at, column] = other if later else one
    return found


@kernel
def own_containers(pool: Int32s, lists: Int64s, things: Int32s, now: Int32s, last: Int32s) -> None:
    """Find the containers in which things lie now, and those into which they were put last."""
    for at in range(things.size):
        first, past = span(pool, lists, STAY_KEY, things[at])
        now[at], last[at] = -1, -1
        for stay in range(past - 1, first - 1, -1):
            row = pool[lists[STAY_PARENT] + stay]
            if last[at] < 0:
                last[at] = row & PARENT
            if pool[lists[STAY_END] + stay] == OPEN and not row & UNPACKED:
                now[at] = row & PARENT if row & PARENT != things[at] else -1
                break


@kernel
def chain(view: View, thing: int) -> Int32s:
    """Containers in which a thing lies now, from the inmost outwards."""
    found = np.empty(64, np.int32)
    one, now, last = np.empty(1, np.int32), np.empty(1, np.int32), np.empty(1, np.int32)
    count = 0
    one[0] = thing
    while count < found.size:
        pool, lists = view.old_pool, view.old_lists
        if view.fresh[one[0]]:
            pool, lists = view.new_pool, view.new_lists
        own_containers(pool, lists, one, now, last)
        if now[0] < 0 or now[0] == thing or np.any(found[:count] == now[0]):
            break
        found[count] = one[0] = now[0]
        count += 1
    return found[:count]


@kernel
def unpacked(pool: Int32s, lists: Int64s, things: Int32s) -> tuple[Int32s, Int32s]:
    """Things that were taken out of a container without having been put in, and the container."""
    found, parents = np.empty(16, np.int32), np.empty(16, np.int32)
    count = 0
    for thing in things:
        first, past = span(pool, lists, STAY_KEY, thing)
        for stay in range(first, past):
            row = pool[lists[STAY_PARENT] + stay]
            if not row & UNPACKED:
                continue
            if count == found.size:
                found = np.concatenate((found, np.empty(count, np.int32)))
                parents = np.concatenate((parents, np.empty(count, np.int32)))
            found[count], parents[count] = thing, row & PARENT
            count += 1
    return found[:count], parents[:count]


@kernel
def receiver_of(view: View, event: int) -> int:
    """Who received the things of an event; -1 when it delivers nothing."""
    pool, lists = view.old_pool, view.old_lists
    if event >= view.old_time.size:
        pool, lists = view.new_pool, view.new_lists
    at = find(pool, lists, SENT_EVENT, event)
    return int(pool[lists[SENT_PLACE] + at]) if at >= 0 else -1


@kernel
def lot_deliveries(view: View, lot: int, still: bool) -> tuple[Int32s, Int32s, Int32s, Int32s]:
    """Who got a lot in which container; or with `still`, the containers in which it lies.

    Returns
    -------
    tuple
        place (-1 where `still`), container, position of the amount (-1 for none), unit
    """
    pool, lists = view.old_pool, view.old_lists
    if view.fresh[lot]:
        pool, lists = view.new_pool, view.new_lists
    first, past = span(pool, lists, STAY_KEY, lot)
    places, parents = np.empty(past - first, np.int32), np.empty(past - first, np.int32)
    amounts, units = np.full(past - first, -1, np.int32), np.full(past - first, -1, np.int32)
    count = 0
    found = np.empty(4, np.int32)
    for stay in range(first, past):
        row = pool[lists[STAY_PARENT] + stay]
        if row & (ASSOCIATED | UNPACKED):
            continue
        parent = row & PARENT
        found[:] = -1
        if not still:
            start = moment(view.old_time, view.new_time, pool[lists[STAY_START] + stay])
            end = moment(view.old_time, view.new_time, pool[lists[STAY_END] + stay])
            _scan_own(view, parent, start, end, found)
            spans = windows(view, parent, start, end)
            for number in range(spans.shape[0]):
                _scan_own(view, spans[number, 0], spans[number, 1], spans[number, 2], found)
        if found[GIVEN] < 0 and not (still and pool[lists[STAY_END] + stay] == OPEN):
            continue
        places[count] = -1 if still else receiver_of(view, found[GIVEN])
        parents[count] = parent
        at = find(pool, lists, STAY_AMOUNT_AT, stay)
        if at >= 0:
            amounts[count], units[count] = at, pool[lists[STAY_UNIT] + at]
        count += 1
    return places[:count], parents[:count], amounts[:count], units[:count]


@kernel
def direct_deliveries(
    view: View, pool: Int32s, lists: Int64s, lot: int, opening: int
) -> tuple[Int32s, Int32s, Int32s]:
    """Who got a lot without a container, by the events of one layer.

    Where the story of a lot begins with its arrival, it was not sent there from here.

    Parameters
    ----------
    opening : first event of the lot

    Returns
    -------
    tuple
        place, position of the amount, and unit
    """
    low, high = span(pool, lists, TOLD_KEY, lot)
    rows = np.empty((4, 3), np.int32)
    count = 0
    for entry in range(low, high):
        event = pool[lists[TOLD_EVENT] + entry]
        place = receiver_of(view, event)
        says = _verdict(view.old_state, view.new_state, event)
        if place < 0 or is_void(view.void, event) or (event == opening and says & ARRIVED):
            continue
        at = _first_amount(pool, lists, event)
        while at < size_of(lists, AMOUNT_EVENT) and pool[lists[AMOUNT_EVENT] + at] == event:
            if pool[lists[AMOUNT_THING] + at] == lot and pool[lists[AMOUNT_PART] + at] == 0:
                if count == rows.shape[0]:
                    rows = np.concatenate((rows, np.empty((count, 3), np.int32)))
                rows[count, 0], rows[count, 1] = place, at
                rows[count, 2] = pool[lists[AMOUNT_UNIT] + at]
                count += 1
            at += 1
    return rows[:count, 0].copy(), rows[:count, 1].copy(), rows[:count, 2].copy()


@kernel
def first_told(view: View, thing: int) -> int:
    """First event of a lot or container that counts; -1 for none."""
    pool, lists = view.old_pool, view.old_lists
    if view.fresh[thing]:
        pool, lists = view.new_pool, view.new_lists
    low, high = span(pool, lists, TOLD_KEY, thing)
    for entry in range(low, high):
        event = pool[lists[TOLD_EVENT] + entry]
        if not is_void(view.void, event):
            return int(event)
    return -1


@kernel
def _first_amount(pool: Int32s, lists: Int64s, event: int) -> int:
    """Position of the first amount of an event among all amounts."""
    first = lists[AMOUNT_EVENT]
    low, high = 0, size_of(lists, AMOUNT_EVENT)
    while low < high:
        middle = (low + high) >> 1
        if pool[first + middle] < event:
            low = middle + 1
        else:
            high = middle
    return low
