"""Parallel schedule generation: machines in order of time, each takes its best operation."""

from __future__ import annotations

import numpy as np

from sanpin.factory.engine.compiled import entry, kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.berths import (
    find_berth,
    follower_of,
    keep_berth,
    leave_berth,
    runs_into,
    suits,
)
from sanpin.factory.engine.lists.layout import (
    FAR,
    FORBIDDEN,
    IMPOSSIBLE,
    Floats,
    Ints,
    Table,
    get,
    row_of,
    spot,
)
from sanpin.factory.engine.lists.place import decide, decide_load, ready_at
from sanpin.factory.engine.lists.queues import (
    BERTHS,
    FORCED,
    FOUND_MODE,
    OUTSIDE,
    PLACED,
    PRESSED,
    Q_BERTH,
    Q_BOOKED,
    Q_CLASS,
    Q_DURATION,
    Q_FIRST,
    Q_HEAD,
    Q_HELD,
    Q_LENGTH,
    Q_MODE,
    Q_NEXT_BERTH,
    Q_OP,
    Q_ORDER,
    Q_OTHERS,
    Q_OUTSIDE,
    Q_PATIENCE,
    Q_READY,
    Q_STEPS,
    Q_STOCK,
    Q_UNTIL,
    Q_WAITS,
    SOON,
    SPARE,
    look_again,
    pressing_one,
)
from sanpin.factory.engine.lists.releases import append, let_go, release, set_aside, starves, take
from sanpin.factory.engine.lists.routings import choose_routings
from sanpin.factory.engine.lists.rules import SHAKE, TIE, key_of
from sanpin.factory.engine.lists.scan import reset
from sanpin.factory.engine.lists.shared import holds
from sanpin.factory.engine.lists.tanks import is_full

__all__ = ["begin", "dispatch", "go_on"]

MODES, MODES_END, MACHINE, DURATION = at.MODES, at.MODES_END, at.MACHINE, at.DURATION
CLASS, FAMILY, SIZE, SITE = at.CLASS, at.FAMILY, at.SIZE, at.SITE
OVEN, CAPACITY, TABLE, CHOSEN = at.OVEN, at.CAPACITY, at.TABLE, at.CHOSEN
START, END, SETUP_START, SETUP, BREACH = at.START, at.END, at.SETUP_START, at.SETUP, at.BREACH
AT_MACHINE, TRIAL = at.AT_MACHINE, at.TRIAL

IDLE = 2.0
"""How long a machine may idle before a follower that is placed at once, in mean durations, if it
has other work to do than what must follow soon."""

HOLD_BACK = 20
"""How often an operation is held back for what must follow it soon."""

MOST_HELD = 60
"""How often an operation is held back for the ovens after it."""

MOST_BARRED = 40
"""How often an operation waits where nothing it could do now is possible."""

MOST_IDLE = 3
"""How often an operation waits because its machine would idle for long."""

WIDEST = 6
"""How many machines are tried for one operation."""


@kernel
def _choose(
    plant: Ints, lot: Ints, tails: Table, queues: Ints, what: tuple[int, int, int], reach: float
) -> int:
    """Return the place in the queue of the best operation that is ready now, -1 for none."""
    machine, now, rule = what
    best, best_key = -1, np.inf
    table = get(plant, at.P_MACHINE, machine, TABLE)
    before = lot[lot[at.L_STATE] + plant[AT_MACHINE] + 2 * machine + 1]
    row = (
        get(plant, at.P_TABLE, table, at.LENGTHS)
        + before * get(plant, at.P_TABLE, table, at.CLASSES)
        if table >= 0
        else 0
    )
    for place in range(
        queues[queues[Q_FIRST] + machine],
        queues[queues[Q_FIRST] + machine] + queues[queues[Q_LENGTH] + machine],
    ):
        if queues[queues[Q_READY] + place] > now:
            continue
        op, setup = queues[queues[Q_OP] + place], 0
        if table >= 0:
            setup = plant[plant[at.P_LENGTH] + row + queues[queues[Q_CLASS] + place]]
        wish = (
            queues[queues[Q_DURATION] + place],
            setup,
            now,
            queues[queues[Q_READY] + place],
        )
        key = key_of(tails, rule, op, wish, reach) * tails[op, SHAKE] + tails[op, TIE]
        # What must not follow comes last of all.
        if setup >= FORBIDDEN:
            key = 1e300
        if key < best_key or (key == best_key and best >= 0 and op < queues[queues[Q_OP] + best]):
            best, best_key = place, key
    return best


@kernel
def _sixth(plant: Ints, lot: Ints, op: int) -> int:
    """Return the sixth least of when the machines of an operation could be done with it."""
    row = row_of(plant, at.P_OP, op)
    found, bound = 0, -1
    # Six passes over a few dozen modes; each finds the next greater end.
    while found < WIDEST:
        following, count = FAR, 0
        for mode in range(plant[row + MODES], plant[row + MODES_END]):
            machine = get(plant, at.P_MODE, mode, MACHINE)
            if machine < 0:
                continue
            free = lot[lot[at.L_STATE] + plant[AT_MACHINE] + 2 * machine]
            end = free + get(plant, at.P_MODE, mode, DURATION)
            if bound < end < following:
                following, count = end, 1
            elif end == following:
                count += 1
        found += max(1, count)
        bound = following
    return int(bound)


@kernel
def _best_mode(plant: Ints, lot: Ints, op: int, stick: float, likely: int) -> int:
    """Return the mode that ends first, set-ups counted on top; its record stands.

    Of equally good ones it is the first.

    Parameters
    ----------
    likely : a mode of it that may well be the best, which spares a look at others
    """
    first, last = get(plant, at.P_OP, op, MODES), get(plant, at.P_OP, op, MODES_END)
    limit = FAR
    if last - first > WIDEST:
        limit = _sixth(plant, lot, op)
    best, decided, least = -1, -1, np.inf
    record = row_of(lot, at.L_RECORD, op)
    for turn in range(first - 1, last):
        mode = likely if turn < first else turn
        if turn == likely:
            continue
        machine = get(plant, at.P_MODE, mode, MACHINE)
        if machine < 0:
            continue
        free, work = (
            lot[lot[at.L_STATE] + plant[AT_MACHINE] + 2 * machine],
            get(plant, at.P_MODE, mode, DURATION),
        )
        sooner = free + work * 100 // plant[at.FASTEST]
        if free + work > limit or sooner > least or (sooner == least and mode > best):
            continue
        decide(plant, lot, op, mode)
        decided = mode
        worth = lot[record + END] + stick * lot[record + SETUP] + float(lot[record + BREACH]) * 1e3
        if worth < least or (worth == least and mode < best):
            best, least = mode, worth
    if decided != best:
        decide(plant, lot, op, best)
    return best


@kernel
def _own_mode(plant: Ints, lot: Ints, queues: Ints, place: int, stick: float) -> int:
    """Return the mode that what waits at a place has a berth in, else the best; its record stands.

    Another oven that is free sooner would be taken from those who have a berth there.
    """
    op = queues[queues[Q_OP] + place]
    if queues[queues[Q_BERTH] + op] < 0:
        return _best_mode(plant, lot, op, stick, queues[queues[Q_MODE] + place])
    mode = lot[lot[at.L_MODE] + op]
    decide(plant, lot, op, mode)
    return int(mode)


@kernel
def _joins(plant: Ints, lot: Ints, first: int, last: int, start: int) -> bool:
    """Tell whether the last member of a load finds all that it holds without delaying the load."""
    if not holds(plant, lot, first, last):
        return True
    decide_load(plant, lot, first, last)
    record = row_of(lot, at.L_RECORD, lot[lot[at.L_ORDER] + first])
    return bool(lot[record + START] <= start and lot[record + BREACH] < IMPOSSIBLE)


@kernel
def _fill(plant: Ints, lot: Ints, queues: Ints, op: int) -> None:
    """Let others of its family that are ready share the load of an operation."""
    mode, start = lot[lot[at.L_MODE] + op], lot[spot(lot, at.L_RECORD, op, START)]
    machine = get(plant, at.P_MODE, mode, MACHINE)
    room = get(plant, at.P_MACHINE, machine, CAPACITY) - get(plant, at.P_OP, op, SIZE)
    first = queues[PLACED]
    lot[lot[at.L_ORDER] + first] = op
    last = first + 1
    for place in range(
        queues[queues[Q_FIRST] + machine],
        queues[queues[Q_FIRST] + machine] + queues[queues[Q_LENGTH] + machine],
    ):
        other = queues[queues[Q_OP] + place]
        if (
            other != op
            and queues[queues[Q_WAITS] + other] == 0
            and queues[queues[Q_BERTH] + other] == queues[queues[Q_BERTH] + op]
            and queues[queues[Q_READY] + place] <= start
            and get(plant, at.P_OP, other, FAMILY) == get(plant, at.P_OP, op, FAMILY)
            and queues[queues[Q_CLASS] + place] == get(plant, at.P_MODE, mode, CLASS)
            and get(plant, at.P_OP, other, SIZE) <= room
            and not is_full(plant, lot, other, first, last)
        ):
            lot[lot[at.L_MODE] + other] = queues[queues[Q_MODE] + place]
            lot[lot[at.L_LOAD] + other] = op
            lot[lot[at.L_ORDER] + last] = other
            if _joins(plant, lot, first, last + 1, start):
                room -= get(plant, at.P_OP, other, SIZE)
                last += 1
    decide_load(plant, lot, first, last)
    # All members first: what one of them releases must not come between them in the list.
    for place in range(first, last):
        take(plant, lot, queues, lot[lot[at.L_ORDER] + place])
    for place in range(first, last):
        let_go(plant, lot, queues, lot[lot[at.L_ORDER] + place])


@kernel
def _couple(
    plant: Ints, lot: Ints, queues: Ints, what: tuple[int, int, int, int], stick: float
) -> None:
    """Place an operation that was decided and what must follow it soon, held back to suit that.

    Parameters
    ----------
    what : the operation, its follower, how long that may wait, and how long its machine may idle
        before it; otherwise it is placed in its own time
    """
    op, follower, most, idle = what
    record, after = row_of(lot, at.L_RECORD, op), row_of(lot, at.L_RECORD, follower)
    for _ in range(HOLD_BACK):
        _best_mode(plant, lot, follower, stick, get(plant, at.P_OP, follower, MODES))
        excess = lot[after + START] - lot[record + END] - most
        if not 0 < excess < IMPOSSIBLE:
            break
        lot[lot[at.L_DELAY] + op] = lot[record + START] + excess
        decide(plant, lot, op, lot[lot[at.L_MODE] + op])
    append(plant, lot, queues, op)
    mode = _best_mode(plant, lot, follower, stick, get(plant, at.P_OP, follower, MODES))
    machine = get(plant, at.P_MODE, mode, MACHINE)
    free = lot[lot[at.L_STATE] + plant[AT_MACHINE] + 2 * machine]
    fits = queues[queues[Q_OTHERS] + machine] == 0 or lot[after + START] - free <= idle
    if queues[queues[Q_WAITS] + follower] == 0 and fits:
        lot[lot[at.L_MODE] + follower] = mode
        lot[lot[at.L_LOAD] + follower] = follower
        append(plant, lot, queues, follower)


@kernel
def _serve(
    plant: Ints, lot: Ints, tails: Table, queues: Ints, what: tuple[int, int, int],
    tuning: tuple[float, float, int, int],
) -> None:  # fmt: skip
    """Give a machine the best operation that is ready, or let that wait for a better place.

    It waits while a tank is full or a material is short; for the rest see `_put_off`. What must
    start soon goes before it.

    Parameters
    ----------
    what : the machine, the instant, and the number of the rule
    """
    machine, now, _ = what
    look_again(plant, lot, queues, machine)
    if queues[queues[Q_BOOKED] + machine] > now:
        return
    chosen = _choose(plant, lot, tails, queues, what, tuning[0])
    op = queues[queues[Q_OP] + chosen]
    if is_full(plant, lot, op, 0, 0):
        # It waits until an operation that drains the tank is placed.
        queues[queues[Q_READY] + chosen] = FAR
        look_again(plant, lot, queues, machine)
        return
    material = starves(plant, lot, queues, op)
    if material >= 0:
        set_aside(plant, lot, queues, op, material)
        return
    mode = _own_mode(plant, lot, queues, chosen, tuning[1])
    record = row_of(lot, at.L_RECORD, op)
    idle = lot[record + START] - lot[record + SETUP] - now
    elsewhere = get(plant, at.P_MODE, mode, MACHINE) != machine
    long = idle > 4 * tails[-1, 0]
    late = queues[queues[Q_PATIENCE] + op] > 0 and (
        idle > 0 or (elsewhere and lot[record + SETUP_START] > now)
    )
    if queues[PRESSED] > 0:
        oven = tuning[3] > 0 and get(plant, at.P_MACHINE, machine, OVEN) > 0
        end = FAR if oven else lot[record + END]
        pressing = pressing_one(plant, queues, machine, now, end, int(SOON * tails[-1, 0]))
        if pressing >= 0 and queues[queues[Q_OP] + pressing] != op:
            chosen, long, late = pressing, False, False
            op = queues[queues[Q_OP] + chosen]
            mode = _own_mode(plant, lot, queues, chosen, tuning[1])
    if not _put_off(plant, lot, tails, queues, (machine, now, chosen), (long, late), tuning):
        _place(plant, lot, tails, queues, op, mode, tuning)
    look_again(plant, lot, queues, machine)


@kernel
def _put_off(
    plant: Ints, lot: Ints, tails: Table, queues: Ints, what: tuple[int, int, int],
    reasons: tuple[bool, bool], tuning: tuple[float, float, int, int],
) -> bool:  # fmt: skip
    """Let an operation that was decided wait for a better place; tell whether it has to.

    Parameters
    ----------
    what : the machine, the instant, and the place in its queue
    reasons : whether the machine would idle for long before it, and whether it has patience to
        wait for any better place
    """
    machine, now, chosen = what
    op, mean = queues[queues[Q_OP] + chosen], int(tails[-1, 0])
    record, patience = row_of(lot, at.L_RECORD, op), queues[queues[Q_PATIENCE] + op]
    start = lot[record + START]
    early = _too_early(plant, lot, queues, (machine, op), SOON * tails[-1, 0], tuning[3])
    barred = lot[record + BREACH] >= IMPOSSIBLE and queues[queues[Q_LENGTH] + machine] > 1
    if barred and patience > -MOST_BARRED:
        # Something else may make it possible: another class before it, or what it consumes.
        queues[queues[Q_PATIENCE] + op] -= 1
        later = max(now + mean, start + 1)
        queues[queues[Q_READY] + chosen] = later if later < FAR >> 8 else now + mean
        return True
    if (reasons[0] and patience > -MOST_IDLE) or reasons[1]:
        queues[queues[Q_PATIENCE] + op] -= 1
        queues[queues[Q_READY] + chosen] = max(now + 1, start - lot[record + SETUP])
        return True
    if early <= 0:
        return False
    if queues[FOUND_MODE] >= 0 and _presses(plant, lot, op, machine, now):
        # Nobody else shall take the next berth, nor the machine when it is time.
        follower, _ = follower_of(plant, queues, op, SOON * tails[-1, 0], 1)
        keep_berth(plant, lot, queues, follower)
        queues[queues[Q_UNTIL] + chosen] = now
    lot[lot[at.L_DELAY] + op] = start + early
    queues[queues[Q_READY] + chosen] = max(now + 1, start + early)
    return True


@kernel
def _place(
    plant: Ints, lot: Ints, tails: Table, queues: Ints, op: int, mode: int,
    tuning: tuple[float, float, int, int],
) -> None:  # fmt: skip
    """Place an operation, with what shares its oven or must follow it soon."""
    soon = SOON * tails[-1, 0]
    lot[lot[at.L_MODE] + op], lot[lot[at.L_LOAD] + op] = mode, op
    if tuning[3] > 0 and queues[FOUND_MODE] >= 0:
        keep_berth(plant, lot, queues, follower_of(plant, queues, op, soon, 1)[0])
    if get(plant, at.P_MACHINE, get(plant, at.P_MODE, mode, MACHINE), OVEN) > 0:
        _fill(plant, lot, queues, op)
        return
    follower, link = follower_of(plant, queues, op, soon, 0)
    if follower < 0:
        append(plant, lot, queues, op)
        return
    most, idle = get(plant, at.P_LINK, link, at.MAX_LAG), int(IDLE * tails[-1, 0])
    _couple(plant, lot, queues, (op, follower, most, idle), tuning[1])


@kernel
def _too_early(
    plant: Ints, lot: Ints, queues: Ints, what: tuple[int, int], soon: float, caution: int
) -> int:
    """Return how much later an operation that was decided should start for the ovens.

    It must not take an oven in which others have a berth then, and there must be one for what
    follows it.

    Parameters
    ----------
    what : machine that is served, and operation; its record says when it would begin and end
    soon : longest wait that counts as one that is hard to keep
    caution : see `dispatch`
    """
    machine, op = what
    queues[FOUND_MODE] = -1
    if caution == 0 or queues[queues[Q_HELD] + op] >= MOST_HELD:
        return 0
    record = row_of(lot, at.L_RECORD, op)
    late = runs_into(queues, machine, op, (lot[record + START], lot[record + END]))
    if late > 0:
        late -= lot[record + START]
    else:
        follower, _ = follower_of(plant, queues, op, soon, 1)
        if follower >= 0 and queues[queues[Q_BERTH] + follower] >= 0:
            if suits(plant, lot, queues, follower):
                return 0
            leave_berth(plant, queues, follower)
        if follower >= 0:
            late = find_berth(plant, lot, queues, follower, caution)
    queues[queues[Q_HELD] + op] += late > 0
    return int(late)


@kernel
def _presses(plant: Ints, lot: Ints, op: int, machine: int, now: int) -> bool:
    """Tell whether an operation has waited for half of the time that it may wait.

    Earlier it would take berths from others that need them more.
    """
    ready, _, latest, _ = ready_at(plant, lot, op, get(plant, at.P_MACHINE, machine, SITE))
    latest = min(latest, get(plant, at.P_OP, op, at.LATEST))
    return bool(latest < FAR and 2 * now > ready + latest)


@kernel
def _leave(plant: Ints, lot: Ints, queues: Ints, op: int) -> None:
    """Place what no machine can do, outside or else on the last machine named."""
    mode = get(plant, at.P_OP, op, MODES_END)
    if lot[lot[at.L_MODE] + op] < mode:
        mode -= 1
    lot[lot[at.L_MODE] + op] = mode
    lot[lot[at.L_LOAD] + op] = op
    decide(plant, lot, op, mode)
    append(plant, lot, queues, op)


@kernel
def _force(plant: Ints, lot: Ints, queues: Ints) -> None:
    """Place what nothing released any more: what drains a tank, else in topological order."""
    chosen = -1
    while queues[queues[Q_WAITS] + queues[queues[Q_ORDER] + queues[FORCED]]] < 0:
        queues[FORCED] += 1
    for place in range(queues[FORCED], plant[at.OPERATIONS]):
        op = queues[queues[Q_ORDER] + place]
        waits = queues[queues[Q_WAITS] + op]
        drains = get(plant, at.P_OP, op, at.FREES) < get(plant, at.P_OP, op, at.FREES_END)
        if (waits == 0 and drains) or (waits >= 0 and chosen < 0):
            chosen = op
            if plant[at.TANKS] == 0 or (waits == 0 and drains):
                break
    queues[queues[Q_WAITS] + chosen] = 0
    lot[lot[at.L_MODE] + chosen] = _best_mode(
        plant, lot, chosen, 1.0, get(plant, at.P_OP, chosen, MODES)
    )
    lot[lot[at.L_LOAD] + chosen] = chosen
    append(plant, lot, queues, chosen)


@kernel
def _empty(plant: Ints, queues: Ints) -> None:
    """Bring the queues to the beginning."""
    queues[PLACED] = queues[OUTSIDE] = queues[FORCED] = queues[PRESSED] = queues[BERTHS] = 0
    queues[SPARE] = -1
    for pool in range(plant[at.POOL_COUNT]):
        queues[queues[Q_STEPS] + pool] = 0
    for machine in range(plant[at.MACHINES]):
        queues[queues[Q_NEXT_BERTH] + machine] = -1
        queues[queues[Q_LENGTH] + machine] = 0
        queues[queues[Q_BOOKED] + machine] = FAR
    for material in range(plant[at.MATERIALS]):
        last = get(plant, at.P_MATERIAL, material, 1) - 1
        queues[queues[Q_STOCK] + material] = get(plant, at.P_ARRIVAL, last, 1)
        queues[queues[Q_HEAD] + material] = -1


@entry
def begin(plant: Ints, lot: Ints, worth: Floats, queues: Ints, patience: int) -> None:
    """Empty a lot and its queues, and release what waits for nothing; `go_on` follows."""
    reset(plant, lot, worth)
    choose_routings(plant, lot)
    _empty(plant, queues)
    lot[TRIAL] += 1
    for op in range(plant[at.OPERATIONS]):
        lot[lot[at.L_DELAY] + op] = 0
        lot[lot[at.L_FORCED] + op] = lot[TRIAL]
        queues[queues[Q_PATIENCE] + op] = patience
        queues[queues[Q_HELD] + op] = 0
        queues[queues[Q_BERTH] + op] = -1
        lot[spot(lot, at.L_RECORD, op, CHOSEN)] = -1
        queues[queues[Q_WAITS] + op] = get(plant, at.P_OP, op, at.BEFORE_END) - get(
            plant, at.P_OP, op, at.BEFORE
        )
    for op in range(plant[at.OPERATIONS]):
        if queues[queues[Q_WAITS] + op] == 0:
            release(plant, lot, queues, op)


@entry
def go_on(
    plant: Ints, lot: Ints, tails: Table, queues: Ints, rule: int,
    tuning: tuple[float, float, int, int], most: int,
) -> bool:  # fmt: skip
    """Place some more operations by a rule; tell whether any are left.

    Parameters
    ----------
    tuning : see `dispatch`
    most : about how many are placed at once, so that someone may ask for a stop in between
    """
    goal = min(plant[at.OPERATIONS], queues[PLACED] + most)
    while queues[PLACED] < goal:
        if queues[OUTSIDE] > 0:
            queues[OUTSIDE] -= 1
            _leave(plant, lot, queues, queues[queues[Q_OUTSIDE] + queues[OUTSIDE]])
            continue
        machine, now = -1, FAR
        for other in range(plant[at.MACHINES]):
            if queues[queues[Q_BOOKED] + other] < now:
                machine, now = other, queues[queues[Q_BOOKED] + other]
        if now >= FAR:
            _force(plant, lot, queues)
            continue
        _serve(plant, lot, tails, queues, (machine, now, rule), tuning)
    return bool(queues[PLACED] < plant[at.OPERATIONS])


def dispatch(
    plant: Ints,
    lot: Ints,
    worth: Floats,
    tails: Table,
    queues: Ints,
    rule: int,
    tuning: tuple[float, float, int, int],
) -> None:
    """Fill the list of a lot by a rule, with modes and loads; `total` works it off then.

    Parameters
    ----------
    tuning : how far ahead the rule looks, how many units of time a unit of set-up weighs when a
        machine is chosen, how often an operation may wait for a better place, and how cautious it
        is: 0 never looks whether the ovens that follow soon are full, 1 does, and every one more
        plans with half of what may be waited there
    """
    begin(plant, lot, worth, queues, tuning[2])
    go_on(plant, lot, tails, queues, rule, tuning, plant[at.OPERATIONS])
