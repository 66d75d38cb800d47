"""Kernels that read transformations, lots and the last word on each thing from columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sanpin.trace.engine.lineage.columns import (
    BEGINS,
    CLASS,
    ENDS,
    IS_LOT,
    IS_PARENT,
    IS_USED,
    Columns,
)
from sanpin.trace.engine.lineage.compiled import kernel

__all__ = ["last_words", "lot_links", "silent", "sums", "told_pairs", "transformations", "verdicts"]

_OBJECT, _TRANSFORMATION, _ADD, _DELETE = 1, 4, 1, 3
_EPC, _PARENT, _INPUT, _OUTPUT, _LOT = 0, 1, 3, 4, 5
_SENT, _ARRIVED, _SOLD, _DESTROYED, _RECEIVING, _TRANSIT, _STORING = 1, 2, 4, 8, 16, 32, 64

ARRIVED, SENT, LOCATED, SEEN = 8, 16, 32, 64
"""What an event says beside a status: arrival, a receiver, a location, only a read point."""

Int32s = NDArray[np.int32]


@kernel
def transformations(columns: Columns) -> tuple[Int32s, Int32s, Int32s, Int32s, Int32s]:
    """Events of transformations, offsets and things of their inputs, and of their outputs."""
    count, used, made = 0, 0, 0
    for event in range(columns.type.size):
        if columns.type[event] == _TRANSFORMATION and not columns.void[event]:
            count += 1
            for entry in range(columns.offset[event], columns.offset[event + 1]):
                used += columns.part[entry] == _INPUT
                made += columns.part[entry] == _OUTPUT
    events = np.empty(count, np.int32)
    inputs, outputs = np.empty(used, np.int32), np.empty(made, np.int32)
    input_offset, output_offset = np.zeros(count + 1, np.int32), np.zeros(count + 1, np.int32)
    count, used, made = 0, 0, 0
    for event in range(columns.type.size):
        if columns.type[event] != _TRANSFORMATION or columns.void[event]:
            continue
        for entry in range(columns.offset[event], columns.offset[event + 1]):
            if columns.part[entry] == _INPUT:
                inputs[used] = columns.thing[entry]
                used += 1
            elif columns.part[entry] == _OUTPUT:
                outputs[made] = columns.thing[entry]
                made += 1
        events[count] = event
        count += 1
        input_offset[count], output_offset[count] = used, made
    return events, input_offset, inputs, output_offset, outputs


@kernel
def lot_links(columns: Columns) -> tuple[Int32s, Int32s, Int32s]:
    """Lot, piece and event wherever an event names the lot of a piece."""
    count = 0
    for event in range(columns.type.size):
        inside = False
        if not columns.void[event]:
            for entry in range(columns.offset[event], columns.offset[event + 1]):
                lot = columns.part[entry] == _LOT
                count += inside and not lot
                inside = inside or lot
    lots, pieces = np.empty(count, np.int32), np.empty(count, np.int32)
    events = np.empty(count, np.int32)
    count = 0
    for event in range(columns.type.size):
        if columns.void[event]:
            continue
        current = -1
        for entry in range(columns.offset[event], columns.offset[event + 1]):
            if columns.part[entry] == _LOT:
                current = columns.thing[entry]
            elif current >= 0:
                lots[count], pieces[count], events[count] = current, columns.thing[entry], event
                count += 1
    return lots, pieces, events


@kernel
def verdicts(
    columns: Columns, words: NDArray[np.uint8]
) -> tuple[Int32s, NDArray[np.uint8], Int32s]:
    """Read from each event its place, the state that it settles, and who received the things.

    A state holds the number of a status (`scope.STATES`) and the bits `ARRIVED` ... `SEEN`; `place`
    gives the rules.
    """
    size = columns.type.size
    places = np.empty(size, np.int32)
    states = np.zeros(size, np.uint8)
    receivers = np.full(size, -1, np.int32)
    for event in range(size):
        location, read_point = columns.location[event], columns.read_point[event]
        places[event] = location if location >= 0 else (-1 if read_point < 0 else -2 - read_point)
        step = words[columns.step[event]] if columns.step[event] >= 0 else 0
        found = words[columns.disposition[event]] if columns.disposition[event] >= 0 else 0
        destination = columns.destination[event]
        says = _state(columns, event, step, found, destination)
        if step & _ARRIVED and not step & _STORING:
            receivers[event] = location if location >= 0 else read_point
        else:
            receivers[event] = destination
        if step & _ARRIVED:
            says |= ARRIVED
        if receivers[event] >= 0:
            says |= SENT
        if places[event] != -1:
            says |= LOCATED if location >= 0 else SEEN
        states[event] = says
    return places, states, receivers


@kernel
def _state(columns: Columns, event: int, step: int, found: int, destination: int) -> int:
    """State that an event settles, 0 when it says nothing of the whereabouts."""
    ended = columns.action[event] == _DELETE and columns.type[event] == _OBJECT
    sold = (step | found) & _SOLD
    if (step | found) & _DESTROYED or (ended and not sold):
        return 6
    if sold:
        return 4
    if step & _ARRIVED:
        return 1
    if step & _SENT or found & _TRANSIT:
        return 3 if destination >= 0 and not found & _TRANSIT else 2
    return 1 if columns.location[event] >= 0 else 0


@kernel
def last_words(
    columns: Columns,
    order: Int32s,
    places: Int32s,
    states: NDArray[np.uint8],
    receivers: Int32s,
    words: NDArray[np.uint8],
    flags: NDArray[np.uint8],
) -> tuple[Int32s, Int32s, Int32s, Int32s]:
    """Find the last event of each thing, and its last with a place, a state, a receiver.

    Sets the `flags` that the events of a thing tell. A place counts before a read point, however
    old it is.
    """
    size = flags.size
    last, placed = np.full(size, -1, np.int32), np.full(size, -1, np.int32)
    settled, given = np.full(size, -1, np.int32), np.full(size, -1, np.int32)
    for event in order:
        if columns.void[event]:
            continue
        step = words[columns.step[event]] if columns.step[event] >= 0 else 0
        added = columns.type[event] == _OBJECT and columns.action[event] == _ADD
        begins = added or step & _ARRIVED
        for entry in range(columns.offset[event], columns.offset[event + 1]):
            thing, part = columns.thing[entry], columns.part[entry]
            if last[thing] != event:
                flags[thing] &= ~np.uint8(ENDS)
            last[thing] = event
            if places[event] >= 0 or (
                places[event] < -1 and (placed[thing] < 0 or places[placed[thing]] < -1)
            ):
                placed[thing] = event
            if states[event] & 7:
                settled[thing] = event
            if receivers[event] >= 0:
                given[thing] = event
            if begins or part in (_OUTPUT, _LOT, _PARENT):
                flags[thing] |= BEGINS
            if part == _PARENT:
                flags[thing] |= IS_PARENT
            elif part == _LOT:
                flags[thing] |= IS_LOT
            elif part == _INPUT:
                flags[thing] |= IS_USED | ENDS
    return last, placed, settled, given


@kernel
def told_pairs(columns: Columns, order: Int32s, flags: NDArray[np.uint8]) -> tuple[Int32s, Int32s]:
    """Container, lot or kind of goods with each of its events, by time."""
    wanted = CLASS | IS_PARENT
    count = 0
    for entry in range(columns.thing.size):
        count += (flags[columns.thing[entry]] & wanted) != 0
    things, events = np.empty(count, np.int32), np.empty(count, np.int32)
    count = 0
    seen = np.full(flags.size, -1, np.int32)
    for event in order:
        if columns.void[event]:
            continue
        for entry in range(columns.offset[event], columns.offset[event + 1]):
            thing = columns.thing[entry]
            if flags[thing] & wanted and seen[thing] != event:
                seen[thing] = event
                things[count], events[count] = thing, event
                count += 1
    return things[:count], events[:count]


@kernel
def sums(
    columns: Columns, words: NDArray[np.uint8]
) -> tuple[Int32s, Int32s, NDArray[np.uint8], NDArray[np.float64], Int32s]:
    """Thing, unit, kind of count, amount and event of everything that has an amount.

    Kinds: made 0, added 1, seen to come in 2, used 3, and 4 for amounts that do not count.
    """
    size = columns.amount_at.size
    things, events = np.empty(size, np.int32), np.empty(size, np.int32)
    kinds = np.empty(size, np.uint8)
    event = 0
    for at in range(size):
        entry = columns.amount_at[at]
        while columns.offset[event + 1] <= entry:
            event += 1
        part = columns.part[entry]
        step = words[columns.step[event]] if columns.step[event] >= 0 else 0
        kind = 4
        if part == _OUTPUT:
            kind = 0
        elif part == _INPUT:
            kind = 3
        elif part == _EPC:
            added = columns.type[event] == _OBJECT and columns.action[event] == _ADD
            kind = 1 if added else (2 if step & _RECEIVING else 4)
        if columns.void[event]:
            kind = 5
        things[at], events[at], kinds[at] = columns.thing[entry], event, kind
    return things, columns.unit.copy(), kinds, columns.amount.copy(), events


@kernel
def silent(columns: Columns, flags: NDArray[np.uint8]) -> tuple[Int32s, Int32s]:
    """Events that name a lot or kind of goods as such without telling how much, and the lot."""
    events, things = np.empty(16, np.int32), np.empty(16, np.int32)
    count, at = 0, 0
    for event in range(columns.type.size):
        for entry in range(columns.offset[event], columns.offset[event + 1]):
            while at < columns.amount_at.size and columns.amount_at[at] < entry:
                at += 1
            told = at < columns.amount_at.size and columns.amount_at[at] == entry
            thing = columns.thing[entry]
            if told or columns.part[entry] != _EPC or not flags[thing] & CLASS:
                continue
            if count == events.size:
                events = np.concatenate((events, np.empty(count, np.int32)))
                things = np.concatenate((things, np.empty(count, np.int32)))
            events[count], things[count] = event, thing
            count += 1
    return events[:count], things[:count]
