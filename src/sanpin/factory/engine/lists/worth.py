"""Kernels of the objective: what an operation costs, and what a job's end costs."""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.layout import FAR, Floats, Ints, get, row_of, spot

__all__ = ["cost_of", "end_of", "job_cost"]

DUE, RELEASE, ENDS, ENDS_END = at.DUE, at.RELEASE, at.ENDS, at.ENDS_END
START, END, SETUP_START, SETUP, CHOSEN = at.START, at.END, at.SETUP_START, at.SETUP, at.CHOSEN
CREW_AT, WIDTH, MACHINE, SITE = at.CREW_AT, at.WIDTH, at.MACHINE, at.SITE
TARDINESS, SETUP_TERM, EARLINESS, FLOW = at.TARDINESS, at.SETUP_TERM, at.EARLINESS, at.FLOW
COST, STABILITY, TARDY_JOBS = at.COST, at.STABILITY, at.TARDY_JOBS


@kernel
def job_cost(plant: Ints, prices: Floats, job: int, end: int) -> float:
    """Return what a job's end adds to the objective."""
    aim = prices[plant[at.P_AIM] :]
    total = aim[FLOW] * (end - get(plant, at.P_JOB, job, RELEASE))
    due = get(plant, at.P_JOB, job, DUE)
    if due < FAR:
        if end > due:
            total += (
                aim[TARDINESS] * prices[spot(plant, at.P_WEIGHT, job, 0)] * (end - due)
                + aim[TARDY_JOBS]
            )
        else:
            total += aim[EARLINESS] * prices[spot(plant, at.P_WEIGHT, job, 1)] * (due - end)
    return float(total)


@kernel
def end_of(plant: Ints, lot: Ints, job: int) -> int:
    """Return the latest end of the operations of a job that are placed."""
    end = 0
    for row in range(get(plant, at.P_JOB, job, ENDS), get(plant, at.P_JOB, job, ENDS_END)):
        op = plant[plant[at.P_LAST] + row]
        if lot[spot(lot, at.L_RECORD, op, CHOSEN)] >= 0:
            end = max(end, lot[spot(lot, at.L_RECORD, op, END)])
    return end


@kernel
def _spending(plant: Ints, prices: Floats, lot: Ints, op: int, first: bool) -> float:
    """Return the money that one operation costs: mode, fares, and what it holds."""
    record = row_of(lot, at.L_RECORD, op)
    total = prices[plant[at.P_PRICE] + lot[record + CHOSEN]]
    machine = get(plant, at.P_MODE, lot[record + CHOSEN], MACHINE)
    span = lot[record + END] - lot[record + SETUP_START]
    site = get(plant, at.P_MACHINE, machine, SITE) if machine >= 0 else 0
    if machine >= 0 and first:
        total += prices[plant[at.P_RATE_MACHINE] + machine] * span
    for place in range(CREW_AT, CREW_AT + plant[WIDTH]):
        if lot[record + place] >= 0:
            total += prices[plant[at.P_RATE_WORKER] + lot[record + place]] * span
    if machine >= 0 and get(plant, at.P_OP, op, at.TOOL) >= 0:
        total += prices[plant[at.P_RATE_TOOL] + get(plant, at.P_OP, op, at.TOOL)] * span
    for link in range(get(plant, at.P_OP, op, at.BEFORE), get(plant, at.P_OP, op, at.BEFORE_END)):
        chosen = lot[spot(lot, at.L_RECORD, get(plant, at.P_LINK, link, at.OTHER), CHOSEN)]
        if chosen >= 0:
            source = get(plant, at.P_MODE, chosen, MACHINE)
            total += prices[
                spot(
                    plant,
                    at.P_FARE,
                    get(plant, at.P_MACHINE, source, SITE) if source >= 0 else 0,
                    site,
                )
            ]
    return float(total)


@kernel
def cost_of(plant: Ints, prices: Floats, lot: Ints, op: int, first: bool) -> float:
    """Return what one operation adds to the objective, the end of its job apart.

    Parameters
    ----------
    first : whether it speaks for its load; the others share machine and set-up with it
    """
    record, aim = row_of(lot, at.L_RECORD, op), prices[plant[at.P_AIM] :]
    if lot[record + CHOSEN] < 0:
        return 0.0
    total = aim[SETUP_TERM] * lot[record + SETUP] if first else 0.0
    if aim[COST] > 0:
        total += aim[COST] * _spending(plant, prices, lot, op, first)
    if aim[STABILITY] > 0 and get(plant, at.P_OP, op, at.OLD_MACHINE) > -2:
        machine = get(plant, at.P_MODE, lot[record + CHOSEN], MACHINE)
        moved = 100 if machine != get(plant, at.P_OP, op, at.OLD_MACHINE) else 0
        total += aim[STABILITY] * (
            moved + abs(lot[record + START] - get(plant, at.P_OP, op, at.OLD_START))
        )
    return float(total)
