"""The workers of a server: started with it, started again when they die, ended with it."""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
import threading
import time
from types import TracebackType

from sanpin.kit.workspace import Workspace

__all__ = ["WorkerPool", "ensure_worker"]

_LOG = logging.getLogger("sanpin.jobs")

# How often the workers are looked after, and the growing pause of one that keeps dying.
CHECK_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
HEALTHY_SECONDS = 60.0
STOP_SECONDS = 5.0


class _Slot:
    """The place of one worker process, filled again with growing pauses."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self.process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._pause = 1.0

    def fill(self) -> None:
        """Start the process if it does not run and its pause is over."""
        now = time.monotonic()
        if self.process is not None:
            if self.process.poll() is None:
                return
            if now - self._started > HEALTHY_SECONDS:
                self._pause = 1.0
            if now - self._started < self._pause:
                return
            _LOG.warning("worker %s ended with %s", self.process.pid, self.process.returncode)
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
            self._close()
        self._started = now
        # The open pipe is how a worker notices that its server is gone.
        self.process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        )

    def empty(self) -> None:
        """End the process: kindly first, then by force."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._close()

    def _close(self) -> None:
        """Close our end of the pipe, which a worker that still lives takes as the end."""
        if self.process and self.process.stdin:
            with contextlib.suppress(OSError):
                self.process.stdin.close()


class WorkerPool:
    """Keep a number of worker processes running.

    A worker that dies is replaced after a pause that doubles while it keeps dying, so that a
    broken installation does not use the computer up with starting.
    """

    def __init__(self, workspace: Workspace, count: int) -> None:
        command = [sys.executable, "-m", "sanpin.kit.jobs", str(workspace.path), "--attached"]
        self._slots = [_Slot(command) for _ in range(count)]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="workers", daemon=True)

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers that run at this moment."""
        found = [slot.process for slot in self._slots]
        return [process.pid for process in found if process and process.poll() is None]

    def start(self) -> WorkerPool:
        """Start the workers and look after them."""
        for slot in self._slots:
            slot.fill()
        self._thread.start()
        return self

    def stop(self) -> None:
        """End all workers; a job in their hands is put back or fails with the reason."""
        self._stop.set()
        self._thread.join()
        for slot in self._slots:
            slot.empty()

    def _watch(self) -> None:
        """Fill empty places until told to stop."""
        while not self._stop.wait(CHECK_SECONDS):
            for slot in self._slots:
                slot.fill()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def ensure_worker(workspace: Workspace, count: int = 1) -> WorkerPool:
    """Start worker processes for a workspace; call `stop` on the result at shutdown.

    Parameters
    ----------
    workspace : whose queue they serve
    count : how many jobs may run at the same time

    Returns
    -------
    the pool, which is also a context manager
    """
    return WorkerPool(workspace, count).start()
