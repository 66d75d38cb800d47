"""Kernels of materials that expire: who can still take what when.

What is consumed takes the lots that expire first. Consumers are placed in the order of the list,
not in order of time, so that each replays all of them: it may start when it leaves none of those
before it in the list without. Later it finds less or the same unless something comes in, so only
instants of supply are tried.
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.layout import FAR, Ints, get, spot

__all__ = ["fresh_at"]

USES, USES_END = at.USES, at.USES_END
ARRIVALS, ARRIVALS_END, MADE_LOG, LIFE, DRAWN_LOG = (
    at.ARRIVALS, at.ARRIVALS_END, at.MADE_LOG, at.LIFE, at.DRAWN_LOG,
)  # fmt: skip


@kernel
def _add(lot: Ints, events: tuple[int, int], count: int, time: int, amount: int) -> None:
    """Add an event to the first `count` of some that stand in order of time.

    Parameters
    ----------
    events : place of the first one's time in the flat array, and distance to its amount
    """
    here, far = events[0] + count, events[1]
    while here > events[0] and lot[here - 1] > time:
        lot[here], lot[here + far] = lot[here - 1], lot[here + far - 1]
        here -= 1
    lot[here], lot[here + far] = time, amount


@kernel
def _read(plant: Ints, lot: Ints, material: int) -> tuple[int, int]:
    """Fill in supply and then use of a material, each in order of time; return their numbers."""
    begin, far = lot[at.L_EVENT], plant[at.MOST_EVENTS]
    supplies, before = 0, 0
    for row in range(
        get(plant, at.P_MATERIAL, material, ARRIVALS),
        get(plant, at.P_MATERIAL, material, ARRIVALS_END),
    ):
        so_far = get(plant, at.P_ARRIVAL, row, 1)
        _add(lot, (begin, far), supplies, get(plant, at.P_ARRIVAL, row, 0), so_far - before)
        before = so_far
        supplies += 1
    log = get(plant, at.P_MATERIAL, material, MADE_LOG)
    for row in range(log, log + lot[lot[at.L_STATE] + plant[at.AT_MADE_ROWS] + material]):
        made, amount = lot[spot(lot, at.L_LOG, row, 0)], lot[spot(lot, at.L_LOG, row, 2)]
        _add(lot, (begin, far), supplies, made, amount)
        supplies += 1
    log = get(plant, at.P_MATERIAL, material, DRAWN_LOG)
    uses = lot[lot[at.L_STATE] + plant[at.AT_DRAWN_ROWS] + material]
    for use in range(uses):
        drawn, amount = (
            lot[spot(lot, at.L_LOG, log + use, 0)],
            lot[spot(lot, at.L_LOG, log + use, 2)],
        )
        _add(lot, (begin + supplies, far), use, drawn, amount)
    return supplies, uses


@kernel
def _missing(plant: Ints, lot: Ints, supplies: int, uses: int, life: int) -> int:
    """Return how much of the use finds nothing, when all take what expires first."""
    times, far = lot[at.L_EVENT], plant[at.MOST_EVENTS]
    # What a lot has left stands behind the amounts.
    rest = times + 2 * far
    for supply in range(supplies):
        lot[rest + supply] = lot[times + far + supply]
    head, missing = 0, 0
    for use in range(times + supplies, times + supplies + uses):
        now, wanted = lot[use], lot[use + far]
        while head < supplies and lot[times + head] + life <= now:
            head += 1
        while wanted > 0 and head < supplies and lot[times + head] <= now:
            taken = min(wanted, lot[rest + head])
            wanted -= taken
            lot[rest + head] -= taken
            if lot[rest + head] == 0:
                head += 1
        missing += wanted
    return int(missing)


@kernel
def _needed(plant: Ints, lot: Ints, row: int, first: int, last: int) -> int:
    """Return how much a need asks for, with what others at places of the list take of the same."""
    material, total = get(plant, at.P_NEED, row, 0), get(plant, at.P_NEED, row, 1)
    for place in range(first, last):
        other = lot[lot[at.L_ORDER] + place]
        for need in range(get(plant, at.P_OP, other, USES), get(plant, at.P_OP, other, USES_END)):
            if get(plant, at.P_NEED, need, 0) == material:
                total += get(plant, at.P_NEED, need, 1)
    return total


@kernel
def fresh_at(plant: Ints, lot: Ints, op: int, t: int, first: int, last: int) -> int:
    """Return `t` if what an operation consumes then has not expired, else the next instant to try.

    Parameters
    ----------
    first, last : places of the list of those who start with it and are not booked yet

    Returns
    -------
    `t`, the next supply of what was lacking, or `FAR` when nothing follows.
    """
    for row in range(get(plant, at.P_OP, op, USES), get(plant, at.P_OP, op, USES_END)):
        material = get(plant, at.P_NEED, row, 0)
        life = get(plant, at.P_MATERIAL, material, LIFE)
        if life >= FAR:
            continue
        supplies, uses = _read(plant, lot, material)
        known = _missing(plant, lot, supplies, uses, life)
        times, amount = lot[at.L_EVENT], _needed(plant, lot, row, first, last)
        _add(lot, (times + supplies, plant[at.MOST_EVENTS]), uses, t, amount)
        if _missing(plant, lot, supplies, uses + 1, life) > known:
            for supply in range(times, times + supplies):
                if lot[supply] > t:
                    return int(lot[supply])
            return FAR
    return t
