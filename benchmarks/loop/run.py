"""Measure the loop on the sample: wall time, peak memory, and the forecast's share."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from benchmarks.common import median, run_process, sanpin_command, write_result

LIMITS = {"seconds": 60.0, "peak_mib": 1536.0, "forecast_seconds": 5.0}


def main() -> None:
    """Run the demo in fresh workspaces and keep the medians."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    seconds, peaks, forecasts, last = [], [], [], {}
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            workspace = str(Path(folder) / "demo")
            done = run_process(
                sanpin_command("demo", "--no-serve", "--fresh", "--json", "--workspace", workspace)
            )
            last = json.loads(done.output)
            shown = run_process(
                sanpin_command(
                    *("runs", "list", "--domain", "demand", "--verb", "forecast", "--json"),
                    *("--workspace", workspace),
                )
            )
            forecast = json.loads(shown.output)[0]["metrics"]
        seconds.append(done.seconds)
        peaks.append(done.peak_mib)
        forecasts.append(forecast["forecast_seconds"])
    result = {
        "seconds": median(seconds),
        "peak_mib": median(peaks),
        "forecast_seconds": median(forecasts),
    }
    met = {key: result[key] <= limit for key, limit in LIMITS.items()}
    write_result("loop", {"runs": runs, **result, "limits": LIMITS, "met": met, "answer": last})


if __name__ == "__main__":
    main()
