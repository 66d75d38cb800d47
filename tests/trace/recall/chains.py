"""Small chains of events for the tests of recalls."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from sanpin.kit.context import Context
from sanpin.trace import service

FLOUR = "https://id.gs1.org/01/09521234567899/10/F1"


def event(day: int, step: str, **more: object) -> dict[str, object]:
    """One object event."""
    return {
        "type": "ObjectEvent",
        "eventTime": f"2026-03-{day:02d}T08:00:00Z",
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "bizStep": step,
        **more,
    }


def amount(lot: str, quantity: float, uom: str = "KGM") -> list[Mapping[str, object]]:
    """Amount of one lot as events hold it."""
    return [{"epcClass": lot, "quantity": quantity, "uom": uom}]


def capture(ctx: Context, events: list[dict[str, object]]) -> None:
    """Take events in."""
    assert service.capture(ctx, [orjson.dumps(events)]).success


def two_shops(ctx: Context, lot: str = FLOUR) -> None:
    """Ship a lot of 100 kg in part to two shops, without containers."""
    plant = {"id": "urn:place:plant"}
    made = event(1, "commissioning", action="ADD", quantityList=amount(lot, 100), bizLocation=plant)
    sent = [
        event(
            2 + number,
            "shipping",
            quantityList=amount(lot, quantity),
            readPoint=plant,
            destinationList=[{"type": "owning_party", "destination": f"urn:place:{shop}"}],
        )
        for number, (shop, quantity) in enumerate((("shop-a", 10), ("shop-b", 60)))
    ]
    capture(ctx, [made, *sent])
