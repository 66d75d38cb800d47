"""The life of one thing: its time line, where it is, in which state."""

from __future__ import annotations

from sanpin.trace.engine.lineage.amounts import made_amounts, used_amounts
from sanpin.trace.engine.lineage.chronicle import Chronicle
from sanpin.trace.engine.lineage.stays import ALWAYS, NEVER, is_class
from sanpin.trace.model.events import Action, Event, EventType, Part
from sanpin.trace.model.lineage import Status, Where

__all__ = ["ARRIVED", "DESTROYED", "SENT", "SOLD", "containers_of", "history", "where"]

# Steps after which goods are on their way, and those by which they have come somewhere.
SENT = frozenset(("shipping", "departing", "transporting", "consigning"))
ARRIVED = frozenset(("receiving", "arriving", "accepting", "storing", "stocking", "unloading"))
SOLD = frozenset(("retail_selling", "dispensing", "retail_sold", "dispensed"))
DESTROYED = frozenset(("destroying", "decommissioning", "killing", "destroyed", "disposed"))


def history(chronicle: Chronicle, thing: str) -> list[Event]:
    """Events that touch a thing or the container it was in at that moment, by time.

    Parameters
    ----------
    chronicle : where events come from
    thing : canonical name

    Returns
    -------
    list of Event
        by time, each once, however many containers lead to it
    """
    found: dict[str, Event] = {}
    seen: set[tuple[str, int, int]] = set()
    level = [(thing, NEVER, ALWAYS)]
    while level:
        names = [name for name, _, _ in level]
        chronicle.load(names)
        chronicle.load(chronicle.parents(names))
        following = []
        for name, start, end in level:
            for event in chronicle.events(name):
                if start <= event.time <= end:
                    found.setdefault(f"{event.id} {event.sequence}", event)
            for stay in chronicle.inside(name):
                window = stay.overlap(start, end)
                if window and (stay.parent, *window) not in seen:
                    seen.add((stay.parent, *window))
                    following.append((stay.parent, *window))
        level = following
    return sorted(found.values(), key=lambda event: event.order)


def containers_of(chronicle: Chronicle, thing: str) -> tuple[str, ...]:
    """Containers in which a thing is now, from the inmost outwards."""
    chain: list[str] = []
    current = thing
    while True:
        stays = [s for s in chronicle.inside(current) if s.end == ALWAYS and s.packed]
        if not stays or stays[-1].parent in (*chain, thing):
            return tuple(chain)
        current = stays[-1].parent
        chain.append(current)


def where(chronicle: Chronicle, thing: str, events: list[Event] | None = None) -> Where:
    """Last known place, containers, disposition and status of a thing.

    Parameters
    ----------
    events : its `history`, when it is at hand already
    """
    events = history(chronicle, thing) if events is None else events
    placed = next((e for e in reversed(events) if e.location), None)
    placed = placed or next((e for e in reversed(events) if e.read_point), None)
    disposition = next((e.disposition for e in reversed(events) if e.disposition), "")
    return Where(
        location=(placed.location or placed.read_point) if placed else "",
        containers=containers_of(chronicle, thing),
        disposition=disposition,
        since=placed.time if placed else None,
        status=_status(chronicle, thing, events),
    )


def _status(chronicle: Chronicle, thing: str, events: list[Event]) -> Status:
    """Read the status from the last event that says something about it.

    Going backward in time, the first word that settles it wins; events that say nothing of the
    whereabouts, such as an inspection without a place, are passed over.
    """
    if _consumed(chronicle, thing):
        return Status.CONSUMED
    for event in reversed(events):
        words = {event.step, event.disposition}
        ended = event.action is Action.DELETE and event.type is EventType.OBJECT
        if words & DESTROYED or (ended and not words & SOLD):
            return Status.DESTROYED
        if words & SOLD:
            return Status.SOLD
        if event.step in ARRIVED:
            return Status.ON_HAND
        if event.step in SENT or event.disposition == "in_transit":
            known = event.values("destination") and event.disposition != "in_transit"
            return Status.SHIPPED if known else Status.IN_TRANSIT
        if event.location:
            return Status.ON_HAND
    return Status.ON_HAND if events else Status.UNKNOWN


def _consumed(chronicle: Chronicle, thing: str) -> bool:
    """Whether a piece, or all that was made or received of a lot, went into something."""
    events = chronicle.events(thing)
    if not any(event.takes(thing, Part.INPUT) for event in events):
        return False
    if not is_class(thing):
        return events[-1].takes(thing, Part.INPUT)
    made, used = made_amounts(thing, events), used_amounts(thing, events)
    return bool(made) and all(used.get(uom, 0.0) >= amount - 1e-9 for uom, amount in made.items())
