"""Master data in the store: names, attributes, and which place lies within which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from sanpin.kit.db import upsert
from sanpin.trace.model.masterdata import MasterEntry
from sanpin.trace.store.intern import batches, owner_of
from sanpin.trace.store.tables import NAME, PLACE_PART

__all__ = ["entries_of", "names_of", "parents_of", "remove_entries"]
__all__ += ["save_entries", "save_parents", "within"]

# Places nest a few levels: site, building, floor, shelf.
_DEEPEST = 32


def save_entries(conn: Connection, owner: int, entries: Sequence[MasterEntry]) -> None:
    """Keep master data: what is said newly replaces what was said before of the same thing."""
    if not entries:
        return
    rows = [
        {
            "owner_id": owner,
            "thing": entry.thing,
            "kind": entry.kind,
            "name": entry.name,
            "attributes": dict(entry.attributes) or None,
        }
        for entry in {entry.thing: entry for entry in entries}.values()
    ]
    for batch in batches(sorted(rows, key=lambda row: str(row["thing"]))):
        upsert(conn, NAME, batch)
    for entry in entries:
        if entry.parts:
            _save_parts(conn, owner, entry)


def _save_parts(conn: Connection, owner: int, entry: MasterEntry) -> None:
    """Replace the parts of a place."""
    mine = (PLACE_PART.c.owner_id == owner) & (PLACE_PART.c.whole == entry.thing)
    conn.execute(delete(PLACE_PART).where(mine))
    rows = [
        {"owner_id": owner, "whole": entry.thing, "part": part} for part in sorted({*entry.parts})
    ]
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    conn.execute(dialect.insert(PLACE_PART), rows)


def names_of(conn: Connection, firm: str, things: Iterable[str]) -> dict[str, str]:
    """Names of those things that have one."""
    owner = owner_of(conn, firm)
    found: dict[str, str] = {}
    for batch in batches(sorted(set(things))):
        statement = select(NAME.c.thing, NAME.c.name).where(
            NAME.c.owner_id == owner, NAME.c.thing.in_(batch), NAME.c.name != ""
        )
        found.update((row.thing, row.name) for row in conn.execute(statement))
    return found


def entries_of(
    conn: Connection, firm: str, *, things: Iterable[str] | None = None, kind: str = ""
) -> list[MasterEntry]:
    """Master data of a firm in order of the names of things.

    Parameters
    ----------
    things : only of these; None for all
    kind : only of this kind; empty for all
    """
    owner = owner_of(conn, firm)
    statement = select(NAME).where(NAME.c.owner_id == owner).order_by(NAME.c.thing)
    if kind:
        statement = statement.where(NAME.c.kind == kind)
    if things is None:
        rows = list(conn.execute(statement))
    else:
        asked = batches(sorted(set(things)))
        rows = [r for part in asked for r in conn.execute(statement.where(NAME.c.thing.in_(part)))]
    parts: Mapping[str, list[str]] = defaultdict(list)
    named = select(PLACE_PART.c.whole, PLACE_PART.c.part).where(PLACE_PART.c.owner_id == owner)
    for whole, part in conn.execute(named.order_by(PLACE_PART.c.part)):
        parts[whole].append(part)
    return [
        MasterEntry(r.thing, r.kind, r.name, r.attributes or {}, tuple(parts.get(r.thing, ())))
        for r in rows
    ]


def parents_of(conn: Connection, owner: int) -> dict[str, str]:
    """Place to the place within which it lies; of several the first by name."""
    asked = select(PLACE_PART.c.part, PLACE_PART.c.whole).where(PLACE_PART.c.owner_id == owner)
    rows = conn.execute(asked.order_by(PLACE_PART.c.whole.desc()))
    return {row.part: row.whole for row in rows}


def save_parents(conn: Connection, owner: int, parents: Mapping[str, str]) -> None:
    """Say within which place each of some lies; an empty name: within none."""
    for batch in batches(sorted(parents)):
        mine = (PLACE_PART.c.owner_id == owner) & PLACE_PART.c.part.in_(batch)
        conn.execute(delete(PLACE_PART).where(mine))
    rows = [
        {"owner_id": owner, "whole": whole, "part": part}
        for part, whole in sorted(parents.items())
        if whole
    ]
    upsert(conn, PLACE_PART, rows)


def remove_entries(conn: Connection, owner: int, things: Iterable[str]) -> None:
    """Forget master data, with what lies within or around."""
    for batch in batches(sorted(set(things))):
        conn.execute(delete(NAME).where(NAME.c.owner_id == owner, NAME.c.thing.in_(batch)))
        touched = or_(PLACE_PART.c.whole.in_(batch), PLACE_PART.c.part.in_(batch))
        conn.execute(delete(PLACE_PART).where(PLACE_PART.c.owner_id == owner, touched))


def within(conn: Connection, firm: str, places: Iterable[str]) -> set[str]:
    """Places with everything that lies within them, level by level."""
    owner = owner_of(conn, firm)
    found = set(places)
    level = sorted(found)
    for _ in range(_DEEPEST):
        inner: set[str] = set()
        for batch in batches(level):
            asked = select(PLACE_PART.c.part).where(
                PLACE_PART.c.owner_id == owner, PLACE_PART.c.whole.in_(batch)
            )
            inner.update(conn.scalars(asked))
        level = sorted(inner - found)
        found |= inner
        if not level:
            break
    return found
