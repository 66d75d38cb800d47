"""A genealogy as it is drawn: pills in layers, curves between them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Curve", "Drawing", "Pill", "Sketch"]


@dataclass(frozen=True, slots=True)
class Sketch:
    """One thing before it has a place.

    Attributes
    ----------
    id : canonical name
    layer : column; the root stands in 0, what came before it left of that
    kind : ``material``, ``lot``, ``case``, ``pallet`` or ``shipment``
    group : things of one group may be drawn as one pill with a count
    """

    id: str
    layer: int
    kind: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Pill:
    """One pill: a thing, or several alike.

    Attributes
    ----------
    members : the things it stands for, at least one
    layer, y : column and row, from 0
    """

    members: tuple[str, ...]
    kind: str
    layer: int
    y: float

    @property
    def id(self) -> str:
        """Name of its first thing."""
        return self.members[0]


@dataclass(frozen=True, slots=True)
class Curve:
    """A line from one pill to another."""

    source: str
    target: str
    kind: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """All pills and curves."""

    pills: tuple[Pill, ...]
    curves: tuple[Curve, ...]
