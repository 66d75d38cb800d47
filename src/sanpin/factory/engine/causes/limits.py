"""Limits that only together cannot hold: set aside by halves until none is left over.

QuickXplain (Junker 2004) finds a set of limits that is infeasible and of which each is needed,
with about k log(n / k) questions to a solver for k of n limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sanpin.base import Budget
from sanpin.factory.engine.causes.cause import Cause
from sanpin.factory.model import Job, Operation, Problem

__all__ = ["Feasible", "conflict"]

Feasible = Callable[[Problem], bool | None]
"""Tell whether a problem has a schedule; None when that could not be found out."""


@dataclass(frozen=True, slots=True)
class _Limit:
    """One limit that could be set aside."""

    code: str
    fields: Mapping[str, object] = field(default_factory=dict)


def conflict(problem: Problem, feasible: Feasible, budget: Budget) -> tuple[Cause, ...]:
    """Return limits that cannot hold together, each of them needed; empty when unknown.

    Parameters
    ----------
    problem : one that has no schedule
    feasible : answers about the same problem with limits set aside
    budget : when it ends, what is left over is returned, which may be more than needed
    """
    limits = list(_limits(problem))
    every = range(len(limits))

    def holds(kept: Sequence[int]) -> bool:
        # Where nobody knows, the limit counts as harmless and its fellows stay suspected.
        gone = [limits[each] for each in set(every).difference(kept)]
        return budget.exhausted or feasible(_without(problem, gone)) is not False

    if not limits or holds(every):
        return ()
    if not holds(()):
        return (Cause("structure"),)
    found = (limits[each] for each in _explain((), False, every, holds))
    return tuple(Cause(limit.code, limit.fields, together=True) for limit in found)


def _explain(
    base: Sequence[int],
    added: bool,
    limits: Sequence[int],
    holds: Callable[[Sequence[int]], bool],
) -> list[int]:
    """Return those of some limits that, beside the base, are needed for the conflict."""
    if added and not holds(base):
        return []
    if len(limits) == 1:
        return list(limits)
    half = len(limits) // 2
    first, second = limits[:half], limits[half:]
    late = _explain([*base, *first], bool(first), second, holds)
    early = _explain([*base, *late], bool(late), first, holds)
    return [*early, *late]


def _limits(problem: Problem) -> Iterator[_Limit]:
    """Yield every limit of a problem, those of the orders last: they are relaxed most gladly."""
    for resource in problem.resources:
        if resource.calendar:
            yield _Limit("calendar", {"resource": resource.id, "kind": resource.kind})
    for table, setup in problem.setups.items():
        for name, attribute in setup.attributes.items():
            if attribute.forbidden:
                yield _Limit("forbidden", {"resource": table, "attribute": name})
    for material in problem.materials:
        if material.arrivals:
            yield _Limit("material", {"resource": material.id})
    for job in problem.jobs:
        names = {"job": job.id}
        if job.release:
            yield _Limit("release", {**names, "limit": job.release})
        for op in job.operations:
            yield from _of_operation(op, {**names, "op": op.id})
        if job.deadline is not None:
            yield _Limit("deadline", {**names, "limit": job.deadline})


def _of_operation(op: Operation, names: Mapping[str, object]) -> Iterator[_Limit]:
    """Yield the limits of one operation."""
    for after in op.after:
        if after.max_lag is not None:
            yield _Limit("max_lag", {**names, "after": after.op, "limit": after.max_lag})
    if op.earliest:
        yield _Limit("earliest", {**names, "limit": op.earliest})
    if op.latest is not None:
        yield _Limit("latest", {**names, "limit": op.latest})
    if op.fixed:
        fields = {"limit": op.fixed.start, "resource": op.fixed.machine}
        yield _Limit("fixed", {**names, **fields})


def _without(problem: Problem, gone: Sequence[_Limit]) -> Problem:
    """Return the problem with limits set aside."""
    marks = {(x.code, *(x.fields.get(key, "") for key in KEYS)) for x in gone}

    def dropped(code: str, **fields: object) -> bool:
        return (code, *(fields.get(key, "") for key in KEYS)) in marks

    def operation(job: Job, op: Operation) -> Operation:
        values: dict[str, Any] = {"after": op.after}
        names = {"job": job.id, "op": op.id}
        for code, empty in (("earliest", None), ("latest", None), ("fixed", None)):
            # The machine of a fixed operation names it only in the text.
            machine = op.fixed.machine if code == "fixed" and op.fixed else ""
            if dropped(code, **names, resource=machine):
                values[code] = empty
        values["after"] = tuple(
            replace(a, max_lag=None) if dropped("max_lag", **names, after=a.op) else a
            for a in op.after
        )
        return replace(op, **values)

    return replace(
        problem,
        jobs=tuple(
            replace(
                job,
                operations=tuple(operation(job, op) for op in job.operations),
                release=0 if dropped("release", job=job.id) else job.release,
                deadline=None if dropped("deadline", job=job.id) else job.deadline,
            )
            for job in problem.jobs
        ),
        resources=tuple(
            replace(each, calendar="")
            if dropped("calendar", resource=each.id, kind=each.kind)
            else each
            for each in problem.resources
        ),
        materials=tuple(
            # Everything that comes is there from the beginning.
            replace(each, arrivals=(), on_hand=each.on_hand + sum(n for _, n in each.arrivals))
            if dropped("material", resource=each.id)
            else each
            for each in problem.materials
        ),
        setups={
            table: replace(
                setup,
                attributes={
                    name: replace(attribute, forbidden=frozenset())
                    if dropped("forbidden", resource=table, attribute=name)
                    else attribute
                    for name, attribute in setup.attributes.items()
                },
            )
            for table, setup in problem.setups.items()
        },
    )


KEYS = ("job", "op", "after", "resource", "kind", "attribute")
"""Fields that tell limits of one code apart."""
