"""Forecast a panel with models of statsforecast; runs in an environment that has it.

    python peer.py FOLDER HORIZON

reads ``panel.npz`` (quantity of items by days, NaN before the first sale; origins) and writes
``<model>-<origin>.npy`` and ``about.json``.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd  # noqa: TID251 - the peer takes nothing else
from statsforecast import StatsForecast
from statsforecast.models import (
    ADIDA,
    IMAPA,
    TSB,
    CrostonSBA,
    SeasonalNaive,
    SimpleExponentialSmoothingOptimized,
    WindowAverage,
)

MODELS = {
    "SeasonalNaive7": lambda: SeasonalNaive(season_length=7),
    "WindowAverage28": lambda: WindowAverage(window_size=28),
    "SESOptimized": SimpleExponentialSmoothingOptimized,
    "CrostonSBA": CrostonSBA,
    "ADIDA": ADIDA,
    "IMAPA": IMAPA,
    "TSB": lambda: TSB(alpha_d=0.1, alpha_p=0.1),
}


def main(folder: Path, horizon: int) -> None:
    """Run every model from every origin and keep its forecasts."""
    data = np.load(folder / "panel.npz")
    quantity, origins = data["quantity"], data["origins"]
    seconds = dict.fromkeys(MODELS, 0.0)
    for k, origin in enumerate(origins):
        known = quantity[:, :origin]
        rows, days = np.nonzero(~np.isnan(known))
        frame = pd.DataFrame({"unique_id": rows, "ds": days, "y": known[rows, days]})
        # Items younger than two windows are judged by no score, and some models fail on them.
        short = frame.groupby("unique_id")["y"].transform("size") < 2 * horizon
        frame = frame[~short]
        for name, make in MODELS.items():
            start = perf_counter()
            made = StatsForecast(models=[make()], freq=1, n_jobs=1).forecast(df=frame, h=horizon)
            seconds[name] += perf_counter() - start
            made = made.reset_index() if "unique_id" not in made.columns else made
            result = np.zeros((len(quantity), horizon))
            ids = made["unique_id"].to_numpy().reshape(-1, horizon)[:, 0]
            values = made.drop(columns=["unique_id", "ds"]).to_numpy(dtype=float)
            result[ids] = np.nan_to_num(values.reshape(-1, horizon))
            np.save(folder / f"{name}-{k}.npy", result)
    about = {"version": version("statsforecast"), "seconds": seconds}
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
