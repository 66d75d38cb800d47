"""What waits at which machine while rules make a schedule: a flat array, and kernels on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.compile import Plant
from sanpin.factory.engine.lists.layout import FAR, Ints, get, make_room

__all__ = [
    "BERTHS",
    "BERTH_WIDTH",
    "FORCED",
    "FOUND",
    "FOUND_AT",
    "FOUND_MODE",
    "MOST_STEPS",
    "OUTSIDE",
    "PLACED",
    "PRESSED",
    "Q_BEHIND",
    "Q_BERTH",
    "Q_BERTHS",
    "Q_BOOKED",
    "Q_CLASS",
    "Q_DURATION",
    "Q_FIRST",
    "Q_FIXED",
    "Q_HEAD",
    "Q_HELD",
    "Q_LENGTH",
    "Q_MODE",
    "Q_NEXT_BERTH",
    "Q_OP",
    "Q_ORDER",
    "Q_OTHERS",
    "Q_OUTSIDE",
    "Q_PATIENCE",
    "Q_PEG",
    "Q_READY",
    "Q_STEP",
    "Q_STEPS",
    "Q_STOCK",
    "Q_TAIL",
    "Q_UNTIL",
    "Q_WAITS",
    "SOON",
    "SPARE",
    "drop",
    "hurries_to_ovens",
    "look_again",
    "make_queues",
    "pressing_one",
]

MODES, MACHINE, DURATION = at.MODES, at.MACHINE, at.DURATION
AT_MACHINE = at.AT_MACHINE

SOON = 4.0
"""Longest waits, in mean durations, up to which an operation and its follower are coupled."""

# Tables of queues.
Q_ORDER, Q_FIRST, Q_LENGTH, Q_MODE, Q_READY, Q_OP, Q_BOOKED, Q_WAITS, Q_PATIENCE, Q_OUTSIDE = range(
    0, 20, 2
)
Q_STOCK, Q_HEAD, Q_TAIL, Q_BEHIND, Q_UNTIL, Q_PEG, Q_OTHERS, Q_HELD = range(20, 36, 2)
# Of berths, see there: of each operation, all of them, the first of each oven, and by pool the
# steps of what is kept and their number.
Q_BERTH, Q_BERTHS, Q_NEXT_BERTH, Q_STEP, Q_STEPS = range(36, 46, 2)
# Of what waits: duration, class and fixed start, which lie far apart in the plant.
Q_DURATION, Q_CLASS, Q_FIXED = range(46, 52, 2)
PLACED, OUTSIDE, FORCED, PRESSED, BERTHS, SPARE, FOUND, FOUND_MODE, FOUND_AT = range(52, 61)
QUEUES_HEAD = 61

BERTH_WIDTH = 8
MOST_STEPS = 2048
"""Of what is kept of a pool; beyond them no further berth is kept."""


def make_queues(plant: Plant, order: Ints, pegs: Ints | None = None) -> Ints:
    """Make room for what waits at which machine.

    Parameters
    ----------
    order : the operations in topological order
    pegs : instants before which operations are not looked at, see `Components`

    Returns
    -------
    A flat array with the operations in topological order; the first place of each machine's queue
    and its length; mode, ready time and number of what waits; when each machine is looked at next;
    the predecessors of each operation that are not placed, -1 once it is placed itself; how often
    it may still wait for a better place; what must be done outside; by material what arrives and
    has been made, and first and last of those who wait for more of it; who waits behind whom; by
    when what waits must start; before when an operation is not looked at; whether a machine has
    other work than what must follow soon; how often an operation was held back for an oven; berths
    and what is kept of pools for them; the number of operations placed so far, of those to be
    done outside, the place in the order before which all are placed, and whether anything has a
    latest start; see `berths` for what is kept there.
    """
    machines, count, materials = plant.size(at.MACHINES), order.size, plant.size(at.MATERIALS)
    used = plant.mode[:, MACHINE]
    users = np.bincount(used[used >= 0], minlength=machines)
    size = int(users.sum())
    berths = count if hurries_to_ovens(plant) else 0
    steps = plant.size(at.POOL_COUNT) * MOST_STEPS if berths else 0
    lengths = [count, machines + 1, machines, size, size, size, machines, count, count, count]
    lengths += [materials, materials, materials, count, size, count, machines, count, count]
    shapes: list[tuple[int, ...]] = [(length,) for length in lengths]
    shapes += [(berths, BERTH_WIDTH), (machines,), (steps, 2), (plant.size(at.POOL_COUNT),)]
    shapes += 3 * [(size,)]
    tables = {str(place): shape for place, shape in enumerate(shapes)}
    flat, _, views = make_room(QUEUES_HEAD, tables, {})
    views["0"][:] = order
    np.cumsum(users, out=views["1"][1:])
    if pegs is not None:
        views["15"][:] = pegs
    views["16"][:] = _with_other_work(plant)
    return flat


def hurries_to_ovens(plant: Plant) -> bool:
    """Tell whether something must follow something else soon in an oven."""
    ovens = np.append(plant.machine[:, at.OVEN] > 0, False)
    # The last machine of an operation speaks for the others.
    last = plant.mode[plant.op[:, at.MODES_END] - 1, MACHINE]
    return bool((_follows_soon(plant) & ovens[last]).any())


def _follows_soon(plant: Plant) -> NDArray[np.bool_]:
    """Tell which operations must follow something else soon."""
    inside = plant.mode[:, MACHINE] >= 0
    soon = SOON * max(1.0, float(plant.mode[inside, DURATION].mean()) if inside.any() else 1.0)
    follows = np.zeros(plant.op.shape[0], bool)
    hurried = np.flatnonzero(plant.link[:, at.MAX_LAG] <= soon)
    follows[np.searchsorted(plant.op[:, at.BEFORE], hurried, "right") - 1] = True
    return follows


def _with_other_work(plant: Plant) -> NDArray[np.bool_]:
    """Tell which machines also do what need not follow something else soon."""
    inside, follows = plant.mode[:, MACHINE] >= 0, _follows_soon(plant)
    doer = np.searchsorted(plant.op[:, MODES], np.flatnonzero(inside), "right") - 1
    found = np.zeros(plant.size(at.MACHINES), bool)
    found[plant.mode[inside, MACHINE][~follows[doer]]] = True
    return found


@kernel
def drop(queues: Ints, machine: int, here: int) -> None:
    """Take what stands at a place out of the queue of a machine; the last one comes there."""
    last = queues[queues[Q_FIRST] + machine] + queues[queues[Q_LENGTH] + machine] - 1
    for table in (Q_OP, Q_MODE, Q_READY, Q_UNTIL, Q_DURATION, Q_CLASS, Q_FIXED):
        queues[queues[table] + here] = queues[queues[table] + last]
    queues[queues[Q_LENGTH] + machine] -= 1


@kernel
def look_again(plant: Ints, lot: Ints, queues: Ints, machine: int) -> None:
    """Drop what was placed from a queue, and book the machine for what waits."""
    first, place = queues[queues[Q_FIRST] + machine], 0
    soonest = FAR
    while place < queues[queues[Q_LENGTH] + machine]:
        here = first + place
        if queues[queues[Q_WAITS] + queues[queues[Q_OP] + here]] < 0:
            drop(queues, machine, here)
            continue
        soonest = min(soonest, queues[queues[Q_READY] + here])
        place += 1
    free = lot[lot[at.L_STATE] + plant[AT_MACHINE] + 2 * machine]
    queues[queues[Q_BOOKED] + machine] = max(soonest, free) if soonest < FAR else FAR


@kernel
def pressing_one(plant: Ints, queues: Ints, machine: int, now: int, end: int, reach: int) -> int:
    """Return the place of what must start soonest, if something else takes too long; -1 for none.

    What is fixed is waited for; of the others only those count that are ready.

    Parameters
    ----------
    end : when the machine would be free again
    reach : what must start so soon after the first one counts with it: the machine and others
        that can do it have to do all of that in time
    """
    found, least = -1, FAR
    first = queues[queues[Q_FIRST] + machine]
    last = first + queues[queues[Q_LENGTH] + machine]
    for place in range(first, last):
        if queues[queues[Q_UNTIL] + place] < least and (
            queues[queues[Q_READY] + place] <= now or queues[queues[Q_FIXED] + place] >= 0
        ):
            found, least = place, queues[queues[Q_UNTIL] + place]
    if found < 0 or least < end:
        return found
    # What is fixed has its time; before it the machine may do what is over by then.
    if queues[queues[Q_FIXED] + found] >= 0:
        return -1
    work = 0
    for place in range(first, last):
        fixed = queues[queues[Q_FIXED] + place] >= 0
        if place != found and not fixed and queues[queues[Q_UNTIL] + place] <= least + reach:
            op = queues[queues[Q_OP] + place]
            doers = get(plant, at.P_OP, op, at.MODES_END) - get(plant, at.P_OP, op, MODES)
            work += queues[queues[Q_DURATION] + place] // doers
    return found if least < end + work else -1
