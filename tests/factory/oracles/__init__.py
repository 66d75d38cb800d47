"""Brute force for small plants: the best objective under all rules, by trying everything.

Use::

    from tests.factory.oracles import best_objective, best_schedule, obeys, some_schedule

    best_objective(problem)        # the optimum, None when there is no schedule
    best_schedule(problem)         # (optimum, operations) or None
    some_schedule(problem, seed)   # operations of a valid schedule found by chance, or None
    obeys(problem, operations)     # whether they obey every rule

They share nothing with the engine but the records of the model: time is a mask of bits, one for
each unit, and operations are placed one after the other in order of their starts. Meant for up
to seven operations with short work; `TooLargeError` is raised after `nodes` trials.
"""

from tests.factory.oracles.best import (
    TooLargeError,
    best_objective,
    best_schedule,
    some_schedule,
)
from tests.factory.oracles.judge import obeys

__all__ = ["TooLargeError", "best_objective", "best_schedule", "obeys", "some_schedule"]
