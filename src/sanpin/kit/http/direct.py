"""Direct doors: the few that are called so often that choosing among all routes would cost most.

Each is also an ordinary route, which describes it and names its role; both run the same function.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from sanpin.kit.registry import domains, load

__all__ = ["Answer", "mount_direct"]

Answer = Callable[[Request], Awaitable[Response]]
"""Answers a request; what it raises becomes an answer as with any route."""


def mount_direct(app: FastAPI) -> None:
    """Let the direct doors of all domains be found before any other route."""
    answers: dict[tuple[str, str], Answer] = {}
    for domain in domains():
        for door, path in domain.direct.items():
            method, _, address = door.partition(" ")
            answers[method, address] = load(path)
    app.router.routes.insert(0, _Direct(answers))


class _Direct(BaseRoute):
    """Many doors in one route, told apart by method and whole path.

    Parameters
    ----------
    answers : by method and path
    """

    def __init__(self, answers: Mapping[tuple[str, str], Answer]) -> None:
        self._answers = answers

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say whether a request is for one of these doors."""
        if scope["type"] == "http" and (scope["method"], scope["path"]) in self._answers:
            return Match.FULL, {}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        answer = self._answers[scope["method"], scope["path"]]
        response = await answer(Request(scope, receive, send))
        await response(scope, receive, send)
