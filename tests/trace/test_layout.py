"""Genealogies are laid out in layers, siblings joined, nothing lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sanpin.trace.engine.genealogy import genealogy
from sanpin.trace.engine.layout import draw
from sanpin.trace.model.drawings import Sketch
from sanpin.trace.model.lineage import Consignee, Edge, Node, Walk


def test_siblings_with_the_same_neighbours_become_one_pill() -> None:
    sketches = [Sketch("lot", 0, "lot"), Sketch("p", 2, "pallet"), Sketch("q", 2, "pallet")]
    sketches += [Sketch(f"c{n}", 1, "case") for n in range(8)]
    edges = [("lot", f"c{n}", "aggregate") for n in range(8)]
    edges += [(f"c{n}", "p" if n < 5 else "q", "aggregate") for n in range(8)]
    drawing = draw(sketches, edges)
    counts = {pill.id: len(pill.members) for pill in drawing.pills}
    assert counts == {"lot": 1, "c0": 5, "c5": 1, "c6": 1, "c7": 1, "p": 1, "q": 1}
    assert ("c0", "p") in {(curve.source, curve.target) for curve in drawing.curves}


def test_a_layer_that_is_too_full_is_joined() -> None:
    sketches = [Sketch(f"a{n}", 0, "lot", "x") for n in range(30)]
    sketches += [Sketch(f"b{n}", 1, "lot", "y") for n in range(30)]
    edges = [(f"a{n}", f"b{n}", "transform") for n in range(30)]
    drawing = draw(sketches, edges)
    assert [len(pill.members) for pill in drawing.pills] == [30, 30]
    assert len(drawing.curves) == 1


def test_opened_groups_are_single_pills() -> None:
    """Siblings and joined layers come apart, a thousand at a time; nothing else moves apart."""
    sketches = [Sketch("lot", 0, "lot")] + [Sketch(f"c{n:04}", 1, "case") for n in range(2500)]
    sketches += [Sketch(f"p{n}", 1, "piece") for n in range(9)]
    edges = [("lot", sketch.id, "transform") for sketch in sketches[1:]]

    def sizes(*opened: str) -> list[int]:
        drawing = draw(sketches, edges, opened=opened)
        members = [member for pill in drawing.pills for member in pill.members]
        assert sorted(members) == sorted(sketch.id for sketch in sketches)
        return sorted((len(pill.members) for pill in drawing.pills), reverse=True)[:3]

    assert sizes() == [2500, 9, 1]
    assert sizes("c0000") == [1500, 9, 1]
    assert sizes("c0000", "c1000") == [500, 9, 1]
    assert sizes("c0000", "c1000", "c2000") == [9, 1, 1]
    assert sizes("p0") == [2500, 1, 1]
    assert sizes("nothing") == [2500, 9, 1]


def test_layers_begin_at_zero_and_lines_cross_little() -> None:
    sketches = [Sketch(n, -2, "material") for n in "ab"] + [Sketch(n, -1, "lot") for n in "zy"]
    drawing = draw(sketches, [("a", "z", "transform"), ("b", "y", "transform")])
    rows = {pill.id: (pill.layer, pill.y) for pill in drawing.pills}
    assert rows["a"][0] == 0
    assert (rows["a"][1] < rows["b"][1]) == (rows["z"][1] < rows["y"][1])
    assert draw([], []).pills == ()


@given(
    st.lists(st.tuples(st.integers(-2, 2), st.sampled_from("mn")), min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=80),
)
def test_nothing_is_lost_or_drawn_over(
    things: list[tuple[int, str]], pairs: list[tuple[int, int]]
) -> None:
    sketches = [Sketch(f"t{i}", layer, kind, kind) for i, (layer, kind) in enumerate(things)]
    edges = [(f"t{a}", f"t{b}", "transform") for a, b in pairs]
    drawing = draw(sketches, edges)
    members = [member for pill in drawing.pills for member in pill.members]
    assert sorted(members) == sorted(sketch.id for sketch in sketches)
    places = [(pill.layer, pill.y) for pill in drawing.pills]
    assert len(set(places)) == len(places)
    assert min(y for _, y in places) == 0
    ids = {pill.id for pill in drawing.pills}
    assert all({curve.source, curve.target} <= ids for curve in drawing.curves)


def test_consignees_stand_behind_the_outermost_containers() -> None:
    lot, case = "https://id.gs1.org/01/09521234567899/10/L", "https://id.gs1.org/00/1"
    before = Walk(lot, (Node(lot, 0, "product"),), (), 0)
    after = Walk(
        lot,
        (Node(lot, 0, "product"), Node(case, 1, "container")),
        (Edge(lot, case, "e", "aggregate", 1),),
        1,
    )
    drawing = genealogy(before, after, [Consignee("place", (lot,), {"": 1.0}, (case,))])
    assert [(pill.id, pill.layer) for pill in drawing.pills] == [(lot, 0), (case, 1), ("place", 2)]
    assert (case, "place") in {(curve.source, curve.target) for curve in drawing.curves}
