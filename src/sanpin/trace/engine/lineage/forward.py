"""Where something went: into which products, lots, assemblies and containers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sanpin.trace.engine.identifiers import role_of
from sanpin.trace.engine.lineage.chronicle import Chronicle
from sanpin.trace.engine.lineage.stays import ALWAYS, NEVER, Stay
from sanpin.trace.engine.lineage.walk import Mode, State, Step, Trail, walk
from sanpin.trace.model.events import EventType, Involvement, Part
from sanpin.trace.model.identifiers import Role
from sanpin.trace.model.lineage import Edge

__all__ = ["forward_trail"]


def forward_trail(
    chronicle: Chronicle, seeds: Iterable[str], start: int = NEVER, end: int = ALWAYS
) -> Trail:
    """Follow the goods from seeds onward; the contents of a seeded container count.

    Parameters
    ----------
    chronicle : where events come from
    seeds : canonical names
    start, end : window of time (microseconds UTC) in which the seeds are bad
    """
    roots = [State(seed, Mode.OPENED, start, end) for seed in seeds]
    return walk(chronicle, roots, _expand, _prepare)


def _prepare(chronicle: Chronicle, things: Iterable[str]) -> None:
    """Fetch what a level needs: events, parents, joined transformations."""
    names = list(things)
    chronicle.load(names)
    chronicle.load(chronicle.parents(names))
    chronicle.load_transformations(e.transformation for t in names for e in chronicle.events(t))


def _expand(chronicle: Chronicle, state: State) -> Iterator[Step]:
    """Steps forward, by the reason for which the thing was reached."""
    yield from _made_from(chronicle, state)
    yield from _carried_by(chronicle, state)
    if state.mode is Mode.OPENED:
        yield from _contents(chronicle, state)
    if state.mode >= Mode.AFFECTED:
        yield from _pieces(chronicle, state)


def _made_from(chronicle: Chronicle, state: State) -> Iterator[Step]:
    """To the outputs of transformations that used it, or used what holds it, in time."""
    for event in chronicle.events(state.thing):
        if event.type is not EventType.TRANSFORMATION:
            continue
        if not state.start <= event.time < state.end:
            continue
        used = [e for e in event.of(state.thing) if e.thing == state.thing and e.part is Part.INPUT]
        if not used:
            continue
        for other in chronicle.joined(event):
            if other.time < event.time:
                continue
            for made in other.things(Part.OUTPUT):
                yield _transformed(used[0], made, other.id, other.time)


def _transformed(used: Involvement, made: Involvement, event: str, time: int) -> Step:
    """Step from an input to an output."""
    edge = Edge(used.thing, made.thing, event, "transform", time)
    return Step(edge, State(made.thing, Mode.AFFECTED, time))


def _carried_by(chronicle: Chronicle, state: State) -> Iterator[Step]:
    """To the containers around it, and to the assemblies that it became part of."""
    for stay in chronicle.inside(state.thing):
        window = stay.overlap(state.start, state.end)
        if window is None or (not stay.single and stay.start < state.start):
            continue  # an amount packed before its lot went bad is good
        low, high = window
        joins = stay.kind == "associate" and role_of(stay.parent) is not Role.CONTAINER
        if joins and state.mode >= Mode.AFFECTED:
            yield Step(_edge(stay), State(stay.parent, Mode.AFFECTED, low))
        else:
            yield Step(_edge(stay), State(stay.parent, Mode.CARRIER, low, high))


def _contents(chronicle: Chronicle, state: State) -> Iterator[Step]:
    """From a bad container to what is in it."""
    for stay in chronicle.contents(state.thing):
        window = stay.overlap(state.start, state.end)
        if window is None:
            continue
        if stay.single:
            yield Step(_edge(stay), State(stay.child, Mode.OPENED, window[0]))
        else:
            # An amount of a lot is tied to its container; once out, it may be anywhere
            # that the lot goes from then on.
            yield Step(_edge(stay), State(stay.child, Mode.OPENED, stay.end))


def _pieces(chronicle: Chronicle, state: State) -> Iterator[Step]:
    """From a lot to its pieces."""
    for event in chronicle.events(state.thing):
        for piece in event.of(state.thing):
            if piece.lot == state.thing and state.start <= event.time < state.end:
                edge = Edge(state.thing, piece.thing, event.id, "lot", event.time)
                yield Step(edge, State(piece.thing, Mode.AFFECTED, event.time))


def _edge(stay: Stay) -> Edge:
    """Edge of a stay: the child went into the parent."""
    return Edge(stay.child, stay.parent, stay.event, stay.kind, stay.start)
