"""What the measurements share: timing a whole process, and keeping a result."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = ["Process", "median", "run_process", "sanpin_command", "write_result"]

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Process:
    """One finished process: wall seconds, peak resident memory in MiB, exit code, output."""

    seconds: float
    peak_mib: float
    code: int
    output: str


def sanpin_command(*arguments: str) -> list[str]:
    """Return the command line of `sanpin` in this environment."""
    return [str(Path(sys.executable).with_name("sanpin")), *arguments]


def run_process(command: Sequence[str], **environment: str) -> Process:
    """Run a command to its end and account for it with the system's own figures."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, **environment}, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    return Process(seconds, usage.ru_maxrss / 1024, process.returncode, output)


def median(values: Sequence[float]) -> float:
    """Return the median, rounded for a result file."""
    return round(statistics.median(values), 4)


def write_result(claim: str, result: dict[str, Any]) -> None:
    """Print a result and keep it beside its protocol."""
    full = {
        "claim": claim,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        **result,
    }
    text = json.dumps(full, indent=2, ensure_ascii=False) + "\n"
    (ROOT / "benchmarks" / claim / "result.json").write_text(text, encoding="utf-8")
    print(text, end="")
