"""A lower bound of the objective: every job by itself, on its fastest ways, with nobody else."""

from __future__ import annotations

import numpy as np

from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.compile import Plant
from sanpin.factory.engine.lists.layout import FAR, Floats, Ints

__all__ = ["least_objective"]


def least_objective(plant: Plant, order: Ints) -> float:
    """Return a bound that no schedule can beat.

    Notes
    -----
    The longest way through each job with least durations gives the least end; tardiness, flow and
    makespan never fall with it. Set-ups, earliness and stability are at least 0.

    Parameters
    ----------
    order : operations, predecessors first
    """
    work, price = _least_modes(plant)
    start = plant.op[:, at.EARLIEST].copy()
    end = np.zeros_like(start)
    for op in order.tolist():
        row = plant.op[op]
        least = 0
        for link in range(row[at.BEFORE], row[at.BEFORE_END]):
            other, lag, _, share, _ = plant.link[link]
            start[op] = max(start[op], (start if share else end)[other] + lag)
            least = max(least, end[other] + lag)
        end[op] = max(start[op] + work[op], least)
    last = np.zeros(plant.job.shape[0], dtype=np.int64)
    np.maximum.at(last, plant.op[:, at.JOB], end)
    aim, due = plant.aim, plant.job[:, at.DUE]
    late = np.where(due < FAR, np.maximum(0, last - due), 0)
    total = aim[at.TARDINESS] * (late * plant.weight[:, 0]).sum()
    total += aim[at.TARDY_JOBS] * (late > 0).sum()
    total += aim[at.FLOW] * (last - plant.job[:, at.RELEASE]).sum()
    total += aim[at.MAKESPAN] * last.max(initial=0)
    return float(total + aim[at.COST] * price.sum())


def _least_modes(plant: Plant) -> tuple[Ints, Floats]:
    """Return the least work and the least price of every operation over its modes."""
    fastest = np.full(plant.mode.shape[0], 100, dtype=np.int64)
    for number, (first, last) in enumerate(plant.group.tolist()):
        paces = plant.able[first:last, 1]
        fastest[plant.mode[:, at.GROUP] == number] = max(100, paces.max(initial=100))
    work = -(-plant.mode[:, at.DURATION] * 100 // fastest)
    count = plant.op.shape[0]
    least = np.full(count, FAR, dtype=np.int64)
    price = np.full(count, np.inf)
    owner = np.repeat(np.arange(count), plant.op[:, at.MODES_END] - plant.op[:, at.MODES])
    np.minimum.at(least, owner, work)
    np.minimum.at(price, owner, plant.price)
    return least, price
