"""Page values from a request: cookies, settings of the workspace, the inbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import Request

from sanpin.kit.context import Context
from sanpin.kit.http.language import language_of
from sanpin.kit.notify import unread_count
from sanpin.kit.pages.values import THEMES, PageValues, navigation
from sanpin.kit.settings import all_settings

__all__ = ["as_of_day", "page_values"]


def as_of_day(context: Context, settings: Mapping[str, Any] | None = None) -> date:
    """Return the day that counts as today in this workspace.

    The setting ``as_of`` chooses: a day, ``real`` for the calendar's, or ``newest`` for the day
    after the newest order, which the intake of orders keeps under ``as_of_newest``.
    """
    known = all_settings(context) if settings is None else settings
    choice = str(known.get("as_of", "newest"))
    if choice == "newest":
        choice = str(known.get("as_of_newest", "real"))
    return context.now().date() if choice == "real" else date.fromisoformat(choice)


def page_values(request: Request, context: Context | None) -> PageValues:
    """Collect what the shell shows for this request; a cookie outranks the firm's setting."""
    settings = all_settings(context) if context else {}
    themes = (request.cookies.get("sanpin_theme"), settings.get("theme"))
    theme = next((name for name in themes if name in THEMES), THEMES[0])
    if context is None:
        return PageValues(request, None, language_of(request), theme=theme)
    return PageValues(
        request=request,
        context=context,
        language=context.language,
        theme=theme,
        nav=navigation(),
        as_of=as_of_day(context, settings),
        as_of_choice=str(settings.get("as_of", "newest")),
        inbox=unread_count(context),
    )
