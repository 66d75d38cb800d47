"""What several pages of the domain need: menus of the filter sentence, form fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse

from sanpin.base import N_, SanpinError
from sanpin.kit.context import Context
from sanpin.kit.http import context
from sanpin.kit.i18n import translate, translate_error
from sanpin.sector import service
from sanpin.sector.model import Pillar
from sanpin.sector.model.words import Labelled

__all__ = [
    "Fields",
    "Here",
    "Menu",
    "back",
    "export_url",
    "industry_menu",
    "label_menu",
    "pillar_menu",
    "refusal",
    "region_menu",
    "source_lines",
]

Menu = dict[str, Any]
Here = Annotated[Context, Depends(context)]


async def _fields(request: Request) -> dict[str, str]:
    """Texts of a form; files and repeated fields are not used on these pages."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


Fields = Annotated[dict[str, str], Depends(_fields)]


def label_menu(
    ctx: Context, label: str, value: str, everything: str, words: Iterable[Labelled]
) -> Menu:
    """Menu over a vocabulary, with a first entry that chooses everything.

    Parameters
    ----------
    label : catalogue key of what is chosen
    value : word that is chosen now, empty for everything
    everything : catalogue key of the first entry
    words : members of the vocabulary, in their order
    """
    options = [("", translate(everything, ctx.language))]
    options += [(str(one), translate(one.label, ctx.language)) for one in words]
    return {"label": translate(label, ctx.language), "value": value, "options": options}


def pillar_menu(ctx: Context, value: str) -> Menu:
    """Menu of the pillars and fields."""
    return label_menu(ctx, N_("Pillar"), value, N_("all pillars"), Pillar)


def region_menu(ctx: Context, value: str) -> Menu:
    """Menu of the regions."""
    options = [("", translate(N_("all regions"), ctx.language))]
    options += [(one["id"], one["name"]) for one in service.regions(ctx)]
    return {"label": translate(N_("Region"), ctx.language), "value": value, "options": options}


def industry_menu(ctx: Context, value: str) -> Menu:
    """Menu of the industries; parts are set in under the wider ones."""
    options = [("", translate(N_("all industries"), ctx.language))]
    for one in service.industries(ctx):
        inset = "\N{IDEOGRAPHIC SPACE}" if one["parent"] not in ("", "consumer_goods") else ""
        options.append((one["id"], inset + one["name"]))
    return {"label": translate(N_("Industry"), ctx.language), "value": value, "options": options}


def export_url(path: str, filters: Mapping[str, str]) -> str:
    """Address of a list with the filters of the page; a format is appended to it.

    The address always has a query, so that ``&format=`` may follow it.
    """
    return f"{path}?{urlencode({k: v for k, v in filters.items() if v} or {'limit': 1000})}"


def source_lines(ctx: Context, sources: Iterable[str]) -> list[str]:
    """Titles of the texts with what to know about them, each once."""
    library = service.library()
    lines = []
    for source in dict.fromkeys(sources):
        known = library.sources.get(source)
        if known is not None:
            note = known.date_note(ctx.language)
            lines.append(f"{known.title(ctx.language)} ({known.date}){f'. {note}' if note else ''}")
    return lines


def refusal(error: SanpinError, ctx: Context) -> str:
    """What to tell above a form that was refused."""
    said = translate_error(error, ctx.language)
    return f"{said.text} {said.hint}".strip()


def back(path: str) -> RedirectResponse:
    """Send the reader on after a change, so that reloading does not repeat it."""
    return RedirectResponse(path, 303)
