"""Bills of materials: keep versions, explode a demand, find uses.

A version is checked together with all that are kept: unknown items, units that do not fit and
cycles are refused before anything is written. What a question needs is read level by level, so
that the page of one item does not wait for the bills of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date

from sqlalchemy import Connection

from sanpin.base import N_, InputError
from sanpin.base.units import unit
from sanpin.kit import audit
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.master.engine import (
    Explosion,
    Node,
    check_cycles,
    explode,
    tree,
    valid_bills,
    where_used,
)
from sanpin.master.model import BillLine, BillOfMaterials, Item
from sanpin.master.service.changes import changing
from sanpin.master.service.nouns import NOUNS, missing
from sanpin.master.service.records import RecordPage, unknown_reference
from sanpin.master.store import bills as store

__all__ = [
    "bill_tree",
    "bills_on",
    "check_bills",
    "delete_bill",
    "direct_users",
    "explode_demand",
    "get_bills",
    "list_bills",
    "put_bill",
    "uses_of",
]


def list_bills(
    ctx: Context, *, search: str = "", cursor: str = "", limit: int = 50
) -> RecordPage[BillOfMaterials]:
    """List bills by item; all versions of an item stand on one page."""
    ctx.require(Role.VIEWER)
    with ctx.db.read() as conn:
        rows = store.page_of_bills(conn, ctx.firm, search=search, after=cursor, limit=limit + 1)
        total = store.count_bills(conn, ctx.firm, search)
    made = list(dict.fromkeys(bill.item for bill in rows))
    more = made[limit - 1] if len(made) > limit else ""
    return RecordPage([bill for bill in rows if bill.item in made[:limit]], total, more)


def get_bills(ctx: Context, item: str) -> list[BillOfMaterials]:
    """Return every version of an item's bill; none when it is made from nothing."""
    ctx.require(Role.VIEWER)
    with ctx.db.read() as conn:
        return store.bills_of(conn, ctx.firm, item)


def bills_on(ctx: Context, day: date) -> dict[str, BillOfMaterials]:
    """Return the valid version of every bill on a day, by item.

    The way for flows that plan many items: read once, then use `sanpin.master.engine`.
    """
    ctx.require(Role.VIEWER)
    with ctx.db.read() as conn:
        return valid_bills(store.all_bills(conn, ctx.firm), day)


def put_bill(ctx: Context, bill: BillOfMaterials) -> None:
    """Keep a version of a bill, new or in place of the same version.

    Raises
    ------
    InputError
        for an unknown item, units of different kinds, or a cycle, which it names
    """
    ctx.require(Role.PLANNER)
    with changing(ctx) as conn:
        check_bills(conn, ctx.firm, [bill])
        found = store.bills_of(conn, ctx.firm, bill.item)
        before = next((old for old in found if old.version == bill.version), None)
        store.put_bills(conn, ctx.firm, [bill], ctx.now())
        verb = "change" if before else "create"
        audit.record(
            conn,
            ctx,
            f"master.boms.{verb}",
            _subject(bill),
            before and asdict(before),
            asdict(bill),
        )


def delete_bill(ctx: Context, item: str, version: int) -> None:
    """Delete one version of a bill with its lines.

    Raises
    ------
    StateError
        ``master.record.missing`` when there is no such version
    """
    ctx.require(Role.PLANNER)
    with changing(ctx) as conn:
        found = store.bills_of(conn, ctx.firm, item)
        before = next((bill for bill in found if bill.version == version), None)
        if before is None:
            raise missing(N_("There is no bill of materials “{value}”."), f"{item}/{version}")
        store.delete_bill(conn, ctx.firm, item, version)
        audit.record(conn, ctx, "master.boms.delete", _subject(before), asdict(before))


def check_bills(conn: Connection, firm: str, new: Iterable[BillOfMaterials]) -> None:
    """Refuse bills that name unknown items, mix kinds of units, or close a cycle.

    The cycle is looked for in what the bills would be, together with those kept already.
    """
    given = list(new)
    items = {item.code: item for item in NOUNS["items"].shelf.page(conn, firm)}
    for bill in given:
        check_items(items, bill)
    kept = {(bill.item, bill.version): bill for bill in store.all_bills(conn, firm)}
    kept |= {(bill.item, bill.version): bill for bill in given}
    check_cycles(list(kept.values()))


def check_items(items: Mapping[str, Item], bill: BillOfMaterials) -> None:
    """Refuse a bill with an unknown item, or with a unit that does not fit its component."""
    if bill.item not in items:
        raise unknown_reference("item", bill.item, "items")
    for line in bill.lines:
        if line.component not in items:
            raise unknown_reference("component", line.component, "items")
        wanted, own = unit(line.unit), unit(items[line.component].unit)
        if wanted.dimension != own.dimension:
            raise wrong_unit(line.component, wanted.code, own.code)


def wrong_unit(component: str, given: str, own: str) -> InputError:
    """Return the refusal of a bill line whose unit measures something else."""
    return InputError(
        "master.bom.unit",
        N_("{component} is counted in {own}; {value} measures something else."),
        hint=N_("Give the quantity in a unit of the same kind."),
        column="unit",
        value=given,
        component=component,
        own=own,
    )


def explode_demand(ctx: Context, demand: Mapping[str, float], day: date | None = None) -> Explosion:
    """Add up what a demand needs on all levels, with the bills valid on a day.

    Parameters
    ----------
    demand : item to quantity in the item's unit
    day : today by default

    Returns
    -------
    Totals by level, single uses and scrap; `Explosion.materials` are what must be bought.

    Raises
    ------
    InputError
        ``master.bom.cycle`` when versions that meet on that day need each other
    """
    with ctx.db.read() as conn:
        bills = _below(conn, ctx.firm, demand, day or ctx.now().date())
        named = {line.component for bill in bills.values() for line in bill.lines}
        items = NOUNS["items"].shelf.some(conn, ctx.firm, named)
    return explode(bills, demand, units={item.code: item.unit for item in items})


def bill_tree(
    ctx: Context, item: str, quantity: float = 1.0, day: date | None = None
) -> list[Node]:
    """Return the indented bill of materials of an item.

    Parameters
    ----------
    quantity : of the item; all lines are given for so many
    day : today by default
    """
    ctx.require(Role.VIEWER)
    with ctx.db.read() as conn:
        bills = _below(conn, ctx.firm, [item], day or ctx.now().date())
    return list(tree(bills, item, quantity))


def uses_of(ctx: Context, component: str, day: date | None = None) -> dict[str, float]:
    """Return every item that needs a component, with the quantity in one of it.

    Parameters
    ----------
    day : today by default

    Returns
    -------
    Item to quantity on all ways and levels, scrap included, in the unit of the bill lines; the
    nearest users first.
    """
    ctx.require(Role.VIEWER)
    with ctx.db.read() as conn:
        above, newest = {component}, {component}
        while newest:
            newest = store.users_of_many(conn, ctx.firm, newest) - above
            above |= newest
        bills = store.bills_of_many(conn, ctx.firm, above)
    return where_used(valid_bills(bills, day or ctx.now().date()), component)


def direct_users(
    ctx: Context, component: str, day: date, limit: int = 100
) -> tuple[list[tuple[str, BillLine]], int]:
    """Return the first items, by code, whose valid bills name a component, with their lines.

    Returns
    -------
    The pairs, and how many items name the component in any version of their bills.
    """
    ctx.require(Role.VIEWER)
    with ctx.db.read() as conn:
        users = sorted(store.users_of_many(conn, ctx.firm, [component]))
        bills = valid_bills(store.bills_of_many(conn, ctx.firm, users[:limit]), day)
    found = [
        (bill.item, line)
        for bill in bills.values()
        for line in bill.lines
        if line.component == component
    ]
    return found, len(users)


def _below(
    conn: Connection, firm: str, items: Iterable[str], day: date
) -> dict[str, BillOfMaterials]:
    """Return the valid bills that some items need, read level by level."""
    found: dict[str, BillOfMaterials] = {}
    asked, newest = set[str](), set(items)
    while newest:
        bills = valid_bills(store.bills_of_many(conn, firm, newest), day)
        found |= bills
        asked |= newest
        newest = {line.component for bill in bills.values() for line in bill.lines} - asked
    return found


def _subject(bill: BillOfMaterials) -> str:
    return f"boms/{bill.item}/{bill.version}"
