"""What came in since a page was made: a number of the ledger, and how many events followed it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, and_, func, or_, select

from sanpin.kit.context import Context
from sanpin.trace.store.sequence import Kind, Range, changes_since, last_change
from sanpin.trace.store.sights import seen
from sanpin.trace.store.tables import EVENT

__all__ = ["events_since", "newest_step"]

# Ranges of events that one question holds, and steps of the ledger that are looked at.
_TOGETHER = 200
_STEPS = 10_000


def newest_step(ctx: Context) -> int:
    """Number of the newest step of the ledger; 0 for an empty one."""
    with ctx.db.read() as conn:
        return last_change(conn)


def events_since(ctx: Context, step: int) -> int:
    """Count events that the firm may see and that became visible after a step of the ledger."""
    with ctx.db.read() as conn:
        if last_change(conn) <= step:
            return 0
        steps = changes_since(conn, step, _STEPS)
        ranges = _joined((c.first, c.last) for c in steps if c.kind is Kind.VISIBLE)
        return sum(_count(conn, ctx.firm, part) for part in _parts(list(ranges)))


def _joined(ranges: Iterable[Range]) -> Iterator[Range]:
    """Join ranges that touch, so that a busy hour is a few of them."""
    last: Range | None = None
    for first, end in sorted(ranges):
        if last and first <= last[1] + 1:
            last = (last[0], max(last[1], end))
            continue
        if last:
            yield last
        last = (first, end)
    if last:
        yield last


def _parts(ranges: list[Range]) -> Iterator[list[Range]]:
    """Cut a row of ranges into parts that fit into a statement."""
    for start in range(0, len(ranges), _TOGETHER):
        yield ranges[start : start + _TOGETHER]


def _count(conn: Connection, firm: str, ranges: list[Range]) -> int:
    """Count the events of some ranges that a firm may see."""
    inside = or_(*(and_(EVENT.c.id >= first, EVENT.c.id <= last) for first, last in ranges))
    statement = select(func.count()).select_from(EVENT).where(seen(conn, firm), inside)
    return int(conn.execute(statement).scalar_one())
