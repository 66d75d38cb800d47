"""Expected demand: a capped level per item times a profile pooled over all items.

Daily panels: ``mean = level x weekday profile``, after the comparison of simple methods on
intermittent retail series, where pooled calendars and robust levels win over models fitted per
series (Makridakis et al. 2022, the M5 accuracy competition). Weekly, monthly and quarterly
panels with more than one cycle mix the item's own last season, grown by a damped ratio, with
level times pooled season.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sanpin.demand.engine.measures import squared_scale
from sanpin.demand.model.forecast import ForecastParams
from sanpin.demand.model.panel import Frequency, Panel

__all__ = ["Expectation", "expect", "nonzero_quantile", "unknown_zeros"]

_SHUTDOWN = 5
"""Closed days in a row from which on they are a shutdown, which says nothing about the level."""

_ENOUGH_SALES = 20
_MIXES = ((0.6, 0.5), (0.6, 0.0), (0.0, 0.0), (0.3, 0.5), (1.0, 0.5), (1.0, 0.0))
"""Share of the own season and damping of its growth, the default first."""

_GROWTH_LIMITS = (0.6, 1.5)
_CYCLES = 3
_LAUNCH = 0.5
_GROWN = 56
_SEEN_BEFORE = 28
_PROFILE_PRIOR = 4.0
_GIANT = 30.0
_SURELY = 5.0
"""Sales to be expected of a phase before its silence means that it is closed."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is expected from one origin, before any uncertainty.

    Attributes
    ----------
    level : (items,) demand per average period, zero for items not yet sold
    past : (periods,) pooled factor of each past period; zero where nobody trades
    mean : (items, horizon) expected demand
    """

    level: NDArray[np.float64]
    past: NDArray[np.float64]
    mean: NDArray[np.float64]


def expect(panel: Panel, periods: int, params: ForecastParams, cap: float) -> Expectation:
    """Expect demand after the first `periods` periods of the panel, from those alone.

    Parameters
    ----------
    cap : quantile of the item's non-zero demand at which a period is capped
    """
    pooled = _pool(panel, periods, params, cap)
    season = panel.frequency.season
    if panel.frequency.daily or season == 1 or periods < _cycle(season):
        return pooled
    mean = mix_own_season(
        panel.quantity[:, :periods], pooled.mean, season, *_choose_mix(panel, periods, params, cap)
    )
    return replace(pooled, mean=mean)


def _choose_mix(
    panel: Panel, periods: int, params: ForecastParams, cap: float
) -> tuple[float, float]:
    """Choose share and damping of the own season where they did best a season before.

    One choice for the whole panel: a choice per series overfits below five cycles.
    """
    season = panel.frequency.season
    span = min(params.horizon, season)
    losses = dict.fromkeys(_MIXES, 0.0)
    origins = [periods - span, periods - span - max(span // 2, 1)]
    for origin in [o for o in origins if o >= _cycle(season)]:
        pooled = _pool(panel, origin, replace(params, horizon=span), cap).mean
        known = panel.quantity[:, :origin]
        came = panel.quantity[:, origin : origin + span]
        scale = squared_scale(known)
        for mix in _MIXES:
            mean = mix_own_season(known, pooled, season, *mix)
            with np.errstate(invalid="ignore", divide="ignore"):
                losses[mix] += float(
                    np.nanmean(
                        np.sqrt(
                            ((came - mean) ** 2).mean(axis=1) / np.where(scale > 0, scale, np.nan)
                        )
                    )
                )
    return min(_MIXES, key=losses.__getitem__) if any(losses.values()) else _MIXES[0]


def _pool(panel: Panel, periods: int, params: ForecastParams, cap: float) -> Expectation:
    """Multiply the item's level by the pooled profile."""
    known = panel.quantity[:, :periods]
    capped = np.minimum(known, _caps(known, cap)[:, None])
    total = np.nansum(capped, axis=0)
    shut = _shutdowns(total == 0)
    profile = _profile(capped, shut, panel.frequency, params)
    factor = profile[np.arange(periods + params.horizon) % panel.frequency.season]
    usable = ~(np.isnan(known) | (unknown_zeros(panel, periods) & (total > 0)) | shut)
    level = _level(capped, usable, factor[:periods], panel.frequency.windows)
    if panel.frequency.daily:
        level *= _launch(known)
    mean = level[:, None] * factor[None, periods:]
    return Expectation(
        level=level, past=np.where(shut | (total == 0), 0.0, factor[:periods]), mean=mean
    )


def unknown_zeros(panel: Panel, periods: int) -> NDArray[np.bool_]:
    """Mark the silent periods that ended in a sale before the origin.

    A silence that still lasts is evidence of a dying item and counts as zero demand.
    """
    sold = panel.quantity[:, :periods] > 0
    again = np.logical_or.accumulate(sold[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(panel.silent[:, :periods] & again)


def nonzero_quantile(values: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """Return the quantile of the positive entries of each row, NaN where a row has none."""
    ordered = np.sort(np.where(values > 0, values, np.nan), axis=1)
    count = (~np.isnan(ordered)).sum(axis=1)
    place = np.maximum(count - 1, 0) * level
    low = place.astype(np.int64)
    rows = np.arange(len(ordered))
    below, above = ordered[rows, low], ordered[rows, np.minimum(low + 1, np.maximum(count - 1, 0))]
    return np.asarray(below + (place - low) * (above - below))


def _caps(known: NDArray[np.float64], cap: float) -> NDArray[np.float64]:
    """Cap each item at a quantile of its own sales, shrunk to the pooled tail when they are few."""
    own = nonzero_quantile(known, cap)
    middle = nonzero_quantile(known, 0.5)
    count = np.nansum(known > 0, axis=1)
    plenty = count >= _ENOUGH_SALES
    tail = float(np.median(own[plenty] / middle[plenty])) if plenty.any() else np.inf
    weight = np.minimum(count / _ENOUGH_SALES, 1.0)
    pooled = np.where(weight < 1, middle * tail, 0.0) if np.isfinite(tail) else own
    mixed = weight * own + (1 - weight) * pooled
    return np.where(np.isnan(mixed), np.inf, np.maximum(mixed, middle))


def _shutdowns(closed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mark runs of at least `_SHUTDOWN` closed periods."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], closed, [False]]).astype(np.int8)))
    shut = np.zeros(len(closed), dtype=bool)
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if end - start >= _SHUTDOWN:
            shut[start:end] = True
    return shut


def _profile(
    capped: NDArray[np.float64],
    shut: NDArray[np.bool_],
    frequency: Frequency,
    params: ForecastParams,
) -> NDArray[np.float64]:
    """Return the pooled factor of each phase of the season, mean one.

    It is shrunk to one by the number of sales behind it, so that a single slow item gets no
    chance pattern; a phase without any sale falls to zero only when sales were to be expected.
    """
    season = frequency.season
    periods = capped.shape[1]
    if frequency.daily:
        window = np.arange(max(0, periods - params.profile_periods), periods)
    else:
        window = np.arange(periods - season * min(periods // season, _CYCLES), periods)
    window = window[~shut[window]]
    if season == 1 or len(window) < season or (not frequency.daily and periods < _cycle(season)):
        return np.ones(season)
    total = np.nansum(_even_out(capped[:, window]), axis=0)
    sales = np.nansum(capped[:, window] > 0) / season
    phase = window % season
    count = np.bincount(phase, minlength=season)
    sums = np.bincount(phase, total, minlength=season)
    raw = np.where(count > 0, sums / np.maximum(count, 1), total.mean())
    shrunk = (_PROFILE_PRIOR + sales * raw / max(float(raw.mean()), 1e-12)) / (
        _PROFILE_PRIOR + sales
    )
    shrunk[(count > 0) & (sums == 0) & (sales >= _SURELY)] = 0.0
    return np.asarray(shrunk / shrunk.mean())


def _even_out(demand: NDArray[np.float64]) -> NDArray[np.float64]:
    """Clip single sales at `_GIANT` times the usual size, so that none makes the profile alone."""
    count = np.nansum(demand > 0, axis=1)
    if not count.any():
        return demand
    sizes = np.nansum(demand, axis=1)[count > 0] / count[count > 0]
    return np.minimum(demand, _GIANT * float(np.median(sizes)))


def _cycle(season: int) -> int:
    """Periods needed before a season can be told from the level."""
    return season + max(season // 4, 2)


def _level(
    capped: NDArray[np.float64],
    usable: NDArray[np.bool_],
    factor: NDArray[np.float64],
    windows: tuple[int, ...],
) -> NDArray[np.float64]:
    """Average the demand per unit of exposure over the windows."""
    demand = np.where(usable, capped, 0.0)
    exposure = np.where(usable, factor, 0.0)
    levels = []
    for window in (*windows, capped.shape[1]):
        weight = exposure[:, -window:].sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            levels.append(np.where(weight > 0, demand[:, -window:].sum(axis=1) / weight, np.nan))
    whole = np.nan_to_num(levels.pop())
    filled = [np.where(np.isnan(level), whole, level) for level in levels]
    return np.asarray(np.mean(filled, axis=0))


def _launch(known: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of its level that an item launched within the book will keep.

    A history that begins with a sale overstates demand, and launches sell best at first: over
    the choice origins of the packaged orders, items of 1-3, 4-7, 8-14 and 15-28 days were
    expected at 1.9, 1.8, 1.6 and 1.3 times what came. Items as old as the book may only seem
    young and keep their level.
    """
    periods = known.shape[1]
    age = (~np.isnan(known)).sum(axis=1)
    grown = np.minimum(age / _GROWN, 1.0)
    return np.where(periods - age >= _SEEN_BEFORE, _LAUNCH + (1 - _LAUNCH) * grown, 1.0)


def mix_own_season(
    known: NDArray[np.float64],
    pooled: NDArray[np.float64],
    season: int,
    share: float,
    damping: float,
) -> NDArray[np.float64]:
    """Mix a pooled expectation with the item's own last season times its damped growth.

    Growth is that of the latest periods over the same periods a season before, to the power of
    `damping`. An item without a full season keeps the pooled expectation.
    """
    periods = known.shape[1]
    span = min(periods - season, max(season // 2, 2))
    ahead = periods - season + np.arange(pooled.shape[1]) % season
    recent = known[:, -span:].sum(axis=1)
    before = known[:, periods - season - span : periods - season].sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(before > 0, recent / before, 1.0)
    growth = np.clip(ratio**damping, *_GROWTH_LIMITS)
    own = known[:, ahead] * growth[:, None]
    mixed = share * own + (1 - share) * pooled
    return np.where(np.isnan(mixed), pooled, mixed)
