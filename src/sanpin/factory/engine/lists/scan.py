"""Kernels that work off a list from its first changed place, and only what has changed.

Every operation keeps a hash of all that it looked at when it was placed: its machine, workers,
tool, stocks and pools. While the list is worked off anew, an operation whose hash is the same and
whose predecessors end as before is booked as recorded. As soon as the whole state is what it was
at that place before, everything after it stays as it is.
"""

from __future__ import annotations

import numpy as np

from sanpin.factory.engine.compiled import entry, kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.guess import forget_guess, guess, renew_slack
from sanpin.factory.engine.lists.inputs import load_inputs
from sanpin.factory.engine.lists.layout import FAR, Floats, Ints, get, row_of, spot
from sanpin.factory.engine.lists.place import book, decide, decide_load, load_end
from sanpin.factory.engine.lists.settled import is_settled, renew_seen
from sanpin.factory.engine.lists.state import pool_free
from sanpin.factory.engine.lists.worth import cost_of, end_of, job_cost

__all__ = ["commit", "copy_cells", "forget", "reset", "scan", "total"]

JOB, NEXT, NEXT_END = at.JOB, at.NEXT, at.NEXT_END
USES, USES_END, SINK = at.USES, at.USES_END, at.SINK
MACHINE, POOLS, POOLS_END = at.MACHINE, at.POOLS, at.POOLS_END
START, END, CHOSEN, INPUT, CLOSER = at.START, at.END, at.CHOSEN, at.INPUT, at.CLOSER
BREACH, CREW_AT, WIDTH = at.BREACH, at.CREW_AT, at.WIDTH
TRIAL, EFFORT, UNDONE, JOBS_UNDONE = at.TRIAL, at.EFFORT, at.UNDONE, at.JOBS_UNDONE
TOP, STOPPED = at.TOP, at.STOPPED
AT_MACHINE, AT_LAST, SEEN, SEEN_TO = at.AT_MACHINE, at.AT_LAST, at.SEEN, at.SEEN_TO

OBJECTIVE, BROKEN, GAIN, BROKEN_GAIN = at.OBJECTIVE, at.BROKEN, at.GAIN, at.BROKEN_GAIN
GUESS = at.GUESS
SPAN, NEW_SPAN = at.SPAN, at.NEW_SPAN

PLACING = 8
"""Effort of placing an operation, in operations that are only booked."""


@kernel
def copy_cells(lot: Ints, source: int, target: int, length: int) -> None:
    """Copy a stretch of the flat array."""
    for step in range(length):
        lot[target + step] = lot[source + step]


@kernel
def _fill(lot: Ints, target: int, length: int, value: int) -> None:
    """Fill a stretch of the flat array."""
    for step in range(length):
        lot[target + step] = value


@kernel
def reset(plant: Ints, lot: Ints, worth: Floats) -> None:
    """Bring the state to the beginning, and forget all records but who did what last time."""
    _fill(lot, lot[at.L_STATE], plant[at.STATE_SIZE], 0)
    for machine in range(plant[at.MACHINES]):
        lot[lot[at.L_STATE] + plant[AT_MACHINE] + 2 * machine + 1] = plant[
            spot(plant, at.P_MACHINE, machine, at.INITIAL)
        ]
        lot[lot[at.L_STATE] + plant[AT_LAST] + machine] = -1
    _fill(lot, lot[at.L_MARK_AT], plant[at.MARKS], plant[at.OPERATIONS])
    lot[lot[at.L_MARK_AT] + 0] = 0
    copy_cells(lot, lot[at.L_STATE], row_of(lot, at.L_MARK, 0), plant[at.STATE_SIZE])
    for place in range(worth.size - at.VALUES):
        worth[place] = 0.0
    for place in range(at.BEST):
        worth[lot[at.L_VALUE] + place] = 0.0
    _fill(lot, lot[at.L_JOB_END], plant[at.JOBS], -1)
    for place in range(plant[at.OPERATIONS]):
        op = lot[lot[at.L_ORDER] + place]
        lot[lot[at.L_POSITION] + op] = place
        lot[spot(lot, at.L_RECORD, op, INPUT)] = lot[spot(lot, at.L_RECORD, op, CLOSER)] = 0
        # So that all count as moved when they are placed.
        lot[spot(lot, at.L_RECORD, op, START)] = -1


@kernel
def _restore(plant: Ints, lot: Ints, place: int) -> int:
    """Bring the state to what it was at the last mark before a place; return where that is."""
    row = min(place * plant[at.MARKS] // plant[at.OPERATIONS], plant[at.MARKS] - 1)
    while lot[lot[at.L_MARK_AT] + row] > place:
        row -= 1
    copy_cells(lot, row_of(lot, at.L_MARK, row), lot[at.L_STATE], plant[at.STATE_SIZE])
    lot[at.RESTORED] = row
    return int(lot[lot[at.L_MARK_AT] + row])


@kernel
def _copy_log(plant: Ints, lot: Ints, source: int, target: int) -> None:
    """Copy what was logged since the mark that was restored last."""
    state = lot[at.L_STATE]
    for pool in range(plant[at.POOL_COUNT]):
        first, rows = get(plant, at.P_ROOM, pool, 1), plant[at.AT_POOL_ROWS] + pool
        _copy_rows(lot, (source, target), first, rows, lot[state + rows])
    for material in range(plant[at.MATERIALS]):
        first, rows = get(plant, at.P_MATERIAL, material, at.MADE_LOG), plant[at.AT_MADE_ROWS]
        _copy_rows(lot, (source, target), first, rows + material, lot[state + rows + material])
        first, rows = get(plant, at.P_MATERIAL, material, at.DRAWN_LOG), plant[at.AT_DRAWN_ROWS]
        _copy_rows(lot, (source, target), first, rows + material, lot[state + rows + material])
    for tank in range(plant[at.TANKS]):
        first = get(plant, at.P_TANK, tank, at.TANK_LOG)
        rows = plant[at.AT_TANK] + at.TANK_CELLS * tank + at.ROWS
        # Loads that were fitted for the time being have written beyond what is booked.
        end = get(plant, at.P_TANK, tank, at.HELD_END) - get(plant, at.P_TANK, tank, at.HELD_FIRST)
        _copy_rows(lot, (source, target), first, rows, end)


@kernel
def _copy_rows(lot: Ints, tables: tuple[int, int], first: int, rows: int, end: int) -> None:
    """Copy a part of the log from the mark on that was restored last.

    Parameters
    ----------
    tables : which log is copied to which
    first : row of the log at which the part begins
    rows : cell of the state that counts its rows
    end : number of its rows up to which is copied
    """
    begin = lot[row_of(lot, at.L_MARK, lot[at.RESTORED]) + rows]
    source, target = lot[tables[0]] + 4 * (first + begin), lot[tables[1]] + 4 * (first + begin)
    copy_cells(lot, source, target, 4 * (end - begin))


@kernel
def _spread(plant: Ints, lot: Ints, op: int, record: int) -> None:
    """Stain the spans of pools and stocks that an operation changes by a record."""
    mode, stain = lot[record + CHOSEN], lot[at.L_STAIN]
    if mode < 0:
        return
    for use in range(get(plant, at.P_MODE, mode, POOLS), get(plant, at.P_MODE, mode, POOLS_END)):
        here = stain + 2 * get(plant, at.P_POOL, use, 0)
        lot[here] = min(lot[here], lot[record + START])
        lot[here + 1] = max(lot[here + 1], lot[record + END])
        lot[at.POOLS_TO] = max(lot[at.POOLS_TO], lot[record + END])
    for row in range(get(plant, at.P_OP, op, at.MAKES), get(plant, at.P_OP, op, at.MAKES_END)):
        here = stain + 2 * (plant[at.POOL_COUNT] + get(plant, at.P_NEED, row, 0))
        lot[here + 1] = max(lot[here + 1], lot[record + END])
        lot[at.STOCKS_TO] = max(lot[at.STOCKS_TO], lot[record + END])


@kernel
def _spread_moved(plant: Ints, lot: Ints, first: int, last: int) -> None:
    """Begin without stains but those of what was moved within a stretch of the list."""
    for each in range(plant[at.POOL_COUNT] + plant[at.MATERIALS]):
        lot[lot[at.L_STAIN] + 2 * each] = FAR
        lot[lot[at.L_STAIN] + 2 * each + 1] = 0
    lot[at.POOLS_TO] = lot[at.STOCKS_TO] = 0
    for place in range(first, last + 1):
        op = lot[lot[at.L_ORDER] + place]
        if lot[lot[at.L_PICKED] + op] == lot[TRIAL]:
            _spread(plant, lot, op, row_of(lot, at.L_RECORD, op))


@kernel
def _stained(plant: Ints, lot: Ints, op: int, record: int) -> bool:
    """Tell whether an operation looked at a pool or stock where that has changed.

    Who did not wait for pools has nothing to gain there, and only must still find room.
    """
    mode, stain = lot[lot[at.L_MODE] + op], lot[at.L_STAIN]
    if lot[record + SEEN] < lot[at.POOLS_TO]:
        for use in range(
            get(plant, at.P_MODE, mode, POOLS), get(plant, at.P_MODE, mode, POOLS_END)
        ):
            here = stain + 2 * get(plant, at.P_POOL, use, 0)
            if lot[here] < lot[record + SEEN_TO] and lot[here + 1] > lot[record + SEEN]:
                start, end = lot[record + START], lot[record + END]
                if not lot[record + at.PLAIN] or pool_free(plant, lot, mode, start, end) > start:
                    return True
                break
    if lot[record + SEEN] < lot[at.STOCKS_TO]:
        for row in range(get(plant, at.P_OP, op, USES), get(plant, at.P_OP, op, USES_END)):
            here = stain + 2 * (plant[at.POOL_COUNT] + get(plant, at.P_NEED, row, 0))
            if lot[here + 1] > lot[record + SEEN]:
                return True
    return False


@kernel
def _touched(plant: Ints, lot: Ints, first: int, last: int) -> bool:
    """Tell whether predecessors of a load ended otherwise than before, or it must be placed.

    What was moved sees others in pools and stocks than before.
    """
    trial = lot[TRIAL]
    for place in range(first, last):
        op = lot[lot[at.L_ORDER] + place]
        if (
            lot[lot[at.L_FORCED] + op] == trial
            or lot[lot[at.L_PICKED] + op] == trial
            or lot[lot[at.L_PUSHED] + op] == trial
        ):
            return True
        if _stained(plant, lot, op, row_of(lot, at.L_RECORD, lot[lot[at.L_ORDER] + first])):
            return True
    return False


@kernel
def _looks_different(plant: Ints, lot: Ints, op: int, first: int, last: int) -> bool:
    """Tell whether a load that an operation speaks for would see another plant than it did."""
    record = row_of(lot, at.L_RECORD, op)
    return bool(
        load_inputs(plant, lot, first, last, False) != lot[record + INPUT]
        and load_inputs(plant, lot, first, last, True) != lot[record + CLOSER]
    )


@kernel
def _save(plant: Ints, lot: Ints, worth: Floats, op: int) -> None:
    """Keep the record of an operation, to undo a trial."""
    row = lot[UNDONE]
    lot[lot[at.L_OLD_OP] + row] = op
    worth[lot[at.L_OLD_COST] + row] = worth[lot[at.L_COST] + op]
    for column in range(CREW_AT + plant[WIDTH]):
        lot[spot(lot, at.L_OLD_RECORD, row, column)] = lot[spot(lot, at.L_RECORD, op, column)]
    lot[UNDONE] += 1


@kernel
def _settle_job(plant: Ints, prices: Floats, lot: Ints, worth: Floats, job: int) -> None:
    """Add up what changed by the end of a job."""
    end, known = end_of(plant, lot, job), lot[lot[at.L_JOB_END] + job]
    if end == known:
        return
    if lot[lot[at.L_JOB_SEEN] + job] != lot[TRIAL]:
        lot[lot[at.L_JOB_SEEN] + job] = lot[TRIAL]
        lot[lot[at.L_OLD_JOB] + lot[JOBS_UNDONE]] = job
        lot[lot[at.L_OLD_JOB_END] + lot[JOBS_UNDONE]] = known
        lot[JOBS_UNDONE] += 1
    worth[lot[at.L_VALUE] + GAIN] += job_cost(plant, prices, job, end)
    if known >= 0:
        worth[lot[at.L_VALUE] + GAIN] -= job_cost(plant, prices, job, known)
    lot[lot[at.L_JOB_END] + job] = end


@kernel
def _settle(
    plant: Ints, prices: Floats, lot: Ints, worth: Floats, op: int, row: int, first: bool
) -> None:
    """Add up what changed by placing an operation anew; its old record stands in a row."""
    record, old = row_of(lot, at.L_RECORD, op), row_of(lot, at.L_OLD_RECORD, row)
    cost = cost_of(plant, prices, lot, op, first)
    worth[lot[at.L_VALUE] + GAIN] += cost - worth[lot[at.L_COST] + op]
    worth[lot[at.L_COST] + op] = cost
    worth[lot[at.L_VALUE] + BROKEN_GAIN] += lot[record + BREACH] - (
        lot[old + BREACH] if lot[old + CHOSEN] >= 0 else 0
    )
    same = (
        lot[record + START] == lot[old + START]
        and lot[record + END] == lot[old + END]
        and lot[record + CHOSEN] == lot[old + CHOSEN]
        and lot[record + CREW_AT - 1] == lot[old + CREW_AT - 1]
        and lot[record + CREW_AT - 2] == lot[old + CREW_AT - 2]
    )
    guess(plant, prices, lot, worth, op, old)
    if same:
        return
    if lot[old + CHOSEN] >= 0:
        _spread(plant, lot, op, old)
    _spread(plant, lot, op, record)
    for after in range(get(plant, at.P_OP, op, NEXT), get(plant, at.P_OP, op, NEXT_END)):
        other = plant[plant[at.P_AFTER] + after]
        lot[lot[at.L_PUSHED] + other] = lot[TRIAL]
        lot[TOP] = max(lot[TOP], lot[lot[at.L_POSITION] + other])
    if get(plant, at.P_OP, op, SINK) > 0:
        forget_guess(lot, worth, get(plant, at.P_OP, op, JOB))
        _settle_job(plant, prices, lot, worth, get(plant, at.P_OP, op, JOB))


@kernel
def _place(plant: Ints, prices: Floats, lot: Ints, worth: Floats, first: int, last: int) -> None:
    """Place a load anew (or a single operation) and note what changes."""
    begin = lot[UNDONE]
    for place in range(first, last):
        _save(plant, lot, worth, lot[lot[at.L_ORDER] + place])
    op = lot[lot[at.L_ORDER] + first]
    lot[spot(lot, at.L_RECORD, op, INPUT)] = lot[spot(lot, at.L_RECORD, op, CLOSER)] = 0
    mode = lot[lot[at.L_MODE] + op]
    machine = get(plant, at.P_MODE, mode, MACHINE)
    if machine >= 0 and get(plant, at.P_MACHINE, machine, at.OVEN) > 0:
        decide_load(plant, lot, first, last)
    else:
        decide(plant, lot, op, mode)
    # What was looked at decides what is hashed, so hash after deciding, before booking.
    hashed = load_inputs(plant, lot, first, last, False)
    closer = load_inputs(plant, lot, first, last, True)
    for place in range(first, last):
        op = lot[lot[at.L_ORDER] + place]
        lot[spot(lot, at.L_RECORD, op, INPUT)] = hashed
        lot[spot(lot, at.L_RECORD, op, CLOSER)] = closer
        _settle(plant, prices, lot, worth, op, begin + place - first, place == first)
    lot[EFFORT] += PLACING * (last - first)


@kernel
def scan(
    plant: Ints,
    prices: Floats,
    lot: Ints,
    worth: Floats,
    first: int,
    last: int,
    limit: float,
    price: float,
) -> bool:
    """Work off the list after the places `first` to `last` were rewritten.

    The changes of objective and breach stand in `value` then; `commit` or `forget` follow.

    Parameters
    ----------
    first : a place at which a load begins, before and after the rewriting
    limit : change of the rank that is acceptable
    price : of a unit of breach

    Returns
    -------
    Whether the end was reached; otherwise the change grew beyond the limit.
    """
    lot[UNDONE], lot[JOBS_UNDONE], lot[TOP] = 0, 0, last
    worth[lot[at.L_VALUE] + GAIN] = worth[lot[at.L_VALUE] + BROKEN_GAIN] = 0.0
    worth[lot[at.L_VALUE] + GUESS] = 0.0
    place = _restore(plant, lot, first)
    _spread_moved(plant, lot, first, last)
    count = plant[at.OPERATIONS]
    # No other operation can make up for a limit that is broken where none was.
    sound = limit < np.inf and price > 0 and worth[lot[at.L_VALUE] + BROKEN] == 0
    lot[EFFORT] += 4 + first - place + plant[at.STATE_SIZE] // 16
    while place < first:
        book(plant, lot, lot[lot[at.L_ORDER] + place])
        place += 1
    top = lot[lot[at.L_BEFORE_TOP] + first - 1] if first > 0 else 0
    while place < count:
        if (
            is_settled(lot, place)
            and lot[lot[at.L_STATE]] == lot[lot[at.L_AFTER_STATE] + place - 1]
        ):
            break
        end = load_end(plant, lot, place)
        op = lot[lot[at.L_ORDER] + place]
        if _touched(plant, lot, place, end) or _looks_different(plant, lot, op, place, end):
            _place(plant, prices, lot, worth, place, end)
            if sound and worth[lot[at.L_VALUE] + BROKEN_GAIN] > 0:
                lot[STOPPED] = end
                return False
            if (
                place > last
                and worth[lot[at.L_VALUE] + GAIN]
                + worth[lot[at.L_VALUE] + GUESS]
                + price * worth[lot[at.L_VALUE] + BROKEN_GAIN]
                > limit
            ):
                lot[STOPPED] = end
                return False
        while place < end:
            book(plant, lot, lot[lot[at.L_ORDER] + place])
            top = max(top, lot[spot(lot, at.L_RECORD, lot[lot[at.L_ORDER] + place], END)])
            lot[EFFORT] += 1
            place += 1
    lot[STOPPED] = place
    if prices[plant[at.P_AIM] + at.MAKESPAN] > 0:
        if place < count:
            top = max(top, lot[lot[at.L_AFTER_TOP] + place])
        worth[lot[at.L_VALUE] + GAIN] += prices[plant[at.P_AIM] + at.MAKESPAN] * (
            top - worth[lot[at.L_VALUE] + SPAN]
        )
        worth[lot[at.L_VALUE] + NEW_SPAN] = top
    change = worth[lot[at.L_VALUE] + GAIN] + price * worth[lot[at.L_VALUE] + BROKEN_GAIN]
    return bool(change <= limit)


@kernel
def _renew_marks(plant: Ints, lot: Ints, row: int, stop: int) -> None:
    """Set marks that lay in the rewritten stretch but found no load to begin with to its end."""
    while row < plant[at.MARKS] and lot[lot[at.L_MARK_AT] + row] < stop:
        lot[lot[at.L_MARK_AT] + row] = stop
        copy_cells(lot, lot[at.L_STATE], row_of(lot, at.L_MARK, row), plant[at.STATE_SIZE])
        row += 1
    if stop == plant[at.OPERATIONS]:
        while row < plant[at.MARKS]:
            lot[lot[at.L_MARK_AT] + row] = stop
            copy_cells(lot, lot[at.L_STATE], row_of(lot, at.L_MARK, row), plant[at.STATE_SIZE])
            row += 1


@kernel
def _renew_tops(plant: Ints, lot: Ints, first: int, stop: int) -> None:
    """Renew the latest ends before and after every place."""
    top = lot[lot[at.L_BEFORE_TOP] + first - 1] if first > 0 else 0
    for place in range(first, plant[at.OPERATIONS]):
        top = max(top, lot[spot(lot, at.L_RECORD, lot[lot[at.L_ORDER] + place], END)])
        if place >= stop and lot[lot[at.L_BEFORE_TOP] + place] == top:
            break
        lot[lot[at.L_BEFORE_TOP] + place] = top
    top = lot[lot[at.L_AFTER_TOP] + stop] if stop < plant[at.OPERATIONS] else 0
    for place in range(stop - 1, -1, -1):
        top = max(top, lot[spot(lot, at.L_RECORD, lot[lot[at.L_ORDER] + place], END)])
        if place < first and lot[lot[at.L_AFTER_TOP] + place] == top:
            break
        lot[lot[at.L_AFTER_TOP] + place] = top


@kernel
def _book_next(plant: Ints, lot: Ints, op: int) -> None:
    """Book an operation and link it to the one before it on its machine."""
    lot[lot[at.L_BEFORE_ON] + op] = -1
    if lot[spot(lot, at.L_RECORD, op, CHOSEN)] < 0:
        lot[lot[at.L_AFTER_ON] + op] = -1
        return
    machine = get(plant, at.P_MODE, lot[spot(lot, at.L_RECORD, op, CHOSEN)], MACHINE)
    if machine >= 0:
        before = lot[lot[at.L_STATE] + plant[AT_LAST] + machine]
        lot[lot[at.L_BEFORE_ON] + op] = before
        if before >= 0:
            lot[lot[at.L_AFTER_ON] + before] = op
    else:
        lot[lot[at.L_AFTER_ON] + op] = -1
    book(plant, lot, op)


@kernel
def _end_machines(plant: Ints, lot: Ints, stop: int) -> None:
    """Renew the last operation of every machine that does nothing from a place on."""
    for machine in range(plant[at.MACHINES]):
        last = lot[at.L_LAST_ON] + machine
        if (
            stop == plant[at.OPERATIONS]
            or lot[last] < 0
            or lot[lot[at.L_POSITION] + lot[last]] < stop
        ):
            lot[last] = lot[lot[at.L_STATE] + plant[AT_LAST] + machine]
            if lot[last] >= 0:
                lot[lot[at.L_AFTER_ON] + lot[last]] = -1


@kernel
def commit(plant: Ints, prices: Floats, lot: Ints, worth: Floats, first: int) -> None:
    """Take over a trial: marks, hashes of the state and neighbours on machines are renewed."""
    place = _restore(plant, lot, first)
    while place < first:
        book(plant, lot, lot[lot[at.L_ORDER] + place])
        place += 1
    stop = lot[STOPPED]
    lot[EFFORT] += stop - first
    row = plant[at.MARKS] - 1
    while row > 0 and lot[lot[at.L_MARK_AT] + row] >= first:
        row -= 1
    row += 1
    while place < stop:
        # A mark stands at the first load that begins at or after its own place.
        while row < plant[at.MARKS] and place * plant[at.MARKS] >= row * plant[at.OPERATIONS]:
            lot[lot[at.L_MARK_AT] + row] = place
            copy_cells(lot, lot[at.L_STATE], row_of(lot, at.L_MARK, row), plant[at.STATE_SIZE])
            row += 1
        end = load_end(plant, lot, place)
        while place < end:
            _book_next(plant, lot, lot[lot[at.L_ORDER] + place])
            lot[lot[at.L_AFTER_STATE] + place] = lot[lot[at.L_STATE] + 0] if place == end - 1 else 0
            place += 1
    _renew_marks(plant, lot, row, stop)
    _end_machines(plant, lot, stop)
    worth[lot[at.L_VALUE] + OBJECTIVE] += worth[lot[at.L_VALUE] + GAIN]
    worth[lot[at.L_VALUE] + BROKEN] += worth[lot[at.L_VALUE] + BROKEN_GAIN]
    if prices[plant[at.P_AIM] + at.MAKESPAN] > 0:
        worth[lot[at.L_VALUE] + SPAN] = worth[lot[at.L_VALUE] + NEW_SPAN]
        _renew_tops(plant, lot, first, stop)
    renew_seen(plant, lot, first, stop)
    for row in range(lot[UNDONE]):
        renew_slack(plant, lot, get(plant, at.P_OP, lot[lot[at.L_OLD_OP] + row], JOB))
    _copy_log(plant, lot, at.L_LOG, at.L_OLD_LOG)


@entry
def total(plant: Ints, prices: Floats, lot: Ints, worth: Floats) -> None:
    """Work off the whole list, and add up objective and breach anew."""
    reset(plant, lot, worth)
    lot[TRIAL] += 1
    scan(plant, prices, lot, worth, 0, plant[at.OPERATIONS] - 1, np.inf, 0.0)
    worth[lot[at.L_VALUE] + GAIN] = worth[lot[at.L_VALUE] + BROKEN_GAIN] = 0.0
    commit(plant, prices, lot, worth, 0)
    breach = 0
    value = prices[plant[at.P_AIM] + at.MAKESPAN] * worth[lot[at.L_VALUE] + SPAN]
    for op in range(plant[at.OPERATIONS]):
        value += worth[lot[at.L_COST] + op]
        breach += lot[spot(lot, at.L_RECORD, op, BREACH)]
    for job in range(plant[at.JOBS]):
        value += job_cost(plant, prices, job, lot[lot[at.L_JOB_END] + job])
    worth[lot[at.L_VALUE] + OBJECTIVE], worth[lot[at.L_VALUE] + BROKEN] = value, breach


@kernel
def forget(plant: Ints, lot: Ints, worth: Floats) -> None:
    """Undo the records that a trial has changed; the list is the caller's to restore."""
    for row in range(lot[UNDONE]):
        op = lot[lot[at.L_OLD_OP] + row]
        worth[lot[at.L_COST] + op] = worth[lot[at.L_OLD_COST] + row]
        for column in range(CREW_AT + plant[WIDTH]):
            lot[spot(lot, at.L_RECORD, op, column)] = lot[spot(lot, at.L_OLD_RECORD, row, column)]
    for row in range(lot[JOBS_UNDONE]):
        lot[lot[at.L_JOB_END] + lot[lot[at.L_OLD_JOB] + row]] = lot[lot[at.L_OLD_JOB_END] + row]
    _copy_log(plant, lot, at.L_OLD_LOG, at.L_LOG)
