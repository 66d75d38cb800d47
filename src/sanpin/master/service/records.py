"""Look up, keep and delete items, partners, sites and calendars.

Reading needs a viewer, changing a planner. Every change is one transaction with its line in
the audit log, which holds the record before and after.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Connection

from sanpin.base import N_, InputError, StateError
from sanpin.kit import audit
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.master.model import CalendarRecord, Item, Partner, Site
from sanpin.master.service.changes import changing
from sanpin.master.service.nouns import NOUNS, Noun, Record, find_noun, missing, noun_of
from sanpin.master.store import bills

__all__ = [
    "RecordPage",
    "check_new",
    "check_references",
    "delete_record",
    "families",
    "get_calendar",
    "get_item",
    "get_partner",
    "get_record",
    "get_site",
    "gtin_taken",
    "list_records",
    "put_record",
    "unknown_reference",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RecordPage(Generic[T]):
    """A page of a list.

    Attributes
    ----------
    rows : records by code
    total : how many there are on all pages
    next : cursor of the next page, empty on the last
    """

    rows: Sequence[T]
    total: int
    next: str


def list_records(
    ctx: Context, noun: str, *, search: str = "", cursor: str = "", limit: int = 50, **equal: str
) -> RecordPage[Any]:
    """List records by code.

    Parameters
    ----------
    noun : ``items``, ``partners``, ``sites`` or ``calendars``
    search : part of a code, name or key
    cursor : where the page before ended
    limit : rows of a page
    equal : columns that must have a value, such as ``family="ceramic"``; empty means any
    """
    ctx.require(Role.VIEWER)
    shelf = find_noun(noun).shelf
    with ctx.db.read() as conn:
        rows = shelf.page(conn, ctx.firm, search=search, after=cursor, limit=limit + 1, **equal)
        total = shelf.count(conn, ctx.firm, search=search, **equal)
    more = rows[limit - 1].code if len(rows) > limit else ""
    return RecordPage(rows[:limit], total, more)


def families(ctx: Context) -> dict[str, int]:
    """Count the items of each family.

    Returns
    -------
    Family to number of items, by family; the built-in families and the firm's own.
    """
    ctx.require(Role.VIEWER)
    with ctx.db.read() as conn:
        return NOUNS["items"].shelf.tally(conn, ctx.firm, "family")


def get_record(ctx: Context, noun: str, code: str) -> Any:
    """Return a record by its code.

    Raises
    ------
    StateError
        ``master.record.missing`` when there is none
    """
    ctx.require(Role.VIEWER)
    known = find_noun(noun)
    with ctx.db.read() as conn:
        record = known.shelf.get(conn, ctx.firm, code)
    if record is None:
        raise missing(known.missing, code)
    return record


def get_item(ctx: Context, code: str) -> Item:
    """Return an item.

    Raises
    ------
    StateError
        ``master.record.missing`` when there is none
    """
    return cast(Item, get_record(ctx, "items", code))


def get_partner(ctx: Context, code: str) -> Partner:
    """Return a partner."""
    return cast(Partner, get_record(ctx, "partners", code))


def get_site(ctx: Context, code: str) -> Site:
    """Return a site."""
    return cast(Site, get_record(ctx, "sites", code))


def get_calendar(ctx: Context, code: str) -> CalendarRecord:
    """Return a calendar record."""
    return cast(CalendarRecord, get_record(ctx, "calendars", code))


def put_record(ctx: Context, record: Record) -> None:
    """Keep a record, new or in place of the one with its code.

    Raises
    ------
    InputError
        when it refers to a record that is not there, or takes another item's GTIN
    """
    ctx.require(Role.PLANNER)
    noun = noun_of(record)
    with changing(ctx) as conn:
        check_references(conn, ctx.firm, noun, [record])
        if isinstance(record, Item):
            _check_gtin(conn, ctx.firm, record)
        before = noun.shelf.get(conn, ctx.firm, record.code)
        noun.shelf.put(conn, ctx.firm, [record], ctx.now())
        audit.record(
            conn,
            ctx,
            f"master.{noun.name}.{'change' if before else 'create'}",
            f"{noun.name}/{record.code}",
            before and asdict(before),
            asdict(record),
        )


def check_new(ctx: Context, noun: str, code: str) -> None:
    """Refuse a code that a record has already, so that a new one replaces nothing.

    Raises
    ------
    StateError
        ``master.record.taken``
    """
    known = find_noun(noun)
    with ctx.db.read() as conn:
        if known.shelf.get(conn, ctx.firm, code) is not None:
            raise StateError(
                "master.record.taken",
                N_("There is a record “{value}” already."),
                hint=N_("Choose another code, or edit that record."),
                value=code,
            )


def delete_record(ctx: Context, noun: str, code: str) -> None:
    """Delete a record that no other refers to.

    Raises
    ------
    StateError
        ``master.record.missing``, or ``master.record.in_use`` with who refers to it
    """
    ctx.require(Role.PLANNER)
    known = find_noun(noun)
    with changing(ctx) as conn:
        before = known.shelf.get(conn, ctx.firm, code)
        if before is None:
            raise missing(known.missing, code)
        users = _users(conn, ctx.firm, known, code)
        if users:
            raise StateError(
                "master.record.in_use",
                N_("“{value}” is used by {users} and cannot be deleted."),
                hint=N_("Take it out there first."),
                value=code,
                users=", ".join(users[:5]) + (" …" if len(users) > 5 else ""),
            )
        known.shelf.delete(conn, ctx.firm, code)
        audit.record(conn, ctx, f"master.{noun}.delete", f"{noun}/{code}", asdict(before))


def check_references(conn: Connection, firm: str, noun: Noun, records: Iterable[Record]) -> None:
    """Refuse the first record that refers to a code which is not there.

    Checked here and not by foreign keys, because the message must name the record and because
    distributed databases do not check keys across nodes.
    """
    known = {name: NOUNS[name].shelf.codes(conn, firm) for name in set(noun.refers.values())}
    for record in records:
        for field, target in noun.refers.items():
            code = getattr(record, field)
            if code and code not in known[target]:
                raise unknown_reference(field, code, target)


def unknown_reference(field: str, code: str, target: str) -> InputError:
    """Return the refusal of a code that names nothing."""
    return InputError(
        "master.reference.unknown",
        NOUNS[target].missing,
        hint=N_("Enter or import it there first."),
        column=field,
        value=code,
        target=target,
    )


def _check_gtin(conn: Connection, firm: str, item: Item) -> None:
    """Refuse a GTIN that another item of the firm has."""
    if not item.gtin:
        return
    holders = NOUNS["items"].shelf.page(conn, firm, gtin=item.gtin, limit=2)
    others = [holder.code for holder in holders if holder.code != item.code]
    if others:
        raise gtin_taken(item, others[0])


def gtin_taken(item: Item, other: str) -> InputError:
    """Return the refusal of a GTIN that another item has."""
    return InputError(
        "master.item.gtin_taken",
        N_("The GTIN {value} belongs to item {other} already."),
        hint=N_("A GTIN names one item only; give {item} another one."),
        column="gtin",
        value=item.gtin,
        other=other,
        item=item.code,
    )


def _users(conn: Connection, firm: str, noun: Noun, code: str) -> list[str]:
    """Return who refers to a record: codes of records, and ``boms/ITEM`` for an item's own bill.

    A few names are enough for the message, so no more are read.
    """
    found = sorted(bills.users_of_many(conn, firm, [code])) if noun.name == "items" else []
    if noun.name == "items" and bills.bills_of(conn, firm, code):
        found.append(f"boms/{code}")
    for other in NOUNS.values():
        for field, target in other.refers.items():
            if target == noun.name:
                rows = other.shelf.page(conn, firm, limit=6, **{field: code})
                found += [row.code for row in rows]
    return found
