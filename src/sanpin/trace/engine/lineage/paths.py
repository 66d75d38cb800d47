"""Kernels that walk an index: states in a queue, each with the time during which it counts.

They take the steps that `forward` and `back` take from events, see there for the reasons.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sanpin.trace.engine.lineage.access import (
    View,
    is_void,
    moment,
    size_of,
    span,
)
from sanpin.trace.engine.lineage.columns import CLASS, CONTAINER, IS_LOT, IS_PARENT, IS_USED
from sanpin.trace.engine.lineage.compiled import kernel
from sanpin.trace.engine.lineage.layer import (
    ASSOCIATED,
    GROUP_KEY,
    GROUP_MADE,
    HELD_CHILD,
    HELD_KEY,
    INPUT_OFFSET,
    INPUT_THING,
    LOT_EVENT,
    LOT_KEY,
    LOT_PIECE,
    MADE_BY,
    MADE_EVENT,
    MADE_GROUP,
    MADE_KEY,
    MAKER,
    OUTPUT_OFFSET,
    OUTPUT_THING,
    PARENT,
    PIECE_EVENT,
    PIECE_KEY,
    PIECE_LOT,
    STAY_END,
    STAY_KEY,
    STAY_PARENT,
    STAY_START,
    UNPACKED,
    USE_BY,
    USE_KEY,
)

__all__ = ["COLUMNS", "Work", "distinct", "forget", "walk_back", "walk_forward"]

# Columns of a state.
THING, MODE, START, END, MADE, FROM, EVENT, DEPTH, NEXT, BEST = range(10)
COLUMNS = 10
_CARRIER, _AFFECTED, _OPENED = 0, 1, 2
_TRANSFORM, _AGGREGATE, _ASSOCIATE, _LOT = 0, 1, 2, 3
_ALWAYS = 1 << 62
_NEVER = -_ALWAYS

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]


class Work(NamedTuple):
    """What a walk writes.

    Attributes
    ----------
    head : first state of each thing, -1 before it is reached
    states : one row for each state, in the order of the queue
    edges : source, target, event and kind of each step; without rows when nobody asks
    tally : states, edges, 1 when there was no room
    """

    head: NDArray[np.int32]
    states: Int64s
    edges: NDArray[np.int32]
    tally: Int64s


@kernel
def enter(
    work: Work,
    thing: int,
    mode: int,
    start: int,
    end: int,
    made: int,
    origin: int,
    event: int,
) -> None:
    """Note a state, unless one that was noted before covers it."""
    states = work.states
    first = work.head[thing]
    at, tail = first, -1
    while at >= 0:
        if (
            states[at, MODE] >= mode
            and states[at, START] <= start
            and states[at, END] >= end
            and states[at, MADE] >= made
        ):
            return
        tail = at
        at = states[at, NEXT]
    place = work.tally[0]
    if place == states.shape[0]:
        work.tally[2] = 1
        return
    states[place, THING], states[place, MODE], states[place, MADE] = thing, mode, made
    states[place, START], states[place, END] = start, end
    states[place, FROM], states[place, EVENT] = origin, event
    states[place, NEXT], states[place, BEST] = -1, mode
    states[place, DEPTH] = 0 if origin < 0 else states[origin, DEPTH] + 1
    if first < 0:
        work.head[thing] = place
    else:
        states[tail, NEXT] = place
        states[first, BEST] = max(states[first, BEST], mode)
    work.tally[0] = place + 1


@kernel
def draw(work: Work, source: int, target: int, event: int, kind: int) -> None:
    """Note an edge in the direction of the goods, when anybody asks for edges."""
    if work.edges.shape[0] == 0:
        return
    place = work.tally[1]
    if place == work.edges.shape[0]:
        work.tally[2] = 1
        return
    work.edges[place, 0], work.edges[place, 1] = source, target
    work.edges[place, 2], work.edges[place, 3] = event, kind
    work.tally[1] = place + 1


@kernel
def forget(work: Work) -> None:
    """Make the heads ready for another walk."""
    for state in range(work.tally[0]):
        work.head[work.states[state, THING]] = -1
    work.tally[:] = 0


@kernel
def distinct(edges: NDArray[np.int32]) -> int:
    """Move each edge to the front once, in its order; returns how many there are.

    A thing that was reached in two windows of time has taken some steps twice.
    """
    size = 16
    while size < 2 * edges.shape[0]:
        size *= 2
    table = np.full(size, -1, np.int32)
    count = 0
    for number in range(edges.shape[0]):
        mixed = np.uint64(14695981039346656037)
        for column in range(4):
            mixed = (mixed ^ np.uint64(edges[number, column])) * np.uint64(1099511628211)
            mixed ^= mixed >> np.uint64(29)
        place = np.int64(mixed & np.uint64(size - 1))
        while table[place] >= 0:
            other = table[place]
            if (
                edges[other, 0] == edges[number, 0]
                and edges[other, 1] == edges[number, 1]
                and edges[other, 2] == edges[number, 2]
                and edges[other, 3] == edges[number, 3]
            ):
                break
            place = (place + 1) & (size - 1)
        if table[place] < 0:
            table[place] = count
            edges[count] = edges[number]
            count += 1
    return count


@kernel
def walk_forward(net: View, work: Work) -> None:
    """Follow the goods onward from the states in the queue."""
    at = 0
    while at < work.tally[0] and work.tally[2] == 0:
        thing = work.states[at, THING]
        if net.flags[thing] & IS_USED:
            _made_from(net, net.old_pool, net.old_lists, work, at)
            _made_from(net, net.new_pool, net.new_lists, work, at)
        _carried_by(net, work, at)
        if work.states[at, MODE] == _OPENED and net.flags[thing] & IS_PARENT:
            _contents_bad(net, net.old_pool, net.old_lists, work, at)
            _contents_bad(net, net.new_pool, net.new_lists, work, at)
        if work.states[at, MODE] >= _AFFECTED and net.flags[thing] & IS_LOT:
            _pieces(net, net.old_pool, net.old_lists, work, at)
            _pieces(net, net.new_pool, net.new_lists, work, at)
        at += 1


@kernel
def _made_from(net: View, pool: Int32s, lists: Int64s, work: Work, at: int) -> None:
    """To the outputs of transformations that used it in time."""
    thing = work.states[at, THING]
    start, end = work.states[at, START], work.states[at, END]
    low, high = span(pool, lists, USE_KEY, thing)
    for entry in range(low, high):
        made = pool[lists[USE_BY] + entry]
        event = pool[lists[MADE_EVENT] + made]
        time = moment(net.old_time, net.new_time, event)
        if not start <= time < end or is_void(net.void, event):
            continue
        group = pool[lists[MADE_GROUP] + made]
        if group < 0:
            _outputs(net, pool, lists, work, at, made)
            continue
        _joined_outputs(net, net.old_pool, net.old_lists, work, at, group, time)
        _joined_outputs(net, net.new_pool, net.new_lists, work, at, group, time)


@kernel
def _joined_outputs(
    net: View, pool: Int32s, lists: Int64s, work: Work, at: int, group: int, time: int
) -> None:
    """To the outputs of all transformations of one name from a time on."""
    first, past = span(pool, lists, GROUP_KEY, group)
    for member in range(first, past):
        made = pool[lists[GROUP_MADE] + member]
        if moment(net.old_time, net.new_time, pool[lists[MADE_EVENT] + made]) >= time:
            _outputs(net, pool, lists, work, at, made)


@kernel
def _outputs(net: View, pool: Int32s, lists: Int64s, work: Work, at: int, made: int) -> None:
    """To all outputs of one transformation."""
    event = pool[lists[MADE_EVENT] + made]
    if is_void(net.void, event):
        return
    time = moment(net.old_time, net.new_time, event)
    for entry in range(pool[lists[OUTPUT_OFFSET] + made], pool[lists[OUTPUT_OFFSET] + made + 1]):
        thing = pool[lists[OUTPUT_THING] + entry]
        draw(work, work.states[at, THING], thing, event, _TRANSFORM)
        enter(work, thing, _AFFECTED, time, _ALWAYS, _ALWAYS, at, event)


@kernel
def _carried_by(net: View, work: Work, at: int) -> None:
    """To the containers around it, and to the assemblies that it became part of."""
    thing = work.states[at, THING]
    start, end, mode = work.states[at, START], work.states[at, END], work.states[at, MODE]
    many = net.flags[thing] & CLASS
    pool, lists = net.old_pool, net.old_lists
    if net.fresh[thing]:
        pool, lists = net.new_pool, net.new_lists
    first, past = span(pool, lists, STAY_KEY, thing)
    for stay in range(first, past):
        event, row = pool[lists[STAY_START] + stay], pool[lists[STAY_PARENT] + stay]
        parent, associated = row & PARENT, row & ASSOCIATED
        begin = moment(net.old_time, net.new_time, event)
        low = max(begin, start)
        high = min(moment(net.old_time, net.new_time, pool[lists[STAY_END] + stay]), end)
        if low >= high or (many and begin < start):
            continue
        draw(work, thing, parent, event, _ASSOCIATE if associated else _AGGREGATE)
        if associated and mode >= _AFFECTED and not net.flags[parent] & CONTAINER:
            enter(work, parent, _AFFECTED, low, _ALWAYS, _ALWAYS, at, event)
        else:
            enter(work, parent, _CARRIER, low, high, _ALWAYS, at, event)


@kernel
def _contents_bad(net: View, pool: Int32s, lists: Int64s, work: Work, at: int) -> None:
    """From a bad container to what is in it."""
    parent = work.states[at, THING]
    start, end = work.states[at, START], work.states[at, END]
    first, past = span(pool, lists, HELD_KEY, parent)
    for entry in range(first, past):
        child = pool[lists[HELD_CHILD] + entry]
        own, starts = net.old_pool, net.old_lists
        if net.fresh[child]:
            own, starts = net.new_pool, net.new_lists
        low, high = span(own, starts, STAY_KEY, child)
        for stay in range(low, high):
            row = own[starts[STAY_PARENT] + stay]
            if row & PARENT != parent:
                continue
            event = own[starts[STAY_START] + stay]
            begin = max(moment(net.old_time, net.new_time, event), start)
            finish = moment(net.old_time, net.new_time, own[starts[STAY_END] + stay])
            if begin >= min(finish, end):
                continue
            kind = _ASSOCIATE if row & ASSOCIATED else _AGGREGATE
            draw(work, child, parent, event, kind)
            since = finish if net.flags[child] & CLASS else begin
            enter(work, child, _OPENED, since, _ALWAYS, _ALWAYS, at, event)


@kernel
def _pieces(net: View, pool: Int32s, lists: Int64s, work: Work, at: int) -> None:
    """From a lot to its pieces."""
    lot = work.states[at, THING]
    start, end = work.states[at, START], work.states[at, END]
    first, past = span(pool, lists, LOT_KEY, lot)
    for entry in range(first, past):
        event, piece = pool[lists[LOT_EVENT] + entry], pool[lists[LOT_PIECE] + entry]
        time = moment(net.old_time, net.new_time, event)
        if start <= time < end and not is_void(net.void, event):
            draw(work, lot, piece, event, _LOT)
            enter(work, piece, _AFFECTED, time, _ALWAYS, _ALWAYS, at, event)


@kernel
def walk_back(net: View, work: Work) -> None:
    """Follow the goods backward from the states in the queue; from a carrier only outwards."""
    at = 0
    while at < work.tally[0] and work.tally[2] == 0:
        if work.states[at, MODE] == _CARRIER:
            _outer(net, work, at)
        else:
            _made_of(net, net.old_pool, net.old_lists, work, at)
            _made_of(net, net.new_pool, net.new_lists, work, at)
            _came_in(net, work, at)
            _lots(net, net.old_pool, net.old_lists, work, at)
            _lots(net, net.new_pool, net.new_lists, work, at)
            if net.flags[work.states[at, THING]] & IS_PARENT:
                _contents(net, net.old_pool, net.old_lists, work, at)
                _contents(net, net.new_pool, net.new_lists, work, at)
        at += 1


@kernel
def _made_of(net: View, pool: Int32s, lists: Int64s, work: Work, at: int) -> None:
    """To the inputs of the transformations that made it, up to the time that counts."""
    thing = work.states[at, THING]
    if thing < size_of(lists, MAKER):
        maker = pool[lists[MAKER] + thing]
        if maker >= 0:
            _makings(net, pool, lists, work, at, maker)
        if maker != -2:
            return
    first, past = span(pool, lists, MADE_KEY, thing)
    for entry in range(first, past):
        _makings(net, pool, lists, work, at, pool[lists[MADE_BY] + entry])


@kernel
def _makings(net: View, pool: Int32s, lists: Int64s, work: Work, at: int, made: int) -> None:
    """To the inputs of one transformation and of those that it is joined with."""
    event = pool[lists[MADE_EVENT] + made]
    time = moment(net.old_time, net.new_time, event)
    if time > work.states[at, MADE] or is_void(net.void, event):
        return
    group = pool[lists[MADE_GROUP] + made]
    if group < 0:
        _inputs(net, pool, lists, work, at, made, event)
        return
    _joined_inputs(net, net.old_pool, net.old_lists, work, at, group, event)
    _joined_inputs(net, net.new_pool, net.new_lists, work, at, group, event)


@kernel
def _joined_inputs(
    net: View, pool: Int32s, lists: Int64s, work: Work, at: int, group: int, event: int
) -> None:
    """To the inputs of all transformations of one name up to the time of an event."""
    time = moment(net.old_time, net.new_time, event)
    first, past = span(pool, lists, GROUP_KEY, group)
    for member in range(first, past):
        made = pool[lists[GROUP_MADE] + member]
        used = pool[lists[MADE_EVENT] + made]
        if moment(net.old_time, net.new_time, used) <= time and not is_void(net.void, used):
            _inputs(net, pool, lists, work, at, made, event)


@kernel
def _inputs(
    net: View, pool: Int32s, lists: Int64s, work: Work, at: int, made: int, event: int
) -> None:
    """To all inputs of one transformation, each up to the instant of its use."""
    time = moment(net.old_time, net.new_time, pool[lists[MADE_EVENT] + made])
    for entry in range(pool[lists[INPUT_OFFSET] + made], pool[lists[INPUT_OFFSET] + made + 1]):
        thing = pool[lists[INPUT_THING] + entry]
        draw(work, thing, work.states[at, THING], event, _TRANSFORM)
        enter(work, thing, _OPENED, time, time + 1, time, at, event)


@kernel
def _came_in(net: View, work: Work, at: int) -> None:
    """To the containers in which it lay before it was used or taken out."""
    thing, made = work.states[at, THING], work.states[at, MADE]
    pool, lists = net.old_pool, net.old_lists
    if net.fresh[thing]:
        pool, lists = net.new_pool, net.new_lists
    first, past = span(pool, lists, STAY_KEY, thing)
    for stay in range(first, past):
        row = pool[lists[STAY_PARENT] + stay]
        if row & (ASSOCIATED | UNPACKED):
            continue
        event = pool[lists[STAY_START] + stay]
        start = moment(net.old_time, net.new_time, event)
        end = min(moment(net.old_time, net.new_time, pool[lists[STAY_END] + stay]), made)
        if start < made and end < _ALWAYS:
            draw(work, thing, row & PARENT, event, _AGGREGATE)
            enter(work, row & PARENT, _CARRIER, start, end, _NEVER, at, event)


@kernel
def _outer(net: View, work: Work, at: int) -> None:
    """From a carrier to the containers around it at the same time."""
    thing = work.states[at, THING]
    start, end = work.states[at, START], work.states[at, END]
    pool, lists = net.old_pool, net.old_lists
    if net.fresh[thing]:
        pool, lists = net.new_pool, net.new_lists
    first, past = span(pool, lists, STAY_KEY, thing)
    for stay in range(first, past):
        event = pool[lists[STAY_START] + stay]
        low = max(moment(net.old_time, net.new_time, event), start)
        high = min(moment(net.old_time, net.new_time, pool[lists[STAY_END] + stay]), end)
        row = pool[lists[STAY_PARENT] + stay]
        if low < high and not row & ASSOCIATED:
            draw(work, thing, row & PARENT, event, _AGGREGATE)
            enter(work, row & PARENT, _CARRIER, low, high, _NEVER, at, event)


@kernel
def _lots(net: View, pool: Int32s, lists: Int64s, work: Work, at: int) -> None:
    """From a piece to its lot."""
    piece = work.states[at, THING]
    first, past = span(pool, lists, PIECE_KEY, piece)
    for entry in range(first, past):
        event, lot = pool[lists[PIECE_EVENT] + entry], pool[lists[PIECE_LOT] + entry]
        time = moment(net.old_time, net.new_time, event)
        if time <= work.states[at, MADE] and not is_void(net.void, event):
            draw(work, lot, piece, event, _LOT)
            enter(work, lot, _OPENED, time, time + 1, time, at, event)


@kernel
def _contents(net: View, pool: Int32s, lists: Int64s, work: Work, at: int) -> None:
    """From a container or assembly to what it held while it counts."""
    parent = work.states[at, THING]
    start, end = work.states[at, START], work.states[at, END]
    first, past = span(pool, lists, HELD_KEY, parent)
    for entry in range(first, past):
        child = pool[lists[HELD_CHILD] + entry]
        own, starts = net.old_pool, net.old_lists
        if net.fresh[child]:
            own, starts = net.new_pool, net.new_lists
        low, high = span(own, starts, STAY_KEY, child)
        for stay in range(low, high):
            row = own[starts[STAY_PARENT] + stay]
            if row & PARENT != parent:
                continue
            event = own[starts[STAY_START] + stay]
            begin = moment(net.old_time, net.new_time, event)
            since = max(begin, start)
            until = min(moment(net.old_time, net.new_time, own[starts[STAY_END] + stay]), end)
            if since < until:
                kind = _ASSOCIATE if row & ASSOCIATED else _AGGREGATE
                draw(work, child, parent, event, kind)
                enter(work, child, _OPENED, since, until, begin, at, event)
