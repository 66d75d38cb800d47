"""Windows: some operations of a schedule set free, all others left where they are.

The model is that of the whole problem with constants in the place of what is frozen, so that
an answer is a schedule of the whole plant as it stands: no decoder runs after it. Work beyond
the window does not move, which bounds the free operations from both sides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from sanpin.base import Budget
from sanpin.factory.engine.exact.decode import decode
from sanpin.factory.engine.exact.index import Index, make_index
from sanpin.factory.engine.exact.model import Model
from sanpin.factory.engine.exact.objective import Weighing
from sanpin.factory.engine.exact.rules import build, size_of
from sanpin.factory.engine.exact.solve import LARGEST, over, run_solver, start_from_hint
from sanpin.factory.model import Problem, ScheduledOperation

__all__ = ["WindowOutcome", "improve_window"]

LOTS = 4_000
"""Lots that expire times uses of them; with more, what touches the material stays frozen."""


@dataclass(frozen=True, slots=True)
class WindowOutcome:
    """What became of a window.

    Attributes
    ----------
    operations : the whole schedule, better or as good; None where nothing better was found
    gain : by how much the objective fell
    proved : whether the window is proved to hold nothing better
    interrupted : whether clock or stop flag cut the call short, so that it cannot be repeated
    """

    operations: tuple[ScheduledOperation, ...] | None = None
    gain: float = 0.0
    proved: bool = False
    interrupted: bool = False


def improve_window(
    problem: Problem,
    operations: Iterable[ScheduledOperation],
    free: Collection[int],
    *,
    effort: float = 1.0,
    seed: int = 0,
    budget: Budget | None = None,
    index: Index | None = None,
    tidy: bool = True,
) -> WindowOutcome:
    """Improve a valid schedule by deciding some of its operations anew.

    Parameters
    ----------
    operations : a valid schedule
    free : numbers of operations in the order of the problem, some 30 to 150; load mates join
        them, what is fixed or not part of the schedule does not
    effort : deterministic time of the solver
    seed : of all chance
    budget : seconds as a guard, and the flag that stops the call
    index : of the problem, to be made once for many windows
    tidy : whether among equals earlier ends are better, which makes room for later windows

    Returns
    -------
    The outcome; its schedule is valid where the given one is.
    """
    limit = budget or Budget()
    index = index or make_index(problem)
    placed = index.placed(operations)
    chosen = _close(index, placed, free)
    if not chosen or size_of(index, chosen) > LARGEST:
        return WindowOutcome(interrupted=over(limit))
    hint = {op: placed.pop(op) for op in chosen}
    first = min(at.setup_start for at in hint.values())
    last = max(at.end for at in hint.values())
    room = max(1, (last - first) // 2)
    span = (max(0, first - room), last + room)
    model, weighing = build(index, chosen, placed, hint, span)
    model.cp.minimize(weighing.total)
    now = start_from_hint(model.cp, limit)
    if now is None or over(limit):
        return WindowOutcome(interrupted=over(limit))
    model.cp.add(weighing.total <= now)
    if tidy:
        model.cp.clear_objective()
        model.cp.minimize(_with_ends(model, weighing, now))
    solver, status, stopped = run_solver(model.cp, effort, limit, 1, seed)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return WindowOutcome(interrupted=stopped)
    gain = (now - solver.value(weighing.total)) / weighing.scale
    return WindowOutcome(decode(model, solver.value), gain, status == cp_model.OPTIMAL, stopped)


def _close(
    index: Index, placed: Mapping[int, ScheduledOperation], free: Collection[int]
) -> list[int]:
    """Return what can be set free: placed, not fixed, with all of each oven load.

    Materials that expire are followed lot by lot; where there are too many lots and uses, what
    touches them stays.
    """
    loads = {(placed[op].machine, placed[op].batch) for op in free if op in placed}
    loads = {load for load in loads if load[1]}
    mates = {op for op, at in placed.items() if at.batch and (at.machine, at.batch) in loads}
    heavy = _heavy(index)
    fixed = {
        op
        for op in {*free, *mates}
        if op not in placed
        or index.ops[op].fixed
        or heavy & {*index.ops[op].consumes, *index.ops[op].produces}
    }
    # A load is decided as a whole or not at all.
    stuck = {(placed[op].machine, placed[op].batch) for op in fixed if op in placed}
    return sorted(
        op
        for op in {*free, *mates} - fixed
        if not placed[op].batch or (placed[op].machine, placed[op].batch) not in stuck
    )


def _heavy(index: Index) -> set[str]:
    """Return the materials that expire and have more lots and uses than can be followed."""
    found = set()
    for material in index.problem.materials:
        if material.shelf_life is not None:
            lots = 1 + len(material.arrivals) + sum(material.id in op.produces for op in index.ops)
            uses = sum(material.id in op.consumes for op in index.ops)
            if lots * uses > LOTS:
                found.add(material.id)
    return found


def _with_ends(model: Model, weighing: Weighing, now: int) -> Any:
    """Return the objective with the ends of what is last in the window as a tie-break."""
    free = set(model.free)
    last = [
        model.end[op]
        for op in model.free
        if not any(other in free for other, _ in model.index.after[op])
    ]
    spread = len(last) * (model.high - model.low) + 1
    # The product has to stay far below what the solver's integers hold.
    return weighing.total * max(1, min(spread, 2**50 // max(1, now))) + sum(last)
