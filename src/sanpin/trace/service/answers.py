"""Answers of the arrays in the words of the model: names instead of numbers, in a fixed order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from sanpin.trace.engine.identifiers import role_of
from sanpin.trace.engine.lineage.amounts import made_amounts, used_amounts
from sanpin.trace.engine.lineage.columns import ASSET, CONTAINER
from sanpin.trace.engine.lineage.index import KINDS, Index, Reach
from sanpin.trace.engine.lineage.place import ARRIVED
from sanpin.trace.engine.lineage.scope import (
    STATES,
    Delivered,
    amounts_of,
    delivered_of,
    standing_of,
)
from sanpin.trace.engine.lineage.telling import events_around, knows_events
from sanpin.trace.engine.lineage.writing import Texts
from sanpin.trace.model.events import Event, Part
from sanpin.trace.model.identifiers import Role
from sanpin.trace.model.lineage import (
    Balance,
    Consignee,
    Edge,
    Node,
    Walk,
    Where,
)
from sanpin.trace.service.scopes import NamedScope
from sanpin.trace.store.graph import Graph
from sanpin.trace.store.intern import find_things, words_of
from sanpin.trace.store.lookup import event_names, event_texts, thing_names, thing_texts
from sanpin.trace.store.reader import events_by_id
from sanpin.trace.store.tables import LINK

__all__ = ["ArrayAnswers"]

Int32s = NDArray[np.int32]


class ArrayAnswers:
    """Answers questions from a graph, on the connection that it was brought up to date with.

    Parameters
    ----------
    conn : by which names are looked up
    graph : of one firm
    """

    def __init__(self, conn: Connection, graph: Graph) -> None:
        self._conn = conn
        self._graph = graph
        self.index: Index = graph.index
        # A long answer names the same things in several of its parts.
        self._named: dict[int, str] = {-1: ""}

    def back(self, root: str) -> Walk:
        """Everything a thing is made of, and what carried that before it was used."""
        number = self._number(root)
        return self._walk(root, None if number < 0 else self.index.back(number))

    def forward(self, root: str) -> Walk:
        """Everything a thing went into, and what carries or carried that."""
        number = self._number(root)
        return self._walk(root, None if number < 0 else self.index.forward([number]))

    def origins(self, roots: Iterable[str]) -> dict[str, frozenset[str]]:
        """Name everything that each of many things leads back to."""
        numbers = self.numbers(roots)
        reached = {
            root: self.index.back(number).things if number >= 0 else np.zeros(0, np.int32)
            for root, number in numbers.items()
        }
        names = self.names(np.concatenate([np.zeros(0, np.int32), *reached.values()]))
        return {
            root: frozenset(names[thing] for thing in things.tolist()) - {root}
            for root, things in reached.items()
        }

    def life(self, thing: str) -> tuple[list[Event], Where]:
        """Time line of a thing, and where it is now."""
        number = self._number(thing)
        if number < 0:
            return [], Where()
        events = sorted(self._history(number), key=lambda event: event.order)
        now = standing_of(self.index, np.array([number], np.int32))
        containers = np.array(self.index.containers(number), np.int32)
        names = self.names(containers)
        placed = int(now.place_event[0])
        return events, Where(
            location=self.words(now.place)[int(now.place[0])],
            containers=tuple(names[one] for one in containers.tolist()),
            disposition=next((e.disposition for e in reversed(events) if e.disposition), ""),
            since=int(self.index.times(now.place_event)[0]) if placed >= 0 else None,
            status=STATES[now.status[0]],
        )

    def scope(self, seeds: Iterable[str], start: int, end: int) -> NamedScope:
        """Find what must come back when the seeds are bad, to be named as it is asked for."""
        return NamedScope(self, seeds, start, end)

    def balance(self, lot: str) -> Balance:
        """What became of a lot: made or received, used, delivered."""
        number = self._number(lot)
        events = sorted(self._own_events(number), key=lambda event: event.order)
        made = any(event.takes(lot, Part.OUTPUT, Part.LOT) for event in events)
        goods = np.array([number] if events else [], np.int32)
        return Balance(
            made=made_amounts(lot, events),
            used=used_amounts(lot, events),
            delivered=tuple(self._consignees(goods)),
            received=not made and bool(events) and events[0].step in ARRIVED,
        )

    def surroundings(self, root: str) -> tuple[Walk, Walk, list[Consignee]]:
        """Walks backward and forward from a thing, and who got what it became."""
        number = self._number(root)
        onward = self.index.forward([number]) if number >= 0 else None
        before, after = self.back(root), self._walk(root, onward)
        if onward is None:
            return before, after, []
        flags = self.index.view.flags[onward.things]
        goods = onward.things[(onward.mode > 0) & ((flags & CONTAINER) == 0)]
        place = {node.id: number for number, node in enumerate(after.nodes)}
        names = self.names(goods)
        ordered = sorted(goods.tolist(), key=lambda thing: place[names[thing]])
        return before, after, self._consignees(np.array(ordered, np.int32))

    def _number(self, name: str) -> int:
        """Find the number of a thing; -1 when no event that counts here can name it."""
        return self.numbers([name])[name]

    def numbers(self, names: Iterable[str]) -> dict[str, int]:
        """Numbers of things, -1 for those that are unknown."""
        wanted = list(names)
        found = find_things(self._conn, wanted)
        known = self.index.things
        return {name: found[name] if found.get(name, known) < known else -1 for name in wanted}

    def names(self, things: Int32s) -> dict[int, str]:
        """Names of things, and of some that were asked for before; empty for -1."""
        asked = np.unique(things[things >= 0]).tolist()
        missing = [thing for thing in asked if thing not in self._named]
        self._named |= thing_names(self._conn, missing)
        return self._named

    def events(self, events: Int32s) -> dict[int, str]:
        """Identifiers of events by their places in the index; empty for -1."""
        places = np.unique(events[events >= 0])
        numbers = self.index.ledger_numbers(places).tolist()
        names = event_names(self._conn, numbers)
        return {-1: ""} | {
            place: names[number] for place, number in zip(places.tolist(), numbers, strict=True)
        }

    def words(self, words: Int32s) -> dict[int, str]:
        """Words of the vocabulary; empty for -1."""
        return {-1: ""} | words_of(self._conn, np.unique(words[words >= 0]).tolist())

    def thing_texts(self, things: Int32s) -> Texts:
        """Names of things, ascending, as JSON; null for -1."""
        return thing_texts(self._conn, things)

    def event_texts(self, events: Int32s) -> Texts:
        """Identifiers of events by their places in the index, ascending, as JSON; null for -1."""
        return event_texts(self._conn, self.index.ledger_numbers(events))

    def unit(self, number: int) -> str:
        """Code of a unit of measure; empty for pieces."""
        return self._graph.units.names[number] if number >= 0 else ""

    def _walk(self, root: str, reach: Reach | None) -> Walk:
        """Bring what a walk reached into the form of an answer."""
        if reach is None:
            return Walk(root, (Node(root, 0, role_of(root)),), (), 0)
        names = self.names(reach.things)
        amount, unit, _ = amounts_of(self.index, reach.things)
        flags = self.index.view.flags[reach.things]
        rows = zip(reach.things.tolist(), reach.depth.tolist(), reach.mode.tolist(),
                   flags.tolist(), amount.tolist(), unit.tolist(), strict=True)  # fmt: skip
        nodes = [
            Node(
                names[thing],
                depth,
                _role(flag, mode),
                None if much != much else much,
                self.unit(of),
            )
            for thing, depth, mode, flag, much, of in rows
        ]
        nodes.sort(key=lambda node: (node.depth, node.id))
        return Walk(root, tuple(nodes), self._edges(reach, names), _distinct(reach.edges[:, 2]))

    def _edges(self, reach: Reach, names: Mapping[int, str]) -> tuple[Edge, ...]:
        """Edges of a walk by time."""
        events = self.events(reach.edges[:, 2])
        times = self.index.times(reach.edges[:, 2]).tolist()
        edges = [
            Edge(names[source], names[target], events[event], KINDS[kind], time)
            for (source, target, event, kind), time in zip(reach.edges.tolist(), times, strict=True)
        ]
        edges.sort(key=lambda e: (e.time, e.source, e.target, e.kind, e.event))
        return tuple(edges)

    def _own_events(self, number: int) -> list[Event]:
        """Events of a thing that count."""
        asked = select(LINK.c.event_id).where(LINK.c.epc_id == number).distinct()
        return self._counting(np.array(self._conn.scalars(asked).all(), np.int64))

    def _history(self, number: int) -> list[Event]:
        """Events of a thing, and of what it lay in while it did."""
        asked = select(LINK.c.event_id).where(LINK.c.epc_id == number).distinct()
        own = np.array(self._conn.scalars(asked).all(), np.int64)
        return self._counting(np.union1d(own, events_around(self.index, number)))

    def _counting(self, numbers: NDArray[np.int64]) -> list[Event]:
        """Events that the firm may see and that were not declared wrong."""
        known = numbers[knows_events(self.index, numbers)]
        return [e for e in events_by_id(self._conn, known.tolist()) if not e.declared]

    def _consignees(self, goods: Int32s) -> list[Consignee]:
        """Consignees of products, in the order of their names; products in the order given."""
        given = standing_of(self.index, goods).given_event
        found = delivered_of(self.index, goods, given)
        names = self.names(np.concatenate((goods, found.container)))
        order = {thing: place for place, thing in enumerate(goods.tolist())}
        return self.consignees(found, names, order)

    def consignees(
        self, found: Delivered, names: Mapping[int, str], order: Mapping[int, int]
    ) -> list[Consignee]:
        """Put deliveries together by place.

        Parameters
        ----------
        names : of things and containers
        order : place of each product among them
        """
        goods: dict[int, dict[str, None]] = defaultdict(dict)
        boxes: dict[int, dict[str, None]] = defaultdict(dict)
        amounts: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        rows = zip(found.thing.tolist(), found.place.tolist(), found.container.tolist(),
                   found.amount.tolist(), found.unit.tolist(), strict=True)  # fmt: skip
        for thing, place, container, amount, unit in sorted(rows, key=lambda row: order[row[0]]):
            goods[place][names[thing]] = None
            amounts[place][self.unit(unit)] += amount
            if container >= 0:
                boxes[place][names[container]] = None
        words = self.words(found.place)
        return sorted(
            (
                Consignee(words[one], tuple(goods[one]), dict(amounts[one]), tuple(boxes[one]))
                for one in goods
            ),
            key=lambda consignee: consignee.location,
        )


def _role(flag: int, mode: int) -> str:
    """Product, container or asset, by the key; a pack with a serial number carries too."""
    if flag & CONTAINER:
        return Role.CONTAINER
    if flag & ASSET:
        return Role.ASSET
    return Role.PRODUCT if mode else Role.CONTAINER


def _distinct(numbers: NDArray[Any]) -> int:
    """How many different numbers there are."""
    return int(np.unique(numbers).size)
