"""Explosion, levels, uses and cycles against brute force."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import InputError
from sanpin.master.engine import (
    check_cycles,
    explode,
    find_cycle,
    low_level_codes,
    tree,
    valid_bills,
    where_used,
)
from sanpin.master.model import BillLine, BillOfMaterials

Bills = dict[str, BillOfMaterials]
NAMES = [f"I{number}" for number in range(8)]


@st.composite
def layered(draw: st.DrawFn) -> Bills:
    """Draw bills in which an item needs only items after it, so none needs itself."""
    bills = {}
    for place, name in enumerate(NAMES[:-1]):
        below = draw(st.lists(st.sampled_from(NAMES[place + 1 :]), unique=True, max_size=3))
        lines = tuple(
            BillLine(
                component,
                draw(st.integers(1, 5)),
                scrap_share=draw(st.sampled_from([0.0, 0.2, 0.5])),
            )
            for component in below
        )
        if lines:
            bills[name] = BillOfMaterials(name, lines=lines)
    return bills


@st.composite
def tangled(draw: st.DrawFn) -> Bills:
    """Draw bills in which anything may need anything."""
    bills = {}
    for name in NAMES[:5]:
        below = draw(st.lists(st.sampled_from(NAMES[:5]), unique=True, max_size=2))
        bills[name] = BillOfMaterials(name, lines=tuple(BillLine(one, 1) for one in below))
    return bills


demands = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 50), max_size=4)


def brute_force(bills: Bills, demand: dict[str, int]) -> dict[str, float]:
    """Walk every path from every demand down to the end."""
    total: dict[str, float] = defaultdict(float)

    def walk(item: str, quantity: float) -> None:
        total[item] += quantity
        for line in bills[item].lines if item in bills else ():
            walk(line.component, quantity * line.quantity / (1 - line.scrap_share))

    for item, quantity in demand.items():
        walk(item, quantity)
    return dict(total)


def depth(bills: Bills, roots: set[str]) -> dict[str, int]:
    """Find the longest way down to every item by trying all."""
    found: dict[str, int] = {}

    def walk(item: str, level: int) -> None:
        found[item] = max(found.get(item, 0), level)
        for line in bills[item].lines if item in bills else ():
            walk(line.component, level + 1)

    for root in roots:
        walk(root, 0)
    return found


def reaches_itself(bills: Bills, item: str) -> bool:
    """Search from an item's components for the item."""
    seen: set[str] = set()
    stack = [line.component for line in bills[item].lines] if item in bills else []
    while stack:
        one = stack.pop()
        if one == item:
            return True
        if one not in seen:
            seen.add(one)
            stack += [line.component for line in bills[one].lines] if one in bills else []
    return False


@given(layered(), demands)
def test_explosion_is_the_sum_over_all_paths(bills: Bills, demand: dict[str, int]) -> None:
    explosion = explode(bills, demand)
    assert explosion.gross == pytest.approx(brute_force(bills, demand))
    assert set(explosion.materials()) <= set(explosion.gross)


@given(layered(), demands)
def test_explosion_conserves_quantities(bills: Bills, demand: dict[str, int]) -> None:
    """What an item's users take, with the demand for itself, is what there is of it."""
    explosion = explode(bills, demand)
    taken: dict[str, float] = defaultdict(float)
    for need in explosion.needs:
        taken[need.component] += need.quantity
        assert 0 <= need.scrap < need.quantity
    for item, quantity in explosion.gross.items():
        assert quantity == pytest.approx(demand.get(item, 0) + taken[item])
    assert all(explosion.levels[n.item] < explosion.levels[n.component] for n in explosion.needs)


@given(layered(), demands)
def test_explosion_is_linear(bills: Bills, demand: dict[str, int]) -> None:
    once, twice = explode(bills, demand), explode(bills, {k: 2 * v for k, v in demand.items()})
    assert twice.gross == pytest.approx({item: 2 * q for item, q in once.gross.items()})


@given(layered())
def test_levels_are_the_longest_way_down(bills: Bills) -> None:
    used = {line.component for bill in bills.values() for line in bill.lines}
    levels = low_level_codes(bills)
    assert levels == depth(bills, set(bills) - used)
    assert list(levels.values()) == sorted(levels.values())


@given(layered(), st.sampled_from(NAMES))
def test_where_used_mirrors_explosion(bills: Bills, component: str) -> None:
    uses = where_used(bills, component)
    for item in NAMES:
        inside = brute_force(bills, {item: 1}).get(component, 0.0) if item != component else 0.0
        assert uses.get(item, 0.0) == pytest.approx(inside)


@given(layered(), st.sampled_from(NAMES), st.integers(1, 9))
def test_the_tree_adds_up_to_the_explosion(bills: Bills, item: str, quantity: int) -> None:
    total: dict[str, float] = defaultdict(float)
    levels = []
    for node in tree(bills, item, quantity):
        total[node.item] += node.quantity
        levels.append(node.level)
    assert total == pytest.approx(brute_force(bills, {item: quantity}))
    assert levels[0] == 0
    assert all(after <= before + 1 for before, after in pairwise(levels))


@given(tangled())
def test_a_cycle_is_found_exactly_when_there_is_one(bills: Bills) -> None:
    cycle = find_cycle(bills)
    assert bool(cycle) == any(reaches_itself(bills, item) for item in bills)
    if cycle:
        assert cycle[0] == cycle[-1]
        assert len(set(cycle)) == len(cycle) - 1
        for item, component in pairwise(cycle):
            assert component in [line.component for line in bills[item].lines]
        with pytest.raises(InputError) as caught:
            low_level_codes(bills)
        assert caught.value.code == "master.bom.cycle"


def bill(item: str, *components: str, **more: date | int | None) -> BillOfMaterials:
    """Make a bill with one of each component."""
    lines = tuple(BillLine(one, 1) for one in components)
    return BillOfMaterials(item, lines=lines, **more)  # type: ignore[arg-type]


def test_the_refusal_names_the_way_round() -> None:
    with pytest.raises(InputError) as caught:
        check_cycles([bill("A", "B"), bill("B", "C"), bill("C", "A"), bill("X", "A")])
    assert "A > B > C > A" in str(caught.value)


def test_versions_that_never_meet_make_no_cycle() -> None:
    day = date(2011, 5, 1)
    old = bill("A", "B", valid_until=day)
    new = bill("B", "A", valid_from=day)
    check_cycles([old, new])
    with pytest.raises(InputError):
        check_cycles([bill("A", "B", valid_until=day + timedelta(days=1)), new])


def test_a_cycle_that_begins_when_a_version_ends_is_seen() -> None:
    day = date(2011, 5, 1)
    harmless = bill("A", "X", version=2, valid_until=day, valid_from=date(2011, 1, 1))
    with pytest.raises(InputError):
        check_cycles([bill("A", "B", version=1), harmless, bill("B", "A", valid_from=day)])


@pytest.mark.parametrize(
    ("day", "version"), [(date(2010, 1, 1), 1), (date(2011, 1, 1), 3), (date(2012, 1, 1), 4)]
)
def test_the_later_starting_then_the_higher_version_counts(day: date, version: int) -> None:
    start, end = date(2011, 1, 1), date(2012, 1, 1)
    versions = [
        bill("A", version=1),
        bill("A", version=3, valid_from=start, valid_until=end),
        bill("A", version=2, valid_from=start),
        bill("A", version=4, valid_from=end),
    ]
    assert valid_bills(versions, day)["A"].version == version


def test_units_are_converted_to_those_of_the_component() -> None:
    line = BillLine("W", 500, "GRM", 0.5)
    bills = {"A": BillOfMaterials("A", lines=(line,))}
    assert explode(bills, {"A": 2}, units={"W": "KGM"}).gross["W"] == pytest.approx(2)
    assert explode(bills, {"A": 2}).gross["W"] == pytest.approx(2000)
    with pytest.raises(InputError) as caught:
        explode(bills, {"A": 2}, units={"W": "LTR"})
    assert caught.value.code == "base.unit.dimension"


def test_thousands_of_levels_do_no_harm() -> None:
    names = [f"N{number:05d}" for number in range(5000)]
    bills = {upper: bill(upper, lower) for upper, lower in pairwise(names)}
    assert find_cycle(bills) == ()
    explosion = explode(bills, {names[0]: 3})
    assert explosion.levels[names[-1]] == 4999
    assert explosion.materials() == {names[-1]: 3}
    assert len(find_cycle(bills | {names[-1]: bill(names[-1], names[0])})) == 5001


def test_nothing_needs_nothing() -> None:
    explosion = explode({}, {})
    assert (explosion.gross, explosion.needs, explosion.materials()) == ({}, (), {})
    assert where_used({}, "A") == {}
    assert explode({}, {"A": 4}).materials() == {"A": 4}
