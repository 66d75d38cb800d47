"""Where a walk gets its events from: a source asked in batches, and what it said so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from sanpin.trace.engine.lineage.stays import Stay, stays_of
from sanpin.trace.model.events import Event, EventType, Part

__all__ = ["Chronicle", "EventSource", "MemoryEvents"]


class EventSource(Protocol):
    """Answer which events touch things; asked once per level of a walk."""

    def touching(self, things: Collection[str]) -> Mapping[str, Sequence[Event]]:
        """Events in which each thing takes part."""
        ...

    def joined(self, transformations: Collection[str]) -> Mapping[str, Sequence[Event]]:
        """Events that share each transformation identifier."""
        ...


class MemoryEvents:
    """An event source over records in memory."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._touching: dict[str, list[Event]] = defaultdict(list)
        self._joined: dict[str, list[Event]] = defaultdict(list)
        for event in events:
            for thing in dict.fromkeys(entry.thing for entry in event.involved):
                self._touching[thing].append(event)
            if event.transformation:
                self._joined[event.transformation].append(event)

    def touching(self, things: Collection[str]) -> Mapping[str, Sequence[Event]]:
        """Events in which each thing takes part."""
        return {thing: self._touching.get(thing, ()) for thing in things}

    def joined(self, transformations: Collection[str]) -> Mapping[str, Sequence[Event]]:
        """Events that share each transformation identifier."""
        return {name: self._joined.get(name, ()) for name in transformations}


class Chronicle:
    """Events of things in the order of time, without those declared wrong; asked for once.

    Parameters
    ----------
    source : where the events come from

    Notes
    -----
    Everything derived (stays, parents, makers, lots) is kept beside the events, as the levels of a
    walk ask for the same things again and again.
    """

    def __init__(self, source: EventSource) -> None:
        self._source = source
        self._events: dict[str, tuple[Event, ...]] = {}
        self._joined: dict[str, tuple[Event, ...]] = {}
        self._parents: dict[str, frozenset[str]] = {}
        self._makers: dict[str, tuple[Event, ...]] = {}
        self._lots: dict[str, tuple[tuple[Event, str], ...]] = {}
        self._stays: dict[str, tuple[Stay, ...]] = {}
        self._inside: dict[str, tuple[Stay, ...]] = {}

    def load(self, things: Iterable[str]) -> None:
        """Fetch the events of all things that are not known yet, in one question."""
        missing = sorted({thing for thing in things if thing not in self._events})
        if not missing:
            return
        found = self._source.touching(missing)
        for thing in missing:
            self._events[thing] = _ordered(found.get(thing, ()))

    def load_transformations(self, names: Iterable[str]) -> None:
        """Fetch the events of all joined transformations that are not known yet."""
        missing = sorted({name for name in names if name and name not in self._joined})
        if missing:
            found = self._source.joined(missing)
            for name in missing:
                self._joined[name] = _ordered(found.get(name, ()))

    def events(self, thing: str) -> tuple[Event, ...]:
        """Events of a thing by time; those declared wrong are left out."""
        if thing not in self._events:
            self.load((thing,))
        return self._events[thing]

    def joined(self, event: Event) -> tuple[Event, ...]:
        """The event with all that share its transformation identifier."""
        if not event.transformation:
            return (event,)
        self.load_transformations((event.transformation,))
        return self._joined[event.transformation]

    def held(self, parent: str) -> tuple[Stay, ...]:
        """Stays of things in (or on) a parent, as the parent's own events tell them."""
        if parent not in self._stays:
            self._stays[parent] = tuple(stays_of(parent, self.events(parent)))
        return self._stays[parent]

    def parents(self, things: Iterable[str]) -> set[str]:
        """Everything that was ever named as parent of one of the things."""
        return {parent for thing in things for parent in self._parents_of(thing)}

    def _parents_of(self, thing: str) -> frozenset[str]:
        """Parents that the events of one thing name."""
        if thing not in self._parents:
            self._parents[thing] = frozenset(
                entry.thing
                for event in self.events(thing)
                if event.takes(thing, Part.CHILD)
                for entry in event.things(Part.PARENT)
            )
        return self._parents[thing]

    def makers(self, thing: str) -> tuple[Event, ...]:
        """Transformations that name a thing as their output."""
        if thing not in self._makers:
            self._makers[thing] = tuple(
                event
                for event in self.events(thing)
                if event.type is EventType.TRANSFORMATION and event.takes(thing, Part.OUTPUT)
            )
        return self._makers[thing]

    def lots(self, thing: str) -> tuple[tuple[Event, str], ...]:
        """Lots that events name for a piece, with the event."""
        if thing not in self._lots:
            self._lots[thing] = tuple(
                (event, piece.lot)
                for event in self.events(thing)
                for piece in event.of(thing)
                if piece.thing == thing and piece.lot
            )
        return self._lots[thing]

    def inside(self, child: str) -> tuple[Stay, ...]:
        """Stays of a thing in its parents, by time.

        A single piece or container can be in one container at a time, so packing it anew
        ends its earlier stay even when nobody recorded the unpacking.
        """
        if child not in self._inside:
            stays = [s for p in self.parents((child,)) for s in self.held(p) if s.child == child]
            stays.sort(key=lambda stay: (stay.start, stay.sequence, stay.parent))
            self._inside[child] = tuple(_one_at_a_time(stays))
        return self._inside[child]

    def contents(self, parent: str) -> list[Stay]:
        """Stays of things in a parent, ended where a child was packed elsewhere.

        Children and their other parents are loaded in two questions, however many they are.
        """
        stays = self.held(parent)
        children = {stay.child for stay in stays}
        self.load(children)
        self.load(self.parents(children))
        return [
            stay
            for child in sorted(children)
            for stay in self.inside(child)
            if stay.parent == parent
        ]


def _ordered(events: Iterable[Event]) -> tuple[Event, ...]:
    """Sort events by time and leave out those declared wrong."""
    return tuple(sorted((e for e in events if not e.declared), key=lambda e: e.order))


def _one_at_a_time(stays: list[Stay]) -> Iterable[Stay]:
    """End the stays of single things where the next one begins.

    A stay on an asset does not end that way: a crate may stand on a pallet that is on a truck.
    """
    for place, stay in enumerate(stays):
        later = next(
            (
                s
                for s in stays[place + 1 :]
                if s.packed and s.kind == stay.kind and s.start > stay.start
            ),
            None,
        )
        if stay.single and stay.kind == "aggregate" and later and later.start < stay.end:
            yield stay.until(later.start)
        else:
            yield stay
