"""The pulse of a Run: a thread that writes its progress and listens for a wish to cancel."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from sanpin.base import RunState, SanpinError
from sanpin.kit.db import Database
from sanpin.kit.schema.tables import RUN

__all__ = ["HEARTBEAT_SECONDS", "LISTEN_SECONDS", "WRITE_SECONDS", "Pulse"]

WRITE_SECONDS = 0.2
"""Shortest time between two writes: at most five a second."""

LISTEN_SECONDS = 0.1
"""Longest time until a wish to cancel is heard."""

HEARTBEAT_SECONDS = 5.0
"""Time between two signs of life when nothing else is written."""


class Pulse:
    """Keep the row of one running Run up to date from a thread of its own.

    It needs no transaction of the computing thread, which may hold one open for seconds.
    A fault of the database is passed over here: the next beat tries again, and the
    computation meets it itself when it stores its result.
    """

    def __init__(self, db: Database, run_id: str, stop: threading.Event) -> None:
        self._db, self._run_id, self._stop = db, run_id, stop
        self._pending: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"run-{run_id}", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def tell(self, **values: Any) -> None:
        """Leave column values to be written with the next beat."""
        with self._lock:
            self._pending.update(values)

    def end(self) -> dict[str, Any]:
        """Stop beating and return what was not written any more.

        The caller writes it with the final state, in one transaction.
        """
        self._end.set()
        self._thread.join()
        return self._take()

    def _take(self) -> dict[str, Any]:
        with self._lock:
            values, self._pending = self._pending, {}
        return values

    def _beat(self) -> None:
        written = time.monotonic()
        while not self._end.wait(LISTEN_SECONDS):
            now = time.monotonic()
            values: dict[str, Any] = {}
            try:
                self._listen()
                if now - written >= WRITE_SECONDS:
                    values = self._take()
                if values or now - written >= HEARTBEAT_SECONDS:
                    self._write(values)
                    written = now
            except (SanpinError, SQLAlchemyError):
                with self._lock:
                    self._pending = {**values, **self._pending}

    def _write(self, values: dict[str, Any]) -> None:
        running = (RUN.c.id == self._run_id) & (RUN.c.state == RunState.RUNNING.value)
        with self._db.write() as conn:
            beat = {**values, "heartbeat": datetime.now(UTC)}
            conn.execute(update(RUN).where(running).values(beat))

    def _listen(self) -> None:
        query = select(RUN.c.cancel, RUN.c.state).where(RUN.c.id == self._run_id)
        with self._db.read() as conn:
            row = conn.execute(query).first()
        # A row closed by someone else means that this process was given up for dead.
        if row is None or row.cancel or RunState(row.state).final:
            self._stop.set()
