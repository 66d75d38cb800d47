"""All rules of a problem in one model, and what a model of this kind cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from sanpin.factory.engine.exact.index import Index
from sanpin.factory.engine.exact.links import add_links
from sanpin.factory.engine.exact.machines import add_machines
from sanpin.factory.engine.exact.model import Model, add_choices, add_times
from sanpin.factory.engine.exact.objective import FINEST, Weighing, add_objective
from sanpin.factory.engine.exact.ovens import add_ovens, add_shared_setup
from sanpin.factory.engine.exact.people import add_people
from sanpin.factory.engine.exact.rooms import add_pools, add_stock, add_tanks, add_tools
from sanpin.factory.model import Operation, Problem, Resource, ResourceKind, ScheduledOperation

__all__ = ["build", "inexact", "narrowed", "size_of"]


def build(
    index: Index,
    free: list[int],
    frozen: dict[int, ScheduledOperation],
    hint: Mapping[int, ScheduledOperation],
    span: tuple[int, int],
) -> tuple[Model, Weighing]:
    """Write every rule that touches a free operation.

    Parameters
    ----------
    free, frozen : numbers of what is decided, and what stays where it is
    hint : where the free operations stand now
    span : the time that the free operations may use

    Returns
    -------
    The model and its objective, which is not yet asked to be least.
    """
    model = Model(index, free, frozen, hint, *span)
    add_choices(model)
    add_times(model)
    add_links(model)
    add_machines(model)
    add_ovens(model)
    add_people(model)
    add_tools(model)
    add_pools(model)
    add_tanks(model)
    add_stock(model)
    weighing = add_objective(model)
    add_shared_setup(model)
    return model, weighing


def inexact(problem: Problem) -> list[str]:
    """Name the rules that the model says too weakly or too strictly.

    Returns
    -------
    Names in the words of the problem format; empty where the model is the problem. What is said
    too weakly leaves bounds valid; what is said too strictly (`narrowed`) does not.
    """
    ops = [op for job in problem.jobs for op in job.operations]
    found = []
    ovens = [each for each in problem.resources if each.kind == ResourceKind.OVEN and each.setup]
    if any(op.setup_worker and _goes(op, oven) for op in ops for oven in ovens):
        # A load needs a setter for each skill of its members; the model asks for its leader's.
        found.append("setup_worker")
    if any(a.clean for table in problem.setups.values() for a in table.attributes.values()):
        found.append("clean")
    if any(_finer(weight) for weight in _weights(problem)):
        found.append("weight")
    return [*found, *narrowed(problem)]


def narrowed(problem: Problem) -> list[str]:
    """Name the rules that the model says too strictly, so that its bound is none of the problem."""
    found = []
    if any(weight < 0 for weight in _weights(problem)):
        found.append("objective")
    for resource in problem.resources:
        if resource.kind == ResourceKind.OVEN and resource.setup and _mixed(problem, resource):
            found.append("batch")
            break
    return found


def _weights(problem: Problem) -> list[float]:
    """Return every number that the objective multiplies by."""
    return [
        *problem.objective.values(),
        *(job.weight for job in problem.jobs),
        *(job.earliness_weight for job in problem.jobs),
        *(resource.cost_per_unit for resource in problem.resources),
        *(leg.cost for leg in problem.transport),
        *(mode.cost for job in problem.jobs for op in job.operations for mode in op.modes),
        *(op.outsource.cost for job in problem.jobs for op in job.operations if op.outsource),
    ]


def _finer(weight: float) -> bool:
    """Tell whether scaling may not make a weight whole; products of two must fit as well."""
    return 100 % Fraction(repr(weight)).denominator != 0 if isinstance(weight, float) else False


def _mixed(problem: Problem, oven: Resource) -> bool:
    """Tell whether one family brings several classes of change-overs to an oven."""
    names = problem.setups[oven.setup].attributes if oven.setup in problem.setups else {}
    seen: dict[str, list[tuple[str, str]]] = {}
    for job in problem.jobs:
        for op in job.operations:
            if op.batch and _goes(op, oven):
                kind = sorted((k, v) for k, v in op.attributes.items() if k in names)
                if seen.setdefault(op.batch.family, kind) != kind:
                    return True
    return False


def _goes(op: Operation, oven: Resource) -> bool:
    """Tell whether an operation may be done in an oven."""
    return any(mode.machine == oven.id for mode in op.modes)


def size_of(index: Index, free: list[int]) -> int:
    """Return about how many constraints a model needs: changes on machines and lengths of rest."""
    count: dict[str, int] = {}
    total = 0
    for op in free:
        for mode in index.ops[op].modes:
            count[mode.machine] = count.get(mode.machine, 0) + 1
            calendar = index.problem.processors[mode.machine].calendar
            total += len(index.problem.calendars.get(calendar, ())) if calendar else 1
    return total + sum(
        number * number for machine, number in count.items() if index.table(machine) is not None
    )
