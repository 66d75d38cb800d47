"""List pages: items, partners, sites, calendars, bills of materials.

Each asks its question, answers with the number of records, and shows a page of them; search
and menus go into the address, so that a list can be sent to a colleague, and into the export,
which always holds all rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from sanpin.base import N_
from sanpin.kit.context import Context
from sanpin.kit.i18n import Translator
from sanpin.kit.pages import Formats, render
from sanpin.master import service
from sanpin.master.model import name_of
from sanpin.master.model.labels import ITEM_LABELS, PARTNER_LABELS, SITE_LABELS, SUPPLY_LABELS
from sanpin.master.pages.shared import (
    Here,
    NounName,
    family_word,
    options,
    record_path,
    say,
    tabs,
    word,
)

__all__ = ["router"]

router = APIRouter()

ROWS = 100
"""Rows of a page: as many as one scrolls through before searching."""
_KINDS: Mapping[str, Mapping[str, str]] = {
    "items": ITEM_LABELS,
    "partners": PARTNER_LABELS,
    "sites": SITE_LABELS,
    "calendars": {},
}
_QUESTIONS = {
    "items": N_("What do we make, buy and sell?"),
    "partners": N_("Whom do we deal with?"),
    "sites": N_("Where do we work?"),
    "calendars": N_("When do we work?"),
    "boms": N_("What are our products made from?"),
}
_ANSWERS = {
    "items": N_("**{count}** items in **{families}** families."),
    "partners": N_("**{count}** customers, suppliers and carriers."),
    "sites": N_("**{count}** plants, warehouses and shops."),
    "calendars": N_("**{count}** calendars of working time."),
    "boms": N_("**{count}** items have a bill of materials."),
}
_ADD = {
    "items": N_("Add an item"),
    "partners": N_("Add a partner"),
    "sites": N_("Add a site"),
    "calendars": N_("Add a calendar"),
    "boms": N_("Add a bill of materials"),
}
_EMPTY = {
    "items": N_("Items appear here once orders or an item list are imported."),
    "partners": N_("Customers, suppliers and carriers appear here."),
    "sites": N_("Plants, warehouses and shops appear here."),
    "calendars": N_("Shifts, breaks and days off appear here."),
    "boms": N_("What each product is made from appears here, level by level."),
}


@router.get("/boms")
def bill_list(request: Request, ctx: Here, search: str = "", cursor: str = "") -> HTMLResponse:
    """List bills of materials, each version in a row of its own."""
    found = service.list_bills(ctx, search=search, cursor=cursor, limit=ROWS)
    names = {item.code: item.name(ctx.language) for item in _named(ctx, found.rows)}
    rows = [
        {
            "item": bill.item,
            "name": names.get(bill.item, ""),
            "version": bill.version,
            "components": len(bill.lines),
            "valid_from": bill.valid_from,
            "valid_until": bill.valid_until,
            "sample": _mark(ctx, bill.sample),
            "link": record_path("items", bill.item),
        }
        for bill in found.rows
    ]
    return _page(request, ctx, "boms", rows, found, search, {})


def _named(ctx: Context, bills: Any) -> list[Any]:
    """Return the items that some bills belong to, for their names."""
    known = service.items_of(ctx, {bill.item for bill in bills})
    return list(known.values())


@router.get("/{noun}")
def record_list(
    request: Request,
    ctx: Here,
    noun: NounName,
    search: str = "",
    family: str = "",
    kind: str = "",
    cursor: str = "",
) -> HTMLResponse:
    """List the records of a noun.

    Unknown families and kinds in the address choose nothing and are no fault.
    """
    equal = {"family": family} if noun == "items" else {}
    if _KINDS[noun]:
        equal["kind"] = kind
    found = service.list_records(ctx, noun, search=search, cursor=cursor, limit=ROWS, **equal)
    rows = [_ROWS[noun](ctx, record) for record in found.rows]
    return _page(request, ctx, noun, rows, found, search, equal)


def _page(
    request: Request,
    ctx: Context,
    noun: str,
    rows: list[dict[str, Any]],
    found: service.RecordPage[Any],
    search: str,
    equal: Mapping[str, str],
) -> HTMLResponse:
    """Render a list.

    Parameters
    ----------
    rows : cells by column, in the reader's words
    found : the page of records that the rows were made from
    equal : menu to chosen value; only the menus that the noun has
    """
    filters = {"search": search, **equal}
    chosen = urlencode({name: value for name, value in filters.items() if value})
    families = service.families(ctx) if noun == "items" else {}
    formats = Formats(Translator(ctx.language))
    return render(
        request,
        ctx,
        "master/list.html",
        noun=noun,
        question=say(ctx, _QUESTIONS[noun]),
        answer=say(
            ctx,
            _ANSWERS[noun],
            count=formats.number(found.total),
            families=len(families),
        ),
        add=say(ctx, _ADD[noun]),
        what=say(ctx, _EMPTY[noun]),
        tabs=tabs(ctx),
        rows=rows,
        total=found.total,
        next=found.next,
        search=search,
        filtered=bool(chosen),
        menus=_menus(ctx, noun, equal, families),
        export_url=f"/api/v1/master/exports/{noun}" + (f"?{chosen}" if chosen else ""),
    )


def _menus(
    ctx: Context, noun: str, equal: Mapping[str, str], families: Mapping[str, int]
) -> dict[str, dict[str, Any]]:
    """Return the menus of the filter sentence."""
    menus: dict[str, dict[str, Any]] = {}
    if noun == "items":
        words = sorted(((one, family_word(ctx, one)) for one in families), key=lambda pair: pair[1])
        menus["family"] = {
            "label": say(ctx, N_("Family")),
            "value": equal["family"],
            "options": [("", say(ctx, N_("all families"))), *words],
        }
    if "kind" in equal:
        menus["kind"] = {
            "label": say(ctx, N_("Kind")),
            "value": equal["kind"],
            "options": options(ctx, _KINDS[noun], everything=N_("all kinds")),
        }
    return menus


def _mark(ctx: Context, sample: bool) -> str:
    """Return the mark of a sample record, in words because colour alone says nothing."""
    return say(ctx, N_("SAMPLE")) if sample else ""


def _item(ctx: Context, item: Any) -> dict[str, Any]:
    """Return the cells of an item."""
    return {
        "code": item.code,
        "name": item.name(ctx.language),
        "family": family_word(ctx, item.family),
        "kind": word(ctx, ITEM_LABELS, item.kind),
        "supply": word(ctx, SUPPLY_LABELS, item.supply),
        "unit": item.unit,
        "gtin": item.gtin,
        "sample": _mark(ctx, item.sample),
        "link": record_path("items", item.code),
    }


def _place(labels: Mapping[str, str], noun: str, *fields: str) -> Any:
    """Return what makes a row of a partner or site."""

    def row(ctx: Context, record: Any) -> dict[str, Any]:
        shown = {name: getattr(record, name) for name in ("code", *fields)}
        return shown | {
            "name": name_of(record, ctx.language),
            "kind": word(ctx, labels, getattr(record, "kind", "")),
            "sample": _mark(ctx, record.sample),
            "link": record_path(noun, record.code),
        }

    return row


def _calendar(ctx: Context, record: Any) -> dict[str, Any]:
    """Return the cells of a calendar."""
    shown: dict[str, Any] = _place({}, "calendars", "zone")(ctx, record)
    spans = [f"{shift.start:%H:%M}–{shift.end:%H:%M}" for shift in record.shifts]
    public = say(ctx, N_("mainland China")) if record.public_holidays else ""
    return shown | {"shifts": ", ".join(spans), "public": public}


_ROWS = {
    "items": _item,
    "partners": _place(PARTNER_LABELS, "partners", "country", "gln"),
    "sites": _place(SITE_LABELS, "sites", "address", "calendar", "gln"),
    "calendars": _calendar,
}
