"""Peak memory of our command on rich plants, and of PyJobShop on what it can express."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.scheduling.data import Instance, named, plants
from benchmarks.scheduling.figures import figure, outcome, select, worst
from benchmarks.scheduling.harness import Claim, main
from benchmarks.scheduling.solvers import Case

NAMES = ("plant_150_24_plain", "plant_300_40", "plant_3000_260")


def instances(data: Path) -> list[Instance]:
    """Return plants of 450, 1,000 and 10,000 operations."""
    return named(plants(data), NAMES)


def cases(chosen: list[Instance], full: bool) -> list[Case]:
    """Run ours with one seed, full with five; the peer where it has words for the plant."""
    found = []
    for each in chosen:
        found += [Case(each, "sanpin", 60, seed) for seed in range(5 if full else 1)]
        if each.family == "plain":
            found.append(Case(each, "pyjobshop", 60))
    return found


def summarise(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the greatest memory of the largest plant, and that of every run."""
    ours = select(records, solver="sanpin")
    return {
        "figures": {
            "memory": figure(worst(select(ours, instance=NAMES[-1]), "peak_mib"), at_most=1024)
        },
        "sanpin": outcome(ours),
        "peak_mib": {
            f"{record['instance']} {record['solver']}": record["peak_mib"] for record in records
        },
    }


CLAIM = Claim("memory", instances, list, cases, summarise)

if __name__ == "__main__":
    main(CLAIM)
