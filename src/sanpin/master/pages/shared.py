"""What several pages of master data need: caller, form fields, words, tabs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse

from sanpin.base import N_, SanpinError
from sanpin.kit.context import Context
from sanpin.kit.http import context
from sanpin.kit.i18n import translate, translate_error
from sanpin.master.model.labels import FAMILY_LABELS

__all__ = [
    "Form",
    "Here",
    "NounName",
    "Posted",
    "back",
    "family_word",
    "options",
    "record_path",
    "refusal",
    "say",
    "tabs",
    "word",
]

Here = Annotated[Context, Depends(context)]
NounName = Literal["items", "partners", "sites", "calendars"]

_TABS = (
    (N_("Items"), "/master/items"),
    (N_("Bills of materials"), "/master/boms"),
    (N_("Partners"), "/master/partners"),
    (N_("Sites"), "/master/sites"),
    (N_("Calendars"), "/master/calendars"),
)


class Form(dict[str, list[str]]):
    """Texts of a form; a field may occur several times."""

    def first(self, name: str) -> str:
        """Return the first value of a field without spaces around it, or an empty text."""
        return next(iter(self.get(name, [])), "").strip()


async def _form(request: Request) -> Form:
    """Collect the texts of a posted form; uploaded files are not used on these pages."""
    form = Form()
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str):
            form.setdefault(name, []).append(value)
    return form


Posted = Annotated[Form, Depends(_form)]


def say(ctx: Context, message: str, **fields: object) -> str:
    """Return a marked text in the reader's language."""
    return translate(message, ctx.language, **fields)


def tabs(ctx: Context) -> list[tuple[str, str]]:
    """Return the tabs of master data."""
    return [(say(ctx, label), path) for label, path in _TABS]


def word(ctx: Context, labels: Mapping[str, str], value: str) -> str:
    """Return the word for a value, or the value itself where there is none."""
    return say(ctx, labels[value]) if value in labels else value


def family_word(ctx: Context, family: str) -> str:
    """Return the word for a family."""
    return word(ctx, FAMILY_LABELS, family)


def options(
    ctx: Context, labels: Mapping[str, str], values: Iterable[str] = (), everything: str = ""
) -> list[tuple[str, str]]:
    """Return the entries of a menu: value and word.

    Parameters
    ----------
    values : in this order; those of the labels by default
    everything : catalogue key of a first entry that chooses everything
    """
    first = [("", say(ctx, everything))] if everything else []
    return first + [(value, word(ctx, labels, value)) for value in (values or labels)]


def record_path(noun: str, code: str) -> str:
    """Return the address of a record's page."""
    return f"/master/{noun}/{quote(code)}"


def refusal(ctx: Context, error: SanpinError) -> str:
    """Return what to tell above a form that was refused."""
    said = translate_error(error, ctx.language)
    return f"{said.text} {said.hint}".strip()


def back(path: str) -> RedirectResponse:
    """Send the reader on after a change, so that reloading does not repeat it."""
    return RedirectResponse(path, 303)
