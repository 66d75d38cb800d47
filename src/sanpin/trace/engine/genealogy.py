"""Join the walks backward and forward into one genealogy, with whoever got the goods."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from sanpin.trace.engine.identifiers import role_of
from sanpin.trace.engine.layout import draw
from sanpin.trace.model.drawings import Drawing, Sketch
from sanpin.trace.model.identifiers import Role
from sanpin.trace.model.lineage import Consignee, Walk

__all__ = ["genealogy"]


def genealogy(
    before: Walk,
    after: Walk,
    consignees: Iterable[Consignee] = (),
    opened: Collection[str] = (),
) -> Drawing:
    """Draw where a thing came from, left, and where it went, right.

    Parameters
    ----------
    before, after : walks backward and forward from the same root
    consignees : who got it; drawn behind the last layer
    opened : things whose group is shown as single pills

    Returns
    -------
    Drawing
        origins at the left of the root, what it became at the right, whoever got it at the far
        right
    """
    depths = {node.id: -node.depth for node in before.nodes}
    for node in after.nodes:
        # In both directions, as after rework: it stands where it came from.
        depths.setdefault(node.id, node.depth)
    edges = [(e.source, e.target, e.kind) for e in (*before.edges, *after.edges)]
    made = {target for _, target, kind in edges if kind == "transform"}
    holding = {t for s, t, kind in edges if kind == "aggregate" and role_of(s) is Role.CONTAINER}
    sketches = [
        Sketch(thing, depth, _kind(thing, made, holding), _group(thing))
        for thing, depth in depths.items()
    ]
    last = max(depths.values(), default=0) + 1
    for place, sources in _arrivals(consignees, depths, edges):
        sketches.append(Sketch(place, last, "shipment", "consignee"))
        edges += [(source, place, "ship") for source in sources]
    return draw(sketches, edges, opened=opened)


def _kind(thing: str, made: set[str], holding: set[str]) -> str:
    """Kind of pill: what was made is a lot, what only came in is a material."""
    if role_of(thing) in (Role.CONTAINER, Role.ASSET):
        return "pallet" if thing in holding else "case"
    return "lot" if thing in made else "material"


def _group(thing: str) -> str:
    """Things of one trade item are alike; containers are alike by their kind."""
    return thing[: thing.find("/", thing.find("/01/") + 4)] if "/01/" in thing else ""


def _arrivals(
    consignees: Iterable[Consignee], depths: dict[str, int], edges: list[tuple[str, str, str]]
) -> Iterator[tuple[str, list[str]]]:
    """Each consignee with the outermost things that went there."""
    carrier = {source: target for source, target, kind in edges if kind == "aggregate"}
    for one in consignees:
        goods = one.containers or one.products
        tops = {_outermost(thing, carrier) for thing in goods}
        sources = sorted(top for top in tops if depths.get(top, -1) >= 0)
        if sources:
            yield one.location, sources


def _outermost(thing: str, carrier: dict[str, str]) -> str:
    """Follow containers outwards; a container that holds itself ends the way."""
    seen = {thing}
    while thing in carrier and carrier[thing] not in seen:
        thing = carrier[thing]
        seen.add(thing)
    return thing
