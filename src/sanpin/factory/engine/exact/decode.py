"""From the solver's values to placed operations that the checker can read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sanpin.factory.engine.exact.model import Load, Model
from sanpin.factory.model import ScheduledOperation

__all__ = ["decode"]

Value = Callable[[Any], int]


def decode(model: Model, value: Value) -> tuple[ScheduledOperation, ...]:
    """Return free and frozen operations, sorted by start, then end and ids.

    Parameters
    ----------
    value : gives the value of an expression in the solver's answer
    """
    placed = dict(model.frozen)
    for op in model.free:
        if value(model.present[op]):
            placed[op] = _place(model, op, value)
    for op in model.walls:
        placed[op] = replace(placed[op], setup_start=_setup_start(model, op, value))
    for oven, loads in model.loads.items():
        taken = {at.batch for at in model.frozen.values() if at.machine == oven}
        for load in loads:
            if value(load.literal):
                _share(load, placed, value, taken)
    places = _places(model, value)
    # Of things without length that start together, the sequence of their machine says which is
    # first: the checker reads ties in the order of the schedule.
    order = sorted(placed, key=lambda op: (placed[op].start, placed[op].end, places.get(op, 0), op))
    return tuple(placed[op] for op in order)


def _places(model: Model, value: Value) -> dict[int, int]:
    """Return the place of each operation in the sequence of its machine, where that is decided."""
    after = {
        before: op
        for op, arcs in model.follows.items()
        for before, literal in arcs
        if before >= 0 and value(literal)
    }
    places: dict[int, int] = {}
    for first in model.follows.keys() - set(after.values()):
        at: int | None = first
        while at is not None:
            places[at] = len(places)
            at = after.get(at)
    return places


def _place(model: Model, op: int, value: Value) -> ScheduledOperation:
    """Return one free operation with its machine, people and tool."""
    index = model.index
    option = next(option for option, literal in model.options[op] if value(literal))
    job, operation = index.jobs[index.job_of[op]], index.ops[op]
    people = [name for (at, name), literal in _crew(model, op) if at == op and value(literal)]
    return ScheduledOperation(
        job=job.id,
        op=operation.id,
        machine=option.machine,
        start=value(model.start[op]),
        end=value(model.end[op]),
        setup_start=_setup_start(model, op, value),
        workers=(*(option.mode.crew if option.mode else ()), *people),
        tools=(operation.tool,) if operation.tool and option.machine else (),
    )


def _crew(model: Model, op: int) -> list[tuple[tuple[int, str], Any]]:
    """Return the literals of those who may be chosen for an operation."""
    if model.index.ops[op].worker is None:
        return []
    return [
        ((op, name), model.chosen[op, name])
        for name in model.index.problem.workers
        if (op, name) in model.chosen
    ]


def _setup_start(model: Model, op: int, value: Value) -> int:
    """Return the start of the set-up; without one, that of the work."""
    start = value(model.start[op])
    length = sum(size * value(term) for size, term in model.setup.get(op, ()))
    if length and op in model.begin:
        return value(model.begin[op])
    return start - length


def _share(
    load: Load, placed: dict[int, ScheduledOperation], value: Value, taken: set[str]
) -> None:
    """Name a load, and let its members share the set-up of their leader."""
    at = placed[load.leader]
    name = load.name or f"{at.job}/{at.op}"
    while not load.name and name in taken:
        name += "'"
    taken.add(name)
    for op, literal in load.members.items():
        if value(literal):
            placed[op] = replace(placed[op], batch=name, setup_start=at.setup_start)
