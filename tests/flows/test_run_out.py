"""Run-out dates and probabilities against distributions known in closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanpin.flows.cockpit.run_out import exceedance, run_out

LEVELS = np.array([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95])


def uniform(top: float) -> np.ndarray:
    """Quantiles of a uniform distribution on [0, top]."""
    return LEVELS * top


def test_exceedance_of_a_uniform_demand_is_exact() -> None:
    for amount in (1.0, 10.0, 30.0, 50.0, 90.0):
        found = exceedance(np.array([amount]), uniform(100.0)[None, :], LEVELS)
        assert found[0] == pytest.approx(1 - amount / 100)


def test_exceedance_beyond_the_last_quantile_fades() -> None:
    amounts = np.array([95.0, 110.0, 200.0])
    found = exceedance(amounts, np.tile(uniform(100.0), (3, 1)), LEVELS)
    assert found[0] == pytest.approx(0.05)
    assert found[0] > found[1] > found[2]
    assert found[2] < 1e-6


def test_exponential_tail_is_exact_for_an_exponential_demand() -> None:
    quantiles = -np.log(1 - LEVELS) * 20
    found = exceedance(np.array([100.0]), quantiles[None, :], LEVELS)
    assert found[0] == pytest.approx(np.exp(-5.0))


def test_no_demand_never_exhausts_even_an_empty_shelf() -> None:
    found = exceedance(np.array([0.0]), np.zeros((1, 7)), LEVELS)
    assert found[0] == 0.0


def test_mass_at_zero_counts_as_covered() -> None:
    row = np.array([0, 0, 0, 0, 2.0, 6.0, 9.0])
    assert exceedance(np.array([0.0]), row[None, :], LEVELS)[0] == pytest.approx(0.5)


def test_the_day_is_the_first_on_which_it_is_more_likely_than_not() -> None:
    demand = np.stack([uniform(20.0 * (day + 1))[None, :] for day in range(5)])
    none = np.zeros((5, 1))
    answer = run_out(np.array([25.0]), none, demand, LEVELS)
    # P(out) = 1 - 25 / (20 (d + 1)): .375 on day 1, .583 on day 2
    assert answer.day[0] == 2
    assert answer.probability[0] == pytest.approx(0.75)


def test_receipts_push_the_day_back() -> None:
    demand = np.stack([uniform(20.0 * (day + 1))[None, :] for day in range(5)])
    receipts = np.array([[0.0], [0.0], [30.0], [30.0], [30.0]])
    assert run_out(np.array([25.0]), receipts, demand, LEVELS).day[0] == -1


def test_plenty_is_safe() -> None:
    demand = np.stack([uniform(20.0 * (day + 1))[None, :] for day in range(5)])
    answer = run_out(np.array([1000.0]), np.zeros((5, 1)), demand, LEVELS)
    assert answer.day[0] == -1
    assert answer.probability[0] < 1e-6


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.floats(0, 1e4), min_size=7, max_size=7).map(sorted),
    st.floats(0, 2e4),
    st.floats(0, 2e4),
)
def test_more_stock_is_never_worse(row: list[float], one: float, other: float) -> None:
    low, high = sorted((one, other))
    quantiles = np.tile(np.array(row), (2, 1))
    found = exceedance(np.array([low, high]), quantiles, LEVELS)
    assert 0 <= found[1] <= found[0] + 1e-9 <= 1 + 1e-9
