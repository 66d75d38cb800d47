"""The language of a request."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from sanpin.kit.i18n import negotiate, normalise

__all__ = ["LANGUAGE_COOKIE", "asked_language", "language_of"]

LANGUAGE_COOKIE = "sanpin_language"


def asked_language(connection: HTTPConnection) -> str | None:
    """Return the language that the address (``?lang=``) or the reader's cookie asks for.

    None when neither does, or when they name a language that nobody here speaks.
    """
    address = connection.query_params.get("lang") if connection.scope["query_string"] else None
    return normalise(address) or normalise(connection.cookies.get(LANGUAGE_COOKIE))


def language_of(connection: HTTPConnection) -> str:
    """Return the language to answer in.

    The guard has chosen it for requests that came so far; before that only the request itself
    can say, by address, cookie or the browser's ``Accept-Language``.
    """
    chosen = connection.scope.get("state", {}).get("language")
    if chosen:
        return str(chosen)
    accepted = connection.headers.get("accept-language")
    return asked_language(connection) or negotiate(accepted) or "en"
