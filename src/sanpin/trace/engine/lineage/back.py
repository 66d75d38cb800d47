"""Where something came from: what it is made of, and what carried that before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sanpin.trace.engine.lineage.chronicle import Chronicle
from sanpin.trace.engine.lineage.stays import ALWAYS, NEVER, Stay
from sanpin.trace.engine.lineage.walk import Mode, State, Step, Trail, walk
from sanpin.trace.model.events import Part
from sanpin.trace.model.lineage import Edge

__all__ = ["back_trail", "prepare"]


def back_trail(chronicle: Chronicle, root: str) -> Trail:
    """Follow the goods backward from a thing.

    A container is made of what it holds. Containers in which goods came before they were
    used are reached as carriers: they lead to outer containers and to nothing else in them.
    """
    return walk(chronicle, [State(root, Mode.OPENED)], _expand, prepare)


def prepare(chronicle: Chronicle, things: Iterable[str]) -> None:
    """Fetch what a level needs: events, parents, children, joined transformations."""
    names = list(things)
    chronicle.load(names)
    chronicle.load(chronicle.parents(names))
    children = {stay.child for name in names for stay in chronicle.held(name)}
    chronicle.load(children)
    chronicle.load(chronicle.parents(children))
    chronicle.load_transformations(e.transformation for t in names for e in chronicle.makers(t))


def _expand(chronicle: Chronicle, state: State) -> Iterator[Step]:
    """Steps backward; from a carrier only outwards."""
    if state.mode is Mode.CARRIER:
        yield from _outer(chronicle, state)
        return
    yield from _made_of(chronicle, state)
    yield from _came_in(chronicle, state)
    yield from _lots(chronicle, state)
    yield from _contents(chronicle, state)


def _made_of(chronicle: Chronicle, state: State) -> Iterator[Step]:
    """To the inputs of the transformations that made it, up to the time that counts."""
    for event in chronicle.makers(state.thing):
        if event.time > state.made_by:
            continue
        for other in chronicle.joined(event):
            if other.time > event.time:
                continue
            for used in other.things(Part.INPUT):
                edge = Edge(used.thing, state.thing, event.id, "transform", event.time)
                # The input counts up to the instant of its use: what happened to the rest of its
                # lot later has nothing to do with this product.
                at = other.time
                yield Step(edge, State(used.thing, Mode.OPENED, at, at + 1, at))


def _came_in(chronicle: Chronicle, state: State) -> Iterator[Step]:
    """To the containers in which it lay before it was used or taken out."""
    for stay in chronicle.inside(state.thing):
        if stay.kind != "aggregate" or not stay.packed or stay.start >= state.made_by:
            continue
        end = min(stay.end, state.made_by)
        if end < ALWAYS:
            yield Step(_edge(stay), State(stay.parent, Mode.CARRIER, stay.start, end, NEVER))


def _outer(chronicle: Chronicle, state: State) -> Iterator[Step]:
    """From a carrier to the containers around it at the same time."""
    for stay in chronicle.inside(state.thing):
        window = stay.overlap(state.start, state.end)
        if stay.kind == "aggregate" and window is not None:
            yield Step(_edge(stay), State(stay.parent, Mode.CARRIER, *window, NEVER))


def _lots(chronicle: Chronicle, state: State) -> Iterator[Step]:
    """From a piece to its lot."""
    for event, lot in chronicle.lots(state.thing):
        if event.time <= state.made_by:
            at = event.time
            edge = Edge(lot, state.thing, event.id, "lot", at)
            yield Step(edge, State(lot, Mode.OPENED, at, at + 1, at))


def _contents(chronicle: Chronicle, state: State) -> Iterator[Step]:
    """From a container or assembly to what it held while it counts."""
    for stay in chronicle.contents(state.thing):
        window = stay.overlap(state.start, state.end)
        if window is not None:
            yield Step(_edge(stay), State(stay.child, Mode.OPENED, *window, stay.start))


def _edge(stay: Stay) -> Edge:
    """Edge of a stay: the child went into the parent."""
    return Edge(stay.child, stay.parent, stay.event, stay.kind, stay.start)
