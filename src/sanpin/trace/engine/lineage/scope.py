"""The scope of a recall as arrays: what is bad, where it is, who got it, what is not known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanpin.trace.engine.lineage.access import View
from sanpin.trace.engine.lineage.columns import BEGINS, CLASS, CONTAINER
from sanpin.trace.engine.lineage.gaps import TOLERANCE
from sanpin.trace.engine.lineage.index import Index, Reach
from sanpin.trace.engine.lineage.standing import (
    GIVEN,
    LAST_EVENT,
    PLACED,
    SETTLED,
    direct_deliveries,
    last_parents,
    lot_deliveries,
    receivers,
    spoken,
    standings,
    unpacked,
)
from sanpin.trace.engine.lineage.stays import ALWAYS, NEVER
from sanpin.trace.model.lineage import Status

__all__ = ["GAPS", "STATES", "Delivered", "Gaps", "Scope", "Standing", "scope_of", "standing_of"]

STATES = (
    Status.UNKNOWN,
    Status.ON_HAND,
    Status.IN_TRANSIT,
    Status.SHIPPED,
    Status.SOLD,
    Status.CONSUMED,
    Status.DESTROYED,
)
"""Status by its number."""

GAPS = ("unknown", "never_commissioned", "unpacked_without_packing", "balance")
"""Kinds of gaps by their number."""

Int32s = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where things are now; T things.

    Attributes
    ----------
    status : uint8 (T), see `STATES`
    place : int32 (T), word of the last location or read point, -1 for none
    container : int32 (T), the inmost container in which it lies, -1 for none
    last_event, place_event : int32 (T), last event, and the event that tells the place
    given_event : int32 (T), event that delivered it last, -1 for none
    amount, unit : float64 (T), NaN where no event tells; int32 (T), word, -1 for pieces
    """

    status: NDArray[np.uint8]
    place: Int32s
    container: Int32s
    last_event: Int32s
    place_event: Int32s
    given_event: Int32s
    amount: NDArray[np.float64]
    unit: Int32s


@dataclass(frozen=True, slots=True)
class Delivered:
    """Who got what; D deliveries, the pieces each once, lots once for each container.

    Attributes
    ----------
    thing, place, container, unit : int32 (D), -1 for no container, and for pieces
    amount : float64 (D)
    """

    thing: Int32s
    place: Int32s
    container: Int32s
    amount: NDArray[np.float64]
    unit: Int32s

    def by_place(self) -> list[tuple[int, int, dict[int, float]]]:
        """Place, number of products and amounts by unit, for each place, ascending."""
        found = []
        order = np.argsort(self.place, kind="stable")
        places, starts = np.unique(self.place[order], return_index=True)
        for place, rows in zip(places, np.split(order, starts[1:]), strict=True):
            units, inverse = np.unique(self.unit[rows], return_inverse=True)
            sums = np.bincount(inverse, self.amount[rows])
            amounts = {int(u): float(s) for u, s in zip(units, sums, strict=True)}
            found.append((int(place), int(np.unique(self.thing[rows]).size), amounts))
        return found


@dataclass(frozen=True, slots=True)
class Gaps:
    """What could not be traced; G gaps.

    Attributes
    ----------
    thing, kind : int32 and uint8 (G), see `GAPS`
    other : int32 (G), the parent of one that was unpacked, the unit of a balance, else -1
    used, made : float64 (G), of a balance
    """

    thing: Int32s
    kind: NDArray[np.uint8]
    other: Int32s
    used: NDArray[np.float64]
    made: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scope:
    """What must come back, nearest first, what carries it, who got it, and what is not known.

    Attributes
    ----------
    reach : the walk; `Reach.path` explains each line
    product : bool (T), must come back; otherwise it only carries
    standing : where each thing is
    delivered, gaps : of the products
    """

    reach: Reach
    product: NDArray[np.bool_]
    standing: Standing
    delivered: Delivered
    gaps: Gaps


def scope_of(index: Index, seeds: Iterable[int], start: int = NEVER, end: int = ALWAYS) -> Scope:
    """Find what must come back when things are bad, where it is and who got it.

    Parameters
    ----------
    seeds : numbers of things; those that no event names are a gap
    start, end : window of time (microseconds UTC) in which they are bad
    """
    view, roots = index.view, list(dict.fromkeys(seeds))
    reach = index.forward(roots, start, end, edges=False)
    standing = standing_of(index, reach.things)
    known = standing.last_event >= 0
    product = (reach.mode > 0) & ((view.flags[reach.things] & CONTAINER) == 0) & known
    # What no event names is no line of the answer but a gap.
    missing = np.array([root for root in roots if root not in set(reach.things[known].tolist())]
                       if not known.all() or len(roots) > 1 else [], np.int32)  # fmt: skip
    goods = reach.things[product]
    return Scope(
        reach,
        product,
        standing,
        _delivered(view, goods, standing.given_event[product]),
        _gaps(view, goods, missing),
    )


def standing_of(index: Index, things: Int32s) -> Standing:
    """Where things are now, in which status and how much of each there is.

    Parameters
    ----------
    things : int32 (T), those of one container best side by side
    """
    view = index.view
    # Neighbours in number mostly shared their containers, which the kernel asks for once.
    order = np.argsort(things, kind="stable")
    answers, consumed = np.empty((things.size, 5), np.int32), np.empty(things.size, np.uint8)
    answers[order], consumed[order] = standings(view, np.ascontiguousarray(things[order]))
    place, state = spoken(view, answers[:, PLACED].copy(), answers[:, SETTLED].copy())
    state[(state == 0) & (answers[:, LAST_EVENT] >= 0)] = 1
    amount, unit, used_up = _amounts(view, things)
    state[(consumed > 0) | used_up] = 5
    return Standing(
        state,
        np.where(place < -1, -2 - place, place).astype(np.int32),
        answers[:, 4].copy(),
        answers[:, LAST_EVENT].copy(),
        answers[:, PLACED].copy(),
        answers[:, GIVEN].copy(),
        amount,
        unit,
    )


def _sums(
    view: View, things: Int32s
) -> tuple[NDArray[np.int64], Int32s, Int32s, NDArray[np.float64]]:
    """Position in `things`, unit, kind and amount of everything summed up for them."""
    order = np.argsort(things, kind="stable")
    ordered = things[order]
    parts = []
    for number, layer in enumerate((view.old, view.new)):
        keys = layer.list("sum_key")
        at = np.searchsorted(ordered, keys)
        at[at == ordered.size] = 0
        hit = (ordered[at] == keys) if ordered.size else np.zeros(keys.size, bool)
        hit &= view.fresh[keys] == number
        rows = np.flatnonzero(hit)
        parts.append((order[at[rows]], layer.list("sum_unit")[rows], layer.list("sum_kind")[rows],
                      layer.amounts("sum_amount")[rows]))  # fmt: skip
    position, unit, kind, amount = (np.concatenate(column) for column in zip(*parts, strict=True))
    return position, unit, kind, amount


def _made(
    view: View, things: Int32s
) -> tuple[NDArray[np.int64], Int32s, NDArray[np.float64], dict[tuple[int, int], float]]:
    """Position, unit and amount of what was made of things, and what was used by both.

    What was made counts, or else what was added, or else what was seen to come in.
    """
    position, unit, kind, amount = _sums(view, things)
    best = np.full(things.size, 3, np.int32)
    np.minimum.at(best, position, kind)
    rows = (kind < 3) & (kind == best[position])
    used = kind == 3
    uses = dict(
        zip(
            zip(position[used].tolist(), unit[used].tolist(), strict=True),
            amount[used].tolist(),
            strict=True,
        )
    )
    return position[rows], unit[rows], amount[rows], uses


def _amounts(view: View, things: Int32s) -> tuple[NDArray[np.float64], Int32s, NDArray[np.bool_]]:
    """Amount and unit of things, and whether all of a lot went into something."""
    amount = np.full(things.size, np.nan)
    unit = np.full(things.size, -1, np.int32)
    position, units, made, uses = _made(view, things)
    times = np.bincount(position, minlength=things.size)
    single = times[position] == 1
    amount[position[single]] = made[single]
    unit[position[single]] = units[single]
    gone = times > 0
    for at, of, much in zip(position.tolist(), units.tolist(), made.tolist(), strict=True):
        gone[at] &= uses.get((at, of), 0.0) >= much - 1e-9
    flags = view.flags[things]
    return amount, unit, gone & ((flags & CLASS) > 0) & ((flags & 32) > 0)


def _delivered(view: View, goods: Int32s, given: Int32s) -> Delivered:
    """Deliveries of products: of pieces the last one, of lots those of all their containers."""
    lots = (view.flags[goods] & CLASS) > 0
    pieces = ~lots & (given >= 0)
    things, places = goods[pieces], receivers(view, np.ascontiguousarray(given[pieces]))
    parts = [(things, places, last_parents(view, things), np.ones(things.size),
              np.full(things.size, -1, np.int32))]  # fmt: skip
    for lot in goods[lots].tolist():
        parts += _of_lot(view, lot)
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Delivered(*columns[:3], columns[3], columns[4])


def _of_lot(
    view: View, lot: int
) -> list[tuple[Int32s, Int32s, Int32s, NDArray[np.float64], Int32s]]:
    """Deliveries of one lot, in containers and by itself."""
    found = []
    for place, container, amount, unit in (
        lot_deliveries(view, lot),
        direct_deliveries(view, lot),
    ):
        size = place.size
        if size:
            found.append((np.full(size, lot, np.int32), place, container, amount, unit))
    return found


def _gaps(view: View, goods: Int32s, missing: Int32s) -> Gaps:
    """Gaps in the records of products."""
    orphans = goods[(view.flags[goods] & BEGINS) == 0]
    loose, parents = unpacked(view, goods)
    lots = goods[(view.flags[goods] & CLASS) > 0]
    position, units, made, uses = _made(view, lots)
    broken = []
    for at, unit, much in zip(position.tolist(), units.tolist(), made.tolist(), strict=True):
        packed = _packed(view, int(lots[at]), unit)
        used = uses.get((at, unit), 0.0) + packed
        if used > much * (1 + TOLERANCE):
            broken.append((int(lots[at]), unit, used, much))
    sizes = (missing.size, orphans.size, loose.size, len(broken))
    blank = np.full(missing.size + orphans.size, -1, np.int32)
    zeros = np.zeros(sum(sizes[:3]))
    return Gaps(
        np.concatenate((missing, orphans, loose, np.array([b[0] for b in broken], np.int32))),
        np.repeat(np.arange(4, dtype=np.uint8), sizes),
        np.concatenate((blank, parents, np.array([b[1] for b in broken], np.int32))),
        np.concatenate((zeros, np.array([b[2] for b in broken], np.float64))),
        np.concatenate((zeros, np.array([b[3] for b in broken], np.float64))),
    )


def _packed(view: View, lot: int, unit: int) -> float:
    """Amount of a lot that still lies in containers."""
    _, _, amount, units = lot_deliveries(view, lot, True)
    return float(np.nansum(amount[units == unit]))
