"""What pages show: one thing, the newest lots, lots on hold, findings of a search."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sanpin.base import InputError
from sanpin.kit.context import Context
from sanpin.kit.search import Hit
from sanpin.trace.engine.epcis import write_instant
from sanpin.trace.engine.genealogy import genealogy
from sanpin.trace.engine.identifiers import parse as parse_identifier
from sanpin.trace.engine.identifiers import write_brackets
from sanpin.trace.engine.lineage.stays import is_class
from sanpin.trace.engine.understanding import clean
from sanpin.trace.model.events import Event, EventType, Part
from sanpin.trace.model.identifiers import KeyKind
from sanpin.trace.model.lineage import Balance, Where
from sanpin.trace.service.lineage import history, unknown_thing
from sanpin.trace.service.naming import Labels, kind_of, path_of, thing_named
from sanpin.trace.service.questions import asking
from sanpin.trace.service.texts import event_bodies
from sanpin.trace.store import ledger
from sanpin.trace.store.reader import latest

__all__ = [
    "EventLine",
    "LotLine",
    "ThingView",
    "count_events",
    "event_line",
    "graph",
    "has_events",
    "lots_on_hold",
    "recent_lots",
    "search",
    "thing",
]

# Dispositions after which a lot must not move on, and those that let it go again.
HELD = ("non_conformant", "non_sellable_other", "needs_replacement", "recalled")
_RELEASED = ("conformant", "sellable_accessible", "sellable_not_accessible", "available")
# Newest words on a condition that the list of held lots is made from: months of a large plant.
_LOOKED_AT = 2000


@dataclass(frozen=True, slots=True)
class EventLine:
    """One line of a time line or table of events.

    Attributes
    ----------
    id : identifier of the event
    time : in UTC
    step, disposition : CBV words or URIs
    place, place_label : canonical name and what people read
    type, action : as in a document; a transformation has no action
    things : how many take part
    text : the event as it came
    declared : whether it was declared wrong
    """

    id: str
    time: str
    step: str
    disposition: str
    place: str
    place_label: str
    type: str
    action: str
    things: int
    text: str = ""
    declared: bool = False


@dataclass(frozen=True, slots=True)
class ThingView:
    """Everything that the page of a thing shows, but its genealogy.

    Attributes
    ----------
    id, label, code : canonical name, what people read, what is printed on it
    kind : catalogue key of what it is
    where : place, containers, disposition, status
    place_label, container_label : what people read for them
    balance : for lots, how much was made, used and delivered
    delivered : for lots, place, amount and unit of each delivery
    events : its time line
    origins : where its events come from, other than from outside
    """

    id: str
    label: str
    kind: str
    code: str
    where: Where
    place_label: str
    container_label: str
    balance: Balance | None
    delivered: tuple[tuple[str, float, str], ...]
    events: tuple[EventLine, ...]
    origins: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LotLine:
    """A lot in a list.

    Attributes
    ----------
    id, label, path : canonical name, what people read, address of its page
    time, place : of the event that speaks of it
    quantity, uom : how much, where that event tells
    """

    id: str
    label: str
    path: str
    time: str
    place: str
    quantity: float | None = None
    uom: str = ""


def thing(ctx: Context, epc: str) -> ThingView:
    """Life of a thing for its page.

    Raises
    ------
    StateError
        ``trace.thing.unknown``
    """
    name = thing_named(epc)
    events, where = history(ctx, name)
    bodies = event_bodies(ctx, events)
    places = {place for e in events for place in (e.location, e.read_point)}
    with asking(ctx) as (conn, answers):
        balance = answers.balance(name) if is_class(name) else None
        places |= {one.location for one in balance.delivered} if balance else set()
        labels = Labels.load(conn, ctx.firm, {name, where.location, *where.containers, *places})
        origins = ledger.origins_of(conn, (event.sequence for event in events))
    lines = tuple(event_line(e, labels, text) for e, text in zip(events, bodies, strict=True))
    return ThingView(
        id=name,
        label=labels.of(name),
        kind=kind_of(name),
        code=_code(name),
        where=where,
        place_label=labels.of(where.location),
        container_label=labels.of(where.containers[0]) if where.containers else "",
        balance=balance,
        delivered=tuple(
            (labels.of(one.location), amount, uom or "EA")
            for one in (balance.delivered if balance else ())
            for uom, amount in one.quantities.items()
        ),
        events=lines,
        origins=origins,
    )


def event_line(event: Event, labels: Labels, text: bytes) -> EventLine:
    """Line of one event with its text."""
    place = event.location or event.read_point
    return EventLine(
        id=event.id,
        time=write_instant(event.time),
        step=event.step,
        disposition=event.disposition,
        place=place,
        place_label=labels.of(place),
        type=event.type.word,
        action=event.action.name if event.action else "",
        things=sum(1 for e in event.involved if e.part is not Part.LOT),
        text=text.decode(),
        declared=event.declared,
    )


def _code(name: str) -> str:
    """Code as it is printed on a label; other names as they are."""
    try:
        return write_brackets(parse_identifier(name))
    except InputError:
        return name


def graph(ctx: Context, epc: str, opened: Collection[str] = ()) -> dict[str, Any]:
    """Genealogy of a thing as `<x-graph>` draws it, with some groups opened."""
    name = thing_named(epc)
    with asking(ctx) as (conn, answers):
        if not ledger.is_named(conn, ctx.firm, name):
            raise unknown_thing(name)
        before, after, consignees = answers.surroundings(name)
        drawing = genealogy(before, after, consignees, opened)
        labels = Labels.load(conn, ctx.firm, {pill.id for pill in drawing.pills})
    return {
        "nodes": [
            {
                "id": pill.id,
                "label": labels.short(pill.id),
                "title": labels.of(pill.id),
                "kind": pill.kind,
                "layer": pill.layer,
                "y": pill.y,
                "count": len(pill.members),
                "href": path_of(pill.id) if pill.kind != "shipment" else None,
                "path": pill.id == name,
                "open": pill.id if len(pill.members) > 1 else None,
            }
            for pill in drawing.pills
        ],
        "edges": [
            {"from": curve.source, "to": curve.target, "kind": curve.kind, "path": False}
            for curve in drawing.curves
        ],
        "opened": list(opened),
    }


def count_events(ctx: Context) -> int:
    """Number of events that the firm has captured."""
    with ctx.db.read() as conn:
        return ledger.count_events(conn, ctx.firm)


def has_events(ctx: Context) -> bool:
    """Whether the firm has captured anything."""
    with ctx.db.read() as conn:
        return bool(latest(conn, ctx.firm, limit=1))


def recent_lots(ctx: Context, limit: int = 12) -> list[LotLine]:
    """Lots and pieces that were made last."""
    with ctx.db.read() as conn:
        events = latest(conn, ctx.firm, limit=4 * limit, types=[EventType.TRANSFORMATION])
        found: dict[str, LotLine] = {}
        labels = _labels(ctx, conn, events, Part.OUTPUT)
    for event in events:
        for entry in event.things(Part.OUTPUT):
            found.setdefault(
                entry.thing, _lot(event, entry.thing, labels, entry.quantity, entry.uom)
            )
    return list(found.values())[:limit]


def lots_on_hold(ctx: Context, limit: int = 50) -> list[LotLine]:
    """Things whose last word on their condition is that they may not be used or sold."""
    with ctx.db.read() as conn:
        events = latest(conn, ctx.firm, limit=_LOOKED_AT, dispositions=[*HELD, *_RELEASED])
        labels = _labels(ctx, conn, events, Part.EPC)
    newest: dict[str, Event] = {}
    for event in events:
        if not event.declared:
            for entry in event.things(Part.EPC):
                newest.setdefault(entry.thing, event)
    return [
        _lot(event, name, labels) for name, event in newest.items() if event.disposition in HELD
    ][:limit]


def _labels(ctx: Context, conn: Any, events: Sequence[Event], part: Part) -> Labels:
    """Names of the things and places of events, read at once."""
    names = {entry.thing for event in events for entry in event.things(part)}
    places = {event.location or event.read_point for event in events}
    return Labels.load(conn, ctx.firm, names | places)


def _lot(
    event: Event, name: str, labels: Labels, quantity: float | None = None, uom: str = ""
) -> LotLine:
    """Line of a lot from the event that speaks of it."""
    return LotLine(
        id=name,
        label=labels.of(name),
        path=path_of(name),
        time=write_instant(event.time),
        place=labels.of(event.location or event.read_point),
        quantity=quantity,
        uom=uom or "EA",
    )


def search(ctx: Context, text: str, limit: int = 20) -> list[Hit]:
    """Things that a code names, and things whose lot or serial number begins with a text.

    Parameters
    ----------
    text : a code in any writing, or the beginning of a lot or serial number
    limit : at most so many; a thing that the code names stands first, then, of a product, its
        newest lots and pieces
    """
    with ctx.db.read() as conn:
        names = list(_exact(conn, ctx, text))
        names += [n for n in _of_product(conn, ctx, text, limit) if n not in names]
        names += [n for n in ledger.search(conn, ctx.firm, text.strip(), limit) if n not in names]
        labels = Labels.load(conn, ctx.firm, names)
    return [Hit(labels.of(n), kind_of(n), path_of(n), _code(n)) for n in names[:limit]]


def _exact(conn: Any, ctx: Context, text: str) -> Iterable[str]:
    """Yield the thing that a code names, when the firm has events of it."""
    try:
        name = thing_named(text)
    except InputError:
        return
    if ledger.is_named(conn, ctx.firm, name):
        yield name


def _of_product(conn: Any, ctx: Context, text: str, limit: int) -> list[str]:
    """Newest lots and pieces of the product that a code names; none for other codes."""
    try:
        found = parse_identifier(clean(text))
    except InputError:
        return []
    if found.kind is not KeyKind.GTIN:
        return []
    return ledger.of_class(conn, ctx.firm, [f"{found.thing}/{ai}/" for ai in ("10", "21")], limit)
