"""Search: pages of events that fulfil the conditions of a query, in the order of time.

Every condition becomes either a filter on the event's own row or a way to events through another
table: by a thing, by a party, by an identifier. A page is made in one of two ways:

*gather*
    take the way that leads to the fewest events, read their rows, filter and sort them;
*walk*
    go along an index that holds the events in the order of time already (of one step, one
    place, or all), and stop when the page is full. Where things are asked for, the rows tell by
    their packed things which of them hold some, and half hours in which things of such a class
    have no part are left out, see `sanpin.trace.store.presence`.

What neither can tell exactly is left to the caller, who reads the texts of the events. Both count
what they look at: a query that would look at more than its budget is refused instead of keeping
everybody waiting.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    tuple_,
    union_all,
)

from sanpin.base import N_, StateError
from sanpin.trace.model.queries import Column, Condition, Operator, Query
from sanpin.trace.store.holding import holding
from sanpin.trace.store.masterdata import within
from sanpin.trace.store.presence import Presence, marked, spans_of
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
_EVER = 2**62
"""No time is as far from 1970, and no event has such a number."""


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
        self._bounds = -_EVER, _EVER
        self._wanted: list[Presence] | None = None
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
            low, high, value = *self._bounds, int(str(condition.values[0]))
            if condition.family.operator is Operator.AT_LEAST:
                self._bounds = max(low, value), high
            else:
                self._bounds = low, min(high, value)
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
        routes = sorted(self._routes, key=lambda route: route.count(self._conn, _FEW))
        few = bool(routes) and routes[0].count(self._conn, _FEW) <= _FEW
        found = None if few else self._walk_within(_EASY, limit, after)
        # Neither way is followed far before the other was tried as far.
        for rows in (10 * _EASY, self._budget.rows):
            if found is None and routes:
                found = self._gather_cheapest(routes, rows // 5, limit, after)
            if found is None:
                found = self._walk_within(rows, limit, after)
        if found is None:
            raise self._too_complex()
        return found

    def _walk_within(self, rows: int, limit: int, after: Key | None) -> list[Key] | None:
        """Walk along at most so many rows, and read texts accordingly."""
        rows = min(rows, self._budget.rows)
        texts = min(4 * limit + rows // 50, self._budget.texts)
        if rows == self._budget.rows:
            texts = self._budget.texts
        return self._try(self._walk, limit, after, Budget(rows, texts))

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
        self, routes: Sequence[Route], cap: int, limit: int, after: Key | None
    ) -> list[Key] | None:
        """Gather along the way with the fewest events; None when all have more than `cap`."""
        cap = min(cap, self._budget.rows // 5)
        counts = [route.count(self._conn, cap) for route in routes]
        best = min(range(len(routes)), key=counts.__getitem__)
        if counts[best] > cap:
            return None
        route = routes[best]

        def way(limit: int, after: Key | None, purse: _Purse) -> list[Key]:
            purse.rows(counts[best])
            rest = self._rest([route, *self._held_apart()])
            keys = self._rows(route, after, limit if not rest else None)
            return self._checked(keys, rest, limit, purse)

        return self._try(way, limit, after, self._budget)

    def _rows(self, route: Route, after: Key | None, limit: int | None) -> Iterator[Key]:
        """Keys of the events along a way that pass the filters, in order."""
        others = self._told_apart(route)
        parts = [*self._filters, *others, *self._beyond(after, plain=False)]
        wanted = self._statement(self._scope(), *parts)
        if route.each:
            each = [wanted.where(part).order_by(*self._order()).limit(limit) for part in route.each]
            streams = [_Prepared(self._conn, one, route.index).keys() for one in each]
            return heapq.merge(*streams, reverse=self._query.descending)
        ways = route.statements[0]
        numbers = ways if len(route.statements) == 1 else union_all(*route.statements)
        found = wanted.where(EVENT.c.id.in_(numbers)).order_by(*self._order(plain=False))
        return _Prepared(self._conn, found.limit(limit)).keys()

    def _rest(self, gone: Sequence[Route]) -> list[Condition]:
        """Conditions that only the texts can decide, after going ways or looking at things."""
        return self._lost + [
            route.condition
            for route in self._routes
            if not route.each and not (route.exact and any(route is one for one in gone))
        ]

    def _walk(self, limit: int, after: Key | None, purse: _Purse) -> list[Key]:
        """Go along an index in the order of time until the page is full."""
        streams = [
            self._stream(base, index, sight.owner, limit, after, purse)
            for sight in self._sights
            for base, index in self._bases(sight)
        ]
        merged = heapq.merge(*streams, reverse=self._query.descending)
        return self._checked(
            merged, self._rest([*self._by_things(), *self._held_apart()]), limit, purse
        )

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

    def _by_things(self) -> list[Route]:
        """Ways by things, which the row of an event tells too."""
        return [route for route in self._routes if route.sought is not None]

    def _held_apart(self) -> list[Route]:
        """Ways by other tables in which an event is found by its number too."""
        return [route for route in self._routes if route.holds is not None]

    def _told_apart(self, gone: Route | None = None) -> list[_Part]:
        """Conditions that tell from other tables what other ways than one lead to."""
        found = [one.holds for one in self._held_apart() if one is not gone]
        return [part for part in found if part is not None]

    def _marked(self) -> list[_Part]:
        """Conditions that pass over events in another order than that by which marks are kept."""
        if self._query.order_by == "eventTime":
            return []
        found = [marked(one) for one in self._presences()]
        return [part for part in found if part is not None]

    def _stream(
        self,
        base: Sequence[_Part],
        index: str,
        owner: int,
        limit: int,
        after: Key | None,
        purse: _Purse,
    ) -> Iterator[Key]:
        """Yield keys in order out of one index, window by window.

        The end of each window is found first: it costs as many entries of the index as the window
        has, whatever the filters let through.
        """
        parts = [*base, *self._unseen(), *self._beyond_key()]
        far = self._before_far()
        ordered = self._statement(*parts).order_by(*self._order())
        skipping = ordered.where(far).offset(_given("skipped")).limit(1)
        ends = _Prepared(self._conn, skipping, index)
        counting = select(func.count(self._time)).where(*parts, far)
        counted = _Prepared(self._conn, counting, index)
        # The end of the window is the only end here: of two, SQLite may go on to the farther one.
        parts = [*self._filters, *self._told_apart(), *self._marked(), self._not_beyond_end()]
        passed = ordered.where(*parts)
        packed = passed.add_columns(EVENT.c.epcs)
        rows = _Prepared(self._conn, packed if self._by_things() else passed, index)
        window = max(1, 4 * limit + _FIRST_WINDOW)
        for here, past in self._spans(owner, after):
            while True:
                place = {"time": here[0], "number": here[1]}
                end = next(ends.keys(**place, far=past, skipped=window - 1), None)
                purse.rows(counted.count(**place, far=past) if end is None else window)
                upto = self._end_of(past) if end is None else end
                yield from self._held(rows.run(**place, last=upto[0], last_number=upto[1]))
                if end is None:
                    break
                here, window = end, min(2 * window, _LAST_WINDOW)

    def _held(self, rows: list[Any]) -> list[Key]:
        """Keys of those rows whose events name the things that are asked for."""
        for route in self._by_things():
            assert route.sought is not None
            rows = holding(self._conn, rows, route.sought)
        return [(row[0], row[1]) for row in rows]

    def _spans(self, owner: int, after: Key | None) -> Iterator[tuple[Key, int]]:
        """Yield where to look: the key that lies before, and the time that is not to be passed."""
        low, high = self._bounds
        down = self._query.descending
        if after is not None:
            low, high = (low, min(high, after[0] + 1)) if down else (max(low, after[0]), high)
        if low >= high:
            return
        spans = iter([(low, high)])
        if self._query.order_by == "eventTime" and self._by_things():
            spans = spans_of(self._conn, owner, self._presences(), (low, high), descending=down)
        for first, past in spans:
            start = (past, -1) if down else (first, -1)
            if after is not None:
                start = min(start, after) if down else max(start, after)
            yield start, first if down else past

    def _presences(self) -> list[Presence]:
        """Classes of the things that are asked for, by which whole half hours are left out."""
        if self._wanted is None:
            sought = [route.sought for route in self._by_things()]
            self._wanted = [one.presence(self._conn) for one in sought if one is not None]
        return self._wanted

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

    def _beyond_key(self) -> list[_Part]:
        """Conditions on events that come after a key that is given when they are run.

        The first part alone lets an index begin at the right place.
        """
        time = _given("time")
        here, key = tuple_(self._time, EVENT.c.id), tuple_(time, _given("number"))
        if self._query.descending:
            return [self._time <= time, here < key]
        return [self._time >= time, here > key]

    def _before_far(self) -> _Part:
        """Condition on events before a time that is not to be passed."""
        far = _given("far")
        return self._time >= far if self._query.descending else self._time < far

    def _not_beyond_end(self) -> _Part:
        """Condition on events up to the end of a window."""
        last = _given("last")
        here, key = tuple_(self._time, EVENT.c.id), tuple_(last, _given("last_number"))
        if self._query.descending:
            return and_(self._time >= last, here >= key)
        return and_(self._time <= last, here <= key)

    def _end_of(self, far: int) -> Key:
        """Last key that may stand before a time that is not to be passed."""
        return (far, -1) if self._query.descending else (far - 1, _EVER)


def _given(name: str) -> BindParameter[int]:
    """Value of a statement that is known when it is run."""
    return bindparam(name, 0, BigInteger)


class _Prepared:
    """A statement that is built once and run often, along an index if one is named.

    With several indexes that fit, SQLite may take one that holds far more events; PostgreSQL
    knows how the events are spread.
    """

    def __init__(
        self, conn: Connection, statement: Select[*tuple[Any, ...]], index: str = ""
    ) -> None:
        self._conn, self._statement, self._sql = conn, statement, ""
        if index and conn.dialect.name == "sqlite":
            compiled = statement.compile(
                dialect=conn.dialect, compile_kwargs={"render_postcompile": True}
            )
            hint = f"FROM trace_event INDEXED BY {index}"
            self._sql = str(compiled).replace("FROM trace_event", hint, 1)
            self._names = tuple(compiled.positiontup or ())
            self._values = compiled.params

    def run(self, **values: int) -> list[Any]:
        """Run it with what was left open."""
        if self._sql:
            given = self._values | values
            row = tuple(given[name] for name in self._names)
            cursor: Any = self._conn.exec_driver_sql(self._sql, row).cursor
        else:
            cursor = self._conn.execute(self._statement, values).cursor
        # As the driver gives them, in a third of the time.
        rows: list[Any] = cursor.fetchall()
        return rows

    def keys(self, **values: int) -> Iterator[Key]:
        """Keys that it selects."""
        return ((row[0], row[1]) for row in self.run(**values))

    def count(self, **values: int) -> int:
        """Count that it selects."""
        return int(self.run(**values)[0][0])


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
