"""Kernels that choose who does an operation: whoever lets it end first, fewest skills first."""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.layout import FAR, Ints, get, row_of, spot
from sanpin.factory.engine.lists.opening import span

__all__ = ["find_crew"]

GROUP, CREW, CREW_END, COUNT, RESUMABLE = at.GROUP, at.CREW, at.CREW_END, at.COUNT, at.RESUMABLE
CREW_AT, WIDTH, WORK, OPEN, LOOKED, CHOSEN = (
    at.CREW_AT, at.WIDTH, at.WORK, at.OPEN, at.LOOKED, at.CHOSEN,
)  # fmt: skip
AT_WORKER, TRIAL, MACHINE, OVEN = at.AT_WORKER, at.TRIAL, at.MACHINE, at.OVEN


@kernel
def _rests(plant: Ints, op: int, mode: int) -> int:
    """Tell whether an operation may rest while closed; in an oven it may not."""
    machine = get(plant, at.P_MODE, mode, MACHINE)
    return int(
        get(plant, at.P_OP, op, RESUMABLE) if get(plant, at.P_MACHINE, machine, OVEN) == 0 else 0
    )


@kernel
def _preferred(plant: Ints, lot: Ints, op: int, mode: int, duration: int) -> tuple[int, int]:
    """Return whom to take if the work does not wait for him, and his work; -1 for nobody.

    That is whoever a trial wishes, or else whoever did it last time.
    """
    record = row_of(lot, at.L_RECORD, op)
    if lot[record + CHOSEN] != mode:
        return -1, duration
    if lot[lot[at.L_FORCED] + op] != lot[TRIAL]:
        return lot[record + CREW_AT], lot[record + WORK]
    if lot[at.WISHER] != op + 1:
        return -1, duration
    row = row_of(plant, at.P_ABLE, lot[at.WISHED])
    return plant[row], -(-duration * 100 // plant[row + 1])


@kernel
def _no_sooner(lot: Ints, calendar: int, begin: int, pace: int, free: bool) -> bool:
    """Tell whether who was looked at last with the same hours is done at least as soon.

    Parameters
    ----------
    free : whether any end will do; else who begins sooner may wait for longer
    """
    met = row_of(lot, at.L_MET, calendar)
    later, slower = begin - lot[met + at.MET_FROM], lot[met + at.MET_PACE] - pace
    known = lot[met + at.MET_AT] == lot[at.ASKED] and later >= 0 and slower >= 0
    if known and (free or later + slower == 0):
        return True
    lot[met + at.MET_AT], lot[met + at.MET_FROM], lot[met + at.MET_PACE] = (
        lot[at.ASKED], begin, pace,
    )  # fmt: skip
    return False


@kernel
def _find_one(
    plant: Ints, lot: Ints, op: int, mode: int, wish: tuple[int, int, int, int]
) -> tuple[int, int]:
    """Choose one worker: whom one prefers if the work does not wait for him, or the first done."""
    calendar, t, duration, least = wish
    record = row_of(lot, at.L_RECORD, op)
    resumable = _rests(plant, op, mode)
    best_start, best_end = FAR, FAR
    lot[record + LOOKED] = 1
    best, best_work = _preferred(plant, lot, op, mode, duration)
    if best >= 0:
        free = lot[lot[at.L_STATE] + plant[AT_WORKER] + best]
        both = get(plant, at.P_BOTH, calendar, get(plant, at.P_WORKER, best, 0))
        best_start, best_end = span(plant, both, resumable, max(t, free), best_work, least)
        if free <= t and best_start < FAR:
            # Whoever goes home soon would leave the work, and its machine, for the next day.
            alone = span(plant, calendar, resumable, t, best_work, least)
            if alone[0] == best_start and alone[1] == best_end:
                lot[record + LOOKED], lot[record + OPEN] = 0, both if resumable else 0
                lot[record + CREW_AT], lot[record + WORK] = best, best_work
                return best_start, best_end
    lot[at.ASKED] += 1
    # There may be a thousand who could do it: where tables begin is not looked up for each.
    group = row_of(plant, at.P_GROUP, get(plant, at.P_MODE, mode, GROUP))
    states, hours = lot[at.L_STATE] + plant[AT_WORKER], row_of(plant, at.P_BOTH, calendar)
    first = row_of(plant, at.P_ABLE, plant[group])
    for row in range(first, row_of(plant, at.P_ABLE, plant[group + 1]), at.ABLE_WIDTH):
        begin, pace = max(t, lot[states + plant[row]]), plant[row + at.PACE]
        if pace <= 100 and begin + duration >= best_end:
            continue
        both = plant[hours + plant[row + at.HOURS]]
        if _no_sooner(lot, both, begin, pace, least <= t):
            continue
        work = -(-duration * 100 // pace)
        if begin + work >= best_end:
            continue
        start, end = span(plant, both, resumable, begin, work, least)
        if end < best_end:
            best_start, best_end, best, best_work = start, end, plant[row], work
    lot[record + CREW_AT], lot[record + WORK] = best, best_work
    for place in range(CREW_AT + 1, CREW_AT + plant[WIDTH]):
        lot[record + place] = -1
    lot[record + OPEN] = 0
    if best >= 0 and resumable:
        lot[record + OPEN] = plant[
            spot(plant, at.P_BOTH, calendar, get(plant, at.P_WORKER, best, 0))
        ]
    return best_start, best_end


@kernel
def _next(plant: Ints, lot: Ints, op: int, mode: int, wish: tuple[int, int, int, int, int]) -> int:
    """Return the row of the worker who, beside those chosen, lets an operation end first."""
    calendar, t, place, slowest, least = wish
    group = get(plant, at.P_MODE, mode, GROUP)
    best, best_end = -1, FAR
    for row in range(get(plant, at.P_GROUP, group, 0), get(plant, at.P_GROUP, group, 1)):
        worker = get(plant, at.P_ABLE, row, 0)
        taken = False
        for chosen in range(CREW_AT, place):
            taken = taken or lot[spot(lot, at.L_RECORD, op, chosen)] == worker
        begin = max(t, lot[lot[at.L_STATE] + plant[AT_WORKER] + worker])
        if taken or begin >= best_end:
            continue
        work = -(
            -get(plant, at.P_MODE, mode, at.DURATION)
            * 100
            // min(slowest, get(plant, at.P_ABLE, row, 1))
        )
        both = get(plant, at.P_BOTH, calendar, get(plant, at.P_WORKER, worker, 0))
        _, end = span(plant, both, _rests(plant, op, mode), begin, work, least)
        if end < best_end:
            best, best_end = row, end
    return best


@kernel
def find_crew(
    plant: Ints, lot: Ints, op: int, mode: int, wish: tuple[int, int, int, int]
) -> tuple[int, int]:
    """Choose workers, write them with work and calendar to the record; return start and end.

    Parameters
    ----------
    wish : calendar of the machine, instant from which it may start, work, and least end
    """
    calendar, t, work, least = wish
    record = row_of(lot, at.L_RECORD, op)
    resumable = _rests(plant, op, mode)
    place = CREW_AT
    named = get(plant, at.P_MODE, mode, CREW_END) - get(plant, at.P_MODE, mode, CREW)
    group = get(plant, at.P_MODE, mode, GROUP)
    if group >= 0 and named == 0 and get(plant, at.P_OP, op, COUNT) == 1:
        return _find_one(plant, lot, op, mode, wish)
    for row in range(get(plant, at.P_MODE, mode, CREW), get(plant, at.P_MODE, mode, CREW_END)):
        worker = plant[plant[at.P_CREW] + row]
        lot[record + place] = worker
        place += 1
        t = max(t, lot[lot[at.L_STATE] + plant[AT_WORKER] + worker])
        calendar = plant[spot(plant, at.P_BOTH, calendar, get(plant, at.P_WORKER, worker, 0))]
    lot[record + LOOKED] = 0
    if group >= 0:
        lot[record + LOOKED] = 1
        slowest = 100 if named > 0 else FAR
        for _ in range(get(plant, at.P_OP, op, COUNT)):
            best = _next(plant, lot, op, mode, (calendar, t, place, slowest, least))
            if best < 0:
                return FAR, FAR
            worker, pace = (
                get(plant, at.P_ABLE, best, 0),
                get(plant, at.P_ABLE, best, 1),
            )
            lot[record + place] = worker
            place += 1
            t = max(t, lot[lot[at.L_STATE] + plant[AT_WORKER] + worker])
            calendar = plant[spot(plant, at.P_BOTH, calendar, get(plant, at.P_WORKER, worker, 0))]
            slowest = min(slowest, pace)
        work = -(-work * 100 // slowest)
    while place < CREW_AT + plant[WIDTH]:
        lot[record + place] = -1
        place += 1
    lot[record + WORK], lot[record + OPEN] = work, calendar if resumable else 0
    return span(plant, calendar, resumable, t, work, least)
