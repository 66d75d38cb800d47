"""Where operations that are left out stand in the list: after what they would have to follow."""

from __future__ import annotations

from math import floor

import numpy as np
from numpy.typing import NDArray

from sanpin.factory.engine.compiled import entry
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.compile import Plant
from sanpin.factory.engine.lists.layout import Floats, Ints, get, row_of

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
    job = plant.op[:, at.JOB]
    choosing = np.zeros(plant.size(at.JOBS), dtype=bool)
    choosing[job[plant.op[:, at.OPTIONAL] > 0]] = True
    if not choosing.any():
        return order
    count = order.size
    rank, place = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    rank[topological], place[order] = np.arange(count), np.arange(count)
    key = _places_of_loads(load, order)
    out = mode == plant.op[:, at.MODES_END]
    begin = np.full(choosing.size, float(count))
    done = choosing[job] & ~out
    np.minimum.at(begin, job[done], key[done] - 0.5)
    _put_in_place(
        plant.ints, topological[choosing[job[topological]]], out.astype(np.int64), begin, key
    )
    # Whole keys are places of old; between them come what is left out and what follows it.
    ties = np.where(key % 1 > 0, rank, place)
    return np.lexsort((ties, key))


@entry
def _put_in_place(plant: Ints, mine: Ints, out: Ints, begin: Floats, key: Floats) -> None:
    """Give what is left out, and what follows it, keys after what they follow.

    Parameters
    ----------
    mine : operations of jobs that have a choice, predecessors first
    out : by operation whether it is left out
    begin : by job the key before which nothing of it stands
    """
    for op in mine:
        row = row_of(plant, at.P_OP, op)
        least = max(begin[plant[row + at.JOB]], -1.0) if out[op] else max(key[op], -1.0)
        for link in range(plant[row + at.BEFORE], plant[row + at.BEFORE_END]):
            before = key[get(plant, at.P_LINK, link, at.OTHER)]
            if out[op]:
                least = max(least, floor(before) + 0.5)
            elif before % 1 > 0:
                least = max(least, before)
        key[op] = least


def _places_of_loads(load: Ints, order: Ints) -> NDArray[np.float64]:
    """Return by operation the last place of the load that it stands in."""
    own = load[order]
    ends = np.flatnonzero(np.append(own[1:] != own[:-1], True))
    key = np.empty(order.size, dtype=np.float64)
    key[order] = ends[np.searchsorted(ends, np.arange(order.size))]
    return key
