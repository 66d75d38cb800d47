"""Kernels that tell when a trial has no more effect on the rest of the list."""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.layout import FAR, Ints, get, row_of

__all__ = ["is_alike", "is_settled", "renew_seen"]

POOLS, POOLS_END, USES, USES_END = at.POOLS, at.POOLS_END, at.USES, at.USES_END
CHOSEN, SEEN, CREW_AT, WIDTH, PIECE = at.CHOSEN, at.SEEN, at.CREW_AT, at.WIDTH, at.PIECE
AT_MACHINE, AT_LAST, AT_WORKER, AT_USED = at.AT_MACHINE, at.AT_LAST, at.AT_WORKER, at.AT_USED
LOOKS = at.LOOKS
AT_POOL, AT_POOL_ROWS, AT_GROUP, AT_TANK = at.AT_POOL, at.AT_POOL_ROWS, at.AT_GROUP, at.AT_TANK


@kernel
def _seen_from(plant: Ints, lot: Ints, place: int, kind: int) -> int:
    """Return from when the operation at a place looks at pools, stocks, or workers and tools."""
    op = lot[lot[at.L_ORDER] + place]
    record = row_of(lot, at.L_RECORD, op)
    mode = lot[record + CHOSEN]
    if mode < 0:
        return FAR
    if kind == 0:
        looks = get(plant, at.P_MODE, mode, POOLS) < get(plant, at.P_MODE, mode, POOLS_END)
    elif kind == 1:
        looks = get(plant, at.P_OP, op, USES) < get(plant, at.P_OP, op, USES_END)
    else:
        looks = lot[record + PIECE] >= 0 or (plant[WIDTH] > 0 and lot[record + CREW_AT] >= 0)
    return int(lot[record + SEEN]) if looks else FAR


@kernel
def renew_seen(plant: Ints, lot: Ints, first: int, stop: int) -> None:
    """Renew from when pools, stocks, workers and tools are looked at after every place."""
    for kind in range(LOOKS):
        seen = lot[at.L_SEEN_AFTER] + kind
        lot[seen + LOOKS * plant[at.OPERATIONS]] = FAR
        for place in range(stop - 1, -1, -1):
            soonest = min(lot[seen + LOOKS * (place + 1)], _seen_from(plant, lot, place, kind))
            if place < first and lot[seen + LOOKS * place] == soonest:
                break
            lot[seen + LOOKS * place] = soonest


@kernel
def is_settled(lot: Ints, place: int) -> bool:
    """Tell whether all from a place of the list on stays as it is, but for what the state says."""
    seen = lot[at.L_SEEN_AFTER] + LOOKS * place
    return bool(
        place > lot[at.TOP] and lot[at.POOLS_TO] <= lot[seen] and lot[at.STOCKS_TO] <= lot[seen + 1]
    )


@kernel
def _is_over(lot: Ints, machine: int, place: int) -> bool:
    """Tell whether a machine does nothing from a place of the list on."""
    last = lot[lot[at.L_LAST_ON] + machine]
    return bool(last < 0 or lot[lot[at.L_POSITION] + last] < place)


@kernel
def is_alike(plant: Ints, lot: Ints, row: int, place: int) -> bool:
    """Tell whether the state differs from that at a mark only in what nobody looks at any more.

    That is a machine that has nothing left to do, and since when a worker or a tool is free if
    both instants lie before everybody else's looking.
    """
    mark, state = row_of(lot, at.L_MARK, row), lot[at.L_STATE]
    floor = lot[lot[at.L_SEEN_AFTER] + LOOKS * place + 2]
    if plant[at.AT_GAP] < plant[at.STATE_SIZE]:
        # Whoever sets up looks at the time before.
        floor = -1
    for machine in range(plant[at.MACHINES]):
        here, last = plant[AT_MACHINE] + 2 * machine, plant[AT_LAST] + machine
        if (
            lot[mark + here] != lot[state + here]
            or lot[mark + here + 1] != lot[state + here + 1]
            or lot[mark + last] != lot[state + last]
        ) and not _is_over(lot, machine, place):
            return False
    for here in range(plant[AT_WORKER], plant[AT_USED]):
        old, new = lot[mark + here], lot[state + here]
        if old != new and max(old, new) > floor:
            return False
    for here in range(plant[AT_USED], plant[AT_POOL]):
        if lot[mark + here] != lot[state + here]:
            return False
    for here in range(plant[AT_POOL_ROWS], plant[AT_GROUP]):
        if lot[mark + here] != lot[state + here]:
            return False
    for here in range(plant[AT_TANK], plant[at.STATE_SIZE]):
        if lot[mark + here] != lot[state + here]:
            return False
    return True
