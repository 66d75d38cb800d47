"""Records refuse what cannot be, and say what they hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.base import InputError, Shift
from sanpin.master.model import (
    BillLine,
    BillOfMaterials,
    CalendarRecord,
    Item,
    Partner,
    Site,
    check_digit,
    check_gtin,
)
from sanpin.master.model.calendars import shift_from_json, shift_to_json


@pytest.mark.parametrize(
    "key",
    ["4006381333931", "96385074", "036000291452", "10012345678902", "9501101530003"],
)
def test_published_keys_are_right(key: str) -> None:
    check_gtin(key)
    assert check_digit(key[:-1]) == int(key[-1])


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 12), st.integers(1, 9))
def test_a_wrong_digit_is_always_noticed(digits: str, place: int, change: int) -> None:
    key = digits + str(check_digit(digits))
    wrong = key[:place] + str((int(key[place]) + change) % 10) + key[place + 1 :]
    with pytest.raises(InputError) as caught:
        check_gtin(wrong)
    assert caught.value.code == "master.key.check_digit"
    check_gtin(key)


CASES: list[tuple[str, Callable[[], object]]] = [
    ("master.code.invalid", lambda: Item("")),
    ("master.code.invalid", lambda: Item(" A")),
    ("master.code.invalid", lambda: Item("A\n")),
    ("master.code.invalid", lambda: Partner("x" * 81)),
    ("base.unit.unknown", lambda: Item("A", unit="furlong")),
    ("master.key.length", lambda: Item("A", gtin="123")),
    ("master.key.length", lambda: Item("A", gtin="４００６３８１３３３９３１")),
    ("master.key.length", lambda: Partner("A", gln="96385074")),
    ("master.key.check_digit", lambda: Site("A", gln="4006381333930")),
    ("master.site.position", lambda: Site("A", latitude=1.0)),
    ("master.site.position", lambda: Site("A", latitude=91.0, longitude=0.0)),
    ("master.bom.quantity", lambda: BillLine("A", 0)),
    ("master.bom.quantity", lambda: BillLine("A", float("nan"))),
    ("master.bom.quantity", lambda: BillLine("A", float("inf"))),
    ("master.bom.scrap", lambda: BillLine("A", 1, scrap_share=1.0)),
    ("master.bom.scrap", lambda: BillLine("A", 1, scrap_share=-0.1)),
    ("master.bom.twice", lambda: BillOfMaterials("A", lines=(BillLine("B", 1),) * 2)),
    (
        "master.bom.validity",
        lambda: BillOfMaterials("A", 1, date(2011, 1, 2), date(2011, 1, 2)),
    ),
    ("master.calendar.region", lambda: CalendarRecord("A", public_holidays="FR")),
    ("base.calendar.zone", lambda: CalendarRecord("A", zone="Mars")),
]


@pytest.mark.parametrize(("code", "make"), CASES)
def test_records_that_cannot_be_are_refused(code: str, make: Callable[[], object]) -> None:
    with pytest.raises(InputError) as caught:
        make()
    assert caught.value.code == code
    assert str(caught.value)


def test_units_are_kept_by_their_code() -> None:
    assert Item("A", unit="公斤").unit == "KGM"
    assert BillLine("A", 1, "pcs").unit == "EA"


def test_a_name_falls_back_to_the_other_language_and_the_code() -> None:
    item = Item("A", "mug", "杯")
    assert (item.name("en"), item.name("zh-CN")) == ("mug", "杯")
    assert Item("A", "mug").name("zh-CN") == "mug"
    assert Item("A", name_zh="杯").name("en") == "杯"
    assert Item("A").name("en") == "A"


def test_scrap_raises_what_must_be_issued() -> None:
    assert BillLine("A", 3, scrap_share=0.25).gross == 4


@pytest.mark.parametrize(
    ("day", "valid"),
    [(date(2011, 1, 31), False), (date(2011, 2, 1), True), (date(2011, 3, 1), False)],
)
def test_a_version_is_valid_from_its_first_day_until_before_its_end(day: date, valid: bool) -> None:
    bill = BillOfMaterials("A", 1, date(2011, 2, 1), date(2011, 3, 1))
    assert bill.is_valid(day) is valid
    assert BillOfMaterials("A").is_valid(day)


def test_a_firm_s_own_days_win_over_public_holidays() -> None:
    week = Shift(frozenset(range(5)), time(8), time(16))
    record = CalendarRecord(
        "A",
        shifts=(week,),
        public_holidays="CN",
        holidays=frozenset({date(2011, 10, 8), date(2011, 9, 20)}),
        extra_days=frozenset({date(2011, 10, 7)}),
    )
    calendar = record.calendar([2011])
    assert calendar.is_working_day(date(2011, 10, 7)), "own day worked in the holiday week"
    assert not calendar.is_working_day(date(2011, 10, 8)), "own day off on a make-up day"
    assert calendar.is_working_day(date(2011, 10, 9)), "public make-up day"
    assert not calendar.is_working_day(date(2011, 9, 20)), "own day off"
    assert not calendar.is_working_day(date(2011, 10, 3)), "National Day"
    assert record.calendar([]).is_working_day(date(2011, 10, 3)), "only the years asked for"


def test_shifts_go_to_json_and_back() -> None:
    shift = Shift(frozenset({6, 0}), time(22), time(6), ((time(0), time(0, 30)),))
    written = shift_to_json(shift)
    assert written["weekdays"] == [0, 6]
    assert written["breaks"] == [["00:00", "00:30"]]
    assert shift_from_json(written) == shift


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"weekdays": [1], "start": "25:00", "end": "06:00"},
        {"weekdays": "x", "start": "05:00", "end": "06:00"},
        {"weekdays": [1], "start": "05:00", "end": "06:00", "breaks": ["05:10"]},
        7,
    ],
)
def test_a_shift_that_cannot_be_read_is_refused(value: object) -> None:
    with pytest.raises(InputError) as caught:
        shift_from_json(value)
    assert caught.value.code == "master.calendar.shift"
