"""What could not be traced: things out of nowhere, unpacked but never packed, lost amounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from sanpin.base import N_
from sanpin.trace.engine.lineage.amounts import made_amounts, used_amounts
from sanpin.trace.engine.lineage.chronicle import Chronicle
from sanpin.trace.engine.lineage.place import ARRIVED
from sanpin.trace.engine.lineage.stays import ALWAYS, is_class
from sanpin.trace.model.events import Action, Event, EventType, Part
from sanpin.trace.model.lineage import Gap

__all__ = ["TOLERANCE", "gap_of", "gaps_of"]

TOLERANCE = 0.02
"""Share by which a balance may miss before it is called broken."""


_GAPS = {
    "unknown": Gap("", "trace.gap.unknown", N_("No event names this thing.")),
    "never_commissioned": Gap(
        "",
        "trace.gap.never_commissioned",
        N_("It appears without having been made, commissioned or received."),
    ),
    "unpacked_without_packing": Gap(
        "",
        "trace.gap.unpacked_without_packing",
        N_("It was taken out of {parent} without having been put in."),
    ),
    "balance": Gap(
        "",
        "trace.gap.balance",
        N_("{used} {uom} were used or packed, but only {made} were made or received."),
    ),
}


def gap_of(kind: str, thing: str, **fields: object) -> Gap:
    """Make a gap in the record of a thing; `fields` go into its message."""
    return replace(_GAPS[kind], id=thing, fields=fields)


def gaps_of(chronicle: Chronicle, things: Iterable[str], seeds: Iterable[str]) -> list[Gap]:
    """List the gaps in the records of things.

    Parameters
    ----------
    chronicle : where events come from
    things : products whose records are looked at
    seeds : things that were asked for, which may be unknown altogether
    """
    unknown = [seed for seed in seeds if not chronicle.events(seed)]
    found = [gap_of("unknown", seed) for seed in unknown]
    for thing in things:
        if thing not in unknown:
            found.extend(_gaps(chronicle, thing))
    return found


def _gaps(chronicle: Chronicle, thing: str) -> Iterator[Gap]:
    """Yield the gaps in the record of one thing."""
    events = chronicle.events(thing)
    first = events[0] if events else None
    if first is not None and not any(_begins(event, thing) for event in events):
        yield gap_of("never_commissioned", thing)
    for stay in chronicle.inside(thing):
        if not stay.packed:
            yield gap_of("unpacked_without_packing", thing, parent=stay.parent)
    if is_class(thing):
        yield from _balance(chronicle, thing, events)


def _begins(event: Event, thing: str) -> bool:
    """Whether an event explains where a thing comes from."""
    parts = [entry.part for entry in event.of(thing) if entry.thing == thing]
    if Part.OUTPUT in parts or Part.LOT in parts or Part.PARENT in parts:
        return True
    if event.type is EventType.OBJECT and event.action is Action.ADD:
        return True
    return event.step in ARRIVED


def _balance(chronicle: Chronicle, thing: str, events: tuple[Event, ...]) -> Iterator[Gap]:
    """Compare what was used and packed with what was made.

    Only amounts that still lie in a container are added to those used: what was taken out again may
    have been used afterwards and would count twice.
    """
    made, used = made_amounts(thing, events), used_amounts(thing, events)
    packed: dict[str, float] = defaultdict(float)
    for stay in chronicle.inside(thing):
        if stay.packed and stay.kind == "aggregate" and stay.end == ALWAYS:
            packed[stay.uom] += stay.quantity or 0.0
    for uom in sorted(made):
        amount = used.get(uom, 0.0) + packed[uom]
        if amount > made[uom] * (1 + TOLERANCE):
            yield gap_of("balance", thing, used=amount, made=made[uom], uom=uom)
