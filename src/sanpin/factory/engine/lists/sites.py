"""Kernel that moves a job to another site: transport makes half moves dear."""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.chance import draw
from sanpin.factory.engine.lists.edits import decide_anew
from sanpin.factory.engine.lists.layout import Ints, get, row_of
from sanpin.factory.engine.lists.nearby import fresh
from sanpin.factory.engine.lists.waiting import stay

__all__ = ["relocate"]


@kernel
def _site_of(plant: Ints, mode: int) -> int:
    """Return the site of the machine of a mode, -1 outside."""
    machine = get(plant, at.P_MODE, mode, at.MACHINE)
    return get(plant, at.P_MACHINE, machine, at.SITE) if machine >= 0 else -1


@kernel
def _mode_at(plant: Ints, lot: Ints, op: int, site: int) -> int:
    """Return a mode of an operation at a site, by chance the first found; -1 for none."""
    row = row_of(plant, at.P_OP, op)
    count = plant[row + at.MODES_END] - plant[row + at.MODES]
    begin = draw(lot, count)
    for step in range(count):
        mode = plant[row + at.MODES] + (begin + step) % count
        if _site_of(plant, mode) == site:
            return int(mode)
    return -1


@kernel
def relocate(plant: Ints, lot: Ints, op: int) -> bool:
    """Let a job be done at another site as far as it can be; tell whether that changes anything.

    Parameters
    ----------
    op : an operation of the job that can be done elsewhere
    """
    row = row_of(plant, at.P_OP, op)
    count = plant[row + at.MODES_END] - plant[row + at.MODES]
    goal = _site_of(plant, plant[row + at.MODES] + draw(lot, count))
    job = get(plant, at.P_OP, op, at.JOB)
    if goal < 0 or goal == _site_of(plant, lot[lot[at.L_MODE] + op]):
        return False
    for other in range(get(plant, at.P_JOB, job, at.OPS), get(plant, at.P_JOB, job, at.OPS_END)):
        mode = lot[lot[at.L_MODE] + other]
        out = mode == get(plant, at.P_OP, other, at.MODES_END)
        if out or _site_of(plant, mode) == goal or lot[at.EDITS] >= at.MOST_EDITS:
            continue
        there = _mode_at(plant, lot, other, goal)
        if there >= 0:
            decide_anew(lot, other, there, fresh(lot), 0)
    return stay(plant, lot)
