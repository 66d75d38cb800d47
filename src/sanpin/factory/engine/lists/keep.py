"""Kernel that keeps a schedule as the best so far."""

from __future__ import annotations

from sanpin.factory.engine.compiled import entry
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.layout import Floats, Ints
from sanpin.factory.engine.lists.scan import copy_cells

__all__ = ["keep_best"]


@entry
def keep_best(plant: Ints, lot: Ints, worth: Floats) -> None:
    """Keep the schedule as the best so far."""
    count = plant[at.OPERATIONS]
    for table in range(at.L_BEST_ORDER, at.L_BEST_DELAY + 2, 2):
        source = at.L_ORDER
        if table > at.L_BEST_ORDER:
            source = at.L_MODE + table - at.L_BEST_MODE
        copy_cells(lot, lot[source], lot[table], count)
    width = at.CREW_AT + plant[at.WIDTH]
    copy_cells(lot, lot[at.L_RECORD], lot[at.L_BEST_RECORD], count * width)
    worth[lot[at.L_VALUE] + at.BEST] = worth[lot[at.L_VALUE] + at.OBJECTIVE]
    worth[lot[at.L_VALUE] + at.BEST_BROKEN] = worth[lot[at.L_VALUE] + at.BROKEN]
    lot[at.BETTER] = 0
