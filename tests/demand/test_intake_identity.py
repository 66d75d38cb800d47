"""Nothing is lost: source plus changes equals the panel, item by item."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.demand.conftest import order_lines

from sanpin.demand.engine.intake import take_in
from sanpin.demand.model.orders import IntakeParams, Rule
from sanpin.demand.model.panel import Intake

START = datetime.fromisoformat("2024-01-01")

LINE = st.fixed_dictionaries(
    {
        "order_id": st.sampled_from(["1", "2", "C1", "C2", "3"]),
        "item": st.sampled_from(["MUG", "CUP", "POST", "杯子", "0071"]),
        "description": st.sampled_from(["Mug", "Postage", "damaged", "运费", None]),
        "quantity": st.integers(-12, 12).map(float),
        "time": st.integers(0, 400).map(lambda hours: START + timedelta(hours=hours)),
        "unit_price": st.sampled_from([0.0, 1.0, 10.0, 100.0, -3.0, None]),
        "customer": st.sampled_from(["ann", "bob", None]),
    }
)


def differences(source: pl.DataFrame, intake: Intake) -> list[tuple[str, float]]:
    """Return the items whose quantities do not add up, with what is missing."""
    parts = [
        source.select("item", pl.col("quantity").cast(pl.Float64)),
        intake.corrections.select("item", pl.col("quantity_delta").alias("quantity")),
        intake.panel.select("item", -pl.col("quantity")),
    ]
    total = pl.concat(parts).group_by("item").agg(pl.col("quantity").sum())
    return total.filter(pl.col("quantity").abs() > 1e-6).rows()


@settings(max_examples=60)
@given(st.lists(LINE, min_size=1, max_size=40), st.booleans())
def test_quantities_add_up(rows: list[dict[str, Any]], keep: bool) -> None:
    source = order_lines(*rows)
    intake = take_in(source, IntakeParams(keep_duplicates=keep))
    assert differences(source, intake) == []
    assert intake.panel.select("item", "date").is_duplicated().sum() == 0
    assert (intake.panel["quantity"] >= 0).all()
    assert (intake.panel["returned"] >= 0).all()


def test_quantities_of_the_real_orders_add_up(
    real_orders: pl.DataFrame, real_intake: Intake
) -> None:
    assert differences(real_orders, real_intake) == []


def test_findings_in_the_real_orders(real_orders: pl.DataFrame, real_intake: Intake) -> None:
    counts = dict(real_intake.corrections["rule"].value_counts().iter_rows())
    exact = real_orders.drop("source_row").height - real_orders.drop("source_row").unique().height
    assert real_intake.lines == 343_799
    assert counts[Rule.DUPLICATE_LINE.value] >= exact == 2_669
    assert counts[Rule.NON_PRODUCT.value] == pytest.approx(2_000, abs=200)
    saturdays = real_intake.corrections.filter(
        (pl.col("rule") == Rule.CLOSED_DAY.value) & (pl.col("date").dt.weekday() == 6)
    )
    assert saturdays.height == 41


def test_order_of_74215_units_and_its_cancellation_leave(real_intake: Intake) -> None:
    both = real_intake.corrections.filter(pl.col("before").abs() == 74_215)
    assert both["rule"].to_list() == [Rule.CANCELLED_ORDER.value] * 2
    assert both["source_row"].to_list() == both["matched_row"].reverse().to_list()


def test_no_fee_is_left_among_the_real_goods(real_intake: Intake) -> None:
    codes = set(real_intake.panel["item"])
    assert not codes & {"POST", "DOT", "M", "m", "D", "S", "C2", "B", "AMAZONFEE", "BANK CHARGES"}
    assert {"22423", "85123A", "85123a", "PADS", "DCGSSGIRL"} <= codes


def test_panel_reaches_from_the_first_record_to_the_end(real_intake: Intake) -> None:
    spans = real_intake.panel.group_by("item").agg(
        pl.col("date").max().alias("end"),
        ((pl.col("date").max() - pl.col("date").min()).dt.total_days() + 1).alias("days"),
        pl.len().alias("rows"),
    )
    assert spans["end"].unique().to_list() == [real_intake.panel["date"].max()]
    assert (spans["days"] == spans["rows"]).all()


def test_intake_is_repeatable(book: pl.DataFrame) -> None:
    first, second = take_in(book), take_in(book)
    assert first.panel.equals(second.panel)
    assert first.corrections.equals(second.corrections)
