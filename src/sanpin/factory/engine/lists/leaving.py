"""Where operations that are left out stand in the list: after what they would have to follow."""

from __future__ import annotations

from math import floor

import numpy as np

from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.compile import Plant
from sanpin.factory.engine.lists.layout import Ints

__all__ = ["with_left_out"]


def with_left_out(plant: Plant, mode: Ints, load: Ints, order: Ints, topological: Ints) -> Ints:
    """Return a list in which operations of routings that are not chosen stand in their place.

    A routing that is chosen later is worked off where its operations stand, so that each must
    come after its predecessors and before its successors, and near its job.

    Parameters
    ----------
    mode, load : decisions by operation
    order : all operations; those that are done in the order wanted
    topological : all operations, predecessors first

    Returns
    -------
    The list; what follows something left out may move to a later place.
    """
    jobs = {int(job) for job in plant.op[plant.op[:, at.OPTIONAL] > 0, at.JOB]}
    if not jobs:
        return order
    rank = np.empty(order.size, dtype=np.int64)
    rank[topological] = np.arange(order.size)
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size)
    key = _places_of_loads(load, order)
    out = mode == plant.op[:, at.MODES_END]
    mine = np.isin(plant.op[:, at.JOB], list(jobs))
    begin = dict.fromkeys(jobs, float(order.size))
    for op in np.flatnonzero(mine & ~out).tolist():
        job = int(plant.op[op, at.JOB])
        begin[job] = min(begin[job], key[op] - 0.5)
    for op in topological[mine[topological]].tolist():
        links = range(plant.op[op, at.BEFORE], plant.op[op, at.BEFORE_END])
        before = [int(plant.link[link, at.OTHER]) for link in links]
        if out[op]:
            after = (floor(key[other]) + 0.5 for other in before)
            key[op] = max(begin[int(plant.op[op, at.JOB])], *after, -1.0)
        else:
            key[op] = max(key[op], *(key[other] for other in before if key[other] % 1), -1.0)
    # Whole keys are places of old; between them come what is left out and what follows it.
    ties = np.where(key % 1 > 0, rank, place)
    return np.lexsort((ties, key))


def _places_of_loads(load: Ints, order: Ints) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return by operation the last place of the load that it stands in."""
    key = np.empty(order.size, dtype=np.float64)
    last = order.size - 1
    for place in range(order.size - 1, -1, -1):
        if place + 1 < order.size and load[order[place]] != load[order[place + 1]]:
            last = place
        key[order[place]] = last
    return key
