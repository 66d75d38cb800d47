"""Pages of one item, partner or site.

An item's page answers both questions that people have about it: what is in it, and where is it
used. Bills are those valid on the as-of day, so the page agrees with the plan of that day.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from sanpin.base import N_
from sanpin.kit.context import Context
from sanpin.kit.pages import as_of_day, render
from sanpin.master import service
from sanpin.master.model import Item, Partner, Site, name_of
from sanpin.master.model.labels import ITEM_LABELS, PARTNER_LABELS, SITE_LABELS, SUPPLY_LABELS
from sanpin.master.pages.shared import Here, family_word, record_path, say, tabs, word

__all__ = ["router"]

router = APIRouter()

Fact = dict[str, str]
_QUANTITIES = (1, 10, 100, 1000)
_ATTRIBUTES = {
    "colour": N_("Colour"),
    "pieces": N_("Pieces in the set"),
    "size": N_("Size"),
    "materials": N_("Materials"),
    "case_quantity": N_("Products in a case"),
}


@router.get("/items/{code:path}")
def item_page(
    request: Request, ctx: Here, code: str, quantity: Literal["1", "10", "100", "1000"] = "1"
) -> HTMLResponse:
    """Show an item, what it is made from, and what is made from it."""
    item = service.get_item(ctx, code)
    day = as_of_day(ctx)
    nodes = _tree(ctx, code, int(quantity), day)
    users, total_users = service.direct_users(ctx, code, day)
    named = {row["item"] for row in nodes} | {user for user, _ in users}
    known = service.items_of(ctx, named)
    for row in nodes:
        row["name"] = known[row["item"]].name(ctx.language) if row["item"] in known else ""
    return render(
        request,
        ctx,
        "master/item.html",
        item=item,
        name=item.name(ctx.language),
        answer=_item_answer(ctx, item, len(nodes) - 1),
        tabs=tabs(ctx),
        facts=_item_facts(ctx, item),
        nodes=nodes,
        versions=service.get_bills(ctx, code),
        day=day,
        quantities={
            "quantity": {
                "label": say(ctx, N_("Quantity")),
                "value": quantity,
                "options": [(str(n), str(n)) for n in _QUANTITIES],
            }
        },
        uses=[
            {
                "item": user,
                "name": known[user].name(ctx.language) if user in known else "",
                "quantity": line.gross,
                "unit": line.unit,
                "link": record_path("items", user),
            }
            for user, line in users
        ],
        total_users=total_users,
    )


@router.get("/partners/{code:path}")
def partner_page(request: Request, ctx: Here, code: str) -> HTMLResponse:
    """Show a partner with the items it delivers and its sites."""
    partner = service.get_partner(ctx, code)
    supplied = service.list_records(ctx, "items", limit=200, supplier=code)
    sites = service.list_records(ctx, "sites", limit=200, partner=code)
    linked = [
        (N_("Items it delivers"), "items", supplied.rows),
        (N_("Its sites"), "sites", sites.rows),
    ]
    return _record_page(request, ctx, "partners", partner, _partner_facts(ctx, partner), linked)


@router.get("/sites/{code:path}")
def site_page(request: Request, ctx: Here, code: str) -> HTMLResponse:
    """Show a site with its place and working time."""
    site = service.get_site(ctx, code)
    return _record_page(request, ctx, "sites", site, _site_facts(ctx, site), [])


def _record_page(
    request: Request,
    ctx: Context,
    noun: str,
    record: Any,
    facts: list[Fact],
    linked: list[tuple[str, str, Any]],
) -> HTMLResponse:
    """Render the page of a partner or site.

    Parameters
    ----------
    linked : heading, noun and records of what belongs to it; empty groups are left out
    """
    return render(
        request,
        ctx,
        "master/record.html",
        noun=noun,
        record=record,
        name=name_of(record, ctx.language),
        facts=facts,
        tabs=tabs(ctx),
        linked=[
            {
                "title": say(ctx, title),
                "noun": target,
                "rows": [
                    {
                        "code": row.code,
                        "name": name_of(row, ctx.language),
                        "link": record_path(target, row.code),
                    }
                    for row in rows
                ],
            }
            for title, target, rows in linked
            if rows
        ],
    )


def _tree(ctx: Context, code: str, quantity: int, day: date) -> list[dict[str, Any]]:
    """Return the lines of an indented bill with their decimals and addresses."""
    return [
        {
            "level": node.level,
            "item": node.item,
            "quantity": node.quantity,
            "digits": digits_of(node.quantity),
            "unit": node.line.unit if node.line else "",
            "scrap": node.line.scrap_share if node.line else None,
            "link": record_path("items", node.item),
        }
        for node in service.bill_tree(ctx, code, quantity, day)
    ]


def digits_of(quantity: float) -> int:
    """Return how many decimals show a quantity to about four figures."""
    if quantity == int(quantity) or quantity >= 1000:
        return 0
    return 1 if quantity >= 100 else 3 if quantity >= 1 else 5


def _item_answer(ctx: Context, item: Item, components: int) -> str:
    """Return the sentence under an item's question."""
    if components > 0:
        return say(
            ctx, N_("Made from **{components}** components on all levels."), components=components
        )
    supply = word(ctx, SUPPLY_LABELS, item.supply)
    return say(ctx, N_("It is {supply} and has no bill of materials."), supply=supply)


def _fact(ctx: Context, label: str, value: object, link: str = "") -> Fact:
    """Return a label with its value; an empty value is not shown."""
    return {"label": say(ctx, label), "value": str(value or ""), "link": link}


def _item_facts(ctx: Context, item: Item) -> list[Fact]:
    """Return what is known about an item, its attributes last."""
    facts = [
        _fact(ctx, N_("Code"), item.code),
        _fact(ctx, N_("English name"), item.name_en),
        _fact(ctx, N_("Chinese name"), item.name_zh),
        _fact(ctx, N_("Unit"), item.unit),
        _fact(ctx, N_("Family"), family_word(ctx, item.family)),
        _fact(ctx, N_("Kind"), word(ctx, ITEM_LABELS, item.kind)),
        _fact(ctx, N_("Supply"), word(ctx, SUPPLY_LABELS, item.supply)),
        _fact(ctx, N_("GTIN"), item.gtin),
    ]
    if item.supplier:
        link = record_path("partners", item.supplier)
        facts.append(_fact(ctx, N_("Supplier"), item.supplier, link))
    for name, value in item.attributes.items():
        text = ", ".join(map(str, value)) if isinstance(value, list) else value
        facts.append({"label": word(ctx, _ATTRIBUTES, name), "value": str(text), "link": ""})
    return facts


def _partner_facts(ctx: Context, partner: Partner) -> list[Fact]:
    """Return what is known about a partner."""
    return [
        _fact(ctx, N_("Code"), partner.code),
        _fact(ctx, N_("English name"), partner.name_en),
        _fact(ctx, N_("Chinese name"), partner.name_zh),
        _fact(ctx, N_("Kind"), word(ctx, PARTNER_LABELS, partner.kind)),
        _fact(ctx, N_("Country"), partner.country),
        _fact(ctx, N_("GLN"), partner.gln),
    ]


def _site_facts(ctx: Context, site: Site) -> list[Fact]:
    """Return what is known about a site."""
    known = site.latitude is not None and site.longitude is not None
    position = f"{site.latitude:.4f}, {site.longitude:.4f}" if known else ""
    return [
        _fact(ctx, N_("Code"), site.code),
        _fact(ctx, N_("English name"), site.name_en),
        _fact(ctx, N_("Chinese name"), site.name_zh),
        _fact(ctx, N_("Kind"), word(ctx, SITE_LABELS, site.kind)),
        _fact(ctx, N_("Address"), site.address),
        _fact(ctx, N_("Country"), site.country),
        _fact(ctx, N_("Position"), position),
        _fact(ctx, N_("GLN"), site.gln),
        _fact(
            ctx,
            N_("Calendar"),
            site.calendar,
            record_path("calendars", site.calendar) if site.calendar else "",
        ),
        _fact(
            ctx,
            N_("Partner"),
            site.partner,
            record_path("partners", site.partner) if site.partner else "",
        ),
    ]
