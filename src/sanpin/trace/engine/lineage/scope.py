"""The scope of a recall as arrays: what is bad, where it is, who got it, what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanpin.trace.engine.lineage.columns import (
    BEGINS,
    CLASS,
    CONTAINER,
    ENDS,
    IS_USED,
    ranges,
)
from sanpin.trace.engine.lineage.gaps import TOLERANCE
from sanpin.trace.engine.lineage.index import Index, Reach
from sanpin.trace.engine.lineage.layer import Layer
from sanpin.trace.engine.lineage.standing import (
    GIVEN,
    LAST_EVENT,
    PLACED,
    SETTLED,
    around,
    direct_deliveries,
    first_told,
    latest,
    leaders,
    lot_deliveries,
    own_containers,
    unpacked,
)
from sanpin.trace.engine.lineage.stays import ALWAYS, NEVER
from sanpin.trace.model.lineage import Status

__all__ = ["GAPS", "STATES", "Delivered", "Gaps", "Scope", "Standing"]
__all__ += ["amounts_of", "delivered_of", "distinct_keys", "scope_of", "standing_of"]

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
Reals = NDArray[np.float64]


def distinct_keys(keys: NDArray[Any]) -> NDArray[Any]:
    """Keys in ascending order, each once: sorting a million takes a fraction of hashing them."""
    ordered: NDArray[Any] = np.sort(keys)
    first: NDArray[np.bool_] = np.append(True, ordered[1:] != ordered[:-1])[: ordered.size]
    found: NDArray[Any] = ordered[first]
    return found


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
        if not self.place.size:
            return []
        place = self.place.astype(np.int64) << 32
        # One sort over place and thing, and one over place and unit, whatever the number of places.
        things = distinct_keys(place | self.thing) >> 32
        heads = np.flatnonzero(np.append(True, things[1:] != things[:-1]))
        places, products = things[heads], np.diff(np.append(heads, things.size))
        keys, inverse = np.unique(place | (self.unit + 1), return_inverse=True)
        sums = np.bincount(inverse, self.amount, minlength=keys.size)
        amounts: dict[int, dict[int, float]] = {int(one): {} for one in places}
        for key, total in zip(keys.tolist(), sums.tolist(), strict=True):
            amounts[key >> 32][(key & 0xFFFFFFFF) - 1] = total
        return [
            (one, count, amounts[one])
            for one, count in zip(places.tolist(), products.tolist(), strict=True)
        ]


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
    asked = np.array(roots, np.int32)
    missing = asked[~np.isin(asked, reach.things[known])]
    goods = reach.things[product]
    return Scope(
        reach,
        product,
        standing,
        delivered_of(index, goods, standing.given_event[product]),
        _gaps(index, goods, missing),
    )


def standing_of(index: Index, things: Int32s) -> Standing:
    """Where things are now, in which status and how much of each there is.

    Parameters
    ----------
    things : int32 (T), those of one container best side by side
    """
    # Neighbours in number mostly shared their containers, which are looked at once.
    order = np.argsort(things, kind="stable")
    found = np.empty((things.size, 4), np.int32)
    found[order] = _last_events(index, np.ascontiguousarray(things[order]))
    now, _ = _containers(index, things)
    place = index.words(found[:, PLACED])
    state = index.verdicts(found[:, SETTLED]) & 7
    state[(state == 0) & (found[:, LAST_EVENT] >= 0)] = 1
    amount, unit, used_up = amounts_of(index, things)
    flags = index.view.flags[things]
    state[((flags & (ENDS | CLASS)) == ENDS) | used_up] = 5
    return Standing(
        state.astype(np.uint8),
        np.where(place < -1, -2 - place, place).astype(np.int32),
        now,
        found[:, LAST_EVENT],
        found[:, PLACED],
        found[:, GIVEN],
        amount,
        unit,
    )


def _last_events(index: Index, things: Int32s) -> Int32s:
    """Last events of things, ascending, and of what they lay in: int32 (T, 4)."""
    view = index.view
    leader = leaders(view.old_pool, view.old_lists, view.fresh, things)
    # Leaders ascend, as the things do.
    first = np.append(True, leader[1:] != leader[:-1])[: leader.size]
    outside = around(view, np.ascontiguousarray(things[leader[first]]))
    return latest(view, outside, np.cumsum(first) - 1, _own_events(index, things))


def _own_events(index: Index, things: Int32s) -> Int32s:
    """Last events of things themselves: int32 (T, 4)."""
    found = np.full((things.size, 4), -1, np.int32)
    for number, layer in enumerate((index.base, index.news)):
        here = np.flatnonzero(index.view.fresh[things] == number)
        keys, asked = layer.list("last_key"), things[here]
        at: NDArray[np.int64] = asked.astype(np.int64)
        if keys.size or number:
            at, hit = _look_up(keys, asked)
            here, asked, at = here[hit], asked[hit], at[hit]
        last, flag = layer.list("last")[at], layer.last_flag[at]
        found[here, LAST_EVENT] = last
        found[here, PLACED] = np.where(flag & 1, last, -1)
        found[here, SETTLED] = np.where(flag & 2, last, -1)
        at, hit = _look_up(layer.list("other_key"), asked)
        found[here[hit], PLACED] = layer.list("other_place")[at[hit]]
        found[here[hit], SETTLED] = layer.list("other_state")[at[hit]]
        at, hit = _look_up(layer.list("given_key"), asked)
        found[here[hit], GIVEN] = layer.list("given_event")[at[hit]]
    return found


def _look_up(keys: Int32s, asked: Int32s) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Position of numbers among ascending keys, and whether each is there."""
    if not keys.size:
        return np.zeros(asked.size, np.int64), np.zeros(asked.size, bool)
    at = np.searchsorted(keys, asked)
    at[at == keys.size] = 0
    return at, keys[at] == asked


def _by_layer(index: Index, things: Int32s) -> Iterator[tuple[Layer, NDArray[np.int64], Int32s]]:
    """Yield each layer with those things whose stays it tells, and their positions."""
    for number, layer in enumerate((index.base, index.news)):
        here = np.flatnonzero(index.view.fresh[things] == number)
        if here.size:
            yield layer, here, np.ascontiguousarray(things[here])


def _containers(index: Index, things: Int32s) -> tuple[Int32s, Int32s]:
    """Containers in which things lie now, and those into which they were put last."""
    now, last = np.full(things.size, -1, np.int32), np.full(things.size, -1, np.int32)
    for layer, here, some in _by_layer(index, things):
        one, other = np.empty(some.size, np.int32), np.empty(some.size, np.int32)
        own_containers(layer.pool, layer.at, some, one, other)
        now[here], last[here] = one, other
    return now, last


def _sums(
    index: Index, things: Int32s
) -> tuple[NDArray[np.int64], Int32s, Int32s, NDArray[np.float64]]:
    """Position in `things`, unit, kind and amount of everything summed up for them."""
    parts = []
    for number, layer in enumerate((index.base, index.news)):
        here = np.flatnonzero(index.view.fresh[things] == number)
        keys, asked = layer.list("sum_key"), things[here]
        low = np.searchsorted(keys, asked)
        counts = np.searchsorted(keys, asked, "right") - low
        rows = ranges(low, counts)
        parts.append((np.repeat(here, counts), layer.list("sum_unit")[rows],
                      layer.list("sum_kind")[rows], layer.amounts("sum_amount")[rows]))  # fmt: skip
    position, unit, kind, amount = (np.concatenate(column) for column in zip(*parts, strict=True))
    return position, unit, kind, amount


def _made(
    index: Index, things: Int32s
) -> tuple[NDArray[np.int64], Int32s, NDArray[np.float64], dict[tuple[int, int], float]]:
    """Position, unit and amount of what was made of things, and what was used by both.

    What was made counts, or else what was added, or else what was seen to come in.
    """
    position, unit, kind, amount = _sums(index, things)
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


def amounts_of(
    index: Index, things: Int32s
) -> tuple[NDArray[np.float64], Int32s, NDArray[np.bool_]]:
    """Amount and unit of things, and whether all of a lot went into something."""
    amount = np.full(things.size, np.nan)
    unit = np.full(things.size, -1, np.int32)
    position, units, made, uses = _made(index, things)
    times = np.bincount(position, minlength=things.size)
    single = times[position] == 1
    amount[position[single]] = made[single]
    unit[position[single]] = units[single]
    gone = times > 0
    for at, of, much in zip(position.tolist(), units.tolist(), made.tolist(), strict=True):
        gone[at] &= uses.get((at, of), 0.0) >= much - 1e-9
    flags = index.view.flags[things]
    return amount, unit, gone & ((flags & CLASS) > 0) & ((flags & IS_USED) > 0)


def delivered_of(index: Index, goods: Int32s, given: Int32s) -> Delivered:
    """Deliveries of products: of pieces the last one, of lots those of all their containers."""
    lots = (index.view.flags[goods] & CLASS) > 0
    pieces = ~lots & (given >= 0)
    things = goods[pieces]
    parts = [(things, index.receivers(given[pieces]), _containers(index, things)[1],
              np.ones(things.size), np.full(things.size, -1, np.int32))]  # fmt: skip
    for lot in goods[lots].tolist():
        parts += _of_lot(index, lot)
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Delivered(*columns)


def _of_lot(index: Index, lot: int) -> Iterator[tuple[Int32s, Int32s, Int32s, Reals, Int32s]]:
    """Yield the deliveries of one lot, in containers and by itself."""
    place, container, at, unit = lot_deliveries(index.view, lot, False)
    layer = index.news if index.view.fresh[lot] else index.base
    if place.size:
        amount = np.where(at >= 0, layer.amounts("stay_amount")[at] if at.max() >= 0 else 0, 0.0)
        yield np.full(place.size, lot, np.int32), place, container, amount, unit
    # A receipt repeats what the shipment said: by place the larger of the two counts.
    larger: dict[int, tuple[float, int]] = {}
    opening = first_told(index.view, lot)
    places, at, units = direct_deliveries(index.view, layer.pool, layer.at, lot, opening)
    told = np.nan_to_num(layer.amounts("amount")[at])
    for where, much, of in zip(places.tolist(), told.tolist(), units.tolist(), strict=True):
        larger[where] = (max(larger.get(where, (0.0, -1))[0], much), of)
    if larger:
        count = len(larger)
        yield (
            np.full(count, lot, np.int32),
            np.array(list(larger), np.int32),
            np.full(count, -1, np.int32),
            np.array([much for much, _ in larger.values()]),
            np.array([of for _, of in larger.values()], np.int32),
        )


def _gaps(index: Index, goods: Int32s, missing: Int32s) -> Gaps:
    """Gaps in the records of products."""
    view = index.view
    orphans = goods[(view.flags[goods] & BEGINS) == 0]
    loose = [unpacked(layer.pool, layer.at, some) for layer, _, some in _by_layer(index, goods)]
    out = np.concatenate([np.zeros(0, np.int32), *(things for things, _ in loose)])
    parents = np.concatenate([np.zeros(0, np.int32), *(parents for _, parents in loose)])
    lots = goods[(view.flags[goods] & CLASS) > 0]
    position, units, made, uses = _made(index, lots)
    broken = []
    for at, unit, much in zip(position.tolist(), units.tolist(), made.tolist(), strict=True):
        used = uses.get((at, unit), 0.0) + _packed(index, int(lots[at]), unit)
        if used > much * (1 + TOLERANCE):
            broken.append((int(lots[at]), unit, used, much))
    sizes = (missing.size, orphans.size, out.size, len(broken))
    blank = np.full(missing.size + orphans.size, -1, np.int32)
    zeros = np.zeros(sum(sizes[:3]))
    return Gaps(
        np.concatenate((missing, orphans, out, np.array([b[0] for b in broken], np.int32))),
        np.repeat(np.arange(4, dtype=np.uint8), sizes),
        np.concatenate((blank, parents, np.array([b[1] for b in broken], np.int32))),
        np.concatenate((zeros, np.array([b[2] for b in broken], np.float64))),
        np.concatenate((zeros, np.array([b[3] for b in broken], np.float64))),
    )


def _packed(index: Index, lot: int, unit: int) -> float:
    """Amount of a lot that still lies in containers."""
    _, _, at, units = lot_deliveries(index.view, lot, True)
    layer = index.news if index.view.fresh[lot] else index.base
    at = at[(at >= 0) & (units == unit)]
    return float(np.nansum(layer.amounts("stay_amount")[at]))
