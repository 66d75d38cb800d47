"""Which role a route needs, and which domain a key's scope must name for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path

from sanpin.kit.auth.roles import Role

__all__ = ["OPEN_PATHS", "SAFE_METHODS", "RoleTable", "domain_of", "is_open", "needs", "routes_of"]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

OPEN_PATHS = ("/healthz", "/login", "/static/")
"""What anyone may see: whether the server lives, where to sign in, and how that looks."""

_MARK = "__sanpin_role__"
_STANDARDS = {"epcis": "trace", "01": "trace", "00": "trace", "414": "trace"}

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def needs(role: Role) -> Callable[[Endpoint], Endpoint]:
    """Declare the role of a route, below its router's decorator.

    Without it reading needs a viewer and everything else a planner.
    """

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MARK, role)
        return endpoint

    return mark


def is_open(path: str) -> bool:
    """Return whether a path is for anyone."""
    return any(
        path == open_ or (open_[-1] == "/" and path.startswith(open_)) for open_ in OPEN_PATHS
    )


def domain_of(path: str) -> str:
    """Return the domain whose scope a path needs; standards keep their own paths.

    ``/api/v1/demand/orders`` and ``/demand/portfolio`` belong to demand, ``/epcis`` and the
    resolver's ``/01/...`` to trace. The first page belongs to no domain and needs ``cockpit``.
    """
    parts = [part for part in path.split("/") if part]
    if parts[:2] == ["api", "v1"]:
        parts = parts[2:]
    return _STANDARDS.get(parts[0], parts[0]) if parts else "cockpit"


@dataclass(frozen=True, slots=True)
class _Entry:
    pattern: re.Pattern[str]
    methods: frozenset[str]
    role: Role | None


def routes_of(app: FastAPI) -> Iterator[tuple[str, frozenset[str], Role | None]]:
    """Yield path, methods and declared role of every route, in the order of matching.

    Mounted applications, such as the static files, are not routes; the guard treats what is below
    them like any unknown path, except where `OPEN_PATHS` names it.
    """
    for route in iter_route_contexts(app.routes):
        if route.path is not None and route.endpoint is not None:
            yield route.path, frozenset(route.methods or ()), getattr(route.endpoint, _MARK, None)


class RoleTable:
    """The roles of an application's routes, looked up as the router would choose among them."""

    def __init__(self, app: FastAPI) -> None:
        self._entries = [
            _Entry(compile_path(path)[0], methods, role) for path, methods, role in routes_of(app)
        ]

    def role(self, method: str, path: str) -> Role:
        """Return the role that a request needs; what no route knows needs the usual one."""
        for entry in self._entries:
            if method in entry.methods and entry.pattern.match(path):
                if entry.role is not None:
                    return entry.role
                break
        return Role.VIEWER if method in SAFE_METHODS else Role.PLANNER
