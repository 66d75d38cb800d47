"""A refusal as a response: a page for people who look, JSON for everyone else."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response
from starlette.types import Receive, Send

from sanpin.base import SanpinError
from sanpin.kit.context import Context
from sanpin.kit.http.details import MEDIA_TYPE, ProblemDetails, describe
from sanpin.kit.http.doors import Doors, doors_of
from sanpin.kit.http.headers import add_security_headers
from sanpin.kit.http.language import language_of
from sanpin.kit.http.standards import as_standard

__all__ = ["problem_response", "refuse", "wants_page"]


def wants_page(request: Request) -> bool:
    """Return whether a person reads the answer: a browser asks for HTML first."""
    accepted = request.headers.get("accept", "")
    return "text/html" in accepted and not request.url.path.startswith(("/api/", "/epcis"))


def problem_response(request: Request, doors: Doors, problem: ProblemDetails) -> Response:
    """Return a refusal in the form that the caller can use.

    Parameters
    ----------
    request : decides between page and JSON
    doors : brings the renderer of pages, if there is one
    problem : what to say
    """
    problem = as_standard(request, problem)
    response: Response | None = None
    if doors.error_page is not None and wants_page(request):
        ctx = getattr(request.state, "context", None)
        known = ctx if isinstance(ctx, Context) else None
        response = doors.error_page(request, known, problem)
        response.status_code = problem.status
    if response is None:
        response = Response(
            problem.body(), problem.status, dict(problem.headers), media_type=MEDIA_TYPE
        )
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    # An unforeseen fault is answered outside all layers, so the headers are added here too.
    add_security_headers(response.headers, https=doors.https)
    return response


async def refuse(request: Request, error: SanpinError, receive: Receive, send: Send) -> None:
    """Answer for an error in a layer that stands outside the application's own handlers."""
    problem = describe(error, language_of(request), request.url.path)
    response = problem_response(request, doors_of(request.app), problem)
    if error.status == 429 and "seconds" in error.fields:
        response.headers["Retry-After"] = str(error.fields["seconds"])
    await response(request.scope, receive, send)
