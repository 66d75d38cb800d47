"""Ways from a condition to events: a filter on their rows, or numbers out of another table.

There is one function for each kind of place that a family of parameters can look at.

Which index a statement goes along is decided here and not by the database, which knows nothing
about how the events are spread: a column that only filters stands in a sum with 0, so that no
index is taken for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, case, false, func, literal, or_, select

from sanpin.trace.model.queries import (
    Column,
    Condition,
    Declaration,
    Names,
    Operator,
    Pattern,
    Reference,
    Terms,
)
from sanpin.trace.store.holding import Sought
from sanpin.trace.store.intern import batches, find_things, split
from sanpin.trace.store.rows import reference_key
from sanpin.trace.store.tables import DECLARATION, EPC, EPC_CLASS, EVENT, LINK, TERM, VOCAB

__all__ = ["Route", "column_of", "filter_of", "joined", "route_of"]

_WORDS = frozenset(("step", "disposition", "read_point", "location", "transformation"))
# Words whose index holds the events in the order of time.
_ORDERED = _WORDS - {"transformation"}
# A pattern that covers more classes than this is no way to its events.
_MOST_CLASSES = 5_000
_LAST = "\U0010ffff"


def column_of(place: Column) -> ColumnElement[Any]:
    """Column of the event's row that holds a value."""
    return EVENT.c.event_time if place.name == "time" else EVENT.c[place.name]


class Ground(NamedTuple):
    """Where ways are looked for: a store, and the firms whose events are wanted."""

    conn: Connection
    owners: Sequence[int]


@dataclass
class Route:
    """A way to the events of one condition.

    Attributes
    ----------
    condition : which events it leads to
    each : conditions on the event's own row, one for each value; an index holds such events in
        the order of time
    index : that index
    statements : otherwise, statements that select numbers of events
    exact : whether it leads to no other events
    empty : whether it leads nowhere
    sought : the things by which it leads to events; None where it goes by something else
    links : statements that select the parts of those things, of whichever kind they are
    holds : condition on an event that tells the same from another table, by its number
    """

    condition: Condition
    each: Sequence[ColumnElement[bool]] = ()
    index: str = ""
    statements: Sequence[Select[int]] = ()
    exact: bool = True
    empty: bool = False
    sought: Sought | None = None
    links: Sequence[Select[int]] = ()
    holds: ColumnElement[bool] | None = None
    _counted: tuple[int, int] = field(default=(-1, 0))

    def count(self, conn: Connection, cap: int) -> int:
        """Count its events, but not beyond ``cap + 1``.

        Where things take many parts besides those that are asked for, it may be that much too.
        """
        known, asked = self._counted
        if known < 0 or (known > asked and asked < cap):
            known = self._count(conn, cap) if self.sought is None else self._count_links(conn, cap)
            self._counted = known, cap
        return known

    def _count(self, conn: Connection, cap: int) -> int:
        """Count events."""
        known = 0
        for statement in self._selects():
            inner = statement.limit(cap + 1 - known).subquery()
            known += int(conn.execute(select(func.count()).select_from(inner)).scalar_one())
            if known > cap:
                break
        return known

    def _count_links(self, conn: Connection, cap: int) -> int:
        """Count links of the right part as long as there are no more of any part."""
        assert self.sought is not None
        known, left = 0, cap + 1
        for statement in self.links:
            inner = statement.limit(left).subquery()
            right = func.sum(case((inner.c.part.in_(self.sought.parts), 1), else_=0))
            row = conn.execute(select(func.count(), right).select_from(inner)).one()
            known, left = known + int(row[1] or 0), left - row[0]
            if left <= 0:
                return cap + 1
        return known

    def _selects(self) -> Iterator[Select[int]]:
        """Statements that have a row for each event."""
        yield from self.statements
        for part in self.each:
            yield select(literal(1)).select_from(EVENT).where(part)


def filter_of(
    conn: Connection, condition: Condition, *, plain: bool = False
) -> ColumnElement[bool] | None:
    """Condition on the event's own row; None when the row does not tell.

    Parameters
    ----------
    plain : whether an index may be taken for it
    """
    place = condition.family.place
    if not isinstance(place, Column):
        return None
    column = column_of(place) if plain else column_of(place) + 0
    match condition.family.operator:
        case Operator.AT_LEAST:
            return column >= condition.values[0]
        case Operator.BELOW:
            return column < condition.values[0]
        case _ if place.name in _WORDS:
            return column.in_(_words(conn, condition.values))
        case _:
            return column.in_(condition.values)


def route_of(conn: Connection, condition: Condition, owners: Sequence[int]) -> Route | None:
    """Way to the events of a condition; None when it has none.

    Parameters
    ----------
    owners : firms whose events are wanted; a way may lead to those of others too
    """
    return _ROUTES[type(condition.family.place)](Ground(conn, owners), condition)


def joined(routes: Sequence[Route], most: int) -> list[Route]:
    """Ways once two conditions are taken as one: a step at a place has an index of its own.

    Parameters
    ----------
    most : pairs of both, beyond which each condition stays a way of its own
    """
    by_index = {route.index: route for route in routes if route.index}
    step = by_index.get("trace_event_by_step")
    place = by_index.get("trace_event_by_location")
    if step is None or place is None or len(step.each) * len(place.each) > most:
        return list(routes)
    each = [here & done for here in place.each for done in step.each]
    pair = Route(place.condition, each, "trace_event_by_location_step", empty=not each)
    return [*(route for route in routes if route is not step and route is not place), pair]


def _words(conn: Connection, words: Sequence[object]) -> list[int]:
    """Numbers of those words that the store knows."""
    found: list[int] = []
    for batch in batches([str(word) for word in words]):
        found += conn.scalars(select(VOCAB.c.id).where(VOCAB.c.uri.in_(batch)))
    return sorted(found)


def _by_column(ground: Ground, condition: Condition) -> Route | None:
    """Events by a word of their own row; other values of the row lead nowhere by themselves."""
    place = condition.family.place
    assert isinstance(place, Column)
    if place.name not in _WORDS:
        return None
    numbers = _words(ground.conn, condition.values)
    column = column_of(place)
    if place.name not in _ORDERED:
        found = [select(EVENT.c.id).where(column == number) for number in numbers]
        return Route(condition, statements=found, empty=not found)
    own = EVENT.c.owner_id == ground.owners[0]
    if len(ground.owners) > 1:
        own = EVENT.c.owner_id.in_(ground.owners)
    each = [own & (column == number) for number in numbers]
    return Route(condition, each, f"trace_event_by_{place.name}", empty=not numbers)


def _by_reference(_ground: Ground, condition: Condition) -> Route:
    """Events by their identifiers, of which the index holds a part."""
    keys = [reference_key(str(value)) for value in condition.values]
    found = [select(EVENT.c.id).where(EVENT.c.reference_key.in_(part)) for part in batches(keys)]
    return Route(condition, statements=found, exact=False)


def _by_declaration(ground: Ground, condition: Condition) -> Route:
    """Events that declare an error."""
    found = select(DECLARATION.c.event_id).where(DECLARATION.c.owner_id.in_(ground.owners))
    own = select(DECLARATION.c.event_id).where(DECLARATION.c.event_id == EVENT.c.id)
    return Route(condition, statements=[found], holds=own.correlate(EVENT).exists())


def _by_term(ground: Ground, condition: Condition) -> Route:
    """Events by a source, destination or business transaction."""
    place = condition.family.place
    assert isinstance(place, Terms)
    kinds = _words(ground.conn, [condition.type])
    values = _words(ground.conn, condition.values)
    of_kind = select(TERM.c.event_id).where(TERM.c.kind == place.kind, TERM.c.type.in_(kinds))
    found = [of_kind.where(TERM.c.value.in_(part)) for part in batches(values)]
    # By the number of the event and not by the value, of which there may be very many.
    among = or_(false(), *((TERM.c.value + 0).in_(part) for part in batches(values)))
    own = of_kind.where(TERM.c.event_id == EVENT.c.id, among).correlate(EVENT)
    return Route(condition, statements=found, holds=own.exists(), empty=not (kinds and values))


def _by_name(ground: Ground, condition: Condition) -> Route | None:
    """Events by the things in them; None when a pattern covers too many classes."""
    place = condition.family.place
    assert isinstance(place, Names)
    patterns = [value for value in condition.values if isinstance(value, Pattern)]
    names = [name for pattern in patterns for name in pattern.names]
    beginnings = [text for pattern in patterns for text in pattern.beginnings]
    numbers = sorted(find_things(ground.conn, names).values())
    begun = _begun(ground.conn, beginnings)
    if begun is None:
        return None
    parts = [int(part) for part in place.parts]
    links = [
        *(select(LINK.c.part).where(LINK.c.epc_id.in_(batch)) for batch in batches(numbers)),
        *(select(LINK.c.part).join(EPC, EPC.c.id == LINK.c.epc_id).where(one)
          for one in begun.conditions(ground.conn, EPC.c.class_id)),
    ]  # fmt: skip
    of_part = LINK.c.part.in_(parts)
    # A link does not tell whether the thing stands among pieces or among quantities.
    told = condition.family.own or place.fields == ("parentID",)
    return Route(
        condition,
        statements=[one.with_only_columns(LINK.c.event_id).where(of_part) for one in links],
        exact=told and not beginnings,
        empty=not links,
        sought=Sought(parts, numbers, begun.all, begun.conditions(ground.conn, EPC.c.class_id + 0)),
        links=links,
    )


class _Begun(NamedTuple):
    """Things whose names begin with some texts.

    Attributes
    ----------
    classes : all things of these
    serials : of these classes, those whose serial begins with a text
    """

    classes: Sequence[int]
    serials: Sequence[tuple[int, str]]

    @property
    def all(self) -> list[int]:
        """All classes that have such things."""
        return sorted({*self.classes, *(number for number, _ in self.serials)})

    def conditions(self, conn: Connection, column: ColumnElement[int]) -> list[ColumnElement[bool]]:
        """Conditions on the things, of which one must hold.

        Parameters
        ----------
        column : number of the class, in a sum where no index is to be taken for it
        """
        found = [
            (column == number) & _begins(conn, EPC.c.serial, text) for number, text in self.serials
        ]
        return found + [column.in_(batch) for batch in batches(self.classes)]


def _begun(conn: Connection, beginnings: Sequence[str]) -> _Begun | None:
    """Find things whose names begin with texts; None when there are too many classes."""
    classes: set[int] = set()
    serials: list[tuple[int, str]] = []
    for text in beginnings:
        head, tail = split(text)
        inside = select(EPC_CLASS.c.id).where(_begins(conn, EPC_CLASS.c.prefix, text))
        classes.update(conn.scalars(inside.limit(_MOST_CLASSES + 1)))
        if not tail:
            continue
        own = conn.execute(select(EPC_CLASS.c.id).where(EPC_CLASS.c.prefix == head)).scalar()
        if own is not None:
            serials.append((own, tail))
    return None if len(classes) > _MOST_CLASSES else _Begun(sorted(classes), serials)


def _begins(conn: Connection, column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """Whether a text column begins with a text.

    SQLite compares bytes, so that a range finds it in the index; elsewhere the order of texts is
    that of a language and only the comparison itself can be trusted.
    """
    if conn.dialect.name == "sqlite":
        return (column >= text) & (column < text + _LAST)
    return column.startswith(text, autoescape=True)


_ROUTES: Mapping[type, Callable[[Ground, Condition], Route | None]] = {
    Column: _by_column,
    Declaration: _by_declaration,
    Names: _by_name,
    Terms: _by_term,
    Reference: _by_reference,
}
