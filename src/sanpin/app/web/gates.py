"""The gates: where one signs in, and the page that says why something was refused."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from sanpin.kit.context import Context
from sanpin.kit.http import ProblemDetails
from sanpin.kit.i18n import ErrorText
from sanpin.kit.pages import render

__all__ = ["error_page", "login_page"]


def login_page(request: Request, refusal: ErrorText | None, target: str) -> Response:
    """Show the form for signing in; `target` is the path to go to afterwards.

    Parameters
    ----------
    refusal : why the last attempt failed, None at first
    target : a path of this server; the caller has checked that it is no other address
    """
    return render(request, None, "app/login.html", refusal=refusal, target=target)


def error_page(request: Request, ctx: Context | None, problem: ProblemDetails) -> Response:
    """Say what happened, to which record, and what to do.

    Parameters
    ----------
    ctx : None when the caller has not signed in; the page then shows nothing of the firm
    problem : what happened, in the reader's language
    """
    back = request.headers.get("referer", "")
    # The link back must not lead away from here, whatever a browser claims to come from.
    own = back if back.startswith(str(request.base_url)) else "/"
    return render(
        request, ctx, "app/error.html", status_code=problem.status, problem=problem, back=own
    )
