"""All rules of a problem in one model, and what a model of this kind cannot say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from sanpin.factory.engine.exact.index import Index
from sanpin.factory.engine.exact.links import add_links
from sanpin.factory.engine.exact.machines import add_machines
from sanpin.factory.engine.exact.model import Model, add_choices, add_times
from sanpin.factory.engine.exact.objective import Weighing, add_objective
from sanpin.factory.engine.exact.ovens import add_ovens, add_shared_setup
from sanpin.factory.engine.exact.people import add_people
from sanpin.factory.engine.exact.rooms import add_pools, add_stock, add_tanks, add_tools
from sanpin.factory.model import Problem, ScheduledOperation

__all__ = ["build", "inexact", "narrowed", "size_of"]


def build(
    index: Index,
    free: list[int],
    frozen: dict[int, ScheduledOperation],
    hint: Mapping[int, ScheduledOperation],
    span: tuple[int, int],
    stop: Callable[[], bool] = bool,
) -> tuple[Model, Weighing]:
    """Write every rule that touches a free operation.

    Parameters
    ----------
    free, frozen : numbers of what is decided, and what stays where it is
    hint : where the free operations stand now
    span : the time that the free operations may use
    stop : tells whether somebody asked for the end; writing the model then gives up

    Returns
    -------
    The model and its objective, which is not yet asked to be least.
    """
    model = Model(index, free, frozen, hint, *span, stop=stop)
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
    found = []
    if any(_finer(weight) for weight in _weights(problem)):
        found.append("weight")
    return [*found, *narrowed(problem)]


def narrowed(problem: Problem) -> list[str]:
    """Name the rules that the model says too strictly, so that its bound is none of the problem."""
    return ["objective"] if any(weight < 0 for weight in _weights(problem)) else []


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
