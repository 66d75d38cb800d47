"""Walk along the goods: levels of states, each with the time during which it counts.

A step is taken only when its time allows it: what was made before a thing came in cannot
hold it, and a crate does not inherit what it carried last week.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from sanpin.trace.engine.lineage.chronicle import Chronicle
from sanpin.trace.engine.lineage.stays import ALWAYS, NEVER
from sanpin.trace.model.lineage import Edge

__all__ = ["Mode", "State", "Step", "Trail", "walk"]


class Mode(IntEnum):
    """Why a thing was reached."""

    CARRIER = 0
    """It only carries something that counts."""
    AFFECTED = 1
    """It counts itself."""
    OPENED = 2
    """It counts, and so does what is in it."""


@dataclass(frozen=True, slots=True)
class State:
    """A thing as it was reached.

    Attributes
    ----------
    thing : canonical name
    mode : see `Mode`
    start, end : window of time in which its own steps count
    made_by : backward only: steps of making count up to this time
    """

    thing: str
    mode: Mode
    start: int = NEVER
    end: int = ALWAYS
    made_by: int = ALWAYS

    def covers(self, other: State) -> bool:
        """Whether everything that follows from the other follows from this one.

        This is what ends the walk in chains that go round in a circle, such as rework: the second
        visit brings nothing that the first did not.
        """
        return (
            self.mode >= other.mode
            and self.start <= other.start
            and self.end >= other.end
            and self.made_by >= other.made_by
        )


@dataclass(frozen=True, slots=True)
class Step:
    """An edge of the goods and the state to which it leads."""

    edge: Edge
    to: State


Expand = Callable[[Chronicle, State], Iterable[Step]]
Prepare = Callable[[Chronicle, Iterable[str]], None]


class Trail:
    """Everything a walk reached, with the way it came."""

    def __init__(self, roots: Iterable[str]) -> None:
        self.roots = tuple(roots)
        self.depth: dict[str, int] = {}
        self.mode: dict[str, Mode] = {}
        self.edges: dict[tuple[str, str, str, str], Edge] = {}
        self.states: dict[str, list[State]] = defaultdict(list)
        self._came: dict[State, tuple[State, str]] = {}

    def enter(self, state: State, depth: int, step: tuple[State, str] | None = None) -> bool:
        """Note a state; False when an earlier one already covers it."""
        known = self.states[state.thing]
        if any(other.covers(state) for other in known):
            return False
        known.append(state)
        self.depth.setdefault(state.thing, depth)
        self.mode[state.thing] = max(state.mode, self.mode.get(state.thing, Mode.CARRIER))
        if step is not None:
            self._came[state] = step
        return True

    def why(self, thing: str) -> tuple[str, ...]:
        """Events of one path from a root to the thing, in order of the walk."""
        events: list[str] = []
        state: State | None = self.states[thing][0]
        while state is not None and state in self._came:
            state, event = self._came[state]
            if not events or events[-1] != event:
                events.append(event)
        return tuple(reversed(events))

    def through(self, thing: str) -> tuple[str, ...]:
        """Things on the same path, from the root to the one before the thing."""
        things: list[str] = []
        state = self.states[thing][0]
        while state in self._came:
            state, _ = self._came[state]
            things.append(state.thing)
        return tuple(reversed(things))

    def events(self) -> set[str]:
        """Events that made the edges."""
        return {edge.event for edge in self.edges.values()}


def walk(chronicle: Chronicle, roots: Iterable[State], expand: Expand, prepare: Prepare) -> Trail:
    """Follow all steps from the roots, level by level.

    Parameters
    ----------
    chronicle : where events come from
    roots : states to begin with
    expand : the steps that lead on from a state
    prepare : fetches what the states of a level need, in as few questions as possible

    Returns
    -------
    Trail
        what was reached, with the edges and the way to each thing
    """
    level = list(roots)
    trail = Trail(state.thing for state in level)
    level = [state for state in level if trail.enter(state, 0)]
    depth = 0
    while level:
        depth += 1
        prepare(chronicle, [state.thing for state in level])
        level = list(_next_level(chronicle, trail, level, depth, expand))
    return trail


def _next_level(
    chronicle: Chronicle, trail: Trail, level: list[State], depth: int, expand: Expand
) -> Iterator[State]:
    """Yield the states that are reached for the first time, or in a wider window."""
    for state in level:
        for step in expand(chronicle, state):
            edge = step.edge
            trail.edges.setdefault((edge.source, edge.target, edge.event, edge.kind), edge)
            if trail.enter(step.to, depth, (state, edge.event)):
                yield step.to
