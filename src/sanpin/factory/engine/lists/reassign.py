"""Kernel that gives work to another worker, so that its own is there for who waits for him."""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.chance import draw
from sanpin.factory.engine.lists.edits import decide_anew
from sanpin.factory.engine.lists.layout import Ints, get, row_of
from sanpin.factory.engine.lists.waiting import stay

__all__ = ["reassign"]

CREW_AT, START, END, SEEN = at.CREW_AT, at.START, at.END, at.SEEN

BACK = 200
"""Places of the list that are asked for who kept a worker."""


@kernel
def _kept_by(lot: Ints, op: int) -> int:
    """Return whose work an operation's worker did until it could start; itself if he was free."""
    record = row_of(lot, at.L_RECORD, op)
    worker, place = lot[record + CREW_AT], lot[lot[at.L_POSITION] + op]
    if lot[record + START] > lot[record + SEEN]:
        for before in range(place - 1, max(-1, place - BACK), -1):
            other = lot[lot[at.L_ORDER] + before]
            known = row_of(lot, at.L_RECORD, other)
            if lot[known + CREW_AT] == worker and lot[known + at.CHOSEN] >= 0:
                late = lot[record + SEEN] < lot[known + END] <= lot[record + START]
                return int(other) if late else op
    return op


@kernel
def reassign(plant: Ints, lot: Ints, op: int) -> bool:
    """Wish for another worker where one of a group works; tell whether there is one.

    The wish is heeded unless somebody else of the group ends the work earlier.
    """
    if plant[at.GROUPS] == 0 or lot[row_of(lot, at.L_RECORD, op) + CREW_AT] < 0:
        return False
    op = _kept_by(lot, op)
    mode = lot[lot[at.L_MODE] + op]
    group = get(plant, at.P_MODE, mode, at.GROUP)
    named = get(plant, at.P_MODE, mode, at.CREW_END) - get(plant, at.P_MODE, mode, at.CREW)
    if group < 0 or named > 0 or get(plant, at.P_OP, op, at.COUNT) != 1:
        return False
    first = get(plant, at.P_GROUP, group, 0)
    row = first + draw(lot, get(plant, at.P_GROUP, group, 1) - first)
    if get(plant, at.P_ABLE, row, 0) == lot[row_of(lot, at.L_RECORD, op) + CREW_AT]:
        return False
    decide_anew(lot, op, mode, lot[lot[at.L_LOAD] + op], lot[lot[at.L_DELAY] + op])
    lot[at.WISHER], lot[at.WISHED] = op + 1, row
    return stay(plant, lot)
