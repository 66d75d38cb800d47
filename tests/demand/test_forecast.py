"""The forecast: its promises on any data, and its figures on the real orders."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.demand.test_levels import panel_of

from sanpin.base import InputError
from sanpin.demand.engine.backtest import backtest
from sanpin.demand.engine.forecast import Forecaster, forecast
from sanpin.demand.engine.timeline import read_panel
from sanpin.demand.model.forecast import Forecast, ForecastParams, quantile_column
from sanpin.demand.model.panel import Panel


def check_promises(made: Forecast) -> None:
    """Every number is finite, none is negative, no quantile crosses another."""
    for values in (made.mean, made.quantiles, made.total_mean, made.total_quantiles):
        assert np.isfinite(values).all()
        assert (values >= 0).all()
    assert (np.diff(made.quantiles, axis=2) >= 0).all()
    assert (np.diff(made.total_quantiles, axis=1) >= 0).all()


@st.composite
def panels(draw: st.DrawFn) -> Panel:
    """Draw a small panel: gaps, late starts, single sales, giants, fractions."""
    items = draw(st.integers(1, 5))
    periods = draw(st.integers(1, 90))
    seed = draw(st.integers(0, 10_000))
    rate = draw(st.sampled_from([0.02, 0.3, 2.0, 50.0]))
    rng = np.random.default_rng(seed)
    quantity = rng.poisson(rate, (items, periods)).astype(float)
    quantity[:, 0] = 1.0
    if draw(st.booleans()):
        quantity *= 0.37
    if draw(st.booleans()):
        quantity[0, -1] = 1e9
    if draw(st.booleans()):
        quantity[-1, : periods // 2] = np.nan
    step = draw(st.sampled_from([1, 7]))
    return panel_of(quantity, step)


@settings(max_examples=50)
@given(panels(), st.integers(1, 40))
def test_promises_hold_on_any_panel(panel: Panel, horizon: int) -> None:
    made = forecast(panel, ForecastParams(horizon=horizon))
    check_promises(made)
    assert made.mean.shape == (len(panel.items), horizon)


def test_whole_numbers_stay_whole_and_fractions_may_not() -> None:
    rng = np.random.default_rng(0)
    quantity = rng.poisson(3.0, (6, 90)).astype(float)
    quantity[5] *= 0.37
    made = forecast(panel_of(quantity))
    assert (made.quantiles[:5] == np.round(made.quantiles[:5])).all()
    assert (made.quantiles[5] != np.round(made.quantiles[5])).any()


def test_one_sale_one_item_is_forecast() -> None:
    made = forecast(panel_of(np.array([[3.0]])))
    check_promises(made)
    assert made.dates[0] == np.datetime64("2024-01-02")


def test_item_never_sold_is_forecast_as_nothing() -> None:
    made = forecast(panel_of(np.array([[0.0] * 30, [2.0] * 30])))
    assert not made.mean[0].any()
    assert not made.quantiles[0].any()


def test_one_wild_series_leaves_the_others_alone() -> None:
    rng = np.random.default_rng(3)
    quantity = rng.poisson(2.0, (30, 120)).astype(float)
    wild = np.vstack([quantity, np.full((1, 120), 0.0)])
    wild[-1, 119] = 1e12
    alone, beside = forecast(panel_of(quantity)), forecast(panel_of(wild))
    check_promises(beside)
    assert beside.mean[:30] == pytest.approx(alone.mean, rel=0.2)


def test_same_panel_gives_the_same_bits(book_panel: Panel) -> None:
    first, second = forecast(book_panel), forecast(book_panel)
    assert first.frame().equals(second.frame())


def test_origin_knows_nothing_of_later_days(book_panel: Panel) -> None:
    early = 150
    whole = Forecaster(book_panel, ForecastParams()).forecast(early)
    cut = replace(
        book_panel,
        dates=book_panel.dates[:early],
        quantity=book_panel.quantity[:, :early],
        revenue=book_panel.revenue[:, :early],
        silent=book_panel.silent[:, :early],
    )
    assert whole.frame().equals(forecast(cut).frame())


def test_frame_has_the_columns_of_the_doors(book_panel: Panel) -> None:
    frame = forecast(book_panel, ForecastParams(horizon=3, quantiles=(0.05, 0.5, 0.975))).frame()
    assert frame.columns == ["level", "item", "date", "mean", "q0.05", "q0.5", "q0.975"]
    assert frame.height == (len(book_panel.items) + 1) * 3
    total = frame.filter(pl.col("level") == "total")
    assert total["item"].to_list() == [""] * 3
    last = book_panel.dates[-1].astype(object)
    assert total["date"].to_list() == [last + timedelta(days=k) for k in (1, 2, 3)]


def test_old_history_is_dropped_in_whole_weeks() -> None:
    rng = np.random.default_rng(5)
    week = np.array([1.0, 1.0, 1.0, 1.0, 3.0, 1.0, 0.0])
    quantity = rng.poisson(np.tile(week, (6, 120)) * 3.0).astype(float)
    made = forecast(panel_of(quantity), ForecastParams(horizon=7))
    first = (date(2024, 1, 1) + timedelta(days=840)).weekday()
    assert made.total_mean[(6 - first) % 7] == 0.0
    check_promises(made)


@pytest.mark.parametrize("horizon", [0, -3])
def test_no_horizon_is_refused(horizon: int) -> None:
    with pytest.raises(InputError) as refused:
        ForecastParams(horizon=horizon)
    assert refused.value.code == "demand.forecast.horizon"


WRONG_LEVELS = [(0.5, 0.1), (0.0, 0.5), (0.5, 1.0), (0.5, 0.5), (float("nan"),)]


@pytest.mark.parametrize("levels", WRONG_LEVELS)
def test_wrong_quantiles_are_refused(levels: tuple[float, ...]) -> None:
    with pytest.raises(InputError) as refused:
        ForecastParams(quantiles=levels)
    assert refused.value.code == "demand.forecast.quantiles"


def test_quantile_columns_are_named_shortly() -> None:
    assert [quantile_column(a) for a in (0.05, 0.5, 0.975)] == ["q0.05", "q0.5", "q0.975"]


def test_all_real_items_are_forecast(real_panel: Panel) -> None:
    made = forecast(real_panel)
    check_promises(made)
    assert len(made.items) == 3_690
    saturday = np.array([day.astype(object).weekday() == 5 for day in made.dates])
    assert not made.mean[:, saturday].any()
    assert made.total_mean[~saturday].min() > 1_000


SETS = [("walmart_weekly", 26), ("hospital", 12), ("carparts", 6)]


@pytest.mark.parametrize(("name", "horizon"), SETS)
def test_weeks_and_months_beat_the_season_before(open_data: Path, name: str, horizon: int) -> None:
    frame = pl.read_parquet(open_data / "demand" / f"{name}.parquet")
    if "store" in frame.columns:
        code = pl.concat_str("store", "department", separator="-").alias("item")
        frame = frame.select(code, "date", pl.col("sales").alias("quantity"))
    tested = backtest(read_panel(frame), ForecastParams(horizon=horizon))
    ours, theirs = tested.mean("rmsse"), tested.mean("rmsse_naive")
    assert ours is not None
    assert theirs is not None
    assert ours < theirs
