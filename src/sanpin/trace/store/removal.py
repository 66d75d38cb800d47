"""Taking documents out of the ledger again, with everything that only they brought."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, func, select, union

from sanpin.trace.store.intern import batches, take
from sanpin.trace.store.tables import (
    DOCUMENT,
    EPC,
    EPC_CLASS,
    EVENT,
    JOB,
    LINK,
    NAME,
    PAYLOAD,
    QUANTITY,
    TERM,
    VOCAB,
)

__all__ = ["count_documents", "remove_documents"]

_WORDS = ("step", "disposition", "read_point", "location", "transformation")

_Ids = Select[tuple[int]]


def count_documents(conn: Connection, firm: str, origin: str) -> int:
    """Number of documents of one origin that a firm has."""
    asked = select(func.count()).select_from(DOCUMENT).where(_from(firm, origin))
    return int(conn.execute(asked).scalar_one())


def remove_documents(conn: Connection, firm: str, origin: str) -> int:
    """Remove a firm's documents of one origin: events, links, amounts, texts, names, captures.

    Things and words that other events name stay, and so do the names that people read for them.

    Parameters
    ----------
    origin : as the documents were captured with

    Returns
    -------
    Number of events removed.
    """
    # Writers take this block first: none can give a link to a thing that is being removed.
    take(conn, DOCUMENT.name, 0)
    documents = select(DOCUMENT.c.id).where(_from(firm, origin))
    events = select(EVENT.c.id).where(EVENT.c.firm == firm, EVENT.c.document.in_(documents))
    things = list(conn.scalars(select(LINK.c.epc_id).where(LINK.c.event_id.in_(events)).distinct()))
    words = set(conn.scalars(_words(events)))
    named = _stems(conn, events)
    for table in (LINK, QUANTITY, TERM):
        conn.execute(delete(table).where(table.c.event_id.in_(events)))
    # A chunk of texts never spans two documents.
    conn.execute(delete(PAYLOAD).where(PAYLOAD.c.first_event.in_(events)))
    removed = conn.execute(delete(EVENT).where(EVENT.c.id.in_(events))).rowcount
    conn.execute(delete(DOCUMENT).where(_from(firm, origin)))
    conn.execute(delete(JOB).where(JOB.c.firm == firm, JOB.c.origin == origin))
    left = _stems(conn, select(EVENT.c.id).where(EVENT.c.firm == firm))
    _remove(conn, NAME.c.thing, named - left, NAME.c.firm == firm)
    _remove_unused(conn, things, words)
    return int(removed)


def _from(firm: str, origin: str) -> ColumnElement[bool]:
    """Condition on the documents of a firm that have an origin."""
    return (DOCUMENT.c.firm == firm) & (DOCUMENT.c.origin == origin)


def _words(events: _Ids) -> Any:
    """Select the numbers of all words that events use."""
    parts = [select(EVENT.c[name]).where(EVENT.c.id.in_(events)) for name in _WORDS]
    parts += [select(TERM.c[name]).where(TERM.c.event_id.in_(events)) for name in ("type", "value")]
    return union(*parts)


def _stems(conn: Connection, events: _Ids) -> set[str]:
    """Return everything that the names of things and words of events begin with, part by part.

    A lot is called after its product, whose name its own name begins with. A party is called as
    the place with its number.
    """
    classes = select(EPC_CLASS.c.prefix).join(EPC, EPC.c.class_id == EPC_CLASS.c.id)
    classes = classes.join(LINK, LINK.c.epc_id == EPC.c.id).where(LINK.c.event_id.in_(events))
    uris = select(VOCAB.c.uri).where(VOCAB.c.id.in_(_words(events)))
    names = [*conn.scalars(classes.distinct()), *conn.scalars(uris)]
    places = [name.replace("/417/", "/414/") for name in names]
    return {
        stem for name in (*names, *places) for stem in accumulate(name.split("/"), "{}/{}".format)
    }


def _remove_unused(conn: Connection, things: Iterable[int], words: set[int]) -> None:
    """Remove those things, their classes and those words that no event of any firm names."""
    linked = select(LINK.c.epc_id).where(LINK.c.epc_id == EPC.c.id).exists()
    classes: set[int] = set()
    for batch in batches(things):
        classes.update(conn.scalars(select(EPC.c.class_id).where(EPC.c.id.in_(batch)).distinct()))
        conn.execute(delete(EPC).where(EPC.c.id.in_(batch), ~linked))
    taken = select(EPC.c.id).where(EPC.c.class_id == EPC_CLASS.c.id).exists()
    _remove(conn, EPC_CLASS.c.id, classes, ~taken)
    _remove(conn, VOCAB.c.id, words - set(conn.scalars(_words(select(EVENT.c.id)))) - {None})


def _remove(
    conn: Connection, column: Any, values: Iterable[Any], *conditions: ColumnElement[bool]
) -> None:
    """Delete the rows whose column has one of many values."""
    for batch in batches(values):
        conn.execute(delete(column.table).where(column.in_(batch), *conditions))
