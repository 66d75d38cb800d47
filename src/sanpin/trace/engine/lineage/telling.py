"""What an index tells of containers and deliveries beside walks and scopes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sanpin.trace.engine.lineage.index import Index

__all__ = ["events_around", "knows_events"]

Int64s = NDArray[np.int64]


def events_around(index: Index, thing: int) -> Int64s:
    """Ledger numbers of the events of whatever a thing lay in while it lay in it."""
    found = [np.zeros(0, np.int64)]
    for container, start, end in index.windows(thing).tolist():
        told = _told(index, container)
        times = index.times(told)
        found.append(index.ledger_numbers(told[(times >= start) & (times <= end)]))
    return np.unique(np.concatenate(found))


def knows_events(index: Index, numbers: Int64s) -> NDArray[np.bool_]:
    """Whether an index has events, by their numbers in the ledger."""
    found = np.zeros(numbers.size, bool)
    for layer in (index.base, index.news):
        at = np.searchsorted(layer.event, numbers)
        inside = at < layer.event.size
        found[inside] |= layer.event[at[inside]] == numbers[inside]
    return found


def _told(index: Index, thing: int) -> NDArray[np.int32]:
    """Events of a container by time."""
    layer = index.news if index.view.fresh[thing] else index.base
    keys = layer.list("told_key")
    at = int(np.searchsorted(keys, thing))
    if at == keys.size or keys[at] != thing:
        return np.zeros(0, np.int32)
    first, past = layer.list("told_offset")[at : at + 2].tolist()
    return layer.list("told_event")[first:past]
