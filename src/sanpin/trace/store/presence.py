"""In which half hours things of a class took part in events: where else need not be looked.

A pattern may stand for half a million things whose events lie together somewhere in ten million.
Neither the things nor the events can be gone through for one page; a row for each owner, class,
part and day says in which half hours there is something, and the search looks nowhere else.

A half hour that is marked may hold nothing any more, or nothing yet. One that is not marked holds
nothing: rows are written with the events, and taken away when a day has no events left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Integer, cast, delete, func, select

from sanpin.trace.store.intern import Naming, batches, split
from sanpin.trace.store.tables import EVENT, PRESENCE

__all__ = ["Entry", "Presence", "forget_empty_days", "mark_presence", "marked", "spans_of"]

_HALF_HOUR = 1_800_000_000
_HALVES = 48
_DAY = _HALVES * _HALF_HOUR
# Documents that spread over more half hours than these are looked at event by event; of others,
# every class is marked in every half hour.
_TOGETHER = 4
_FIRST_DAYS = 8
# Marks that are looked up for each of many events: beyond that the events themselves are cheaper.
_LOOKED_UP = 16

_MARK = (
    "INSERT INTO trace_presence (owner_id, class_id, part, day, halves) VALUES ({marks})"
    " ON CONFLICT (owner_id, class_id, part, day)"
    " DO UPDATE SET halves = trace_presence.halves | excluded.halves"
)

Entry = tuple[int, str]
"""Part and name of a thing."""


class Presence(NamedTuple):
    """What is looked for: things of some classes in some parts."""

    classes: Sequence[int]
    parts: Sequence[int]


def mark_presence(
    conn: Connection,
    naming: Naming,
    events: Sequence[tuple[int, int, Sequence[Entry]]],
    entries: Iterable[Entry],
) -> None:
    """Mark the half hours of new events, in the transaction that writes them.

    Parameters
    ----------
    naming : of the transaction, which knows the classes of all things already
    events : owner, time and entries of each
    entries : those of all events
    """
    halves = {(owner, time // _HALF_HOUR) for owner, time, _ in events}
    groups: list[tuple[Iterable[tuple[int, int]], Iterable[Entry]]] = [(halves, entries)]
    if len(halves) > _TOGETHER or len({owner for owner, _ in halves}) > 1:
        apart: dict[tuple[int, int], set[Entry]] = {}
        for owner, time, own in events:
            apart.setdefault((owner, time // _HALF_HOUR), set()).update(own)
        groups = [([half], some) for half, some in apart.items()]
    found: set[tuple[int, str, int, int]] = set()
    for owned, some in groups:
        kinds = {(split(thing)[0], part) for part, thing in some}
        found.update((owner, name, part, half) for name, part in kinds for owner, half in owned)
    _write(conn, naming, naming.unwritten(PRESENCE.name, found))


def _write(conn: Connection, naming: Naming, new: Iterable[tuple[int, str, int, int]]) -> None:
    """Write marks that were not there."""
    rows: dict[tuple[int, str, int, int], int] = {}
    for owner, name, part, half in new:
        day, place = divmod(half, _HALVES)
        key = owner, name, part, day
        rows[key] = rows.get(key, 0) | 1 << place
    if not rows:
        return
    classes = naming.classes({name or "-" for _, name, _, _ in rows})
    values = sorted(
        (owner, classes[name or "-"], part, day, marks)
        for (owner, name, part, day), marks in rows.items()
    )
    mark = "?" if conn.dialect.name == "sqlite" else "%s"
    conn.exec_driver_sql(_MARK.format(marks=", ".join([mark] * 5)), values)


def forget_empty_days(conn: Connection, days: Iterable[tuple[int, int]]) -> None:
    """Take away the marks of days that have no events left.

    Parameters
    ----------
    days : owner, and a moment of the day
    """
    gone = False
    for owner, day in sorted({(owner, time // _DAY) for owner, time in days}):
        mine = EVENT.c.owner_id == owner
        within = EVENT.c.event_time.between(day * _DAY, (day + 1) * _DAY - 1)
        if conn.execute(select(EVENT.c.id).where(mine, within).limit(1)).first() is None:
            marks = (PRESENCE.c.owner_id == owner) & (PRESENCE.c.day == day)
            gone |= conn.execute(delete(PRESENCE).where(marks)).rowcount > 0
    if gone:
        # Processes that remember these marks as written find out by this number.
        sql = "UPDATE trace_block SET next = next + 1 WHERE name = 'trace_presence'"
        conn.exec_driver_sql(sql)


def spans_of(
    conn: Connection,
    owner: int,
    wanted: Sequence[Presence],
    bounds: tuple[int, int],
    *,
    descending: bool = False,
) -> Iterator[tuple[int, int]]:
    """Yield the times in which there may be events with things of all that is wanted, in order.

    Marks are read as far as the caller goes, some days at first and ever more of them.

    Parameters
    ----------
    owner : of the events
    wanted : what an event must name, each of it
    bounds : first time, and one past the last
    descending : whether the last come first

    Yields
    ------
    tuple
        first time and one past the last of each span; spans do not overlap
    """
    first, last = _days(conn, owner, bounds)
    step = _FIRST_DAYS
    while first <= last:
        low = max(first, last - step + 1) if descending else first
        high = last if descending else min(last, first + step - 1)
        halves = sorted(_halves(conn, owner, wanted, (low, high)))
        for span in reversed(_joined(halves)) if descending else _joined(halves):
            yield from _cut(span, bounds)
        first, last = (first, low - 1) if descending else (high + 1, last)
        step *= 2


def _joined(halves: Iterable[int]) -> list[tuple[int, int]]:
    """Join half hours that touch."""
    found: list[tuple[int, int]] = []
    for half in halves:
        if found and found[-1][1] == half:
            found[-1] = found[-1][0], half + 1
        else:
            found.append((half, half + 1))
    return [(low * _HALF_HOUR, high * _HALF_HOUR) for low, high in found]


def marked(wanted: Presence) -> ColumnElement[bool] | None:
    """Condition on events whose half hour is marked; None for too many classes to look up."""
    if len(wanted.classes) * len(wanted.parts) > _LOOKED_UP:
        return None
    time = EVENT.c.event_time
    half = (time % _DAY + _DAY) % _DAY
    asked = select(PRESENCE.c.day).where(
        PRESENCE.c.owner_id == EVENT.c.owner_id,
        PRESENCE.c.class_id.in_(wanted.classes),
        PRESENCE.c.part.in_(wanted.parts),
        PRESENCE.c.day == (time - half) // _DAY,
        PRESENCE.c.halves.bitwise_rshift(cast(half // _HALF_HOUR, Integer)).bitwise_and(1) == 1,
    )
    return asked.correlate(EVENT).exists()


def _cut(span: tuple[int, int], bounds: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Yield a span cut at both ends, if anything is left."""
    low, high = max(span[0], bounds[0]), min(span[1], bounds[1])
    if low < high:
        yield low, high


def _days(conn: Connection, owner: int, bounds: tuple[int, int]) -> tuple[int, int]:
    """First and last day on which an owner has events within bounds."""
    time = EVENT.c.event_time
    mine = (EVENT.c.owner_id == owner) & (time >= bounds[0]) & (time < bounds[1])
    first = select(func.min(time)).where(mine).scalar_subquery()
    last = select(func.max(time)).where(mine).scalar_subquery()
    row = conn.execute(select(first, last)).one()
    return (0, -1) if row[0] is None else (row[0] // _DAY, row[1] // _DAY)


def _halves(
    conn: Connection, owner: int, wanted: Sequence[Presence], days: tuple[int, int]
) -> Iterator[int]:
    """Yield half hours that are marked for all that is wanted."""
    found: dict[int, int] = {}
    for place, one in enumerate(wanted):
        marks = _marks(conn, owner, one, days)
        found = {d: m & found[d] for d, m in marks.items() if d in found} if place else marks
    for day, halves in found.items():
        yield from (day * _HALVES + half for half in range(_HALVES) if halves >> half & 1)


def _marks(conn: Connection, owner: int, wanted: Presence, days: tuple[int, int]) -> dict[int, int]:
    """Marks by day of things of some classes in some parts."""
    found: dict[int, int] = {}
    for batch in batches(wanted.classes):
        asked = select(PRESENCE.c.day, PRESENCE.c.halves).where(
            PRESENCE.c.owner_id == owner,
            PRESENCE.c.class_id.in_(batch),
            PRESENCE.c.part.in_(wanted.parts),
            PRESENCE.c.day.between(*days),
        )
        for day, halves in conn.execute(asked):
            found[day] = found.get(day, 0) | halves
    return found
