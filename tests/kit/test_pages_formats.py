"""Values are written for people in both languages, and absent ones never as zero."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from sanpin.kit.i18n import Translator
from sanpin.kit.pages.formats import DASH, Formats

EN = Formats(Translator("en"))
ZH = Formats(Translator("zh-CN"))


@pytest.mark.parametrize(
    "name", ["number", "signed", "percent", "money", "date", "datetime", "duration"]
)
def test_absent_is_a_dash(name: str) -> None:
    """None is written as a dash by every format."""
    assert getattr(EN, name)(None) == DASH


def test_absent_texts_and_numbers() -> None:
    """Empty texts and not-a-number are absent too."""
    assert EN.number("") == DASH
    assert EN.date("") == DASH
    assert EN.number(float("nan")) == DASH


def test_number() -> None:
    """Thousands are separated; decimals are fixed when asked; finished text stays."""
    assert EN.number(343799) == "343,799"
    assert EN.number(1.5, 2) == "1.50"
    assert EN.number("12 of 14") == "12 of 14"
    assert ZH.number(Decimal("1234.5"), 1) == "1,234.5"


def test_signed() -> None:
    """Changes carry their sign; whole ones no decimals, small ones more than large ones."""
    assert EN.signed(43) == "+43"
    assert EN.signed(-12.0) == "\N{MINUS SIGN}12"
    assert EN.signed(0.25) == "+0.25"
    assert EN.signed(0.0231) == "+0.023"
    assert EN.signed(-12.36) == "\N{MINUS SIGN}12.4"
    assert EN.signed(1234.56) == "+1,235"
    assert EN.signed(0) == "±0"
    assert EN.signed(0.25, 1) == "+0.2"


def test_percent_and_money() -> None:
    """Shares become percentages; amounts take the sign of their currency."""
    assert EN.percent(0.1234) == "12.3%"
    assert EN.percent(0.5, 0) == "50%"
    assert EN.percent(-0.05) == "\N{MINUS SIGN}5.0%"
    assert EN.number(-3) == "\N{MINUS SIGN}3"
    assert EN.money(4.25) == "4.25"
    assert EN.money(1234.5, "GBP") == "£1,234.50"
    assert ZH.money(12, "CNY", 0) == "¥12"


def test_dates_are_written_as_people_say_them() -> None:
    """Days carry their weekday; ISO texts are understood."""
    assert EN.date(date(2011, 9, 15)) == "Thu 15 Sept"
    assert ZH.date("2011-09-15") == "9月15日 周四"
    assert EN.date("2011-09-15T10:00", True) == "Thu 15 Sept 2011"
    assert EN.datetime(datetime(2011, 9, 15, 14, 5)) == "Thu 15 Sept 14:05"  # noqa: DTZ001
    assert EN.datetime("2011-09-15T14:05:00") == "Thu 15 Sept 14:05"


def test_duration_takes_seconds_and_timedeltas() -> None:
    """Both ways of giving a length of time are written alike."""
    assert EN.duration(7200) == EN.duration(timedelta(hours=2))
    assert EN.duration(7200) != EN.duration(60)


def test_unit() -> None:
    """Known codes get their name, unknown ones stay, none is nothing."""
    assert EN.unit("EA") == "piece"
    assert EN.unit("XPX") == "XPX"
    assert EN.unit(None) == ""
