"""Panels of any frequency and tidiness."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from sanpin.base import InputError
from sanpin.demand.engine.timeline import future_dates, read_panel

MONDAY = date(2024, 1, 1)


def frame_of(days: list[date], quantities: list[Any], item: str = "A") -> pl.DataFrame:
    """Make a panel of one item."""
    return pl.DataFrame({"item": [item] * len(days), "date": days, "quantity": quantities})


def every(days: int, count: int) -> list[date]:
    """Return dates at equal distances."""
    return [MONDAY + timedelta(days=days * k) for k in range(count)]


def test_days_that_a_sparse_file_leaves_out_are_zero() -> None:
    panel = read_panel(frame_of([MONDAY, *every(1, 9)[3:]], [2, 1, 1, 1, 1, 1, 1]))
    assert panel.frequency.daily
    assert panel.quantity.tolist() == [[2, 0, 0, 1, 1, 1, 1, 1, 1]]
    assert not panel.silent.any()


def test_days_that_a_file_with_zeros_leaves_out_are_unknown() -> None:
    days = every(1, 10)
    panel = read_panel(frame_of(days[:4] + days[6:], [2, 0, 1, 0, 0, 3, 0, 1]))
    assert panel.silent.tolist() == [[False] * 4 + [True] * 2 + [False] * 4]


def test_what_stands_before_the_first_sale_is_not_yet_sold() -> None:
    panel = read_panel(frame_of(every(1, 4), [0, 0, 5, 0]))
    assert np.isnan(panel.quantity[0, :2]).all()
    assert panel.quantity[0, 2:].tolist() == [5, 0]


def test_item_never_sold_is_all_zero() -> None:
    panel = read_panel(frame_of(every(1, 4), [0, 0, 0, 0]))
    assert panel.quantity.tolist() == [[0, 0, 0, 0]]


@pytest.mark.parametrize(
    ("days", "step", "season"), [(every(7, 20), 7, 52), (every(14, 20), 14, 26)]
)
def test_weeks_are_seen(days: list[date], step: int, season: int) -> None:
    panel = read_panel(frame_of(days, [1.0] * len(days)))
    assert (panel.frequency.step, panel.frequency.season) == (step, season)
    assert future_dates(panel, 2).tolist() == [
        days[-1] + timedelta(days=step),
        days[-1] + timedelta(days=2 * step),
    ]


def test_weeks_with_gaps_are_filled() -> None:
    days = every(7, 10)
    panel = read_panel(frame_of(days[:3] + days[5:], [1.0] * 8))
    assert panel.quantity.tolist() == [[1, 1, 1, 0, 0, 1, 1, 1, 1, 1]]


@pytest.mark.parametrize(
    ("days", "ahead"),
    [
        ([date(2024, m, 1) for m in range(1, 7)], [date(2024, 7, 1), date(2024, 8, 1)]),
        (
            [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30)],
            [date(2024, 5, 31), date(2024, 6, 30)],
        ),
        ([date(2023, m, 1) for m in (1, 4, 7, 10)], [date(2024, 1, 1), date(2024, 4, 1)]),
    ],
)
def test_months_and_quarters_are_seen(days: list[date], ahead: list[date]) -> None:
    panel = read_panel(frame_of(days, [1.0] * len(days)))
    assert panel.periods == len(days)
    assert future_dates(panel, 2).tolist() == ahead


def test_few_dates_are_days() -> None:
    panel = read_panel(frame_of([MONDAY, MONDAY + timedelta(days=7)], [1, 1]))
    assert panel.frequency.daily
    assert panel.periods == 8


def test_one_row_is_a_panel() -> None:
    panel = read_panel(frame_of([MONDAY], [3]))
    assert panel.quantity.tolist() == [[3]]
    assert future_dates(panel, 1).tolist() == [MONDAY + timedelta(days=1)]


def test_rows_of_one_day_add_up() -> None:
    assert read_panel(frame_of([MONDAY, MONDAY], [3, 4])).quantity.tolist() == [[7]]


def test_negative_demand_counts_as_zero_and_is_told() -> None:
    panel = read_panel(frame_of(every(1, 3), [3, -4, 1]))
    assert panel.quantity.tolist() == [[3, 0, 1]]
    assert panel.clipped == 1


def test_items_may_begin_on_different_days() -> None:
    both = pl.concat([frame_of(every(1, 5), [1] * 5), frame_of(every(1, 5)[3:], [2, 2], item="B")])
    panel = read_panel(both)
    assert panel.items == ["A", "B"]
    assert np.isnan(panel.quantity[1]).tolist() == [True] * 3 + [False] * 2


@pytest.mark.parametrize("text", ["2024-03-08", "2024/03/08", "20240308", "2024年3月8日"])
def test_dates_may_be_texts(text: str) -> None:
    panel = read_panel(pl.DataFrame({"item": ["A"], "date": [text], "quantity": ["2.5"]}))
    assert panel.dates.tolist() == [date(2024, 3, 8)]
    assert panel.quantity.tolist() == [[2.5]]


def test_masked_zeros_are_silent_and_masked_sales_are_not() -> None:
    frame = frame_of(every(1, 4), [1, 0, 2, 0]).with_columns(
        masked=pl.Series([False, True, True, False])
    )
    assert read_panel(frame).silent.tolist() == [[False, True, False, False]]


def test_empty_quantity_is_unknown() -> None:
    assert read_panel(frame_of(every(1, 3), [1, None, 2])).quantity.tolist() == [[1, 0, 2]]


def test_total_rows_of_a_long_file_are_left_out() -> None:
    frame = frame_of([MONDAY, MONDAY], [1, 9]).with_columns(level=pl.Series(["item", "total"]))
    assert read_panel(frame).quantity.tolist() == [[1]]


def test_missing_column_is_named() -> None:
    with pytest.raises(InputError) as refused:
        read_panel(pl.DataFrame({"item": ["A"], "day": [MONDAY]}))
    assert refused.value.code == "demand.panel.column"
    assert refused.value.fields["columns"] == "date, quantity"


@pytest.mark.parametrize(
    ("day", "quantity"), [("soon", "1"), ("2024-01-01", "many"), (None, "1"), ("2024-13-01", "1")]
)
def test_unreadable_row_is_named(day: str | None, quantity: str) -> None:
    frame = pl.DataFrame(
        {"item": ["A", "A"], "date": ["2024-01-01", day], "quantity": ["1", quantity]}
    )
    with pytest.raises(InputError) as refused:
        read_panel(frame)
    assert refused.value.code == "demand.panel.value"
    assert refused.value.fields["row"] == 2


def test_panel_without_rows_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        read_panel(pl.DataFrame(schema={"item": pl.String, "date": pl.Date, "quantity": pl.Int64}))
    assert refused.value.code == "demand.panel.empty"
