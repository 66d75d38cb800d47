"""How long things stayed in containers or on assets: intervals read from their events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sanpin.trace.model.events import Action, Event, EventType, Involvement, Part

__all__ = ["ALWAYS", "NEVER", "Stay", "is_class", "stays_of"]

ALWAYS = 1 << 62
"""Later than every event."""
NEVER = -ALWAYS
"""Earlier than every event."""

_KINDS = {EventType.AGGREGATION: "aggregate", EventType.ASSOCIATION: "associate"}


@dataclass(frozen=True, slots=True)
class Stay:
    """One thing in one parent from `start` until before `end` (microseconds UTC).

    Attributes
    ----------
    kind : ``aggregate`` or ``associate``
    event : event that put it there
    quantity, uom : amount, for lots
    packed : whether an event put it there; False when it was only taken out
    """

    child: str
    parent: str
    kind: str
    start: int
    end: int
    event: str
    quantity: float | None = None
    uom: str = ""
    packed: bool = True

    @property
    def single(self) -> bool:
        """Whether the child is one piece or container, not an amount of a lot."""
        return not is_class(self.child)

    def until(self, end: int) -> Stay:
        """Make the same stay with another end."""
        return replace(self, end=end)

    def overlap(self, start: int, end: int) -> tuple[int, int] | None:
        """Part of the stay that lies in a window; None when there is none."""
        low, high = max(self.start, start), min(self.end, end)
        return (low, high) if low < high else None


def is_class(thing: str) -> bool:
    """Whether a name stands for a lot or kind of goods, of which there may be many pieces."""
    return "/01/" in thing and "/21/" not in thing and "/235/" not in thing


def stays_of(parent: str, events: Iterable[Event]) -> Iterator[Stay]:
    """Read the stays in a parent from its events in order of time.

    ADD opens a stay, DELETE closes it (of all children when none is named); OBSERVE opens
    one that nobody recorded. Amounts of a lot add up, and the stay ends when they are gone.
    """
    open_stays: dict[tuple[str, str, str], Stay] = {}
    for event in events:
        kind = _KINDS.get(event.type, "")
        if not kind or not any(p.thing == parent for p in event.things(Part.PARENT)):
            continue
        children = list(event.things(Part.CHILD))
        if event.action is Action.DELETE:
            yield from _close(open_stays, kind, event, children, parent)
            continue
        for child in children:
            key = (kind, child.thing, child.uom)
            known = open_stays.get(key)
            if known is None:
                open_stays[key] = Stay(
                    child.thing,
                    parent,
                    kind,
                    event.time,
                    ALWAYS,
                    event.id,
                    child.quantity,
                    child.uom,
                )
            elif event.action is Action.ADD and child.quantity and known.quantity:
                open_stays[key] = replace(known, quantity=known.quantity + child.quantity)
    yield from open_stays.values()


def _close(
    open_stays: dict[tuple[str, str, str], Stay],
    kind: str,
    event: Event,
    children: list[Involvement],
    parent: str,
) -> Iterator[Stay]:
    if not children:
        for key in [key for key in open_stays if key[0] == kind]:
            yield open_stays.pop(key).until(event.time)
        return
    for child in children:
        key = (kind, child.thing, child.uom)
        stay = open_stays.pop(key, None)
        if stay is None:
            yield Stay(
                child.thing,
                parent,
                kind,
                event.time,
                event.time,
                event.id,
                child.quantity,
                child.uom,
                packed=False,
            )
        elif child.quantity and stay.quantity and child.quantity < stay.quantity:
            yield replace(stay, end=event.time, quantity=child.quantity)
            open_stays[key] = replace(stay, quantity=stay.quantity - child.quantity)
        else:
            yield stay.until(event.time)
