"""Figures of a schedule that its readers ask for first."""

from __future__ import annotations

from collections.abc import Mapping

from sanpin.factory.engine.loads import machine_loads
from sanpin.factory.model import Problem, Schedule, ScheduledOperation

__all__ = ["measure"]


def measure(
    problem: Problem, operations: tuple[ScheduledOperation, ...], terms: Mapping[str, float]
) -> dict[str, object]:
    """Return the metrics of a schedule.

    Parameters
    ----------
    operations : of a valid schedule
    terms : its terms, as the checker computes them

    Returns
    -------
    ``late_jobs``, ``setup_time`` and ``makespan`` in the problem's unit, and ``utilisation``: by
    machine the work and set-up as a share of its open time up to the end of the schedule.
    """
    loads = machine_loads(problem, Schedule(operations))
    return {
        "late_jobs": terms["tardy_jobs"],
        "setup_time": terms["setup"],
        "makespan": terms["makespan"],
        "utilisation": {load.machine: round(load.utilisation, 4) for load in loads},
    }
