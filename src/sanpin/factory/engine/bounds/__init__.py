"""Lower bounds of every term and of the objective that hold for every schedule.

Each bound drops rules until what is left is easy: the chain of a job alone (`flat`), resources
alone with preemption (`groups`, `ends`), change-overs alone (`setups`). What is optimal with
fewer rules can only be better than what is possible with all of them, so that nothing here
depends on how a schedule was found. Loops are compiled (`kernels`).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sanpin.factory.model import Problem

__all__ = ["lower_bounds"]


def lower_bounds(problem: Problem) -> Mapping[str, float]:
    """Return a lower bound of each term and, as ``objective``, of their weighted sum.

    Parameters
    ----------
    problem : valid, as the readers return it

    Returns
    -------
    Bounds by name of the term. A weight below zero would ask for the greatest value of its term,
    of which nothing is known: the objective is then unbounded.
    """
    # The compiler takes a second to load; who only reads problems need not wait for it.
    from sanpin.factory.engine.bounds.terms import term_bounds

    found = dict(term_bounds(problem))
    objective = 0.0
    for name, weight in problem.objective.items():
        objective += weight * found[name] if weight >= 0 else -inf
    return {**found, "objective": objective}
