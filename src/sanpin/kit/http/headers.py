"""Headers that tell browsers to load nothing from elsewhere and to run no inline script."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["CONTENT_SECURITY_POLICY", "SecurityHeaders", "add_security_headers"]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)

_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_PLAIN = [(name.lower().encode(), value.encode()) for name, value in _HEADERS.items()]
_HTTPS = [*_PLAIN, (b"strict-transport-security", b"max-age=31536000")]


def add_security_headers(headers: MutableHeaders, *, https: bool = False) -> None:
    """Add the headers that a response does not set itself.

    Answers are not kept by caches unless they say so: they show a firm's data.
    """
    raw = headers.raw
    given = {name for name, _ in raw}
    raw += [pair for pair in (_HTTPS if https else _PLAIN) if pair[0] not in given]


class SecurityHeaders:
    """Add the headers to every response that passes.

    A route may set one of them itself, such as a longer time in caches for files whose name
    carries their hash.
    """

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self.app, self.https = app, https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the start of its answer."""

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_security_headers(MutableHeaders(scope=message), https=self.https)
            await send(message)

        await self.app(scope, receive, complete)
