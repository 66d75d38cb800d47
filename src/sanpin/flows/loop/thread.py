"""From the floor to the trace: the factory's rows as a report that traceability understands.

The factory counts minutes and knows orders; traceability knows instants, lots and GS1 keys. This
is the only place that knows both. Keys come from master data where there are any, and else from
the range that GS1 reserves for demonstrations, so that no invented key can be taken for real.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b32encode
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sanpin.factory.service import PLANT_ZONE, FloorPass, Scheduled
from sanpin.kit.context import Context
from sanpin.kit.settings import get_setting, set_setting
from sanpin.master import service as master
from sanpin.master.model import Partner, Site
from sanpin.trace.engine.floor import demonstration_directory, floor_documents
from sanpin.trace.model.floor import (
    Amount,
    Case,
    Directory,
    Floor,
    Hold,
    MaterialLot,
    Pallet,
    ProductLot,
    Shipment,
)

__all__ = ["Numbering", "documents", "lot_ids", "number_pass"]

_PASSES = "loop.passes"
_CONTAINERS_PER_PASS = 200_000
# Materials are booked in during the morning, for want of a recorded hour.
_RECEIVED_AT = time(8, 30)
_SHELF_LIFE_DAYS = 730
# Receipt at the customer is simulated, with one duration for all ways.
_TRANSIT = timedelta(days=6)
_LOT_CODE = 20
_PLAIN = re.compile(r"[A-Za-z0-9._-]+")
_UNMARKED = "0"
"""Lot code of what is kept without one: each material has one such lot."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """How one pass of the floor numbers what it makes, so that no number is issued twice.

    The same schedule run again with the same chance gets the same numbers, and its events are
    then the same events; a pass in which anything else happened gets numbers of its own.

    Attributes
    ----------
    number : of the pass in this workspace, from 1
    day : origin of the schedule as ``YYMMDD``, the start of every lot code
    """

    number: int
    day: str

    def lot(self, order: str) -> str:
        """Return the lot code of an order; a long or foreign order is named by a digest."""
        return lot_code(f"{self.day}{self.number:02d}-", order)

    def container(self, number: int, pallet: bool = False) -> int:
        """Return the serial number of a case or pallet for its shipping container code.

        Parameters
        ----------
        number : running number of the case or pallet in its pass, from 1
        pallet : pallets take the upper half of the pass's range, cases the lower
        """
        half = _CONTAINERS_PER_PASS // 2
        return self.number * _CONTAINERS_PER_PASS + (half if pallet else 0) + number


def lot_code(prefix: str, name: str) -> str:
    """Return a lot code that GS1 allows, at most 20 characters that need no escape in an address.

    Parameters
    ----------
    prefix : what the code begins with, of allowed characters
    name : what it tells apart; as it is where it fits, else as a digest of it
    """
    if len(prefix) + len(name) <= _LOT_CODE and _PLAIN.fullmatch(name):
        return prefix + name
    digest = b32encode(hashlib.sha256(name.encode()).digest()).decode()
    return prefix + digest[: _LOT_CODE - len(prefix)]


def number_pass(ctx: Context, scheduled: Scheduled, done: FloorPass) -> Numbering:
    """Return the numbering of a pass, issuing a new one for a pass never seen before.

    Parameters
    ----------
    scheduled : what the floor executes; for the origin of all minutes
    done : what happened; a pass in which anything else happened is another one
    """
    origin = datetime.fromisoformat(scheduled.problem.origin)
    told = hashlib.sha256(scheduled.problem.origin.encode())
    for name, frame in sorted(done.frames().items()):
        told.update(name.encode() + frame.write_json().encode())
    key = told.hexdigest()
    known = list(get_setting(ctx, _PASSES, []))
    if key not in known:
        # The list only grows: a number once issued is never given to another pass.
        known.append(key)
        set_setting(ctx, _PASSES, known)
    return Numbering(known.index(key) + 1, f"{origin:%y%m%d}")


def documents(
    ctx: Context, scheduled: Scheduled, done: FloorPass, numbering: Numbering
) -> Iterator[bytes]:
    """Yield EPCIS documents of everything that happened in a pass of the floor.

    Parameters
    ----------
    scheduled : for the origin of all minutes
    done : rows of the pass
    numbering : lot and container numbers of the pass

    Yields
    ------
    bytes
        EPCIS documents of at most a thousand events each
    """
    origin = datetime.fromisoformat(scheduled.problem.origin)
    report = _Report(origin, done, numbering).floor()
    return floor_documents(report, _directory(ctx, report), created=origin.astimezone(UTC))


def lot_ids(ctx: Context, done: FloorPass, numbering: Numbering) -> dict[str, str]:
    """Return the canonical code of the lot of each order.

    Returns
    -------
    Order to GS1 Digital Link with GTIN (01) and lot (10), as the trace names the lot.
    """
    orders = done.lots.select("order", "item").rows()
    directory = _keys(ctx, {item for _, item in orders}, set())
    return {
        order: f"https://id.gs1.org/01/{directory.items[item]}/10/{numbering.lot(order)}"
        for order, item in orders
    }


class _Report:
    """Turns rows of one pass into the records of a floor report."""

    def __init__(self, origin: datetime, done: FloorPass, numbering: Numbering) -> None:
        self.origin, self.done, self.numbering = origin, done, numbering

    def at(self, minutes: int) -> datetime:
        """Return the instant of a minute of the pass."""
        return self.origin + timedelta(minutes=minutes)

    def floor(self) -> Floor:
        """Return the whole report."""
        cases = {row["number"]: row for row in self.done.cases.iter_rows(named=True)}
        return Floor(
            materials=tuple(self._materials()),
            products=tuple(self._products()),
            holds=tuple(self._holds()),
            cases=tuple(self._case(row) for row in cases.values()),
            pallets=tuple(self._pallets()),
            shipments=tuple(self._shipments()),
        )

    def _materials(self) -> Iterator[MaterialLot]:
        """Yield the material lots that were drawn from, as received."""
        zone = ZoneInfo(PLANT_ZONE)
        for row in self.done.material_lots.iter_rows(named=True):
            lot = lot_code("", row["lot"] or _UNMARKED)
            amount = Amount(row["material"], lot, round(row["quantity"], 3), row["unit"])
            received = datetime.combine(row["received"], _RECEIVED_AT, zone)
            yield MaterialLot(amount, received, row["supplier"], row["site"])

    def _products(self) -> Iterator[ProductLot]:
        """Yield the product lots with what they consumed."""
        units = dict(self.done.material_lots.select("material", "unit").rows())
        inputs: dict[str, list[Amount]] = defaultdict(list)
        for order, material, lot, quantity in self.done.drawn.rows():
            code = lot_code("", lot or _UNMARKED)
            amount = Amount(material, code, round(quantity, 4), units[material])
            inputs[order].append(amount)
        for row in self.done.lots.iter_rows(named=True):
            made = self.at(row["end"])
            yield ProductLot(
                Amount(row["item"], self.numbering.lot(row["order"]), row["good"]),
                made,
                row["site"],
                tuple(inputs[row["order"]]),
                expiry=made.date() + timedelta(days=_SHELF_LIFE_DAYS),
                order=row["order"],
            )

    def _holds(self) -> Iterator[Hold]:
        """Yield the lots on hold; ten minutes after their end someone has looked at them."""
        for row in self.done.lots.iter_rows(named=True):
            if row["held"]:
                lot = self.numbering.lot(row["order"])
                yield Hold(row["item"], lot, self.at(row["end"] + 10), row["site"])

    def _case(self, row: dict[str, object]) -> Case:
        """Return a case, packed twenty minutes after its lot."""
        lot = self.numbering.lot(str(row["order"]))
        content = Amount(str(row["item"]), lot, float(str(row["quantity"])))
        packed = self.at(int(str(row["packed"])) + 20)
        number = self.numbering.container(int(str(row["number"])))
        return Case(number, (content,), packed, str(row["site"]))

    def _pallets(self) -> Iterator[Pallet]:
        """Yield the pallets, stacked twenty minutes after their last case."""
        for row in self.done.pallets.iter_rows(named=True):
            yield Pallet(
                self.numbering.container(row["number"], pallet=True),
                tuple(self.numbering.container(number) for number in row["cases"]),
                self.at(row["packed"] + 40),
                row["site"],
            )

    def _shipments(self) -> Iterator[Shipment]:
        """Yield the shipments, which leave an hour after the collection begins."""
        for row in self.done.shipments.iter_rows(named=True):
            shipped = self.at(row["shipped"] + 60)
            yield Shipment(
                f"{self.numbering.day}{self.numbering.number:02d}-{row['id']}",
                tuple(self.numbering.container(n, pallet=True) for n in row["pallets"]),
                shipped,
                row["site"],
                row["customer"],
                received=shipped + _TRANSIT,
            )


def _directory(ctx: Context, report: Floor) -> Directory:
    """Return the keys of everything that a report names."""
    lots: list[MaterialLot | ProductLot] = [*report.materials, *report.products]
    items = {lot.amount.item for lot in lots}
    places = {lot.site for lot in lots} | {lot.supplier for lot in report.materials}
    places |= {one for sent in report.shipments for one in (sent.site, sent.customer)}
    return _keys(ctx, items, places)


def _keys(ctx: Context, items: set[str], places: set[str]) -> Directory:
    """Return GS1 keys from master data; codes without one get a key for demonstrations."""
    known = master.all_items(ctx)
    named: dict[str, Site | Partner] = {**master.all_sites(ctx), **master.all_partners(ctx)}
    made = demonstration_directory(
        {code for code in items if code not in known or not known[code].gtin},
        {code for code in places if code not in named or not named[code].gln},
    )
    # A GTIN of 8, 12 or 13 digits is the same key with zeros in front.
    gtins = {code: known[code].gtin.zfill(14) for code in items if code not in made.items}
    glns = {code: named[code].gln for code in places if code not in made.places}
    names = {code: known[code].name(ctx.language) for code in items if code in known}
    names |= {code: named[code].name_en or code for code in places if code in named}
    sites = [one for code in places if isinstance(one := named.get(code), Site)]
    positions = {
        site.code: (site.latitude, site.longitude)
        for site in sites
        if site.latitude is not None and site.longitude is not None
    }
    return Directory(
        items={**gtins, **made.items},
        places={**glns, **made.places},
        names=names,
        positions=positions,
    )
