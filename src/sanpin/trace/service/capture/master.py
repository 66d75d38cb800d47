"""Master data of places, parties and products: from the heads of documents, and from people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sanpin.kit import audit
from sanpin.kit.auth.roles import Role
from sanpin.kit.context import Context
from sanpin.trace.engine.identifiers import thing_of
from sanpin.trace.model.masterdata import MasterEntry
from sanpin.trace.store.blocks import Blocks
from sanpin.trace.store.intern import Naming
from sanpin.trace.store.masterdata import entries_of, save_entries

__all__ = ["entries_in", "last_word", "master_entries", "save_master"]

# Attributes of the Core Business Vocabulary that hold a name, without their prefix.
_NAMES = ("name", "descriptionShort", "tradeItemDescription")
# Longer ones are descriptions; a label of that length helps nobody.
_LONGEST = 200
_KINDS = {
    "BusinessLocation": "place",
    "ReadPoint": "place",
    "SourceDest": "party",
    "Location": "place",
    "Party": "party",
    "EPCClass": "product",
}


def entries_in(head: Mapping[str, Any]) -> Iterator[MasterEntry]:
    """Yield the elements of all vocabularies in the head of a document, whatever else it holds."""
    place: Any = head.get("epcisHeader")
    for step in ("epcisMasterData", "vocabularyList"):
        place = place.get(step) if isinstance(place, dict) else None
    for vocabulary in place if isinstance(place, list) else ():
        if not isinstance(vocabulary, dict):
            continue
        kind = str(vocabulary.get("type", vocabulary.get("isA", "")))
        kind = _KINDS.get(last_word(kind), kind)
        for element in vocabulary.get("vocabularyElementList") or ():
            if isinstance(element, dict) and isinstance(element.get("id"), str):
                yield _entry(kind, element)


def _entry(kind: str, element: Mapping[str, Any]) -> MasterEntry:
    """Make an entry of one element."""
    attributes: dict[str, object] = {}
    name = ""
    found = element.get("attributes")
    for attribute in found if isinstance(found, list) else ():
        if not isinstance(attribute, dict):
            continue
        key, value = str(attribute.get("id", "")), attribute.get("attribute")
        if not name and last_word(key) in _NAMES and isinstance(value, str) and value.strip():
            name = value.strip()[:_LONGEST]
        attributes[key] = value
    children = element.get("children")
    parts = tuple(
        thing_of(child)
        for child in (children if isinstance(children, list) else ())
        if isinstance(child, str)
    )
    return MasterEntry(thing_of(element["id"]), kind, name, attributes, parts)


def last_word(uri: str) -> str:
    """Part of a URI behind its last separator."""
    return uri.replace("#", ":").rpartition(":")[2].rpartition("/")[2]


def save_master(ctx: Context, entries: Sequence[MasterEntry]) -> None:
    """Keep master data that a person gave; it replaces what was known of the same things."""
    ctx.require(Role.PLANNER)
    before = master_entries(ctx, things=[entry.thing for entry in entries])
    known = {entry.thing: entry for entry in before}

    def work(conn: Any) -> Naming:
        """Write entries and who changed them."""
        blocks = Blocks(conn)
        naming = Naming(conn, blocks)
        save_entries(conn, naming.owner(ctx.firm), entries)
        for entry in entries:
            old = known.get(entry.thing)
            audit.record(conn, ctx, "trace.master.save", entry.thing, _plain(old), _plain(entry))
        blocks.save()
        return naming

    ctx.db.transact(work).keep()


def _plain(entry: MasterEntry | None) -> dict[str, object] | None:
    """Entry as the audit log keeps it."""
    if entry is None:
        return None
    return {
        "kind": entry.kind,
        "name": entry.name,
        "attributes": dict(entry.attributes),
        "parts": list(entry.parts),
    }


def master_entries(
    ctx: Context, *, things: Iterable[str] | None = None, kind: str = ""
) -> list[MasterEntry]:
    """Master data of the firm: of some things, or all of a kind."""
    with ctx.db.read() as conn:
        return entries_of(conn, ctx.firm, things=things, kind=kind)
