"""Closed vocabularies: all words of the file, a label for each, in both languages."""

from __future__ import annotations

import pytest

from sanpin.base import InputError
from sanpin.kit.i18n import translate
from sanpin.sector.engine import Published
from sanpin.sector.engine.reading import word
from sanpin.sector.model import (
    Comparator,
    Direction,
    Kind,
    Mark,
    Measure,
    Origin,
    PaceState,
    Pillar,
    TaskState,
    Unit,
)
from sanpin.sector.model.words import Labelled

VOCABULARIES = (
    Comparator, Direction, Kind, Mark, Measure, Origin, PaceState, Pillar, TaskState, Unit,
)  # fmt: skip
MEMBERS = [member for vocabulary in VOCABULARIES for member in vocabulary]


@pytest.mark.parametrize("member", MEMBERS, ids=lambda one: f"{type(one).__name__}.{one}")
def test_every_word_has_a_label_in_both_languages(member: Labelled) -> None:
    """Only “equal” needs no word, and percent is the same sign everywhere."""
    if member is Comparator.EQ:
        assert member.label == ""
        return
    assert member.label
    if member is not Unit.PERCENT:
        assert translate(member.label, "zh-CN") != member.label


def test_words_are_texts() -> None:
    """They are written to files and read back as they are."""
    for member in MEMBERS:
        assert str(member) == member.value
        assert type(member)(member.value) is member
        assert f"{member}" == member.value


def test_the_file_uses_the_vocabularies(published: Published) -> None:
    """Every kind, comparator and pillar of the file is known, and every unit is used."""
    figures = published.figures.values()
    assert {one.kind for one in figures} == set(Kind)
    assert {one.comparator for one in figures} == set(Comparator) - {Comparator.LE}
    assert {one.pillar for one in figures} == set(Pillar)
    assert {one.unit for one in figures} == set(Unit)


def test_statuses_have_shapes() -> None:
    """Colour never stands alone: each state has one of the four shapes."""
    shapes = {"ok", "warn", "bad", "hold"}
    assert {state.status for state in PaceState} == shapes
    assert {state.status for state in TaskState} == shapes
    assert PaceState.OVERDUE.status == "bad"
    assert PaceState.BEHIND.status == "warn"


@pytest.mark.parametrize(
    ("unit", "measure"),
    [
        (Unit.CNY, Measure.AMOUNT), (Unit.USD, Measure.AMOUNT), (Unit.PERSON, Measure.AMOUNT),
        (Unit.PERCENT, Measure.SHARE), (Unit.PERCENTAGE_POINT, Measure.SHARE),
        (Unit.COUNT_PER_YEAR, Measure.RATE), (Unit.COUNT, Measure.COUNT),
        (Unit.COUNT_PER_DISTRICT, Measure.COUNT), (Unit.RANK, Measure.COUNT),
    ],
)  # fmt: skip
def test_units_say_how_pace_is_counted(unit: Unit, measure: Measure) -> None:
    """Money and people grow by percent, shares by points, all else by pieces."""
    assert unit.measure is measure


def test_an_unknown_word_lists_the_known_ones() -> None:
    """With record and column."""
    assert word(Pillar, "brand", "row 7", "pillar") is Pillar.BRAND
    with pytest.raises(InputError) as caught:
        word(Pillar, "luck", "row 7", "pillar")
    assert caught.value.fields["known"] == ", ".join(Pillar)
    assert "row 7" in str(caught.value)
