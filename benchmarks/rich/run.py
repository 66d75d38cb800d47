"""Online printing shops and two real factories, 60 seconds each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.scheduling.data import Instance, draw, printing_shops, real_factories
from benchmarks.scheduling.figures import against, figure, outcome, select, share
from benchmarks.scheduling.harness import Claim, main
from benchmarks.scheduling.solvers import Case

RULES_SECONDS = 10
"""For all the rules; they need three on the largest shop."""


def instances(data: Path) -> list[Instance]:
    """Return the printing shops and the factories."""
    return [*printing_shops(data), *real_factories(data)]


def quick(known: list[Instance]) -> list[Instance]:
    """Take all five large printing shops, draw two others, and take both factories."""
    large = [each for each in known if each.family == "large"]
    others = draw([each for each in known if each.family in ("medium", "small")], 2)
    return [*large, *others, *(each for each in known if each.family == "factory")]


def cases(chosen: list[Instance], full: bool) -> list[Case]:
    """Run ours with one seed, full with five; rules, CP-SAT and published sequences once."""
    found = []
    for each in chosen:
        found += [Case(each, "sanpin", 60, seed) for seed in range(5 if full else 1)]
        if each.family == "factory":
            found.append(Case(each, "published", 1))
        else:
            found.append(Case(each, "rules", RULES_SECONDS))
            found.append(Case(each, "cpsat", 60, options={"hint": True}))
    return found


def summarise(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return validity, and the ratios to rules, CP-SAT and the published sequences."""
    ours = select(records, solver="sanpin")
    large, factories = select(ours, family="large"), select(ours, family="factory")
    rules = against(large, select(records, solver="rules"))
    cpsat = against(large, select(records, solver="cpsat"))
    published = against(factories, select(records, solver="published"))
    return {
        "figures": {
            "rich_valid": figure(share(ours, lambda record: record["valid"]), at_least=1.0),
            "rich_rules": figure(rules["geometric_mean_ratio"], at_most=0.85, of=rules),
            "rich_cpsat": figure(cpsat["geometric_mean_ratio"], at_most=0.95, of=cpsat),
            "rich_published": figure(published["geometric_mean_ratio"], at_most=1.0, of=published),
        },
        "sanpin": outcome(ours),
        "large_to_rules": rules,
        "large_to_cpsat": cpsat,
        "factories_to_published": published,
        "cpsat": outcome(select(records, solver="cpsat")),
    }


CLAIM = Claim("rich", instances, quick, cases, summarise)

if __name__ == "__main__":
    main(CLAIM)
