"""A lineage index: arrays in memory or in a mapped file, and the walks over them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sanpin.trace.engine.lineage.access import View
from sanpin.trace.engine.lineage.build import build_layer
from sanpin.trace.engine.lineage.columns import Columns
from sanpin.trace.engine.lineage.layer import Layer, empty_layer, frozen
from sanpin.trace.engine.lineage.paths import (
    BEST,
    COLUMNS,
    DEPTH,
    EVENT,
    FROM,
    THING,
    Work,
    distinct,
    enter,
    forget,
    walk_back,
    walk_forward,
)
from sanpin.trace.engine.lineage.standing import chain, windows
from sanpin.trace.engine.lineage.stays import ALWAYS, NEVER

__all__ = ["KINDS", "Index", "Reach", "Tail", "view_of"]

KINDS = ("transform", "aggregate", "associate", "lot")
"""Words for the kinds of edges."""

_OPENED = 2
_ROOM = 1 << 14

Int32s = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Reach:
    """What a walk reached, nearest first.

    Attributes
    ----------
    things, depth, mode : int32, int32 and uint8 (T); modes as in `walk.Mode`
    edges : int32 (M, 4): source, target, event and kind, each once
    states, first : the states of the walk, and the first state of each thing
    """

    things: Int32s
    depth: Int32s
    mode: NDArray[np.uint8]
    edges: Int32s
    states: NDArray[np.int64] = field(repr=False)
    first: NDArray[np.int64] = field(repr=False)

    def path(self, at: int) -> tuple[list[int], list[int]]:
        """Events and things on one way from a root to a thing of this answer, in order.

        Parameters
        ----------
        at : position of the thing in `things`

        Returns
        -------
        tuple of list
            events, and the things from the root to the one before this
        """
        events: list[int] = []
        things: list[int] = []
        state = int(self.first[at])
        while self.states[state, FROM] >= 0:
            event = int(self.states[state, EVENT])
            if not events or events[-1] != event:
                events.append(event)
            state = int(self.states[state, FROM])
            things.append(int(self.states[state, THING]))
        return events[::-1], things[::-1]


def view_of(
    old: Layer,
    new: Layer,
    flags: NDArray[np.uint8],
    fresh: NDArray[np.uint8],
    void: Int32s,
) -> View:
    """View of a base and of what was added to it."""
    return View(
        old.pool, old.at, new.pool, new.at, old.time, new.time, old.state, new.state,
        frozen(flags, np.uint8), frozen(fresh, np.uint8), frozen(void, np.int32),
    )  # fmt: skip


class Tail(NamedTuple):
    """Events behind the base, from which the next new layer is made.

    Attributes
    ----------
    columns : the events
    complete : all events of some things, old ones too
    covered : those things, ascending
    """

    columns: Columns
    complete: Columns
    covered: Int32s


class Index:
    """Walks over the lineage of all things of one ledger.

    Things and events are numbers here: things as the ledger numbers them, events by their place in
    the ledger, from 0 on; `ledger_numbers` gives the numbers that they have there.

    Parameters
    ----------
    base : the old layer
    news, flags, fresh, void : what came since, see `View`; nothing when left out
    tail : what the new layer was made from

    Notes
    -----
    An index does not change: `updates.updated` makes another that shares the base. Threads may ask
    one index at the same time.
    """

    def __init__(
        self,
        base: Layer,
        news: Layer | None = None,
        flags: NDArray[np.uint8] | None = None,
        fresh: NDArray[np.uint8] | None = None,
        void: Int32s | None = None,
        tail: Tail | None = None,
    ) -> None:
        self.base = base
        self.tail = tail
        self.news = empty_layer() if news is None else news
        size = base.flags.size
        self.view = view_of(
            base,
            self.news,
            base.flags if flags is None else flags,
            np.zeros(size, np.uint8) if fresh is None else fresh,
            np.zeros(0, np.int32) if void is None else void,
        )
        self._idle: list[Work] = []

    @classmethod
    def build(cls, columns: Columns, kinds: NDArray[np.uint8], words: NDArray[np.uint8]) -> Index:
        """Build an index from one ordered scan of a ledger.

        Parameters
        ----------
        columns : all events
        kinds : what the name of each thing tells, see `kind_of`
        words : what each word tells, see `word_flags`
        """
        return cls(build_layer(columns, kinds, words))

    def followed_by(
        self,
        news: Layer,
        flags: NDArray[np.uint8],
        fresh: NDArray[np.uint8],
        void: Int32s,
        tail: Tail,
    ) -> Index:
        """Make an index over the same base with another new layer; both share room to walk in."""
        found = Index(self.base, news, flags, fresh, void, tail)
        found._idle = self._idle
        return found

    @property
    def things(self) -> int:
        """How many things have a number."""
        return int(self.view.flags.size)

    @property
    def last_event(self) -> int:
        """Ledger number of the last event that this index knows; 0 when it knows none."""
        for layer in (self.news, self.base):
            if layer.event.size:
                return int(layer.event[-1])
        return 0

    def ledger_numbers(self, events: NDArray[np.integer]) -> NDArray[np.int64]:
        """Numbers in the ledger of events; -1 stays -1."""
        old, new = self.base.event, self.news.event
        found = np.full(events.shape, -1, np.int64)
        early = (events >= 0) & (events < old.size)
        found[early] = old[events[early]]
        late = events >= old.size
        found[late] = new[events[late] - old.size]
        return found

    def times(self, events: NDArray[np.integer]) -> NDArray[np.int64]:
        """Times of events in microseconds UTC."""
        old, new = self.base.time, self.news.time
        found = np.zeros(events.shape, np.int64)
        early = (events >= 0) & (events < old.size)
        found[early] = old[events[early]]
        late = events >= old.size
        found[late] = new[events[late] - old.size]
        return found

    def words(self, events: Int32s) -> Int32s:
        """Places of events: word of the location, -1 for none, or -2 - word of the read point."""
        found = np.full(events.shape, -1, np.int32)
        size = self.base.time.size
        early, late = (events >= 0) & (events < size), events >= size
        found[early] = self.base.list("place")[events[early]]
        found[late] = self.news.list("place")[events[late] - size]
        return found

    def verdicts(self, events: Int32s) -> NDArray[np.uint8]:
        """What events say, see `making.verdicts`; 0 for -1."""
        found = np.zeros(events.shape, np.uint8)
        size = self.base.time.size
        early, late = (events >= 0) & (events < size), events >= size
        found[early] = self.base.state[events[early]]
        found[late] = self.news.state[events[late] - size]
        return found

    def receivers(self, events: Int32s) -> Int32s:
        """Who received the things of events that deliver."""
        found = np.full(events.shape, -1, np.int32)
        for layer in (self.base, self.news):
            keys = layer.list("sent_event")
            if keys.size:
                at = np.searchsorted(keys, events)
                at[at == keys.size] = 0
                hit = keys[at] == events
                found[hit] = layer.list("sent_place")[at[hit]]
        return found

    def back(self, root: int) -> Reach:
        """Everything a thing is made of, and what carried that before it was used."""
        return self._walk([root], NEVER, ALWAYS, backward=True, edges=True)

    def forward(
        self, roots: Iterable[int], start: int = NEVER, end: int = ALWAYS, *, edges: bool = True
    ) -> Reach:
        """Everything that things went into, and what carries or carried that.

        Parameters
        ----------
        roots : numbers of things
        start, end : window of time (microseconds UTC) in which they are bad
        edges : whether the answer shall hold the edges
        """
        return self._walk(roots, start, end, backward=False, edges=edges)

    def windows(self, thing: int, start: int = NEVER, end: int = ALWAYS) -> NDArray[np.int64]:
        """Containers around a thing with the times during which it lay in them: int64 (W, 3)."""
        return windows(self.view, thing, start, end)

    def containers(self, thing: int) -> list[int]:
        """Containers in which a thing lies now, from the inmost outwards."""
        return [int(one) for one in chain(self.view, thing)]

    def _room(self) -> Work:
        """Room for a walk: some that is idle, if it is large enough for all things."""
        while self._idle:
            try:
                work = self._idle.pop()
            except IndexError:  # another thread was quicker
                break
            if work.head.size >= self.things:
                return work
        head = np.full(self.things + self.things // 8 + 1024, -1, np.int32)
        return _work(head, _ROOM, _ROOM)

    def _walk(
        self, roots: Iterable[int], start: int, end: int, *, backward: bool, edges: bool
    ) -> Reach:
        """Walk, in more room each time that there was not enough."""
        seeds = [root for root in dict.fromkeys(roots) if 0 <= root < self.things]
        work = self._room()
        while True:
            used = work if edges else work._replace(edges=np.empty((0, 4), np.int32))
            for seed in seeds:
                enter(used, seed, _OPENED, start, end, ALWAYS, -1, -1)
            (walk_back if backward else walk_forward)(self.view, used)
            full = bool(used.tally[2])
            reach = None if full else _reach(used)
            forget(used)
            if reach is not None:
                self._idle.append(work)
                return reach
            work = _work(work.head, 8 * work.states.shape[0], 8 * work.edges.shape[0])


def _work(head: Int32s, states: int, edges: int) -> Work:
    """Make room for a walk."""
    return Work(
        head,
        np.empty((states, COLUMNS), np.int64),
        np.empty((edges, 4), np.int32),
        np.zeros(3, np.int64),
    )


def _reach(work: Work) -> Reach:
    """Copy what a walk found out of its room, nearest first, each edge once."""
    # The queue was served nearest first, so states stand in the order of their depth.
    states = work.states[: work.tally[0]].copy()
    order = np.flatnonzero(work.head[states[:, THING]] == np.arange(states.shape[0]))
    edges = work.edges[: work.tally[1]]
    edges = edges[: distinct(edges)].copy()
    return Reach(
        states[order, THING].astype(np.int32),
        states[order, DEPTH].astype(np.int32),
        states[order, BEST].astype(np.uint8),
        edges,
        states,
        order,
    )
