"""Kernels that place operations: each goes to the end of its machine's sequence.

`decide` finds out when an operation can run after all that was placed before it, and with whom;
`book` changes the state accordingly. An oven's load is placed at once.
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.cleaning import book_cleaning, with_cleaning
from sanpin.factory.engine.lists.crew import find_crew
from sanpin.factory.engine.lists.layout import FAR, FORBIDDEN, IMPOSSIBLE, Ints, get, row_of, spot
from sanpin.factory.engine.lists.opening import done_at
from sanpin.factory.engine.lists.setters import set_up_from, set_up_late
from sanpin.factory.engine.lists.shared import fit_load, holds
from sanpin.factory.engine.lists.shelves import fresh_at
from sanpin.factory.engine.lists.state import (
    book_pools,
    book_stock,
    book_worker,
    pool_free,
    put,
    supplied_at,
    take_stock,
)
from sanpin.factory.engine.lists.tanks import book_tanks, room_from, spilt

__all__ = ["book", "change", "decide", "decide_load", "load_end", "ready_at"]

EARLIEST, LATEST, RESUMABLE, COUNT, TOOL = at.EARLIEST, at.LATEST, at.RESUMABLE, at.COUNT, at.TOOL
BEFORE, BEFORE_END, FAMILY, SIZE, FIXED = at.BEFORE, at.BEFORE_END, at.FAMILY, at.SIZE, at.FIXED
MACHINE, DURATION, CLASS = at.MACHINE, at.DURATION, at.CLASS
POOLS, POOLS_END = at.POOLS, at.POOLS_END
OTHER, MIN_LAG, MAX_LAG = at.OTHER, at.MIN_LAG, at.MAX_LAG
NUMERATOR, DENOMINATOR = at.NUMERATOR, at.DENOMINATOR
CALENDAR, SITE, OVEN, CAPACITY, TABLE = at.CALENDAR, at.SITE, at.OVEN, at.CAPACITY, at.TABLE
START, END, SETUP_START, SETUP = at.START, at.END, at.SETUP_START, at.SETUP
CHOSEN, PIECE, LOOKED, BREACH, WORK = at.CHOSEN, at.PIECE, at.LOOKED, at.BREACH, at.WORK
OPEN, CREW_AT, WIDTH, SEEN, SEEN_TO = at.OPEN, at.CREW_AT, at.WIDTH, at.SEEN, at.SEEN_TO
AT_MACHINE, AT_LAST, AT_PIECE = at.AT_MACHINE, at.AT_LAST, at.AT_PIECE


@kernel
def _waits_for(plant: Ints, lot: Ints, op: int, first: int) -> bool:
    """Tell whether a predecessor of an operation stands at or after a place of the list."""
    for link in range(get(plant, at.P_OP, op, BEFORE), get(plant, at.P_OP, op, BEFORE_END)):
        if lot[lot[at.L_POSITION] + get(plant, at.P_LINK, link, OTHER)] >= first:
            return True
    return False


@kernel
def load_end(plant: Ints, lot: Ints, first: int) -> int:
    """Return the place after the load that begins at a place of the list.

    Neighbours of one load share an oven as long as family, class and room allow, and none has to
    wait for another.
    """
    op = lot[lot[at.L_ORDER] + first]
    mode = lot[lot[at.L_MODE] + op]
    machine = get(plant, at.P_MODE, mode, MACHINE)
    place = first + 1
    if machine < 0 or get(plant, at.P_MACHINE, machine, OVEN) == 0:
        return place
    room = get(plant, at.P_MACHINE, machine, CAPACITY) - get(plant, at.P_OP, op, SIZE)
    while place < plant[at.OPERATIONS]:
        other = lot[lot[at.L_ORDER] + place]
        room -= get(plant, at.P_OP, other, SIZE)
        if (
            lot[lot[at.L_LOAD] + other] != lot[lot[at.L_LOAD] + op]
            or room < 0
            or get(plant, at.P_OP, other, FAMILY) != get(plant, at.P_OP, op, FAMILY)
            or get(plant, at.P_MODE, lot[lot[at.L_MODE] + other], MACHINE) != machine
            or get(plant, at.P_MODE, lot[lot[at.L_MODE] + other], CLASS)
            != get(plant, at.P_MODE, mode, CLASS)
            or _waits_for(plant, lot, other, first)
        ):
            break
        place += 1
    return place


@kernel
def _handed_over(plant: Ints, lot: Ints, op: int, link: int) -> int:
    """Return when the shared part of an operation's work is done."""
    record = row_of(lot, at.L_RECORD, op)
    work = -(
        -get(plant, at.P_LINK, link, NUMERATOR)
        * lot[record + WORK]
        // get(plant, at.P_LINK, link, DENOMINATOR)
    )
    return int(done_at(plant, lot[record + OPEN], lot[record + START], work))


@kernel
def ready_at(plant: Ints, lot: Ints, op: int, site: int) -> tuple[int, int, int, int]:
    """Return what predecessors and tanks say: earliest start, least end, latest start, breach."""
    ready = max(get(plant, at.P_OP, op, EARLIEST), lot[lot[at.L_DELAY] + op])
    least, latest, breach = 0, FAR, 0
    for link in range(get(plant, at.P_OP, op, BEFORE), get(plant, at.P_OP, op, BEFORE_END)):
        other = get(plant, at.P_LINK, link, OTHER)
        chosen = lot[spot(lot, at.L_RECORD, other, CHOSEN)]
        if chosen < 0:
            continue
        machine = get(plant, at.P_MODE, chosen, MACHINE)
        way = plant[
            spot(
                plant,
                at.P_TRAVEL,
                get(plant, at.P_MACHINE, machine, SITE) if machine >= 0 else 0,
                site,
            )
        ]
        if way < 0:
            breach += IMPOSSIBLE
            way = 0
        end, lag = (
            lot[spot(lot, at.L_RECORD, other, END)],
            get(plant, at.P_LINK, link, MIN_LAG) + way,
        )
        if get(plant, at.P_LINK, link, NUMERATOR) > 0:
            ready = max(ready, _handed_over(plant, lot, other, link) + lag)
            least = max(least, end + lag)
        else:
            ready = max(ready, end + lag)
        latest = min(latest, end + get(plant, at.P_LINK, link, MAX_LAG))
    if get(plant, at.P_OP, op, at.HOLD) >= 0:
        start, done = room_from(plant, lot, op)
        ready, least = max(ready, start), max(least, done)
    return ready, least, latest, breach


@kernel
def _free_piece(plant: Ints, lot: Ints, tool: int, t: int) -> int:
    """Return the piece of a tool that is free by an instant and was used last, else the first."""
    begin = plant[AT_PIECE] + get(plant, at.P_TOOL, tool, 0)
    best = begin
    for place in range(begin + 1, begin + get(plant, at.P_TOOL, tool, 1)):
        free, known = lot[lot[at.L_STATE] + place], lot[lot[at.L_STATE] + best]
        if (known < free <= t) or (known > t and free < known):
            best = place
    return int(best)


@kernel
def change(plant: Ints, lot: Ints, machine: int, mode: int) -> int:
    """Return the length of the change-over that a machine needs now, with its ban if it has one."""
    table = get(plant, at.P_MACHINE, machine, TABLE)
    if table < 0:
        return 0
    before = lot[lot[at.L_STATE] + plant[AT_MACHINE] + 2 * machine + 1]
    classes = get(plant, at.P_TABLE, table, at.CLASSES)
    length = plant[
        plant[at.P_LENGTH]
        + get(plant, at.P_TABLE, table, at.LENGTHS)
        + before * classes
        + get(plant, at.P_MODE, mode, CLASS)
    ]
    return with_cleaning(plant, lot, machine, get(plant, at.P_MODE, mode, CLASS), length)


@kernel
def _overrun(plant: Ints, lot: Ints, op: int, latest: int) -> int:
    """Return by how much an operation breaks its limits; start and end stand in its record."""
    record = row_of(lot, at.L_RECORD, op)
    start, end = lot[record + START], lot[record + END]
    breach = max(0, end - get(plant, at.P_OP, op, LATEST)) + max(0, start - latest)
    if get(plant, at.P_OP, op, FIXED) >= 0:
        breach += abs(start - get(plant, at.P_OP, op, FIXED))
    if plant[at.TANKS] > 0:
        breach += spilt(plant, lot, op)
    return int(breach)


@kernel
def _leave_out(plant: Ints, lot: Ints, op: int) -> None:
    """Have an operation of a routing that was not chosen not done."""
    record = row_of(lot, at.L_RECORD, op)
    for column in range(CREW_AT + plant[WIDTH]):
        lot[record + column] = -1 if column in (CHOSEN, PIECE, at.SETTER) else 0
    for column in range(CREW_AT, CREW_AT + plant[WIDTH]):
        lot[record + column] = -1


@kernel
def _outside(plant: Ints, lot: Ints, op: int, mode: int) -> None:
    """Have an operation done outside; what it consumes must have come all the same."""
    ready, least, latest, breach = ready_at(plant, lot, op, 0)
    record = row_of(lot, at.L_RECORD, op)
    work = get(plant, at.P_MODE, mode, DURATION)
    begin = max(ready, least - work)
    start, t = -1, max(begin, supplied_at(plant, lot, op))
    while start < t < FAR:
        start = t
        t = fresh_at(plant, lot, op, start, 0, 0)
    if t >= FAR:
        start = min(begin, FAR >> 8)
        breach += IMPOSSIBLE
    lot[record + START], lot[record + END], lot[record + SETUP_START], lot[record + SETUP] = (
        start,
        start + work,
        start,
        0,
    )
    lot[record + CHOSEN], lot[record + PIECE], lot[record + LOOKED] = mode, -1, 0
    lot[record + SEEN], lot[record + SEEN_TO], lot[record + at.PLAIN] = begin, 0, 0
    lot[record + at.LEADS], lot[record + at.SETTER] = 1, -1
    lot[record + WORK], lot[record + OPEN] = work, 0
    for worker in range(plant[WIDTH]):
        lot[record + CREW_AT + worker] = -1
    lot[record + BREACH] = breach + _overrun(plant, lot, op, latest)


@kernel
def _run(
    plant: Ints,
    lot: Ints,
    op: int,
    mode: int,
    bounds: tuple[int, int, int, int, int, int, int],
    work: int,
) -> None:
    """Place an operation, or a load that is spoken for by one, within the bounds found.

    Parameters
    ----------
    bounds : earliest start, least end, latest start, breach; first place of the load in the list
        and the place after it, equal for an operation alone; and when its material is there
    """
    ready, least, latest, breach, first, last, supply = bounds
    machine = get(plant, at.P_MODE, mode, MACHINE)
    calendar = get(plant, at.P_MACHINE, machine, CALENDAR)
    tail = lot[lot[at.L_STATE] + plant[AT_MACHINE] + 2 * machine]
    setup = change(plant, lot, machine, mode)
    if setup >= FORBIDDEN:
        setup -= FORBIDDEN
        breach += IMPOSSIBLE
    record = row_of(lot, at.L_RECORD, op)
    lot[record + at.SETTER], set_up = -1, tail
    if setup > 0:
        set_up = set_up_from(plant, lot, (first, last, op, mode), calendar, tail, setup) + setup
    t = max(ready, set_up, supply)
    lot[record + SEEN], lot[record + SEEN_TO] = max(ready, set_up), 0
    piece = -1
    if get(plant, at.P_OP, op, TOOL) >= 0:
        piece = _free_piece(plant, lot, get(plant, at.P_OP, op, TOOL), t)
        t = max(t, lot[lot[at.L_STATE] + piece])
    lot[record + at.PLAIN] = 1
    while True:
        start, end = find_crew(plant, lot, op, mode, (calendar, t, work, least))
        lot[record + SEEN_TO] = max(end, lot[record + SEEN_TO])
        if start >= FAR:
            break
        following = max(
            pool_free(plant, lot, mode, start, end), fresh_at(plant, lot, op, start, 0, 0)
        )
        if following <= start:
            break
        lot[record + at.PLAIN] = 0
        if following >= FAR:
            start = FAR
            break
        if lot[record + CHOSEN] == mode:
            # Whom to take when the pools are full must not depend on who was taken before.
            lot[record + CHOSEN] = -1
        else:
            t = following
    if start >= FAR or end >= FAR:
        start = min(max(ready, set_up), FAR >> 8)
        end = start + work
        breach += IMPOSSIBLE
    lot[record + START], lot[record + END], lot[record + SETUP], lot[record + CHOSEN] = (
        start,
        end,
        setup,
        mode,
    )
    lot[record + SETUP_START] = start
    if setup > 0:
        lot[record + SETUP_START] = set_up_late(
            plant, lot, (first, last, op, mode), calendar, set_up - setup, setup, start
        )
    lot[record + PIECE], lot[record + at.LEADS] = piece, 1
    lot[record + BREACH] = breach + _overrun(plant, lot, op, latest)


@kernel
def decide(plant: Ints, lot: Ints, op: int, mode: int) -> None:
    """Find the first place of an operation at the end of its machine and write its record."""
    machine = get(plant, at.P_MODE, mode, MACHINE)
    if mode == get(plant, at.P_OP, op, at.MODES_END):
        _leave_out(plant, lot, op)
        return
    if machine < 0:
        _outside(plant, lot, op, mode)
        return
    ready, least, latest, breach = ready_at(plant, lot, op, get(plant, at.P_MACHINE, machine, SITE))
    least_work = get(plant, at.P_MODE, mode, DURATION)
    bounds = ready, least, latest, breach, 0, 0, supplied_at(plant, lot, op)
    _run(plant, lot, op, mode, bounds, least_work)


@kernel
def _run_together(
    plant: Ints, lot: Ints, load: tuple[int, int], bounds: tuple[int, int, int, int]
) -> None:
    """Place a load whose members hold workers, tools or pools, each its own."""
    ready, least, breach, supply = bounds
    op = lot[lot[at.L_ORDER] + load[0]]
    mode = lot[lot[at.L_MODE] + op]
    machine = get(plant, at.P_MODE, mode, MACHINE)
    calendar = get(plant, at.P_MACHINE, machine, CALENDAR)
    set_up = lot[lot[at.L_STATE] + plant[AT_MACHINE] + 2 * machine]
    setup, here = change(plant, lot, machine, mode), (load[0], load[1], op, mode)
    if setup >= FORBIDDEN:
        setup -= FORBIDDEN
        breach += IMPOSSIBLE
    if setup > 0:
        set_up = set_up_from(plant, lot, here, calendar, set_up, setup) + setup
    start, work = fit_load(plant, lot, load, (calendar, max(ready, set_up, supply), least))
    if start >= FAR:
        start = min(max(ready, set_up), FAR >> 8)
        breach += IMPOSSIBLE
    record = row_of(lot, at.L_RECORD, op)
    lot[record + START], lot[record + END] = start, start + work
    lot[record + SEEN], lot[record + SEEN_TO] = max(ready, set_up), FAR
    lot[record + SETUP_START], lot[record + SETUP] = start, setup
    if setup > 0:
        lot[record + SETUP_START] = set_up_late(
            plant, lot, here, calendar, set_up - setup, setup, start
        )
    lot[record + CHOSEN], lot[record + at.LEADS] = mode, 1
    lot[record + at.PLAIN] = 0
    lot[record + BREACH] = breach + _overrun(plant, lot, op, FAR)


@kernel
def _fresh_together(plant: Ints, lot: Ints, first: int, last: int, start: int) -> int:
    """Return `start` if what the members of a load consume is fresh then, else what to try next."""
    t = start
    for place in range(first, last):
        t = max(t, fresh_at(plant, lot, lot[lot[at.L_ORDER] + place], start, first, place))
    return t


@kernel
def decide_load(plant: Ints, lot: Ints, first: int, last: int) -> None:
    """Place the load of an oven that stands at places of the list; `last` is not part of it."""
    op = lot[lot[at.L_ORDER] + first]
    mode = lot[lot[at.L_MODE] + op]
    machine = get(plant, at.P_MODE, mode, MACHINE)
    ready, least, breach, supply, work, again = 0, 0, 0, 0, 0, 0
    held = holds(plant, lot, first, last)
    for place in range(first, last):
        member = lot[lot[at.L_ORDER] + place]
        own = ready_at(plant, lot, member, get(plant, at.P_MACHINE, machine, SITE))
        ready, least = max(ready, own[0]), max(least, own[1])
        supply = max(supply, supplied_at(plant, lot, member))
        breach += own[3]
        work = max(work, get(plant, at.P_MODE, lot[lot[at.L_MODE] + member], DURATION))
        # What one member takes is not there for the next.
        take_stock(plant, lot, member, 1)
    for place in range(first, last):
        take_stock(plant, lot, lot[lot[at.L_ORDER] + place], -1)
    while True:
        if held and last - first > 1:
            _run_together(plant, lot, (first, last), (ready, least, breach, supply))
        else:
            _run(plant, lot, op, mode, (ready, least, FAR, breach, first, last, supply), work)
        start = lot[spot(lot, at.L_RECORD, op, START)]
        t = _fresh_together(plant, lot, first, last, start)
        if t >= FAR:
            lot[spot(lot, at.L_RECORD, op, BREACH)] += IMPOSSIBLE
        # What cannot run at all stays where it is, however long its supply is waited for.
        if t <= start or t <= supply or t >= FAR:
            break
        supply = t
        again = 1
    whole = row_of(lot, at.L_RECORD, op)
    if again:
        lot[whole + at.PLAIN] = 0
    for place in range(first, last):
        member = lot[lot[at.L_ORDER] + place]
        record = row_of(lot, at.L_RECORD, member)
        own = ready_at(plant, lot, member, get(plant, at.P_MACHINE, machine, SITE))
        if place > first:
            for column in range(START, CREW_AT + plant[WIDTH] if not held else SETUP + 1):
                if column != at.SETTER:
                    lot[record + column] = lot[whole + column]
            lot[record + CHOSEN] = lot[lot[at.L_MODE] + member]
            lot[record + BREACH] = _overrun(plant, lot, member, own[2])
            lot[record + at.LEADS] = 0
        else:
            lot[record + BREACH] += max(0, lot[record + START] - own[2])
        lot[record + SEEN], lot[record + SEEN_TO] = lot[whole + SEEN], lot[whole + SEEN_TO]
        if not held:
            lot[record + WORK] = get(plant, at.P_MODE, lot[lot[at.L_MODE] + member], DURATION)
        # Members that end holds together must see each other.
        if plant[at.TANKS] > 0:
            book_tanks(plant, lot, member, 1)
    if plant[at.TANKS] > 0:
        for place in range(first, last):
            book_tanks(plant, lot, lot[lot[at.L_ORDER] + place], -1)


@kernel
def book(plant: Ints, lot: Ints, op: int) -> None:
    """Change the state by what the record of an operation says."""
    record = row_of(lot, at.L_RECORD, op)
    mode, start, end = lot[record + CHOSEN], lot[record + START], lot[record + END]
    if mode < 0:
        return
    machine = get(plant, at.P_MODE, mode, MACHINE)
    if machine >= 0:
        here = plant[AT_MACHINE] + 2 * machine
        book_cleaning(plant, lot, op, machine)
        put(plant, lot, here, end)
        put(plant, lot, here + 1, get(plant, at.P_MODE, mode, CLASS))
        put(plant, lot, plant[AT_LAST] + machine, op)
    if lot[record + at.SETTER] >= 0:
        begin = lot[record + SETUP_START]
        book_worker(plant, lot, lot[record + at.SETTER], begin, begin + lot[record + SETUP])
    for place in range(CREW_AT, CREW_AT + plant[WIDTH]):
        if lot[record + place] >= 0:
            book_worker(plant, lot, lot[record + place], start, end)
    if lot[record + PIECE] >= 0:
        put(plant, lot, lot[record + PIECE], end)
    if get(plant, at.P_MODE, mode, POOLS) < get(plant, at.P_MODE, mode, POOLS_END):
        book_pools(plant, lot, mode, start, end)
    if get(plant, at.P_OP, op, at.USES) < get(plant, at.P_OP, op, at.MAKES_END):
        book_stock(plant, lot, op, start, end)
    if plant[at.TANKS] > 0:
        book_tanks(plant, lot, op, 1)
