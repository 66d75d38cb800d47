"""A small chain of a ceramics maker: clay and glaze to mugs, cases, pallets, two customers.

Marked SAMPLE in every name. All codes stand below the GS1 prefix for demonstrations.

Small enough to be followed by eye on one page, and complete enough that every question has an
answer: a lot on hold, a lot of clay in two products, one pallet still at the plant.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

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

__all__ = ["SAMPLE", "sample_directory", "sample_documents", "sample_floor"]

SAMPLE = "SAMPLE"
_START = datetime(2026, 3, 2, 8, 0, tzinfo=timezone(timedelta(hours=8)))
_PIECES_PER_CASE = 12
_CASES_PER_PALLET = 5


def sample_directory() -> Directory:
    """GS1 keys and names of everything in the sample."""
    names = {
        "CLAY": f"Stoneware clay ({SAMPLE})",
        "GLAZE": f"Celadon glaze ({SAMPLE})",
        "BLANK": f"Mug, bisque-fired ({SAMPLE})",
        "MUG": f"Celadon mug ({SAMPLE})",
        "hq": f"Main plant ({SAMPLE})",
        "pit": f"Clay pit supplier ({SAMPLE})",
        "glazier": f"Glaze supplier ({SAMPLE})",
        "harbour": f"Harbour Gifts ({SAMPLE})",
        "teahouse": f"Teahouse Stores ({SAMPLE})",
    }
    return demonstration_directory(
        ("CLAY", "GLAZE", "BLANK", "MUG"), ("hq", "pit", "glazier", "harbour", "teahouse"), names
    )


def sample_floor() -> Floor:
    """Two clay lots, one glaze lot, three mug lots of which one is on hold."""
    day = timedelta(days=1)
    materials = (
        MaterialLot(Amount("CLAY", "C-0301", 400, "KGM"), _START, "pit", "hq"),
        MaterialLot(Amount("CLAY", "C-0302", 300, "KGM"), _START + 2 * day, "pit", "hq"),
        MaterialLot(Amount("GLAZE", "G-0301", 90, "KGM"), _START + day / 4, "glazier", "hq"),
    )
    products: list[ProductLot] = []
    for number, clay in ((1, "C-0301"), (2, "C-0301"), (3, "C-0302")):
        products += _lot(number, clay)
    cases, pallets = _packed()
    shipments = (
        Shipment("S-1", (91,), _START + 6 * day, "hq", "harbour", _START + 9 * day),
        Shipment("S-2", (92,), _START + 7 * day, "hq", "teahouse"),
    )
    holds = (Hold("MUG", "MUG-3", _START + 6 * day, "hq"),)
    return Floor(materials, tuple(products), holds, cases, pallets, shipments)


def _lot(number: int, clay: str) -> list[ProductLot]:
    """Clay becomes a blank, blank and glaze become mugs."""
    fired = _START + timedelta(days=number + 1)
    blank, mug = f"BLANK-{number}", f"MUG-{number}"
    return [
        ProductLot(Amount("BLANK", blank, 126), fired, "hq", (Amount("CLAY", clay, 50, "KGM"),)),
        ProductLot(
            Amount("MUG", mug, 120),
            fired + timedelta(hours=20),
            "hq",
            (Amount("BLANK", blank, 126), Amount("GLAZE", "G-0301", 12, "KGM")),
            expiry=date(2036, 3, 31),
        ),
    ]


def _packed() -> tuple[tuple[Case, ...], tuple[Pallet, ...]]:
    """Twenty cases of two lots on two pallets; the third lot stays."""
    packed = _START + timedelta(days=5)
    cases = tuple(
        Case(
            number,
            (Amount("MUG", f"MUG-{1 + (number - 1) // 10}", _PIECES_PER_CASE),),
            packed + timedelta(minutes=number),
            "hq",
        )
        for number in range(1, 21)
    )
    pallets = tuple(
        Pallet(
            91 + i,
            tuple(range(1 + 10 * i, 1 + 10 * i + 2 * _CASES_PER_PALLET)),
            packed + timedelta(hours=2),
            "hq",
        )
        for i in range(2)
    )
    return cases, pallets


def sample_documents() -> list[bytes]:
    """The sample as EPCIS documents."""
    return list(floor_documents(sample_floor(), sample_directory(), _START + timedelta(days=10)))
