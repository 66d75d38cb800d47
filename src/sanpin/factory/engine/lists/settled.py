"""Kernels that tell when a trial has no more effect on the rest of the list."""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.layout import FAR, Ints, get, row_of

__all__ = ["is_settled", "renew_seen"]

POOLS, POOLS_END, USES, USES_END = at.POOLS, at.POOLS_END, at.USES, at.USES_END
CHOSEN, SEEN, LOOKS = at.CHOSEN, at.SEEN, at.LOOKS


@kernel
def _seen_from(plant: Ints, lot: Ints, place: int, kind: int) -> int:
    """Return from when the operation at a place looks at pools or stocks."""
    op = lot[lot[at.L_ORDER] + place]
    record = row_of(lot, at.L_RECORD, op)
    mode = lot[record + CHOSEN]
    if mode < 0:
        return FAR
    if kind == 0:
        looks = get(plant, at.P_MODE, mode, POOLS) < get(plant, at.P_MODE, mode, POOLS_END)
    else:
        looks = get(plant, at.P_OP, op, USES) < get(plant, at.P_OP, op, USES_END)
    return int(lot[record + SEEN]) if looks else FAR


@kernel
def renew_seen(plant: Ints, lot: Ints, first: int, stop: int) -> None:
    """Renew from when pools and stocks are looked at after every place."""
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
