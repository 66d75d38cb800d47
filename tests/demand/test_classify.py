"""Shapes of demand at their borders."""

from __future__ import annotations

import numpy as np
import pytest
from tests.demand.test_levels import panel_of

from sanpin.demand.engine.classify import classify, growth

SPARSE = [5.0, 0.0, 0.0] * 20
WILD = [1.0, 1.0, 30.0] * 20


def test_shapes() -> None:
    rows = [[4.0] * 60, SPARSE, WILD, [x if k % 2 else 0 for k, x in enumerate(WILD)]]
    single = [0.0] * 59 + [1.0]
    panel = panel_of(np.array([*rows, single]))
    assert classify(panel) == ["smooth", "intermittent", "erratic", "lumpy", "new"]


def test_days_on_which_nobody_sells_do_not_count() -> None:
    closed = np.tile([3.0, 3.0, 3.0, 3.0, 3.0, 0.0, 0.0], (2, 8))
    assert classify(panel_of(closed)) == ["smooth", "smooth"]


def test_growth_compares_four_weeks_with_the_four_before() -> None:
    rows = np.array([[2.0] * 28 + [3.0] * 28, [4.0] * 28 + [0.0] * 28])
    assert growth(panel_of(rows)) == pytest.approx([0.5, -1.0])


def test_start_is_no_growth() -> None:
    rows = np.array([[1.0] + [0.0] * 27 + [9.0] * 28, [0.0] * 28 + [1.0] * 28])
    assert np.isnan(growth(panel_of(rows))).all()
