"""How soon there is a first schedule, how soon a cancel is answered, how long a command takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.scheduling.data import Instance, Plant, generated, large_job_shops
from benchmarks.scheduling.figures import figure, outcome, select, worst
from benchmarks.scheduling.harness import Claim, main
from benchmarks.scheduling.solvers import Case

SMALL = (Plant("garment", 10, 8, rich=True),)
MEDIUM = (
    Plant("garment", 1560, 100, rich=True),
    Plant("icecream", 2170, 110, rich=True),
    Plant("pharma", 2220, 150, rich=True),
)
LARGE = (Plant("garment", 15_600, 1000, rich=True),)
SHOPS = ("tai_100_100_1", "tai_1000_100_1")
CANCELLED = {"medium": 40.0, "large": 120.0}


def instances(data: Path) -> list[Instance]:
    """Return a plant of some operations, plants and job shops of 10,000 and of 100,000."""
    return [*generated((*SMALL, *MEDIUM, *LARGE)), *large_job_shops(data, SHOPS)]


def size_of(name: str) -> str:
    """Return whether an instance is small, medium or large."""
    if name in {plant.name for plant in SMALL}:
        return "small"
    return "medium" if name in {*(plant.name for plant in MEDIUM), SHOPS[0]} else "large"


def cases(chosen: list[Instance], full: bool) -> list[Case]:
    """Run ours with one seed, full with five, and cancel it on plants."""
    found = []
    for each in chosen:
        size = size_of(each.name)
        for seed in range(5 if full else 1):
            seconds = {"small": 1, "medium": 10, "large": 30}[size]
            found.append(Case(each, "sanpin", seconds, seed))
            if size != "small" and each.name not in SHOPS:
                found.append(Case(each, "cancelled", CANCELLED[size], seed))
    return found


def summarise(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the worst of everything: what is late once is late."""
    ours, cut = select(records, solver="sanpin"), select(records, solver="cancelled")

    def of(rows: list[Any], size: str) -> list[Any]:
        return [row for row in rows if size_of(row["instance"]) == size]

    def beyond(rows: list[Any]) -> float | None:
        return max((round(row["wall_seconds"] - row["seconds"], 2) for row in rows), default=None)

    first, delay = ("detail", "first_seconds"), ("detail", "worst")
    larger = [*of(ours, "medium"), *of(ours, "large")]
    return {
        "figures": {
            "response_first_10k": figure(worst(of(ours, "medium"), *first), at_most=0.5),
            "response_first_100k": figure(worst(of(ours, "large"), *first), at_most=5),
            "response_cancel_10k": figure(worst(of(cut, "medium"), *delay), at_most=0.2),
            "response_cancel_100k": figure(worst(of(cut, "large"), *delay), at_most=0.2),
            "response_command": figure(beyond(larger), at_most=5),
            "response_start": figure(beyond(of(ours, "small")), at_most=3),
        },
        "sanpin": outcome(ours),
        "cancelled": outcome(cut),
    }


CLAIM = Claim("response", instances, list, cases, summarise)

if __name__ == "__main__":
    main(CLAIM)
