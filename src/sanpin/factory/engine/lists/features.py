"""What the search over lists cannot do yet, by name."""

from __future__ import annotations

from sanpin.factory.model import Problem

__all__ = ["unsupported"]


def unsupported(problem: Problem) -> list[str]:
    """Name the features of a problem that a search over lists would ignore.

    Returns
    -------
    Names of keys of the native format; empty when the problem can be searched.
    """
    ops = [op for job in problem.jobs for op in job.operations]
    found = {
        "hold": any(op.hold for op in ops),
        "shelf_life": any(m.shelf_life is not None for m in problem.materials),
        "outsource with consumes": any(op.outsource and op.consumes for op in ops),
    }
    return [name for name, there in found.items() if there]
