"""Run one solver in a process of its own, with a limit, and account for it."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.scheduling.data import ROOT

__all__ = ["Finished", "run_limited"]

GRACE_SECONDS = 300.0
"""What reading, building and writing may take beyond the limit of the search."""


@dataclass(frozen=True)
class Finished:
    """A process that has ended: wall seconds, peak resident MiB, exit code, what it said."""

    seconds: float
    peak_mib: float
    code: int
    output: str
    errors: str


def run_limited(command: Sequence[str], seconds: float) -> Finished:
    """Run a command; it is killed when it takes much longer than its limit."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            command, stdout=out, stderr=err, cwd=ROOT, start_new_session=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(_path())},
        )  # fmt: skip
        try:
            while True:
                done, status, usage = os.wait4(process.pid, os.WNOHANG)
                if done:
                    break
                if time.perf_counter() - start > seconds + GRACE_SECONDS:
                    os.killpg(process.pid, signal.SIGKILL)
                time.sleep(0.02)
        except KeyboardInterrupt:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        process.returncode = os.waitstatus_to_exitcode(status)
        elapsed = time.perf_counter() - start
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "replace"))
    return Finished(elapsed, usage.ru_maxrss / 1024, process.returncode, *texts)


def _path() -> list[str]:
    """Return where Python also looks: the benchmarks, and what was named before."""
    return [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH", "")])]
