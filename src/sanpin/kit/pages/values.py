"""What every page knows: who asks, in which language and theme, about which day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urlencode

from fastapi import Request

from sanpin.base.domain import NavEntry
from sanpin.base.text import N_
from sanpin.kit import registry
from sanpin.kit.context import Context
from sanpin.kit.i18n import Translator
from sanpin.kit.pages.formats import Formats

__all__ = ["HOUSE_NAV", "THEMES", "PageValues", "current_page", "entering", "navigation"]

THEMES = ("system", "light", "dark")

HOUSE_NAV = (
    NavEntry(N_("Imports"), "/imports", "imports", 910),
    NavEntry(N_("Runs"), "/runs", "runs", 920),
    NavEntry(N_("Settings"), "/settings", "settings", 930),
)
"""Entries that belong to no domain; they stand last."""


def navigation() -> tuple[NavEntry, ...]:
    """Return the entries of the left rail in their order."""
    entries = [entry for domain in registry.domains() for entry in domain.nav]
    return tuple(sorted([*entries, *HOUSE_NAV], key=lambda entry: entry.order))


@dataclass(frozen=True)
class PageValues:
    """The values of one request that templates and macros read as `page`.

    `context` is None where no workspace is open: the log-in page and some error pages.
    """

    request: Request
    context: Context | None
    language: str
    theme: str = "system"
    nav: tuple[NavEntry, ...] = ()
    as_of: date | None = None
    as_of_choice: str = "newest"
    inbox: int = 0

    @cached_property
    def translator(self) -> Translator:
        """The translator of the page's language."""
        return Translator(self.language)

    @cached_property
    def formats(self) -> Formats:
        """The value formats of the page's language."""
        return Formats(self.translator)

    @property
    def path(self) -> str:
        """Path and query of this page, for forms that come back to it."""
        url = self.request.url
        return f"{url.path}?{url.query}" if url.query else url.path

    @property
    def csrf(self) -> str:
        """Token that forms of this page send along."""
        return str(getattr(self.request.state, "csrf_token", ""))

    @property
    def screen(self) -> bool:
        """Whether the page is shown on a wall screen (``?screen=1``)."""
        return self.request.query_params.get("screen") == "1"

    @property
    def rail_closed(self) -> bool:
        """Whether this reader keeps the left rail collapsed."""
        return self.request.cookies.get("sanpin_rail") == "closed"

    @property
    def active(self) -> str:
        """Path of the rail entry that this page belongs to: the longest that leads to it."""
        here = self.request.url.path
        fitting = [
            entry.path
            for entry in self.nav
            if here == entry.path or (entry.path != "/" and here.startswith(entry.path + "/"))
        ]
        return max(fitting, key=len, default="")

    def query(self, **changes: object) -> str:
        """Return this page's address with some query values changed; None removes one."""
        values = {k: v for k, v in self.request.query_params.items() if k not in changes}
        values.update({k: str(v) for k, v in changes.items() if v not in (None, "")})
        path = self.request.url.path
        return f"{path}?{urlencode(values)}" if values else path


_CURRENT: ContextVar[PageValues] = ContextVar("sanpin_page")


def current_page() -> PageValues:
    """Return the values of the page that is being rendered."""
    return _CURRENT.get()


@contextmanager
def entering(values: PageValues) -> Iterator[None]:
    """Make `values` the current page, so that imported macros see them too."""
    token = _CURRENT.set(values)
    try:
        yield
    finally:
        _CURRENT.reset(token)
