"""Whole collections for flows: all items, partners, sites, and working time of sites.

A flow takes these records to the engines of other domains; it never opens the store itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sanpin.base import Calendar
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.master.engine import attributes_of, family_of
from sanpin.master.model import CalendarRecord, Item, Partner, Site
from sanpin.master.service.changes import changing
from sanpin.master.service.nouns import NOUNS
from sanpin.master.service.records import get_calendar, get_site

__all__ = [
    "all_calendars",
    "all_items",
    "all_partners",
    "all_sites",
    "items_of",
    "register_items",
    "site_calendar",
    "working_time",
]


def all_items(ctx: Context) -> dict[str, Item]:
    """Return every item by code."""
    return _all(ctx, "items")


def items_of(ctx: Context, codes: Collection[str]) -> dict[str, Item]:
    """Return the items of some codes; codes that name nothing are left out."""
    ctx.require(Role.VIEWER)
    with ctx.db.read() as conn:
        return {item.code: item for item in NOUNS["items"].shelf.some(conn, ctx.firm, codes)}


def all_partners(ctx: Context) -> dict[str, Partner]:
    """Return every partner by code."""
    return _all(ctx, "partners")


def all_sites(ctx: Context) -> dict[str, Site]:
    """Return every site by code."""
    return _all(ctx, "sites")


def all_calendars(ctx: Context) -> dict[str, CalendarRecord]:
    """Return every calendar record by code."""
    return _all(ctx, "calendars")


def working_time(ctx: Context, code: str, years: Iterable[int]) -> Calendar:
    """Build the working-time calendar of a code.

    Parameters
    ----------
    years : for which public holidays are put in; give all that the plan touches

    Raises
    ------
    StateError
        ``master.record.missing`` when there is no such calendar
    """
    return get_calendar(ctx, code).calendar(years)


def site_calendar(ctx: Context, site: str, years: Iterable[int]) -> Calendar | None:
    """Build the working-time calendar of a site; None when it keeps none and is always open."""
    code = get_site(ctx, site).calendar
    return working_time(ctx, code, years) if code else None


def register_items(ctx: Context, goods: Iterable[tuple[str, str]]) -> int:
    """Enter goods that orders name and master data do not know yet; return how many.

    Parameters
    ----------
    goods : code and description; family and attributes are read from the description
    """
    ctx.require(Role.PLANNER)
    shelf = NOUNS["items"].shelf
    with changing(ctx) as conn:
        known = shelf.codes(conn, ctx.firm)
        new = {code: text for code, text in goods if code not in known}
        items = [
            Item(
                code,
                " ".join(text.split()),
                family=family_of(text),
                attributes=attributes_of(text),
            )
            for code, text in new.items()
        ]
        shelf.put(conn, ctx.firm, items, ctx.now())
    return len(items)


def _all(ctx: Context, noun: str) -> dict[str, Any]:
    """Return every record of a noun by code."""
    ctx.require(Role.VIEWER)
    with ctx.db.read() as conn:
        return {record.code: record for record in NOUNS[noun].shelf.page(conn, ctx.firm)}
