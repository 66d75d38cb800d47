"""The journey of a thing: its events by place on one axis, what sensors said, where it lies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from sanpin.kit.context import Context
from sanpin.trace.engine.epcis import instant
from sanpin.trace.engine.identifiers import thing_of
from sanpin.trace.engine.journey import lay_out, legs_of
from sanpin.trace.engine.lineage.place import ARRIVED, SENT
from sanpin.trace.engine.lineage.stays import is_class
from sanpin.trace.engine.sensors import readings_in
from sanpin.trace.model.drawings import Journey, Step
from sanpin.trace.service.naming import Labels, place_of
from sanpin.trace.service.positions import Stop, stops_of
from sanpin.trace.service.texts import event_bodies
from sanpin.trace.service.things import EventLine, ThingView, event_line
from sanpin.trace.store.reader import LedgerEvents

__all__ = ["JourneyView", "Leg", "journey"]


@dataclass(frozen=True, slots=True)
class Leg:
    """A way between two stops.

    Attributes
    ----------
    source, target : canonical names of the places
    count : how often it was gone
    told : whether only a document says so: nobody has seen the thing at the other end
    """

    source: str
    target: str
    count: int = 1
    told: bool = False


@dataclass(frozen=True, slots=True)
class JourneyView:
    """What the page of a thing draws of its life.

    Attributes
    ----------
    lines : all events by time, with those declared wrong
    drawing : lanes, moves, strips; marks name events by their place in `lines`
    labels : what people read for each place
    stops, legs : for the map, in the order of the journey
    """

    lines: tuple[EventLine, ...]
    drawing: Journey
    labels: Mapping[str, str]
    stops: tuple[Stop, ...]
    legs: tuple[Leg, ...]


def journey(ctx: Context, view: ThingView, shift: int = 0) -> JourneyView:
    """Lay out the life of a thing.

    Parameters
    ----------
    view : the thing with its events
    shift : offset of the reader's zone in microseconds
    """
    lines = _with_declared(ctx, view)
    bodies = [_body(line.text) for line in lines]
    steps = [_step(line) for line in lines]
    readings = [
        reading
        for line, step, body in zip(lines, steps, bodies, strict=True)
        if not step.declared
        for reading in readings_in(body, step.time, line.step)
    ]
    single = not is_class(view.id)
    legs = tuple(_joined(_legs(steps, bodies, single=single)))
    places = _in_order(steps, legs)
    with ctx.db.read() as conn:
        labels = Labels.load(conn, ctx.firm, places)
        stops = stops_of(conn, ctx.firm, places, labels)
    known = {stop.place for stop in stops}
    return JourneyView(
        lines=tuple(lines),
        drawing=lay_out(steps, readings, single=single, shift=shift),
        labels={place: labels.of(place) for place in places}
        | {line.place: line.place_label for line in lines},
        stops=stops,
        legs=tuple(leg for leg in legs if {leg.source, leg.target} <= known),
    )


def _in_order(steps: Sequence[Step], legs: Sequence[Leg]) -> list[str]:
    """Places by when they were reached: what it came from, where it was, where it is to go."""
    seen = [step.place for step in steps if step.place and not step.declared]
    origins = [leg.source for leg in legs if leg.told and leg.source not in seen]
    return list(dict.fromkeys([*origins, *seen, *(leg.target for leg in legs)]))


def _with_declared(ctx: Context, view: ThingView) -> list[EventLine]:
    """Events of the view, and those of the thing that were declared wrong, by time."""
    with ctx.db.read() as conn:
        touching = LedgerEvents(conn, ctx.firm).touching([view.id])[view.id]
        wrong = [event for event in touching if event.declared]
        places = {event.location or event.read_point for event in wrong}
        labels = Labels.load(conn, ctx.firm, places)
    texts = event_bodies(ctx, wrong)
    lines = [event_line(e, labels, text) for e, text in zip(wrong, texts, strict=True)]
    return sorted([*view.events, *lines], key=lambda line: line.time)


def _body(text: str) -> dict[str, Any]:
    """Event as JSON values."""
    found = orjson.loads(text)
    return found if isinstance(found, dict) else {}


def _step(line: EventLine) -> Step:
    """What the drawing needs of an event."""
    return Step(
        instant(line.time) or 0, line.place, line.step in SENT, line.step in ARRIVED, line.declared
    )


def _legs(
    steps: Sequence[Step], bodies: Sequence[Mapping[str, Any]], *, single: bool
) -> Iterator[Leg]:
    """Ways that events show, then those that only their sources and destinations tell."""
    found = [(steps[a].place, steps[b].place) for a, b in legs_of(steps, single=single)]
    reached = {step.place for step in steps if not step.declared}
    for step, body in zip(steps, bodies, strict=True):
        if step.arrives and not step.declared and step.place:
            came = any(target == step.place for _, target in found)
            for place in () if came else _ends(body, "sourceList", "source"):
                if place_of(place) != step.place:
                    yield Leg(place, step.place, told=True)
    yield from (Leg(source, target) for source, target in found)
    for step, body in zip(steps, bodies, strict=True):
        if step.leaves and not step.declared and step.place:
            for place in _ends(body, "destinationList", "destination"):
                if place_of(place) not in reached:
                    yield Leg(step.place, place, told=True)


def _ends(body: Mapping[str, Any], name: str, field: str) -> list[str]:
    """Place at one end of a transfer: the location when it is told, else the party."""
    listed = body.get(name)
    entries = [e for e in listed if isinstance(e, dict)] if isinstance(listed, list) else []
    found = {
        str(entry.get("type", "")).rpartition("/")[2].rpartition(":")[2]: entry.get(field)
        for entry in reversed(entries)
    }
    value = found.get("location") or found.get("possessing_party") or found.get("owning_party")
    return [thing_of(value)] if isinstance(value, str) else []


def _joined(legs: Iterable[Leg]) -> Iterator[Leg]:
    """Count ways that were gone more than once."""
    counts: dict[tuple[str, str, bool], int] = {}
    for leg in legs:
        key = leg.source, leg.target, leg.told
        counts[key] = counts.get(key, 0) + 1
    for (source, target, told), count in counts.items():
        yield Leg(source, target, count, told)
