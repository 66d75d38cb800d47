"""The inbox: what the house has to say to its people."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.http import context, needs
from sanpin.kit.notify import inbox, mark_read
from sanpin.kit.pages import render

__all__ = ["router"]

router = APIRouter(prefix="/settings/inbox", include_in_schema=False)
Ctx = Annotated[Context, Depends(context)]
PAGE = 100


@router.get("")
def show(request: Request, ctx: Ctx, cursor: str | None = None) -> Response:
    """Show the messages, newest first."""
    # One more than is shown tells whether there is a next page.
    found = inbox(ctx, limit=PAGE + 1, cursor=cursor)
    messages = [
        {
            "severity": one.severity,
            "text": one.text(ctx.language),
            "link": one.link,
            "created": one.created,
            "new": one.read is None,
        }
        for one in found[:PAGE]
    ]
    last = found[PAGE - 1].id if len(found) > PAGE else ""
    return render(request, ctx, "app/inbox.html", messages=messages, next=last)


@router.post("/read")
@needs(Role.VIEWER)
def read(ctx: Ctx) -> Response:
    """Mark every message as read."""
    mark_read(ctx)
    return RedirectResponse("/settings/inbox", 303)
