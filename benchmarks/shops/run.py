"""Hybrid flow shops, 60 seconds: the gap to the best known beside PyJobShop, then and now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.scheduling.data import Instance, draw, hybrid_flow_shops, number, open_data, table
from benchmarks.scheduling.figures import against, figure, outcome, select
from benchmarks.scheduling.harness import Claim, main
from benchmarks.scheduling.solvers import Case

LARGEST = "200x10"
"""The class of size with most operations: 200 jobs, 10 stages."""


def quick(known: list[Instance]) -> list[Instance]:
    """Draw five of the largest class and one each of five other classes."""
    others = [each for each in known if each.family != LARGEST]
    return [*draw([each for each in known if each.family == LARGEST], 5), *draw(others, 5)]


def cases(chosen: list[Instance], full: bool) -> list[Case]:
    """Run ours with one seed, full with five; the peers once, quick on the largest class."""
    found = []
    for each in chosen:
        found += [Case(each, "sanpin", 60, seed) for seed in range(5 if full else 1)]
        if full or each.family == LARGEST:
            found.append(Case(each, "pyjobshop", 60))
        if full:
            found.append(Case(each, "cpsat", 60))
    return found


def published_gap(data: Path, names: set[str]) -> float | None:
    """Return the mean gap in percent that PyJobShop with CP-SAT reached in 900 s on 8 cores."""
    best = {each.name: each.best for each in hybrid_flow_shops(data)}
    gaps = []
    for row in table(data / "best_known" / "shops_engine_results_900s.csv"):
        name, value = row["instance"].removesuffix(".txt"), number(row["objective"])
        if (row["problem"], row["solver"]) == ("HFSP", "ortools") and name in names and value:
            known = best[name]
            gaps += [100 * (value / known - 1)] if known else []
    return round(sum(gaps) / len(gaps), 3) if gaps else None


def summarise(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return mean gaps on the largest class, and by class."""
    ours, peer = select(records, solver="sanpin"), select(records, solver="pyjobshop")
    large = select(ours, family=LARGEST)
    mean, data = outcome(large), open_data()
    names = {record["instance"] for record in large}
    reference = published_gap(data, names) if data else None
    return {
        "figures": {"shops_gap": figure(mean["mean_gap_percent"], at_most=reference, of=mean)},
        "largest": {"sanpin": mean, "published_900s_gap_percent": reference,
                    "pyjobshop": outcome(select(peer, family=LARGEST))},
        "classes": {
            family: outcome(select(ours, family=family))
            for family in sorted({record["family"] for record in ours})
        },
        "sanpin_to_pyjobshop": against(ours, peer),
        "sanpin_to_cpsat": against(ours, select(records, solver="cpsat")),
    }  # fmt: skip


CLAIM = Claim("shops", hybrid_flow_shops, quick, cases, summarise)

if __name__ == "__main__":
    main(CLAIM)
