"""Levels, profiles and own seasons on series whose answer is known."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from sanpin.demand.engine.levels import expect, mix_own_season, nonzero_quantile, unknown_zeros
from sanpin.demand.engine.timeline import read_panel
from sanpin.demand.model.forecast import ForecastParams
from sanpin.demand.model.panel import Panel

MONDAY = date(2024, 1, 1)
PARAMS = ForecastParams(horizon=14)


def panel_of(quantity: NDArray[np.float64], step: int = 1) -> Panel:
    """Make a panel from an array of items by periods, NaN where there is no row."""
    rows = [
        (f"I{i:03d}", MONDAY + timedelta(days=step * t), float(quantity[i, t]))
        for i in range(quantity.shape[0])
        for t in range(quantity.shape[1])
        if not np.isnan(quantity[i, t])
    ]
    return read_panel(pl.DataFrame(rows, schema=["item", "date", "quantity"], orient="row"))


def test_constant_demand_is_expected_to_go_on() -> None:
    panel = panel_of(np.full((5, 70), 3.0))
    assert expect(panel, 70, PARAMS, 0.9).mean == pytest.approx(np.full((5, 14), 3.0))


def test_closed_weekday_falls_to_zero_and_busy_one_rises() -> None:
    week = np.array([1.0, 1.0, 1.0, 1.0, 3.0, 1.0, 0.0])
    panel = panel_of(np.tile(week, (20, 10)) * np.arange(1, 21)[:, None])
    mean = expect(panel, 70, PARAMS, 0.9).mean
    assert (mean[:, [6, 13]] == 0).all()
    assert mean[:, 4] / mean[:, 0] == pytest.approx(np.full(20, 3.0), rel=0.15)


def test_single_slow_item_gets_no_chance_pattern() -> None:
    quantity = np.zeros((1, 84))
    quantity[0, [0, 20, 41, 63, 80]] = 2.0
    mean = expect(panel_of(quantity), 84, PARAMS, 0.9).mean[0]
    assert (mean > 0).all()
    assert mean.max() / mean.min() < 2.0


def test_one_large_order_does_not_set_the_level() -> None:
    quantity = np.full((3, 84), 2.0)
    large = quantity.copy()
    large[0, 80] = 2_000.0
    quiet, loud = (expect(panel_of(q), 84, PARAMS, 0.9).mean[0] for q in (quantity, large))
    assert loud == pytest.approx(quiet, rel=0.05)


def test_item_that_died_decays_to_nothing() -> None:
    quantity = np.full((2, 140), 2.0)
    quantity[0, 60:] = 0.0
    levels = [expect(panel_of(quantity), t, PARAMS, 0.9).level[0] for t in (60, 75, 100, 140)]
    assert levels == sorted(levels, reverse=True)
    assert levels[-1] == 0.0


def test_silence_that_ended_is_missing_and_silence_that_lasts_is_zero() -> None:
    quantity = np.full((2, 100), 2.0)
    quantity[0, 60:80] = 0.0
    panel = panel_of(quantity)
    panel.silent[0, 60:80] = True
    assert expect(panel, 100, PARAMS, 0.9).level[0] == pytest.approx(2.0, rel=0.01)
    assert expect(panel, 80, PARAMS, 0.9).level[0] < 1.5
    assert not unknown_zeros(panel, 80).any()
    assert unknown_zeros(panel, 81)[0, 60:80].all()


def test_long_shutdown_leaves_the_level_alone() -> None:
    quantity = np.full((5, 84), 2.0)
    quantity[:, 70:82] = 0.0
    assert expect(panel_of(quantity), 84, PARAMS, 0.9).level == pytest.approx(np.full(5, 2.0))


def test_launch_is_expected_to_calm_down_but_the_start_of_the_book_is_none() -> None:
    quantity = np.full((3, 90), 4.0)
    quantity[0, :80] = np.nan
    quantity[1, :20] = np.nan
    levels = expect(panel_of(quantity), 90, PARAMS, 0.9).level
    assert levels[1:] == pytest.approx([4.0, 4.0], rel=0.01)
    assert levels[0] == pytest.approx(4.0 * (0.5 + 0.5 * 10 / 56), rel=0.01)
    assert expect(panel_of(quantity[1:2]), 30, PARAMS, 0.9).level[0] == pytest.approx(4.0)


def test_nothing_after_the_origin_is_read() -> None:
    rng = np.random.default_rng(1)
    quantity = rng.poisson(1.5, (12, 120)).astype(float)
    changed = quantity.copy()
    changed[:, 90:] = rng.poisson(40, (12, 30))
    before, after = (expect(panel_of(q), 90, PARAMS, 0.9).mean for q in (quantity, changed))
    assert np.array_equal(before, after)


def test_months_repeat_their_season() -> None:
    season = np.array([1, 1, 1, 1, 2, 3, 4, 3, 2, 1, 1, 1], dtype=float)
    days = [date(2019 + k // 12, k % 12 + 1, 1) for k in range(60)]
    frame = pl.concat(
        pl.DataFrame({"item": f"I{i}", "date": days, "quantity": np.tile(season, 5) * (i + 1)})
        for i in range(4)
    )
    panel = read_panel(frame)
    mean = expect(panel, 60, ForecastParams(horizon=12), 0.98).mean
    assert mean == pytest.approx(season[None] * np.arange(1, 5)[:, None], rel=0.02)


def test_growth_is_damped() -> None:
    pooled = np.full((1, 4), 50.0)
    known = np.array([[100.0] * 8 + [200.0] * 4])
    assert mix_own_season(known, pooled, 4, 1.0, 0.5)[0] == pytest.approx([200.0 * 2**0.5] * 4)
    assert mix_own_season(known, pooled, 4, 0.0, 0.5)[0] == pytest.approx([50.0] * 4)
    known[0, 8:] = 900.0
    assert mix_own_season(known, pooled, 4, 1.0, 0.5)[0] == pytest.approx([900.0 * 1.5] * 4)


def test_nonzero_quantile_equals_numpy_on_the_positive_values() -> None:
    rng = np.random.default_rng(2)
    values = rng.poisson(1.0, (30, 25)).astype(float)
    values[3] = 0.0
    values[4, 5:] = np.nan
    found = nonzero_quantile(values, 0.9)
    for row, got in zip(values, found, strict=True):
        positive = row[row > 0]
        if len(positive):
            assert got == pytest.approx(np.quantile(positive, 0.9))
        else:
            assert np.isnan(got)
