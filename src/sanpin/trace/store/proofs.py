"""Where the text of an event came from: the document that was captured."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from sanpin.trace.store.intern import batches
from sanpin.trace.store.tables import DOCUMENT, EVENT

__all__ = ["documents_of"]


def documents_of(conn: Connection, events: Iterable[int]) -> dict[int, Any]:
    """Documents by the number of an event, with ``digest``, ``captured``, ``origin``, ``format``.

    An event whose document was erased has none.
    """
    columns = (DOCUMENT.c.digest, DOCUMENT.c.captured, DOCUMENT.c.origin, DOCUMENT.c.format)
    asked = select(EVENT.c.id, DOCUMENT.c.events, *columns)
    joined = asked.join(DOCUMENT, DOCUMENT.c.id == EVENT.c.document)
    found: dict[int, Any] = {}
    for batch in batches(sorted(set(events))):
        found.update((row.id, row) for row in conn.execute(joined.where(EVENT.c.id.in_(batch))))
    return found
