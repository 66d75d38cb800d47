"""Kernels that tell where things are, in which state, and who got them last.

The last word comes from the events of the thing itself or of what it lay in at that moment.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sanpin.trace.engine.lineage.access import (
    View,
    find,
    is_void,
    item,
    own_stays,
    size_of,
    span,
    time_of,
)
from sanpin.trace.engine.lineage.columns import CLASS, ENDS
from sanpin.trace.engine.lineage.compiled import kernel
from sanpin.trace.engine.lineage.layer import (
    AMOUNT,
    AMOUNT_EVENT,
    AMOUNT_PART,
    AMOUNT_THING,
    AMOUNT_UNIT,
    ASSOCIATED,
    GIVEN_EVENT,
    GIVEN_KEY,
    LAST,
    LAST_KEY,
    OPEN,
    OTHER_KEY,
    OTHER_PLACE,
    OTHER_STATE,
    PARENT,
    PLACE,
    SENT_EVENT,
    SENT_PLACE,
    STAY_AMOUNT,
    STAY_AMOUNT_AT,
    STAY_END,
    STAY_PARENT,
    STAY_START,
    STAY_UNIT,
    TOLD_EVENT,
    TOLD_KEY,
    UNPACKED,
    Layer,
)

__all__ = ["chain", "direct_deliveries", "last_parents", "lot_deliveries", "receivers", "spoken"]
__all__ += ["standings", "unpacked", "windows"]

_ALWAYS = 1 << 62
# Columns of the answer for one thing, and of what is known from its containers.
LAST_EVENT, PLACED, SETTLED, GIVEN = range(4)
ARRIVAL = 8
"""Bit beside the state of an event with which things came somewhere."""

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]


@kernel
def place_of(view: View, event: int) -> int:
    """Word of the location, -1 for none, or -2 - word of the read point of an event."""
    if event < view.old.time.size:
        return item(view.old, PLACE, event)
    return item(view.new, PLACE, event - view.old.time.size)


@kernel
def _settles(view: View, event: int) -> bool:
    """Whether an event says something about the whereabouts."""
    if event < view.old.time.size:
        return bool(view.old.state[event] & 7)
    return bool(view.new.state[event - view.old.time.size] & 7)


@kernel
def receiver_of(view: View, event: int) -> int:
    """Who received the things of an event; -1 when it delivers nothing."""
    layer = view.old if event < view.old.time.size else view.new
    at = find(layer.pool, layer.at, SENT_EVENT, event)
    return item(layer, SENT_PLACE, at) if at >= 0 else -1


@kernel
def _later(view: View, one: int, other: int) -> int:
    """The later of two events, either of which may be missing (-1)."""
    if one < 0:
        return other
    if other < 0:
        return one
    first, second = time_of(view, one), time_of(view, other)
    return other if second > first or (second == first and other > one) else one


@kernel
def _better_place(view: View, one: int, other: int) -> int:
    """The later of two events with a place; a location counts before a read point."""
    if one >= 0 and other >= 0:
        sure, also = place_of(view, one) >= 0, place_of(view, other) >= 0
        if sure != also:
            return one if sure else other
    return _later(view, one, other)


@kernel
def _take(view: View, found: Int32s, event: int) -> None:
    """Count an event in."""
    if is_void(view, event):
        return
    found[LAST_EVENT] = _later(view, found[LAST_EVENT], event)
    if place_of(view, event) != -1:
        found[PLACED] = _better_place(view, found[PLACED], event)
    if _settles(view, event):
        found[SETTLED] = _later(view, found[SETTLED], event)
    if receiver_of(view, event) >= 0:
        found[GIVEN] = _later(view, found[GIVEN], event)


@kernel
def told(view: View, layer: Layer, thing: int, start: int, end: int) -> tuple[int, int]:
    """Positions of the events of a container between two times, both inclusive."""
    first, past = span(layer.pool, layer.at, TOLD_KEY, thing)
    low, high = first, past
    while low < high:
        middle = (low + high) >> 1
        if time_of(view, item(layer, TOLD_EVENT, middle)) < start:
            low = middle + 1
        else:
            high = middle
    begin = low
    high = past
    while low < high:
        middle = (low + high) >> 1
        if time_of(view, item(layer, TOLD_EVENT, middle)) <= end:
            low = middle + 1
        else:
            high = middle
    return begin, low


@kernel
def _inside(view: View, found: Int32s, thing: int, start: int, end: int) -> None:
    """Count in the events of a container between two times."""
    for layer in (view.old, view.new):
        low, high = told(view, layer, thing, start, end)
        for entry in range(low, high):
            _take(view, found, item(layer, TOLD_EVENT, entry))


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
        layer, first, past = own_stays(view, current)
        for stay in range(first, past):
            begin = max(time_of(view, item(layer, STAY_START, stay)), low)
            finish = min(time_of(view, item(layer, STAY_END, stay)), high)
            parent = item(layer, STAY_PARENT, stay) & PARENT
            # A container that holds itself must end, and two boxes on one pallet count once.
            slot = _slot(found, table, parent, begin, finish)
            if begin >= finish or table[slot] >= 0:
                continue
            if count == found.shape[0]:
                found = np.concatenate((found, np.empty((count, 3), np.int64)))
                table = np.full(2 * table.size, -1, np.int32)
                for other in range(count):
                    row = found[other]
                    table[_slot(found, table, row[0], row[1], row[2])] = other
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
    mixed = (
        (np.uint64(thing) * np.uint64(2654435761))
        ^ np.uint64(start)
        ^ (np.uint64(end) << np.uint64(1))
    )
    mixed = (mixed * np.uint64(11400714819323198485)) >> np.uint64(32)
    slot = np.int64(mixed) & mask
    while table[slot] >= 0:
        row = found[table[slot]]
        if row[0] == thing and row[1] == start and row[2] == end:
            break
        slot = (slot + 1) & mask
    return slot


@kernel
def _own(view: View, thing: int) -> tuple[int, int, int, int]:
    """Last event of a thing itself, and its last with a place, a state, a receiver."""
    layer = view.new if view.fresh[thing] else view.old
    at = thing
    if size_of(layer.at, LAST_KEY) > 0 or view.fresh[thing]:
        at = find(layer.pool, layer.at, LAST_KEY, thing)
    if at < 0 or at >= size_of(layer.at, LAST):
        return -1, -1, -1, -1
    last = item(layer, LAST, at)
    placed = last if layer.last_flag[at] & 1 else -1
    settled = last if layer.last_flag[at] & 2 else -1
    if layer.last_flag[at] != 3:
        other = find(layer.pool, layer.at, OTHER_KEY, thing)
        if other >= 0:
            placed, settled = item(layer, OTHER_PLACE, other), item(layer, OTHER_STATE, other)
    given = find(layer.pool, layer.at, GIVEN_KEY, thing)
    return last, placed, settled, item(layer, GIVEN_EVENT, given) if given >= 0 else -1


@kernel
def _same_stays(view: View, one: int, other: int) -> bool:
    """Whether two things lay in the same containers at the same times."""
    if one < 0 or view.fresh[one] or view.fresh[other]:
        return False
    layer, first, past = own_stays(view, one)
    _, begin, finish = own_stays(view, other)
    if past - first != finish - begin:
        return False
    for stay in range(past - first):
        for number in (STAY_PARENT, STAY_START, STAY_END):
            if item(layer, number, first + stay) != item(layer, number, begin + stay):
                return False
    return True


@kernel
def standings(view: View, things: Int32s) -> tuple[Int32s, NDArray[np.uint8]]:
    """Last words on each of many things.

    Returns
    -------
    tuple
        int32 (T, 5): last event, event that tells the place, event that tells the state, event
        that delivered it, container in which it lies now; -1 for none. And uint8 (T): 1 for a
        piece that went into something
    """
    answers = np.full((things.size, 5), -1, np.int32)
    consumed = np.zeros(things.size, np.uint8)
    around = np.full(4, -1, np.int32)
    previous = -1
    for at in range(things.size):
        thing = things[at]
        # Pieces of one case lay in the same containers: one look serves all of them.
        if not _same_stays(view, previous, thing):
            around[:] = -1
            for window in windows(view, thing, -_ALWAYS, _ALWAYS):
                _inside(view, around, window[0], window[1], window[2])
        previous = thing
        last, placed, settled, given = _own(view, thing)
        answers[at, LAST_EVENT] = _later(view, around[LAST_EVENT], last)
        answers[at, PLACED] = _better_place(view, around[PLACED], placed)
        answers[at, SETTLED] = _later(view, around[SETTLED], settled)
        answers[at, GIVEN] = _later(view, around[GIVEN], given)
        answers[at, 4] = _container(view, thing)
        consumed[at] = (view.flags[thing] & (ENDS | CLASS)) == ENDS
    return answers, consumed


@kernel
def _container(view: View, thing: int) -> int:
    """Container in which a thing lies now; -1 for none."""
    layer, first, past = own_stays(view, thing)
    for stay in range(past - 1, first - 1, -1):
        row = item(layer, STAY_PARENT, stay)
        if item(layer, STAY_END, stay) == OPEN and not row & UNPACKED:
            return row & PARENT if row & PARENT != thing else -1
    return -1


@kernel
def chain(view: View, thing: int) -> Int32s:
    """Containers in which a thing lies now, from the inmost outwards."""
    found = np.empty(64, np.int32)
    count = 0
    current = _container(view, thing)
    while current >= 0 and current != thing and count < found.size:
        if np.any(found[:count] == current):
            break
        found[count] = current
        count += 1
        current = _container(view, current)
    return found[:count]


@kernel
def spoken(view: View, placed: Int32s, settled: Int32s) -> tuple[Int32s, NDArray[np.uint8]]:
    """Places and states that events tell; -1 and 0 where there is no event."""
    places = np.full(placed.size, -1, np.int32)
    states = np.zeros(placed.size, np.uint8)
    size = view.old.time.size
    for at in range(placed.size):
        if placed[at] >= 0:
            places[at] = place_of(view, placed[at])
        event = settled[at]
        if event >= 0:
            found = view.old.state[event] if event < size else view.new.state[event - size]
            states[at] = found & 7
    return places, states


@kernel
def receivers(view: View, events: Int32s) -> Int32s:
    """Who received the things of events; -1 where one delivers nothing."""
    found = np.empty(events.size, np.int32)
    for at in range(events.size):
        found[at] = receiver_of(view, events[at])
    return found


@kernel
def last_parents(view: View, things: Int32s) -> Int32s:
    """Container into which each thing was put last; -1 for none."""
    found = np.full(things.size, -1, np.int32)
    for at in range(things.size):
        layer, first, past = own_stays(view, things[at])
        if first < past:
            found[at] = item(layer, STAY_PARENT, past - 1) & PARENT
    return found


@kernel
def unpacked(view: View, things: Int32s) -> tuple[Int32s, Int32s]:
    """Things that were taken out of a container without having been put in, and the container."""
    found, parents = np.empty(16, np.int32), np.empty(16, np.int32)
    count = 0
    for thing in things:
        layer, first, past = own_stays(view, thing)
        for stay in range(first, past):
            row = item(layer, STAY_PARENT, stay)
            if not row & UNPACKED:
                continue
            if count == found.size:
                found = np.concatenate((found, np.empty(count, np.int32)))
                parents = np.concatenate((parents, np.empty(count, np.int32)))
            found[count], parents[count] = thing, row & PARENT
            count += 1
    return found[:count], parents[:count]


@kernel
def lot_deliveries(
    view: View, lot: int, still: bool = False
) -> tuple[Int32s, Int32s, NDArray[np.float64], Int32s]:
    """Who got how much of a lot in which container; or with `still`, what lies in containers now.

    Returns
    -------
    tuple
        place, container, amount and unit of each; the place is -1 where `still`
    """
    layer, first, past = own_stays(view, lot)
    places, parents = np.empty(past - first, np.int32), np.empty(past - first, np.int32)
    amounts, units = np.zeros(past - first), np.full(past - first, -1, np.int32)
    count = 0
    around = np.empty(4, np.int32)
    for stay in range(first, past):
        row = item(layer, STAY_PARENT, stay)
        if row & (ASSOCIATED | UNPACKED):
            continue
        start = time_of(view, item(layer, STAY_START, stay))
        end = time_of(view, item(layer, STAY_END, stay))
        parent = row & PARENT
        around[:] = -1
        if not still:
            _inside(view, around, parent, start, end)
            for window in windows(view, parent, start, end):
                _inside(view, around, window[0], window[1], window[2])
        if around[GIVEN] < 0 and not (still and end == _ALWAYS):
            continue
        places[count] = -1 if still else receiver_of(view, around[GIVEN])
        parents[count] = parent
        at = find(layer.pool, layer.at, STAY_AMOUNT_AT, stay)
        if at >= 0:
            amounts[count] = layer.real[layer.real_at[STAY_AMOUNT] + at]
            units[count] = item(layer, STAY_UNIT, at)
        count += 1
    return places[:count], parents[:count], amounts[:count], units[:count]


@kernel
def direct_deliveries(view: View, lot: int) -> tuple[Int32s, Int32s, NDArray[np.float64], Int32s]:
    """Who got how much of a lot without a container: by place the larger of what was told.

    A receipt repeats what the shipment said. Where the story of a lot begins with its arrival, it
    was not sent there from here.
    """
    places, units = np.empty(8, np.int32), np.empty(8, np.int32)
    amounts = np.empty(8, np.float64)
    count = 0
    opening = _opening(view, lot)
    for layer in (view.old, view.new):
        low, high = span(layer.pool, layer.at, TOLD_KEY, lot)
        for entry in range(low, high):
            event = item(layer, TOLD_EVENT, entry)
            place = receiver_of(view, event)
            if place < 0 or is_void(view, event) or (event == opening and _arrives(view, event)):
                continue
            amount, unit, named = _amount_in(layer, event, lot)
            if not named:
                continue
            at = 0
            while at < count and places[at] != place:
                at += 1
            if at == places.size:
                places = np.concatenate((places, np.empty(at, np.int32)))
                units = np.concatenate((units, np.empty(at, np.int32)))
                amounts = np.concatenate((amounts, np.empty(at, np.float64)))
            if at == count:
                places[at], amounts[at] = place, 0.0
                count += 1
            units[at] = unit
            if amount > amounts[at]:
                amounts[at] = amount
    return places[:count], np.full(count, -1, np.int32), amounts[:count], units[:count]


@kernel
def _opening(view: View, thing: int) -> int:
    """First event of a lot or container that counts."""
    found = -1
    for layer in (view.old, view.new):
        low, high = span(layer.pool, layer.at, TOLD_KEY, thing)
        for entry in range(low, high):
            event = item(layer, TOLD_EVENT, entry)
            if not is_void(view, event):
                if found < 0 or _later(view, event, found) == found:
                    found = event
                break
    return found


@kernel
def _arrives(view: View, event: int) -> bool:
    """Whether things came somewhere with an event, as its state tells."""
    if event < view.old.time.size:
        return bool(view.old.state[event] & ARRIVAL)
    return bool(view.new.state[event - view.old.time.size] & ARRIVAL)


@kernel
def _amount_in(layer: Layer, event: int, thing: int) -> tuple[float, int, bool]:
    """Amount and unit of a thing that takes part in an event as such, and whether it does."""
    first = layer.at[AMOUNT_EVENT]
    low, high = 0, size_of(layer.at, AMOUNT_EVENT)
    last = high
    while low < high:
        middle = (low + high) >> 1
        if layer.pool[first + middle] < event:
            low = middle + 1
        else:
            high = middle
    found, unit, named = 0.0, -1, False
    while low < last and layer.pool[first + low] == event:
        if item(layer, AMOUNT_THING, low) == thing and item(layer, AMOUNT_PART, low) == 0:
            named = True
            amount = layer.real[layer.real_at[AMOUNT] + low]
            found = amount if amount > found else found
            unit = item(layer, AMOUNT_UNIT, low)
        low += 1
    return found, unit, named
