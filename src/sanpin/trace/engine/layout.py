"""Lay a genealogy out in layers: collapse siblings, order each layer, give everything a place.

Three steps: alike things become one pill, each layer is ordered so that few lines cross, and every
pill gets a row. The result holds numbers only; the page turns them into drawing units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sanpin.trace.model.drawings import Curve, Drawing, Pill, Sketch

__all__ = ["draw"]

# Two there and two back: further sweeps move nothing in chains of the size that people look at.
_SWEEPS = 4
# Pills that one opening shows; the rest stays joined and can be opened in its turn.
_OPENED = 1000


def draw(
    sketches: Sequence[Sketch],
    edges: Iterable[tuple[str, str, str]],
    *,
    siblings: int = 3,
    layer_limit: int = 14,
    opened: Collection[str] = (),
) -> Drawing:
    """Place things in layers from left to right.

    Parameters
    ----------
    sketches : the things with their layers
    edges : (source, target, kind) between them
    siblings : more alike things than this with the same neighbours become one pill
    layer_limit : a layer with more pills than this joins all that are of one group
    opened : things whose group is shown as single pills, a thousand for each name of it

    Notes
    -----
    Rows are ordered by the barycentre of their neighbours, swept to and fro (Sugiyama,
    Tagawa and Toda 1981), and each layer is centred.

    Returns
    -------
    Drawing
        layers count from 0 at the left, rows from 0 at the top, in steps of one pill
    """
    lines = sorted(set(edges))
    groups = _siblings(sketches, lines, siblings)
    groups = list(_opened(_crowded(sketches, groups, layer_limit), set(opened)))
    heads = {member: members[0] for members in groups for member in members}
    curves = sorted(
        {
            Curve(heads[a], heads[b], kind)
            for a, b, kind in lines
            if a in heads and b in heads and heads[a] != heads[b]
        },
        key=lambda curve: (curve.source, curve.target, curve.kind),
    )
    by_id = {sketch.id: sketch for sketch in sketches}
    lowest = min((sketch.layer for sketch in sketches), default=0)
    layers: dict[int, list[str]] = defaultdict(list)
    for members in groups:
        layers[by_id[members[0]].layer - lowest].append(members[0])
    rows = _rows(layers, curves)
    pills = [
        Pill(tuple(m), by_id[m[0]].kind, by_id[m[0]].layer - lowest, rows[m[0]]) for m in groups
    ]
    return Drawing(tuple(sorted(pills, key=lambda p: (p.layer, p.y))), tuple(curves))


def _siblings(
    sketches: Sequence[Sketch], lines: Sequence[tuple[str, str, str]], limit: int
) -> list[list[str]]:
    """Join things of one kind and group that have exactly the same neighbours."""
    before: dict[str, set[str]] = defaultdict(set)
    after: dict[str, set[str]] = defaultdict(set)
    for source, target, _ in lines:
        before[target].add(source)
        after[source].add(target)
    alike: dict[object, list[str]] = defaultdict(list)
    for s in sketches:
        key = (s.layer, s.kind, s.group, frozenset(before[s.id]), frozenset(after[s.id]))
        alike[key].append(s.id)
    groups: list[list[str]] = []
    for members in alike.values():
        groups += [members] if len(members) > limit else [[one] for one in members]
    return groups


def _crowded(sketches: Sequence[Sketch], groups: list[list[str]], limit: int) -> list[list[str]]:
    """In layers that are too full, join everything of one kind and group."""
    by_id = {sketch.id: sketch for sketch in sketches}
    sizes: dict[int, int] = defaultdict(int)
    for members in groups:
        sizes[by_id[members[0]].layer] += 1
    joined: dict[object, list[str]] = defaultdict(list)
    for members in groups:
        first = by_id[members[0]]
        crowded = sizes[first.layer] > limit
        key: object = (first.layer, first.kind, first.group) if crowded else first.id
        joined[key] += members
    return list(joined.values())


def _opened(groups: Iterable[list[str]], names: set[str]) -> Iterator[list[str]]:
    """Take groups apart of which a thing is named."""
    for members in groups:
        count = _OPENED * len(names.intersection(members))
        yield from ([one] for one in members[:count])
        if members[count:]:
            yield members[count:]


def _rows(layers: Mapping[int, list[str]], curves: Sequence[Curve]) -> dict[str, float]:
    """Row of each pill, ordered by where its neighbours stand."""
    near: dict[str, list[str]] = defaultdict(list)
    for curve in curves:
        near[curve.source].append(curve.target)
        near[curve.target].append(curve.source)
    order = {number: sorted(ids) for number, ids in layers.items()}
    rows = _centred(order)
    for sweep in range(_SWEEPS):
        for number in sorted(order, reverse=bool(sweep % 2)):
            order[number].sort(key=lambda one: (_barycentre(one, near, rows), one))
            rows.update(_centred({number: order[number]}))
    lowest = min(rows.values(), default=0.0)
    return {one: row - lowest for one, row in rows.items()}


def _centred(order: Mapping[int, list[str]]) -> dict[str, float]:
    """Rows of layers, each centred around zero."""
    return {
        one: place - (len(ids) - 1) / 2 for ids in order.values() for place, one in enumerate(ids)
    }


def _barycentre(one: str, near: Mapping[str, list[str]], rows: Mapping[str, float]) -> float:
    """Mean row of the neighbours; its own row for a pill without any."""
    places = [rows[other] for other in near[one]]
    return sum(places) / len(places) if places else rows[one]
