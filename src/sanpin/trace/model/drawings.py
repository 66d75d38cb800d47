"""What is drawn of a thing: its genealogy in layers, its journey in lanes, its measurements."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Curve", "Drawing", "Journey", "Lane", "Mark", "Move", "Pill", "Reading", "Sketch"]
__all__ += ["Span", "Step", "Strip"]


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


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a journey, as far as its drawing needs it.

    Attributes
    ----------
    time : microseconds UTC
    place : canonical name; empty when the event names none
    leaves, arrives : whether its step sends things on their way, or says that they have come
    declared : whether it was declared wrong
    """

    time: int
    place: str
    leaves: bool = False
    arrives: bool = False
    declared: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """One dot on a lane: one event, or several that stand too near to be told apart.

    Attributes
    ----------
    at : place on the axis, in percent of its width
    steps : numbers of the events
    declared : whether they were declared wrong
    """

    at: float
    steps: tuple[int, ...]
    declared: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """From and until where something lasts, in percent of the axis."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Lane:
    """What happened at one place."""

    place: str
    marks: tuple[Mark, ...]
    stays: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """A way from one lane to another.

    Attributes
    ----------
    source, target : numbers of the lanes
    span : when it began and ended
    """

    source: int
    target: int
    span: Span


@dataclass(frozen=True, slots=True)
class Reading:
    """One value that a sensor measured.

    Attributes
    ----------
    kind, uom : what was measured, in which unit (UN/ECE code)
    time : microseconds UTC
    value : measured, or the mean of what was
    low, high : bounds where only these were told; else the value itself
    alarm : whether the sensor reported an exception
    step : of the event that tells it; a kiln and a truck are no one curve
    """

    kind: str
    uom: str
    time: int
    value: float
    low: float
    high: float
    alarm: bool = False
    step: str = ""


@dataclass(frozen=True, slots=True)
class Strip:
    """Measurements of one kind at one step, on the axis of the journey.

    Attributes
    ----------
    step, kind, uom : when in its life, what was measured, in which unit
    low, high : smallest and largest value
    count : how many values there are
    points : place on the axis in percent, and height from 0 for `low` to 1 for `high`
    alarms : the points at which a sensor reported an exception
    """

    step: str
    kind: str
    uom: str
    low: float
    high: float
    count: int
    points: tuple[tuple[float, float], ...]
    alarms: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Journey:
    """A life on one axis of time.

    Attributes
    ----------
    lanes : places in the order in which they were first reached
    moves : ways between them
    ticks : place on the axis in percent, and time in microseconds UTC
    strips : measurements
    """

    lanes: tuple[Lane, ...] = ()
    moves: tuple[Move, ...] = ()
    ticks: tuple[tuple[float, int], ...] = ()
    strips: tuple[Strip, ...] = ()
