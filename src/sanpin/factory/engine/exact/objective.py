"""The objective in whole numbers: every term, weighted, scaled so that no weight is a fraction."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from math import floor, lcm
from typing import Any

from sanpin.factory.engine.exact.machines import begin_of
from sanpin.factory.engine.exact.model import Model

__all__ = ["Weighing", "add_objective"]

FINEST = 10_000
"""Weights with a finer common fraction are rounded down, which keeps bounds valid."""


class Weighing:
    """The weighted terms: ``scale`` times the objective of the free part is `total`.

    Attributes
    ----------
    total : expression in whole numbers
    scale : by which weights were multiplied
    ends : greatest end of each job that has a free operation
    """

    def __init__(self, parts: list[tuple[Fraction, Any]], ends: dict[int, Any]) -> None:
        self.scale = min(lcm(*(weight.denominator for weight, _ in parts)), FINEST)
        self.total = sum(floor(weight * self.scale) * part for weight, part in parts)
        self.ends = ends


def add_objective(model: Model) -> Weighing:
    """Build the weighted sum of all terms; terms of frozen operations alone are left out."""
    weights = {
        name: Fraction(repr(weight)) if isinstance(weight, float) else Fraction(weight)
        for name, weight in model.index.problem.objective.items()
        if weight > 0
    }
    ends = _ends(model, "earliness" in weights)
    parts: list[tuple[Fraction, Any]] = []
    for job, end in ends.items():
        parts += _job_terms(model, job, end, weights)
    if "makespan" in weights:
        standing = max((at.end for at in model.frozen.values()), default=0)
        last = model.number(standing, max(model.high, standing), _greatest(model))
        for end in ends.values():
            model.cp.add(last >= end)
        parts.append((weights["makespan"], last))
    if "setup" in weights:
        parts += [
            (weights["setup"] * length, literal)
            for changes in model.setup.values()
            for length, literal in changes
        ]
    if "cost" in weights:
        _add_held(model)
        _add_modes(model)
        parts += [(weights["cost"] * _exact(rate), term) for rate, term in model.cost]
    if "stability" in weights:
        parts += [(weights["stability"] * number, term) for number, term in _moved(model)]
    return Weighing(parts, ends)


def _exact(number: float) -> Fraction:
    """Return a number as it is written: 0.1 is one tenth."""
    return Fraction(repr(number)) if isinstance(number, float) else Fraction(number)


def _greatest(model: Model) -> int | None:
    """Return the end of all in the hint."""
    ends = [at.end for at in (*model.hint.values(), *model.frozen.values())]
    return max(ends) if model.hint else None


def _ends(model: Model, exact: bool) -> dict[int, Any]:
    """Return the greatest end of each job with a free operation.

    Minimising makes a variable not below any end the greatest; where ending late can pay
    (earliness), it has to be one of the ends.
    """
    cp, index = model.cp, model.index
    members: dict[int, list[int]] = defaultdict(list)
    for op in model.free:
        members[index.job_of[op]].append(op)
    standing: dict[int, int] = defaultdict(int)
    for op, at in model.frozen.items():
        job = index.job_of[op]
        standing[job] = max(standing[job], at.end)
    found = {}
    for job, ops in members.items():
        last = [op for op in ops if not _followed(model, op)]
        if len(last) == 1 and not standing[job] and not model.both(*last):
            found[job] = model.end[last[0]]
            continue
        hint = max((model.hint[op].end for op in ops if op in model.hint), default=None)
        if hint is not None:
            hint = max(hint, standing[job])
        end = found[job] = model.number(standing[job], max(model.high, standing[job]), hint)
        equal = []
        for op in last:
            cp.add(end >= model.end[op]).only_enforce_if(model.both(op))
            if exact:
                equal.append(model.flag())
                cp.add(end == model.end[op]).only_enforce_if([equal[-1], *model.both(op)])
                for literal in model.both(op):
                    cp.add_implication(equal[-1], literal)
        if exact:
            if standing[job]:
                equal.append(model.flag())
                cp.add(end == standing[job]).only_enforce_if(equal[-1])
            cp.add_bool_or(equal)
    return found


def _followed(model: Model, op: int) -> bool:
    """Tell whether a free operation surely ends after this one.

    A successor that takes over a share may not end first either; one that may be left out of the
    schedule proves nothing.
    """
    return any(
        other in model.options and not model.both(other) for other, _ in model.index.after[op]
    )


def _job_terms(
    model: Model, number: int, end: Any, weights: dict[str, Fraction]
) -> list[tuple[Fraction, Any]]:
    """Return the terms of one job that its end decides."""
    job, cp = model.index.jobs[number], model.cp
    parts: list[tuple[Fraction, Any]] = []
    if "flow" in weights:
        parts += [(weights["flow"], end), (weights["flow"], -job.release)]
    if job.due is None:
        return parts
    if "tardiness" in weights and job.weight:
        late = model.number(0, max(0, model.high, _standing(model, number)))
        cp.add(late >= end - job.due)
        parts.append((weights["tardiness"] * _exact(job.weight), late))
    if "earliness" in weights and job.earliness_weight:
        early = model.number(0, job.due)
        cp.add(early >= job.due - end)
        parts.append((weights["earliness"] * _exact(job.earliness_weight), early))
    if "tardy_jobs" in weights:
        tardy = model.flag()
        cp.add(end <= job.due).only_enforce_if(tardy.negated())
        parts.append((weights["tardy_jobs"], tardy))
    return parts


def _standing(model: Model, job: int) -> int:
    """Return the greatest frozen end of a job."""
    index = model.index
    return max((at.end for op, at in model.frozen.items() if index.job_of[op] == job), default=0)


def _add_modes(model: Model) -> None:
    """Price the ways taken."""
    for op in model.free:
        for option, literal in model.options[op]:
            outside = model.index.ops[op].outsource
            price = option.mode.cost if option.mode else outside.cost if outside else 0
            if price:
                model.cost.append((price, literal))


def _add_held(model: Model) -> None:
    """Price holding machines, workers and tools from set-up to end; a load holds its oven once."""
    if not model.priced:
        return
    problem = model.index.problem
    chosen: dict[int, list[tuple[float, Any]]] = defaultdict(list)
    for (op, name), literal in model.chosen.items():
        if problem.workers[name].cost_per_unit:
            chosen[op].append((problem.workers[name].cost_per_unit, literal))
    for op in model.free:
        held: list[tuple[float, Any]] = []
        for machine, literal in model.on[op].items():
            if machine and problem.processors[machine].cost_per_unit:
                led = [load.literal for load in model.loads[machine] if load.leader == op]
                held.append((problem.processors[machine].cost_per_unit, led[0] if led else literal))
        held += chosen[op]
        for option, literal in model.options[op]:
            for name in option.mode.crew if option.mode else ():
                if problem.workers[name].cost_per_unit:
                    held.append((problem.workers[name].cost_per_unit, literal))
        tool = model.index.ops[op].tool
        if tool and problem.tools[tool].cost_per_unit:
            for machine, literal in model.on[op].items():
                if machine:
                    held.append((problem.tools[tool].cost_per_unit, literal))
        for rate, literal in held:
            span = model.number(0, model.high)
            begin = begin_of(model, op)
            model.cp.add(span >= model.end[op] - begin).only_enforce_if(literal)
            model.cost.append((rate, span))
    for op in model.setup:
        if op in model.frozen:
            _add_held_frozen(model, op)


def _add_held_frozen(model: Model, op: int) -> None:
    """Price the set-up of a frozen operation, whose length what precedes it decides."""
    problem, at = model.index.problem, model.frozen[op]
    rate = problem.processors[at.machine].cost_per_unit
    rate += sum(problem.workers[name].cost_per_unit for name in at.workers)
    tool = model.index.ops[op].tool
    rate += problem.tools[tool].cost_per_unit if tool else 0
    if rate and op in model.begin:
        model.cost += [(rate, at.start), (-rate, model.begin[op])]


def _moved(model: Model) -> list[tuple[int, Any]]:
    """Return how far free operations are from the baseline: 100 for the machine, and the shift."""
    parts: list[tuple[int, Any]] = []
    for job, name, machine, start in model.index.problem.baseline:
        op = model.index.number.get((job, name), -1)
        if op not in model.options:
            continue
        shift = model.number(0, max(model.high, start))
        given = model.both(op)
        model.cp.add(shift >= model.start[op] - start).only_enforce_if(given)
        model.cp.add(shift >= start - model.start[op]).only_enforce_if(given)
        parts.append((1, shift))
        parts += [(100, literal) for other, literal in model.on[op].items() if other != machine]
    return parts
