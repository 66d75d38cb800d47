"""The robust pooled forecast of all items, with quantiles at item level and at the total."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sanpin.demand.engine.levels import Expectation, expect, unknown_zeros
from sanpin.demand.engine.spread import (
    GRID,
    Atoms,
    cut_clusters,
    gather_atoms,
    identity_maps,
    invert_maps,
    kept_probability,
)
from sanpin.demand.engine.timeline import future_dates
from sanpin.demand.engine.total import forecast_total
from sanpin.demand.model.forecast import Forecast, ForecastParams
from sanpin.demand.model.panel import Panel

__all__ = ["Forecaster", "forecast"]

_OPEN = 0.02
_FEWEST_PERIODS = 14
_MOST_PERIODS = 728
_CORRECTION_ROWS = 500.0
_DEFAULT = ForecastParams()


def forecast(panel: Panel, params: ForecastParams = _DEFAULT) -> Forecast:
    """Forecast every item of the panel and their total.

    Parameters
    ----------
    panel : demand so far
    params : horizon, quantile levels and constants of the method
    """
    return Forecaster(panel, params).forecast(panel.periods)


@dataclass(frozen=True, slots=True)
class _Transforms:
    """How the observations after one origin fell into what was forecast there."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    mean: NDArray[np.float64]


@dataclass
class Forecaster:
    """Forecasts of one panel from any of its origins; what origins share is computed once.

    Attributes
    ----------
    panel : the whole history; a forecast from an origin reads nothing after it
    params : constants of the method
    whole : (items,) whether an item is counted in whole units
    """

    panel: Panel
    params: ForecastParams
    whole: NDArray[np.bool_] = field(init=False)
    _expected: dict[int, Expectation] = field(init=False, default_factory=dict)
    _atoms: dict[int, Atoms] = field(init=False, default_factory=dict)
    _observed: dict[int, _Transforms] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Look only at the recent past and see which items are counted in whole units."""
        if self.panel.periods > _MOST_PERIODS:
            self.panel = _recent(self.panel)
        quantity = self.panel.quantity
        self.whole = ((quantity == np.round(quantity)) | np.isnan(quantity)).all(axis=1)

    def expectation(self, periods: int) -> Expectation:
        """Expect demand after so many periods."""
        if periods not in self._expected:
            self._expected[periods] = expect(self.panel, periods, self.params, self.params.cap)
        return self._expected[periods]

    def forecast(self, periods: int) -> Forecast:
        """Forecast from the end of so many periods."""
        periods = min(periods, self.panel.periods)
        expected = self.expectation(periods)
        known = replace(
            self.panel,
            quantity=self.panel.quantity[:, :periods],
            revenue=self.panel.revenue[:, :periods],
            silent=self.panel.silent[:, :periods],
            dates=self.panel.dates[:periods],
        )
        total_mean, total_quantiles = forecast_total(known, self.params)
        return Forecast(
            items=self.panel.items,
            dates=future_dates(known, self.params.horizon),
            levels=self.params.quantiles,
            mean=expected.mean,
            quantiles=self._quantiles(periods, expected),
            total_mean=total_mean,
            total_quantiles=total_quantiles,
        )

    def _distribution(self, periods: int) -> Atoms:
        """Gather the distribution of every item as it stood after so many periods.

        Periods in which nobody trades hold no demand to learn from, and silent ones are unknown;
        both are left out, so that a level is not mistaken for a chance of closing.
        """
        if periods not in self._atoms:
            expected = self.expectation(periods)
            start = max(0, periods - self.params.history)
            opened = np.flatnonzero(expected.past[start:] > _OPEN) + start
            past = self.panel.quantity[:, opened]
            silent = unknown_zeros(self.panel, periods)[:, opened]
            demand = np.where(silent, np.nan, past) / expected.past[opened]
            age = periods - 1 - opened
            self._atoms[periods] = gather_atoms(
                demand,
                0.5 ** (age / self.params.half_life),
                expected.level,
                self.params.prior_weight,
                self.whole,
            )
        return self._atoms[periods]

    def _quantiles(self, periods: int, expected: Expectation) -> NDArray[np.float64]:
        """Read the corrected quantiles of every item and period ahead.

        A cluster is chosen per item and day by the demand expected there, so that a slow Sunday
        of a brisk item is corrected like an ordinary day of a slow one.
        """
        atoms = self._distribution(periods)
        levels = np.array(self.params.quantiles)
        edges = cut_clusters(expected.mean)
        places = invert_maps(self._maps(periods, edges), levels)[np.digitize(expected.mean, edges)]
        factor = _factors(expected)
        result = np.zeros((*expected.mean.shape, len(levels)))
        for row in np.flatnonzero(expected.level > 0):
            result[row] = atoms.quantile(row, places[row])
        result *= factor[:, :, None]
        result[self.whole] = np.round(result[self.whole])
        return np.sort(np.maximum(result, 0.0), axis=2)

    def _maps(self, periods: int, edges: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the map from promised to kept probability per cluster, from past origins.

        Clusters with few observations stay near the identity (as if `_CORRECTION_ROWS` perfect
        ones had been seen too), and `trust` keeps the whole from chasing the season: errors of
        the last weeks hold a bias that the next weeks need not share.
        """
        clusters = len(edges) + 1
        sums, counts = np.zeros((clusters, len(GRID))), np.zeros(clusters)
        for k in range(self.params.origins):
            origin = periods - self.params.horizon - k * self.params.origin_step
            if origin < _FEWEST_PERIODS:
                break
            seen = self._transforms(origin)
            cluster = np.digitize(seen.mean, edges)
            more, count = kept_probability(seen.low, seen.high, cluster, clusters)
            sums, counts = sums + more, counts + count
        identity = identity_maps(clusters)
        kept = (sums + _CORRECTION_ROWS * identity) / (counts + _CORRECTION_ROWS)[:, None]
        return self.params.trust * kept + (1 - self.params.trust) * identity

    def _transforms(self, origin: int) -> _Transforms:
        """Compare what was forecast at an origin with what came.

        Counts are compared half a unit to either side, because quantiles are rounded to whole
        units: y is below q exactly when y + 1/2 is below the unrounded quantile.
        """
        if origin not in self._observed:
            expected = self.expectation(origin)
            atoms = self._distribution(origin)
            window = slice(origin, origin + self.params.horizon)
            came = self.panel.quantity[:, window]
            factor = _factors(expected)
            usable = (factor > _OPEN) & ~np.isnan(came) & ~self.panel.silent[:, window]
            usable &= (np.nansum(came, axis=0) > 0) & (expected.level > 0)[:, None]
            lows, highs = [], []
            for row in np.flatnonzero(usable.any(axis=1)):
                seen = usable[row]
                half = 0.5 if self.whole[row] else 0.0
                value, scale = came[row, seen], factor[row, seen]
                low, high = atoms.probability(row, (value - half) / scale, (value + half) / scale)
                lows.append(low)
                highs.append(high)
            empty = np.zeros(0)
            self._observed[origin] = _Transforms(
                low=np.concatenate([empty, *lows]),
                high=np.concatenate([empty, *highs]),
                mean=expected.mean[usable],
            )
        return self._observed[origin]


def _factors(expected: Expectation) -> NDArray[np.float64]:
    """Return (items, horizon) expected demand per unit of level."""
    level = expected.level[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(level > 0, expected.mean / level, 0.0)


def _recent(panel: Panel) -> Panel:
    """Drop what is too old to matter, in whole seasons so that phases stay."""
    drop = panel.periods - _MOST_PERIODS
    drop -= drop % panel.frequency.season
    quantity = panel.quantity[:, drop:]
    return replace(
        panel,
        dates=panel.dates[drop:],
        quantity=quantity,
        revenue=panel.revenue[:, drop:],
        silent=panel.silent[:, drop:],
    )
