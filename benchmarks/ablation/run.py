"""What each part of the search adds: the same limit with and without it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.scheduling.data import (
    Instance,
    Plant,
    flexible_job_shops,
    generated,
    large_job_shops,
    named,
    plants,
)
from benchmarks.scheduling.figures import against, figure, outcome, select
from benchmarks.scheduling.harness import Claim, main
from benchmarks.scheduling.solvers import Case

SECONDS = 16
JOB_SHOPS = ("tai_100_100_1", "tai_1000_10_1")
FLEXIBLE = ("mk10", "dpp13a", "behnke20")
PLANTS = ("plant_150_24_plain", "plant_300_40")
GENERATED = (Plant("garment", 1850, 120, rich=True),)

ENGINE = "sanpin.factory.engine"
WITHOUT: dict[str, dict[str, Any]] = {
    "exact": {f"{ENGINE}.attempts.LARGEST": 0, f"{ENGINE}.attempts.WINDOW": 0},
    "exchange": {f"{ENGINE}.sequences.search.EXCHANGE": 10**9},
    "tabu": {f"{ENGINE}.sequences.search.QUOTA": 0},
    "relinking": {f"{ENGINE}.sequences.descents.RUIN": 1.0},
    "annealing": {f"{ENGINE}.lists.search.EFFORT": 1},
    "ruin": {f"{ENGINE}.lists.search.RUINS": 0, f"{ENGINE}.sequences.descents.RUIN": 0.0},
}
"""Constants of the engine that switch a part off; a tabu round of no work only exchanges."""


def instances(data: Path) -> list[Instance]:
    """Return problems of every kind that the search treats in its own way."""
    return [
        *large_job_shops(data, JOB_SHOPS),
        *named(flexible_job_shops(data), FLEXIBLE),
        *named(plants(data), PLANTS),
        *generated(GENERATED),
    ]


def parts(instance: Instance) -> tuple[str, ...]:
    """Return the parts that have a say in a problem of this kind."""
    if instance.form == "sanpin":
        return "exact", "annealing", "ruin"
    return "exact", "tabu", "exchange", "relinking", "ruin"


def cases(chosen: list[Instance], full: bool) -> list[Case]:
    """Run every variant on every problem, quick with one seed, full with five."""
    found = []
    for each in chosen:
        for seed in range(5 if full else 1):
            whole = Case(each, "sanpin", SECONDS, seed, "whole")
            found += [whole, replace(whole, role="worker", workers=1)]
            found += [replace(whole, role=part, options=WITHOUT[part]) for part in parts(each)]
        found.append(Case(each, "rules", SECONDS, role="dispatch"))
    return found


def summarise(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the ratio of the whole search to each variant; below 1 the part helps."""
    whole = select(records, role="whole")
    roles = ("dispatch", "worker", *WITHOUT)
    ratios = {role: against(whole, select(records, role=role)) for role in roles}
    return {
        "figures": {
            f"ablation_{role}": figure(found["geometric_mean_ratio"], at_most=1.0, of=found)
            for role, found in ratios.items()
        },
        "whole": outcome(whole),
        "whole_to": ratios,
    }


CLAIM = Claim("ablation", instances, list, cases, summarise)

if __name__ == "__main__":
    main(CLAIM)
