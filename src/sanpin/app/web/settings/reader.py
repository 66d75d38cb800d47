"""What a reader chooses: the day that counts as today, language and theme; and the firm's own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from sanpin import __version__
from sanpin.flows.company import has_sample
from sanpin.kit.auth import ROLE_LABELS
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.http import LANGUAGE_COOKIE, context, local_path, needs
from sanpin.kit.i18n import LANGUAGE_LABELS, LANGUAGES, normalise, translate
from sanpin.kit.pages import render
from sanpin.kit.pages.values import THEMES
from sanpin.kit.pages.vendor import bundles
from sanpin.kit.settings import (
    all_settings,
    check_setting,
    get_number,
    number_settings,
    set_setting,
)

__all__ = ["router"]

router = APIRouter(prefix="/settings", include_in_schema=False)
Ctx = Annotated[Context, Depends(context)]
Back = Annotated[str, Form(alias="next")]
YEAR = 365 * 24 * 3600


def back_to(path: str) -> RedirectResponse:
    """Return to the page that a form stood on.

    Parameters
    ----------
    path : as the form says it; anything but a path of this server leads to the first page
    """
    return RedirectResponse(local_path(path), 303)


@router.get("")
def show(request: Request, ctx: Ctx) -> Response:
    """Show the settings of the firm, and what this installation is."""
    return render(
        request,
        ctx,
        "app/settings.html",
        settings=all_settings(ctx),
        numbers=[(one, get_number(ctx, one)) for one in number_settings().values()],
        languages=[(name, LANGUAGE_LABELS[name]) for name in LANGUAGES],
        themes=THEMES,
        role=translate(ROLE_LABELS[ctx.actor.role], ctx.language),
        dialect=ctx.db.engine.dialect.name,
        version=__version__,
        sample=has_sample(ctx),
        bundles=bundles(),
    )


@router.post("/as-of")
@needs(Role.PLANNER)
def set_as_of(
    ctx: Ctx,
    as_of: Annotated[str, Form()],
    day: Annotated[str, Form()] = "",
    back: Back = "/settings",
) -> Response:
    """Set the day that counts as today: ``newest``, ``real``, or the one in `day`."""
    set_setting(ctx, "as_of", day if as_of == "date" else as_of)
    return back_to(back)


@router.post("/language")
@needs(Role.VIEWER)
def set_language(language: Annotated[str, Form()], back: Back = "/") -> Response:
    """Remember the reader's language and show the same page in it."""
    answer = back_to(_without_language(back))
    # A form can be sent by hand: an unknown language becomes the first one instead of an error.
    name = normalise(language) or LANGUAGES[0]
    answer.set_cookie(LANGUAGE_COOKIE, name, max_age=YEAR, samesite="lax")
    return answer


def _without_language(path: str) -> str:
    """Drop ``lang`` from an address, which would outrank the choice just made."""
    place, _, query = path.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith("lang=")]
    return f"{place}?{'&'.join(kept)}" if kept else place


@router.post("/theme")
@needs(Role.VIEWER)
def set_theme(theme: Annotated[str, Form()], back: Back = "/") -> Response:
    """Remember the reader's theme; ``system`` follows the device."""
    answer = back_to(back)
    value = theme if theme in THEMES else THEMES[0]
    answer.set_cookie("sanpin_theme", value, max_age=YEAR, samesite="lax")
    return answer


@router.post("/numbers")
@needs(Role.ENGINEER)
async def set_numbers(request: Request, ctx: Ctx) -> Response:
    """Set the numbers by which the plant is planned and its floor simulated, all or none."""
    form = await request.form()
    asked = {key: str(form[key]) for key in number_settings() if key in form}
    await run_in_threadpool(_keep_numbers, ctx, asked)
    return RedirectResponse("/settings", 303)


def _keep_numbers(ctx: Context, asked: dict[str, str]) -> None:
    """Keep the numbers of a form; an empty field returns to the default."""
    known = number_settings()
    chosen = {key: _number(text) for key, text in asked.items()}
    # A number out of range must not leave half of a form behind.
    for key, value in chosen.items():
        if value is not None:
            check_setting(key, value)
    for key, value in chosen.items():
        set_setting(ctx, key, None if value == known[key].default else value)


def _number(text: str) -> float | str | None:
    """Return a number of a form; what is none is left to be refused."""
    try:
        value = float(text)
    except ValueError:
        return text or None
    return int(value) if value.is_integer() else value


@router.post("/firm")
@needs(Role.ADMIN)
def set_firm(
    ctx: Ctx, language: Annotated[str, Form()] = "", theme: Annotated[str, Form()] = ""
) -> Response:
    """Set what readers of the firm get who chose nothing themselves."""
    set_setting(ctx, "language", language or None)
    set_setting(ctx, "theme", theme or None)
    return RedirectResponse("/settings", 303)
