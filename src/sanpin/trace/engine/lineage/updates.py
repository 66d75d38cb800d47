"""Bring an index up to date with the events that came in since it was built.

The things of those events get all that is known of them from the new layer: their stays, last
words and amounts are worked out again from all their events, old ones too, which the ledger finds
quickly by its own index. Transformations and lots of new events are added to the old ones. So a
late event, a declaration of error or its withdrawal change exactly what they concern.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanpin.trace.engine.lineage.build import build_layer
from sanpin.trace.engine.lineage.columns import Columns, pick, ranges
from sanpin.trace.engine.lineage.index import Index, Tail
from sanpin.trace.engine.lineage.layer import OPEN, PARENT, Layer, pack_layer

__all__ = ["Fetch", "merged", "updated", "wants_rebuilding"]

Fetch = Callable[[NDArray[np.int32]], Columns]
"""All events that name any of some things, complete and ascending, each once."""

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]

_SHARE, _FEW = 20, 20_000
_AGGREGATION, _ASSOCIATION, _PARENT_PART = 2, 5, 1


def wants_rebuilding(index: Index) -> bool:
    """Whether so much came in that the base should be built anew: a twentieth, and not few."""
    news = index.news.event.size
    return news > max(_FEW, index.base.event.size // _SHARE)


def updated(
    index: Index,
    news: Columns,
    fetch: Fetch,
    kinds: NDArray[np.uint8],
    words: NDArray[np.uint8],
    changed: Columns | None = None,
) -> Index:
    """Make an index that also knows some events.

    Parameters
    ----------
    index : an index; it stays as it is
    news : events behind the last one that it knows, complete
    fetch : asks the ledger for all events of things
    kinds, words : flags of all things and words, also of those that are new
    changed : events that it knows and that were declared wrong or right since, as they are now
    """
    base, things = index.base, news.thing
    tail = [] if index.tail is None else [index.tail.columns]
    void = index.view.void
    if changed is not None and changed.event.size:
        tail, void = _revised(index, tail, void, changed)
        things = np.append(things, changed.thing)
    known = np.flatnonzero(index.view.fresh)
    touched = np.union1d(known, things[things >= 0]).astype(np.int32)
    whole = merged(tail[0], news) if tail else news
    recent = news if changed is None else merged(changed, news)
    complete, covered = _complete(index, recent, fetch, touched)
    layer, flags_of = _new_layer(base, whole, touched, complete, kinds, words)
    flags = np.array(kinds, np.uint8)
    flags[: base.flags.size] |= base.flags
    flags[touched] = flags_of
    fresh = np.zeros(flags.size, np.uint8)
    fresh[touched] = 1
    return index.followed_by(layer, flags, fresh, void, Tail(whole, complete, covered))


def merged(one: Columns, other: Columns) -> Columns:
    """Events of either, in order of their numbers, each once; the other knows them better."""
    if not one.event.size or not other.event.size:
        return one if one.event.size else other
    if one.event[-1] < other.event[0]:
        return Columns.join([one, other])
    rest = pick(one, np.flatnonzero(~np.isin(one.event, other.event)))
    both = Columns.join([rest, other])
    return pick(both, np.argsort(both.event, kind="stable"))


def _revised(
    index: Index, tail: list[Columns], void: Int32s, changed: Columns
) -> tuple[list[Columns], Int32s]:
    """Note which events were declared wrong, and which of them count again."""
    own = tail[0] if tail else pick(changed, np.zeros(0, np.int64))
    flags = np.array(own.void)
    at, hit = _look_up(own.event, changed.event)
    flags[at[hit]] = changed.void[hit]
    own = own._replace(void=flags)
    rest = np.flatnonzero(~hit)
    places, _ = _look_up(index.base.event, changed.event[rest])
    wrong = changed.void[rest] > 0
    back = np.isin(places, void)
    gone = np.setdiff1d(np.union1d(void, places[wrong]), places[~wrong]).astype(np.int32)
    # What the base left out as wrong is missing there, so it is added like a new event.
    revived = rest[~wrong & ~back]
    parts = Columns.join([own, pick(changed, revived)])
    return [pick(parts, np.argsort(parts.event, kind="stable"))], gone


def _look_up(keys: Int64s, asked: Int64s) -> tuple[Int64s, NDArray[np.bool_]]:
    """Position of numbers among ascending keys, and whether each is there."""
    at = np.searchsorted(keys, asked)
    inside = np.minimum(at, max(keys.size - 1, 0))
    return inside, (keys[inside] == asked) if keys.size else np.zeros(asked.size, bool)


def _complete(
    index: Index, recent: Columns, fetch: Fetch, touched: Int32s
) -> tuple[Columns, Int32s]:
    """All events of things and of whatever they ever lay in, and of which things these are all.

    What was fetched for an update before is at hand; since then only `recent` events came.
    """
    found, covered = recent, np.zeros(0, np.int32)
    if index.tail is not None:
        found, covered = merged(index.tail.complete, recent), index.tail.covered
    missing = np.setdiff1d(touched, covered).astype(np.int32)
    if missing.size:
        found = merged(found, fetch(missing))
        covered = np.union1d(covered, missing).astype(np.int32)
    inside = np.isin(found.type, (_AGGREGATION, _ASSOCIATION))
    inside[inside] = _names_any(found, inside, touched)
    owner = np.repeat(inside, np.diff(found.offset))
    parents = np.setdiff1d(found.thing[owner & (found.part == _PARENT_PART)], covered)
    if not parents.size:
        return found, covered
    more = fetch(parents.astype(np.int32))
    return merged(found, more), np.union1d(covered, parents).astype(np.int32)


def _names_any(columns: Columns, chosen: NDArray[np.bool_], things: Int32s) -> NDArray[np.bool_]:
    """Whether each of the chosen events names one of some things."""
    hits = np.append(0, np.cumsum(np.isin(columns.thing, things)))
    found: NDArray[np.bool_] = np.diff(hits[columns.offset])[chosen] > 0
    return found


class _Local:
    """A layer over a few events, with its own numbers of things and the way back to all."""

    def __init__(
        self,
        base: Layer,
        columns: Columns,
        later: Int64s,
        kinds: NDArray[np.uint8],
        words: NDArray[np.uint8],
    ) -> None:
        self.things, thing = np.unique(columns.thing, return_inverse=True)
        self.things = self.things.astype(np.int32)
        local = columns._replace(thing=thing.astype(np.int32))
        self.layer = build_layer(local, kinds[self.things], words)
        at, hit = _look_up(base.event, columns.event)
        behind, _ = _look_up(later, columns.event)
        self.events = np.where(hit, at, base.event.size + behind).astype(np.int32)

    def event(self, name: str) -> Int32s:
        """A list of events with their numbers in the index; -1 stays."""
        found = self.layer.list(name)
        return np.where(found >= 0, self.events[found], -1) if found.size else found

    def thing(self, name: str) -> Int32s:
        """A list of things with their numbers in the index."""
        return self.things[self.layer.list(name)]

    def flat(self, key: str, offset: str) -> Int32s:
        """Keys of a list once for each of its entries, with their numbers in the index."""
        return np.repeat(self.thing(key), np.diff(self.layer.list(offset)))


def _new_layer(
    base: Layer,
    tail: Columns,
    touched: Int32s,
    complete: Columns,
    kinds: NDArray[np.uint8],
    words: NDArray[np.uint8],
) -> tuple[Layer, NDArray[np.uint8]]:
    """Make the new layer, and the flags of the things that it tells."""
    first = int(base.event[-1]) if base.event.size else -1
    behind = np.flatnonzero(tail.event > first)
    later = tail.event[behind]
    own = _Local(base, complete, later, kinds, words)
    more = _Local(base, tail, later, kinds, words)
    local, known = _look_up(own.things.astype(np.int64), touched.astype(np.int64))
    arrays = _making(more) | _stays(own, touched, local, known) | _words(own, touched)
    sent = more.event("sent_event")
    new = sent >= base.event.size
    arrays |= {
        "event": later,
        "time": tail.time[behind],
        "state": more.layer.state[behind],
        "place": more.layer.list("place")[behind],
        "sent_event": sent[new],
        "sent_place": more.layer.list("sent_place")[new],
    }
    flags = kinds[touched].copy()
    flags[known] = own.layer.flags[local[known]]
    return pack_layer(arrays), flags


def _by_key(keys: Int32s, *entries: NDArray[Any]) -> tuple[Int32s, Int32s, list[NDArray[Any]]]:
    """Keys that occur, ascending, their offsets, and the entries in that order."""
    order = np.argsort(keys, kind="stable")
    unique, starts = np.unique(keys[order], return_index=True)
    return unique, np.append(starts, keys.size), [entry[order] for entry in entries]


def _making(more: _Local) -> dict[str, NDArray[Any]]:
    """Transformations and lots of the new events."""
    layer = more.layer
    found: dict[str, NDArray[Any]] = {"made_event": more.event("made_event")}
    for name in ("input_thing", "output_thing"):
        found[name] = more.thing(name)
    for name in ("made_group", "input_offset", "output_offset", "group_key", "group_offset",
                 "group_made", "use_offset", "use_by", "lot_offset", "piece_offset"):  # fmt: skip
        found[name] = layer.list(name)
    for name in ("use_key", "lot_key", "lot_piece", "piece_key", "piece_lot"):
        found[name] = more.thing(name)
    for name in ("lot_event", "piece_event"):
        found[name] = more.event(name)
    count = np.diff(layer.list("output_offset"))
    by = np.repeat(np.arange(count.size, dtype=np.int32), count)
    found["made_key"], found["made_offset"], (found["made_by"],) = _by_key(
        found["output_thing"], by
    )
    return found


def _stays(
    own: _Local, touched: Int32s, local: Int64s, known: NDArray[np.bool_]
) -> dict[str, NDArray[Any]]:
    """Stays of the things that the new layer tells."""
    layer = own.layer
    offset = layer.list("stay_offset")
    starts = (
        np.where(known, offset[local], 0) if offset.size > 1 else np.zeros(local.size, np.int64)
    )
    counts = np.diff(offset)[local] * known if offset.size > 1 else np.zeros(local.size, np.int64)
    rows = ranges(starts, counts)
    packed = layer.list("stay_parent")[rows]
    parent = own.things[packed & PARENT]
    key, held_offset, (child,) = _by_key(parent, np.repeat(touched, counts))
    amount_at, hit = _look_up(rows, layer.list("stay_amount_at").astype(np.int64))
    return {
        "stay_key": touched,
        "stay_offset": np.append(0, np.cumsum(counts)),
        "stay_parent": parent | (packed & ~np.int32(PARENT)),
        "stay_start": own.event("stay_start")[rows],
        "stay_end": np.where(
            layer.list("stay_end")[rows] == OPEN, OPEN, own.event("stay_end")[rows]
        ),
        "held_key": key,
        "held_offset": held_offset,
        "held_child": child,
        "stay_amount_at": amount_at[hit],
        "stay_amount": layer.amounts("stay_amount")[hit],
        "stay_unit": layer.list("stay_unit")[hit],
    }


def _words(own: _Local, touched: Int32s) -> dict[str, NDArray[Any]]:
    """Last words on the things that the new layer tells, their events and amounts."""
    layer = own.layer
    there = np.isin(own.things, touched)
    last = there & (layer.list("last") >= 0)
    told = there[np.repeat(layer.list("told_key"), np.diff(layer.list("told_offset")))]
    key, offset, (events,) = _by_key(
        own.flat("told_key", "told_offset")[told], own.event("told_event")[told]
    )
    found: dict[str, NDArray[Any]] = {
        "last_key": own.things[last],
        "last": own.event("last")[last],
        "last_flag": layer.last_flag[last],
        "told_key": key,
        "told_offset": offset,
        "told_event": events,
    }
    for group, columns in (
        ("other_key", ("other_place", "other_state")),
        ("given_key", ("given_event",)),
    ):
        rows = there[layer.list(group)]
        found[group] = own.thing(group)[rows]
        found |= {name: own.event(name)[rows] for name in columns}
    rows = there[layer.list("sum_key")]
    found |= {
        "sum_key": own.thing("sum_key")[rows],
        "sum_amount": layer.amounts("sum_amount")[rows],
    }
    found |= {name: layer.list(name)[rows] for name in ("sum_unit", "sum_kind")}
    rows = there[layer.list("amount_thing")]
    found |= {"amount_event": own.event("amount_event")[rows],
              "amount_thing": own.thing("amount_thing")[rows],
              "amount": layer.amounts("amount")[rows]}  # fmt: skip
    return found | {name: layer.list(name)[rows] for name in ("amount_part", "amount_unit")}
