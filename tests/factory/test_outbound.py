"""Nothing is lost between the shelf and the customer."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanpin.factory.engine.outbound import draw_materials, pack_lots, pack_pallets, send
from sanpin.factory.model.outbound import LotOut

LOTS = st.lists(
    st.tuples(st.integers(0, 500), st.integers(0, 5000), st.integers(1, 48)),
    max_size=8,
).map(
    lambda rows: [
        LotOut(f"o{n}", f"i{n % 3}", good, end, "hq", size)
        for n, (good, end, size) in enumerate(rows)
    ]
)


def test_the_oldest_lot_is_drawn_first() -> None:
    drawn, lacking = draw_materials(
        [("o1", "clay", 6.0), ("o2", "clay", 6.0)], {"clay": [("old", 8.0), ("new", 10.0)]}
    )
    assert [(one.order, one.lot, one.quantity) for one in drawn] == [
        ("o1", "old", 6.0),
        ("o2", "old", 2.0),
        ("o2", "new", 4.0),
    ]
    assert lacking == {}


def test_what_is_not_there_is_said() -> None:
    drawn, lacking = draw_materials([("o1", "wax", 5.0), ("o1", "wick", 1.0)], {"wax": [("a", 2)]})
    assert sum(one.quantity for one in drawn) == 2.0
    assert lacking == {"wax": 3.0, "wick": 1.0}


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("xy"), st.floats(0.1, 50)), max_size=10),
    st.lists(st.floats(0.1, 40), max_size=5),
)
def test_materials_are_conserved(needs: list[tuple[str, float]], shelf: list[float]) -> None:
    shelves = {"x": [(f"l{n}", amount) for n, amount in enumerate(shelf)]}
    drawn, lacking = draw_materials([("o", name, q) for name, q in needs], shelves)
    wanted = sum(q for name, q in needs if name == "x")
    given_ = sum(one.quantity for one in drawn)
    assert given_ + lacking.get("x", 0.0) == pytest.approx(wanted, abs=1e-6)
    taken: dict[str, float] = defaultdict(float)
    for one in drawn:
        taken[one.lot] += one.quantity
    assert all(taken[lot] <= amount + 1e-9 for lot, amount in shelves["x"])


@settings(max_examples=100, deadline=None)
@given(LOTS, st.integers(0, 3))
def test_every_piece_reaches_a_customer_once(lots: list[LotOut], seed: int) -> None:
    cases = pack_lots(lots)
    pallets = pack_pallets(cases, {"a": 3.0, "b": 1.0}, seed=seed)
    shipments = send(pallets)
    packed = Counter()
    for case in cases:
        packed[case.order] += case.quantity
    assert packed == Counter({lot.order: lot.good for lot in lots if lot.good})
    on_pallets = [number for pallet in pallets for number in pallet.cases]
    assert sorted(on_pallets) == [case.number for case in cases]
    sent = [number for shipment in shipments for number in shipment.pallets]
    assert sorted(sent) == [pallet.number for pallet in pallets]


@settings(max_examples=60, deadline=None)
@given(LOTS)
def test_times_and_places_fit(lots: list[LotOut]) -> None:
    cases = {case.number: case for case in pack_lots(lots)}
    pallets = {one.number: one for one in pack_pallets(list(cases.values()), {"a": 1.0})}
    for pallet in pallets.values():
        assert len(pallet.cases) <= 24
        assert all(cases[number].packed <= pallet.packed for number in pallet.cases)
        assert all(cases[number].site == pallet.site for number in pallet.cases)
    for shipment in send(list(pallets.values())):
        for number in shipment.pallets:
            assert pallets[number].packed <= shipment.shipped
            assert pallets[number].customer == shipment.customer
        assert shipment.shipped % 1440 == 17 * 60


def test_the_last_case_may_be_partly_full() -> None:
    cases = pack_lots([LotOut("o", "i", 25, 10, "hq", 12)], first_number=7)
    assert [(case.number, case.quantity) for case in cases] == [(7, 12), (8, 12), (9, 1)]


def test_customers_get_about_their_share() -> None:
    lots = [LotOut(f"o{n}", "i", 24 * 12, 0, "hq", 12) for n in range(400)]
    counted = Counter(pallet.customer for pallet in pack_pallets(pack_lots(lots), {"a": 3, "b": 1}))
    assert counted["a"] / (counted["a"] + counted["b"]) == pytest.approx(0.75, abs=0.07)


def test_without_customers_nothing_is_stacked() -> None:
    assert pack_pallets(pack_lots([LotOut("o", "i", 5, 0, "hq", 12)]), {}) == []
    assert send([]) == []
