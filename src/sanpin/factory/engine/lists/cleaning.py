"""Kernels of cleaning: what a machine has run since an attribute was changed or cleaned.

For each attribute that is cleaned, the state keeps the loads and the units since then. A load that
names another value than the load just before it cleans by its change-over; otherwise it is
cleaned for when so many loads or units have run. What counts beyond that is not told apart, so
that equal states are known as equal.
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.layout import FORBIDDEN, Ints, get, spot
from sanpin.factory.engine.lists.state import put, salted

__all__ = ["book_cleaning", "cleaning_inputs", "with_cleaning"]

TABLE, COUNTS, CLEANS, CLEANS_END = at.TABLE, at.COUNTS, at.CLEANS, at.CLEANS_END
BATCHES, UNITS, CLEANING, AT_COUNT = at.BATCHES, at.UNITS, at.CLEANING, at.AT_COUNT


@kernel
def _value(plant: Ints, table: int, kind: int, row: int) -> int:
    """Return the place of the value that a class has of a cleaned attribute."""
    first = get(plant, at.P_TABLE, table, CLEANS)
    count = get(plant, at.P_TABLE, table, CLEANS_END) - first
    place = get(plant, at.P_TABLE, table, at.KINDS) + kind * count + row - first
    return int(spot(plant, at.P_KIND, place, 0))


@kernel
def _counts(plant: Ints, machine: int, row: int) -> int:
    """Return the place in the state of what a machine counts for a cleaned attribute."""
    table = get(plant, at.P_MACHINE, machine, TABLE)
    offset = 2 * (row - get(plant, at.P_TABLE, table, CLEANS))
    return int(plant[AT_COUNT] + get(plant, at.P_MACHINE, machine, COUNTS) + offset)


@kernel
def _fate(plant: Ints, lot: Ints, machine: int, kind: int, row: int) -> int:
    """Tell what a load of a class does to an attribute: 0 nothing, 1 change, 2 needs cleaning."""
    table = get(plant, at.P_MACHINE, machine, TABLE)
    old = lot[lot[at.L_STATE] + plant[at.AT_MACHINE] + 2 * machine + 1]
    after = plant[_value(plant, table, kind, row)]
    before = plant[_value(plant, table, old, row)]
    if after < 0:
        return 0
    if before >= 0 and before != after:
        return 1
    here = lot[at.L_STATE] + _counts(plant, machine, row)
    due = (
        lot[here] >= get(plant, at.P_CLEAN, row, BATCHES)
        or lot[here + 1] >= get(plant, at.P_CLEAN, row, UNITS)
    )  # fmt: skip
    return 2 if due else 0


@kernel
def with_cleaning(plant: Ints, lot: Ints, machine: int, kind: int, length: int) -> int:
    """Return the length of a set-up, cleaning included.

    Parameters
    ----------
    kind : class of the load to be set up for
    length : of the change-over alone, with its ban if it has one

    Notes
    -----
    What is cleaned does not change, so that its own part is the length of staying the same. Where
    the longest attribute counts, the others' parts are known to be within `length`.
    """
    table = get(plant, at.P_MACHINE, machine, TABLE)
    ban = FORBIDDEN if length >= FORBIDDEN else 0
    total = length - ban
    for row in range(
        get(plant, at.P_TABLE, table, CLEANS), get(plant, at.P_TABLE, table, CLEANS_END)
    ):
        if _fate(plant, lot, machine, kind, row) < 2:
            continue
        extra = get(plant, at.P_CLEAN, row, CLEANING)
        if get(plant, at.P_TABLE, table, at.LONGEST) == 0:
            total += extra
            continue
        old = lot[lot[at.L_STATE] + plant[at.AT_MACHINE] + 2 * machine + 1]
        if plant[_value(plant, table, old, row)] >= 0:
            extra += plant[_value(plant, table, kind, row) + 1]
        total = max(total, extra)
    return int(total + ban)


@kernel
def book_cleaning(plant: Ints, lot: Ints, op: int, machine: int) -> None:
    """Count an operation that a machine takes; to be called before its class is booked.

    The loads are counted by whoever leads them, the units by every member.
    """
    table = get(plant, at.P_MACHINE, machine, TABLE)
    if table < 0:
        return
    mode = lot[spot(lot, at.L_RECORD, op, at.CHOSEN)]
    kind = get(plant, at.P_MODE, mode, at.CLASS)
    leads = lot[spot(lot, at.L_RECORD, op, at.LEADS)] > 0
    units = get(plant, at.P_JOB, get(plant, at.P_OP, op, at.JOB), at.QUANTITY)
    for row in range(
        get(plant, at.P_TABLE, table, CLEANS), get(plant, at.P_TABLE, table, CLEANS_END)
    ):
        if plant[_value(plant, table, kind, row)] < 0:
            continue
        place = _counts(plant, machine, row)
        batches, made = lot[lot[at.L_STATE] + place], lot[lot[at.L_STATE] + place + 1]
        if leads:
            if _fate(plant, lot, machine, kind, row) > 0:
                batches = made = 0
            if get(plant, at.P_CLEAN, row, BATCHES) < at.FAR:
                put(plant, lot, place, min(batches + 1, get(plant, at.P_CLEAN, row, BATCHES)))
        if get(plant, at.P_CLEAN, row, UNITS) < at.FAR:
            put(plant, lot, place + 1, min(made + units, get(plant, at.P_CLEAN, row, UNITS)))


@kernel
def cleaning_inputs(plant: Ints, lot: Ints, machine: int) -> int:
    """Hash what a machine has counted."""
    table = get(plant, at.P_MACHINE, machine, TABLE)
    if table < 0:
        return 0
    hashed = 0
    count = get(plant, at.P_TABLE, table, CLEANS_END) - get(plant, at.P_TABLE, table, CLEANS)
    first = plant[AT_COUNT] + get(plant, at.P_MACHINE, machine, COUNTS)
    for place in range(first, first + 2 * count):
        hashed += salted(plant, lot, place)
    return int(hashed)
