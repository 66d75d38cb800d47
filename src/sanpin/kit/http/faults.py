"""From every exception to problem details; a traceback goes to the log and nowhere else.

Four handlers: refusals of ours, refusals of the framework, parameters that do not fit, and
everything else. All answer with problem details in the reader's language.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from sanpin.base import N_, SanpinError
from sanpin.kit.http.details import ProblemDetails, describe, simple
from sanpin.kit.http.doors import doors_of
from sanpin.kit.http.language import language_of
from sanpin.kit.http.responses import problem_response
from sanpin.kit.i18n import translate
from sanpin.kit.ids import new_id

__all__ = ["handle_faults"]

_LOG = logging.getLogger("sanpin.http")

_MESSAGES: Mapping[int, tuple[str, str]] = {
    401: ("auth.login.needed", N_("This needs a user.")),
    404: ("http.path.unknown", N_("There is nothing at {path}.")),
    405: ("http.method.refused", N_("{path} does not take {method}.")),
    413: ("http.body.too_large", N_("What was sent is larger than this server takes.")),
}

_METHODS = ("OPTIONS", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

# What the checks of parameters find, by the name that the library gives it.
_FINDINGS: Mapping[str, str] = {
    "missing": N_("“{name}” is missing."),
    "int_parsing": N_("“{name}” must be a whole number, not “{value}”."),
    "float_parsing": N_("“{name}” must be a number, not “{value}”."),
    "bool_parsing": N_("“{name}” must be true or false, not “{value}”."),
    "date_from_datetime_parsing": N_("“{name}” must be a date such as 2025-09-15, not “{value}”."),
    "date_parsing": N_("“{name}” must be a date such as 2025-09-15, not “{value}”."),
    "extra_forbidden": N_("“{name}” is not known here."),
    "json_invalid": N_("What was sent is not JSON."),
    "enum": N_("“{name}” does not take “{value}”."),
    "literal_error": N_("“{name}” does not take “{value}”."),
    "string_type": N_("“{name}” must be text."),
    "int_type": N_("“{name}” must be a whole number, not “{value}”."),
    "int_from_float": N_("“{name}” must be a whole number, not “{value}”."),
    "float_type": N_("“{name}” must be a number, not “{value}”."),
    "bool_type": N_("“{name}” must be true or false, not “{value}”."),
    "list_type": N_("“{name}” must be a list."),
    "dict_type": N_("“{name}” must be an object."),
    "model_type": N_("“{name}” must be an object."),
    "model_attributes_type": N_("“{name}” must be an object."),
    "greater_than_equal": N_("“{name}” must be at least {ge}, not “{value}”."),
    "less_than_equal": N_("“{name}” must be at most {le}, not “{value}”."),
    "greater_than": N_("“{name}” must be above {gt}, not “{value}”."),
    "less_than": N_("“{name}” must be below {lt}, not “{value}”."),
    "too_short": N_("“{name}” has fewer than {min_length} entries."),
    "too_long": N_("“{name}” has more than {max_length} entries."),
    "string_too_short": N_("“{name}” has fewer than {min_length} characters."),
    "string_too_long": N_("“{name}” has more than {max_length} characters."),
}
# What the library finds beyond these keeps its English reason.
_OTHER = N_("“{name}” does not fit: {reason}.")


def handle_faults(app: FastAPI) -> None:
    """Register the handlers of an application."""
    app.add_exception_handler(SanpinError, _refused)
    app.add_exception_handler(HTTPException, _answered)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unforeseen)


def _respond(request: Request, problem: ProblemDetails) -> Response:
    """Answer with a problem, as page or as JSON."""
    return problem_response(request, doors_of(request.app), problem)


async def _refused(request: Request, error: Exception) -> Response:
    """Answer for an error of ours; those that are our own fault are logged as well."""
    if not isinstance(error, SanpinError):
        raise error
    if error.status >= 500:
        _LOG.error("%s %s: %s", request.method, request.url.path, error, exc_info=error)
    problem = describe(error, language_of(request), request.url.path)
    response = _respond(request, problem)
    if "seconds" in error.fields and error.status == 429:
        response.headers["Retry-After"] = str(error.fields["seconds"])
    return response


async def _answered(request: Request, error: Exception) -> Response:
    """Answer for what the router or a layer refused: unknown paths, methods, sizes."""
    if not isinstance(error, HTTPException):
        raise error
    other = (f"http.{error.status_code}", N_("The request was refused."))
    code, message = _MESSAGES.get(error.status_code, other)
    problem = simple(
        error.status_code,
        code,
        message,
        language_of(request),
        instance=request.url.path,
        path=request.url.path,
        method=request.method,
    )
    response = _respond(request, problem)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    if error.status_code == 405:
        response.headers["Allow"] = ", ".join(_allowed(request))
    return response


def _allowed(request: Request) -> list[str]:
    """Find every method that an address takes; the router only names those of one of its routes."""

    def takes(method: str) -> bool:
        """Whether any route takes a method at this address."""
        scope = {**request.scope, "method": method}
        return any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes)

    return list(filter(takes, _METHODS))


async def _invalid(request: Request, error: Exception) -> Response:
    """Answer for parameters that do not fit, finding by finding."""
    if not isinstance(error, RequestValidationError):
        raise error
    language = language_of(request)
    findings = []
    for found in error.errors():
        # The first part of the place says query, body or path, which its reader knows.
        place = [str(part) for part in found["loc"]]
        name = ".".join(place[1:]) or place[0]
        bounds = found.get("ctx", {})
        fields = {
            **bounds,
            "name": name,
            "value": str(found.get("input", "")),
            "reason": found["msg"],
        }
        text = translate(_FINDINGS.get(found["type"], _OTHER), language, **fields)
        code = f"http.request.{found['type']}"
        findings.append({"code": code, "text": text, "fields": {"name": name, "in": place[0]}})
    base = simple(
        422,
        "http.request.invalid",
        N_("The request does not fit."),
        language,
        hint=N_("Correct what is named and send it again."),
        instance=request.url.path,
    )
    problem = ProblemDetails(
        base.status, base.title, base.detail, base.code, base.hint, findings, base.instance
    )
    return _respond(request, problem)


async def _unforeseen(request: Request, error: Exception) -> Response:
    """Answer for a mistake of ours with a number that also stands in the log."""
    incident = new_id()
    _LOG.error("%s %s %s", incident, request.method, request.url.path, exc_info=error)
    problem = simple(
        500,
        "http.unexpected",
        N_("Something unforeseen happened. It is in the log as {incident}."),
        language_of(request),
        hint=N_("Try again. If it happens again, report it with that number."),
        instance=request.url.path,
        incident=incident,
    )
    return _respond(request, problem)
