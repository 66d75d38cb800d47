"""Kernels of tanks: room that is taken by one operation and given back by a later one.

What an operation fills is waited for: it starts when all holds that are over in the list so far
leave room for ever. Holds that have begun and not ended are seen when they end: the operation
that drains a tank breaks a limit as long as another hold that ended before it in the list took the
same room. So a breach of 0 is a schedule that keeps every tank, and an order that drains
before it fills again is never delayed for nothing.
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.layout import Ints, get, row_of, spot
from sanpin.factory.engine.lists.state import mix, write

__all__ = ["book_tanks", "is_full", "room_from", "spilt", "tank_inputs"]

HOLD, FREES, FREES_END = at.HOLD, at.FREES, at.FREES_END
HOLDER, TANK, AMOUNT, FROM_END, UNTIL_END, ITEM = (
    at.HOLDER, at.TANK, at.AMOUNT, at.FROM_END, at.UNTIL_END, at.ITEM,
)  # fmt: skip
VOLUME, MIXED, TANK_LOG = at.VOLUME, at.MIXED, at.TANK_LOG
ROWS, HELD, BEGUN, LEVEL, HOLDS, ITEMS = at.ROWS, at.HELD, at.BEGUN, at.LEVEL, at.HOLDS, at.ITEMS
START, END, CHOSEN = at.START, at.END, at.CHOSEN


@kernel
def _cell(plant: Ints, lot: Ints, tank: int, cell: int) -> int:
    """Return the place of a cell of the state that belongs to a tank."""
    return int(lot[at.L_STATE] + plant[at.AT_TANK] + at.TANK_CELLS * tank + cell)


@kernel
def _rows(plant: Ints, lot: Ints, tank: int) -> tuple[int, int]:
    """Return the first row of a tank in the log, and the last one written."""
    first = get(plant, at.P_TANK, tank, TANK_LOG)
    return first, first + lot[_cell(plant, lot, tank, ROWS)] - 1


@kernel
def _level(plant: Ints, lot: Ints, rows: tuple[int, int], t: int) -> int:
    """Return what the holds in the log take of a tank at an instant."""
    first, row = rows
    level = 0
    while row >= first and lot[spot(lot, at.L_LOG, row, 3)] > t:
        if lot[spot(lot, at.L_LOG, row, 0)] <= t < lot[spot(lot, at.L_LOG, row, 1)]:
            level += get(plant, at.P_HOLD, lot[spot(lot, at.L_LOG, row, 2)], AMOUNT)
        row -= 1
    return level


@kernel
def _repels(plant: Ints, lot: Ints, row: int, hold: int) -> bool:
    """Tell whether a row of the log is of another item than a hold that must be pure."""
    if get(plant, at.P_TANK, get(plant, at.P_HOLD, hold, TANK), MIXED) > 0:
        return False
    other = lot[spot(lot, at.L_LOG, row, 2)]
    return bool(get(plant, at.P_HOLD, other, ITEM) != get(plant, at.P_HOLD, hold, ITEM))


@kernel
def room_from(plant: Ints, lot: Ints, op: int) -> tuple[int, int]:
    """Return from when a tank has room for what an operation fills: least start and least end.

    Holds that have begun and not ended count as if they never did, unless there is no room then.
    """
    hold = get(plant, at.P_OP, op, HOLD)
    tank = get(plant, at.P_HOLD, hold, TANK)
    rows = _rows(plant, lot, tank)
    spare = get(plant, at.P_TANK, tank, VOLUME) - get(plant, at.P_HOLD, hold, AMOUNT)
    level = lot[_cell(plant, lot, tank, LEVEL)]
    if level <= spare:
        spare -= level
    t = 0
    row = rows[1]
    while row >= rows[0] and lot[spot(lot, at.L_LOG, row, 3)] > t:
        end = lot[spot(lot, at.L_LOG, row, 1)]
        # The level falls at ends only: the last end with too much before it is sought.
        if end > t and (
            _repels(plant, lot, row, hold) or _level(plant, lot, rows, end - 1) > spare
        ):
            t = end
        row -= 1
    return (0, t) if get(plant, at.P_HOLD, hold, FROM_END) > 0 else (t, 0)


@kernel
def _begins(plant: Ints, lot: Ints, hold: int) -> int:
    """Return when a hold begins, by the record of who fills."""
    record = row_of(lot, at.L_RECORD, get(plant, at.P_HOLD, hold, HOLDER))
    return int(lot[record + (END if get(plant, at.P_HOLD, hold, FROM_END) > 0 else START)])


@kernel
def _is_begun(plant: Ints, lot: Ints, hold: int) -> bool:
    """Tell whether who fills is placed."""
    return bool(lot[spot(lot, at.L_RECORD, get(plant, at.P_HOLD, hold, HOLDER), CHOSEN)] >= 0)


@kernel
def _excess(plant: Ints, lot: Ints, hold: int, begin: int, over: int) -> int:
    """Return how long the holds in the log leave no room for another one."""
    tank = get(plant, at.P_HOLD, hold, TANK)
    spare = get(plant, at.P_TANK, tank, VOLUME) - get(plant, at.P_HOLD, hold, AMOUNT)
    if spare < 0:
        return over - begin
    rows = _rows(plant, lot, tank)
    excess = 0
    row = rows[1]
    while row >= rows[0] and lot[spot(lot, at.L_LOG, row, 3)] > begin:
        first = max(begin, lot[spot(lot, at.L_LOG, row, 0)])
        last = min(over, lot[spot(lot, at.L_LOG, row, 1)])
        # The level is highest when one of them begins.
        if first < last and (
            _repels(plant, lot, row, hold) or _level(plant, lot, rows, first) > spare
        ):
            excess += last - first
        row -= 1
    return int(excess)


@kernel
def spilt(plant: Ints, lot: Ints, op: int) -> int:
    """Return by how much the holds that an operation ends break limits; its record stands."""
    record = row_of(lot, at.L_RECORD, op)
    breach = 0
    for place in range(get(plant, at.P_OP, op, FREES), get(plant, at.P_OP, op, FREES_END)):
        hold = plant[plant[at.P_FREED] + place]
        if _is_begun(plant, lot, hold):
            over = lot[record + (END if get(plant, at.P_HOLD, hold, UNTIL_END) > 0 else START)]
            begin = _begins(plant, lot, hold)
            if begin < over:
                breach += _excess(plant, lot, hold, begin, over)
    return breach


@kernel
def _count(plant: Ints, lot: Ints, hold: int, sign: int) -> None:
    """Add a hold to those that have begun and not ended, or take it away."""
    tank = get(plant, at.P_HOLD, hold, TANK)
    here = plant[at.AT_TANK] + at.TANK_CELLS * tank + BEGUN
    change = mix(hold, _begins(plant, lot, hold))
    lot[lot[at.L_STATE] + here] += sign * change
    lot[lot[at.L_STATE] + 0] += sign * mix(here, change)
    drains = get(plant, at.P_HOLD, hold, at.UNTIL)
    if lot[lot[at.L_MODE] + drains] == get(plant, at.P_OP, drains, at.MODES_END):
        # It is left out with its routing: nothing is held, and nobody must wait for it.
        return
    lot[_cell(plant, lot, tank, LEVEL)] += sign * get(plant, at.P_HOLD, hold, AMOUNT)
    lot[_cell(plant, lot, tank, HOLDS)] += sign
    lot[_cell(plant, lot, tank, ITEMS)] += sign * get(plant, at.P_HOLD, hold, ITEM)


@kernel
def book_tanks(plant: Ints, lot: Ints, op: int, sign: int) -> None:
    """Begin and end the holds of an operation as its record says; a `sign` of -1 undoes that."""
    record = row_of(lot, at.L_RECORD, op)
    if get(plant, at.P_OP, op, HOLD) >= 0:
        _count(plant, lot, get(plant, at.P_OP, op, HOLD), sign)
    for place in range(get(plant, at.P_OP, op, FREES), get(plant, at.P_OP, op, FREES_END)):
        hold = plant[plant[at.P_FREED] + place]
        if not _is_begun(plant, lot, hold):
            continue
        _count(plant, lot, hold, -sign)
        over = lot[record + (END if get(plant, at.P_HOLD, hold, UNTIL_END) > 0 else START)]
        begin = _begins(plant, lot, hold)
        if begin >= over:
            continue
        tank = get(plant, at.P_HOLD, hold, TANK)
        rows = _cell(plant, lot, tank, ROWS)
        if sign > 0:
            write(lot, get(plant, at.P_TANK, tank, TANK_LOG), lot[rows], begin, over, hold)
        lot[rows] += sign
        here = plant[at.AT_TANK] + at.TANK_CELLS * tank + HELD
        change = mix(mix(begin, over), hold)
        lot[lot[at.L_STATE] + here] += sign * change
        lot[lot[at.L_STATE] + 0] += sign * mix(here, change)


@kernel
def tank_inputs(plant: Ints, lot: Ints, op: int) -> int:
    """Hash what an operation looks at of tanks when it is placed."""
    hashed = 0
    hold = get(plant, at.P_OP, op, HOLD)
    if hold >= 0:
        tank = get(plant, at.P_HOLD, hold, TANK)
        hashed += lot[_cell(plant, lot, tank, HELD)] + mix(
            hold, lot[_cell(plant, lot, tank, LEVEL)]
        )
    for place in range(get(plant, at.P_OP, op, FREES), get(plant, at.P_OP, op, FREES_END)):
        hold = plant[plant[at.P_FREED] + place]
        begun = _begins(plant, lot, hold) if _is_begun(plant, lot, hold) else -1
        hashed += mix(hold, begun) + lot[_cell(plant, lot, get(plant, at.P_HOLD, hold, TANK), HELD)]
    return int(hashed)


@kernel
def is_full(plant: Ints, lot: Ints, op: int, first: int, last: int) -> bool:
    """Tell whether an operation must wait for others to end their holds before it is placed.

    Parameters
    ----------
    first, last : places of the list of those who are about to be placed with it, not booked yet
    """
    hold = get(plant, at.P_OP, op, HOLD)
    if hold < 0:
        return False
    tank = get(plant, at.P_HOLD, hold, TANK)
    level, holds = lot[_cell(plant, lot, tank, LEVEL)], lot[_cell(plant, lot, tank, HOLDS)]
    items = lot[_cell(plant, lot, tank, ITEMS)]
    for place in range(get(plant, at.P_OP, op, FREES), get(plant, at.P_OP, op, FREES_END)):
        own = plant[plant[at.P_FREED] + place]
        if get(plant, at.P_HOLD, own, TANK) == tank and _is_begun(plant, lot, own):
            level -= get(plant, at.P_HOLD, own, AMOUNT)
            holds -= 1
            items -= get(plant, at.P_HOLD, own, ITEM)
    for place in range(first, last):
        other = get(plant, at.P_OP, lot[lot[at.L_ORDER] + place], HOLD)
        if other >= 0 and get(plant, at.P_HOLD, other, TANK) == tank:
            level += get(plant, at.P_HOLD, other, AMOUNT)
            holds += 1
            items += get(plant, at.P_HOLD, other, ITEM)
    if holds == 0:
        return False
    if get(plant, at.P_TANK, tank, MIXED) == 0 and items != holds * get(
        plant, at.P_HOLD, hold, ITEM
    ):
        return True
    return bool(level + get(plant, at.P_HOLD, hold, AMOUNT) > get(plant, at.P_TANK, tank, VOLUME))
