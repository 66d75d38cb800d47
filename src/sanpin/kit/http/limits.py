"""A limit to what a request may send, whether or not it says how much that will be."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sanpin.base import N_, InputError
from sanpin.kit.http.responses import refuse

__all__ = ["BODY_LIMIT", "BodyLimit", "too_large"]

BODY_LIMIT = 64 * 2**20
"""64 MiB: a million order lines as CSV."""


def too_large(limit: int) -> InputError:
    """Make the refusal (413) of a body of more than `limit` bytes."""
    refusal = InputError(
        "http.body.too_large",
        N_("What was sent is larger than this server takes."),
        hint=N_("Send at most {limit} MB, or import the file on the command line."),
        limit=limit // 2**20,
    )
    refusal.status = 413
    return refusal


class BodyLimit:
    """Refuse a body that is announced or turns out to be larger than `limit` bytes.

    Parameters
    ----------
    app : what stands behind
    limit : in bytes
    wider : other limits by the beginning of a path
    """

    def __init__(
        self, app: ASGIApp, limit: int = BODY_LIMIT, wider: Mapping[str, int] | None = None
    ) -> None:
        self.app, self.limit, self.wider = app, limit, tuple((wider or {}).items())

    def _limit(self, path: str) -> int:
        """Return the limit of a path."""
        for start, limit in self.wider:
            if path.startswith(start):
                return limit
        return self.limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on while it stays below the limit."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        limit = self._limit(scope["path"])
        announced = request.headers.get("content-length", "0")
        if not announced.isdecimal() or int(announced) > limit:
            await refuse(request, too_large(limit), receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                # Raised where the application reads, so its own handlers answer for it.
                raise HTTPException(413)
            return message

        await self.app(scope, counted, send)
