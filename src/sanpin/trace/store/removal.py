"""Taking documents out of the ledger again, with everything that only they brought."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, func, select, union

from sanpin.trace.store.blocks import Blocks
from sanpin.trace.store.erasing import erase, steps_of
from sanpin.trace.store.intern import owner_of
from sanpin.trace.store.masterdata import remove_entries
from sanpin.trace.store.sequence import append
from sanpin.trace.store.tables import (
    DOCUMENT,
    EPC,
    EPC_CLASS,
    EVENT,
    JOB,
    LINK,
    TERM,
    VOCAB,
)

__all__ = ["count_documents", "remove_documents"]

_WORDS = ("step", "disposition", "read_point", "location", "transformation")

_Ids = Select[tuple[int]]


def count_documents(conn: Connection, firm: str, origin: str) -> int:
    """Number of documents of one origin that a firm has."""
    asked = select(func.count()).select_from(DOCUMENT).where(_from(conn, firm, origin))
    return int(conn.execute(asked).scalar_one())


def remove_documents(conn: Connection, firm: str, origin: str, now: datetime) -> int:
    """Remove a firm's documents of one origin: events, links, amounts, texts, names, captures.

    The names that people read stay for things that other events name.

    Parameters
    ----------
    origin : as the documents were captured with
    now : present instant

    Returns
    -------
    Number of events removed.
    """
    blocks = Blocks(conn)
    owner = owner_of(conn, firm)
    documents = select(DOCUMENT.c.id).where(_from(conn, firm, origin))
    events = select(EVENT.c.id).where(EVENT.c.owner_id == owner, EVENT.c.document.in_(documents))
    named = _stems(conn, events)
    numbers = sorted(conn.scalars(events))
    revived = erase(conn, numbers)
    conn.execute(delete(DOCUMENT).where(_from(conn, firm, origin)))
    conn.execute(delete(JOB).where(JOB.c.firm == firm, JOB.c.origin == origin))
    left = _stems(conn, select(EVENT.c.id).where(EVENT.c.owner_id == owner))
    remove_entries(conn, owner, named - left)
    micros = int(now.astimezone(UTC).timestamp() * 1_000_000)
    append(conn, blocks, micros, steps_of(numbers, revived))
    blocks.save()
    return len(numbers)


def _from(conn: Connection, firm: str, origin: str) -> ColumnElement[bool]:
    """Condition on the documents of a firm that have an origin."""
    return (DOCUMENT.c.owner_id == owner_of(conn, firm)) & (DOCUMENT.c.origin == origin)


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
    return set(_begins([*names, *places]))


def _begins(names: list[str]) -> Iterator[str]:
    """Yield every beginning of names that ends with a whole part."""
    for name in names:
        yield from accumulate(name.split("/"), "{}/{}".format)
