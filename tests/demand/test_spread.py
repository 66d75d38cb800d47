"""The transform of counts, the maps that correct, and the atoms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanpin.demand.engine.spread import (
    GRID,
    cut_clusters,
    gather_atoms,
    identity_maps,
    invert_maps,
    kept_probability,
)

WHOLE = np.array([True])


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.floats(0, 1)).map(lambda pair: tuple(sorted(pair))),
        min_size=1,
        max_size=20,
    )
)
def test_transform_equals_its_definition(pairs: list[tuple[float, float]]) -> None:
    """Mean of clip((u - F(y-1)) / (F(y) - F(y-1)), 0, 1): Czado, Gneiting and Held 2009, eq. 2."""
    low, high = (np.array(side) for side in zip(*pairs, strict=True))
    high = np.maximum(high, low + 0.01)
    sums, counts = kept_probability(low, high, np.zeros(len(low), dtype=np.int64), 1)
    direct = np.clip((GRID[:, None] - low) / (high - low), 0, 1).sum(axis=1)
    # Between two grid points a bend is spread over both, which moves the sum by less than a step.
    step = 1 / (len(GRID) - 1)
    assert np.abs(sums[0] - direct).max() <= (step / (high - low)).sum() + 1e-9
    assert counts.tolist() == [len(pairs)]


def test_good_forecast_has_the_identity_as_its_map() -> None:
    rng = np.random.default_rng(0)
    count = rng.poisson(0.7, 200_000)
    steps = np.cumsum([np.exp(-0.7) * 0.7**k / np.prod(range(1, k + 1)) for k in range(30)])
    low, high = np.concatenate([[0.0], steps])[count], steps[count]
    sums, counts = kept_probability(low, high, np.zeros(len(count), dtype=np.int64), 1)
    assert np.abs(sums[0] / counts[0] - GRID).max() < 0.01


def test_map_of_a_forecast_that_is_too_low_asks_for_more() -> None:
    low = np.full(100, 0.6)
    sums, counts = kept_probability(low, low + 0.4, np.zeros(100, dtype=np.int64), 1)
    asked = invert_maps(sums / counts[:, None], np.array([0.5]))
    assert asked[0, 0] == pytest.approx(0.8, abs=0.01)


def test_clusters_are_kept_apart() -> None:
    sums, counts = kept_probability(np.array([0.0, 0.5]), np.array([0.5, 1.0]), np.array([0, 2]), 3)
    assert counts.tolist() == [1, 0, 1]
    assert sums[0, -1] == sums[2, -1] == pytest.approx(1.0)
    assert not sums[1].any()


def test_identity_maps_change_nothing() -> None:
    levels = np.array([0.05, 0.5, 0.95])
    assert invert_maps(identity_maps(2), levels) == pytest.approx(np.tile(levels, (2, 1)))


def test_atoms_are_the_weighted_history_when_there_is_no_prior() -> None:
    demand = np.array([[4.0, np.nan, 1.0, 2.0]])
    atoms = gather_atoms(demand, np.array([1.0, 1.0, 1.0, 2.0]), np.array([2.0]), 0.0, WHOLE)
    asked = np.array([0.2, 0.25, 0.3, 0.75, 0.8, 1.0])
    assert atoms.quantile(0, asked).tolist() == [1, 1, 2, 2, 4, 4]
    below, up_to = atoms.probability(0, np.array([1.5]), np.array([2.5]))
    assert (below[0], up_to[0]) == pytest.approx((0.25, 0.75))


def test_item_without_history_has_the_shape_of_its_like() -> None:
    demand = np.vstack([np.tile([0.0, 0.0, 6.0], (8, 20)), np.full((1, 60), np.nan)])
    level = np.full(9, 2.0)
    whole = np.ones(9, dtype=bool)
    atoms = gather_atoms(demand, np.ones(60), level, 10.0, whole)
    assert atoms.quantile(8, np.array([0.5, 0.9])).tolist() == [0, 6]


def test_clusters_are_cut_at_equal_sizes() -> None:
    edges = cut_clusters(np.concatenate([np.zeros(50), np.arange(1, 81)]))
    counts = np.bincount(np.digitize(np.arange(1, 81), edges))
    assert counts.max() - counts.min() <= 1
    assert cut_clusters(np.zeros(4)).size == 0
