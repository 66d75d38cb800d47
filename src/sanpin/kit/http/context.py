"""Dependencies of routes: the caller's context, and a role beyond the usual."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request

from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context

__all__ = ["context", "require_role"]


async def context(request: Request) -> Context:
    """Return the context with the caller's actor and language; use as ``Depends(context)``.

    All requests share one database with its pool; the guard made this view of it.
    """
    ctx = request.state.context
    if not isinstance(ctx, Context):
        raise TypeError("this route stands outside the guard")
    return ctx


def require_role(role: Role) -> Callable[[Request], Coroutine[Any, Any, Context]]:
    """Return a dependency that refuses callers below `role` and gives their context.

    For reading that needs more than a viewer. Where a change needs less than a planner, only
    `sanpin.kit.http.needs` can say so, because the guard stands in front.
    """

    async def check(request: Request) -> Context:
        ctx = await context(request)
        ctx.require(role)
        return ctx

    return check
