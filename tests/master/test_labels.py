"""Every kind has a word in both languages, and names fall back to what there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.kit.i18n import translate
from sanpin.master.engine import COLOURS, Family
from sanpin.master.model import (
    CalendarRecord,
    Item,
    ItemKind,
    Partner,
    PartnerKind,
    Site,
    SiteKind,
    Supply,
    labels,
    name_of,
)
from sanpin.master.sample.materials import PIGMENTS

TABLES: list[tuple[Iterable[str], Mapping[str, str]]] = [
    (Family, labels.FAMILY_LABELS),
    (ItemKind, labels.ITEM_LABELS),
    (Supply, labels.SUPPLY_LABELS),
    (PartnerKind, labels.PARTNER_LABELS),
    (SiteKind, labels.SITE_LABELS),
]


@pytest.mark.parametrize(("values", "table"), TABLES)
def test_every_value_has_a_word_in_both_languages(
    values: Iterable[str], table: Mapping[str, str]
) -> None:
    assert set(table) == {str(value) for value in values}
    for word in table.values():
        assert translate(word, "en") == word
        assert translate(word, "zh-CN") != word
    chinese = [translate(word, "zh-CN") for word in table.values()]
    assert len(set(chinese)) == len(chinese), "one word, one meaning"


def test_every_colour_has_a_pigment() -> None:
    assert set(PIGMENTS) == set(COLOURS.values())
    assert len(set(PIGMENTS.values())) == len(PIGMENTS)


names = st.text("ab杯 ", max_size=3)


@given(names, names, st.sampled_from(["en", "zh-CN"]))
def test_a_reader_always_sees_a_name(english: str, chinese: str, language: str) -> None:
    for record in (
        Item("X", english, chinese),
        Partner("X", english, chinese),
        Site("X", english, chinese),
        CalendarRecord("X", english, chinese),
    ):
        shown = name_of(record, language)
        assert shown
        own, other = (chinese, english) if language == "zh-CN" else (english, chinese)
        assert shown == (own or other or "X")
