"""Documents for the measurements of capture: events of five EPCs each, without chance in them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

__all__ = ["documents", "events"]

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
STEPS = ("commissioning", "storing", "packing", "shipping", "receiving")


def check_digit(body: str) -> str:
    """Return the check digit of a GS1 key without one."""
    total = sum(int(d) * (3 if place % 2 == 0 else 1) for place, d in enumerate(reversed(body)))
    return str(-total % 10)


def key(body: str) -> str:
    """Return a GS1 key with its check digit."""
    return body + check_digit(body)


def events(count: int, start: int = 0) -> Iterator[dict[str, Any]]:
    """Yield events: each five pieces are made, stored, packed, shipped and received."""
    for number in range(start, start + count):
        group, step = divmod(number, len(STEPS))
        gtin = key(f"0952123{group % 50:06d}")
        place = f"https://id.gs1.org/414/{key(f'952123{group % 30:06d}')}"
        things = [
            f"https://id.gs1.org/01/{gtin}/21/{(group * 5 + piece) * 2654435761 % 10**10:010d}"
            for piece in range(5)
        ]
        event: dict[str, Any] = {
            "type": "AggregationEvent" if step == 2 else "ObjectEvent",
            "eventID": UUID(int=(number * 0x9E3779B97F4A7C15F39CC0605CEDC835) % 2**128).urn,
            "eventTime": (START + timedelta(seconds=number)).isoformat(timespec="milliseconds"),
            "eventTimeZoneOffset": "+00:00",
            "action": "ADD" if step in (0, 2) else "OBSERVE",
            "bizStep": STEPS[step],
            "disposition": "in_transit" if step == 3 else "active" if step == 0 else "in_progress",
            "readPoint": {"id": place},
            "bizLocation": {"id": place},
        }
        if step == 2:
            event["parentID"] = f"https://id.gs1.org/00/{key(f'09521230{group:09d}')}"
            event["childEPCs"] = things
        else:
            event["epcList"] = things
        yield event


def documents(count: int, size: int = 1000, start: int = 0) -> Iterator[bytes]:
    """Yield EPCIS documents of `size` events."""
    for first in range(start, start + count, size):
        body = {
            "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-03-10T00:00:00Z",
            "epcisBody": {"eventList": list(events(min(size, start + count - first), first))},
        }
        yield json.dumps(body, separators=(",", ":")).encode()


def main(folder: str, count: str, size: str) -> None:
    """Write documents into a folder as ``0.json``, ``1.json`` and so on."""
    for number, document in enumerate(documents(int(count), int(size))):
        (Path(folder) / f"{number}.json").write_bytes(document)


if __name__ == "__main__":
    main(*sys.argv[1:])
