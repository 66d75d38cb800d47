"""Flexible job shops, 20 seconds: the mean gap of ours, of PyJobShop and of CP-SAT."""

from __future__ import annotations

from typing import Any

from benchmarks.scheduling.data import Instance, draw, flexible_job_shops, named
from benchmarks.scheduling.figures import against, figure, outcome, select, worst
from benchmarks.scheduling.harness import Claim, main
from benchmarks.scheduling.solvers import Case

PEERS = ("pyjobshop", "cpsat")


def quick(known: list[Instance]) -> list[Instance]:
    """Draw sixteen from all families, and add mk10, of which more is asked."""
    others = [each for each in known if each.name != "mk10"]
    return [*draw(others, 15), *named(known, ["mk10"])]


def cases(chosen: list[Instance], full: bool) -> list[Case]:
    """Run ours with one seed, full with five; the peers once; mk10 also for 30 seconds."""
    found = []
    for each in chosen:
        found += [Case(each, "sanpin", 20, seed) for seed in range(5 if full else 1)]
        found += [Case(each, peer, 20) for peer in PEERS]
        if each.name == "mk10":
            found.append(Case(each, "sanpin", 30, role="mk10"))
    return found


def summarise(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return mean gaps, ours as a share of the peers', and mk10."""
    ours = select(records, solver="sanpin", role="")
    mean = outcome(ours)
    result: dict[str, Any] = {
        "figures": {
            "flexible_gap": figure(mean["mean_gap_percent"], at_most=1.0, of=mean),
            "flexible_mk10": figure(
                worst(select(records, role="mk10", valid=True), "objective"), at_most=203
            ),
        },
        "sanpin": mean,
        "families": {
            family: outcome(select(ours, family=family))["mean_gap_percent"]
            for family in sorted({record["family"] for record in ours})
        },
    }
    for peer in PEERS:
        theirs = select(records, solver=peer)
        result[peer] = outcome(theirs)
        result[f"sanpin_to_{peer}"] = against(ours, theirs)
        gap, own = result[peer]["mean_gap_percent"], mean["mean_gap_percent"]
        part = round(own / gap, 4) if gap and own is not None else None
        result["figures"][f"flexible_{peer}"] = figure(part, at_most=0.5)
    return result


CLAIM = Claim("flexible", flexible_job_shops, quick, cases, summarise)

if __name__ == "__main__":
    main(CLAIM)
