"""Pages of places and parties: the list with its search, and the form of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from sanpin.base import N_, InputError, SanpinError
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.kit.http import context, needs
from sanpin.kit.i18n import Translator, translate_error
from sanpin.kit.pages import render
from sanpin.trace import service
from sanpin.trace.model.masterdata import Place

__all__ = ["router"]

router = APIRouter(prefix="/trace", include_in_schema=False)

Here = Annotated[Context, Depends(context)]

ROWS = 100
"""Places of a page."""
_KINDS: Mapping[str, str] = {"place": N_("place"), "party": N_("party")}
_FIELDS: Mapping[str, str] = {
    "id": N_("GLN, or any writing of the place or party"),
    "name_en": N_("English name"),
    "name_zh": N_("Chinese name"),
    "address": N_("Address"),
    "city": N_("City"),
    "country": N_("Country (two letters)"),
    "latitude": N_("Latitude"),
    "longitude": N_("Longitude"),
    "contact": N_("Contact"),
    "phone": N_("Telephone"),
    "email": N_("E-mail"),
    "parent": N_("Lies within (GLN)"),
}


async def _form(request: Request) -> dict[str, str]:
    """Texts of a posted form."""
    posted = await request.form()
    return {name: value.strip() for name, value in posted.items() if isinstance(value, str)}


Posted = Annotated[dict[str, str], Depends(_form)]


@router.get("/places", response_class=HTMLResponse)
def show_places(
    request: Request, ctx: Here, search: str = "", kind: str = "", after: str = ""
) -> Response:
    """Answer: which places and parties are known?"""
    words = Translator(ctx.language)
    found = service.places(ctx, search=search, kind=kind, after=after, limit=ROWS)
    chosen = {name: text for name, text in (("search", search), ("kind", kind)) if text}
    following = urlencode(chosen | {"after": found.next})
    names = {one.id: one.name(ctx.language) for one in service.places(ctx).rows}
    return render(
        request,
        ctx,
        "trace/places.html",
        answer=words.text(
            N_("**{count}** places and parties are described."), count=words.number(len(names))
        ),
        rows=[_row(ctx, words, one, names) for one in found.rows],
        total=found.total,
        known=len(names),
        search=search,
        kind=kind,
        kinds=[("", words.text(N_("places and parties")))]
        + [(value, words.text(word)) for value, word in _KINDS.items()],
        next_url=f"/trace/places?{following}" if found.next else "",
        export_url=f"/api/v1/trace/places?{urlencode(chosen)}"
        if chosen
        else "/api/v1/trace/places",
    )


def _row(ctx: Context, words: Translator, one: Place, names: Mapping[str, str]) -> dict[str, Any]:
    """Write words for what stands in a row."""
    return {
        "id": one.id,
        "name": one.name(ctx.language) or one.id,
        "kind": words.text(_KINDS[one.kind]),
        "where": " ".join(part for part in (one.address, one.city, one.country) if part),
        "contact": " · ".join(part for part in (one.contact, one.phone, one.email) if part),
        "parent": names.get(one.parent) or one.parent,
        "url": f"/trace/place?id={quote(one.id, safe='')}",
        "located": words.text(N_("yes")) if one.latitude is not None else "",
    }


@router.get("/place", response_class=HTMLResponse)
def show_place(request: Request, ctx: Here, id: str = "") -> Response:  # noqa: A002
    """Show the form of a place, or an empty one."""
    one = service.place(ctx, id) if id else None
    values = {name: _text(getattr(one, name)) for name in (*_FIELDS, "kind")} if one else {}
    return _page(request, ctx, values, known=id)


def _text(value: object) -> str:
    """Write a value as the text of its field."""
    return "" if value is None else str(value)


@router.post("/place")
@needs(Role.PLANNER)
def save_place(request: Request, ctx: Here, form: Posted) -> Response:
    """Keep the place of a form; a refused one comes back as it was typed, with the reason."""
    try:
        one = service.save_place(ctx, _read(form))
    except InputError as error:
        return _page(request, ctx, form, known=form.get("known", ""), error=error)
    return RedirectResponse(f"/trace/place?id={quote(one.id, safe='')}", 303)


def _read(form: Mapping[str, str]) -> Place:
    """Read a place out of a form."""
    values: dict[str, Any] = {name: form.get(name, "") for name in (*_FIELDS, "kind")}
    if form.get("known"):
        values["id"] = form["known"]
    for name in ("latitude", "longitude"):
        try:
            values[name] = float(values[name]) if values[name] else None
        except ValueError:
            raise InputError(
                "trace.place.degrees",
                N_("“{value}” is no number of degrees."),
                hint=N_("Write it as 29.56, without other signs."),
                value=values[name],
            ) from None
    return Place(**values)


@router.post("/place/delete")
@needs(Role.ENGINEER)
def delete_place(ctx: Here, form: Posted) -> Response:
    """Forget a place."""
    service.delete_place(ctx, form.get("id", ""))
    return RedirectResponse("/trace/places", 303)


def _page(
    request: Request,
    ctx: Context,
    values: Mapping[str, str],
    *,
    known: str = "",
    error: SanpinError | None = None,
) -> HTMLResponse:
    """Render the form."""
    words = Translator(ctx.language)
    names = [values.get(field, "") for field in ("name_en", "name_zh")]
    if ctx.language == "zh-CN":
        names.reverse()
    name = next(filter(None, names), known)
    question = words.text(N_("What is known of {place}?"), place=name) if known else ""
    return render(
        request,
        ctx,
        "trace/place.html",
        status_code=error.status if error else 200,
        question=question or words.text(N_("Which place or party is new?")),
        known=known,
        fields=[
            (words.text(label), field, values.get(field, ""))
            for field, label in _FIELDS.items()
            if not (known and field == "id")
        ],
        kinds=[(value, words.text(word)) for value, word in _KINDS.items()],
        kind=values.get("kind", "place"),
        refusal=translate_error(error, ctx.language) if error else None,
        events_url=f"/trace/events?WD_bizLocation={quote(known, safe='')}" if known else "",
        may_delete=ctx.actor.role.allows(Role.ENGINEER),
    )
