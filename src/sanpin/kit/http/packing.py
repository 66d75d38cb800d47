"""Answers in fewer bytes for whoever can unpack them."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Receive, Scope, Send

__all__ = ["Packing"]


class Packing(GZipMiddleware):
    """Pack answers by gzip for callers who accept it; those of all others pass untouched.

    The library looks at every answer, also where nothing can come of it; programs that send
    thousands of events a second accept none of it.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)
