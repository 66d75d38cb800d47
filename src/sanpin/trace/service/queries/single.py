"""One event with everything that its page shows: what it tells, its texts, whether it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sanpin.kit.context import Context
from sanpin.trace.service.queries.documents import event_named
from sanpin.trace.service.queries.tables import event_rows
from sanpin.trace.store.corrections import own_event
from sanpin.trace.store.originals import original_of
from sanpin.trace.store.reader import kept_texts

__all__ = ["EventView", "event_view", "original_text"]


@dataclass(frozen=True, slots=True)
class EventView:
    """An event with its error declarations.

    Attributes
    ----------
    id : its identifier
    rows : the event and its declarations, as `event_rows` gives them
    texts : each as it came, in JSON or XML
    counts : whether it counts in lineage, place and recall
    own : whether the firm captured it itself
    """

    id: str
    rows: tuple[dict[str, Any], ...]
    texts: tuple[str, ...]
    counts: bool
    own: bool


def event_view(ctx: Context, identifier: str) -> EventView:
    """Event of an identifier.

    Raises
    ------
    StateError
        ``trace.event.unknown``
    """
    page = event_named(ctx, identifier)
    with ctx.db.read() as conn:
        own = own_event(conn, ctx.firm, identifier)
        kept = kept_texts(conn, page.numbers)
    texts = tuple(original_of(kept[number]).decode() for number in page.numbers)
    rows = tuple(event_rows(ctx, page))
    return EventView(identifier, rows, texts, own is None or own[0], own is not None)


def original_text(ctx: Context, identifier: str) -> bytes:
    """Event of an identifier exactly as it came, in JSON or XML, without its declarations.

    Raises
    ------
    StateError
        ``trace.event.unknown``
    """
    numbers = event_named(ctx, identifier).numbers
    with ctx.db.read() as conn:
        return original_of(kept_texts(conn, numbers[:1])[numbers[0]])
