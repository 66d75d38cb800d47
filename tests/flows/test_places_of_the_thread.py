"""The places of a plant go to the ledger with their coordinates, where master data have them."""

from __future__ import annotations

from datetime import UTC, datetime

from sanpin.flows.loop.thread import _directory
from sanpin.kit.context import Context
from sanpin.master.model.places import Site
from sanpin.master.service.records import put_record
from sanpin.trace import service as trace
from sanpin.trace.engine.floor import floor_documents
from sanpin.trace.model.floor import Amount, Case, Floor, MaterialLot, Pallet, Shipment

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_a_site_with_coordinates_is_on_the_map(ctx: Context) -> None:
    """A customer without any stays off it."""
    put_record(ctx, Site("works", "Works", "工厂", latitude=29.5, longitude=106.5))
    floor = Floor(
        materials=(MaterialLot(Amount("CLAY", "C-1", 5, "KGM"), START, "pit", "works"),),
        cases=(Case(1, (Amount("CLAY", "C-1", 5, "KGM"),), START, "works"),),
        pallets=(Pallet(2, (1,), START, "works"),),
        shipments=(Shipment("S-1", (2,), START, "works", "shop", START),),
    )
    directory = _directory(ctx, floor)
    assert directory.positions == {"works": (29.5, 106.5)}
    trace.capture(ctx, list(floor_documents(floor, directory, START)))
    lot = trace.thing(ctx, f"https://id.gs1.org/01/{directory.items['CLAY']}/10/C-1")
    assert [stop.label for stop in trace.journey(ctx, lot).stops] == ["Works"]
