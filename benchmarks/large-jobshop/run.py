"""Job shops of 10,000 operations: ours after 10 and 60 seconds, CP-SAT after 60."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.scheduling.data import Instance, large_job_shops
from benchmarks.scheduling.figures import against, figure, outcome, select
from benchmarks.scheduling.harness import Claim, main
from benchmarks.scheduling.solvers import Case

NAMES = ("tai_100_100_1", "tai_100_100_2", "tai_100_100_5", "tai_100_100_8")


def instances(data: Path) -> list[Instance]:
    """Return the job shops of 100 jobs on 100 machines."""
    return large_job_shops(data, NAMES)


def cases(chosen: list[Instance], full: bool) -> list[Case]:
    """Run ours with one seed, full with five; the peer once."""
    found = []
    for each in chosen:
        for seed in range(5 if full else 1):
            found.append(Case(each, "sanpin", 10, seed, "short"))
            found.append(Case(each, "sanpin", 60, seed, "long"))
        found.append(Case(each, "cpsat", 60))
    return found


def summarise(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the distance to the best known values and to CP-SAT."""
    short = outcome(select(records, solver="sanpin", role="short"))
    ours = select(records, solver="sanpin", role="long")
    long = outcome(ours)
    peer = select(records, solver="cpsat")
    rival = against(ours, peer)
    return {
        "figures": {
            "large_10s": figure(short["geometric_mean_ratio"], at_most=1.075, of=short),
            "large_60s": figure(
                outcome(ours)["geometric_mean_ratio"], at_most=1.05, of=outcome(ours)
            ),
            "large_cpsat": figure(rival["geometric_mean_ratio"], at_most=0.92, of=rival),
        },
        "sanpin_short": short,
        "sanpin_long": long,
        "cpsat": outcome(peer),
        "sanpin_to_cpsat": rival,
    }


CLAIM = Claim("large-jobshop", instances, list, cases, summarise)

if __name__ == "__main__":
    main(CLAIM)
