"""A time limit with a stop flag: the only clock that pure code may read."""

from __future__ import annotations

import math
import threading
import time

__all__ = ["Budget"]


class Budget:
    """Say how much longer a computation may run, and whether it was told to stop.

    Kernels run in chunks of fixed steps and ask `exhausted` between chunks, so the answer
    depends on steps alone; the clock only decides how many chunks there are.

    Parameters
    ----------
    seconds : limit from now on; infinite by default
    stop : flag shared with whoever may cancel
    """

    def __init__(self, seconds: float = math.inf, *, stop: threading.Event | None = None) -> None:
        self.seconds = seconds
        self._start = time.monotonic()
        self._stop = stop or threading.Event()

    @property
    def elapsed(self) -> float:
        """Seconds since the budget was made."""
        return time.monotonic() - self._start

    @property
    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self.seconds - self.elapsed)

    @property
    def cancelled(self) -> bool:
        """Whether someone asked for the end."""
        return self._stop.is_set()

    @property
    def exhausted(self) -> bool:
        """Whether the time is over or the stop flag is set."""
        return self.cancelled or self.elapsed >= self.seconds

    def cancel(self) -> None:
        """Ask the computation to return its best answer so far."""
        self._stop.set()
