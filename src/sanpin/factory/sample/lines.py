"""The lines of the sample plant: which family runs over which machines at which site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sanpin.base import N_
from sanpin.factory.model import Transport
from sanpin.factory.model.plant import Machine

__all__ = ["CALENDARS", "JOURNEYS", "LINES", "Line", "Station"]

CALENDARS = {"hq": "two-shifts", "sat-1": "two-shifts", "sat-2": "day-shift"}
"""Working time of each site, by the codes of the sample's calendars."""

JOURNEYS = tuple(
    Transport(a, b, minutes)
    for one, other, minutes in (("hq", "sat-1", 60), ("hq", "sat-2", 90), ("sat-1", "sat-2", 75))
    for a, b in ((one, other), (other, one))
)


@dataclass(frozen=True, slots=True)
class Station:
    """One step of a line: a group of like machines, the first at full speed, others slower.

    Attributes
    ----------
    group : name of the group; its machines are numbered from 1
    sites : site of each machine of the group
    setup_minutes : set-up after something of another colour or family
    by_colour : whether the colour decides about set-ups rather than the family
    wait_minutes : rest after the step, such as drying or cooling
    """

    operation: str
    group: str
    sites: tuple[str, ...]
    setup_minutes: int = 0
    by_colour: bool = False
    wait_minutes: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """Machine ids of the group."""
        return tuple(f"{self.group}-{number}" for number in range(1, len(self.sites) + 1))

    def machines(self) -> Iterator[Machine]:
        """Yield the machines of the group; every third one is older and slower."""
        for number, (name, site) in enumerate(zip(self.names, self.sites, strict=True), 1):
            # Machines that differ make the choice of a machine matter.
            speed = 85 if number % 3 == 0 else 100
            title = f"{self.operation} {number}"
            yield Machine(name, title, site, CALENDARS[site], speed, sample=True)


@dataclass(frozen=True, slots=True)
class Line:
    """The stations that a family passes, in order."""

    stations: tuple[Station, ...]

    def machines(self) -> Iterator[Machine]:
        """Yield all machines of the line."""
        for station in self.stations:
            yield from station.machines()


_HQ, _S1, _S2 = "hq", "sat-1", "sat-2"
_PACK = Station(N_("Packing"), "PACK", (_HQ, _HQ, _HQ, _HQ))
_SEW = Station(N_("Sewing"), "SEW", (_HQ, _HQ, _S1, _S1, _S1, _S1), 10)

LINES: Mapping[str, Line] = {
    "ceramic": Line(
        (
            Station(N_("Moulding"), "MOULD", (_HQ, _HQ, _HQ), 15, wait_minutes=120),
            Station(N_("Glazing"), "GLAZE", (_HQ, _HQ), 20, by_colour=True),
            Station(N_("Firing"), "KILN", (_HQ, _HQ), wait_minutes=60),
            Station(N_("Decorating"), "DECO", (_HQ, _HQ), 12, by_colour=True),
            _PACK,
        )
    ),
    "textile": Line(
        (
            Station(N_("Cutting"), "CUT", (_HQ, _S1), 8),
            Station(N_("Printing"), "PRINT", (_HQ, _HQ), 25, by_colour=True, wait_minutes=30),
            _SEW,
            _PACK,
        )
    ),
    "candle": Line(
        (
            Station(N_("Pouring"), "POUR", (_HQ, _HQ), 20, by_colour=True, wait_minutes=90),
            Station(N_("Wrapping"), "WRAP", (_HQ, _HQ), 6),
            _PACK,
        )
    ),
    "metal": Line(
        (
            Station(N_("Pressing"), "PRESS", (_HQ, _HQ, _HQ), 30),
            Station(N_("Joining"), "JOIN", (_HQ, _HQ), 10),
            Station(N_("Coating"), "COAT", (_HQ, _HQ), 25, by_colour=True, wait_minutes=60),
            _PACK,
        )
    ),
    "paper": Line(
        (
            Station(
                N_("Offset printing"), "OFFSET", (_S2, _S2), 20, by_colour=True, wait_minutes=30
            ),
            Station(N_("Die-cutting"), "DIE", (_S2, _S2), 12),
            Station(N_("Folding"), "FOLD", (_S2, _S2, _S2), 6),
            Station(N_("Packing paper goods"), "PACKP", (_S2, _S2)),
        )
    ),
    "glass": Line(
        (
            Station(N_("Forming glass"), "FORM", (_HQ, _HQ), 25, wait_minutes=180),
            Station(N_("Lacquering"), "LACQ", (_HQ,), 20, by_colour=True, wait_minutes=60),
            _PACK,
        )
    ),
    "wood": Line(
        (
            Station(N_("Sawing"), "SAW", (_HQ, _S1), 10),
            Station(N_("Painting"), "PAINT", (_HQ, _S1), 20, by_colour=True, wait_minutes=120),
            Station(N_("Assembling"), "ASSY", (_S1, _S1, _S1), 5),
            _PACK,
        )
    ),
    "toy": Line(
        (
            Station(N_("Cutting plush"), "CUTP", (_S1,), 10, by_colour=True),
            _SEW,
            Station(N_("Stuffing"), "STUFF", (_S1, _S1)),
            _PACK,
        )
    ),
}
"""Routes of the families that the sample plant makes; ``other`` goods are bought."""
