"""Cancel our search several times, each time at another moment, and say how long it goes on.

    python cancelling.py PROBLEM FORMAT SECONDS WORKERS SEED TIMES OUT

Moments are drawn evenly from the limit. What is told is counted from the cancel, or from the first
schedule where that came later; the last schedule is written.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from random import Random
from threading import Timer

from sanpin.base import Budget
from sanpin.factory import Problem, Schedule, read, schedule
from sanpin.factory.engine.choosing import load_search
from sanpin.factory.engine.formats.writer import schedule_bytes
from sanpin.factory.engine.solve import Params


def cancelled(problem: Problem, params: Params, seed: int, moment: float) -> tuple[float, Schedule]:
    """Return for how many seconds a search went on after its cancel, and what it returned."""
    load_search(problem)
    budget = Budget(params.seconds)
    timer = Timer(moment, budget.cancel)
    timer.start()
    found = schedule(problem, params, seed=seed, budget=budget)
    ended = budget.elapsed
    timer.cancel()
    first = found.trace[0][0] if found.trace else 0.0
    return ended - max(moment, first), found


def main() -> None:
    """Cancel as often as asked, tell the delays, write the last schedule."""
    file, form, seconds, workers, seed, times, out = sys.argv[1:]
    problem = read(Path(file), form)
    params = Params(seconds=float(seconds), workers=int(workers))
    chance = Random(int(seed))
    delays, rounds = [], []
    begin = time.perf_counter()
    for _ in range(int(times)):
        delay, found = cancelled(problem, params, int(seed), chance.uniform(0, params.seconds))
        delays.append(round(max(0.0, delay), 3))
        rounds.append(found.steps)
    Path(out).write_bytes(schedule_bytes(found))
    whole = round(time.perf_counter() - begin, 2)
    print(json.dumps({"delays": delays, "rounds": rounds, "worst": max(delays), "whole": whole}))


if __name__ == "__main__":
    main()
