"""Kernels that let operations wait at machines, and take them out of the queues when placed."""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.berths import berth_start, leave_berth
from sanpin.factory.engine.lists.layout import FAR, IMPOSSIBLE, Ints, get
from sanpin.factory.engine.lists.opening import latest_fit
from sanpin.factory.engine.lists.place import book, ready_at
from sanpin.factory.engine.lists.queues import (
    OUTSIDE,
    PLACED,
    PRESSED,
    Q_BEHIND,
    Q_BOOKED,
    Q_CLASS,
    Q_DURATION,
    Q_FIRST,
    Q_FIXED,
    Q_HEAD,
    Q_LENGTH,
    Q_MODE,
    Q_OP,
    Q_OUTSIDE,
    Q_PEG,
    Q_READY,
    Q_STOCK,
    Q_TAIL,
    Q_UNTIL,
    Q_WAITS,
    drop,
    look_again,
)
from sanpin.factory.engine.lists.tanks import is_full

__all__ = ["append", "let_go", "release", "set_aside", "starves", "take"]

MODES, MODES_END, NEXT, NEXT_END = at.MODES, at.MODES_END, at.NEXT, at.NEXT_END
MACHINE, DURATION, CALENDAR, SITE = at.MACHINE, at.DURATION, at.CALENDAR, at.SITE
USES, USES_END, MAKES, MAKES_END = at.USES, at.USES_END, at.MAKES, at.MAKES_END
AT_MACHINE = at.AT_MACHINE


@kernel
def _wake(plant: Ints, lot: Ints, queues: Ints) -> None:
    """Look again at what waited for a tank that has room by now."""
    for machine in range(plant[at.MACHINES]):
        first = queues[queues[Q_FIRST] + machine]
        for place in range(first, first + queues[queues[Q_LENGTH] + machine]):
            op = queues[queues[Q_OP] + place]
            if (
                queues[queues[Q_READY] + place] >= FAR
                and queues[queues[Q_WAITS] + op] == 0
                and not is_full(plant, lot, op, 0, 0)
            ):
                site = get(plant, at.P_MACHINE, machine, SITE)
                queues[queues[Q_READY] + place] = ready_at(plant, lot, op, site)[0]
                queues[queues[Q_BOOKED] + machine] = min(
                    queues[queues[Q_BOOKED] + machine],
                    max(
                        queues[queues[Q_READY] + place],
                        lot[lot[at.L_STATE] + plant[AT_MACHINE] + 2 * machine],
                    ),
                )


@kernel
def take(plant: Ints, lot: Ints, queues: Ints, op: int) -> None:
    """Book an operation that was decided and add it to the list."""
    book(plant, lot, op)
    leave_berth(plant, queues, op)
    lot[lot[at.L_ORDER] + queues[PLACED]] = op
    queues[PLACED] += 1
    queues[queues[Q_WAITS] + op] = -1
    for row in range(get(plant, at.P_OP, op, MAKES), get(plant, at.P_OP, op, MAKES_END)):
        made = get(plant, at.P_NEED, row, 1)
        queues[queues[Q_STOCK] + get(plant, at.P_NEED, row, 0)] += made
    if get(plant, at.P_OP, op, at.FREES) < get(plant, at.P_OP, op, at.FREES_END):
        _wake(plant, lot, queues)


@kernel
def _wait(plant: Ints, lot: Ints, queues: Ints, entry: tuple[int, int, int, int, int]) -> None:
    """Add an operation to the queue of a machine, and look at the machine in time."""
    machine, op, mode, ready, until = entry
    place = queues[queues[Q_FIRST] + machine] + queues[queues[Q_LENGTH] + machine]
    (
        queues[queues[Q_OP] + place],
        queues[queues[Q_MODE] + place],
        queues[queues[Q_READY] + place],
    ) = op, mode, ready
    queues[queues[Q_DURATION] + place] = get(plant, at.P_MODE, mode, DURATION)
    queues[queues[Q_CLASS] + place] = get(plant, at.P_MODE, mode, at.CLASS)
    fixed = get(plant, at.P_OP, op, at.FIXED)
    queues[queues[Q_FIXED] + place] = fixed
    if fixed >= 0:
        until = fixed
    queues[queues[Q_UNTIL] + place] = until
    queues[PRESSED] |= until < FAR
    queues[queues[Q_LENGTH] + machine] += 1
    free = lot[lot[at.L_STATE] + plant[AT_MACHINE] + 2 * machine]
    queues[queues[Q_BOOKED] + machine] = min(queues[queues[Q_BOOKED] + machine], max(ready, free))


@kernel
def release(plant: Ints, lot: Ints, queues: Ints, op: int) -> None:
    """Let an operation wait at every machine that can do it; outside only what must go there.

    What is left out goes the way of what is done outside.
    """
    first, last = get(plant, at.P_OP, op, MODES), get(plant, at.P_OP, op, MODES_END)
    inside, berth = 0, berth_start(queues, op)
    for mode in range(first, 0 if lot[lot[at.L_MODE] + op] == last else last):
        machine = get(plant, at.P_MODE, mode, MACHINE)
        if machine < 0 or (berth >= 0 and mode != lot[lot[at.L_MODE] + op]):
            continue
        ready, _, until, breach = ready_at(plant, lot, op, get(plant, at.P_MACHINE, machine, SITE))
        if breach < IMPOSSIBLE:
            if get(plant, at.P_OP, op, at.LATEST) < FAR:
                limit = get(plant, at.P_OP, op, at.LATEST) - get(plant, at.P_MODE, mode, DURATION)
                until = min(until, limit)
            if berth > ready:
                lot[lot[at.L_DELAY] + op] = berth
            ready = max(ready, queues[queues[Q_PEG] + op], berth)
            if until < FAR and get(plant, at.P_OP, op, at.RESUMABLE) == 0:
                # The machine may be closed then.
                calendar = get(plant, at.P_MACHINE, machine, CALENDAR)
                length = get(plant, at.P_MODE, mode, DURATION)
                until = latest_fit(plant, calendar, ready, length, until + length)
            _wait(plant, lot, queues, (machine, op, mode, ready, until))
            inside += 1
    if inside == 0:
        queues[queues[Q_OUTSIDE] + queues[OUTSIDE]] = op
        queues[OUTSIDE] += 1


@kernel
def starves(plant: Ints, lot: Ints, queues: Ints, op: int) -> int:
    """Return a material of which an operation needs more than will ever be there, -1 for none."""
    for row in range(get(plant, at.P_OP, op, USES), get(plant, at.P_OP, op, USES_END)):
        material = get(plant, at.P_NEED, row, 0)
        if get(plant, at.P_MATERIAL, material, at.LIFE) < FAR:
            continue
        used = lot[lot[at.L_STATE] + plant[at.AT_USED] + material]
        if used + get(plant, at.P_NEED, row, 1) > queues[queues[Q_STOCK] + material]:
            return int(material)
    return -1


@kernel
def set_aside(plant: Ints, lot: Ints, queues: Ints, op: int, material: int) -> None:
    """Take an operation out of all queues until more of a material has been made."""
    for mode in range(get(plant, at.P_OP, op, MODES), get(plant, at.P_OP, op, MODES_END)):
        machine = get(plant, at.P_MODE, mode, MACHINE)
        if machine < 0:
            continue
        first = queues[queues[Q_FIRST] + machine]
        for here in range(first, first + queues[queues[Q_LENGTH] + machine]):
            if queues[queues[Q_OP] + here] == op:
                drop(queues, machine, here)
                break
        look_again(plant, lot, queues, machine)
    if queues[queues[Q_HEAD] + material] < 0:
        queues[queues[Q_HEAD] + material] = op
    else:
        queues[queues[Q_BEHIND] + queues[queues[Q_TAIL] + material]] = op
    queues[queues[Q_TAIL] + material] = op
    queues[queues[Q_BEHIND] + op] = -1


@kernel
def _hand_out(plant: Ints, lot: Ints, queues: Ints, material: int) -> None:
    """Let those go on who waited for a material, in order, as long as there is enough."""
    left = queues[queues[Q_STOCK] + material] - lot[lot[at.L_STATE] + plant[at.AT_USED] + material]
    while queues[queues[Q_HEAD] + material] >= 0:
        op = queues[queues[Q_HEAD] + material]
        if queues[queues[Q_WAITS] + op] == 0:
            for row in range(get(plant, at.P_OP, op, USES), get(plant, at.P_OP, op, USES_END)):
                if get(plant, at.P_NEED, row, 0) == material:
                    left -= get(plant, at.P_NEED, row, 1)
            if left < 0:
                return
            release(plant, lot, queues, op)
        queues[queues[Q_HEAD] + material] = queues[queues[Q_BEHIND] + op]


@kernel
def let_go(plant: Ints, lot: Ints, queues: Ints, op: int) -> None:
    """Release what waited for an operation alone, and for what it has made."""
    for row in range(get(plant, at.P_OP, op, MAKES), get(plant, at.P_OP, op, MAKES_END)):
        _hand_out(plant, lot, queues, get(plant, at.P_NEED, row, 0))
    for row in range(get(plant, at.P_OP, op, NEXT), get(plant, at.P_OP, op, NEXT_END)):
        after = plant[plant[at.P_AFTER] + row]
        queues[queues[Q_WAITS] + after] -= 1
        if queues[queues[Q_WAITS] + after] == 0:
            release(plant, lot, queues, after)


@kernel
def append(plant: Ints, lot: Ints, queues: Ints, op: int) -> None:
    """Add an operation that was decided to the list, and release what waited for it."""
    take(plant, lot, queues, op)
    let_go(plant, lot, queues, op)
