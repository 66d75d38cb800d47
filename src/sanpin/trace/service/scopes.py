"""The scope of a recall with names: as records, as a page of lines, as a stream of JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import orjson
from numpy.typing import NDArray

from sanpin.trace.engine.lineage.gaps import gap_of
from sanpin.trace.engine.lineage.scope import (
    GAPS,
    STATES,
    Delivered,
    Scope,
    distinct_keys,
    scope_of,
)
from sanpin.trace.model.identifiers import Role
from sanpin.trace.model.lineage import Affected, Consignee, Gap, Recall
from sanpin.trace.service.affected import GONE, SHOWN, Share
from sanpin.trace.service.lines import LineWriter, TextNames
from sanpin.trace.service.naming import place_of

__all__ = ["NamedScope"]

# With more lines than this their order within a distance is that of the ledger: names take longer.
_BY_NAME = 20_000

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]


class Names(TextNames, Protocol):
    """What knows the names of an index's numbers."""

    def numbers(self, names: Iterable[str]) -> dict[str, int]:
        """Numbers of things, -1 for those that are unknown."""
        ...

    def names(self, things: Int32s) -> dict[int, str]:
        """Names of things; empty for -1."""
        ...

    def events(self, events: Int32s) -> dict[int, str]:
        """Identifiers of events by their places in the index; empty for -1."""
        ...

    def consignees(
        self, found: Delivered, names: Mapping[int, str], order: Mapping[int, int]
    ) -> list[Consignee]:
        """Put deliveries together by place."""
        ...


class NamedScope:
    """The scope of a recall, which names only what is asked for.

    Parameters
    ----------
    answers : of the firm that asks
    seeds : canonical names of things and lots
    start, end : window of time (microseconds UTC) in which they are bad
    """

    def __init__(self, answers: Names, seeds: Iterable[str], start: int, end: int) -> None:
        self._answers = answers
        self.seeds = tuple(dict.fromkeys(seeds))
        self._numbers = answers.numbers(self.seeds)
        known = [number for number in self._numbers.values() if number >= 0]
        self.scope: Scope = scope_of(answers.index, known, start, end)
        standing, reach = self.scope.standing, self.scope.reach
        # What no event names is no line of the answer but a gap.
        self._lines = np.flatnonzero(standing.last_event >= 0)
        if self._lines.size <= _BY_NAME:
            names = answers.names(reach.things[self._lines])
            things, depth = reach.things.tolist(), reach.depth.tolist()
            order = sorted(self._lines.tolist(), key=lambda at: (depth[at], names[things[at]]))
            self._lines = np.array(order, np.int64)
        else:
            keys = (reach.things[self._lines], reach.depth[self._lines])
            self._lines = self._lines[np.lexsort(keys)]

    @property
    def size(self) -> int:
        """How many lines there are."""
        return int(self._lines.size)

    @property
    def products(self) -> int:
        """How many things must come back."""
        return int(self.scope.product.sum())

    @property
    def containers(self) -> int:
        """How many things only carry them."""
        return self.size - self.products

    def lines(self, first: int = 0, past: int | None = None) -> list[Affected]:
        """Some of the lines, nearest first."""
        chosen = self._lines[first:past]
        answers, reach, now = self._answers, self.scope.reach, self.scope.standing
        paths = [reach.path(at) for at in chosen.tolist()]
        things = [thing for _, through in paths for thing in through]
        names = answers.names(
            np.concatenate((reach.things[chosen], now.container[chosen], _array(things)))
        )
        told = [event for events, _ in paths for event in events]
        events = answers.events(np.concatenate((now.last_event[chosen], _array(told))))
        words = answers.words(now.place[chosen])
        return [
            Affected(
                id=names[int(reach.things[at])],
                role=Role.PRODUCT if self.scope.product[at] else Role.CONTAINER,
                depth=int(reach.depth[at]),
                status=STATES[now.status[at]],
                location=words[int(now.place[at])],
                container=names[int(now.container[at])],
                quantity=_amount(now.amount[at]),
                uom=answers.unit(int(now.unit[at])),
                last_event=events[int(now.last_event[at])],
                why=tuple(events[event] for event in why),
                through=tuple(names[thing] for thing in through),
            )
            for at, (why, through) in zip(chosen.tolist(), paths, strict=True)
        ]

    @cached_property
    def consignees(self) -> list[Consignee]:
        """Who got what, by the names of the places."""
        found, reach = self.scope.delivered, self.scope.reach
        names = self._answers.names(np.concatenate((found.thing, found.container)))
        goods = reach.things[self._lines].tolist()
        order = {thing: place for place, thing in enumerate(goods)}
        return self._answers.consignees(found, names, order)

    def shares(self) -> list[Share]:
        """Who got how much, by the names of the places; most products are not named."""
        found = self.scope.delivered
        place = found.place.astype(np.int64) << 32
        boxed = found.container >= 0
        boxes = place[boxed] | found.container[boxed]
        counts = Counter((distinct_keys(boxes) >> 32).tolist())
        totals = found.by_place()
        things = distinct_keys(place | found.thing)
        first = np.searchsorted(things, np.array([one for one, _, _ in totals], np.int64) << 32)
        some = {
            one: (things[low : low + min(count, SHOWN)] & 0xFFFFFFFF).astype(np.int32)
            for low, (one, count, _) in zip(first.tolist(), totals, strict=True)
        }
        words = self._answers.words(found.place)
        names = self._answers.names(np.concatenate([_array(()), *some.values()]))
        shares = [
            Share(
                words[one],
                count,
                counts[one],
                {self._answers.unit(unit): amount for unit, amount in amounts.items()},
                tuple(names[thing] for thing in some[one].tolist()),
            )
            for one, count, amounts in totals
        ]
        return sorted(shares, key=lambda share: share.location)

    def standing(self) -> dict[tuple[str, str], int]:
        """How many products are at each place in each status."""
        now = self.scope.standing
        goods = self._lines[self.scope.product[self._lines] > 0]
        keys = now.place[goods].astype(np.int64) * len(STATES) + now.status[goods]
        kinds, counts = np.unique(keys, return_counts=True)
        words = self._answers.words(now.place)
        return {
            (words[kind // len(STATES)], str(STATES[kind % len(STATES)])): count
            for kind, count in zip(kinds.tolist(), counts.tolist(), strict=True)
        }

    def holders(self) -> dict[str, int]:
        """How many products are at each place, or went there."""
        now, found = self.scope.standing, self.scope.delivered
        gone = np.isin(now.status, [STATES.index(state) for state in GONE])
        goods = self._lines[(self.scope.product & ~gone)[self._lines]]
        things = self.scope.reach.things[goods]
        went = np.isin(found.thing, things)
        places, place = np.unique(
            np.concatenate((now.place[goods], found.place[went])), return_inverse=True
        )
        words = self._answers.words(places)
        # A party and its place are one holder.
        names = [place_of(words[one]) for one in places.tolist()]
        number = {name: at for at, name in enumerate(dict.fromkeys(names))}
        holder = np.array([number[name] for name in names], np.int64)[place]
        pairs = np.unique(holder << 32 | np.concatenate((things, found.thing[went])))
        counts = np.bincount(pairs >> 32, minlength=len(number)).tolist()
        return {name: counts[at] for name, at in number.items()}

    @cached_property
    def gaps(self) -> list[Gap]:
        """What could not be traced: first the seeds, then by line."""
        found, answers = self.scope.gaps, self._answers
        things = self.scope.reach.things[self._lines].tolist()
        order = {thing: place for place, thing in enumerate(things)}
        unpacked = found.kind == GAPS.index("unpacked_without_packing")
        names = answers.names(np.concatenate((found.thing, found.other[unpacked])))
        lost = set(found.thing[found.kind == 0].tolist())
        gaps = [
            gap_of("unknown", seed)
            for seed, number in self._numbers.items()
            if number < 0 or number in lost
        ]
        rows = zip(found.thing.tolist(), found.kind.tolist(), found.other.tolist(),
                   found.used.tolist(), found.made.tolist(), strict=True)  # fmt: skip
        named = [
            (order[thing], kind, gap_of(GAPS[kind], names[thing], **self._about(kind, names, *row)))
            for thing, kind, *row in rows
            if kind
        ]
        named.sort(key=lambda entry: (*entry[:2], str(entry[2].fields.get("uom", ""))))
        return gaps + [gap for _, _, gap in named]

    def _about(
        self, kind: int, names: dict[int, str], other: int, used: float, made: float
    ) -> dict[str, object]:
        """Details of a gap."""
        if GAPS[kind] == "unpacked_without_packing":
            return {"parent": names[other]}
        if GAPS[kind] == "balance":
            return {"used": used, "made": made, "uom": self._answers.unit(other)}
        return {}

    def recall(self) -> Recall:
        """All of it as one record."""
        return Recall(self.seeds, tuple(self.lines()), tuple(self.consignees), tuple(self.gaps))

    def records(self) -> Iterator[bytes]:
        """Yield the lines as JSON objects, many at once, with commas between."""
        if self.size:
            yield from self._writer.pieces()

    def consignee_records(self) -> Iterator[bytes]:
        """Yield who got which products as JSON objects, with commas between."""
        found, things = self.scope.delivered, self.scope.reach.things[self._lines]
        by_number = np.argsort(things, kind="stable")
        line = by_number[np.searchsorted(things[by_number], found.thing)]
        keys = distinct_keys(found.place.astype(np.int64) << 32 | line)
        places, first = np.unique(keys >> 32, return_index=True)
        words = self._answers.words(found.place)
        # Without places there is one empty part all the same.
        parts = zip(places.tolist(), np.split(keys & 0xFFFFFFFF, first[1:]), strict=False)
        comma = b""
        for place, lines in sorted(parts, key=lambda part: words[part[0]]):
            products = self._writer.things(things[lines])
            yield b'%b{"location":%b,"products":%b}' % (comma, orjson.dumps(words[place]), products)
            comma = b","

    @cached_property
    def _writer(self) -> LineWriter:
        """What writes the lines and the products of consignees."""
        return LineWriter(self._answers, self.scope, self._lines)


def _array(numbers: Sequence[int]) -> NDArray[np.int32]:
    """Numbers as the arrays have them."""
    return np.array(numbers, np.int32)


def _amount(value: Any) -> float | None:
    """Amount of a line; None where no event tells."""
    return None if np.isnan(value) else float(value)
