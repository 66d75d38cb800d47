"""Texts, numbers and dates in both languages."""

from __future__ import annotations

import errno
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.parsers import expat
from zoneinfo import ZoneInfo

import orjson
import pytest

from sanpin.base import InputError, Problem
from sanpin.base.units import UNITS
from sanpin.kit.i18n import (
    LANGUAGE_LABELS,
    LANGUAGES,
    Translator,
    environment_language,
    negotiate,
    normalise,
    plural,
    system_reason,
    translate,
    translate_error,
)
from sanpin.kit.i18n.reasons import JSON_REASONS, XML_REASONS

SHANGHAI = ZoneInfo("Asia/Shanghai")
ENGLISH, CHINESE = Translator("en", SHANGHAI), Translator("zh-CN", SHANGHAI)


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("zh_CN.UTF-8", "zh-CN"),
        ("zh", "zh-CN"),
        ("zh-Hant-TW", "zh-CN"),
        ("EN-gb", "en"),
        ("C.UTF-8", None),
        ("fr", None),
        ("", None),
        (None, None),
    ],
)
def test_names_of_languages_are_understood(name: str | None, language: str | None) -> None:
    """As systems, browsers and people write them."""
    assert normalise(name) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("fr,de;q=0.9,zh;q=0.1", "zh-CN"),
        ("en;q=0, zh;q=0.5", "zh-CN"),
        ("en;q=nonsense, zh;q=0.1", "zh-CN"),
        ("fr", None),
        ("", None),
        (None, None),
    ],
)
def test_the_browsers_wish_is_weighed(header: str | None, language: str | None) -> None:
    """By quality; what nobody speaks is passed over."""
    assert negotiate(header) == language


def test_a_command_takes_its_language_from_its_surroundings() -> None:
    """The option first, then our variable, then the system's."""
    everything = {"SANPIN_LANG": "zh", "LANG": "en_GB.UTF-8"}
    assert environment_language(everything, "en") == "en"
    assert environment_language(everything) == "zh-CN"
    assert environment_language({"LANG": "zh_CN.UTF-8"}) == "zh-CN"
    assert environment_language({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}) == "zh-CN"
    assert environment_language({}) == "en"
    assert set(LANGUAGE_LABELS) == set(LANGUAGES)


def test_texts_are_translated_with_their_fields() -> None:
    """The English text is the key, and what stands when there is no other."""
    assert translate("piece", "zh-CN") == "件"
    assert translate("piece", "en") == "piece"
    assert translate("Nobody wrote this {down}.", "zh-CN", down=3) == "Nobody wrote this 3."
    assert translate("", "zh-CN") == ""
    message = "“{name}” is not a known unit of measure."
    assert "ell" in translate(message, "zh-CN", name="ell")
    assert translate(message, "zh-CN", name="ell") != translate(message, "en", name="ell")


def test_a_missing_field_stays_visible() -> None:
    """A text never fails because of what it says."""
    assert translate("{a} and {b}", "en", a=1) == "1 and {b}"
    assert translate("{a} stays", "en") == "{a} stays"


def test_units_have_names_in_both_languages() -> None:
    """The first words that a page shows."""
    for unit in UNITS:
        assert translate(unit.label, "zh-CN") != unit.label


def test_plural_forms_fit_the_count() -> None:
    """English tells one from many."""
    assert [plural("{count} item", "{count} items", n, "en") for n in (0, 1, 2)] == [
        "0 items",
        "1 item",
        "2 items",
    ]
    assert ENGLISH.plural("{count} lot of {what}", "{count} lots of {what}", 2, what="clay") == (
        "2 lots of clay"
    )


@pytest.mark.parametrize(
    ("number", "english", "chinese"),
    [
        (errno.ENOENT, "it does not exist", "它不存在"),
        (errno.EACCES, "your user may not do this", "您的用户没有相应权限"),
        (errno.EISDIR, "it is a folder", "它是文件夹"),
        (errno.ENOTDIR, "a part of its path is no folder", "路径中有一部分不是文件夹"),
        (errno.ENOSPC, "the disk is full", "磁盘已满"),
        (errno.EROFS, "the disk can only be read", "磁盘为只读"),
        (errno.EXDEV, "Cross {device}", "Cross {device}"),
    ],
)
def test_reasons_of_the_system_have_words(number: int, english: str, chinese: str) -> None:
    """The common ones ours, in the message of an error; rare ones as the system has them."""
    reason = system_reason(OSError(number, "Cross {device}"))
    error = InputError("a.b", "Not {path}: {reason}.", path="x", reason=reason)
    assert str(error) == translate_error(error, "en").text == f"Not x: {english}."
    assert translate_error(error, "zh-CN").text == f"Not x: {chinese}."


def test_errors_speak_both_languages() -> None:
    """Message, findings and remedy, in this order."""
    findings = [Problem("a.b", "There is no run {run}.", {"run": 7})]
    error = InputError(
        "base.unit.unknown",
        "“{name}” is not a known unit of measure.",
        hint="Use one of: {known}.",
        problems=findings,
        name="ell",
        known="EA",
    )
    english, chinese = translate_error(error, "en"), translate_error(error, "zh-CN")
    assert str(english).splitlines() == [
        "“ell” is not a known unit of measure.",
        "There is no run 7.",
        "Use one of: EA.",
    ]
    assert all(
        a != b for a, b in zip(str(english).split("\n"), str(chinese).split("\n"), strict=True)
    )


def test_a_finding_inside_a_message_is_translated_and_not_said_twice() -> None:
    finding = Problem("a.b", "There is no run {run}.", {"run": 7})
    error = InputError("x", "Not {path}: {first}", path="p", first=finding, problems=[finding])
    assert str(error) == translate_error(error, "en").text == "Not p: There is no run 7."
    chinese = translate_error(error, "zh-CN")
    assert chinese.text == f"Not p: {chinese.problems[0]}"
    assert "7" in chinese.text
    assert "There" not in chinese.text
    alone = InputError("x", finding.message, hint="Do.", problems=[finding], run=7)
    assert str(translate_error(alone, "en")) == "There is no run 7.\nDo."


@pytest.mark.parametrize("translator", [ENGLISH, CHINESE])
def test_numbers_are_grouped_and_rounded_as_asked(translator: Translator) -> None:
    """Both languages write them alike."""
    assert translator.number(1234567) == "1,234,567"
    assert translator.number(1234.5678, 2) == "1,234.57"
    assert translator.number(1234.5, 0) == "1,234"
    assert translator.number(1e27) == "1E27"
    assert translator.number(-1.5e300, 2) == "-1.5E300"
    assert translator.number(Decimal("0.10"), 2) == "0.10"
    assert translator.percent(0.8234) == "82%"
    assert translator.percent(0.8234, 1) == "82.3%"
    assert translator.signed(3.24, 1) == "+3.2"
    assert translator.signed(-3.24, 1) == "\N{MINUS SIGN}3.2"
    assert translator.signed(0) == "±0"


def test_what_is_not_there_is_a_dash() -> None:
    """Neither zero nor nan."""
    for text in (
        ENGLISH.number(None),
        ENGLISH.number(float("nan")),
        ENGLISH.percent(None),
        ENGLISH.signed(float("nan")),
        ENGLISH.money(None, "GBP"),
        ENGLISH.date(None),
        ENGLISH.datetime(None),
        ENGLISH.duration(None),
    ):
        assert text == "–"


def test_money_carries_its_sign() -> None:
    """The currency's own decimals unless others are asked for."""
    assert ENGLISH.money(Decimal("1234.5"), "GBP") == "£1,234.50"
    assert ENGLISH.money(1234.5, "GBP", 0) == "£1,234"
    assert CHINESE.money(1234.5, "CNY") == "¥1,234.50"
    assert ENGLISH.money(1234.5, "JPY") == "JP¥1,234" or "¥" in ENGLISH.money(1234.5, "JPY")


def test_dates_read_as_people_say_them() -> None:
    """Weekday included, year when asked."""
    day = date(2011, 9, 15)
    assert ENGLISH.date(day) == "Thu 15 Sept" or ENGLISH.date(day) == "Thu 15 Sep"
    assert ENGLISH.date(day, year=True).endswith("2011")
    assert CHINESE.date(day) == "9月15日 周四"
    assert CHINESE.date(day, year=True) == "2011年9月15日 周四"


def test_instants_are_shown_in_the_readers_zone() -> None:
    """Aware ones move, naive ones are what they say."""
    instant = datetime(2011, 9, 15, 22, 30, tzinfo=UTC)
    assert CHINESE.datetime(instant) == "9月16日 周五 06:30"
    assert CHINESE.datetime(instant.replace(tzinfo=None)) == "9月15日 周四 22:30"


def test_durations_and_quantities_carry_units() -> None:
    """In the reader's words."""
    assert ENGLISH.duration(0.25) == "0.25 s"
    assert "4" in ENGLISH.duration(4 * 3600)
    assert ENGLISH.quantity(1200, UNITS[0]) == "1,200 piece"
    assert CHINESE.quantity(1200, UNITS[0]) == "1,200 件"


def test_texts_do_not_load_the_formatting_library() -> None:
    """The command line starts without it."""
    code = (
        "import sys; from sanpin.kit.i18n import translate, Translator\n"
        "translate('piece', 'zh-CN'); Translator('zh-CN').text('piece')\n"
        "assert 'babel' not in sys.modules, 'babel was loaded'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "text", ["", "{", "[1,]", "[1 2]", '{"a" 1}', '{"a":1 2}', "{1:2}", "[tru]", '["\\x"]', "[] []"]
)
def test_what_the_json_reader_says_is_listed_and_translated(text: str) -> None:
    with pytest.raises(orjson.JSONDecodeError) as broken:
        orjson.loads(text)
    assert broken.value.msg in JSON_REASONS
    assert translate(broken.value.msg, "zh-CN") != broken.value.msg


@pytest.mark.parametrize(
    "text", ["", "<a", "<a><b></a>", "<a/><b/>", "<a b='1' b='2'/>", "<x:a/>", "<a>&b;</a>", "<1/>"]
)
def test_what_the_xml_reader_says_is_listed_and_translated(text: str) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    with pytest.raises(expat.ExpatError) as broken:
        parser.Parse(text, True)
    reason = expat.ErrorString(broken.value.code)
    assert reason in XML_REASONS
    assert translate(reason, "zh-CN") != reason
