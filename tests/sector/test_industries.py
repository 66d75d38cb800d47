"""Industries, regions and units are found by the words that people use."""

from __future__ import annotations

import pytest

from sanpin.base import InputError
from sanpin.sector.engine import Published, RegionIndex, read_unit
from sanpin.sector.model import Scope, Unit

REGIONS = RegionIndex(
    [("Shanghai", "上海市"), ("China", "中国"), ("Inner Mongolia", "内蒙古自治区")]
)


@pytest.mark.parametrize("name", ["Shanghai", "shanghai", " 上海 ", "上海市", "Shanghai City"])
def test_a_region_is_found_in_either_language(name: str) -> None:
    """The word for its rank may be left out."""
    assert REGIONS.find(name) == "Shanghai"
    assert REGIONS.find("内蒙古") == "Inner Mongolia"


def test_an_unknown_region_is_refused_with_the_known_ones() -> None:
    """Nobody has to guess the spelling."""
    with pytest.raises(InputError, match="Shanghai, China"):
        REGIONS.find("Mars")
    assert REGIONS.names("Mars") == ("Mars", "Mars")
    assert REGIONS.names("上海") == ("Shanghai", "上海市")


@pytest.mark.parametrize("name", ["consumer_goods", "consumer goods", "consumer-goods", "消费品"])
def test_an_industry_is_found_by_id_or_name(published: Published, name: str) -> None:
    """Hyphen, space and underline are one."""
    assert published.tree.find(name).id == "consumer_goods"


def test_an_unknown_industry_is_refused(published: Published) -> None:
    """The refusal lists the ids."""
    with pytest.raises(InputError, match="light_industry"):
        published.tree.find("space travel")


def test_consumer_goods_hold_all_their_parts(published: Published) -> None:
    """Light industry, textiles, food, appliances and pharmaceuticals belong to them."""
    tree, figures = published.tree, published.figures
    within = tree.within("consumer_goods")
    assert within >= {"light_industry", "textiles", "food", "appliances", "pharmaceuticals"}
    assert "consumer_goods" not in tree.within("light_industry")
    assert all(tree.covers("consumer_goods", one.scope) for one in figures.values())
    assert tree.covers("light_industry", figures["cn_appl_revenue_2021"].scope)
    assert not tree.covers("food", figures["cn_appl_revenue_2021"].scope)


def test_a_sector_may_belong_to_two_industries(published: Published) -> None:
    """Light industry and textiles together are in both."""
    scope = published.figures["cn_lt_export_world_share"].scope
    assert published.tree.covers("textiles", scope)
    assert published.tree.covers("light_industry", scope)


def test_wider_sectors_are_known(published: Published) -> None:
    """Figures of all industry are marked where consumer goods are asked for."""
    assert published.tree.is_wider(published.figures["zj_cloud_firms"].scope)
    assert not published.tree.is_wider(published.figures["cn_cg_firms"].scope)


def test_own_wordings_may_name_an_industry(published: Published) -> None:
    """An unknown wording belongs nowhere, an industry's name to it."""
    tree = published.tree
    assert tree.industries_of(Scope("", "", "食品", "food")) == ("food",)
    assert tree.industries_of(Scope("", "", "玩具", "toys")) == ()
    assert tree.names("五金") == ("hardware", "五金")
    assert tree.names("fashion") == ("fashion consumer goods", "时尚消费品")
    assert tree.names("toys") == ("toys", "toys")


@pytest.mark.parametrize(
    ("text", "factor", "unit"),
    [
        ("亿元", 1e8, Unit.CNY), ("万亿元", 1e12, Unit.CNY), ("万元", 1e4, Unit.CNY),
        ("元", 1, Unit.CNY), ("亿美元", 1e8, Unit.USD), ("CNY billion", 1e9, Unit.CNY),
        ("billion CNY", 1e9, Unit.CNY), ("USD", 1, Unit.USD), ("million dollars", 1e6, Unit.USD),
        ("%", 1, Unit.PERCENT), ("百分点", 1, Unit.PERCENTAGE_POINT), ("家", 1, Unit.COUNT),
        ("万人", 1e4, Unit.PERSON), ("", 1, Unit.COUNT), ("万家", 1e4, Unit.COUNT),
        ("count_per_year", 1, Unit.COUNT_PER_YEAR),
    ],
)  # fmt: skip
def test_units_are_read_as_people_write_them(text: str, factor: float, unit: Unit) -> None:
    """Sizes stand before or behind the unit."""
    assert read_unit(text) == (factor, unit)


@pytest.mark.parametrize("text", ["furlong", "亿头", "billion"])
def test_other_units_are_refused(text: str) -> None:
    """A size alone says nothing of what is counted, except pieces."""
    if text == "billion":
        assert read_unit(text) == (1e9, Unit.COUNT)
        return
    with pytest.raises(InputError) as caught:
        read_unit(text)
    assert caught.value.code == "sector.unit.unknown"
