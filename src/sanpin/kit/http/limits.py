"""A limit to what a request may send, whether or not it says how much that will be."""

from __future__ import annotations

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sanpin.base import N_, InputError
from sanpin.kit.http.responses import refuse

__all__ = ["BODY_LIMIT", "BodyLimit"]

BODY_LIMIT = 64 * 2**20
"""64 MiB: a million order lines as CSV."""


def _too_large(limit: int) -> InputError:
    refusal = InputError(
        "http.body.too_large",
        N_("What was sent is larger than this server takes."),
        hint=N_("Send at most {limit} MB, or import the file on the command line."),
        limit=limit // 2**20,
    )
    refusal.status = 413
    return refusal


class BodyLimit:
    """Refuse a body that is announced or turns out to be larger than `limit` bytes."""

    def __init__(self, app: ASGIApp, limit: int = BODY_LIMIT) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on while it stays below the limit."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        announced = request.headers.get("content-length", "0")
        if not announced.isdecimal() or int(announced) > self.limit:
            await refuse(request, _too_large(self.limit), receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.limit:
                # Raised where the application reads, so its own handlers answer for it.
                raise HTTPException(413)
            return message

        await self.app(scope, counted, send)
