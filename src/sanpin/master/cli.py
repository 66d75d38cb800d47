"""Commands of master data: ``sanpin master items | partners | sites | calendars | bom | ...``.

They look up, compute and export. Records are changed by import, by page or by HTTP, where the
whole record can be seen; a command line would hide what it replaces.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from sanpin.base import N_
from sanpin.kit.cli import current_context, ngettext, print_result, say

if TYPE_CHECKING:
    from sanpin.kit.context import Context
    from sanpin.master.engine import Node

__all__ = ["app"]

app = App(name="master", help=N_("Items, partners, sites, bills of materials, calendars."))
_items = App(name="items", help=N_("Look up items."))
_boms = App(name="bom", help=N_("Work with bills of materials."))
_calendars = App(name="calendars", help=N_("Look up calendars."))
for _part in (_items, _boms, _calendars):
    app.command(_part)

NounName = Literal["items", "partners", "sites", "boms", "calendars"]
Quantity = Annotated[float, Parameter(help=N_("How many to make."))]
Day = Annotated[date | None, Parameter(help=N_("Day on which bills are valid; today by default."))]


@_items.command(name="list")
def list_items(*, search: str = "", family: str = "", limit: int = 50) -> None:
    """List items by code.

    Parameters
    ----------
    search
        Part of a code, name or GTIN.
    family
        Only items of this family.
    limit
        How many to show at most; 0 for all.
    """
    _list("items", search, limit, family=family)


@_items.command(name="show")
def show_item(code: str) -> None:
    """Show an item with what it is made from.

    Parameters
    ----------
    code
        The item.
    """
    from sanpin.kit.plain import plain
    from sanpin.master import service

    with current_context() as ctx:
        item = service.get_item(ctx, code)
        bills = service.get_bills(ctx, code)
        value = plain(item) | {"boms": plain(bills)}
        print_result(value, lambda: _item_lines(ctx, item, bills))


@app.command
def partners(*, search: str = "", limit: int = 50) -> None:
    """List partners by code.

    Parameters
    ----------
    search
        Part of a code, name or GLN.
    limit
        How many to show at most; 0 for all.
    """
    _list("partners", search, limit)


@app.command
def sites(*, search: str = "", limit: int = 50) -> None:
    """List sites by code.

    Parameters
    ----------
    search
        Part of a code, name or GLN.
    limit
        How many to show at most; 0 for all.
    """
    _list("sites", search, limit)


@app.command
def families() -> None:
    """Count the items of each family."""
    from sanpin.master import service

    with current_context() as ctx:
        found = service.families(ctx)
        print_result(found, lambda: "\n".join(f"{n:>7}  {name}" for name, n in found.items()))


@app.command
def family(description: str) -> None:
    """Tell the family and attributes that a description of goods is read to have.

    Parameters
    ----------
    description
        English text as on an order.
    """
    from sanpin.master.engine import attributes_of, family_of

    value = {"family": family_of(description), "attributes": attributes_of(description)}
    print_result(value, lambda: f"{value['family']}  {value['attributes']}")


@_boms.command
def explode(item: str, *, quantity: Quantity = 1.0, day: Day = None) -> None:
    """Show what an item needs on all levels.

    Parameters
    ----------
    item
        The item to make.
    """
    from sanpin.kit.plain import plain
    from sanpin.master import service

    with current_context() as ctx:
        service.get_item(ctx, item)
        nodes = service.bill_tree(ctx, item, quantity, day)
        explosion = service.explode_demand(ctx, {item: quantity}, day)
        value = plain(explosion) | {"materials": explosion.materials()}
        print_result(value, lambda: "\n".join(map(_node_line, nodes)))


@_boms.command(name="where-used")
def where_used(component: str, *, day: Day = None) -> None:
    """List every item that needs a component, with the quantity in one of it.

    Parameters
    ----------
    component
        The material or part.
    """
    from sanpin.master import service

    with current_context() as ctx:
        service.get_item(ctx, component)
        found = service.uses_of(ctx, component, day)
        rows = [f"{item}  {quantity:g}" for item, quantity in found.items()]
        print_result(found, lambda: "\n".join(rows) or say(N_("Nothing is made from it.")))


@_calendars.command(name="list")
def list_calendars(*, search: str = "", limit: int = 50) -> None:
    """List calendars by code.

    Parameters
    ----------
    search
        Part of a code or name.
    limit
        How many to show at most; 0 for all.
    """
    _list("calendars", search, limit)


@_calendars.command(name="windows")
def windows(code: str, *, start: date, until: date) -> None:
    """List the open windows of a calendar in minutes from the start of a day.

    Parameters
    ----------
    code
        The calendar.
    start
        First day.
    until
        First day no more.
    """
    from datetime import datetime, time
    from zoneinfo import ZoneInfo

    from sanpin.master import service

    with current_context() as ctx:
        calendar = service.working_time(ctx, code, range(start.year, until.year + 1))
        zone = ZoneInfo(calendar.zone)
        ends = [datetime.combine(day, time(), zone) for day in (start, until)]
        found = calendar.windows(*ends)
        value = {"origin": ends[0].isoformat(), "unit_seconds": 60, "windows": found}
        print_result(value, lambda: "\n".join(f"{a:>8} {b:>8}" for a, b in found))


@app.command
def export(noun: NounName, *, out: str) -> None:
    """Write all records of a noun to a file: CSV, XLSX, Parquet or JSON by its suffix.

    Parameters
    ----------
    noun
        What to export.
    out
        The file.
    """
    from pathlib import Path

    from sanpin.kit.files import write_table
    from sanpin.master import service

    with current_context() as ctx:
        table = service.export_table(ctx, noun)
        write_table(table, Path(out))
        value = {"noun": noun, "rows": table.height, "path": out}
        print_result(
            value,
            lambda: ngettext(
                "{rows} row written to {path}.", "{rows} rows written to {path}.",
                table.height, **value,
            ),
        )  # fmt: skip


def _node_line(node: Node) -> str:
    """Return a line of an indented bill as text."""
    unit = node.line.unit if node.line else ""
    return f"{'  ' * node.level}{node.item}  {node.quantity:g} {unit}".rstrip()


def _list(noun: str, search: str, limit: int, **equal: str) -> None:
    """Print a list of records, or the JSON of it."""
    from sanpin.kit.plain import plain
    from sanpin.master import service

    with current_context() as ctx:
        size = limit or 1_000_000
        found = service.list_records(ctx, noun, search=search, limit=size, **equal)
        value = {noun: plain(found.rows), "total": found.total}
        print_result(value, lambda: _lines(ctx, found.rows, found.total))


def _lines(ctx: Context, rows: Sequence[Any], total: int) -> str:
    """Return a list as text, with a last line that says what was left out."""
    from sanpin.master.model import name_of

    width = max((len(row.code) for row in rows), default=0)
    lines = []
    for row in rows:
        group = getattr(row, "family", "") or getattr(row, "kind", "")
        lines.append(f"{row.code:<{width}}  {group:<9}  {name_of(row, ctx.language)}")
    if len(rows) < total:
        lines.append(say(N_("{shown} of {total} shown."), shown=len(rows), total=total))
    return "\n".join(lines) or say(N_("None."))


def _item_lines(ctx: Context, item: Any, bills: Sequence[Any]) -> str:
    """Return an item and its bills as text."""
    lines = [f"{item.code}  {item.name(ctx.language)}"]
    lines.append(f"  {item.kind}, {item.supply}, {item.family}, {item.unit}  {item.gtin}".rstrip())
    lines += [f"  {name}: {value}" for name, value in item.attributes.items()]
    for bill in bills:
        lines.append("  " + say(N_("Bill of materials, version {version}"), version=bill.version))
        lines += [f"    {one.component}  {one.quantity:g} {one.unit}" for one in bill.lines]
    return "\n".join(lines)
