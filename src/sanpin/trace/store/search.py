"""Search: pages of events that fulfil the conditions of a query, in the order of time.

Every condition becomes either a filter on the event's own row or a way to events through another
table: by a thing, by a party, by an identifier. A page is made in one of two ways:

*gather*
    take the way that leads to the fewest events, read their rows, filter and sort them;
*walk*
    go along an index that holds the events in the order of time already (of one step, one
    place, or all), and stop when the page is full.

What neither can tell exactly is left to the caller, who reads the texts of the events. Both count
what they look at: a query that would look at more than its budget is refused instead of keeping
everybody waiting.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select, tuple_, union_all

from sanpin.base import N_, StateError
from sanpin.trace.model.queries import Column, Condition, Operator, Query
from sanpin.trace.store.masterdata import within
from sanpin.trace.store.routes import Route, column_of, filter_of, joined, route_of
from sanpin.trace.store.tables import EVENT

__all__ = ["Budget", "Check", "Key", "Sight", "find_events_by_query"]

Key = tuple[int, int]
"""Time by which events are ordered, and number of the event."""

Check = Callable[[Sequence[int], Sequence[Condition]], set[int]]
"""Tells which of some events fulfil conditions that need their texts."""

_Part = ColumnElement[bool]

_FEW = 5_000
"""So many events are sorted at once faster than they are found in order."""
_EASY = 20_000
"""Rows along an index that are looked at before another way is tried."""
_STREAMS = 16
"""More values than these are not walked side by side."""
_FIRST_WINDOW, _LAST_WINDOW = 100, 10_000
"""Rows of an index, beside four for each event of the page, that are looked at in one go."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one page may cost.

    Attributes
    ----------
    rows : rows of events that may be looked at
    texts : texts that may be read
    """

    rows: int = 1_000_000
    texts: int = 20_000


@dataclass(frozen=True, slots=True)
class Sight:
    """What a reader may see of the events of one owner.

    Attributes
    ----------
    owner : number of the firm
    only : condition on its events; None for all
    """

    owner: int
    only: _Part | None = None


class _SpentError(Exception):
    """The budget of an attempt is used up."""


def find_events_by_query(
    conn: Connection,
    reader: str,
    sights: Sequence[Sight],
    query: Query,
    check: Check,
    *,
    limit: int,
    after: Key | None = None,
    hidden: Sequence[tuple[int, int]] = (),
    budget: Budget | None = None,
) -> list[Key]:
    """Find the first events behind a place that fulfil a query.

    Parameters
    ----------
    reader : firm that asks, whose master data says what lies within a place
    sights : whose events it may see
    check : called for conditions that need the texts of events
    limit : at most so many
    after : key of the last event that was seen already
    hidden : first and last numbers of ranges of events that are not to be seen

    Raises
    ------
    StateError
        ``trace.query.too_complex`` when more than the budget would have to be looked at
    """
    search = _Search(conn, reader, sights, query, check, hidden, budget or Budget())
    return search.page(limit, after)


class _Search:
    """One query against the store, prepared once for all ways that are tried."""

    def __init__(
        self,
        conn: Connection,
        reader: str,
        sights: Sequence[Sight],
        query: Query,
        check: Check,
        hidden: Sequence[tuple[int, int]],
        budget: Budget,
    ) -> None:
        self._conn, self._sights, self._check, self._budget = conn, sights, check, budget
        self._query, self._reader = query, reader
        self._time = EVENT.c.event_time if query.order_by == "eventTime" else EVENT.c.record_time
        self._filters: list[_Part] = []
        self._bounds: list[_Part] = []
        self._routes: list[Route] = []
        self._lost: list[Condition] = []
        self._never = [EVENT.c.id.between(first, last) for first, last in hidden]
        for condition in map(self._with_parts, query.conditions):
            self._prepare(condition)
        self._routes = joined(self._routes, _STREAMS)
        self._impossible = not sights or any(route.empty for route in self._routes)

    def _prepare(self, condition: Condition) -> None:
        """Make filter and way of a condition."""
        part = filter_of(self._conn, condition)
        if part is not None:
            self._filters.append(part)
        place = condition.family.place
        if isinstance(place, Column) and column_of(place) is self._time:
            # An index in the order of this time can begin and end with it.
            bound = filter_of(self._conn, condition, plain=True)
            self._bounds += [bound] if bound is not None else []
        owners = [sight.owner for sight in self._sights]
        route = route_of(self._conn, condition, owners) if owners else None
        if route is not None:
            self._routes.append(route)
        elif part is None:
            self._lost.append(condition)

    def _with_parts(self, condition: Condition) -> Condition:
        """Replace places by everything that lies within them."""
        if condition.family.operator is not Operator.WITHIN:
            return condition
        inside = within(self._conn, self._reader, map(str, condition.values))
        return replace(condition, values=tuple(sorted(inside)))

    def page(self, limit: int, after: Key | None) -> list[Key]:
        """Find a page in the cheapest way."""
        if self._impossible or limit < 1:
            return []
        found: list[Key] | None = None
        routes = sorted(self._routes, key=lambda route: route.count(self._conn, _FEW))
        if not routes or routes[0].count(self._conn, _FEW) > _FEW:
            found = self._try(self._walk, limit, after, Budget(_EASY, 4 * limit + _EASY // 100))
        if found is None and routes:
            found = self._gather_cheapest(routes, limit, after)
        if found is None:
            found = self._try(self._walk, limit, after, self._budget)
        if found is None:
            raise self._too_complex()
        return found

    def _too_complex(self) -> StateError:
        """Make the refusal of a query for which there is no cheap way."""
        error = StateError(
            "trace.query.too_complex",
            N_("The query would have to look at more than {rows} events for one page."),
            hint=N_("Add a time, a place, a business step or a thing to it."),
            rows=self._budget.rows,
        )
        error.status = 413
        return error

    def _try(
        self,
        way: Callable[[int, Key | None, _Purse], list[Key]],
        limit: int,
        after: Key | None,
        budget: Budget,
    ) -> list[Key] | None:
        """Go a way within a budget; None when it is used up."""
        try:
            return way(limit, after, _Purse(budget))
        except _SpentError:
            return None

    def _gather_cheapest(
        self, routes: Sequence[Route], limit: int, after: Key | None
    ) -> list[Key] | None:
        """Gather along the way with the fewest events; None when all have too many."""
        cap = self._budget.rows // 5
        counts = [route.count(self._conn, cap) for route in routes]
        best = min(range(len(routes)), key=counts.__getitem__)
        if counts[best] > cap:
            return None
        route = routes[best]

        def way(limit: int, after: Key | None, purse: _Purse) -> list[Key]:
            purse.rows(counts[best])
            rest = self._rest(route)
            keys = self._rows(route, after, limit if not rest else None)
            return self._checked(keys, rest, limit, purse)

        return self._try(way, limit, after, self._budget)

    def _rows(self, route: Route, after: Key | None, limit: int | None) -> Iterator[Key]:
        """Keys of the events along a way that pass the filters, in order."""
        wanted = self._statement(self._scope(), *self._filters, *self._beyond(after, plain=False))
        if route.each:
            parts = [
                wanted.where(part).order_by(*self._order()).limit(limit) for part in route.each
            ]
            streams = [self._keys(part, route.index) for part in parts]
            return heapq.merge(*streams, reverse=self._query.descending)
        ways = route.statements[0]
        numbers = ways if len(route.statements) == 1 else union_all(*route.statements)
        found = wanted.where(EVENT.c.id.in_(numbers)).order_by(*self._order(plain=False))
        return self._keys(found.limit(limit))

    def _rest(self, gone: Route | None = None) -> list[Condition]:
        """Conditions that only the texts can decide, after going a way."""
        return self._lost + [
            route.condition
            for route in self._routes
            if not route.each and not (route is gone and route.exact)
        ]

    def _walk(self, limit: int, after: Key | None, purse: _Purse) -> list[Key]:
        """Go along an index in the order of time until the page is full."""
        streams = [
            self._stream(base, index, limit, after, purse)
            for sight in self._sights
            for base, index in self._bases(sight)
        ]
        merged = heapq.merge(*streams, reverse=self._query.descending)
        return self._checked(merged, self._rest(), limit, purse)

    def _bases(self, sight: Sight) -> list[tuple[list[_Part], str]]:
        """Conditions of the indexes that hold the events in order, one for each value."""
        own: list[_Part] = [EVENT.c.owner_id == sight.owner]
        if sight.only is not None:
            own.append(sight.only)
        ordered = [r for r in self._routes if 0 < len(r.each) <= _STREAMS]
        if self._query.order_by != "eventTime":
            return [(own, "trace_event_by_record_time")]
        if not ordered:
            return [(own, "trace_event_by_time")]
        best = min(ordered, key=lambda route: route.count(self._conn, _EASY))
        return [([*own, part], best.index) for part in best.each]

    def _stream(
        self, base: Sequence[_Part], index: str, limit: int, after: Key | None, purse: _Purse
    ) -> Iterator[Key]:
        """Yield keys in order out of one index, window by window.

        The end of each window is found first: it costs as many entries of the index as the window
        has, whatever the filters let through.
        """
        parts = [*base, *self._bounds, *self._unseen()]
        window = max(1, 4 * limit + _FIRST_WINDOW)
        while True:
            wanted = self._statement(*parts, *self._beyond(after)).order_by(*self._order())
            end = next(self._keys(wanted.offset(window - 1).limit(1), index), None)
            upto = [] if end is None else [self._not_beyond(end)]
            passed = wanted.where(*self._filters, *upto)
            purse.rows(window if end is not None else 0)
            yield from list(self._keys(passed, index))
            if end is None:
                return
            after, window = end, min(2 * window, _LAST_WINDOW)

    def _checked(
        self, keys: Iterator[Key], rest: Sequence[Condition], limit: int, purse: _Purse
    ) -> list[Key]:
        """Take keys in order and keep those whose texts fulfil the rest."""
        if not rest:
            return list(islice(keys, limit))
        found: list[Key] = []
        size = limit + 8
        while len(found) < limit and (some := list(islice(keys, size))):
            purse.texts(len(some))
            good = self._check([number for _, number in some], rest)
            found += [key for key in some if key[1] in good]
            size = min(2 * size, 512)
        return found[:limit]

    def _statement(self, *parts: _Part) -> Select[int, int]:
        """Select keys of events."""
        return select(self._time, EVENT.c.id).where(*parts)

    def _keys(self, statement: Select[int, int], index: str = "") -> Iterator[Key]:
        """Run a statement for keys, along an index if one is named.

        With several indexes that fit, SQLite may take one that holds far more events; PostgreSQL
        knows how the events are spread.
        """
        if not index or self._conn.dialect.name != "sqlite":
            return ((row[0], row[1]) for row in self._conn.execute(statement))
        compiled = statement.compile(
            dialect=self._conn.dialect, compile_kwargs={"render_postcompile": True}
        )
        sql = str(compiled).replace("FROM trace_event", f"FROM trace_event INDEXED BY {index}", 1)
        values = tuple(compiled.params[name] for name in compiled.positiontup or ())
        return ((row[0], row[1]) for row in self._conn.exec_driver_sql(sql, values))

    def _scope(self) -> _Part:
        """Events that the reader may see, without an index for it."""
        parts = []
        for sight in self._sights:
            own = EVENT.c.owner_id + 0 == sight.owner
            parts.append(own if sight.only is None else own & sight.only)
        return and_(or_(*parts), *self._unseen())

    def _unseen(self) -> list[_Part]:
        """Leave out ranges of events."""
        return [~or_(*self._never)] if self._never else []

    def _order(self, *, plain: bool = True) -> list[ColumnElement[int]]:
        """Columns of the order."""
        columns: list[ColumnElement[int]] = [self._time if plain else self._time + 0, EVENT.c.id]
        return [column.desc() for column in columns] if self._query.descending else columns

    def _beyond(self, key: Key | None, *, plain: bool = True) -> list[_Part]:
        """Condition on events that come after a key.

        The first part alone lets an index begin at the right place.
        """
        if key is None:
            return []
        time = self._time if plain else self._time + 0
        here = tuple_(time, EVENT.c.id)
        if self._query.descending:
            return [time <= key[0], here < key]
        return [time >= key[0], here > key]

    def _not_beyond(self, key: Key) -> _Part:
        """Condition on events up to a key."""
        here = tuple_(self._time, EVENT.c.id)
        if self._query.descending:
            return and_(self._time >= key[0], here >= key)
        return and_(self._time <= key[0], here <= key)


class _Purse:
    """What is left of a budget."""

    def __init__(self, budget: Budget) -> None:
        self._rows, self._texts = budget.rows, budget.texts

    def rows(self, count: int) -> None:
        """Spend rows."""
        self._rows -= count
        if self._rows < 0:
            raise _SpentError

    def texts(self, count: int) -> None:
        """Spend texts."""
        self._texts -= count
        if self._texts < 0:
            raise _SpentError
