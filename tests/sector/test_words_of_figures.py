"""Words for figures and periods: every unit in both languages, the steps of money."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sanpin.base import InputError
from sanpin.sector.model import (
    UNKNOWN_PERIOD,
    Caution,
    Comparator,
    Period,
    Unit,
    parse_period,
    years_between,
)
from sanpin.sector.service import Wording

ENGLISH, CHINESE = Wording("en"), Wording("zh-CN")
STEPS = {"万亿": 1e12, "亿": 1e8, "万": 1e4, "": 1.0}
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))


@given(value=st.floats(1, 9e14))
@example(value=9994.9)
@example(value=9999.6)
@example(value=433.586e9)
def test_chinese_money_says_the_same_amount(value: float) -> None:
    """Number times step gives the amount back, to the decimals that are shown."""
    number, unit = CHINESE.parts(value, Unit.CNY)
    size = STEPS[unit.removesuffix("元")]
    plain = float(number.replace(",", ""))
    assert plain * size == pytest.approx(value, abs=0.005 * size + 0.51)
    assert plain < 10_001


@given(value=st.floats(1, 9e14), unit=st.sampled_from([Unit.CNY, Unit.USD]))
def test_english_money_names_currency_number_and_step(value: float, unit: Unit) -> None:
    """As “CNY 433.6 billion”, in that order."""
    text = ENGLISH.value(value, unit)
    found = re.fullmatch(r"(CNY|USD) ([\d,.]+)(?: (million|billion|trillion))?", text)
    assert found, text
    assert found[1] == str(unit)


@pytest.mark.parametrize("unit", list(Unit))
@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_every_unit_is_written_and_nothing_is_a_dash(words: Wording, unit: Unit) -> None:
    """A figure of any unit has its number; a missing one is a dash without unit."""
    assert "3" in words.value(3.0, unit)
    assert words.parts(None, unit) == ("–", "")
    assert words.value(None, unit, Comparator.GE) == "–"


@pytest.mark.parametrize("comparator", list(Comparator))
def test_a_comparator_stands_before_the_value(comparator: Comparator) -> None:
    """In the reader's language; an exact value has none."""
    english = ENGLISH.value(12.0, Unit.PERCENT, comparator)
    chinese = CHINESE.value(12.0, Unit.PERCENT, comparator)
    assert english.endswith("12 %")
    assert chinese.endswith("12%")
    if comparator is Comparator.EQ:
        assert english == "12 %"
    else:
        assert english.startswith(comparator.label)
        assert not chinese[0].isascii()


@given(start=days, end=days)
def test_a_period_is_read_back_from_its_own_text(start: date, end: date) -> None:
    """Days, in the order in which they follow each other; the wrong order is refused."""
    if start > end:
        with pytest.raises(InputError) as refused:
            parse_period(start.isoformat(), end.isoformat())
        assert refused.value.code == "sector.period.reversed"
        return
    period = parse_period(f"{start}..{end}")
    assert (period.start, period.end) == (start, end)
    assert parse_period(period.text) == period


@given(st.integers(1900, 2199), st.integers(1, 12))
def test_a_month_covers_its_days_in_every_spelling(year: int, month: int) -> None:
    """With any separator, or with the Chinese words, up to its last day."""
    spellings = (f"{year}-{month:02d}", f"{year}/{month}", f"{year}.{month}", f"{year}年{month}月")
    periods = {(p.start, p.end) for p in map(parse_period, spellings)}
    assert len(periods) == 1
    ((start, end),) = periods
    assert start == date(year, month, 1)
    assert end is not None
    following = date(year + month // 12, month % 12 + 1, 1)
    assert (following - end).days == 1


@given(st.text(alphabet="0123456789-/.年月日 ~至to", max_size=16))
def test_any_text_is_a_period_or_a_refusal(text: str) -> None:
    """Nothing else ever comes out, whatever people type."""
    try:
        period = parse_period(text)
    except InputError as refused:
        assert refused.code in ("sector.period.unreadable", "sector.period.reversed")
    else:
        assert period.empty == (not text.strip() or set(text.strip()) <= set(".~–—至to "))


@pytest.mark.parametrize("text", ["2022-13", "2022-02-30", "0000", "22", "2022..2023..2024"])
def test_a_period_that_cannot_be_is_refused(text: str) -> None:
    """A month or a day that no calendar has, or three limits."""
    with pytest.raises(InputError) as refused:
        parse_period(text)
    assert refused.value.code == "sector.period.unreadable"
    assert refused.value.fields["text"]


@given(a=days, b=days, c=days)
def test_years_add_up(a: date, b: date, c: date) -> None:
    """From one day to another and on is the whole way, and back is the same with a minus."""
    assert years_between(a, b) + years_between(b, c) == pytest.approx(years_between(a, c))
    assert years_between(a, b) == -years_between(b, a)


@pytest.mark.parametrize(
    ("period", "english", "chinese"),
    [
        (parse_period("2022..2025"), "2022–2025", "2022–2025"),
        (parse_period("2022"), "2022", "2022"),
        (parse_period("2022.."), "from 2022", None),
        (parse_period("", "2022-07"), "as of 2022-07", None),
        (UNKNOWN_PERIOD, "–", "–"),
        (Period(), "–", "–"),
    ],
)
def test_periods_in_words(period: Period, english: str, chinese: str | None) -> None:
    """Open ends and days of a state get a word, which is Chinese for Chinese readers."""
    assert ENGLISH.period(period) == english
    said = CHINESE.period(period)
    assert said == chinese if chinese else re.search("[\u4e00-\u9fff]", said)


def test_a_curated_caution_is_said_in_the_readers_language() -> None:
    """Both sentences are kept; a computed one is translated with its amounts in words."""
    curated = Caution("scope", text_en="Firms above a size only.", text_zh="仅规模以上企业。")
    assert ENGLISH.cautions([curated]) == ["scope: Firms above a size only."]
    assert CHINESE.cautions([curated]) == ["scope: 仅规模以上企业。"]
    computed = Caution(
        "x", "{base} to {implied} at {stated}", {"base": 5e8, "implied": 6e8, "stated": 7.456}
    )
    assert ENGLISH.caution(computed, Unit.CNY) == "CNY 500 million to CNY 600 million at 7.46"
    assert ENGLISH.caution(computed) == "500000000.0 to 600000000.0 at 7.46"
