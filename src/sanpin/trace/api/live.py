"""New events as they come in: a stream for pages and for ``curl -N``."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from sanpin.base import N_
from sanpin.kit.context import Context
from sanpin.kit.http import context
from sanpin.kit.http.events import Snapshot, event_stream
from sanpin.kit.i18n import Translator
from sanpin.trace import service

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/trace", tags=["trace"])

Here = Annotated[Context, Depends(context)]
Since = Annotated[int | None, Query(ge=0, description="Step of the ledger; without it, now")]
Seconds = Annotated[int, Query(ge=0, le=3600, description="The stream ends after so long")]


@router.get("/events/live", response_class=StreamingResponse)
def watch_events(ctx: Here, since: Since = None, seconds: Seconds = 600) -> StreamingResponse:
    """Tell how many events came after a step of the ledger, each time when more came.

    The event is called ``update`` and holds ``events``, ``since`` and ``text``; the last one is
    called ``end``, after which a reader connects again.
    """
    step = service.newest_step(ctx) if since is None else since
    words = Translator(ctx.language)
    until = time.monotonic() + seconds

    def look() -> Snapshot:
        """Count what came since."""
        count = service.events_since(ctx, step)
        text = words.text(N_("New events: {count}."), count=words.number(count))
        value = {"events": count, "since": step, "text": text}
        return Snapshot(value, final=time.monotonic() >= until)

    return event_stream(look, interval=1.0)
