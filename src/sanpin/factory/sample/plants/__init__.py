"""Sample plants of consumer goods as scheduling problems: garments, ice cream, pharma packing.

Everything is generated from a seed and marked SAMPLE; nothing was measured. Each feature of the
problem format can be left out, so that it can be seen what it costs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from sanpin.base import N_, InputError
from sanpin.factory.model import Job, Problem, Uncertainty
from sanpin.factory.sample.plants.floor import (
    DAY,
    HOME,
    SATELLITE,
    calendars,
    journeys,
    lay_floor,
    setups_of,
)
from sanpin.factory.sample.plants.orders import (
    RUNNING,
    Draws,
    apportion,
    draw_orders,
    horizon,
    make_jobs,
    vessels,
)
from sanpin.factory.sample.plants.recipes import RECIPES, Recipe
from sanpin.factory.sample.plants.supply import materials_of

__all__ = ["FEATURES", "KINDS", "generate", "least_machines"]

KINDS = tuple(RECIPES)
"""Trades of which there are sample plants."""

FEATURES = frozenset(
    {
        "alternatives", "baseline", "bounds", "calendars", "cleaning", "costs", "deadlines",
        "earliness", "fixed", "forbidden", "lags", "materials", "outsourcing", "ovens", "pools",
        "production", "resumable", "setup_workers", "setups", "shelf_life", "sites", "tanks",
        "tools", "transfer", "uncertainty", "waits", "workers",
    }
)  # fmt: skip
"""What a plant may have; a feature for which a trade has no use changes nothing."""


MOST_JOBS = 100_000
"""Orders of a sample plant, at most: half a million operations."""


def generate(
    kind: str,
    jobs: int,
    machines: int,
    seed: int = 0,
    *,
    features: Collection[str] = FEATURES,
) -> Problem:
    """Generate a sample plant with its orders.

    Parameters
    ----------
    kind : ``garment``, ``icecream`` or ``pharma``
    jobs : number of orders; each has four to seven operations, those of components one
    machines : number of machines and ovens, spread so that no group is much fuller than others
    seed : of all chance; the same seed gives the same plant
    features : names of `FEATURES` that the plant has

    Returns
    -------
    A problem marked SAMPLE. Due dates are spread so that the fullest group is asked for nine
    tenths of its open time. Calendars and deliveries go on six times as long and three months
    more, and deadlines are as loose, so that schedules exist with room to spare.

    Raises
    ------
    InputError
        ``factory.sample.kind``, ``factory.sample.feature``, ``factory.sample.size``
    """
    recipe = _recipe(kind, frozenset(features))
    if jobs > MOST_JOBS:
        raise InputError(
            "factory.sample.size",
            N_("A sample plant has {most} jobs at most."),
            hint=N_("Ask for fewer."),
            most=MOST_JOBS,
        )
    least = len(recipe.groups)
    if jobs < 1 or machines < least:
        raise InputError(
            "factory.sample.size",
            N_("A sample plant needs 1 job and {least} machines or more."),
            hint=N_("Ask for more."),
            least=least,
        )
    draws = draw_orders(recipe, jobs, seed)
    counts = apportion(recipe, machines, draws, features)
    length = horizon(recipe, counts, draws, features)
    days = 6 * length // DAY + 90
    stores = vessels(recipe, counts, draws, length, features)
    floor = lay_floor(recipe, counts, stores, _made_last(recipe, counts, draws), features)
    made = tuple(make_jobs(recipe, floor, draws, length, features))
    sites = (HOME, SATELLITE) if "sites" in features else ()
    return Problem(
        jobs=made,
        resources=floor.resources,
        name=f"SAMPLE {kind} plant, {jobs} jobs, {machines} machines, seed {seed}",
        origin="2026-03-02T00:00:00+08:00",
        calendars=calendars(days) if "calendars" in features else {},
        sites=sites,
        closed_sites=frozenset(sites[1:]),
        transport=journeys() if sites else (),
        setups=setups_of(recipe, features) if "setups" in features else {},
        materials=tuple(materials_of(recipe, made, length, days * DAY, features)),
        objective=_objective(features),
        baseline=_baseline(made[: 1 + jobs // 10]) if "baseline" in features else (),
        uncertainty=Uncertainty(cv=0.15) if "uncertainty" in features else None,
    )


def least_machines(kind: str, *, features: Collection[str] = FEATURES) -> int:
    """Return how many machines a plant of a kind needs: one for each of its stages."""
    return len(_recipe(kind, frozenset(features)).groups)


def _recipe(kind: str, features: frozenset[str]) -> Recipe:
    """Return the recipe of a kind, without the other routings where these are left out."""
    if kind not in RECIPES:
        raise InputError(
            "factory.sample.kind",
            N_("There is no sample plant of the kind “{kind}”."),
            hint=N_("Use one of: {known}."),
            kind=kind,
            known=", ".join(KINDS),
        )
    unknown = sorted(features - FEATURES)
    if unknown:
        raise InputError(
            "factory.sample.feature",
            N_("“{feature}” is no feature of sample plants."),
            hint=N_("Use one of: {known}."),
            feature=unknown[0],
            known=", ".join(sorted(FEATURES)),
        )
    recipe = RECIPES[kind]
    if "alternatives" in features:
        return recipe
    return replace(recipe, stages=tuple(replace(s, instead=None) for s in recipe.stages))


def _made_last(
    recipe: Recipe, counts: Mapping[str, int], draws: Draws
) -> dict[str, dict[str, str]]:
    """Return what each machine made last: of those where a job already runs, its good."""
    last: dict[str, dict[str, str]] = {}
    for stage in recipe.groups:
        for number in range(counts[stage.group]):
            running = stage is recipe.stages[0] and number < min(RUNNING, len(draws.good))
            # Otherwise the first good of the trade: nothing that may follow it is forbidden.
            good = recipe.goods[draws.good[number] if running else 0]
            last[f"{stage.group}-{number + 1:02}"] = {key: good[key] for key in stage.attributes}
    return last


def _objective(features: Collection[str]) -> dict[str, float]:
    """Return the weights: late orders first, set-ups next, then what else the plant has."""
    weights = {
        "tardiness": 1.0,
        "setup": 0.5 if "setups" in features else 0,
        "cost": 0.1 if "costs" in features else 0,
        "earliness": 0.1 if "earliness" in features else 0,
        "stability": 0.05 if "baseline" in features else 0,
    }
    return {name: weight for name, weight in weights.items() if weight}


def _baseline(jobs: Collection[Job]) -> tuple[tuple[str, str, str, int], ...]:
    """Return an older schedule of the first jobs, one operation after the other."""
    rows = []
    for job in jobs:
        at = job.release
        for op in job.operations:
            if op.id[-1].isdigit():
                rows.append((job.id, op.id, op.modes[0].machine, at))
                at += op.modes[0].duration
    return tuple(rows)
