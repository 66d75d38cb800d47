"""Random chains of events, as columns and as the events that the slow oracle reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from hypothesis import strategies as st

from sanpin.trace.engine.identifiers import check_digit
from sanpin.trace.engine.lineage import MemoryEvents
from sanpin.trace.engine.lineage.columns import (
    Columns,
    Numbering,
    columns_of,
    kind_of,
    word_flags,
)
from sanpin.trace.engine.lineage.index import Index
from sanpin.trace.model.events import Action, Event, EventType, Involvement, Link, Part

STEM = "https://id.gs1.org"
LOTS = [f"{STEM}/01/09521234567899/10/{name}" for name in "ABCD"]
PIECES = [f"{STEM}/01/09521234567899/21/{name}" for name in "abcd"]
BOXES = [f"{STEM}/00/{n:017d}{check_digit(f'{n:017d}')}" for n in range(1, 5)]
CRATE = f"{STEM}/8003/09521234567899X"
THINGS = [*LOTS, *PIECES, *BOXES, CRATE]
PLACES = [f"{STEM}/414/{n:012d}{check_digit(f'{n:012d}')}" for n in range(3)]
STEPS = ["", "shipping", "receiving", "storing", "retail_selling", "destroying", "inspecting"]
DISPOSITIONS = ["", "in_transit", "retail_sold", "active"]


def some(things: Sequence[str], least: int = 1) -> st.SearchStrategy[list[str]]:
    """Draw a few of the things."""
    return st.lists(st.sampled_from(things), min_size=least, max_size=3, unique=True)


@st.composite
def entries(
    draw: st.DrawFn, part: Part, things: Sequence[str], least: int = 1, lots: bool = False
) -> list[Involvement]:
    """Draw involvements; lots with amounts now and then, pieces with their lot."""
    found = []
    for thing in draw(some(things, least)):
        many = "/10/" in thing
        amount = draw(st.none() | st.integers(0, 9)) if many else None
        lot = draw(st.sampled_from(["", *LOTS])) if lots and "/21/" in thing else ""
        unit = draw(st.sampled_from(["", "KGM"])) if many and amount is not None else ""
        found.append(Involvement(part, thing, None if amount is None else float(amount), unit, lot))
    return found


@st.composite
def events(draw: st.DrawFn, number: int) -> Event:
    """Draw one event of any type, at one of a few times, so that many are at once or late."""
    kind = draw(st.sampled_from([EventType.OBJECT, EventType.AGGREGATION, EventType.AGGREGATION,
                                 EventType.TRANSFORMATION, EventType.ASSOCIATION]))  # fmt: skip
    action = draw(st.sampled_from([Action.ADD, Action.ADD, Action.OBSERVE, Action.DELETE]))
    joined = ""
    if kind is EventType.TRANSFORMATION:
        action = Action.NONE
        involved = draw(entries(Part.INPUT, THINGS, 0)) + draw(
            entries(Part.OUTPUT, THINGS, 0, True)
        )
        joined = draw(st.sampled_from(["", "", "urn:x:1", "urn:x:2"]))
    elif kind is EventType.OBJECT:
        involved = draw(entries(Part.EPC, THINGS, 1, True))
    else:
        parents = [*BOXES, CRATE] if kind is EventType.AGGREGATION else THINGS[4:]
        least = 0 if action is Action.DELETE else 1
        involved = [Involvement(Part.PARENT, draw(st.sampled_from(parents)))]
        involved += draw(entries(Part.CHILD, THINGS, least))
    named = {entry.lot for entry in involved if entry.lot}
    involved += [Involvement(Part.LOT, lot) for lot in sorted(named)]
    goal = draw(st.sampled_from(["", "", *PLACES]))
    return Event(
        id=f"urn:e:{number}",
        type=kind,
        action=action,
        time=draw(st.integers(0, 12)),
        step=draw(st.sampled_from(STEPS)),
        disposition=draw(st.sampled_from(DISPOSITIONS)),
        read_point=draw(st.sampled_from(["", *PLACES])),
        location=draw(st.sampled_from(["", "", *PLACES])),
        involved=tuple(involved),
        links=(Link("destination", "location", goal),) if goal else (),
        transformation=joined,
        declared=draw(st.integers(0, 9)) == 0,
        sequence=number,
    )


@st.composite
def chains(draw: st.DrawFn, most: int = 14) -> list[Event]:
    """Draw a chain of events with rework, packing anew, late and void events."""
    return [draw(events(number)) for number in range(1, 1 + draw(st.integers(1, most)))]


@dataclass
class Ledger:
    """Events with the numberings of their things and words, as a store would keep them."""

    events: list[Event]
    things: Numbering = field(default_factory=Numbering)
    words: Numbering = field(default_factory=Numbering)

    def columns(self, chosen: Sequence[Event]) -> Columns:
        """Write some of the events as columns."""
        return columns_of(chosen, self.things, self.words)

    @property
    def kinds(self) -> np.ndarray:
        """Flags of all things that have a number."""
        return np.array([kind_of(name) for name in self.things.names], np.uint8)

    @property
    def flags(self) -> np.ndarray:
        """Flags of all words that have a number."""
        return word_flags(self.words.names)

    def index(self) -> Index:
        """Build an index of all events."""
        columns = self.columns(self.events)
        return Index.build(columns, self.kinds, self.flags)

    @property
    def source(self) -> MemoryEvents:
        """The same events for the oracle."""
        return MemoryEvents(self.events)

    def word(self, number: int) -> str:
        """Word of a number; empty for -1."""
        return self.words.names[number] if number >= 0 else ""

    def thing(self, number: int) -> str:
        """Name of a thing; empty for -1."""
        return self.things.names[number] if number >= 0 else ""


def void(event: Event) -> Event:
    """The same event, declared wrong or not wrong after all."""
    return replace(event, declared=not event.declared)
