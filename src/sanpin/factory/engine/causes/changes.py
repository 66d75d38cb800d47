"""Forbidden changes that leave a machine no order of what must run on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from sanpin.factory.engine.causes.cause import Cause
from sanpin.factory.engine.causes.spans import Span
from sanpin.factory.model import Attribute, Problem, Resource

__all__ = ["check_changes"]


def check_changes(problem: Problem, sure: Mapping[tuple[str, str], Span]) -> Iterator[Cause]:
    """Yield machines on which two values must both be made but none leads to the other.

    Between any two loads another may stand that could run there, also one without a value of
    the attribute, after which everything is allowed.
    """
    possible: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for job in problem.jobs:
        for op in job.operations:
            for mode in op.modes:
                possible[mode.machine].append(op.attributes)
    certain: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for span in sure.values():
        machines = {way.mode.machine if way.mode else "" for way in span.ways}
        if len(machines) == 1:
            certain[machines.pop()].append(span.op.attributes)
    for name, musts in certain.items():
        machine = problem.processors.get(name)
        table = problem.setups.get(machine.setup) if machine else None
        for key, attribute in (table.attributes if table else {}).items():
            if machine is not None and attribute.forbidden:
                yield from _excluded(machine, key, attribute, musts, possible[name])


def _excluded(
    machine: Resource,
    key: str,
    attribute: Attribute,
    musts: list[Mapping[str, str]],
    others: list[Mapping[str, str]],
) -> Iterator[Cause]:
    """Yield a cause if some values of an attribute cannot stand in one order."""
    if any(key not in each for each in others):
        return
    values = {each[key] for each in others}
    reach = {value: _reached(value, values, attribute) for value in values}
    needed = sorted({each[key] for each in musts})
    first = machine.initial.get(key)
    if first is not None:
        lost = [value for value in needed if value not in _reached(first, values, attribute)]
        pair = [first, *lost[:1]] if lost else []
    else:
        pair = next(
            (
                [one, two]
                for one in needed
                for two in needed
                if one < two and two not in reach[one] and one not in reach[two]
            ),
            [],
        )
    if pair:
        yield Cause("forbidden", {"resource": machine.id, "others": ", ".join(pair)})


def _reached(start: str, values: set[str], attribute: Attribute) -> set[str]:
    """Return the values that can come after one, by allowed changes among some."""
    reached: set[str] = set()
    border = [start]
    while border:
        value = border.pop()
        for other in values - reached:
            if (value, other) not in attribute.forbidden:
                reached.add(other)
                border.append(other)
    return reached
