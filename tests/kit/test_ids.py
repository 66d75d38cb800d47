"""Identifiers: order, layout, independence of processes and of the clock."""

from __future__ import annotations

import itertools
import os
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from sanpin.kit import ids
from sanpin.kit.ids import instant_of, new_id


def test_layout_is_version_7() -> None:
    made = uuid.UUID(new_id())
    assert made.version == 7
    assert made.variant == uuid.RFC_4122


def test_order_is_strict_within_a_process() -> None:
    made = [new_id() for _ in range(20_000)]
    assert all(a < b for a, b in itertools.pairwise(made))


def test_order_is_strict_between_threads() -> None:
    made: list[str] = []

    def make() -> None:
        made.extend(new_id() for _ in range(2_000))

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 8_000


def test_instant_is_that_of_making() -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    assert before <= instant_of(new_id()) <= datetime.now(UTC) + timedelta(seconds=1)


def test_order_survives_a_clock_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    first = new_id()
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    second = new_id()
    assert first < second
    assert instant_of(second) >= instant_of(first)


def test_a_full_millisecond_runs_over_into_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    source = ids._Source()
    monkeypatch.setattr(time, "time_ns", lambda: 5_000_000)
    source.next()
    source.chance = 2**74 - 1
    before = source.millis << 80
    assert source.next() >> 80 == (before >> 80) + 1


def test_a_forked_child_repeats_nothing() -> None:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, new_id().encode())
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reader, 36).decode()
    os.close(reader)
    os.close(writer)
    assert uuid.UUID(theirs).version == 7
    assert theirs not in {new_id() for _ in range(100)}
