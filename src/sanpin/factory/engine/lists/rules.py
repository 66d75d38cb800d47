"""Dispatch rules: which of the waiting operations goes next. Lower keys go first.

Sources: SPT by Smith (1956), EDD by Jackson (1955), COVERT by Carroll (1965), ATC by Vepsalainen
and Morton (1987), ATCS by Lee, Bhaskaran and Pinedo (1997), the others in Pinedo (2016), ch. 14.
None is best everywhere, so that the search tries all that suit the objective.
"""

from __future__ import annotations

from math import exp

import numpy as np

from sanpin.factory.engine.compiled import kernel, maker
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.compile import Plant
from sanpin.factory.engine.lists.layout import Floats, Ints, Table, get, row_of

__all__ = ["DUE", "REST", "RULES", "WEIGHT", "key_of", "measure", "sum_heads"]

RULES = (
    "MWR", "LWR", "SPT", "LPT", "EDD", "ODD", "WEDD", "SLACK", "SLACK/OP", "CR", "ATC", "ATCS",
    "COVERT", "FIFO", "STICKY", "BOTTLENECK", "MOR",
)  # fmt: skip
"""Names of the rules; their places are what kernels know them by.

MWR and LWR: most and least work remaining; MOR: most operations remaining; ODD: the latest start
that keeps the due date; WEDD: the same divided by the weight; STICKY: ODD with set-ups on top.
"""

MWR, LWR, SPT, LPT, EDD, ODD, WEDD, SLACK, SLACK_OP, CR, ATC, ATCS = range(12)
COVERT, FIFO, STICKY, BOTTLENECK, MOR = range(12, 17)
MODES, MODES_END, NEXT, NEXT_END = at.MODES, at.MODES_END, at.NEXT, at.NEXT_END
MACHINE, DURATION = at.MACHINE, at.DURATION


REST, STEPS, LOAD, DUE, WEIGHT, TIE, SHAKE, TAILS = range(8)
"""Columns of what rules look at, per operation: mean work from its start to the end of its job, the
longest way; operations on that way; the greatest load of a machine that it or what follows could
need; of the job the due date, the weight, and a small number by its priority; and a factor of
chance. A last row holds the mean duration and the mean change-over."""


@maker
def sort_topologically(plant: Ints, order: Ints) -> None:
    """Fill an array with the operations, predecessors first."""
    waits = np.empty(order.size, np.int64)
    end = 0
    for op in range(order.size):
        row = row_of(plant, at.P_OP, op)
        waits[op] = plant[row + at.BEFORE_END] - plant[row + at.BEFORE]
        if waits[op] == 0:
            order[end] = op
            end += 1
    begin = 0
    while begin < end:
        row = row_of(plant, at.P_OP, order[begin])
        begin += 1
        for link in range(plant[row + NEXT], plant[row + NEXT_END]):
            after = plant[plant[at.P_AFTER] + link]
            waits[after] -= 1
            if waits[after] == 0:
                order[end] = after
                end += 1


@maker
def sum_tails(plant: Ints, order: Ints, tails: Table) -> None:
    """Fill in rest, steps and load from the last operations to the first."""
    loads = np.zeros(plant[at.MACHINES])
    for op in range(order.size):
        row = row_of(plant, at.P_OP, op)
        count = plant[row + MODES_END] - plant[row + MODES]
        for mode in range(plant[row + MODES], plant[row + MODES_END]):
            here = row_of(plant, at.P_MODE, mode)
            tails[op, REST] += plant[here + DURATION] / count
            if plant[here + MACHINE] >= 0:
                loads[plant[here + MACHINE]] += plant[here + DURATION] / count
    for place in range(order.size - 1, -1, -1):
        op = order[place]
        row = row_of(plant, at.P_OP, op)
        longest, steps = 0.0, 0.0
        for mode in range(plant[row + MODES], plant[row + MODES_END]):
            machine = get(plant, at.P_MODE, mode, MACHINE)
            if machine >= 0:
                tails[op, LOAD] = max(tails[op, LOAD], loads[machine])
        for link in range(plant[row + NEXT], plant[row + NEXT_END]):
            after = plant[plant[at.P_AFTER] + link]
            longest, steps = max(longest, tails[after, REST]), max(steps, tails[after, STEPS])
            tails[op, LOAD] = max(tails[op, LOAD], tails[after, LOAD])
        tails[op, REST] += longest
        tails[op, STEPS] = steps + 1


@maker
def sum_heads(plant: Ints, order: Ints, tails: Table, ends: Floats) -> None:
    """Fill in when operations would end if each had its machine for itself, day and night."""
    for place in range(order.size):
        op = order[place]
        row = row_of(plant, at.P_OP, op)
        following, ready = 0.0, 0.0
        for link in range(plant[row + NEXT], plant[row + NEXT_END]):
            following = max(following, tails[plant[plant[at.P_AFTER] + link], REST])
        for link in range(plant[row + at.BEFORE], plant[row + at.BEFORE_END]):
            here = row_of(plant, at.P_LINK, link)
            ready = max(ready, ends[plant[here + at.OTHER]] + plant[here + at.MIN_LAG])
        ends[op] = max(float(plant[row + at.EARLIEST]), ready) + (tails[op, REST] - following)


def measure(plant: Plant) -> tuple[Ints, Floats]:
    """Return the operations in topological order, and what the rules look at."""
    count = plant.op.shape[0]
    jobs = plant.op[:, at.JOB]
    # Long tables would take longer to average than to schedule with; a sample tells enough.
    lengths = plant.length[:: max(1, plant.length.size // 100_000)]
    changes = lengths[(lengths > 0) & (lengths < at.FORBIDDEN)]
    durations = plant.mode[plant.mode[:, MACHINE] >= 0, DURATION]
    order, tails = np.zeros(count, dtype=np.int64), np.zeros((count + 1, TAILS))
    tails[count, 0] = max(1.0, float(durations.mean()) if durations.size else 1.0)
    tails[count, 1] = max(1.0, float(changes.mean()) if changes.size else 1.0)
    tails[:count, DUE] = np.minimum(plant.job[jobs, at.DUE], 10**9)
    tails[:count, WEIGHT] = np.maximum(plant.weight[jobs, 0], 1e-3)
    tails[:count, TIE] = -1e-9 * plant.job[jobs, at.PRIORITY]
    tails[:, SHAKE] = 1.0
    sort_topologically(plant.ints, order)
    sum_tails(plant.ints, order, tails)
    return order, tails


@kernel
def key_of(
    tails: Table, rule: int, op: int, wish: tuple[int, int, int, int], reach: float
) -> float:
    """Rate a waiting operation.

    Parameters
    ----------
    wish : duration, change-over, time now, and time at which it became ready
    reach : how far ahead ATC, ATCS and COVERT look; a small one sees urgent jobs only

    Notes
    -----
    With p the duration, s the set-up, d the due date, r the work that remains, t the time:
    ATC = w/p exp(-max(0, d - r - t)/(k p̄)), ATCS = ATC exp(-s/(k2 s̄)) with k2 = 0.5,
    COVERT = w/p max(0, 1 - max(0, d - r - t)/(k r)), CR = (d - t)/r, slack per operation
    (d - t - r)/n. Keys are negated where the formula favours large values.
    """
    duration, setup, now, ready = wish
    rest, due, weight = tails[op, REST], tails[op, DUE], tails[op, WEIGHT]
    if rule <= LPT:
        return float(
            (-rest if rule == MWR else rest) if rule <= LWR
            else (duration if rule == SPT else -duration)
        )  # fmt: skip
    if rule == EDD:
        return float(due)
    if rule == ODD:
        return float(due - rest)
    if rule == WEDD:
        return float((due - rest) / weight)
    if rule == SLACK:
        return float(due - rest + setup)
    if rule == SLACK_OP:
        return float((due - now - rest) / tails[op, STEPS])
    if rule == CR:
        return float((due - now) / max(1.0, rest))
    if rule == FIFO:
        return float(ready)
    if rule == STICKY:
        return float(setup * 3 * tails[-1, 0] / tails[-1, 1] + due - rest)
    if rule == BOTTLENECK:
        return float(-tails[op, LOAD] * 1e3 + min(due - rest, 1e6) * 1e-3)
    if rule == MOR:
        return float(-tails[op, STEPS])
    slack = max(0.0, due - rest - now)
    worth = -weight / max(duration, 1)
    if rule == COVERT:
        # The last term keeps the key off 0: with much slack the due date still decides.
        return float(worth * max(0.0, 1 - slack / (reach * max(1.0, rest))) + 1e-9 * slack)
    worth *= exp(-min(slack / (reach * tails[-1, 0]), 500.0))
    if rule == ATCS:
        worth *= exp(-setup / (0.5 * tails[-1, 1]))
    return float(worth)
