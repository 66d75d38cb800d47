"""Kernels that choose who sets a machine up, and when.

A worker may set up after all that holds him, or within the last gap before it: what is set up
early often waits for work that stands before it in the list. A set-up lies within one window of
the machine and of everybody who takes part.
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.layout import FAR, Ints, get, spot
from sanpin.factory.engine.lists.opening import fits_at, fits_both, latest_fit

__all__ = ["set_up_from", "set_up_late"]

SETTER, SETTERS, AT_WORKER, AT_GAP = at.SETTER, at.SETTERS, at.AT_WORKER, at.AT_GAP


@kernel
def _setter(lot: Ints, load: tuple[int, int, int, int], place: int) -> int:
    """Return the place of whoever sets up for a member of a load."""
    op = load[2] if load[0] == load[1] else lot[lot[at.L_ORDER] + load[0] + place]
    return int(spot(lot, at.L_RECORD, op, SETTER))


@kernel
def _group(plant: Ints, lot: Ints, load: tuple[int, int, int, int], place: int) -> int:
    """Return the group of whoever may set up for a member of a load, -1 for no need."""
    mode = load[3]
    if load[0] < load[1]:
        mode = lot[lot[at.L_MODE] + lot[lot[at.L_ORDER] + load[0] + place]]
    return int(get(plant, at.P_MODE, mode, SETTERS))


@kernel
def _begin(plant: Ints, lot: Ints, worker: int, calendar: int, t: int, length: int) -> int:
    """Return when a worker can begin to set up: in his gap, or after all that holds him."""
    own = get(plant, at.P_WORKER, worker, 0)
    gap = lot[at.L_STATE] + plant[AT_GAP] + 2 * worker
    if lot[gap + 1] >= t + length:
        begin = fits_both(plant, calendar, own, max(t, lot[gap]), length)
        if begin + length <= lot[gap + 1]:
            return begin
    free = lot[lot[at.L_STATE] + plant[AT_WORKER] + worker]
    return fits_both(plant, calendar, own, max(t, free), length)


@kernel
def _taken(lot: Ints, load: tuple[int, int, int, int], worker: int) -> bool:
    """Tell whether a worker already sets up for a load."""
    for place in range(max(1, load[1] - load[0])):
        if lot[_setter(lot, load, place)] == worker:
            return True
    return False


@kernel
def _choose(
    plant: Ints, lot: Ints, load: tuple[int, int, int, int], place: int, wish: tuple[int, int, int]
) -> int:
    """Let whoever can begin first set up for a member of a load; return when that is."""
    calendar, t, length = wish
    group = _group(plant, lot, load, place)
    best, best_begin = -1, FAR
    for row in range(get(plant, at.P_GROUP, group, 0), get(plant, at.P_GROUP, group, 1)):
        worker = get(plant, at.P_ABLE, row, 0)
        begin = _begin(plant, lot, worker, calendar, t, length)
        if begin < best_begin and not _taken(lot, load, worker):
            best, best_begin = worker, begin
    lot[_setter(lot, load, place)] = best
    return best_begin


@kernel
def _agreed(
    plant: Ints, lot: Ints, load: tuple[int, int, int, int], calendar: int, t: int, length: int
) -> int:
    """Return the first instant from another one at which all who set up can begin."""
    place = 0
    while place < max(1, load[1] - load[0]) and t < FAR:
        worker = lot[_setter(lot, load, place)]
        begin = _begin(plant, lot, worker, calendar, t, length) if worker >= 0 else t
        place = place + 1 if begin == t else 0
        t = begin
    return min(t, FAR)


@kernel
def set_up_from(
    plant: Ints, lot: Ints, load: tuple[int, int, int, int], calendar: int, t: int, length: int
) -> int:
    """Choose who sets up, one for each skill that is asked for; return when that can begin.

    Parameters
    ----------
    load : first place in the list and the place after it; where both are equal, an operation
        alone and its mode
    calendar : of the machine
    t : instant from which the machine is free
    """
    t = fits_at(plant, calendar, t, length)
    count = max(1, load[1] - load[0])
    for place in range(count):
        lot[_setter(lot, load, place)] = -1
    for place in range(count):
        group = _group(plant, lot, load, place)
        asked = group < 0
        for before in range(place):
            asked = asked or _group(plant, lot, load, before) == group
        if not asked:
            t = _choose(plant, lot, load, place, (calendar, t, length))
    return _agreed(plant, lot, load, calendar, t, length)


@kernel
def set_up_late(
    plant: Ints,
    lot: Ints,
    load: tuple[int, int, int, int],
    calendar: int,
    begin: int,
    length: int,
    end: int,
) -> int:
    """Return when a set-up begins that could begin at an instant and must be over by `end`.

    Nobody who sets up is kept longer than needed, so that the set-up is early then; unless the
    machine costs by the time from set-up to end, or nobody is asked for.
    """
    alone = True
    for place in range(max(1, load[1] - load[0])):
        alone = alone and lot[_setter(lot, load, place)] < 0
    if not alone and plant[at.HOLDS_COST] == 0 and begin < FAR >> 8:
        return begin
    late = latest_fit(plant, calendar, begin, length, end)
    if alone or begin >= FAR >> 8:
        return late
    place = 0
    while place < max(1, load[1] - load[0]) and late > begin:
        worker = lot[_setter(lot, load, place)]
        other = late
        if worker >= 0:
            gap = lot[at.L_STATE] + plant[AT_GAP] + 2 * worker
            limit = late + length
            if begin < lot[lot[at.L_STATE] + plant[AT_WORKER] + worker]:
                limit = min(limit, lot[gap + 1])
            own = get(plant, at.P_WORKER, worker, 0)
            other = latest_fit(plant, own, begin, length, limit)
            other = latest_fit(plant, calendar, begin, length, other + length)
        place = place + 1 if other == late else 0
        late = other
    return int(late)
