"""How much was made, used and packed of a lot, by unit of measure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from sanpin.trace.model.events import Action, Event, EventType, Part

__all__ = ["amount_of", "made_amounts", "used_amounts"]


def made_amounts(thing: str, events: Sequence[Event]) -> Mapping[str, float]:
    """Amounts of a lot that came into being: outputs, or else what was added or received.

    Parameters
    ----------
    thing : canonical name of a lot
    events : its events in any order

    Returns
    -------
    Mapping
        unit code to amount, empty unit for pieces; empty when no event tells

    Notes
    -----
    The three sources are alternatives and are not added up: what was received has been an output
    elsewhere already.
    """
    for counts in (_is_output, _is_added, _is_observed):
        found = _sum(thing, events, counts)
        if found:
            return found
    return {}


def used_amounts(thing: str, events: Sequence[Event]) -> Mapping[str, float]:
    """Amounts of a lot that went into products."""
    return _sum(thing, events, _is_input)


def amount_of(thing: str, events: Sequence[Event]) -> tuple[float | None, str]:
    """Amount of a lot with its unit; None when no event tells, or in several units."""
    made = made_amounts(thing, events)
    if len(made) != 1:
        return None, ""
    uom, amount = next(iter(made.items()))
    return amount, uom


def _is_input(_event: Event, part: Part) -> bool:
    """Amounts that went into a product."""
    return part is Part.INPUT


def _is_output(_event: Event, part: Part) -> bool:
    """Amounts that a transformation made."""
    return part is Part.OUTPUT


def _is_added(event: Event, part: Part) -> bool:
    """Amounts that were commissioned."""
    return part is Part.EPC and event.type is EventType.OBJECT and event.action is Action.ADD


def _is_observed(event: Event, part: Part) -> bool:
    """Amounts that came in."""
    return part is Part.EPC and event.step == "receiving"


def _sum(
    thing: str, events: Iterable[Event], counts: Callable[[Event, Part], bool]
) -> dict[str, float]:
    """Add up the amounts of a thing in the events that count."""
    total: dict[str, float] = defaultdict(float)
    for event in events:
        for entry in event.of(thing):
            if entry.thing == thing and entry.quantity is not None and counts(event, entry.part):
                total[entry.uom] += entry.quantity
    return dict(total)
