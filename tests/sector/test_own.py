"""Own targets, actuals and tasks from the fields of forms and files."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import InputError
from sanpin.sector.engine import Published, RegionIndex, make_actual, make_target, make_task
from sanpin.sector.model import Comparator, Direction, Measure, Pillar, Role, Unit
from sanpin.sector.service import library

REGIONS = RegionIndex([("Chongqing", "重庆市")])
ROW = {"indicator": "产值", "region": "重庆", "value": "1,200", "unit": "亿元", "due": "2025"}


def target(published: Published, **changes: Any) -> Any:
    """Make an own target from the usual fields with some changed."""
    return make_target({**ROW, **changes}, published.tree, REGIONS)


def test_the_least_that_a_target_needs(published: Published) -> None:
    """Indicator, value and due; everything else has a plain default."""
    made = target(published)
    assert made.value == 1200e8
    assert (made.unit, made.measure) == (Unit.CNY, Measure.AMOUNT)
    assert (made.comparator, made.direction) == (Comparator.GE, Direction.INCREASE)
    assert made.pillar is Pillar.NONE
    assert made.scope.region_zh == "重庆市"
    assert made.indicator_en == "产值"
    assert made.period.text_end == "2025"
    assert made.stated_pace is None


def test_words_given_are_taken(published: Published) -> None:
    """Direction, measure, stated pace and English name come from the row."""
    made = target(
        published,
        indicator_en="Output",
        comparator="le",
        measure="rate",
        unit="%",
        stated_pace="5",
        pillar="green",
        id="mine",
    )
    assert made.direction is Direction.DECREASE
    assert (made.measure, made.stated_pace, made.id) == (Measure.RATE, 5.0, "mine")
    assert made.indicator("en") == "Output"


def test_the_same_row_is_the_same_target(published: Published) -> None:
    """A corrected value keeps the id, another due date does not."""
    assert target(published).id == target(published, value=1).id
    assert target(published).id != target(published, due="2026").id
    assert target(published).id.startswith("own_")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"indicator": ""}, "sector.field.missing"),
        ({"due": None}, "sector.field.missing"),
        ({"value": "much"}, "sector.value.not_a_number"),
        ({"value": "nan"}, "sector.value.not_finite"),
        ({"value": 0}, "sector.target.not_positive"),
        ({"unit": "furlong"}, "sector.unit.unknown"),
        ({"due": "someday"}, "sector.period.unreadable"),
        ({"start": "2030"}, "sector.period.reversed"),
        ({"pillar": "luck"}, "sector.word.unknown"),
        ({"comparator": "near"}, "sector.word.unknown"),
    ],
)
def test_bad_fields_are_refused(published: Published, changes: dict[str, Any], code: str) -> None:
    """Each with its own stable code."""
    with pytest.raises(InputError) as caught:
        target(published, **changes)
    assert caught.value.code == code
    assert caught.value.hint


def test_an_actual_takes_the_unit_of_its_target(published: Published) -> None:
    """In any size of it; growth is in percent."""
    targets = published.targets
    row = {"target": "sh_fashion_scale_2025", "value": 4550, "unit": "亿元", "period": "2022"}
    made = make_actual(row, targets)
    assert (made.value, made.unit, made.role) == (455e9, Unit.CNY, Role.LEVEL)
    growth = make_actual({**row, "value": 6, "unit": "", "kind": "增速"}, targets)
    assert (growth.value, growth.unit, growth.role) == (6, Unit.PERCENT, Role.GROWTH)
    assert growth.id != made.id
    assert make_actual({**row, "value": 1}, targets).id == made.id


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"target": "nothing"}, "sector.actual.target"),
        ({"unit": "家"}, "sector.actual.unit"),
        ({"unit": "亿美元"}, "sector.actual.unit"),
        ({"period": ""}, "sector.field.missing"),
        ({"period": "2022.."}, "sector.field.missing"),
        ({"kind": "rumour"}, "sector.word.unknown"),
        ({"value": float("inf")}, "sector.value.not_finite"),
    ],
)
def test_bad_actuals_are_refused(published: Published, changes: dict[str, Any], code: str) -> None:
    """Above all a currency is never mixed with another."""
    row = {"target": "sh_fashion_scale_2025", "value": 1, "unit": "亿元", "period": "2022"}
    with pytest.raises(InputError) as caught:
        make_actual({**row, **changes}, published.targets)
    assert caught.value.code == code


def test_a_task_needs_only_its_text(published: Published) -> None:
    """Units are parted by semicolons of either script and by the Chinese list comma."""
    bare = make_task({"task": "试制"}, published.tree, REGIONS)
    assert bare.period.empty
    assert bare.lead_zh == ()
    full = make_task(
        {
            "task": "试制",
            "lead": "甲；乙、丙; 丁",
            "sector": "食品",
            "start": "2022",
            "due": "2023",
        },
        published.tree,
        REGIONS,
    )
    assert full.lead("en") == ("甲", "乙", "丙", "丁")
    assert full.industries == ("food",)
    assert full.period.text == "2022..2023"
    with pytest.raises(InputError):
        make_task({"task": "  "}, published.tree, REGIONS)


@given(st.dictionaries(st.sampled_from([*ROW, "start", "pillar", "measure"]), st.text(max_size=12)))
def test_no_input_breaks_the_reading(row: dict[str, str]) -> None:
    """Whatever a file holds is read or refused, never a crash."""
    try:
        made = make_target(row, library().tree, REGIONS)
    except InputError as error:
        assert error.code.startswith("sector.")
    else:
        assert made.indicator_zh
