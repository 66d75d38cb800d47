"""Refusals below the paths of standards, which have kinds of problems of their own."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request

from sanpin.kit.http.details import ProblemDetails
from sanpin.kit.registry import domains, load

__all__ = ["Dialect", "as_standard"]

Dialect = Callable[[str, ProblemDetails], ProblemDetails]
"""Called with the method of the request; returns the problem as the standard wants it."""


def as_standard(request: Request, problem: ProblemDetails) -> ProblemDetails:
    """Return a problem as the standard of the request's path says it; elsewhere as it is.

    Layers in front of the routes refuse too, so it is done where every refusal becomes an answer.
    """
    path = request.url.path
    for domain in domains():
        for prefix, dialect in domain.standards.items():
            if path == prefix or path.startswith(f"{prefix}/"):
                changed: ProblemDetails = load(dialect)(request.method, problem)
                return changed
    return problem
