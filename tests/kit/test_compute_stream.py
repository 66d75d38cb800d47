"""A stream of parts over processes: in order, only a few ahead, errors as they are."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from sanpin.base import EngineError
from sanpin.kit.compute import map_stream


def square(number: int) -> int:
    return number * number


def die(number: int) -> int:
    os._exit(number)


def fail(number: int) -> int:
    raise ValueError(number)


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_order_however_many_workers(workers: int) -> None:
    assert list(map_stream(square, range(40), workers)) == [n * n for n in range(40)]
    assert list(map_stream(square, iter(()), workers)) == []


def test_only_a_few_parts_are_taken_ahead() -> None:
    taken: list[int] = []

    def parts() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = map_stream(square, parts(), 2)
    assert next(results) == 0
    assert len(taken) <= 6
    results.close()


def test_errors_and_deaths_are_told() -> None:
    with pytest.raises(ValueError, match="3"):
        list(map_stream(fail, [3], 2))
    with pytest.raises(EngineError) as death:
        list(map_stream(die, [3], 2))
    assert death.value.code == "compute.worker.died"
