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
    Measurement,
    Pallet,
    ProductLot,
    Shipment,
)

__all__ = ["SAMPLE", "sample_directory", "sample_documents", "sample_floor"]

SAMPLE = "SAMPLE"
_START = datetime(2026, 3, 2, 8, 0, tzinfo=timezone(timedelta(hours=8)))
_PIECES_PER_CASE = 12
_CASES_PER_PALLET = 5
_POSITIONS = {
    "hq": (29.40463, 105.59446),
    "pit": (29.33871, 105.48102),
    "glazier": (30.57263, 104.06681),
    "harbour": (29.86834, 121.54399),
    "teahouse": (30.27415, 120.15515),
}
# Degrees in the kiln every two hours, and between the two ends of a journey every twelve.
_BISQUE = (24.0, 190.0, 430.0, 690.0, 905.0, 985.0, 986.0, 830.0, 560.0, 290.0, 105.0)
_GLOST = (22.0, 260.0, 560.0, 880.0, 1120.0, 1241.0, 1238.0, 990.0, 640.0, 310.0)
_ON_THE_ROAD = (11.8, 9.4, 12.6, 8.9, 14.1, 10.2, 13.3)
_DAMP = (61.0, 68.0, 59.0, 73.0, 55.0, 70.0, 58.0)


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
        ("CLAY", "GLAZE", "BLANK", "MUG"), tuple(_POSITIONS), names, _POSITIONS
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
        Shipment("S-1", (91,), _START + 6 * day, "hq", "harbour", _START + 9 * day, _travelled()),
        Shipment("S-2", (92,), _START + 7 * day, "hq", "teahouse"),
    )
    holds = (Hold("MUG", "MUG-3", _START + 6 * day, "hq"),)
    return Floor(materials, tuple(products), holds, cases, pallets, shipments)


def _lot(number: int, clay: str) -> list[ProductLot]:
    """Clay becomes a blank, blank and glaze become mugs."""
    fired = _START + timedelta(days=number + 1)
    blank, mug = f"BLANK-{number}", f"MUG-{number}"
    return [
        ProductLot(
            Amount("BLANK", blank, 126),
            fired,
            "hq",
            (Amount("CLAY", clay, 50, "KGM"),),
            measured=_kiln(_BISQUE, fired),
        ),
        ProductLot(
            Amount("MUG", mug, 120),
            fired + timedelta(hours=20),
            "hq",
            (Amount("BLANK", blank, 126), Amount("GLAZE", "G-0301", 12, "KGM")),
            expiry=date(2036, 3, 31),
            measured=_kiln(_GLOST, fired + timedelta(hours=20)),
        ),
    ]


def _kiln(degrees: tuple[float, ...], opened: datetime) -> tuple[Measurement, ...]:
    """Temperature in the kiln until it was opened, every two hours."""
    step = timedelta(hours=2)
    first = opened - step * (len(degrees) - 1)
    return tuple(
        Measurement(first + step * place, "Temperature", value, "CEL")
        for place, value in enumerate(degrees)
    )


def _travelled() -> tuple[Measurement, ...]:
    """What the logger of the first shipment said, every twelve hours."""
    left, step = _START + timedelta(days=6), timedelta(hours=12)
    return tuple(
        Measurement(left + step * place, kind, value, uom)
        for kind, uom, values in (
            ("Temperature", "CEL", _ON_THE_ROAD),
            ("RelativeHumidity", "P1", _DAMP),
        )
        for place, value in enumerate(values)
    )


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
