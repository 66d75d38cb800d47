"""Values: numbers, dates, yes and no as people write them; limits, choices, faults."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.kit.files import Field
from sanpin.kit.files.dates import to_datetime
from sanpin.kit.files.numbers import to_decimal, to_integer
from sanpin.kit.files.values import DTYPES, convert


def _one(field: Field, value: Any) -> tuple[Any, list[str]]:
    """Convert a single value; return it with the codes of its faults."""
    typed, faults = convert(pl.Series([value]), field)
    assert typed.dtype == DTYPES[field.type]
    return typed[0], [fault.code.rpartition(".")[2] for fault in faults]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12.0),
        ("-0.5", -0.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("+7", 7.0),
        ("1e3", 1000.0),
        ("1,234,567.89", 1234567.89),
        ("-1,000", -1000.0),
        ("1 234", 1234.0),
        ("1\u00a0234", 1234.0),
        ("1'234'567", 1234567.0),
        ("１２３．５", 123.5),
        ("1，234", 1234.0),
        ("¥12.50", 12.5),
        ("￥ 12.50", 12.5),
        ("12.50元", 12.5),
        ("RMB 8", 8.0),
        ("$-5", -5.0),
        ("-$5", -5.0),
        ("€1,000", 1000.0),
        ("5%", 0.05),
        ("１２％", 0.12),
        ("(12.5)", -12.5),
        ("(¥1,000)", -1000.0),
        ("12-", -12.0),
        ("−3", -3.0),
        ("1.2万", 12000.0),
        ("3亿", 3e8),
    ],
)
def test_numbers_as_people_write_them(text: str, number: float) -> None:
    assert to_decimal(pl.Series([text]))[0] == pytest.approx(number, rel=1e-12)


@pytest.mark.parametrize(
    "text",
    ["abc", "1,23", "12,5", "1.234,5", "1,2345", "inf", "-inf", "nan", "1e999", "0x10", "1_000",
     "--5", "5%%", "1 2", "¥", "()", "12件", "1/2", "２０２５年", "#REF!", "=1+1"],
)  # fmt: skip
def test_other_texts_are_no_numbers(text: str) -> None:
    assert to_decimal(pl.Series([text]))[0] is None
    assert to_integer(pl.Series([text]))[0] is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("007", 7),
        ("-3", -3),
        ("12.0", 12),
        ("1,234", 1234),
        ("１２", 12),
        ("1e3", 1000),
        ("1.2万", 12000),
        ("9223372036854775807", 2**63 - 1),
        ("12.5", None),
        ("9223372036854775808", None),
        ("1e18", None),
    ],
)
def test_whole_numbers(text: str, number: int | None) -> None:
    assert to_integer(pl.Series([text]))[0] == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_comes_back(number: float) -> None:
    assert to_decimal(pl.Series([repr(number)]))[0] == number


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_whole_number_comes_back(number: int) -> None:
    assert to_integer(pl.Series([str(number)]))[0] == number


@given(st.integers(-(10**12), 10**12))
def test_separators_change_nothing(number: int) -> None:
    assert to_decimal(pl.Series([f"{number:,}"]))[0] == number


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-03-08", (2025, 3, 8)),
        ("2025/3/8", (2025, 3, 8)),
        ("2025.03.08", (2025, 3, 8)),
        ("2025年3月8日", (2025, 3, 8)),
        ("２０２５年３月８日", (2025, 3, 8)),
        ("2025 年 3 月 8 日", (2025, 3, 8)),
        ("20250308", (2025, 3, 8)),
        ("20250308102030", (2025, 3, 8, 10, 20, 30)),
        ("2025-03-08 10:20", (2025, 3, 8, 10, 20)),
        ("2025/3/8 9:05:07", (2025, 3, 8, 9, 5, 7)),
        ("2025-03-08T10:20:30", (2025, 3, 8, 10, 20, 30)),
        ("2025-03-08T10:20:30.25Z", (2025, 3, 8, 10, 20, 30, 250000)),
        ("2025-03-08 10:20:30+08:00", (2025, 3, 8, 10, 20, 30)),
        ("2025年3月8日 10时20分30秒", (2025, 3, 8, 10, 20, 30)),
        ("2025年3月8日 下午 3:05", (2025, 3, 8, 15, 5)),
        ("2025/3/8 12:00 AM", (2025, 3, 8)),
        ("2025/3/8 12:30 pm", (2025, 3, 8, 12, 30)),
        ("8-Mar-2025", (2025, 3, 8)),
        ("8 March 2025", (2025, 3, 8)),
        ("Mar 8, 2025 10:20 PM", (2025, 3, 8, 22, 20)),
        ("13/12/2025", (2025, 12, 13)),
        ("12/13/2025 8:26", (2025, 12, 13, 8, 26)),
        ("45724", (2025, 3, 8)),
        ("45724.4305555556", (2025, 3, 8, 10, 20)),
        ("2024-02-29", (2024, 2, 29)),
    ],
)
def test_dates_as_people_write_them(text: str, moment: tuple[int, ...]) -> None:
    assert to_datetime(pl.Series([text]))[0] == datetime(*moment)  # type: ignore[arg-type]  # noqa: DTZ001


@pytest.mark.parametrize(
    "text",
    ["2025-02-29", "2025-13-01", "2025-00-10", "2025-01-32", "1899-12-31", "2200-01-01",
     "2025-03-08 24:00", "2025-03-08 10:60", "31/31/2025", "25-3-8", "3月8日", "hello",
     "0", "123", "99999999", "2025-03", "8-Foo-2025", "1e5", "2025-03-08 and more"],
)  # fmt: skip
def test_other_texts_are_no_dates(text: str) -> None:
    assert to_datetime(pl.Series([text]))[0] is None


@given(st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)))  # noqa: DTZ001
def test_every_instant_comes_back(moment: datetime) -> None:
    texts = pl.Series([moment.isoformat(" "), moment.isoformat("T")])
    assert to_datetime(texts).to_list() == [moment, moment]


@given(st.dates(date(1955, 1, 1), date(2118, 12, 31)))
def test_serial_numbers_are_days(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    assert to_datetime(pl.Series([str(serial)])).cast(pl.Date)[0] == day


def test_the_column_tells_day_from_month() -> None:
    months_first = ["1/2/2025", "12/31/2025", None]
    assert to_datetime(pl.Series(months_first)).dt.month().to_list() == [1, 12, None]
    days_first = ["1/2/2025", "31/12/2025"]
    assert to_datetime(pl.Series(days_first)).dt.month().to_list() == [2, 12]


def test_a_column_that_does_not_tell_is_refused_with_the_reason() -> None:
    assert _one(Field("d", "date"), "1/2/2025") == (None, ["day_or_month"])
    typed, faults = convert(pl.Series(["1/2/2025", "13/2/2025", "x"]), Field("d", "date"))
    assert typed.to_list() == [date(2025, 2, 1), date(2025, 2, 13), None]
    assert [fault.code for fault in faults] == ["files.value.not_a_date"]


@pytest.mark.parametrize(
    ("text", "value"),
    [("是", True), ("否", False), ("YES", True), ("n", False), ("1", True), ("0", False),
     ("TRUE", True), ("√", True), ("×", False), ("１", True)],
)  # fmt: skip
def test_yes_and_no(text: str, value: bool) -> None:
    assert _one(Field("b", "boolean"), text) == (value, [])


@pytest.mark.parametrize("type_", ["integer", "decimal", "date", "datetime", "boolean"])
@pytest.mark.parametrize("text", ["", "-", "—", "N/A", "null", "无", None])
def test_signs_for_no_value_are_no_value(type_: Any, text: str | None) -> None:
    assert _one(Field("x", type_), text) == (None, [])
    assert _one(Field("x", type_, required=True), text) == (None, ["missing"])


def test_a_dash_is_a_text() -> None:
    assert _one(Field("x", required=True), "-") == ("-", [])
    assert _one(Field("x", required=True), "") == (None, ["missing"])


@pytest.mark.parametrize(
    ("type_", "code"),
    [("integer", "not_whole"), ("decimal", "not_a_number"), ("date", "not_a_date"),
     ("datetime", "not_a_date"), ("boolean", "not_yes_or_no")],
)  # fmt: skip
def test_each_type_names_its_own_fault(type_: Any, code: str) -> None:
    assert _one(Field("x", type_), "something else") == (None, [code])


def test_limits_hold_and_are_inclusive() -> None:
    field = Field("n", "decimal", minimum=0, maximum=100)
    typed, faults = convert(pl.Series(["0", "100", "-0.01", "100.01", "-"]), field)
    assert typed.to_list() == [0, 100, -0.01, 100.01, None]
    assert [(f.code.rpartition(".")[2], f.rows.arg_true().to_list(), f.limit) for f in faults] == [
        ("too_small", [2], "0"),
        ("too_large", [3], "100"),
    ]


@pytest.mark.parametrize("type_", ["date", "datetime"])
def test_dates_have_limits_too(type_: Any) -> None:
    field = Field("d", type_, minimum="2000-01-01", maximum="2030-12-31")
    assert _one(field, "1999-12-31")[1] == ["too_small"]
    assert _one(field, "2031-01-01")[1] == ["too_large"]
    assert _one(field, "2030-12-31 23:59")[1] == []
    assert _one(field, "2000-01-01")[1] == []


def test_choices_are_spelled_as_the_field_does() -> None:
    field = Field("unit", choices=("EA", "kg"))
    assert _one(field, "ea") == ("EA", [])
    assert _one(field, "KG") == ("kg", [])
    assert _one(field, "box") == (None, ["not_a_choice"])
    assert _one(field, None) == (None, [])


def test_the_guard_of_exports_is_taken_away() -> None:
    assert _one(Field("x"), "'=1+1") == ("=1+1", [])
    assert _one(Field("x"), "'quoted'") == ("'quoted'", [])


@pytest.mark.parametrize(
    ("type_", "values", "expected", "codes"),
    [
        ("text", pl.Series([22423, None]), ["22423", None], []),
        ("text", pl.Series([22423.0, 0.5]), ["22423", "0.5"], []),
        ("text", pl.Series(["a", "b"], dtype=pl.Categorical), ["a", "b"], []),
        ("text", pl.Series([date(2025, 3, 8)]), ["2025-03-08"], []),
        ("text", pl.Series([[1], [2]]), [None, None], ["not_text"]),
        ("text", pl.Series([b"x"]), [None], ["not_text"]),
        ("integer", pl.Series([1.0, 2.5]), [1, None], ["not_whole"]),
        ("integer", pl.Series([7], dtype=pl.UInt8), [7], []),
        ("integer", pl.Series([2**63], dtype=pl.UInt64), [None], ["not_whole"]),
        ("integer", pl.Series([Decimal("1.5")]), [None], ["not_whole"]),
        ("decimal", pl.Series([1, 2]), [1.0, 2.0], []),
        ("decimal", pl.Series([math.nan, math.inf, 1.5]), [None, None, 1.5], ["not_a_number"]),
        ("decimal", pl.Series([Decimal("1.50")]), [1.5], []),
        ("decimal", pl.Series([date(2025, 3, 8)]), [None], ["not_a_number"]),
        ("date", pl.Series([datetime(2025, 3, 8, 10)]), [date(2025, 3, 8)], []),  # noqa: DTZ001
        ("date", pl.Series([5]), [None], ["not_a_date"]),
        ("boolean", pl.Series([True, None]), [True, None], []),
        ("boolean", pl.Series([[True]]), [None], ["not_yes_or_no"]),
    ],
)
def test_typed_columns_are_cast_without_loss(
    type_: Any, values: pl.Series, expected: list[Any], codes: list[str]
) -> None:
    typed, faults = convert(values, Field("x", type_))
    assert typed.dtype == DTYPES[type_]
    assert typed.to_list() == expected
    assert [fault.code.rpartition(".")[2] for fault in faults] == codes


def test_zones_are_read_over_so_that_the_wall_time_counts() -> None:
    zoned = pl.Series([datetime(2025, 3, 8, 10)]).dt.replace_time_zone("Asia/Shanghai")  # noqa: DTZ001
    assert convert(zoned, Field("t", "datetime"))[0][0] == datetime(2025, 3, 8, 10)  # noqa: DTZ001


@pytest.mark.parametrize("type_", list(DTYPES))
@given(texts=st.lists(st.none() | st.text(max_size=12), min_size=1, max_size=5))
def test_any_text_gives_a_value_or_a_fault(type_: Any, texts: list[str | None]) -> None:
    series = pl.Series(texts, dtype=pl.String)
    typed, faults = convert(series, Field("x", type_, required=True))
    assert typed.dtype == DTYPES[type_]
    faulty = [False] * len(texts)
    for fault in faults:
        faulty = [a or b for a, b in zip(faulty, fault.rows.to_list(), strict=True)]
    assert [value is None for value in typed.to_list()] == faulty
