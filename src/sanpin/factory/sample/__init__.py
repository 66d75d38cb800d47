"""A small sample plant around real goods: three sites, their machines, routings and stock.

Everything here is generated from a seed and marked SAMPLE; nothing was measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sanpin.factory.model.plant import Machine, RoutingStep, StockLot
from sanpin.factory.sample.lines import JOURNEYS, LINES, Line
from sanpin.factory.sample.pace import fitted_paces
from sanpin.factory.sample.shelves import material_lots, product_lots

__all__ = ["JOURNEYS", "MADE_ITEMS", "MaterialUse", "SampleGood", "SamplePlant", "build_plant"]

MADE_ITEMS = 820
"""So many of the best-selling goods are made in the sample plant; the others are bought."""


@dataclass(frozen=True, slots=True)
class SampleGood:
    """A product that the plant may make; `daily` is what it sells per day."""

    item: str
    family: str
    colour: str
    daily: float


@dataclass(frozen=True, slots=True)
class MaterialUse:
    """A bought material; `daily` is what the plant uses of it per day, in `unit`."""

    item: str
    unit: str
    supplier: str
    daily: float


@dataclass(frozen=True, slots=True)
class SamplePlant:
    """Machines, routings and stock of the sample; every record says ``sample=True``."""

    machines: Sequence[Machine]
    routings: Sequence[RoutingStep]
    stock: Sequence[StockLot]


def build_plant(
    goods: Sequence[SampleGood],
    materials: Sequence[MaterialUse],
    as_of: date,
    *,
    seed: int = 0,
) -> SamplePlant:
    """Build the plant that makes the best-selling of these goods.

    Parameters
    ----------
    goods : all goods of the firm
    materials : bought materials with their use per day
    as_of : today; stock is what is on the shelves on its morning
    seed : stock differs with it, machines and routings do not

    Notes
    -----
    Paces are fitted so that the expected sales fill a good third of the open time of every
    group of machines: a plant that is busy, and late now and then, but not hopeless.
    """
    made = sorted(
        (good for good in goods if good.family in LINES and good.daily > 0),
        key=lambda good: (-good.daily, good.item),
    )[:MADE_ITEMS]
    paces = fitted_paces([(good.family, good.daily) for good in made])
    machines = {machine.id: machine for line in LINES.values() for machine in line.machines()}
    return SamplePlant(
        machines=sorted(machines.values(), key=lambda machine: (machine.site, machine.id)),
        routings=[step for good in made for step in _routing(good, LINES[good.family], paces)],
        stock=[
            *product_lots([(good.item, good.daily) for good in made], as_of, seed),
            *material_lots(
                [(use.item, use.unit, use.supplier, use.daily) for use in materials], as_of, seed
            ),
        ],
    )


def _routing(good: SampleGood, line: Line, paces: Mapping[str, float]) -> list[RoutingStep]:
    return [
        RoutingStep(
            item=good.item,
            step=10 * number,
            operation=station.operation,
            machines=station.names,
            seconds_per_piece=paces[station.group],
            setup_minutes=station.setup_minutes,
            changeover=good.colour if station.by_colour else good.family,
            wait_minutes=station.wait_minutes,
            sample=True,
        )
        for number, station in enumerate(line.stations, 1)
    ]
