"""Events as rows of a table, for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from sanpin.base import N_
from sanpin.kit.context import Context
from sanpin.kit.i18n import translate
from sanpin.trace.model.events import Action, Event, Involvement, Part
from sanpin.trace.service.naming import Labels, path_of
from sanpin.trace.service.queries.pages import EventPage
from sanpin.trace.store.reader import events_by_id

if TYPE_CHECKING:
    import polars as pl

__all__ = ["event_frames", "event_rows", "headings"]

_HEADINGS: Mapping[str, str] = {
    "event": N_("Event"),
    "time": N_("Time"),
    "captured": N_("Captured"),
    "type": N_("Type"),
    "action": N_("Action"),
    "step": N_("Business step"),
    "condition": N_("Condition"),
    "read_point": N_("Read point"),
    "place": N_("Place"),
    "parent": N_("Parent"),
    "things": N_("Things"),
    "inputs": N_("Used"),
    "outputs": N_("Made"),
    "links": N_("Parties and documents"),
}


def headings(language: str) -> dict[str, str]:
    """Headings of the table in a language."""
    return {name: translate(text, language) for name, text in _HEADINGS.items()}


def event_frames(ctx: Context, pages: Iterable[EventPage]) -> Iterator[pl.DataFrame]:
    """Tables of the events of pages, one for each; at least one, so that there are headings."""
    import polars as pl

    schema = dict.fromkeys(_HEADINGS, pl.String())
    empty = True
    for page in pages:
        with ctx.db.read() as conn:
            found = {event.sequence: event for event in events_by_id(conn, page.numbers)}
        yield pl.DataFrame([_row(found[number]) for number in page.numbers], schema=schema)
        empty = False
    if empty:
        yield pl.DataFrame(schema=schema)


def event_rows(ctx: Context, page: EventPage) -> list[dict[str, Any]]:
    """Events of a page with what people read: the name of the place and of the first thing."""
    with ctx.db.read() as conn:
        found = {event.sequence: event for event in events_by_id(conn, page.numbers)}
        events = [found[number] for number in page.numbers]
        first = {e.sequence: _first(e) for e in events}
        names = {*first.values(), *(e.location or e.read_point for e in events)}
        labels = Labels.load(conn, ctx.firm, names - {""})
    return [
        {
            "id": event.id,
            "time": datetime.fromtimestamp(event.time / 1_000_000, UTC),
            "type": event.type.word,
            "action": event.action.name,
            "step": event.step,
            "condition": event.disposition,
            "place": labels.of(event.location or event.read_point),
            "thing": labels.of(first[event.sequence]),
            "path": path_of(first[event.sequence]) if first[event.sequence] else "",
            "things": sum(1 for entry in event.involved if entry.part is not Part.LOT),
        }
        for event in events
    ]


def _first(event: Event) -> str:
    """The thing by which people know an event: what was made, else what carries, else any."""
    order = (Part.OUTPUT, Part.PARENT, Part.EPC, Part.CHILD, Part.INPUT)
    return next((e.thing for part in order for e in event.things(part)), "")


def _row(event: Event) -> dict[str, str]:
    """Write one event as texts."""
    return {
        "event": event.id,
        "time": _moment(event.time, event.offset),
        "captured": _moment(event.record_time, 0),
        "type": event.type.word,
        "action": event.action.name if event.action is not Action.NONE else "",
        "step": event.step,
        "condition": event.disposition,
        "read_point": event.read_point,
        "place": event.location,
        "parent": _things(event.things(Part.PARENT)),
        "things": _things(event.things(Part.EPC, Part.CHILD)),
        "inputs": _things(event.things(Part.INPUT)),
        "outputs": _things(event.things(Part.OUTPUT)),
        "links": "; ".join(f"{link.kind} {link.type} {link.value}" for link in event.links),
    }


def _moment(micros: int, offset: int) -> str:
    """Write an instant with its own offset."""
    zone = timezone(timedelta(minutes=offset))
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
    return moment.astimezone(zone).isoformat(timespec="milliseconds")


def _things(entries: Iterable[Involvement]) -> str:
    """Write things, with their amounts where they have any."""
    return "; ".join(
        entry.thing
        if entry.quantity is None
        else f"{entry.thing} {entry.quantity:g} {entry.uom}".rstrip()
        for entry in entries
    )
