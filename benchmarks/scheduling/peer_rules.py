"""Run the dispatch rules, each once with its usual settings, and write the best schedule.

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

from sanpin.factory import read
from sanpin.factory.engine.formats.writer import schedule_bytes
from sanpin.factory.engine.search.dispatch import dispatch
from sanpin.factory.engine.search.rules import RULES, make_rule, measure_tails
from sanpin.factory.engine.search.score import extract, rate
from sanpin.factory.engine.search.shop import compile_shop
from sanpin.factory.engine.solve import refuse_unsearched
from sanpin.factory.model import Problem, Schedule, ScheduledOperation

Found = tuple[str, float, float, tuple[ScheduledOperation, ...]]
"""Rule, breach of limits, objective, placed operations."""


def schedules(problem: Problem, only: str = "") -> Iterator[Found]:
    """Yield what each rule makes of a problem."""
    refuse_unsearched(problem)
    shop = compile_shop(problem)
    tails = measure_tails(shop)
    for name in [only] if only else RULES:
        plan = rate(dispatch(shop, make_rule(name, shop, tails), patience=4, stick=3.0))
        yield name, plan.breach, plan.objective, extract(plan.line)


def main(path: Path, form: str, out: Path, only: str = "") -> None:
    """Run the rules; the best schedule so far is always in the file."""
    start = process_time()
    reached: dict[str, float] = {}
    best: Found | None = None
    for found in schedules(read(path, form), only):
        reached[found[0]] = found[2]
        if best is None or found[1:3] < best[1:3]:
            best = found
            out.write_bytes(schedule_bytes(Schedule(found[3], objective=found[2])))
    assert best is not None
    told = {"best": best[0], "breach": best[1], "reached": reached}
    print(json.dumps(told | {"processor_seconds": round(process_time() - start, 2)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), *sys.argv[4:5])
