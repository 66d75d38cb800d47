"""Kernels of materials that expire: who can still take what when.

What is consumed takes the lots that expire first. Consumers are placed in the order of the list,
not in order of time, so that each replays all of them: it may start when it leaves none of those
before it in the list without. Later it finds less or the same unless something comes in, so only
instants of supply are tried.
"""

from __future__ import annotations

import numpy as np

from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.compiled import kernel
from sanpin.factory.engine.lists.layout import FAR, Ints, get, spot

__all__ = ["fresh_at"]

USES, USES_END = at.USES, at.USES_END
ARRIVALS, ARRIVALS_END, MADE_LOG, LIFE, DRAWN_LOG = (
    at.ARRIVALS, at.ARRIVALS_END, at.MADE_LOG, at.LIFE, at.DRAWN_LOG,
)  # fmt: skip


@kernel
def _sort_in(times: Ints, amounts: Ints, count: int, time: int, amount: int) -> None:
    """Add an event to the first `count` of some that stand in order of time."""
    place = count
    while place > 0 and times[place - 1] > time:
        times[place], amounts[place] = times[place - 1], amounts[place - 1]
        place -= 1
    times[place], amounts[place] = time, amount


@kernel
def _read(plant: Ints, lot: Ints, material: int, times: Ints, amounts: Ints) -> int:
    """Fill in supply and then use of a material, each in order of time; return the first use."""
    first = get(plant, at.P_MATERIAL, material, ARRIVALS)
    supplies, before = 0, 0
    for row in range(first, get(plant, at.P_MATERIAL, material, ARRIVALS_END)):
        sum_now = get(plant, at.P_ARRIVAL, row, 1)
        times[supplies] = get(plant, at.P_ARRIVAL, row, 0)
        amounts[supplies] = sum_now - before
        before = sum_now
        supplies += 1
    log = get(plant, at.P_MATERIAL, material, MADE_LOG)
    for row in range(log, log + lot[lot[at.L_STATE] + plant[at.AT_MADE_ROWS] + material]):
        made, amount = lot[spot(lot, at.L_LOG, row, 0)], lot[spot(lot, at.L_LOG, row, 2)]
        _sort_in(times, amounts, supplies, made, amount)
        supplies += 1
    log = get(plant, at.P_MATERIAL, material, DRAWN_LOG)
    count = lot[lot[at.L_STATE] + plant[at.AT_DRAWN_ROWS] + material]
    for row in range(count):
        _sort_in(
            times[supplies:],
            amounts[supplies:],
            row,
            lot[spot(lot, at.L_LOG, log + row, 0)],
            lot[spot(lot, at.L_LOG, log + row, 2)],
        )
    return supplies


@kernel
def _missing(times: Ints, amounts: Ints, supplies: int, uses: int, life: int) -> int:
    """Return how much of the use finds nothing, when all take what expires first."""
    rest = amounts[:supplies].copy()
    head, missing = 0, 0
    for use in range(supplies, supplies + uses):
        while head < supplies and times[head] + life <= times[use]:
            head += 1
        wanted = amounts[use]
        while wanted > 0 and head < supplies and times[head] <= times[use]:
            taken = min(wanted, rest[head])
            wanted -= taken
            rest[head] -= taken
            if rest[head] == 0:
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
        begin, end = (
            get(plant, at.P_MATERIAL, material, ARRIVALS),
            get(plant, at.P_MATERIAL, material, ARRIVALS_END),
        )
        made = lot[lot[at.L_STATE] + plant[at.AT_MADE_ROWS] + material]
        uses = lot[lot[at.L_STATE] + plant[at.AT_DRAWN_ROWS] + material]
        times = np.empty(end - begin + made + uses + 1, np.int64)
        amounts = np.empty(times.size, np.int64)
        supplies = _read(plant, lot, material, times, amounts)
        known = _missing(times, amounts, supplies, uses, life)
        amount = _needed(plant, lot, row, first, last)
        _sort_in(times[supplies:], amounts[supplies:], uses, t, amount)
        if _missing(times, amounts, supplies, uses + 1, life) > known:
            for supply in range(supplies):
                if times[supply] > t:
                    return int(times[supply])
            return FAR
    return t
