"""Random secrets and what is kept of them: only hashes, so that a leaked table opens no door."""

from __future__ import annotations

import hashlib
import hmac
import secrets

__all__ = ["csrf_token", "digest", "is_csrf_token", "new_token"]


def new_token() -> str:
    """Return 256 bits of chance as text that fits into a header or an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what is kept of a secret; it is random, so it needs no salt and no stretching.

    A password needs both because people choose it; 256 bits of chance cannot be guessed, and
    looking a request's secret up must stay cheap.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_token(session_token: str) -> str:
    """Return the token that proves that a form came from our own page.

    It follows from the session's secret, which other sites cannot read, and does not reveal it.
    """
    return hmac.new(session_token.encode(), b"csrf", hashlib.sha256).hexdigest()


def is_csrf_token(given: str | None, session_token: str) -> bool:
    """Return whether a form brought the token of its session."""
    return hmac.compare_digest((given or "").encode(), csrf_token(session_token).encode())
