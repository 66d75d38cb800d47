"""Spreading work over processes: on this machine, or on a Ray cluster."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from threading import Thread
from typing import Any, Literal, TypeVar

from sanpin.base import N_, EngineError, InputError, MissingExtra

__all__ = ["map_partitions", "map_stream", "processes"]

_Part = TypeVar("_Part")
_Result = TypeVar("_Result")


def map_partitions(
    fn: Callable[[_Part], _Result],
    parts: Sequence[_Part],
    on: Literal["local", "ray"] = "local",
    workers: int | None = None,
) -> list[_Result]:
    """Return ``[fn(part) for part in parts]``, computed side by side.

    The results come in the order of the parts and are the same bit for bit however many
    workers there are, as long as `fn` depends on its part alone: give each part its own seed.

    Parameters
    ----------
    fn : function at the top level of a module, so that another process can find it
    parts : pieces that do not depend on each other
    on : ``local`` for processes of this machine, ``ray`` for a Ray cluster
    workers : how many at once; one per core by default; one means in this very process

    Raises
    ------
    EngineError
        ``compute.worker.died`` when a worker is killed or runs out of memory
    MissingExtra
        when Ray is asked for and not installed
    """
    if on == "ray":
        return _map_on_ray(fn, parts)
    if on != "local":
        raise InputError(
            "compute.place.unknown",
            N_("Work cannot be spread on “{place}”."),
            hint=N_("Use one of: local, ray."),
            place=on,
        )
    count = min(workers or os.cpu_count() or 1, len(parts))
    if count <= 1:
        return [fn(part) for part in parts]
    return _map_locally(fn, parts, count)


def _map_locally(
    fn: Callable[[_Part], _Result], parts: Sequence[_Part], workers: int
) -> list[_Result]:
    with processes(workers) as pool:
        futures = [pool.submit(fn, part) for part in parts]
        try:
            return [_result(future, number) for number, future in enumerate(futures)]
        finally:
            # After an error, parts that have not begun are not begun any more.
            pool.shutdown(wait=False, cancel_futures=True)


def map_stream(
    fn: Callable[[_Part], _Result], parts: Iterable[_Part], workers: int | None = None
) -> Iterator[_Result]:
    """Yield ``fn(part)`` for parts that come one by one, in their order, computed side by side.

    Only a few parts are taken ahead of the results, so that there may be any number of them.

    Parameters
    ----------
    fn : function at the top level of a module, so that another process can find it
    parts : pieces that do not depend on each other
    workers : how many at once; one per core by default; one means in this very process

    Raises
    ------
    EngineError
        ``compute.worker.died`` when a worker is killed or runs out of memory
    """
    count = workers or os.cpu_count() or 1
    if count <= 1:
        yield from map(fn, parts)
        return
    with processes(count) as pool:
        waiting: deque[Future[_Result]] = deque()
        done = 0
        try:
            for part in parts:
                waiting.append(pool.submit(fn, part))
                if len(waiting) > 2 * count:
                    yield _result(waiting.popleft(), done)
                    done += 1
            while waiting:
                yield _result(waiting.popleft(), done)
                done += 1
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def processes(count: int) -> ProcessPoolExecutor:
    """Return so many processes for work, which end with this one even if it is killed."""
    # Spawned, not forked: threads of polars or of a solver would leave a fork locked up.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(count, mp_context=context, initializer=_end_with_parent)


def _end_with_parent() -> None:
    """Watch the process that began this one; a kill of it is told to nobody."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=watch, daemon=True).start()


def _result(future: Future[_Result], number: int) -> _Result:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise _died(number) from error


def _map_on_ray(fn: Callable[[_Part], _Result], parts: Sequence[_Part]) -> list[_Result]:
    try:
        import ray
    except ImportError:
        raise MissingExtra("ray", "map_partitions") from None
    if not ray.is_initialized():
        ray.init(include_dashboard=False, log_to_driver=False)
    remote: Any = ray.remote(fn)
    results: list[_Result] = []
    for number, reference in enumerate([remote.remote(part) for part in parts]):
        try:
            results.append(ray.get(reference))
        except ray.exceptions.RayTaskError as error:
            # The error of `fn` itself, as it would have been raised here.
            raise error.as_instanceof_cause() from None
        except ray.exceptions.RayError as error:
            raise _died(number) from error
    return results


def _died(number: int) -> EngineError:
    return EngineError(
        "compute.worker.died",
        N_("A worker process ended before part {part} was done."),
        hint=N_("The machine may be short of memory; try again with fewer workers."),
        part=number,
    )
