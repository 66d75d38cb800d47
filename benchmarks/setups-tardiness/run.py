"""Plants with set-ups and due dates, 60 seconds, and one machine with set-ups, 30 seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.scheduling.data import (
    Instance,
    Plant,
    draw,
    generated,
    named,
    one_machine_shops,
    plants,
)
from benchmarks.scheduling.figures import against, figure, outcome, select, worst
from benchmarks.scheduling.harness import Claim, main
from benchmarks.scheduling.solvers import Case

GENERATED = (
    Plant("garment", 320, 40, rich=False),
    Plant("icecream", 440, 40, rich=True),
    Plant("pharma", 110, 20, rich=True),
    Plant("garment", 1850, 120, rich=True),
)
GENERATED_NAMES = [plant.name for plant in GENERATED]
QUICK = ("plant_150_24_plain", "garment-320-plain", "icecream-440-rich", "garment-1850-rich")
FAMILIES = ("plain", "rich")
PEERS = ("pyjobshop", "cpsat")


def instances(data: Path) -> list[Instance]:
    """Return the plants of 400 operations and more, and the one-machine problems."""
    large = [each for each in plants(data) if int(each.note) >= 400]
    return [*large, *generated(GENERATED), *one_machine_shops(data)]


def quick(known: list[Instance]) -> list[Instance]:
    """Take a plant of each size and draw four one-machine problems."""
    return [*named(known, QUICK), *draw([each for each in known if each.form == "wtsds"], 4)]


def cases(chosen: list[Instance], full: bool) -> list[Case]:
    """Run ours with one seed, full with five; the rules and the peers once."""
    found, large = [], [each for each in chosen if each.name in GENERATED_NAMES]
    for each in chosen:
        plant = each.family in FAMILIES
        limit = 60 if plant else 30
        found += [Case(each, "sanpin", limit, seed) for seed in range(5 if full else 1)]
        if plant:
            found.append(Case(each, "rules", 60))
        else:
            found.append(Case(each, "rules", 5, options={"rule": "ATCS"}))
        if each.family == "plain":
            found.append(Case(each, "cpsat", limit, options={"hint": True}))
        # Building the library's model of 2,000 operations takes minutes, which a quick run lacks.
        if each.family != "rich" and (full or each not in large):
            found.append(Case(each, "pyjobshop", limit))
    return found


def summarise(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the ratios on plants and on one machine, and the time of the first schedule."""
    at_plants = [record for record in records if record["family"] in FAMILIES]
    at_one = [record for record in records if record["family"] not in FAMILIES]
    ours, single = select(at_plants, solver="sanpin"), select(at_one, solver="sanpin")
    rules = against(ours, select(at_plants, solver="rules"))
    peers = {peer: against(ours, select(at_plants, solver=peer)) for peer in PEERS}
    atcs = against(single, select(at_one, solver="rules"))
    rival = against(single, select(at_one, solver="pyjobshop"))
    return {
        "figures": {
            "setups_first": figure(worst(ours, "detail", "first_seconds"), at_most=2),
            "setups_rules": figure(rules["geometric_mean_ratio"], at_most=0.65, of=rules),
            **{
                f"setups_{peer}": figure(found["geometric_mean_ratio"], at_most=0.85, of=found)
                for peer, found in peers.items()
            },
            "setups_atcs": figure(atcs["geometric_mean_ratio"], at_most=0.9, of=atcs),
            "setups_one_pyjobshop": figure(rival["geometric_mean_ratio"], at_most=1.0, of=rival),
        },
        "sanpin": outcome(ours),
        "one_machine": outcome(single),
        "plants_to_rules": rules,
        **{f"plants_to_{peer}": found for peer, found in peers.items()},
        "one_machine_to_atcs": atcs,
        "one_machine_to_pyjobshop": rival,
    }


CLAIM = Claim("setups-tardiness", instances, quick, cases, summarise)

if __name__ == "__main__":
    main(CLAIM)
