"""Reading a large table on two connections at a time, which see the same state of the ledger."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection

from sanpin.trace.store.sequence import last_change

__all__ = ["read_abreast"]

_Task = TypeVar("_Task")
_Found = TypeVar("_Found")


def read_abreast(
    conn: Connection, tasks: Sequence[_Task], read: Callable[[Connection, _Task], _Found]
) -> list[_Found]:
    """Read for each of some tasks, on a second connection too where that helps.

    SQLite works in the thread that asks and lets others run meanwhile; a server has processes of
    its own.

    Parameters
    ----------
    conn : connection on which all is read in one state
    tasks : what to read, such as ranges of numbers
    read : reads one task on the connection that it is given

    Returns
    -------
    list
        what was found, in the order of the tasks
    """
    found: dict[int, _Found] = {}
    waiting = deque(enumerate(tasks))

    def work(own: Connection) -> None:
        while waiting:
            try:
                number, task = waiting.popleft()
            except IndexError:  # the other one was quicker
                return
            found[number] = read(own, task)

    with _beside(conn, len(tasks)) as other, ThreadPoolExecutor(1) as pool:
        helper = None if other is None else pool.submit(work, other)
        try:
            work(conn)
        finally:
            # After an error there is nothing left for the helper to do.
            waiting.clear()
        if helper is not None:
            helper.result()
    return [found[number] for number in range(len(tasks))]


@contextmanager
def _beside(conn: Connection, tasks: int) -> Iterator[Connection | None]:
    """Give a second connection in the state of the first; None where there is no use for one."""
    if tasks < 2 or conn.dialect.name != "sqlite" or (os.cpu_count() or 1) < 2:
        yield None
        return
    with conn.engine.connect() as other:
        # Every commit that changes events is a step of the ledger.
        yield other if last_change(other) == last_change(conn) else None
        other.rollback()
