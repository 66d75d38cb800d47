"""Measure the answers that must feel immediate: help, server start, installed size."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.common import median, run_process, sanpin_command, write_result

LIMITS = {"help_seconds": 0.4, "server_seconds": 2.0, "installed_mb": 1200.0}
PORT = 8791


def main() -> None:
    """Measure all three and keep the medians."""
    helps = [run_process(sanpin_command("--help")).seconds for _ in range(7)]
    result = {
        "help_seconds": median(helps),
        "server_seconds": median([server_start() for _ in range(5)]),
        "installed_mb": round(installed_size() / 1e6, 1),
    }
    met = {key: result[key] <= limit for key, limit in LIMITS.items()}
    write_result("start-up", {**result, "limits": LIMITS, "met": met})


def server_start() -> float:
    """Return the seconds from the command to the first good answer on the sample workspace."""
    start = time.perf_counter()
    process = subprocess.Popen(
        sanpin_command("serve", "--port", str(PORT)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz"):
                    return time.perf_counter() - start
            except urllib.error.URLError:
                if process.poll() is not None:
                    raise SystemExit("the server did not start: run `sanpin demo` first") from None
                time.sleep(0.01)
    finally:
        process.terminate()
        process.wait()


def installed_size() -> int:
    """Return the bytes of a base installation without byte code."""
    names = base_packages()
    site = Path(sys.prefix) / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    total = 0
    for record in (site / "site-packages").glob("*.dist-info/RECORD"):
        if record.parent.name.split("-")[0].replace("_", "-").lower() in names:
            total += recorded_size(record)
    return total


def base_packages() -> set[str]:
    """Return the names in the base lock."""
    lock = Path(__file__).resolve().parents[2] / "requirements" / "base.txt"
    lines = [line for line in lock.read_text().splitlines() if "==" in line and line[0].isalpha()]
    return {line.split("==")[0].replace("_", "-").lower() for line in lines}


def recorded_size(record: Path) -> int:
    """Sum the files that a package installed."""
    files = [line.rsplit(",", 2)[0] for line in record.read_text().splitlines()]
    paths = [record.parent.parent / name for name in files if not name.endswith(".pyc")]
    return sum(path.stat().st_size for path in paths if path.is_file())


if __name__ == "__main__":
    main()
