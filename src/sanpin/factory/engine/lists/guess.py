"""Kernels that guess, while a trial is worked off, how jobs will end that are not yet done.

What an operation ends later than before delays the end of its job unless somebody waits on the way
there; what it ends earlier helps if nobody does. A guess decides only whether a trial is worked
off to its end: what is accepted has been counted.
"""

from __future__ import annotations

from sanpin.factory.engine.compiled import kernel
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.layout import FAR, Floats, Ints, get, row_of, spot
from sanpin.factory.engine.lists.worth import job_cost

__all__ = ["forget_guess", "guess", "loss", "renew_slack"]

START, END, CHOSEN, GUESS, TRIAL = at.START, at.END, at.CHOSEN, at.GUESS, at.TRIAL


@kernel
def loss(plant: Ints, prices: Floats, lot: Ints, op: int, shift: int) -> float:
    """Return about what it costs if an operation of a job ends later: by the end of the job.

    Where the end of all matters, so does what the job ends later than all so far.
    """
    job, slack = get(plant, at.P_OP, op, at.JOB), lot[lot[at.L_SLACK] + op]
    shift = shift if shift < 0 and slack == 0 else max(0, shift - slack)
    if shift == 0:
        return 0.0
    known = lot[lot[at.L_JOB_END] + job]
    change = job_cost(plant, prices, job, known + shift) - job_cost(plant, prices, job, known)
    price = prices[plant[at.P_AIM] + at.MAKESPAN]
    if price > 0 and shift > 0:
        top = lot[lot[at.L_BEFORE_TOP] + plant[at.OPERATIONS] - 1]
        change += price * max(0, known + shift - top)
    return change


@kernel
def forget_guess(lot: Ints, worth: Floats, job: int) -> None:
    """Take back what was guessed about a job in this trial."""
    if lot[lot[at.L_GUESSED] + job] == lot[TRIAL]:
        worth[lot[at.L_VALUE] + GUESS] -= worth[lot[at.L_GUESS] + job]
    worth[lot[at.L_GUESS] + job] = 0.0


@kernel
def guess(plant: Ints, prices: Floats, lot: Ints, worth: Floats, op: int, old: int) -> None:
    """Guess what the end of a job changes by the new record of an operation.

    Parameters
    ----------
    old : place of the record before
    """
    record, job = row_of(lot, at.L_RECORD, op), get(plant, at.P_OP, op, at.JOB)
    forget_guess(lot, worth, job)
    if (
        lot[lot[at.L_JOB_END] + job] < 0
        or lot[old + START] < 0
        or lot[old + CHOSEN] < 0
        or lot[record + CHOSEN] < 0
    ):
        return
    change = loss(plant, prices, lot, op, lot[record + END] - lot[old + END])
    worth[lot[at.L_GUESS] + job] = change
    worth[lot[at.L_VALUE] + GUESS] += change
    lot[lot[at.L_GUESSED] + job] = lot[TRIAL]


@kernel
def _slack_of(plant: Ints, lot: Ints, op: int) -> int:
    """Return how much later an operation may end until its job does, if nobody makes way."""
    end = lot[spot(lot, at.L_RECORD, op, END)]
    least = FAR
    if get(plant, at.P_OP, op, at.SINK) > 0:
        least = lot[lot[at.L_JOB_END] + get(plant, at.P_OP, op, at.JOB)] - end
    for after in range(get(plant, at.P_OP, op, at.NEXT), get(plant, at.P_OP, op, at.NEXT_END)):
        other = plant[plant[at.P_AFTER] + after]
        if lot[spot(lot, at.L_RECORD, other, CHOSEN)] >= 0:
            wait = lot[spot(lot, at.L_RECORD, other, START)] - end
            least = min(least, max(0, wait) + lot[lot[at.L_SLACK] + other])
    return int(least)


@kernel
def renew_slack(plant: Ints, lot: Ints, job: int) -> None:
    """Renew the slack of the operations of a job; what follows mostly stands later in the file."""
    first = get(plant, at.P_JOB, job, at.OPS)
    for op in range(get(plant, at.P_JOB, job, at.OPS_END) - 1, first - 1, -1):
        lot[lot[at.L_SLACK] + op] = _slack_of(plant, lot, op)
