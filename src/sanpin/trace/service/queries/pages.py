"""Pages of a query, stable while new events arrive.

A page token holds the key of the last event seen and the last step of the ledger when the first
page was asked for. What became visible after that step stays out of all pages, and nothing can
slip from one page to another, since pages begin behind a key and not at a number of events.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import orjson
from sqlalchemy import Connection

from sanpin.base import N_, InputError, StateError
from sanpin.kit.context import Context
from sanpin.kit.cursors import read_cursor, write_cursor
from sanpin.trace.engine.query import fault, fulfils
from sanpin.trace.model.events import Action, Event, EventType
from sanpin.trace.model.queries import Condition, Names, Query
from sanpin.trace.service.queries.texts import Texts
from sanpin.trace.store.reader import events_by_id
from sanpin.trace.store.search import Budget, Key, find_events_by_query
from sanpin.trace.store.sequence import Kind, Range, changes_since, hidden, last_change
from sanpin.trace.store.sights import sights_of

__all__ = ["DEFAULT_PAGE", "LARGEST_PAGE", "EventPage", "all_events", "event_page"]

DEFAULT_PAGE = 30
"""Events on a page unless asked otherwise; the default of the standard."""
LARGEST_PAGE = 1000
"""More events than these are not put on one page, whatever is asked for."""

_NOT_A_PAGE = N_("“{token}” is no page of this query.")
# Stands for the row of an event where only the text is looked at.
_UNREAD = Event("", EventType.OBJECT, Action.NONE, 0)
# So many separate ranges of events that came later are left out of a page; a reader who comes back
# after more than that sees some of them.
_MOST_RANGES = 200


@dataclass(frozen=True, slots=True)
class EventPage:
    """A page of events.

    Attributes
    ----------
    numbers : of the events, in order
    texts : text of each event with its identifier, and its context
    next : token of the next page; empty on the last
    """

    numbers: tuple[int, ...]
    texts: tuple[tuple[bytes, object], ...]
    next: str = ""


class _Position(NamedTuple):
    """Where a page begins.

    Attributes
    ----------
    after : key of the last event seen
    seen : how many events came before
    step : last step of the ledger that counts
    """

    after: Key | None
    seen: int
    step: int


def event_page(ctx: Context, query: Query, *, budget: Budget | None = None) -> EventPage:
    """Answer one page of a query.

    Raises
    ------
    InputError
        ``trace.query.page`` for a token of another query
    StateError
        ``trace.query.too_large`` for more events than ``maxEventCount`` allows,
        ``trace.query.too_complex`` for a query that would have to look at too many events
    """
    size = min(query.per_page or DEFAULT_PAGE, LARGEST_PAGE)
    with ctx.db.read() as conn:
        search = _Search(conn, ctx.firm, query, budget)
        place = search.place
        if query.max_count is not None and place.after is None:
            search.refuse_more_than(query.max_count)
        if query.count_limit is not None:
            size = min(size, query.count_limit - place.seen)
        keys = search.keys(size + 1, place.after)
        shown, more = keys[:size], len(keys) > size
        token = ""
        if more and (query.count_limit is None or place.seen + size < query.count_limit):
            token = _token(query, _Position(shown[-1], place.seen + size, place.step))
        numbers = tuple(number for _, number in shown)
        return EventPage(numbers, tuple(search.texts.identified(numbers)), token)


def all_events(ctx: Context, query: Query) -> Iterator[EventPage]:
    """Answer all pages of a query, large ones."""
    asked = replace(query, per_page=LARGEST_PAGE)
    while True:
        page = event_page(ctx, asked)
        yield page
        if not page.next:
            return
        asked = replace(asked, page_token=page.next)


class _Search:
    """A query on one connection, whose texts are read once."""

    def __init__(self, conn: Connection, firm: str, query: Query, budget: Budget | None) -> None:
        self._conn, self._firm, self._query, self._budget = conn, firm, query, budget
        self._sights = sights_of(conn, firm)
        self.texts = Texts(conn)
        self.place = _place(query) or _Position(None, 0, last_change(conn))
        self._unseen = hidden(conn) + _later(conn, self.place.step)

    def keys(self, limit: int, after: Key | None) -> list[Key]:
        """Keys of the first events behind a place."""
        return find_events_by_query(
            self._conn,
            self._firm,
            self._sights,
            self._query,
            self._check,
            limit=limit,
            after=after,
            hidden=self._unseen,
            budget=self._budget,
        )

    def refuse_more_than(self, count: int) -> None:
        """Refuse a query that has more events than it may have."""
        if len(self.keys(count + 1, None)) > count:
            error = StateError(
                "trace.query.too_large",
                N_("The query has more than {count} events."),
                hint=N_("Narrow it, or ask for more with maxEventCount."),
                count=count,
            )
            error.status = 413
            raise error

    def _check(self, numbers: Sequence[int], conditions: Sequence[Condition]) -> set[int]:
        """Tell which events fulfil conditions by their texts."""
        events: dict[int, Event] = {}
        if any(not isinstance(c.family.place, Names) or c.family.own for c in conditions):
            events = {event.sequence: event for event in events_by_id(self._conn, numbers)}
        return {
            number
            for number, body in self.texts.bodies(numbers)
            if all(
                fulfils(condition, events.get(number, _UNREAD), body) for condition in conditions
            )
        }


def _later(conn: Connection, step: int) -> list[Range]:
    """Ranges of events that became visible after a step, joined where they touch."""
    ranges = sorted(
        (change.first, change.last)
        for change in changes_since(conn, step)
        if change.kind is Kind.VISIBLE
    )
    found: list[Range] = []
    for first, last in ranges:
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found[:_MOST_RANGES]


def _print(query: Query) -> str:
    """Fingerprint of what decides which events a query has and in which order."""
    given = {k: sorted(v) for k, v in query.given.items() if k not in ("perPage", "nextPageToken")}
    text = orjson.dumps(given, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()[:12]


def _token(query: Query, position: _Position) -> str:
    """Write a place as a token."""
    return write_cursor([_print(query), *(position.after or ()), position.seen, position.step])


def _place(query: Query) -> _Position | None:
    """Read where a page begins; None for the first."""
    if not query.page_token:
        return None
    try:
        parts = read_cursor(query.page_token)
    except InputError:
        parts = None
    # Booleans are integers to a pattern, and no database takes very large ones.
    whole = isinstance(parts, list) and all(
        type(part) is int and abs(part) < 2**62 for part in parts[1:]
    )
    match parts:
        case [str(name), time, number, seen, step] if whole and name == _print(query):
            return _Position((time, number), seen, step)
    raise fault(
        "page",
        _NOT_A_PAGE,
        N_("Follow the link to the next page as it was given."),
        token=query.page_token[:200],
    )
