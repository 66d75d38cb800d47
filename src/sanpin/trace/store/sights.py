"""Who sees which events: those of the own firm, and of others what their rules let one see.

A rule is given by the owner of events to a viewer:

``owner``
    all events
``place``
    events at a place, or at one within it
``traded``
    one up, one down: events of things that passed between the two, as the owner's sources and
    destinations say; ``scope`` is a party or place of the viewer
``chain``
    along the chain: the same, and events of everything that those things were made of, went
    into, or were packed with, as far as events of owners go who gave this rule, or of the viewer
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    and_,
    delete,
    false,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from sanpin.base import N_, StateError
from sanpin.trace.model.events import EventType
from sanpin.trace.store.bulk import find_numbers
from sanpin.trace.store.intern import batches, owner_of
from sanpin.trace.store.masterdata import within
from sanpin.trace.store.pack import unpack_things
from sanpin.trace.store.search import Sight
from sanpin.trace.store.sequence import shown
from sanpin.trace.store.tables import EVENT, FIRM, LINK, RULE, TERM, VOCAB

__all__ = ["RULE_KINDS", "add_rule", "remove_rule", "rules_of", "seen", "sights_of"]

RULE_KINDS = ("owner", "place", "traded", "chain")
"""Kinds of rules, from the widest to the farthest."""

# Things that a rule along the chain may lead to; more is a question for the owner himself.
_MOST_THINGS = 200_000
_JOINING = (EventType.AGGREGATION, EventType.TRANSFORMATION, EventType.ASSOCIATION)
_Rules = Mapping[str, Sequence[str]]


def add_rule(conn: Connection, values: Mapping[str, Any]) -> None:
    """Write a rule."""
    conn.execute(insert(RULE), dict(values))


def remove_rule(conn: Connection, firm: str, rule: str) -> bool:
    """Take a rule back; return whether the firm had given it."""
    mine = (RULE.c.owner_id == owner_of(conn, firm)) & (RULE.c.id == rule)
    return conn.execute(delete(RULE).where(mine)).rowcount == 1


def rules_of(conn: Connection, firm: str) -> list[dict[str, Any]]:
    """Rules that a firm gave or got, oldest first, with both firms by name."""
    number = owner_of(conn, firm)
    owner, viewer = FIRM.alias("owner"), FIRM.alias("viewer")
    asked = (
        select(RULE, owner.c.name.label("owner"), viewer.c.name.label("viewer"))
        .join(owner, owner.c.id == RULE.c.owner_id)
        .join(viewer, viewer.c.id == RULE.c.viewer_id)
        .where((RULE.c.owner_id == number) | (RULE.c.viewer_id == number))
        .order_by(RULE.c.id)
    )
    return [dict(row) for row in conn.execute(asked).mappings()]


def sights_of(conn: Connection, firm: str) -> list[Sight]:
    """What a firm may see: all of its own, and of each owner who gave it rules a part or all."""
    viewer = owner_of(conn, firm)
    found = [Sight(viewer)]
    given: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in conn.execute(select(RULE).where(RULE.c.viewer_id == viewer)):
        given[row.owner_id][row.kind].append(row.scope)
    chain = _chain(conn, viewer, given)
    for owner, rules in sorted(given.items()):
        found.append(Sight(owner, _only(conn, owner, rules, chain)))
    return found


def seen(conn: Connection, firm: str) -> ColumnElement[bool]:
    """Condition on the events that a firm may see, whoever owns them."""
    parts = []
    for sight in sights_of(conn, firm):
        own = EVENT.c.owner_id == sight.owner
        parts.append(own if sight.only is None else and_(own, sight.only))
    visible = shown(conn)
    mine = or_(*parts)
    return mine if visible is None else and_(mine, visible)


def _only(
    conn: Connection, owner: int, rules: _Rules, chain: set[int]
) -> ColumnElement[bool] | None:
    """Condition on the events of one owner that its rules open; None for all."""
    if "owner" in rules:
        return None
    parts: list[ColumnElement[bool]] = [false()]
    if "place" in rules:
        name = conn.execute(select(FIRM.c.name).where(FIRM.c.id == owner)).scalar_one()
        places = within(conn, name, rules["place"])
        words = select(VOCAB.c.id).where(VOCAB.c.uri.in_(sorted(places)))
        parts.append(and_(EVENT.c.location.is_not(None), EVENT.c.location.in_(words)))
    things: set[int] = set()
    if "traded" in rules:
        things |= _traded(conn, owner, rules["traded"])
    if "chain" in rules:
        things |= chain
    if things:
        parts.append(EVENT.c.id.in_(_events_of(conn, things)))
    return or_(*parts)


def _events_of(conn: Connection, things: Iterable[int]) -> Any:
    """Select the events that name one of many things, given as one parameter."""
    numbers = sorted(things)
    if conn.dialect.name == "sqlite":
        each = func.json_each(literal(orjson.dumps(numbers).decode())).table_valued("value")
        return select(LINK.c.event_id).where(LINK.c.epc_id.in_(select(each.c.value)))
    given = literal(numbers, ARRAY(BigInteger()))
    return select(LINK.c.event_id).where(LINK.c.epc_id == func.any(given))


def _traded(conn: Connection, owner: int, parties: Sequence[str]) -> set[int]:
    """Things in events of an owner that name a party as source or destination."""
    names = {form for party in parties for form in (party, party.replace("/417/", "/414/"))}
    names |= {name.replace("/414/", "/417/") for name in names}
    words = select(VOCAB.c.id).where(VOCAB.c.uri.in_(sorted(names)))
    asked = (
        select(EVENT.c.epcs)
        .join(TERM, TERM.c.event_id == EVENT.c.id)
        .where(
            EVENT.c.owner_id == owner,
            TERM.c.value.in_(words),
            TERM.c.kind.in_(("source", "destination")),
        )
        .distinct()
    )
    visible = shown(conn)
    rows = conn.scalars(asked if visible is None else asked.where(visible))
    return {thing for epcs in rows for _, thing in unpack_things(epcs)}


def _chain(conn: Connection, viewer: int, given: Mapping[int, _Rules]) -> set[int]:
    """Everything that hangs together with what was traded with owners who opened the chain.

    Raises
    ------
    StateError
        ``trace.rule.too_far``
    """
    owners = [owner for owner, rules in given.items() if "chain" in rules]
    reached: set[int] = set()
    for owner in owners:
        reached |= _traded(conn, owner, given[owner]["chain"])
    level = sorted(reached)
    while level:
        events = _joining(conn, level, [*owners, viewer])
        level = sorted(events - reached)
        reached |= events
        if len(reached) > _MOST_THINGS:
            raise StateError(
                "trace.rule.too_far",
                N_("More than {limit} things hang together with what was traded."),
                hint=N_("Ask the owner for a narrower rule."),
                limit=_MOST_THINGS,
            )
    return reached


def _joining(conn: Connection, things: Sequence[int], owners: Sequence[int]) -> set[int]:
    """Things that take part in a making or packing of some others, as some owners say."""
    found: set[int] = set()
    numbers: set[int] = set()
    for batch in batches(things):
        rows = find_numbers(conn, LINK.name, "t.event_id", "epc_id", batch)
        numbers.update(row[0] for row in rows)
    columns = "t.id, t.owner_id, t.type, t.declared, t.epcs"
    for batch in batches(sorted(numbers)):
        for row in find_numbers(conn, EVENT.name, columns, "id", batch):
            if row[1] in owners and row[2] in _JOINING and not row[3]:
                found.update(thing for _, thing in unpack_things(bytes(row[4])))
    return found
