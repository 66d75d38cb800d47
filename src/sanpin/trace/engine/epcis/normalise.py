"""Bring a validated event to canonical names: what store and lineage work with.

Identifiers become Digital Links on id.gs1.org, vocabulary words bare words, times
microseconds in UTC. Two things are read that stand at other places of a document: the lot of
a piece, from its own code or from the lot number among the master data of new things, and
the identifier of an event that came without one, derived from its content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

import orjson

from sanpin.trace.engine.epcis.epcs import plain_epc
from sanpin.trace.engine.epcis.reader import EVENT_TYPES
from sanpin.trace.engine.epcis.times import instant, offset_minutes
from sanpin.trace.engine.epcis.vocabulary import (
    BIZ_STEP,
    DISPOSITION,
    PARTY_TYPE,
    TRANSACTION_TYPE,
    Vocabulary,
)
from sanpin.trace.engine.identifiers import lot_of, thing_of
from sanpin.trace.model.events import Action, Event, EventType, Involvement, Link, Part

__all__ = ["LINKS", "LISTS", "content_digest", "normalise", "with_lots"]

LISTS: dict[EventType, tuple[tuple[str, str, Part], ...]] = {
    EventType.OBJECT: (("epcList", "quantityList", Part.EPC),),
    EventType.TRANSACTION: (("epcList", "quantityList", Part.EPC),),
    EventType.AGGREGATION: (("childEPCs", "childQuantityList", Part.CHILD),),
    EventType.ASSOCIATION: (("childEPCs", "childQuantityList", Part.CHILD),),
    EventType.TRANSFORMATION: (
        ("inputEPCList", "inputQuantityList", Part.INPUT),
        ("outputEPCList", "outputQuantityList", Part.OUTPUT),
    ),
}
LINKS: tuple[tuple[str, str, str, Vocabulary], ...] = (
    ("source", "sourceList", "source", PARTY_TYPE),
    ("destination", "destinationList", "destination", PARTY_TYPE),
    ("transaction", "bizTransactionList", "bizTransaction", TRANSACTION_TYPE),
)
# The lot number among the master data, by prefix and by full address.
_LOT_NAMES = ("cbvmda:lotNumber", "https://ref.gs1.org/cbv/mda/lotNumber")
# Describe the record, not what happened.
_RECORD_FIELDS = frozenset(("recordTime", "eventID", "errorDeclaration", "@context"))


def content_digest(body: Mapping[str, object]) -> tuple[bytes, bytes]:
    """SHA-256 of what happened, and of that together with an error declaration.

    Both leave out ``recordTime``, ``eventID`` and ``@context`` and do not depend on the
    order of the fields.

    Two systems may add a different record time or identifier to one and the same happening; what
    they agree on is this digest.
    """
    plain = {name: value for name, value in body.items() if name not in _RECORD_FIELDS}
    base = hashlib.sha256(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)).digest()
    declaration = body.get("errorDeclaration")
    if declaration is None:
        return base, base
    text = orjson.dumps(declaration, option=orjson.OPT_SORT_KEYS)
    return base, hashlib.sha256(base + text).digest()


def normalise(body: Mapping[str, object], hashed: bytes = b"") -> Event:
    """Make an `Event` from the body of a validated event.

    An event without ``eventID`` gets one derived from its content, so that the same event
    sent twice has the same name.

    Parameters
    ----------
    body : an event that `validate` found nothing wrong with; anything else may raise KeyError
    hashed : its event hash where that is known; otherwise a digest of its fields stands for it
    """
    fields = cast("Mapping[str, Any]", body)
    kind = EVENT_TYPES[fields.get("type") or fields["isA"]]
    base, digest = (b"", b"") if hashed else content_digest(body)
    return Event(
        id=fields.get("eventID") or _derived_id(hashed or base),
        type=kind,
        action=Action[fields.get("action", "NONE")],
        time=instant(fields["eventTime"]) or 0,
        offset=offset_minutes(fields["eventTimeZoneOffset"]) or 0,
        step=BIZ_STEP.bare(fields.get("bizStep", "")),
        disposition=DISPOSITION.bare(fields.get("disposition", "")),
        read_point=_place(fields.get("readPoint")),
        location=_place(fields.get("bizLocation")),
        involved=tuple(with_lots(_involved(kind, fields), _lot_number(fields))),
        links=tuple(_links(fields)),
        transformation=fields.get("transformationID", ""),
        declared="errorDeclaration" in fields,
        digest=hashed or digest,
    )


def _derived_id(digest: bytes) -> str:
    """Make a UUID out of a digest, so that equal content has equal names everywhere."""
    return UUID(bytes=digest[:16], version=5).urn


def _place(place: Mapping[str, Any] | None) -> str:
    """Canonical name of a read point or business location."""
    return thing_of(place["id"]) if place else ""


def _lot_number(fields: Mapping[str, Any]) -> str:
    """Lot number among the master data of new things; empty when there is none."""
    ilmd = fields.get("ilmd") or {}
    found = next((ilmd[name] for name in _LOT_NAMES if ilmd.get(name)), "")
    return str(found.get("#text", "") if isinstance(found, dict) else found).strip()


def _involved(kind: EventType, fields: Mapping[str, Any]) -> Iterator[Involvement]:
    """Yield the things of an event in the order of the document, parent first."""
    if fields.get("parentID"):
        yield Involvement(Part.PARENT, thing_of(fields["parentID"]))
    for epcs, quantities, part in LISTS[kind]:
        for epc in fields.get(epcs) or ():
            plain = plain_epc(epc)
            yield Involvement(part, plain or thing_of(epc), lot="" if plain else lot_of(epc))
        for entry in fields.get(quantities) or ():
            epc = entry["epcClass"]
            plain = plain_epc(epc)
            thing, lot = (plain, "") if plain else (thing_of(epc), lot_of(epc))
            yield Involvement(part, thing, entry.get("quantity"), entry.get("uom", ""), lot)


def with_lots(involved: Iterator[Involvement], number: str) -> Iterator[Involvement]:
    """Name the lots of pieces and order the entries: those without a lot come first.

    The store keeps a lot once, before the pieces that belong to it.
    """
    by_lot: dict[str, list[Involvement]] = {}
    for entry in involved:
        lot = entry.lot
        new = entry.part in (Part.EPC, Part.OUTPUT)
        if number and not lot and new and "/21/" in entry.thing and "/01/" in entry.thing:
            lot = thing_of(f"{entry.thing.partition('/21/')[0]}/10/{quote(number, safe='')}")
            entry = Involvement(entry.part, entry.thing, entry.quantity, entry.uom, lot)
        by_lot.setdefault(lot, []).append(entry)
    yield from by_lot.pop("", ())
    for lot, entries in by_lot.items():
        yield Involvement(Part.LOT, lot)
        yield from entries


def _links(fields: Mapping[str, Any]) -> Iterator[Link]:
    """Yield sources, destinations and business transactions."""
    for kind, list_name, value_name, vocabulary in LINKS:
        entries = fields.get(list_name)
        for entry in entries or ():
            yield Link(kind, vocabulary.bare(entry.get("type", "")), thing_of(entry[value_name]))
