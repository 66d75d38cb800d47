"""The sample company: believable, complete, marked, and the same every time."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import InputError
from sanpin.master.engine import check_cycles, explode, valid_bills
from sanpin.master.model import ItemKind, Supply, check_gln, check_gtin
from sanpin.master.sample import SAMPLE_PREFIX, build_sample, customer_code
from sanpin.master.sample.keys import allot_keys

GOODS = [
    ("22423", "REGENCY CAKESTAND 3 TIER"),
    ("85099B", "JUMBO BAG RED RETROSPOT"),
    ("22720", "SET OF 3 CAKE TINS PANTRY DESIGN"),
    ("21212", "PACK OF 72 RETROSPOT CAKE CASES"),
    ("85123A", "WHITE HANGING HEART T-LIGHT HOLDER"),
    ("22178", "VICTORIAN GLASS HANGING T-LIGHT"),
    ("82482", "WOODEN PICTURE FRAME WHITE FINISH"),
    ("21915", "RED  HARMONICA IN BOX"),
    ("23077", "DOUGHNUT LIP GLOSS"),
]
DAY = date(2011, 9, 16)
words = st.sampled_from(
    ["RED", "SMALL", "JUMBO", "GLASS", "MUG", "SET/6", "36", "CANDLE", "TIN", "OF"]
)
goods = st.lists(
    st.tuples(st.text("0123456789AB", min_size=1, max_size=6), st.lists(words).map(" ".join)),
    max_size=12,
)


@given(goods)
def test_any_goods_give_a_sound_sample(given_: list[tuple[str, str]]) -> None:
    sample = build_sample(given_)
    items = {item.code: item for item in sample.items}
    assert len(items) == len(sample.items), "every code once"
    assert len({item.gtin for item in sample.items}) == len(items), "every key once"
    assert {code for code, _ in given_} <= set(items)
    check_cycles(list(sample.bills))
    partners = {partner.code for partner in sample.partners}
    for item in sample.items:
        check_gtin(item.gtin)
        assert item.gtin.startswith(SAMPLE_PREFIX)
        assert not item.supplier or item.supplier in partners
    made = {bill.item for bill in sample.bills}
    assert made == {item.code for item in sample.items if item.supply is Supply.MAKE}
    for bill in sample.bills:
        for line in bill.lines:
            assert items[line.component].unit == line.unit


@given(goods)
def test_everything_is_marked_and_repeats(given_: list[tuple[str, str]]) -> None:
    sample = build_sample(given_, ["Germany"])
    for part in (sample.items, sample.partners, sample.sites, sample.bills, sample.calendars):
        assert all(record.sample for record in part)
    again = build_sample(list(reversed(given_)) if len(dict(given_)) == len(given_) else given_,
                         ["Germany", "Germany"])  # fmt: skip
    assert again == sample


def test_materials_come_through_parts() -> None:
    sample = build_sample(GOODS)
    items = {item.code: item for item in sample.items}
    bills = valid_bills(sample.bills, DAY)
    explosion = explode(bills, {code: 100 for code, _ in GOODS})
    for code in explosion.materials():
        assert items[code].kind in (ItemKind.MATERIAL, ItemKind.PACKAGING)
        assert items[code].supply is Supply.BUY
    assert max(explosion.levels.values()) == 2
    kinds = {items[code].kind for code in explosion.gross}
    assert kinds == set(ItemKind)
    clay = explode(bills, {"22423": 100}).gross["MAT-CLAY"]
    assert 30 < clay < 60, "kilograms for a hundred cake stands"


def test_a_real_company_s_worth_of_materials() -> None:
    sample = build_sample(GOODS)
    bought = [item for item in sample.items if item.kind is ItemKind.MATERIAL]
    assert len(bought) > 40
    assert all(item.name_zh and item.name_en and item.supplier for item in bought)
    assert len([p for p in sample.partners if p.kind == "supplier"]) > 10


def test_sets_take_their_pieces() -> None:
    sample = build_sample(GOODS)
    bills = {bill.item: bill for bill in sample.bills}
    tins = bills["22720"].lines[0]
    assert (tins.component, tins.quantity) == ("PART-METAL-MEDIUM", 3)
    cases = bills["21212"].lines[0]
    assert (cases.component, cases.quantity) == ("PART-PAPER-MINI", 72)
    by_code = {item.code: item for item in sample.items}
    assert by_code["21212"].attributes["case_quantity"] == 48


def test_places_have_keys_calendars_and_positions() -> None:
    sample = build_sample(GOODS, ["Germany", "EIRE", "Atlantis"])
    calendars = {record.code: record for record in sample.calendars}
    keys = [site.gln for site in sample.sites] + [one.gln for one in sample.partners]
    assert len(set(keys)) == len(keys)
    for key in keys:
        check_gln(key)
    assert [site.code for site in sample.sites] == ["hq", "sat-1", "sat-2"]
    for site in sample.sites:
        working = calendars[site.calendar].calendar([2011])
        assert working.zone == "Asia/Shanghai"
        assert not working.is_working_day(date(2011, 10, 1))
    customers = {p.code: p for p in sample.partners if p.kind == "customer"}
    assert customers[customer_code("EIRE")].name_zh == "爱尔兰客户"
    assert customers[customer_code("Atlantis")].country == "Atlantis"


def test_of_a_code_that_comes_twice_the_first_description_counts() -> None:
    sample = build_sample([("A", "GLASS  JAR "), ("A", "WOODEN BOX")])
    item = next(item for item in sample.items if item.code == "A")
    assert (item.name_en, item.family) == ("GLASS JAR", "glass")


def test_keys_stay_apart_where_hashes_collide() -> None:
    codes = [f"C{number}" for number in range(3000)]
    keys = allot_keys(codes)
    assert len(set(keys.values())) == 3000
    assert allot_keys(reversed(codes)) == keys
    with pytest.raises(InputError) as caught:
        allot_keys(str(number) for number in range(100_001))
    assert caught.value.code == "master.sample.too_many"
