"""Interface of the settings for programs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends

from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.http import context, needs
from sanpin.kit.notify import inbox, mark_read, unread_count
from sanpin.kit.pages import as_of_day
from sanpin.kit.settings import all_settings, set_setting

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/settings", tags=["settings"])
Ctx = Annotated[Context, Depends(context)]


@router.get("")
def show(ctx: Ctx) -> dict[str, Any]:
    """Return every setting of the firm, and the day that counts as today."""
    return {"settings": all_settings(ctx), "as_of_day": as_of_day(ctx).isoformat()}


@router.put("/{key}")
@needs(Role.ENGINEER)
def change(ctx: Ctx, key: str, value: Annotated[Any, Body(embed=True)] = None) -> dict[str, Any]:
    """Set one value; null forgets it."""
    set_setting(ctx, key, value)
    return {"key": key, "value": value}


@router.get("/inbox")
def messages(ctx: Ctx, unread: bool = False, cursor: str | None = None) -> dict[str, Any]:
    """Return the caller's messages in the caller's language, newest first."""
    items = [
        {
            "id": one.id,
            "kind": one.kind,
            "severity": one.severity,
            "text": one.text(ctx.language),
            "link": one.link,
            "created": one.created,
            "read": one.read,
        }
        for one in inbox(ctx, unread=unread, cursor=cursor)
    ]
    return {"unread": unread_count(ctx), "items": items}


@router.post("/inbox/read")
@needs(Role.VIEWER)
def read(ctx: Ctx, ids: Annotated[list[str] | None, Body(embed=True)] = None) -> dict[str, int]:
    """Mark messages as read, all of them when none is named."""
    return {"marked": mark_read(ctx, ids)}
