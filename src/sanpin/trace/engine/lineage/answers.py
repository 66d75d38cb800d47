"""The questions that people ask: back, forward, and what must come back."""

from __future__ import annotations

from collections.abc import Iterable

from sanpin.trace.engine.identifiers import role_of
from sanpin.trace.engine.lineage.amounts import amount_of, made_amounts, used_amounts
from sanpin.trace.engine.lineage.back import back_trail, prepare
from sanpin.trace.engine.lineage.chronicle import Chronicle, EventSource
from sanpin.trace.engine.lineage.deliveries import consignees_of
from sanpin.trace.engine.lineage.forward import forward_trail
from sanpin.trace.engine.lineage.gaps import gaps_of
from sanpin.trace.engine.lineage.place import ARRIVED, history, where
from sanpin.trace.engine.lineage.stays import ALWAYS, NEVER
from sanpin.trace.engine.lineage.walk import Mode, Trail
from sanpin.trace.model.events import Event, Part
from sanpin.trace.model.identifiers import Role
from sanpin.trace.model.lineage import Affected, Balance, Consignee, Edge, Node, Recall, Walk, Where

__all__ = ["back", "balance", "forward", "life", "origins", "recall", "surroundings"]


def back(source: EventSource, root: str) -> Walk:
    """Everything a thing is made of, and what carried that before it was used.

    Parameters
    ----------
    source : where events come from
    root : canonical name
    """
    chronicle = Chronicle(source)
    return _walk(chronicle, back_trail(chronicle, root), root)


def origins(source: EventSource, roots: Iterable[str]) -> dict[str, frozenset[str]]:
    """Name everything that each of many things leads back to, reading every event once.

    One chronicle serves all walks: products of one week share most of their ancestors. The first
    level of all of them is fetched together.
    """
    chronicle, names = Chronicle(source), list(roots)
    prepare(chronicle, names)
    return {name: frozenset(back_trail(chronicle, name).depth) - {name} for name in names}


def forward(source: EventSource, root: str) -> Walk:
    """Everything a thing went into, and what carries or carried that.

    Parameters
    ----------
    source : where events come from
    root : canonical name
    """
    chronicle = Chronicle(source)
    return _walk(chronicle, forward_trail(chronicle, [root]), root)


def life(source: EventSource, thing: str) -> tuple[list[Event], Where]:
    """Time line of a thing, and where it is now."""
    chronicle = Chronicle(source)
    events = history(chronicle, thing)
    return events, where(chronicle, thing, events)


def recall(
    source: EventSource, seeds: Iterable[str], start: int = NEVER, end: int = ALWAYS
) -> Recall:
    """Find what must come back when the seeds are bad, who has it, and why.

    Parameters
    ----------
    source : where events come from
    seeds : canonical names of things and lots
    start, end : window of time (microseconds UTC) in which the seeds are bad

    Returns
    -------
    Recall
        affected things nearest first, consignees by name, and the gaps that the records leave
    """
    chronicle = Chronicle(source)
    names = tuple(dict.fromkeys(seeds))
    trail = forward_trail(chronicle, names, start, end)
    things = [
        thing
        for thing in sorted(trail.depth, key=lambda t: (trail.depth[t], t))
        if chronicle.events(thing)
    ]
    lines = tuple(_line(chronicle, trail, thing) for thing in things)
    products = [line.id for line in lines if line.role != Role.CONTAINER]
    return Recall(
        seeds=names,
        affected=lines,
        consignees=tuple(consignees_of(chronicle, products)),
        gaps=tuple(gaps_of(chronicle, products, names)),
    )


def _line(chronicle: Chronicle, trail: Trail, thing: str) -> Affected:
    """Say everything about one affected thing."""
    events = history(chronicle, thing)
    now = where(chronicle, thing, events)
    amount, uom = amount_of(thing, chronicle.events(thing))
    carries = trail.mode[thing] is Mode.CARRIER or role_of(thing) is Role.CONTAINER
    return Affected(
        id=thing,
        role=Role.CONTAINER if carries else Role.PRODUCT,
        depth=trail.depth[thing],
        status=now.status,
        location=now.location,
        container=now.containers[0] if now.containers else "",
        quantity=amount,
        uom=uom,
        last_event=events[-1].id if events else "",
        why=trail.why(thing),
        through=trail.through(thing),
    )


def _walk(chronicle: Chronicle, trail: Trail, root: str) -> Walk:
    """Bring a trail into the form of an answer: nearest first, edges by time."""
    nodes = []
    for thing in sorted(trail.depth, key=lambda t: (trail.depth[t], t)):
        amount, uom = amount_of(thing, chronicle.events(thing))
        nodes.append(Node(thing, trail.depth[thing], _role(trail, thing), amount, uom))
    edges = sorted(trail.edges.values(), key=_place_of)
    return Walk(root, tuple(nodes), tuple(edges), len(trail.events()))


def _place_of(edge: Edge) -> tuple[int, str, str, str, str]:
    """Place of an edge among those of an answer: by time."""
    return edge.time, edge.source, edge.target, edge.kind, edge.event


def _role(trail: Trail, thing: str) -> str:
    """Product, container or asset, by the key; a pack with a serial number carries too."""
    role = role_of(thing)
    if role is Role.PRODUCT and trail.mode[thing] is Mode.CARRIER:
        return Role.CONTAINER
    return role if role in (Role.CONTAINER, Role.ASSET) else Role.PRODUCT


def balance(source: EventSource, lot: str) -> Balance:
    """What became of a lot: made or received, used, delivered.

    Parameters
    ----------
    source : where events come from
    lot : canonical name of a lot
    """
    chronicle = Chronicle(source)
    events = chronicle.events(lot)
    made = any(event.takes(lot, Part.OUTPUT, Part.LOT) for event in events)
    return Balance(
        made=made_amounts(lot, events),
        used=used_amounts(lot, events),
        delivered=tuple(consignees_of(chronicle, [lot])),
        received=not made and bool(events) and events[0].step in ARRIVED,
    )


def surroundings(source: EventSource, root: str) -> tuple[Walk, Walk, list[Consignee]]:
    """Walks backward and forward from a thing, and who got it: all that a genealogy shows.

    Containers are left out of the goods whose consignees are asked for, since what they carry is
    asked for itself and would count twice.
    """
    chronicle = Chronicle(source)
    onward = forward_trail(chronicle, [root])
    after = _walk(chronicle, onward, root)
    products = [node.id for node in after.nodes if onward.mode[node.id] > Mode.CARRIER]
    goods = [t for t in products if role_of(t) is not Role.CONTAINER]
    before = _walk(chronicle, back_trail(chronicle, root), root)
    return before, after, consignees_of(chronicle, goods)
