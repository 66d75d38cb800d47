"""The page of keeping: how long events stay, what is held, who sees them, a firm that moves."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from sanpin.base import N_, InputError, SanpinError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.http import context, needs
from sanpin.kit.i18n import Translator, translate_error
from sanpin.kit.pages import Formats, render
from sanpin.trace import service

__all__ = ["router"]

router = APIRouter(prefix="/trace/keeping", include_in_schema=False)

Here = Annotated[Context, Depends(context)]
Text = Annotated[str, Form(max_length=4096)]

_HERE = "/trace/keeping"
_SCOPES: Mapping[str, str] = {
    "firm": N_("everything"),
    "thing": N_("a thing or lot"),
    "place": N_("a place"),
    "document": N_("a document (SHA-256)"),
}
_KINDS: Mapping[str, str] = {
    "owner": N_("all events"),
    "place": N_("events at a place, or within it"),
    "traded": N_("events of things that passed between both"),
    "chain": N_("those, and what hangs together with them"),
}


@router.get("", response_class=HTMLResponse)
def show_keeping(request: Request, ctx: Here) -> Response:
    """Answer: what is kept, for how long, and who sees it?"""
    return _page(request, ctx)


@router.post("/retention")
@needs(Role.ADMIN)
def set_retention(request: Request, ctx: Here, days: Annotated[int, Form()]) -> Response:
    """Say for how many days events are kept."""
    try:
        service.set_retention(ctx, days)
    except InputError as error:
        return _page(request, ctx, error)
    return RedirectResponse(_HERE, 303)


@router.post("/erase")
@needs(Role.ADMIN)
def erase(ctx: Here) -> Response:
    """Erase what was kept long enough."""
    service.erase_expired(ctx)
    return RedirectResponse(_HERE, 303)


@router.post("/holds")
@needs(Role.ADMIN)
def place_hold(
    request: Request, ctx: Here, scope: Text, value: Text = "", reason: Text = ""
) -> Response:
    """Place a hold."""
    try:
        service.place_hold(ctx, scope, value, reason)
    except InputError as error:
        return _page(request, ctx, error)
    return RedirectResponse(_HERE, 303)


@router.post("/holds/{hold}/lift")
@needs(Role.ADMIN)
def lift_hold(ctx: Here, hold: str) -> Response:
    """Lift a hold."""
    service.lift_hold(ctx, hold)
    return RedirectResponse(_HERE, 303)


@router.post("/rules")
@needs(Role.ADMIN)
def give_sight(request: Request, ctx: Here, viewer: Text, kind: Text, scope: Text = "") -> Response:
    """Let another firm see events."""
    try:
        service.give_sight(ctx, viewer, kind, scope)
    except InputError as error:
        return _page(request, ctx, error)
    return RedirectResponse(_HERE, 303)


@router.post("/rules/{rule}/take")
@needs(Role.ADMIN)
def take_sight_back(ctx: Here, rule: str) -> Response:
    """Take a rule back."""
    service.take_sight_back(ctx, rule)
    return RedirectResponse(_HERE, 303)


@router.post("/firm")
@needs(Role.ADMIN)
def import_firm(request: Request, ctx: Here, file: UploadFile) -> Response:
    """Take in what another ledger exported."""
    with tempfile.TemporaryDirectory(dir=ctx.workspace.path) as folder:
        path = Path(folder) / (Path(file.filename or "").name or "firm.zip")
        with path.open("wb") as target:
            shutil.copyfileobj(file.file, target)
        try:
            service.import_firm(ctx, path)
        except InputError as error:
            return _page(request, ctx, error)
    return RedirectResponse("/trace/capture", 303)


def _page(request: Request, ctx: Context, error: SanpinError | None = None) -> HTMLResponse:
    """Render the page, with the reason above it if something was refused."""
    words = Translator(ctx.language)
    return render(
        request,
        ctx,
        "trace/keeping.html",
        status_code=error.status if error else 200,
        expired=service.expired(ctx),
        answer=_answer(ctx, words),
        holds=[_hold(words, hold) for hold in service.hold_records(ctx)],
        rules=[_rule(ctx, words, rule) for rule in service.rule_records(ctx)],
        scopes=[(one, words.text(_SCOPES[one])) for one in service.HOLD_SCOPES],
        kinds=[(one, words.text(_KINDS[one])) for one in service.RULE_KINDS],
        refusal=translate_error(error, ctx.language) if error else None,
        may_change=ctx.actor.role.allows(Role.ADMIN),
    )


def _answer(ctx: Context, words: Translator) -> str:
    """Say for how long events are kept."""
    found = service.expired(ctx)
    if not found.days:
        return words.text(N_("Events are kept **for ever**."))
    return words.text(
        N_("Events are kept for **{days}** days; **{events}** may be erased now."),
        days=words.number(found.days),
        events=words.number(found.events),
    )


def _hold(words: Translator, hold: Mapping[str, Any]) -> dict[str, Any]:
    """Write words for what stands in a hold."""
    standing = hold["lifted"] is None
    return {
        **hold,
        "scope": words.text(_SCOPES[hold["scope"]]),
        "standing": standing,
        "state": ("hold", words.text(N_("stands")))
        if standing
        else ("ok", words.text(N_("lifted"))),
        "placed": Formats(words).datetime(hold["placed"]),
    }


def _rule(ctx: Context, words: Translator, rule: Mapping[str, Any]) -> dict[str, Any]:
    """Write words for what stands in a rule."""
    return {
        **rule,
        "kind": words.text(_KINDS[rule["kind"]]),
        "own": rule["owner"] == ctx.firm,
        "created": Formats(words).datetime(rule["created"]),
    }
