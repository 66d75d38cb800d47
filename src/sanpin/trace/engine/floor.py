"""Turn what a shop floor reports into EPCIS 2.0 events, as an outside system would send them.

===============  ====================  =============  =================
record           event                 step           disposition
===============  ====================  =============  =================
material lot     ObjectEvent OBSERVE   receiving      in_progress
product lot      TransformationEvent   commissioning  active
  of nothing     ObjectEvent ADD       commissioning  active
hold             ObjectEvent OBSERVE   holding        non_conformant
release          ObjectEvent OBSERVE   inspecting     conformant
case, pallet     AggregationEvent ADD  packing        in_progress
shipment         ObjectEvent OBSERVE   shipping       in_transit
its arrival      ObjectEvent OBSERVE   receiving      in_progress
===============  ====================  =============  =================

Lots are named by GTIN and lot number, containers by SSCC, places by GLN. The same report
gives the same events, and so the same identifiers, every time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from urllib.parse import quote

import orjson

from sanpin.base import N_, InputError
from sanpin.trace.engine.epcis.times import instant
from sanpin.trace.engine.epcis.writer import CONTEXT
from sanpin.trace.engine.identifiers import with_check_digit
from sanpin.trace.model.floor import (
    Amount,
    Case,
    Directory,
    Floor,
    Hold,
    MaterialLot,
    Measurement,
    Pallet,
    ProductLot,
    Shipment,
)
from sanpin.trace.model.identifiers import CANONICAL_STEM

__all__ = ["demonstration_directory", "floor_documents", "floor_events"]

DEMONSTRATION = "952"
"""GS1 prefix for demonstrations: no company owns it, so sample codes meet no real goods."""

Body = dict[str, object]


def demonstration_directory(
    items: Iterable[str],
    places: Iterable[str],
    names: Mapping[str, str] | None = None,
    positions: Mapping[str, tuple[float, float]] | None = None,
) -> Directory:
    """Give every code a GTIN or GLN below the prefix for demonstrations.

    The same code gets the same key every time, whatever stands beside it, except that two
    codes whose numbers collide are told apart in alphabetical order.

    Parameters
    ----------
    items, places : codes of the shop floor
    names : code to the name that people read, for the master data
    positions : code of a place to its latitude and longitude in degrees, for the master data
    """
    return Directory(
        items={code: f"0{key}" for code, key in _numbered(items)},
        places=dict(_numbered(places)),
        names=dict(names or {}),
        positions=dict(positions or {}),
    )


def _numbered(codes: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield code and key of 13 digits, in the order of the codes."""
    taken: set[int] = set()
    for code in sorted(set(codes)):
        number = int.from_bytes(hashlib.sha256(code.encode()).digest()[:8], "big") % 10**9
        while number in taken:
            number = (number + 1) % 10**9
        taken.add(number)
        yield code, with_check_digit(f"{DEMONSTRATION}{number:09d}")


def floor_events(floor: Floor, directory: Directory, offset: str = "+08:00") -> list[Body]:
    """Make the EPCIS events of a floor report in order of time.

    Parameters
    ----------
    floor : what happened
    directory : GS1 keys behind the codes
    offset : offset from UTC of the plants; times without one are local times there

    Raises
    ------
    InputError
        ``trace.floor.unknown`` when a code has no key in the directory.
    """
    writer = _Writer(directory, offset)
    makers: tuple[tuple[Iterable[object], Callable[..., Iterator[Body]]], ...] = (
        (floor.materials, writer.receive),
        (floor.products, writer.make),
        (floor.holds, writer.hold),
        (floor.cases, writer.pack_case),
        (floor.pallets, writer.pack_pallet),
        (floor.shipments, writer.ship),
    )
    events = [event for records, make in makers for record in records for event in make(record)]
    # By instant and not by text: a record may bring an offset of its own.
    return sorted(events, key=lambda event: instant(event["eventTime"]) or 0)


def floor_documents(
    floor: Floor,
    directory: Directory,
    created: datetime,
    *,
    offset: str = "+08:00",
    size: int = 1000,
) -> Iterator[bytes]:
    """Write the events as EPCIS documents of at most `size` events with names in the header.

    Parameters
    ----------
    created : creation date of the documents; one without offset is local time of the plants
    offset : offset from UTC of the plants
    size : events in one document, a thousand by default as EPCIS servers take them
    """
    events = floor_events(floor, directory, offset)
    header = {"epcisMasterData": {"vocabularyList": list(_vocabularies(directory))}}
    for start in range(0, len(events), size):
        yield orjson.dumps(
            {
                "@context": CONTEXT,
                "type": "EPCISDocument",
                "schemaVersion": "2.0",
                "creationDate": _instant(created, offset),
                "epcisHeader": header,
                "epcisBody": {"eventList": events[start : start + size]},
            }
        )


def _vocabularies(directory: Directory) -> Iterator[Body]:
    """Yield the names of places and products as master data."""
    kinds = (
        ("urn:epcglobal:epcis:vtype:Location", directory.places, "/414/", "cbvmda:name"),
        ("urn:epcglobal:epcis:vtype:EPCClass", directory.items, "/01/", "cbvmda:descriptionShort"),
    )
    for kind, keys, path, attribute in kinds:
        elements = [
            {
                "id": f"{CANONICAL_STEM}{path}{key}",
                "attributes": [
                    {"id": attribute, "attribute": directory.names[code]},
                    *_position(directory.positions.get(code) if path == "/414/" else None),
                ],
            }
            for code, key in keys.items()
            if code in directory.names
        ]
        if elements:
            yield {"type": kind, "vocabularyElementList": elements}


def _position(position: tuple[float, float] | None) -> Iterator[Body]:
    """Yield the attributes of a place that is known to lie somewhere."""
    if position:
        for name, degrees in zip(("latitude", "longitude"), position, strict=True):
            yield {"id": f"cbvmda:{name}", "attribute": f"{degrees:.5f}"}


def _instant(moment: datetime, offset: str) -> str:
    """Write a time, with the offset of the plant unless it has its own."""
    text = moment.isoformat(timespec="milliseconds")
    return text if moment.tzinfo else text + offset


class _Writer:
    """Writes one kind of record after the other with the same directory."""

    def __init__(self, directory: Directory, offset: str) -> None:
        self._directory = directory
        self._offset = offset

    def receive(self, record: MaterialLot) -> Iterator[Body]:
        """A material lot comes in from its supplier."""
        place = self._place(record.site)
        yield self._event("ObjectEvent", record.received, "receiving", "in_progress", place) | {
            "action": "OBSERVE",
            "quantityList": [self._amount(record.amount)],
            "bizLocation": {"id": place},
            "sourceList": [{"type": "owning_party", "source": self._party(record.supplier)}],
            "destinationList": [{"type": "location", "destination": place}],
        }

    def make(self, record: ProductLot) -> Iterator[Body]:
        """Lots go into a lot; its number and expiry are master data of the output.

        Where nobody says what went in, the lot is commissioned without a transformation.
        """
        place = self._place(record.site)
        ilmd: Body = {"cbvmda:lotNumber": record.amount.lot}
        if record.expiry:
            ilmd["cbvmda:itemExpirationDate"] = record.expiry.isoformat()
        kind = "TransformationEvent" if record.inputs else "ObjectEvent"
        event = self._event(kind, record.made, "commissioning", "active", place)
        if record.order:
            order = f"urn:epcglobal:cbv:bt:{self._key(record.site)}:{quote(record.order, safe='')}"
            event["bizTransactionList"] = [{"type": "prodorder", "bizTransaction": order}]
        made = [self._amount(record.amount)]
        used = [self._amount(amount) for amount in record.inputs]
        yield event | {
            **(
                {"inputQuantityList": used, "outputQuantityList": made}
                if used
                else {"action": "ADD", "quantityList": made}
            ),
            "bizLocation": {"id": place},
            "ilmd": ilmd,
            **self._measured(record.measured),
        }

    def hold(self, record: Hold) -> Iterator[Body]:
        """A lot is put on hold, or found good again."""
        place = self._place(record.site)
        words = ("inspecting", "conformant") if record.released else ("holding", "non_conformant")
        yield self._event("ObjectEvent", record.time, *words, place) | {
            "action": "OBSERVE",
            "quantityList": [{"epcClass": self._lot(record.item, record.lot)}],
            "bizLocation": {"id": place},
        }

    def pack_case(self, record: Case) -> Iterator[Body]:
        """Amounts of lots go into a case."""
        place = self._place(record.site)
        yield self._event("AggregationEvent", record.packed, "packing", "in_progress", place) | {
            "action": "ADD",
            "parentID": self._container(record.number),
            "childQuantityList": [self._amount(amount) for amount in record.contents],
            "bizLocation": {"id": place},
        }

    def pack_pallet(self, record: Pallet) -> Iterator[Body]:
        """Cases go onto a pallet."""
        place = self._place(record.site)
        yield self._event("AggregationEvent", record.packed, "packing", "in_progress", place) | {
            "action": "ADD",
            "parentID": self._container(record.number),
            "childEPCs": [self._container(number) for number in record.cases],
            "bizLocation": {"id": place},
        }

    def ship(self, record: Shipment) -> Iterator[Body]:
        """Containers leave for a customer, and arrive there if that is known."""
        origin, target = self._place(record.site), self._place(record.customer)
        note = f"urn:epcglobal:cbv:bt:{self._key(record.site)}:{quote(record.id, safe='')}"
        common: Body = {
            "action": "OBSERVE",
            "epcList": [self._container(number) for number in record.containers],
            "bizTransactionList": [{"type": "desadv", "bizTransaction": note}],
            "sourceList": [{"type": "location", "source": origin}],
            "destinationList": [
                {"type": "location", "destination": target},
                {"type": "owning_party", "destination": self._party(record.customer)},
            ],
        }
        yield self._event("ObjectEvent", record.shipped, "shipping", "in_transit", origin) | common
        if record.received:
            arrival = self._event(
                "ObjectEvent", record.received, "receiving", "in_progress", target
            )
            sensed = self._measured(record.measured)
            yield arrival | common | {"bizLocation": {"id": target}} | sensed

    def _event(self, kind: str, time: datetime, step: str, disposition: str, place: str) -> Body:
        """Fields that every event has."""
        instant = _instant(time, self._offset)
        return {
            "type": kind,
            "eventTime": instant,
            "eventTimeZoneOffset": "+00:00" if instant.endswith("Z") else instant[-6:],
            "bizStep": step,
            "disposition": disposition,
            "readPoint": {"id": place},
        }

    def _measured(self, found: Iterable[Measurement]) -> Body:
        """What sensors said, as a field of the event; none without any."""
        reports = [
            {
                "type": one.kind,
                "value": one.value,
                "uom": one.uom,
                "time": _instant(one.time, self._offset),
            }
            for one in found
        ]
        return {"sensorElementList": [{"sensorReport": reports}]} if reports else {}

    def _amount(self, amount: Amount) -> Body:
        """An amount of a lot; pieces carry no unit, as the standard wants it."""
        entry: Body = {
            "epcClass": self._lot(amount.item, amount.lot),
            "quantity": amount.quantity,
        }
        if amount.uom not in ("", "EA"):
            entry["uom"] = amount.uom
        return entry

    def _lot(self, item: str, lot: str) -> str:
        """Canonical name of a lot."""
        gtin = self._directory.items.get(item)
        if gtin is None:
            raise _unknown(item)
        return f"{CANONICAL_STEM}/01/{gtin}/10/{quote(lot, safe='-._~')}"

    def _key(self, place: str) -> str:
        """Key of 13 digits behind the code of a place or party."""
        found = self._directory.places.get(place)
        if found is None:
            raise _unknown(place)
        return found

    def _place(self, place: str) -> str:
        """Canonical name of a place."""
        return f"{CANONICAL_STEM}/414/{self._key(place)}"

    def _party(self, place: str) -> str:
        """Canonical name of a party."""
        return f"{CANONICAL_STEM}/417/{self._key(place)}"

    def _container(self, number: int) -> str:
        """Canonical name of a container: extension digit 0, prefix, number, check digit."""
        prefix = self._directory.prefix
        body = f"0{prefix}{number:0{16 - len(prefix)}d}"
        return f"{CANONICAL_STEM}/00/{with_check_digit(body)}"


def _unknown(code: str) -> InputError:
    """Make the refusal of a code without a key."""
    return InputError(
        "trace.floor.unknown",
        N_("“{value}” has no GS1 key in the directory."),
        hint=N_("Give every item, site, supplier and customer its GTIN or GLN."),
        value=code,
    )
