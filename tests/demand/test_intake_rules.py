"""Each rule of the intake alone, on lines written by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from tests.demand.conftest import Lines

from sanpin.base import InputError
from sanpin.demand.engine.intake import take_in
from sanpin.demand.model.orders import CORRECTION_SCHEMA, IntakeParams, Rule
from sanpin.demand.model.panel import PANEL_SCHEMA, Intake

START = datetime.fromisoformat("2024-03-04T10:00")


def found(intake: Intake, rule: Rule) -> list[dict[str, Any]]:
    """Return the evidence of one rule."""
    return intake.corrections.filter(pl.col("rule") == rule.value).to_dicts()


def sold(intake: Intake, item: str = "MUG") -> float:
    """Return what the panel says was sold of an item."""
    return float(intake.panel.filter(pl.col("item") == item)["quantity"].sum())


def test_plain_lines_stay_as_they_are(lines: Lines) -> None:
    intake = take_in(lines({}, {"quantity": 3.0}))
    assert intake.corrections.is_empty()
    assert intake.panel.to_dicts() == [
        {
            "item": "MUG",
            "date": START.date(),
            "quantity": 4.0,
            "bulk": 0.0,
            "returned": 0.0,
            "revenue": 10.0,
            "price": 2.5,
            "orders": 2,
            "customers": 1,
            "masked": False,
        }
    ]


def test_columns_are_those_of_the_doors(lines: Lines) -> None:
    intake = take_in(lines({}))
    assert dict(intake.panel.schema) == PANEL_SCHEMA
    assert dict(intake.corrections.schema) == CORRECTION_SCHEMA


def test_fees_leave_by_their_text(lines: Lines) -> None:
    fee = {"item": "P1", "description": "Postage"}
    intake = take_in(lines({}, fee, {**fee, "description": None}))
    assert [(one["item"], one["quantity_delta"]) for one in found(intake, Rule.NON_PRODUCT)] == [
        ("P1", -1.0)
    ] * 2
    assert intake.panel["item"].unique().to_list() == ["MUG"]


def test_write_off_without_price_leaves(lines: Lines) -> None:
    intake = take_in(
        lines({}, {"quantity": -30.0, "unit_price": 0.0, "customer": None, "description": "wet"})
    )
    (one,) = found(intake, Rule.ADJUSTMENT)
    assert one["quantity_delta"] == 30.0
    assert sold(intake) == 1.0


def test_found_stock_leaves_but_a_gift_stays(lines: Lines) -> None:
    free = {"unit_price": 0.0, "quantity": 9.0}
    intake = take_in(
        lines({}, {}, {**free, "customer": None, "description": "found in aisle 3"}, free)
    )
    assert [one["source_row"] for one in found(intake, Rule.ADJUSTMENT)] == [3]
    assert sold(intake) == 11.0


def test_book_without_prices_or_texts_is_taken_as_it_is(lines: Lines) -> None:
    frame = lines({"quantity": 2.0}, {}).drop("unit_price", "description", "customer", "site")
    intake = take_in(frame)
    assert intake.corrections.is_empty()
    assert sold(intake) == 3.0
    assert intake.panel["price"].null_count() == intake.panel.height


def test_second_copy_of_a_line_leaves(lines: Lines) -> None:
    same = {"order_id": "B7"}
    intake = take_in(lines(same, same, same))
    copies = found(intake, Rule.DUPLICATE_LINE)
    assert [(one["source_row"], one["matched_row"]) for one in copies] == [(2, 1), (3, 1)]
    assert sold(intake) == 1.0


def test_copies_stay_when_asked(lines: Lines) -> None:
    same = {"order_id": "B7"}
    intake = take_in(lines(same, same), IntakeParams(keep_duplicates=True))
    assert sold(intake) == 2.0


def _twice(minutes: int) -> list[dict[str, Any]]:
    first = [{"order_id": "X1", "item": item, "quantity": 4.0} for item in ("MUG", "CUP")]
    later = START + timedelta(minutes=minutes)
    return first + [{**one, "order_id": "X2", "time": later} for one in first]


def test_order_sent_again_within_minutes_counts_once(lines: Lines) -> None:
    intake = take_in(lines(*_twice(5)))
    again = found(intake, Rule.DUPLICATE_LINE)
    assert [(one["source_row"], one["matched_row"]) for one in again] == [(3, 1), (4, 2)]
    assert sold(intake) == 4.0


def test_same_order_next_day_is_a_new_order(lines: Lines) -> None:
    assert sold(take_in(lines(*_twice(24 * 60)))) == 8.0


def test_order_that_its_firm_cancelled_itself_is_not_dropped_twice(lines: Lines) -> None:
    undo = [
        {"order_id": "C1", "item": item, "quantity": -4.0, "time": START + timedelta(hours=1)}
        for item in ("MUG", "CUP")
    ]
    intake = take_in(lines(*_twice(5), *undo))
    assert not found(intake, Rule.DUPLICATE_LINE)
    assert sold(intake) == 4.0


def test_cancellation_takes_the_latest_earlier_line(lines: Lines) -> None:
    hours = [START + timedelta(hours=h) for h in range(4)]
    intake = take_in(
        lines(
            {"quantity": 6.0, "time": hours[0]},
            {"quantity": 6.0, "time": hours[1]},
            {"quantity": -6.0, "time": hours[2], "order_id": "C9"},
            {"quantity": 6.0, "time": hours[3]},
        )
    )
    pairs = [(one["source_row"], one["matched_row"]) for one in found(intake, Rule.CANCELLED_ORDER)]
    assert pairs == [(2, 3), (3, 2)]
    assert sold(intake) == 12.0


def test_cancellation_without_customer_goes_by_the_order_number(lines: Lines) -> None:
    intake = take_in(
        lines(
            {"order_id": "8812", "customer": None, "quantity": 5.0},
            {"order_id": "红冲-8812", "customer": None, "quantity": -5.0},
            {"order_id": "8813", "customer": None, "quantity": 5.0},
        )
    )
    assert len(found(intake, Rule.CANCELLED_ORDER)) == 2
    assert sold(intake) == 5.0


def test_late_cancellation_is_less_sure(lines: Lines) -> None:
    late = {"quantity": -1.0, "time": START + timedelta(days=120), "order_id": "C1"}
    evidence = found(take_in(lines({}, late)), Rule.CANCELLED_ORDER)
    assert {one["confidence"] for one in evidence} == {0.7}


def test_return_is_shown_at_its_day_and_not_subtracted(lines: Lines) -> None:
    back = {"quantity": -2.0, "time": START + timedelta(days=3), "order_id": "R1"}
    intake = take_in(lines({"quantity": 10.0}, back))
    assert sold(intake) == 10.0
    by_day = intake.panel.sort("date").select("quantity", "returned", "masked").rows()
    assert by_day == [(10.0, 0.0, False), (0.0, 0.0, True), (0.0, 0.0, True), (0.0, 2.0, True)]
    assert intake.returns["quantity"].to_list() == [-2.0]
    assert found(intake, Rule.RETURN)[0]["quantity_delta"] == 2.0


def test_return_before_the_first_sale_opens_the_item(lines: Lines) -> None:
    intake = take_in(lines({"quantity": -2.0}, {"time": START + timedelta(days=1)}))
    assert intake.panel.select("quantity", "returned", "masked").rows() == [
        (0.0, 2.0, True),
        (1.0, 0.0, False),
    ]


@pytest.mark.parametrize("factor", [10.0, 100.0, 0.1, 0.01])
def test_slipped_decimal_point_is_mended(lines: Lines, factor: float) -> None:
    rows = [{"time": START + timedelta(days=day)} for day in range(12)]
    rows[6] |= {"unit_price": 2.5 * factor, "quantity": 3.0}
    intake = take_in(lines(*rows))
    (one,) = found(intake, Rule.PRICE_ERROR)
    assert (one["before"], one["after"], one["quantity_delta"]) == (2.5 * factor, 2.5, 0.0)
    assert intake.panel["revenue"].sum() == pytest.approx(2.5 * 14)


def test_price_that_others_of_the_week_pay_is_a_price(lines: Lines) -> None:
    rows = [{"time": START + timedelta(days=7 * week)} for week in range(12)]
    sale = {"unit_price": 0.5, "time": START + timedelta(days=43)}
    assert not found(take_in(lines(*rows, sale, sale)), Rule.PRICE_ERROR)
    assert found(take_in(lines(*rows, sale)), Rule.PRICE_ERROR)


def test_bulk_order_stays_and_is_shown(lines: Lines) -> None:
    rows = [{"time": START + timedelta(days=day), "quantity": 2.0} for day in range(20)]
    rows[10]["quantity"] = 500.0
    intake = take_in(lines(*rows))
    (one,) = found(intake, Rule.BULK_ORDER)
    assert (one["before"], one["after"]) == (500.0, 500.0)
    assert intake.panel["bulk"].sum() == 500.0
    assert sold(intake) == 538.0


def test_weekly_closing_and_holiday_are_marked(lines: Lines) -> None:
    closed = START + timedelta(days=16)
    rows = [
        {"time": START + timedelta(days=day), "item": f"I{k}", "order_id": f"{day}-{k}"}
        for day in range(42)
        for k in range(8)
        if (START + timedelta(days=day)).weekday() != 6 and START + timedelta(days=day) != closed
    ]
    intake = take_in(lines(*rows))
    days = {one["date"] for one in found(intake, Rule.CLOSED_DAY)}
    sundays = {START.date() + timedelta(days=day) for day in range(6, 41, 7)}
    assert days == sundays | {closed.date()}
    masked = intake.panel.filter(pl.col("masked"))
    assert set(masked["date"]) == days


def test_slow_shop_is_never_closed(lines: Lines) -> None:
    rows = [{"time": START + timedelta(days=day)} for day in (0, 9, 11, 30, 41)]
    intake = take_in(lines(*rows))
    assert not found(intake, Rule.CLOSED_DAY)
    assert not intake.panel["masked"].any()


def test_long_silence_of_a_brisk_item_is_marked(lines: Lines) -> None:
    silent = range(20, 45)
    rows = [
        {"time": START + timedelta(days=day), "order_id": f"{day}{item}", "item": item}
        for day in range(60)
        for item in ("MUG", "CUP")
        if item == "CUP" or day not in silent
    ]
    intake = take_in(lines(*rows))
    (one,) = found(intake, Rule.STOCK_OUT)
    assert (one["item"], one["date"]) == ("MUG", START.date() + timedelta(days=20))
    mug = intake.panel.filter((pl.col("item") == "MUG") & pl.col("masked"))
    assert mug.height == len(silent)


def test_book_of_returns_only_has_a_panel_without_demand(lines: Lines) -> None:
    intake = take_in(lines({"quantity": -1.0}))
    assert intake.panel["quantity"].sum() == 0.0
    assert intake.panel["returned"].to_list() == [1.0]


def test_book_of_fees_only_has_an_empty_panel(lines: Lines) -> None:
    intake = take_in(lines({"description": "运费", "item": "F"}))
    assert intake.panel.is_empty()
    assert dict(intake.panel.schema) == PANEL_SCHEMA


def test_missing_column_is_named() -> None:
    with pytest.raises(InputError) as refused:
        take_in(pl.DataFrame({"order_id": ["1"], "item": ["A"]}))
    assert refused.value.code == "demand.orders.column"
    assert refused.value.fields["columns"] == "quantity, time"


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_unreadable_quantity_is_refused(lines: Lines, value: float | None) -> None:
    frame = lines({}, {}).with_columns(
        pl.when(pl.col("source_row") == 2).then(value).otherwise("quantity").alias("quantity")
    )
    with pytest.raises(InputError) as refused:
        take_in(frame)
    assert refused.value.code == "demand.orders.value"
    assert refused.value.fields["row"] == 2
