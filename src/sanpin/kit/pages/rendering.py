"""The Jinja environment of all packages, and `render`.

Templates of all packages share one environment: their first folder is their domain's name, so that
none hides another's. Values of the request are not globals; `_Current` looks them up, which lets
imported macros see them too.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from sanpin.base.text import N_
from sanpin.kit.context import Context
from sanpin.kit.pages.assets import static, static_folders, template_folders
from sanpin.kit.pages.cells import sentence_parts, table_cell, table_columns, value_of
from sanpin.kit.pages.drawing import spark_line, target_bar
from sanpin.kit.pages.request import page_values
from sanpin.kit.pages.values import PageValues, current_page, entering

__all__ = ["environment", "render", "render_text", "rich"]

_STRONG = re.compile(r"\*\*(.+?)\*\*")
# A figure and its percent sign must not be parted by the end of a line.
_PERCENT = re.compile(r"(\d) %")
_FORMATS = ("number", "signed", "percent", "money", "date", "datetime", "duration", "unit")


class _Current:
    """Stands for the page being rendered, wherever a template or macro names `page`."""

    def __getattr__(self, name: str) -> Any:
        return getattr(current_page(), name)


def rich(text: str | Markup) -> Markup:
    """Turn ``**figure**`` into bold type; everything else is escaped unless it is markup."""
    text = type(text)(_PERCENT.sub("\\1\N{NO-BREAK SPACE}%", text))
    return Markup(_STRONG.sub(r"<strong>\1</strong>", str(escape(text))))


def _text(message: str, **fields: object) -> str:
    """Translate a message of the catalogue into the page's language."""
    return current_page().translator.text(message, **fields)


def _plural(singular: str, several: str, count: int, **fields: object) -> str:
    """Translate the form that fits `count`; the field ``{n}`` is the count as people write it."""
    page = current_page()
    return page.translator.plural(singular, several, count, n=page.formats.number(count), **fields)


@cache
def _icons() -> frozenset[str]:
    """Return the names of the drawings on the icon sheet."""
    sheet = (static_folders()[0] / "kit/icons.svg").read_text("utf-8")
    return frozenset(re.findall(r'<symbol id="(\w+)"', sheet))


def _icon(name: str) -> str:
    """Return the address of a drawing of the icon sheet; unknown names get a dot."""
    return f"{static('kit/icons.svg')}#{name if name in _icons() else 'dot'}"


def _format(name: str) -> Any:
    """Make the filter that calls the format of that name in the page's language."""

    def apply(value: Any, *args: Any, **kwargs: Any) -> str:
        text: str = getattr(current_page().formats, name)(value, *args, **kwargs)
        return text

    return apply


_GANTT_WORDS = {
    "find": N_("Find an order or operation"),
    "families": N_("all families"),
    "sites": N_("all sites"),
    "late": N_("late"),
    "in": N_("Zoom in"),
    "out": N_("Zoom out"),
    "fit": N_("Show everything"),
    "table": N_("Show as a table"),
    "job": N_("Order"),
    "machine": N_("Machine"),
    "workers": N_("Workers"),
    "tools": N_("Tools"),
    "batch": N_("Load"),
    "family": N_("Family"),
    "setup": N_("Set-up"),
    "start": N_("Start"),
    "end": N_("End"),
    "due": N_("Due"),
    "failed": N_("The schedule could not be loaded."),
}


_PLANE_WORDS = {
    "in": N_("Zoom in"),
    "out": N_("Zoom out"),
    "fit": N_("Show the middle"),
    "close": N_("Join them again"),
    "open": N_("Show each of them"),
    "shown": N_("{count} things are shown."),
    "place": N_("Place"),
}


def _gantt_words() -> dict[str, str]:
    """Return the words that the schedule board shows."""
    return {key: _text(message) for key, message in _GANTT_WORDS.items()}


def _plane_words() -> dict[str, str]:
    """Return the words that genealogies and maps show."""
    return {key: _text(message) for key, message in _PLANE_WORDS.items()}


@cache
def environment() -> Environment:
    """Build the environment: templates of every package, filters, and the shared names."""
    env = Environment(
        loader=FileSystemLoader([str(folder) for folder in template_folders()]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update({name: _format(name) for name in _FORMATS})
    env.filters["rich"] = rich
    env.filters["segment"] = lambda value: quote(str(value), safe="")
    env.globals.update(
        _=_text,
        ngettext=_plural,
        page=_Current(),
        static=static,
        icon_url=_icon,
        gantt_words=_gantt_words,
        plane_words=_plane_words,
        spark_line=spark_line,
        target_bar=target_bar,
        sentence_parts=sentence_parts,
        table_cell=table_cell,
        table_columns=table_columns,
        value_of=value_of,
    )
    return env


def render_text(values: PageValues, template: str, **more: Any) -> str:
    """Render a template to text under the given page values."""
    with entering(values):
        return environment().get_template(template).render(**more)


def render(
    request: Request,
    context: Context | None,
    template: str,
    *,
    status_code: int = 200,
    **values: Any,
) -> HTMLResponse:
    """Answer with a page made from ``<domain>/<name>.html`` and the given values.

    Parameters
    ----------
    request : the request that is answered
    context : None where no workspace is open
    template : path below `web/templates`
    status_code : HTTP status, other than 200 for a refused form
    values : names that the template reads
    """
    page = page_values(request, context)
    return HTMLResponse(render_text(page, template, **values), status_code=status_code)
