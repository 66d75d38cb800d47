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
    sequence : place in the repository of the event that put it there
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
    sequence: int = 0

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
    one that nobody recorded. Each amount of a lot has its own stay; what leaves by amount
    leaves in the order in which it came.

    Parameters
    ----------
    parent : canonical name of a container, assembly or asset
    events : its events in order of time, those declared wrong left out

    Notes
    -----
    EPCIS 2.0, sections 7.4.3 and 7.4.6. An amount may be taken out piece by piece, so its stays
    form a queue by unit of measure.
    """
    inside: dict[tuple[str, str, str], list[Stay]] = {}
    for event in events:
        kind = _KINDS.get(event.type, "")
        if not kind or not event.takes(parent, Part.PARENT):
            continue
        children = list(event.things(Part.CHILD))
        if event.action is not Action.DELETE:
            for child in children:
                known = inside.setdefault((kind, child.thing, child.uom), [])
                more = event.action is Action.ADD and is_class(child.thing)
                if more or not known:
                    known.append(_stay(kind, parent, child, event, ALWAYS))
        elif children:
            for child in children:
                yield from _leave(inside, kind, parent, child, event)
        else:
            for key in [key for key in inside if key[0] == kind]:
                yield from (stay.until(event.time) for stay in inside.pop(key))
    for stays in inside.values():
        yield from stays


def _stay(kind: str, parent: str, child: Involvement, event: Event, end: int) -> Stay:
    """Open a stay, or one without length when nobody recorded the packing."""
    return Stay(
        child.thing,
        parent,
        kind,
        event.time,
        end,
        event.id,
        child.quantity,
        child.uom,
        packed=end == ALWAYS,
        sequence=event.sequence,
    )


def _leave(
    inside: dict[tuple[str, str, str], list[Stay]],
    kind: str,
    parent: str,
    child: Involvement,
    event: Event,
) -> Iterator[Stay]:
    """End the stays of a child, or so many of them as the amount that leaves."""
    known = inside.pop((kind, child.thing, child.uom), [])
    if not known:
        yield _stay(kind, parent, child, event, event.time)
        return
    left = child.quantity
    while known and (left is None or left > 0):
        stay = known.pop(0)
        if left is not None and stay.quantity is not None and left < stay.quantity:
            yield replace(stay, end=event.time, quantity=left)
            known.insert(0, replace(stay, quantity=stay.quantity - left))
            break
        yield stay.until(event.time)
        if left is not None:
            left -= stay.quantity or 0.0
    if known:
        inside[kind, child.thing, child.uom] = known
