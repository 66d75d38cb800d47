"""Flexible job shops with workers, 60 seconds, beside the published upper bounds and CP-SAT."""

from __future__ import annotations

from typing import Any

from benchmarks.scheduling.data import Instance, draw_by_size, worker_shops
from benchmarks.scheduling.figures import against, figure, outcome, select, share
from benchmarks.scheduling.harness import Claim, main
from benchmarks.scheduling.solvers import Case


def quick(known: list[Instance]) -> list[Instance]:
    """Draw fifteen: one of each of the ten families, more of the large ones."""
    return draw_by_size(known, 15)


def cases(chosen: list[Instance], full: bool) -> list[Case]:
    """Run ours with one seed, full with five; the peer once, quick on every eighth instance."""
    found = []
    for at, each in enumerate(chosen):
        found += [Case(each, "sanpin", 60, seed) for seed in range(5 if full else 1)]
        if full or at % 8 == 0:
            found.append(Case(each, "cpsat", 60))
    return found


def summarise(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the ratio to the published upper bounds and how many of them are improved."""
    ours, peer = select(records, solver="sanpin"), select(records, solver="cpsat")
    mean = outcome(ours)
    better = share(ours, lambda record: record.get("ratio", 2.0) < 1)
    equal = share(ours, lambda record: record.get("ratio") == 1)
    return {
        "figures": {
            "workers_ratio": figure(mean["geometric_mean_ratio"], at_most=0.99, of=mean),
            "workers_better": figure(better, at_least=0.5),
        },
        "sanpin": mean,
        "share_better": better,
        "share_equal": equal,
        "cpsat": outcome(peer),
        "sanpin_to_cpsat": against(ours, peer),
    }


CLAIM = Claim("workers", worker_shops, quick, cases, summarise)

if __name__ == "__main__":
    main(CLAIM)
