"""Server-sent events: watch something until it has ended, also with plain ``curl -N``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from sanpin.kit.context import Context
from sanpin.kit.plain import dump
from sanpin.kit.runs import error_text, get_run, is_stopping, standing_text

__all__ = ["Snapshot", "event_stream", "run_events", "run_snapshot"]

POLL_SECONDS = 0.4
HEARTBEAT_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How the watched thing stands, as a JSON value, and whether that is final."""

    value: object
    final: bool = False


def event_stream(
    poll: Callable[[], Snapshot],
    *,
    interval: float = POLL_SECONDS,
    heartbeat: float = HEARTBEAT_SECONDS,
) -> StreamingResponse:
    """Answer with an event for every change, ending after the final one.

    Parameters
    ----------
    poll : looks once, in a thread; an error it raises at the first look becomes a problem
    interval : seconds between looks
    heartbeat : seconds without a change after which a comment keeps the connection open
    """
    return StreamingResponse(
        _events(poll, interval, heartbeat),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(
    poll: Callable[[], Snapshot], interval: float, heartbeat: float
) -> AsyncIterator[bytes]:
    """Yield the stream: a wait before reconnecting, changes, and signs of life."""
    yield b"retry: 2000\n\n"
    last, number, silent = b"", 0, 0.0
    while True:
        snapshot = await run_in_threadpool(poll)
        data = dump(snapshot.value)
        # The end is told even when nothing changed since, so that the watcher may leave.
        if data != last or snapshot.final:
            number, last, silent = number + 1, data, 0.0
            name = b"end" if snapshot.final else b"update"
            yield b"id: %d\nevent: %s\ndata: %s\n\n" % (number, name, data)
        if snapshot.final:
            return
        if silent >= heartbeat:
            silent = 0.0
            yield b": still here\n\n"
        await asyncio.sleep(interval)
        silent += interval


def run_snapshot(ctx: Context, run_id: str) -> Snapshot:
    """Return how a Run stands, with its message and failure in the caller's language."""
    run = get_run(ctx, run_id)
    failure = error_text(run, ctx.language)
    return Snapshot(
        {
            "id": run.id,
            "domain": run.domain,
            "verb": run.verb,
            "state": run.state,
            "progress": round(run.progress, 4),
            "message": standing_text(ctx, run),
            "stopping": is_stopping(ctx, run),
            "metrics": run.metrics,
            "error": str(failure) if failure else "",
        },
        run.state.final,
    )


def run_events(ctx: Context, run_id: str) -> StreamingResponse:
    """Answer with the events of a Run of the caller's firm; an unknown one is a problem.

    Watch it with ``curl -N .../runs/ID/events`` or an ``EventSource``. The event is called
    ``update`` until the Run has ended, then ``end``.
    """
    get_run(ctx, run_id)
    return event_stream(lambda: run_snapshot(ctx, run_id))
