"""Starts, ends and latest times in timed shops: open hours, set-ups, overlaps and limits.

What must come after what is a graph as in other shops, but how long a path is depends on when it
begins: ends are renewed forward from time 0, latest times backward from a horizon.
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import entry, kernel
from sanpin.factory.engine.sequences.arrays import (
    BREACH,
    END,
    ENDS,
    FAR,
    HORIZON,
    LEFT,
    LENGTH,
    PLACE,
    REST,
    RIGHT,
    START,
    TAIL,
    TAILS,
    Clock,
    Ints,
    Shop,
    State,
)
from sanpin.factory.engine.sequences.clock import (
    done_at,
    earliest_fit,
    earliest_work,
    latest_fit,
    latest_work,
)

__all__ = [
    "before_limit",
    "change",
    "due_at",
    "free_by",
    "handed_over",
    "latest_start",
    "note_horizon",
    "note_set_ups",
    "ready_at",
    "renew_ends",
    "renew_tails",
    "restore",
    "set_up_at",
    "work_at",
]


@kernel
def change(clock: Clock, machine: int, before: int, after: int) -> int:
    """Return the set-up of a machine from one mode's class to another's; `before` -1 for none."""
    width = clock.table[machine, 1]
    kind = clock.table[machine, 2] if before < 0 else clock.kind[before]
    if width == 0 or kind < 0:
        return 0
    return int(clock.lengths[clock.table[machine, 0] + kind * width + clock.kind[after]])


@kernel
def set_up_at(shop: Shop, state: State, left: int, mode: int) -> int:
    """Return when a machine is set up for a mode after an operation, at the earliest."""
    clock, machine = shop.clock, shop.mode_machine[mode]
    before = -1 if left == shop.size else state.mode[left]
    length = change(clock, machine, before, mode)
    first, last = clock.calendar[machine, 0], clock.calendar[machine, 1]
    free = state.node[left, END]
    return int(earliest_fit(clock.windows, first, last, free, length) + length)


@entry
def note_set_ups(shop: Shop, state: State, found: Ints) -> None:
    """Note when the set-up of each operation begins, which is its start without one."""
    clock = shop.clock
    for op in range(shop.size):
        mode, left = state.mode[op], state.node[op, LEFT]
        before = -1 if left == shop.size else state.mode[left]
        length = change(clock, shop.mode_machine[mode], before, mode)
        found[op] = state.node[op, START]
        if length:
            found[op] = set_up_at(shop, state, left, mode) - length


@kernel
def handed_over(shop: Shop, state: State, op: int, above: int, below: int) -> int:
    """Return when a share of an operation's work is done."""
    node, clock = state.node, shop.clock
    part = -(-above * node[op, LENGTH] // below)
    if not clock.rests[op] or part == 0:
        return int(node[op, START] + part)
    machine = shop.mode_machine[state.mode[op]]
    first, last = clock.calendar[machine, 0], clock.calendar[machine, 1]
    return done_at(clock.windows, first, last, node[op, START], part)


@kernel
def ready_at(shop: Shop, state: State, op: int) -> tuple[int, int]:
    """Return from when an operation may start by its job, and before when it must not end."""
    node, links, start, least = state.node, shop.more.before, 0, 0
    for at in range(shop.more.before_start[op], shop.more.before_start[op + 1]):
        other, wait = links[at, 0], links[at, 1]
        if links[at, 3] == 0:
            start = max(start, node[other, END] + wait)
        else:
            reached = handed_over(shop, state, other, links[at, 2], links[at, 3])
            start = max(start, reached + wait)
            least = max(least, node[other, END] + wait)
    return start, least


@kernel
def work_at(shop: Shop, op: int, mode: int, start: int, least: int) -> tuple[int, int]:
    """Return start and end of an operation in a mode, not before given instants."""
    clock, machine = shop.clock, shop.mode_machine[mode]
    first, last = clock.calendar[machine, 0], clock.calendar[machine, 1]
    length = shop.mode_length[mode]
    return earliest_work(clock.windows, first, last, clock.rests[op], start, length, least)


@kernel
def _late(clock: Clock, op: int, start: int, end: int) -> int:
    """Return by how much an operation misses its limits."""
    return int(max(0, start - clock.fixed[op], end - clock.latest[op]))


@kernel
def renew_ends(shop: Shop, state: State, low: int, keep: int) -> int:
    """Renew starts and ends at flagged places from `low` on, and where that leads to.

    An operation that was taken out has no length; what follows it in its job waits for its job.

    Parameters
    ----------
    keep : 1 when what was before is logged

    Returns
    -------
    How many operations were looked at.
    """
    node, order, flags, size, seen = state.node, state.order, state.flags, shop.size, 0
    for place in range(low, size):
        if not flags[place]:
            continue
        flags[place] = 0
        seen += 1
        op = order[place]
        start, least = ready_at(shop, state, op)
        end = max(start, least)
        if node[op, LENGTH]:
            mode = state.mode[op]
            start = max(start, set_up_at(shop, state, node[op, LEFT], mode))
            start, end = work_at(shop, op, mode, start, least)
            late = _late(shop.clock, op, start, end)
            if late and end < BREACH:
                end = BREACH + late
        if node[op, START] != start or node[op, END] != end:
            if keep:
                row = state.log[state.notes[ENDS]]
                row[0], row[1], row[2] = op, node[op, START], node[op, END]
                state.notes[ENDS] += 1
            node[op, START], node[op, END] = min(start, FAR), min(end, FAR)
            flags[node[node[op, RIGHT], PLACE]] = 1
            for at in range(shop.more.after_start[op], shop.more.after_start[op + 1]):
                flags[node[shop.more.after[at, 0], PLACE]] = 1
    return seen


@kernel
def due_at(shop: Shop, state: State, op: int) -> int:
    """Return when an operation must have ended, by its job and its limit."""
    node, links, horizon = state.node, shop.more.after, state.notes[HORIZON]
    end = min(horizon, shop.clock.latest[op])
    for at in range(shop.more.after_start[op], shop.more.after_start[op + 1]):
        column = TAIL if links[at, 3] == 0 else REST
        end = min(end, horizon - node[links[at, 0], column] - links[at, 1])
    return int(end)


@kernel
def before_limit(shop: Shop, state: State, op: int, mode: int) -> int:
    """Return when an operation in a mode must have started, for what it hands over to."""
    node, links, clock = state.node, shop.more.after, shop.clock
    limit, machine = clock.fixed[op], shop.mode_machine[mode]
    first, last = clock.calendar[machine, 0], clock.calendar[machine, 1]
    for at in range(shop.more.after_start[op], shop.more.after_start[op + 1]):
        above, below = links[at, 2], links[at, 3]
        if below:
            part = -(-above * shop.mode_length[mode] // below)
            until = state.notes[HORIZON] - node[links[at, 0], TAIL] - links[at, 1]
            start = until - part
            if clock.rests[op]:
                start = latest_work(clock.windows, first, last, 1, until, part)
            limit = min(limit, start)
    return int(limit)


@kernel
def free_by(shop: Shop, state: State, mode: int, right: int) -> int:
    """Return by when a machine must be done with a mode for the set-up of what follows there."""
    if right == shop.size:
        return FAR
    clock, machine = shop.clock, shop.mode_machine[mode]
    first, last = clock.calendar[machine, 0], clock.calendar[machine, 1]
    length = change(clock, machine, mode, state.mode[right])
    return latest_fit(
        clock.windows, first, last, state.notes[HORIZON] - state.node[right, TAIL], length
    )


@kernel
def latest_start(shop: Shop, op: int, mode: int, end: int) -> int:
    """Return the latest start of an operation in a mode that is over by an instant."""
    clock, machine = shop.clock, shop.mode_machine[mode]
    first, last = clock.calendar[machine, 0], clock.calendar[machine, 1]
    return latest_work(clock.windows, first, last, clock.rests[op], end, shop.mode_length[mode])


@kernel
def renew_tails(shop: Shop, state: State, high: int, keep: int) -> int:
    """Renew the paths to the horizon at flagged places from `high` down, and where that leads to.

    The path of an operation that was taken out is that of its job.

    Parameters
    ----------
    keep : 1 when what was before is logged, after the ends

    Returns
    -------
    How many operations were looked at.
    """
    node, order, flags, size, seen = state.node, state.order, state.flags, shop.size, 0
    horizon = state.notes[HORIZON]
    for place in range(high, -1, -1):
        if not flags[place]:
            continue
        flags[place] = 0
        seen += 1
        op = order[place]
        end = start = due_at(shop, state, op)
        if node[op, LENGTH]:
            mode = state.mode[op]
            end = min(end, free_by(shop, state, mode, node[op, RIGHT]))
            start = latest_start(shop, op, mode, end)
            limit = before_limit(shop, state, op, mode)
            if limit < start:
                end -= start - limit
                start = limit
        if node[op, TAIL] != horizon - start or node[op, REST] != horizon - end:
            if keep:
                row = state.log[state.notes[ENDS] + state.notes[TAILS]]
                row[0], row[1], row[2] = op, node[op, TAIL], node[op, REST]
                state.notes[TAILS] += 1
            node[op, TAIL], node[op, REST] = horizon - start, horizon - end
            flags[node[node[op, LEFT], PLACE]] = 1
            for at in range(shop.more.before_start[op], shop.more.before_start[op + 1]):
                flags[node[shop.more.before[at, 0], PLACE]] = 1
    flags[size] = 0
    return seen


@kernel
def note_horizon(shop: Shop, state: State, horizon: int) -> None:
    """Count paths back from another horizon."""
    if horizon != state.notes[HORIZON]:
        state.notes[HORIZON] = horizon
        for place in range(shop.size):
            state.flags[place] = 1
        renew_tails(shop, state, shop.size - 1, 0)


@kernel
def restore(state: State) -> None:
    """Let all times be again what they were before what was logged."""
    node, log, count = state.node, state.log, state.notes[ENDS]
    for at in range(count):
        node[log[at, 0], START], node[log[at, 0], END] = log[at, 1], log[at, 2]
    for at in range(count, count + state.notes[TAILS]):
        node[log[at, 0], TAIL], node[log[at, 0], REST] = log[at, 1], log[at, 2]
    state.notes[ENDS] = state.notes[TAILS] = 0
