"""Figures in words of both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sanpin.sector.model import Caution, Comparator, Measure, Target, Unit, parse_period
from sanpin.sector.service import Wording

EN, ZH = Wording("en"), Wording("zh-CN")


@pytest.mark.parametrize(
    ("value", "unit", "english", "chinese"),
    [
        (433_586_000_000, Unit.CNY, "CNY 433.6 billion", "4335.86亿元"),
        (1_760_000_000_000, Unit.CNY, "CNY 1.76 trillion", "1.76万亿元"),
        (520_000_000_000, Unit.CNY, "CNY 520 billion", "5200亿元"),
        (110_000_000, Unit.USD, "USD 110 million", "1.1亿美元"),
        (900, Unit.CNY, "CNY 900", "900元"),
        (-2_500_000_000, Unit.CNY, "CNY -2.5 billion", "-25亿元"),
        (81.05, Unit.PERCENT, "81.05 %", "81.05%"),
        (450_000, Unit.COUNT, "450,000", "450,000"),
        (1, Unit.RANK, "no. 1", "第1位"),
        (3.5, Unit.PERCENTAGE_POINT, "3.5 percentage points", "3.5个百分点"),
    ],
)
def test_values_are_humane(value: float, unit: Unit, english: str, chinese: str) -> None:
    """No reader counts zeros."""
    assert EN.value(value, unit) == english
    assert ZH.value(value, unit) == chinese


def test_comparators_stand_before_the_value() -> None:
    """An exact value needs no word."""
    assert EN.value(50e9, Unit.CNY, Comparator.GE) == "at least CNY 50 billion"
    assert ZH.value(50e9, Unit.CNY, Comparator.GE) == "至少500亿元"
    assert EN.value(5, Unit.PERCENT, Comparator.APPROX) == "about 5 %"
    assert EN.value(5, Unit.PERCENT, Comparator.EQ) == "5 %"
    assert EN.value(None, Unit.CNY, Comparator.GE) == "–"


def test_a_tile_gets_number_and_unit_apart() -> None:
    """The number is large, the unit small."""
    assert EN.parts(433_586_000_000, Unit.CNY) == ("433.6", "CNY billion")
    assert ZH.parts(433_586_000_000, Unit.CNY) == ("4335.86", "亿元")
    assert EN.parts(12, Unit.COUNT) == ("12", "")


def test_paces_say_their_unit(make_target: Callable[..., Target]) -> None:
    """Percent, units or points a year, with a sign unless it is an average."""
    amount = make_target()
    assert EN.pace(4.648, amount) == "+4.65 % a year"
    assert EN.pace(-6.836, amount) == "\N{MINUS SIGN}6.84 % a year"
    assert ZH.pace(4.648, amount) == "+4.65%/年"
    count = make_target(unit=Unit.COUNT, measure=Measure.COUNT)
    assert EN.pace(12.5, count) == "+12.5 a year"
    share = make_target(unit=Unit.PERCENT, measure=Measure.SHARE)
    assert EN.pace(0, share) == "0 points a year"
    rate = make_target(unit=Unit.PERCENT, measure=Measure.RATE)
    assert EN.pace(5, rate) == "5 % a year"
    each = make_target(unit=Unit.COUNT_PER_YEAR, measure=Measure.RATE)
    assert EN.pace(100, each) == "100 a year"
    assert EN.pace(None, amount) == "–"


@pytest.mark.parametrize(
    ("start", "end", "english", "chinese"),
    [
        ("2021", "2021", "2021", "2021"),
        ("2022", "2025", "2022–2025", "2022–2025"),
        ("", "2022-09", "as of 2022-09", "截至2022-09"),
        ("2022", "", "from 2022", "自2022起"),
        ("", "", "–", "–"),
    ],
)
def test_periods_are_short(start: str, end: str, english: str, chinese: str) -> None:
    """As people write them."""
    period = parse_period(start, end)
    assert EN.period(period) == english
    assert ZH.period(period) == chinese


def test_cautions_write_their_amounts() -> None:
    """Curated sentences are taken as they are; amounts of others get the target's unit."""
    curated = Caution("scope", text_en="Differs.", text_zh="不同。")
    assert EN.cautions([curated]) == ["scope: Differs."]
    assert ZH.cautions([curated]) == ["scope: 不同。"]
    computed = Caution("x", "{implied} instead of {target}, {required}", {
        "implied": 527e9, "target": 520e9, "required": 4.6482})  # fmt: skip
    assert EN.caution(computed, Unit.CNY) == "CNY 527 billion instead of CNY 520 billion, 4.65"
