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

SECONDS = 30
JOB_SHOPS = ("tai_100_100_1", "tai_1000_10_1")
FLEXIBLE = ("mk10", "dpp13a", "behnke20")
PLANTS = ("plant_150_24_plain", "plant_300_40")
GENERATED = (Plant("garment", 1850, 120, rich=True),)


def instances(data: Path) -> list[Instance]:
    """Return problems of every kind that the search treats in its own way."""
    return [
        *large_job_shops(data, JOB_SHOPS),
        *named(flexible_job_shops(data), FLEXIBLE),
        *named(plants(data), PLANTS),
        *generated(GENERATED),
    ]


def cases(chosen: list[Instance], full: bool) -> list[Case]:
    """Run every variant on every problem, quick with one seed, full with five."""
    found = []
    for each in chosen:
        for seed in range(5 if full else 1):
            whole = Case(each, "sanpin", SECONDS, seed, "whole")
            found += [whole, replace(whole, role="worker", workers=1)]
        found.append(Case(each, "rules", SECONDS, role="dispatch"))
    return found


def summarise(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the ratio of the whole search to each variant; below 1 the part helps."""
    whole = select(records, role="whole")
    ratios = {role: against(whole, select(records, role=role)) for role in ("dispatch", "worker")}
    return {
        "figures": {
            f"ablation_{role}": figure(found["geometric_mean_ratio"], at_most=1.0)
            for role, found in ratios.items()
        },
        "whole": outcome(whole),
        "whole_to": ratios,
    }


CLAIM = Claim("ablation", instances, list, cases, summarise)

if __name__ == "__main__":
    main(CLAIM)
