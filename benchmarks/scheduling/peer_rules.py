"""Run the dispatch rules, each once with the same settings, and write the best schedule.

    python peer_rules.py PROBLEM FORMAT OUT [RULE]

prints which was best and what each reached. `schedules` is the only place that knows how a rule
is run.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from time import process_time

import numpy as np

from sanpin.factory import read
from sanpin.factory.engine.formats.writer import schedule_bytes
from sanpin.factory.engine.lists import layout as at
from sanpin.factory.engine.lists.compile import compile_plant
from sanpin.factory.engine.lists.dispatch import dispatch
from sanpin.factory.engine.lists.keep import keep_best
from sanpin.factory.engine.lists.lot import Lot, read_operations
from sanpin.factory.engine.lists.queues import make_queues
from sanpin.factory.engine.lists.rules import RULES, measure
from sanpin.factory.engine.lists.scan import total
from sanpin.factory.model import Problem, Schedule, ScheduledOperation

FIFTEEN = tuple(rule for rule in RULES if rule not in ("ODD", "MOR"))
"""The rules of the claim; two more are variations of those."""

TUNING = 4.0, 3.0, 4, 0
"""How far ahead ATC, ATCS and COVERT look in mean durations, weight of set-ups, patience and
caution."""

Found = tuple[str, float, float, tuple[ScheduledOperation, ...]]
"""Rule, breach of limits, objective, placed operations."""


def schedules(problem: Problem, only: str = "") -> Iterator[Found]:
    """Yield what each rule makes of a problem."""
    plant = compile_plant(problem)
    order, tails = measure(plant)
    for name in [only] if only else FIFTEEN:
        lot = Lot(plant, 0)
        arrays = plant.ints, plant.prices, lot.ints, lot.worth
        lot.value[at.BEST] = lot.value[at.BEST_BROKEN] = np.inf
        queues = make_queues(plant, order)
        dispatch(plant.ints, lot.ints, lot.worth, tails, queues, RULES.index(name), TUNING)
        total(*arrays)
        keep_best(plant.ints, lot.ints, lot.worth)
        broken, objective = float(lot.value[at.BROKEN]), float(lot.value[at.OBJECTIVE])
        yield name, broken, objective, read_operations(problem, plant, lot)


def main(path: Path, form: str, out: Path, only: str = "") -> None:
    """Run the rules; the best schedule so far is always in the file."""
    start = process_time()
    reached: dict[str, float] = {}
    best: Found | None = None
    for found in schedules(read(path, form), only):
        reached[found[0]] = round(found[2], 3)
        if best is None or found[1:3] < best[1:3]:
            best = found
            out.write_bytes(schedule_bytes(Schedule(found[3], objective=found[2])))
    assert best is not None
    told = {"best": best[0], "breach": best[1], "reached": reached}
    print(json.dumps(told | {"processor_seconds": round(process_time() - start, 2)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), *sys.argv[4:5])
