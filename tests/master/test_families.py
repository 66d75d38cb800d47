"""The family rule on real descriptions, and the properties that keep it explainable."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.master.engine import Family, attributes_of, family_of, vocabulary
from sanpin.master.engine.words import LONGEST, find_phrases, singular, words_of

KNOWN = {
    "REGENCY CAKESTAND 3 TIER": "ceramic",
    "MEDIUM CERAMIC TOP STORAGE JAR": "ceramic",
    "RED STRIPE CERAMIC DRAWER KNOB": "ceramic",
    "JUMBO BAG RED RETROSPOT": "textile",
    "LUNCH BAG DOILEY PATTERN": "textile",
    "PARTY BUNTING": "textile",
    "DOORMAT FAIRY CAKE": "textile",
    "CHOCOLATE HOT WATER BOTTLE": "textile",
    "WHITE HANGING HEART T-LIGHT HOLDER": "candle",
    "SET/10 RED POLKADOT PARTY CANDLES": "candle",
    "SET OF 3 CAKE TINS PANTRY DESIGN": "metal",
    "SET OF 3 CAKE TINS SKETCHBOOK": "metal",
    "HANGING HEART ZINC T-LIGHT HOLDER": "metal",
    "CHILDRENS CUTLERY DOLLY GIRL": "metal",
    "PAPER BUNTING RETROSPOT": "paper",
    "PACK OF 72 RETROSPOT CAKE CASES": "paper",
    "VICTORIAN GLASS HANGING T-LIGHT": "glass",
    "JAM MAKING SET WITH JARS": "glass",
    "WOODEN UNION JACK BUNTING": "wood",
    "BLACK RECORD COVER FRAME": "wood",
    "RED  HARMONICA IN BOX": "toy",
    "WORLD WAR 2 GLIDERS ASSTD DESIGNS": "toy",
    "DOUGHNUT LIP GLOSS": "other",
    "": "other",
    "货号": "other",
}


@pytest.mark.parametrize(("description", "family"), KNOWN.items())
def test_known_descriptions(description: str, family: str) -> None:
    assert family_of(description) == family
    assert family_of(description.lower()) == family


@given(st.text())
def test_every_text_has_one_of_the_families(text: str) -> None:
    assert family_of(text) in set(Family)
    attributes_of(text)


@given(st.sampled_from(["tin", "mug", "bag", "candle", "jar"]), st.text("abcxyz", min_size=1))
def test_a_word_inside_a_word_is_not_found(word: str, rest: str) -> None:
    assert family_of(f"{rest}qq{word}qq{rest}") == "other"


@pytest.mark.parametrize(
    ("plural", "single"),
    [
        ("boxes", "box"),
        ("dishes", "dish"),
        ("glasses", "glass"),
        ("candles", "candle"),
        ("cases", "case"),
        ("berries", "berry"),
        ("cookies", "cooky"),
        ("cookie", "cooky"),
        ("glass", "glass"),
        ("bus", "bus"),
    ],
)
def test_plurals_meet_their_singular(plural: str, single: str) -> None:
    assert singular(plural) == single


def test_words_stand_apart_and_apostrophes_do_not() -> None:
    assert words_of("SET/4 CHILDREN'S T-LIGHT, 50's") == ("set", "4", "children", "t", "light",
                                                          "50", "s")  # fmt: skip


def test_phrases_are_found_as_whole_words_in_order() -> None:
    table = {("cake", "tin"), ("tin",), ("cake",)}
    found = list(find_phrases(["red", "cake", "tin"], table))
    assert found == [(1, ("cake",)), (1, ("cake", "tin")), (2, ("tin",))]


@pytest.mark.parametrize("table", ["FIXED", "MATERIALS", "PRODUCTS", "HINTS"])
def test_no_table_names_a_phrase_twice(table: str) -> None:
    phrases = [
        words_of(text) for texts in getattr(vocabulary, table).values() for text in texts.split(",")
    ]
    assert len(phrases) == len(set(phrases))
    assert all(0 < len(found) <= LONGEST for found in phrases)


@pytest.mark.parametrize(
    ("description", "attributes"),
    [
        ("SET OF 3 CAKE TINS PANTRY DESIGN", {"pieces": 3}),
        ("SET/4 WHITE RETRO STORAGE CUBES", {"colour": "white", "pieces": 4}),
        ("ROUND SNACK BOXES SET OF4 WOODLAND", {"pieces": 4}),
        ("60 TEATIME FAIRY CAKE CASES", {"pieces": 60}),
        ("CLOTHES PEGS RETROSPOT PACK 24", {"pieces": 24}),
        ("3 TIER CAKE TIN RED AND CREAM", {"colour": "red"}),
        ("5 HOOK HANGER RED MAGIC TOADSTOOL", {"colour": "red"}),
        ("SMALL GLASS HEART TRINKET POT", {"size": "small", "materials": ["glass"]}),
        (
            "RETROSPOT TEA SET CERAMIC 11 PC",
            {"pieces": 11, "materials": ["ceramic"]},
        ),
        ("PARTY BUNTING", {}),
    ],
)
def test_attributes_say_what_the_description_says(
    description: str, attributes: dict[str, object]
) -> None:
    assert attributes_of(description) == attributes


def test_most_of_the_real_revenue_has_a_family(open_data: Path) -> None:
    orders = pl.read_parquet(open_data / "demand/orders.parquet")
    goods = (
        orders.filter(pl.col("item").str.contains(r"^\d{5}"))
        .with_columns(revenue=pl.col("quantity") * pl.col("unit_price"))
        .group_by("item")
        .agg(pl.col("description").drop_nulls().mode().first(), pl.col("revenue").sum())
        .with_columns(
            family=pl.col("description")
            .fill_null("")
            .map_elements(family_of, return_dtype=pl.String)
        )
    )
    shares = goods.group_by("family").agg(pl.col("revenue").sum() / goods["revenue"].sum())
    by_family = dict(shares.iter_rows())
    assert by_family["other"] < 0.15
    assert set(by_family) == set(Family)
    assert max(by_family.values()) < 0.4, "no family swallows the rest"
