"""Weights of the objective that are given apart from a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sanpin.factory.engine.formats.rules import Findings
from sanpin.factory.engine.formats.shortage import check_magnitude
from sanpin.factory.model import Problem

__all__ = ["weighed"]


def weighed(problem: Problem, objective: Mapping[str, float]) -> Problem:
    """Return a problem with other weights; without any it keeps its own.

    Raises
    ------
    InputError
        ``factory.problem.overflow`` when sums with these weights could leave 64 bits
    """
    if not objective:
        return problem
    changed = replace(problem, objective=dict(objective))
    findings = Findings()
    check_magnitude(changed, findings)
    findings.refuse()
    return changed
