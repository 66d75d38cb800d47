"""Measure the forecast of all items: error beside simple peers, calibration, time.

Run it with ``./dev bench forecast-items [PEER_PYTHON]`` or
``python benchmarks/forecast-items/run.py [PEER_PYTHON]``. The optional argument is a Python
interpreter of another environment in which statsforecast is installed; without it the peer is
left out and the result says so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import polars as pl
from benchmarks.common import median, write_result

import sanpin.demand
from sanpin.demand import ForecastParams, Panel, backtest, forecast, read_panel, take_in
from sanpin.demand.engine.backtest import judged_items, last_origins
from sanpin.demand.engine.measures import rmsse, seasonal_naive, squared_scale

HORIZON = 28
REPEATS = 3
FIRST_TEST_DAY = "2011-06-24"
CHOICE_STEP = 14
ORDERS = Path(sanpin.demand.__file__).parent / "data" / "orders.parquet"
PEER = Path(__file__).with_name("peer.py")


def timed(work: Any) -> tuple[float, Any]:
    """Return the seconds of a call and its result."""
    start = perf_counter()
    result = work()
    return perf_counter() - start, result


def choice_origins(panel: Panel) -> list[int]:
    """Return origins whose 28 days end before the first test origin: choices were made there."""
    first_test = int(np.searchsorted(panel.dates, np.datetime64(FIRST_TEST_DAY)))
    last = first_test - HORIZON
    return [last - k * CHOICE_STEP for k in reversed(range(6))]


def scores(panel: Panel, origins: list[int]) -> dict[str, Any]:
    """Return the figures of the backtest from some origins."""
    seconds, tested = timed(
        lambda: backtest(panel, ForecastParams(horizon=HORIZON), origins=origins)
    )
    figures = {
        key: round(value, 4) if isinstance(value, float) else value
        for key, value in tested.metrics().items()
        if not key.startswith("coverage")
    }
    coverage = {
        f"{level:g}": {
            name: round(tested.coverage(name)[k], 3) for name in ("below", "at_most", "total_below")
        }
        for k, level in enumerate(tested.levels)
    }
    days = [str(score.origin) for score in tested.origins]
    items = [score.items for score in tested.origins]
    return {
        "last_days_known": days, "judged_items": items, "seconds": round(seconds, 2), **figures,
        "coverage": coverage,
    }  # fmt: skip


def peers(panel: Panel, origins: list[int], python: str) -> dict[str, Any]:
    """Score models of statsforecast, run in its own environment, on the same items and days."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        np.savez(path / "panel.npz", quantity=panel.quantity, origins=np.array(origins))
        subprocess.run([python, str(PEER), folder, str(HORIZON)], check=True, stdout=sys.stderr)
        about = json.loads((path / "about.json").read_text("utf-8"))
        result: dict[str, Any] = {"version": about["version"], "models": {}}
        for name, seconds in about["seconds"].items():
            errors = []
            for k, origin in enumerate(origins):
                made = np.load(path / f"{name}-{k}.npy")
                known = panel.quantity[:, :origin]
                judged = judged_items(known, daily=True)
                came = panel.quantity[:, origin : origin + HORIZON]
                errors.append(
                    rmsse(came[judged], made[judged], squared_scale(known[judged])).mean()
                )
            result["models"][name] = {
                "rmsse": round(float(np.mean(errors)), 4),
                "seconds_per_origin": round(seconds / len(origins), 2),
            }
    return result


def main(arguments: list[str]) -> None:
    """Measure and keep the result."""
    orders = pl.read_parquet(ORDERS)
    intakes = [timed(lambda: take_in(orders)) for _ in range(REPEATS)]
    reads = [timed(lambda: read_panel(intakes[0][1].panel)) for _ in range(REPEATS)]
    panel = reads[0][1]
    runs = [
        timed(lambda: forecast(panel, ForecastParams(horizon=HORIZON)))[0] for _ in range(REPEATS)
    ]
    origins = last_origins(panel, HORIZON)
    naive = [timed(lambda: seasonal_naive(panel.quantity, 7, HORIZON))[0] for _ in range(REPEATS)]
    write_result(
        "forecast-items",
        {
            "load": [round(value, 1) for value in os.getloadavg()],
            "items": len(panel.items),
            "order_lines": orders.height,
            "seconds": {
                "intake": median([seconds for seconds, _ in intakes]),
                "read_panel": median([seconds for seconds, _ in reads]),
                "forecast_all_items_with_quantiles": median(runs),
                "seasonal_naive": median(naive),
            },
            "test": scores(panel, origins),
            "choice": scores(panel, choice_origins(panel)),
            "statsforecast": peers(panel, origins, arguments[0])
            if arguments
            else "not measured: no environment with statsforecast was named",
        },
    )


if __name__ == "__main__":
    main(sys.argv[1:])
