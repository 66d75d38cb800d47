"""Measures by hand, rolling origins, and the figures on the real orders."""

from __future__ import annotations

import numpy as np
import pytest
from tests.demand.test_levels import panel_of

from sanpin.demand.engine.backtest import backtest, judged_items, last_origins
from sanpin.demand.engine.forecast import Forecaster
from sanpin.demand.engine.lead import lead_quantiles
from sanpin.demand.engine.measures import (
    absolute_scale,
    pinball,
    rmsse,
    seasonal_naive,
    squared_scale,
)
from sanpin.demand.model.forecast import Backtest, ForecastParams
from sanpin.demand.model.panel import Panel


def test_scales_begin_at_the_first_sale() -> None:
    known = np.array([[np.nan, 1.0, 3.0, 2.0]])
    assert squared_scale(known) == pytest.approx([(4 + 1) / 2])
    assert absolute_scale(known) == pytest.approx([1.5])


def test_rmsse_by_hand() -> None:
    came, mean = np.array([[2.0, 4.0]]), np.array([[1.0, 1.0]])
    assert rmsse(came, mean, np.array([2.5])) == pytest.approx([np.sqrt((1 + 9) / 2 / 2.5)])


def test_pinball_by_hand() -> None:
    came = np.array([[10.0]])
    quantiles = np.array([[[4.0, 12.0]]])
    found = pinball(came, quantiles, np.array([0.1, 0.9]), np.array([2.0]))
    assert found == pytest.approx([(0.1 * 6 + 0.1 * 2) / 2 / 2.0])


def test_seasonal_naive_repeats_the_last_week() -> None:
    known = np.array([[9.0, 1.0, 2.0, 3.0]])
    assert seasonal_naive(known, 3, 5).tolist() == [[1, 2, 3, 1, 2]]
    assert seasonal_naive(np.array([[np.nan, 4.0]]), 7, 3).tolist() == [[0, 4, 0]]


def test_items_with_little_history_are_not_judged() -> None:
    known = np.zeros((4, 60))
    known[:, ::2] = 1.0
    known[1, :10] = np.nan
    known[2, 19:] = 0.0
    known[3] = 1.0
    assert judged_items(known, daily=True).tolist() == [True, False, False, False]


def test_origins_end_a_horizon_before_the_last_day() -> None:
    panel = panel_of(np.ones((1, 150)))
    assert last_origins(panel, 28) == [67, 78, 89, 100, 111, 122]
    assert last_origins(panel_of(np.ones((1, 100))), 28) == [61, 72]
    assert last_origins(panel_of(np.ones((1, 80))), 28) == []


def test_short_history_gives_no_scores() -> None:
    tested = backtest(panel_of(np.ones((1, 40))))
    assert tested.origins == ()
    assert tested.mean("rmsse") is None
    assert tested.coverage("below") == []
    assert tested.metrics()["origins"] == 0
    assert np.isnan(tested.item_rmsse).all()


def test_generated_book_is_forecast_better_than_by_repeating(book_panel: Panel) -> None:
    tested = backtest(book_panel)
    assert len(tested.origins) == 6
    ours, theirs = tested.mean("rmsse"), tested.mean("rmsse_naive")
    assert ours is not None
    assert theirs is not None
    assert ours < 0.85 * theirs


@pytest.fixture(scope="module")
def real_backtest(real_panel: Panel) -> Backtest:
    """Score the packaged orders once."""
    return backtest(real_panel)


def test_real_origins_are_those_of_the_door(real_backtest: Backtest) -> None:
    assert [str(score.origin) for score in real_backtest.origins] == [
        "2011-06-24",
        "2011-07-05",
        "2011-07-16",
        "2011-07-27",
        "2011-08-07",
        "2011-08-18",
    ]
    assert 1_880 <= real_backtest.origins[0].items <= 1_890


def test_real_errors_are_those_that_are_claimed(real_backtest: Backtest) -> None:
    figures = real_backtest.metrics()
    assert figures["rmsse"] == pytest.approx(0.641, abs=0.003)
    assert figures["rmsse_naive"] == pytest.approx(0.823, abs=0.003)
    assert figures["weighted"] == pytest.approx(0.687, abs=0.005)
    for score in real_backtest.origins:
        assert score.rmsse < 0.85 * score.rmsse_naive
        assert score.weighted < score.weighted_naive
        assert score.total < score.total_naive
        assert score.wape < score.wape_naive


def test_real_item_quantiles_are_kept(real_backtest: Backtest) -> None:
    """P(y < q) <= a <= P(y <= q), within two points."""
    below, at_most = real_backtest.coverage("below"), real_backtest.coverage("at_most")
    for level, low, high in zip(real_backtest.levels, below, at_most, strict=True):
        assert low <= level + 0.02
        assert high >= level - 0.02


def test_real_total_quantiles_are_nearly_kept(real_backtest: Backtest) -> None:
    """Six overlapping windows hold few independent days, so the tolerance is wider."""
    for level, low in zip(real_backtest.levels, real_backtest.coverage("total_below"), strict=True):
        assert low == pytest.approx(level, abs=0.05)


@pytest.mark.parametrize("span", [7, 14, 28])
def test_real_sums_over_days_are_kept(real_panel: Panel, span: int) -> None:
    levels = (0.5, 0.9, 0.95)
    forecaster = Forecaster(real_panel, ForecastParams())
    below, at_most = [], []
    for origin in (206, 228, 250, 261):
        mean, quantiles = lead_quantiles(forecaster, span, levels, periods=origin)
        came = real_panel.quantity[:, origin : origin + span].sum(axis=1)
        judged = (mean > 0) & ~np.isnan(came)
        below.append((came[judged, None] < quantiles[judged]).mean(axis=0))
        at_most.append((came[judged, None] <= quantiles[judged]).mean(axis=0))
    assert (np.mean(below, axis=0) <= np.array(levels) + 0.03).all()
    assert (np.mean(at_most, axis=0) >= np.array(levels) - 0.03).all()


def test_sums_over_days_of_a_short_history_are_forecast() -> None:
    forecaster = Forecaster(panel_of(np.array([[2.0, 4.0, 0.0, 2.0]])), ForecastParams())
    mean, quantiles = lead_quantiles(forecaster, 14, (0.1, 0.5, 0.9))
    assert mean[0] > 0
    assert 0 <= quantiles[0, 0] < quantiles[0, 1] < quantiles[0, 2]


def test_days_before_the_first_that_counts_are_skipped(book_panel: Panel) -> None:
    forecaster = Forecaster(book_panel, ForecastParams(horizon=14))
    near, _ = lead_quantiles(forecaster, 7, (0.5,))
    far, _ = lead_quantiles(forecaster, 7, (0.5,), skip=7)
    assert near + far == pytest.approx(lead_quantiles(forecaster, 14, (0.5,))[0])
