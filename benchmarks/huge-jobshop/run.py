"""Job shops of 100,000 operations: ours after 30 and 300 seconds, CP-SAT after 300."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.scheduling.data import Instance, large_job_shops, named
from benchmarks.scheduling.figures import against, figure, outcome, select, worst
from benchmarks.scheduling.harness import Claim, main
from benchmarks.scheduling.solvers import Case

STANDARD = ("tai_1000_100_1", "tai_100_1000_1")
REENTRANT = ("dct-short-100-100000-1", "dct-long-1000-100000-1")
QUICK = ("tai_1000_100_1", "dct-short-100-100000-1")
MEMORY_MIB = 4096


def instances(data: Path) -> list[Instance]:
    """Return the job shops of 100,000 operations."""
    return large_job_shops(data, (*STANDARD, *REENTRANT))


def quick(known: list[Instance]) -> list[Instance]:
    """Return those that a quick run has the time for."""
    return named(known, QUICK)


def cases(chosen: list[Instance], full: bool) -> list[Case]:
    """Run ours with one seed, full with five; the peer once on each standard job shop."""
    found = []
    for each in chosen:
        for seed in range(5 if full else 1):
            found.append(Case(each, "sanpin", 30, seed, "short"))
            found.append(Case(each, "sanpin", 300, seed, "long"))
        if full or each.name in STANDARD:
            found.append(Case(each, "cpsat", 300))
    return found


def summarise(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the distance to the best known values, the first schedule and the memory."""
    ours = select(records, solver="sanpin")
    long = select(ours, role="long")
    short = outcome(select(ours, role="short", family="tai_1000_100"))
    standard = select(long, family="tai_1000_100")
    reentrant = [record for record in long if record["instance"] in REENTRANT]
    peer = select(records, solver="cpsat")
    return {
        "figures": {
            "huge_30s": figure(short["geometric_mean_ratio"], at_most=1.025, of=short),
            "huge_300s": figure(worst(standard, "ratio"), at_most=1.015),
            "huge_reentrant": figure(worst(reentrant, "ratio"), at_most=1.01),
            "huge_first": figure(worst(ours, "detail", "first_seconds"), at_most=5),
            "huge_memory": figure(worst(ours, "peak_mib"), at_most=MEMORY_MIB),
        },
        "sanpin_short": short,
        "sanpin_long": outcome(long),
        "cpsat": outcome(peer),
        "sanpin_to_cpsat": against(long, peer),
    }


CLAIM = Claim("huge-jobshop", instances, quick, cases, summarise)

if __name__ == "__main__":
    main(CLAIM)
