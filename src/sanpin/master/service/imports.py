"""Import of items, partners, sites and bills of materials: all rows or none.

An empty cell leaves a kept record's value as it is; a bill's version in a file replaces the
kept version with all its lines.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sanpin.base import N_, InputError
from sanpin.kit import audit
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.master.engine import attributes_of, family_of
from sanpin.master.model import (
    Item,
    ItemKind,
    Partner,
    PartnerKind,
    Site,
    SiteKind,
    Supply,
)
from sanpin.master.service.changes import changing
from sanpin.master.service.nouns import NOUNS, Record
from sanpin.master.service.records import gtin_taken, unknown_reference
from sanpin.master.service.refusals import Faults

if TYPE_CHECKING:
    import polars as pl

    from sanpin.kit.files import Source

__all__ = ["save_item_rows", "save_partner_rows", "save_site_rows"]

Build = Callable[[Mapping[str, Any], Any], Record]


def save_item_rows(
    ctx: Context, frame: pl.DataFrame, source: Source, *, dry_run: bool = False
) -> Mapping[str, int]:
    """Save the rows of an import of kind ``items``.

    Family and attributes of a new item are read from its English name where the file is silent.

    Returns
    -------
    ``items`` in the file, of these ``new`` and ``changed``; a dry run counts and saves nothing.

    Raises
    ------
    InputError
        ``files.rows.refused`` with every bad row: unknown unit or supplier, a GTIN with a wrong
        check digit or of another item, attributes that are no JSON object
    """
    return _save(ctx, frame, source, "items", _item, dry_run=dry_run)


def save_partner_rows(
    ctx: Context, frame: pl.DataFrame, source: Source, *, dry_run: bool = False
) -> Mapping[str, int]:
    """Save the rows of an import of kind ``partners``; counts as for items."""
    return _save(ctx, frame, source, "partners", _partner, dry_run=dry_run)


def save_site_rows(
    ctx: Context, frame: pl.DataFrame, source: Source, *, dry_run: bool = False
) -> Mapping[str, int]:
    """Save the rows of an import of kind ``sites``; counts as for items.

    A site may name a partner and a calendar; both must be there already.
    """
    return _save(ctx, frame, source, "sites", _site, dry_run=dry_run)


def _save(
    ctx: Context, frame: pl.DataFrame, source: Source, name: str, build: Build, *, dry_run: bool
) -> Mapping[str, int]:
    """Build every record, refuse all or keep all.

    References and GTINs are looked up in sets read once, so that a long file is no slower per row
    than a short one; a GTIN is also taken by an earlier row of the same file.
    """
    ctx.require(Role.PLANNER)
    noun = NOUNS[name]
    faults = Faults(ctx, source)
    with changing(ctx) as conn:
        kept = {record.code: record for record in noun.shelf.page(conn, ctx.firm)}
        known = {
            other: NOUNS[other].shelf.codes(conn, ctx.firm) for other in set(noun.refers.values())
        }
        holders = {one.gtin: one.code for one in kept.values() if getattr(one, "gtin", "")}
        made: list[Record] = []
        for row in frame.iter_rows(named=True):
            with faults.row(int(row["source_row"])):
                record = build(row, kept.get(row["code"]))
                for field, target in noun.refers.items():
                    code = getattr(record, field)
                    if code and code not in known[target]:
                        raise unknown_reference(field, code, target)
                if isinstance(record, Item) and record.gtin:
                    holder = holders.setdefault(record.gtin, record.code)
                    if holder != record.code:
                        raise gtin_taken(record, holder)
                made.append(record)
        faults.refuse()
        new = sum(record.code not in kept for record in made)
        counts = {name: len(made), "new": new, "changed": len(made) - new}
        if not dry_run:
            noun.shelf.put(conn, ctx.firm, made, ctx.now())
            audit.record(conn, ctx, f"master.{name}.import", source.name, after=counts)
    return counts


def _given(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells of a row that hold something."""
    return {key: value for key, value in row.items() if value is not None and key != "source_row"}


def _item(row: Mapping[str, Any], kept: Item | None) -> Item:
    """Make an item of a row, over the kept one where there is one."""
    given = _given(row)
    if "kind" in given:
        given["kind"] = ItemKind(given["kind"])
    if "supply" in given:
        given["supply"] = Supply(given["supply"])
    if "attributes" in given:
        given["attributes"] = _attributes(given["attributes"])
    if kept is not None:
        return replace(kept, **given, sample=False)
    name = str(given.get("name_en", ""))
    given.setdefault("family", family_of(name))
    given.setdefault("attributes", attributes_of(name))
    return Item(**given)


def _attributes(text: str) -> dict[str, Any]:
    """Read the attributes of an item from JSON text."""
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if isinstance(value, dict):
        return value
    raise InputError(
        "master.item.attributes",
        N_("The attributes cannot be read."),
        hint=N_('Write a JSON object such as {{"colour": "red"}}.'),
        column="attributes",
        value=text,
    )


def _partner(row: Mapping[str, Any], kept: Partner | None) -> Partner:
    """Make a partner of a row, over the kept one where there is one."""
    given = _given(row)
    if "kind" in given:
        given["kind"] = PartnerKind(given["kind"])
    return replace(kept, **given, sample=False) if kept is not None else Partner(**given)


def _site(row: Mapping[str, Any], kept: Site | None) -> Site:
    """Make a site of a row, over the kept one where there is one."""
    given = _given(row)
    if "kind" in given:
        given["kind"] = SiteKind(given["kind"])
    return replace(kept, **given, sample=False) if kept is not None else Site(**given)
