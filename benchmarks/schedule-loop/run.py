"""Compare the search with the best single dispatch rule on the sample plant."""

from __future__ import annotations

import argparse
import time
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from benchmarks.common import write_result
from benchmarks.scheduling.peer_rules import schedules

from sanpin.base import Calendar, Shift
from sanpin.factory import check, schedule
from sanpin.factory.engine.build import build_problem
from sanpin.factory.engine.solve import Params
from sanpin.factory.model import Problem
from sanpin.factory.model.plant import PlannedOrder
from sanpin.factory.sample import JOURNEYS, SampleGood, build_plant
from sanpin.factory.sample.lines import LINES
from sanpin.master.sample.places import calendars

COLOURS = ("red", "blue", "white", "green", "natural")
ORDERS, DAYS = 560, 14


def sample_problem(seed: int) -> Problem:
    """Build the problem of making two weeks of seeded orders on the sample plant."""
    rng = np.random.default_rng(seed)
    families = sorted(LINES)
    goods = [
        SampleGood(f"item-{n:04d}", families[n % len(families)], COLOURS[n % 5], float(sales))
        for n, sales in enumerate(rng.lognormal(2.0, 1.0, 820))
    ]
    plant = build_plant(goods, (), date(2026, 3, 2), seed=seed)
    steps: dict[str, list[Any]] = {}
    for step in plant.routings:
        steps.setdefault(step.item, []).append(step)
    chosen = rng.choice(len(goods), ORDERS, replace=False)
    orders = [
        PlannedOrder(
            f"{goods[n].item}-01",
            goods[n].item,
            max(1, round(goods[n].daily * float(rng.uniform(25, 55)))),
            int(rng.integers(2, DAYS)) * 1440,
            1.0,
            {},
        )
        for n in chosen
    ]
    return build_problem(
        orders, steps, plant.machines, _windows(), origin="2026-03-02T00:00:00+08:00",
        transport=JOURNEYS, objective={"tardiness": 1, "setup": 1},
    )  # fmt: skip


def _windows() -> dict[str, list[tuple[int, int]]]:
    origin = datetime(2026, 3, 2, tzinfo=ZoneInfo("Asia/Shanghai"))
    until = origin + timedelta(days=120)
    return {
        record.code: Calendar(record.code, _shifts(record)).windows(origin, until)
        for record in calendars()
    }


def _shifts(record: Any) -> tuple[Shift, ...]:
    return tuple(record.shifts)


def main() -> None:
    """Run rules and search, check both, keep the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=80)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    problem = sample_problem(asked.seed)
    start = time.process_time()
    best = min(schedules(problem), key=lambda made: made[1:3])
    rule_seconds = time.process_time() - start
    start = time.process_time()
    found = schedule(problem, Params(seconds=3600, steps=asked.steps), seed=asked.seed)
    search_seconds = time.process_time() - start
    reports = [check(problem, best[3]), check(problem, found)]
    write_result(
        "schedule-loop",
        {
            "operations": problem.operation_count,
            "orders": len(problem.jobs),
            "steps": asked.steps,
            "valid": [report.valid for report in reports],
            "best_rule": best[0],
            "rule": _figures(reports[0], rule_seconds),
            "search": _figures(reports[1], search_seconds),
            "ratio": round(found.objective / best[2], 4) if found.objective else None,
        },
    )


def _figures(report: Any, seconds: float) -> dict[str, Any]:
    names = ("tardiness", "setup", "tardy_jobs")
    figures = {name: report.terms[name] for name in names}
    return {"objective": report.objective, **figures, "processor_seconds": round(seconds, 1)}


if __name__ == "__main__":
    main()
