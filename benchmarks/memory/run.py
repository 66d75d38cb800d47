"""Peak memory of our command on rich plants, and of PyJobShop on what it can express."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.scheduling.data import Instance, Plant, generated, named, plants
from benchmarks.scheduling.figures import figure, outcome, select, worst
from benchmarks.scheduling.harness import Claim, main
from benchmarks.scheduling.solvers import Case

PLAIN = "plant_150_24_plain"
GENERATED = (
    Plant("garment", 1850, 120, rich=True),
    Plant("pharma", 2220, 150, rich=True),
    Plant("garment", 18_200, 1000, rich=True),
)


def instances(data: Path) -> list[Instance]:
    """Return plants of 450, twice 10,000 and 100,000 operations."""
    return [*named(plants(data), [PLAIN]), *generated(GENERATED)]


def cases(chosen: list[Instance], full: bool) -> list[Case]:
    """Run ours with one seed, full with five; the peer where it has words for the plant."""
    found = []
    for each in chosen:
        found += [Case(each, "sanpin", 60, seed) for seed in range(5 if full else 1)]
        if each.family == "plain":
            found.append(Case(each, "pyjobshop", 60))
    return found


def summarise(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the greatest memory at 10,000 and at 100,000 operations, and that of every run."""
    ours = select(records, solver="sanpin")
    largest = select(ours, instance=GENERATED[-1].name)
    large = [record for record in select(ours, family="rich") if record not in largest]
    return {
        "figures": {
            "memory": figure(worst(large, "peak_mib"), at_most=1024),
            "memory_100k": figure(worst(largest, "peak_mib"), at_most=4096),
        },
        "sanpin": outcome(ours),
        "peak_mib": {
            f"{record['instance']} {record['solver']}": record["peak_mib"] for record in records
        },
    }


CLAIM = Claim("memory", instances, list, cases, summarise)

if __name__ == "__main__":
    main(CLAIM)
