"""What the search over lists cannot do yet, by name."""

from __future__ import annotations

from sanpin.factory.model import Problem, ResourceKind

__all__ = ["unsupported"]


def unsupported(problem: Problem) -> list[str]:
    """Name the features of a problem that a search over lists would ignore.

    Returns
    -------
    Names of keys of the native format; empty when the problem can be searched.
    """
    ops = [op for job in problem.jobs for op in job.operations]
    ovens = {r.id for r in problem.resources if r.kind == ResourceKind.OVEN}
    attributes = [a for table in problem.setups.values() for a in table.attributes.values()]
    found = {
        "alternatives": any(job.alternatives for job in problem.jobs),
        "setup_worker": any(op.setup_worker for op in ops),
        "clean": any(attribute.clean for attribute in attributes),
        "ovens with workers, tools or pools": any(
            (op.worker or op.tool or mode.uses or mode.crew)
            for op in ops
            for mode in op.modes
            if mode.machine in ovens
        ),
    }
    return [name for name, there in found.items() if there]
