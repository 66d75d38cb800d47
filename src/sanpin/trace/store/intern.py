"""Interning: names become integers that never change and never come back.

A process remembers the numbers it has met. What a transaction adds is remembered only once it is
committed: the number of a name whose transaction was undone may be given to another name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import Connection, Engine, Table, bindparam, select

from sanpin.trace.store.blocks import Blocks
from sanpin.trace.store.bulk import find_numbers, find_pairs, insert_rows
from sanpin.trace.store.tables import CONTEXT, EPC, EPC_CLASS, EVENT, FIRM, PRESENCE, VOCAB

__all__ = ["Naming", "batches", "find_things", "owner_of", "rows_of", "split", "things_of"]
__all__ += ["words_of"]

_Item = TypeVar("_Item")
# Below the oldest limit of parameters in one statement of SQLite, 999.
_BATCH = 900
# Things that a process remembers, about 60 MB; most are met again soon or never.
_REMEMBERED = 300_000

_READ_WORDS = select(VOCAB.c.id, VOCAB.c.uri).where(
    VOCAB.c.id.in_(bindparam("ids", expanding=True))
)
_FIND_CLASSES = select(EPC_CLASS.c.prefix, EPC_CLASS.c.id).where(
    EPC_CLASS.c.prefix.in_(bindparam("names", expanding=True))
)
_READ_THINGS = (
    select(EPC.c.id, EPC_CLASS.c.prefix, EPC.c.serial)
    .join(EPC_CLASS, EPC_CLASS.c.id == EPC.c.class_id)
    .where(EPC.c.id.in_(bindparam("ids", expanding=True)))
)
_FIND_FIRM = select(FIRM.c.id).where(FIRM.c.name == bindparam("name"))


class _Known:
    """What a process knows of the names in one database."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[Any, int]] = {}
        self.high = (0, 0)
        self.generation = 0

    def of(self, table: str) -> dict[Any, int]:
        """Names of a table with their numbers."""
        return self.tables.setdefault(table, {})


_KNOWN: WeakKeyDictionary[Engine, _Known] = WeakKeyDictionary()


class Naming:
    """Numbers for the names of one writing transaction.

    Parameters
    ----------
    conn, blocks : of the transaction

    Notes
    -----
    Call `keep` once the transaction is committed, and only then.
    """

    def __init__(self, conn: Connection, blocks: Blocks) -> None:
        self._conn = conn
        self._blocks = blocks
        self._known = _KNOWN.setdefault(conn.engine, _Known())
        self._added: dict[str, dict[Any, int]] = {}
        if any(now < then for now, then in zip(self._high(), self._known.high, strict=True)):
            # Somebody put back an older copy of the database while this process was running.
            self._known.tables.clear()
        generation = blocks.next(PRESENCE.name)
        if generation != self._known.generation:
            # Somebody took marks away.
            self._known.tables.pop(PRESENCE.name, None)
            self._known.generation = generation
        self._generation = generation

    def keep(self) -> None:
        """Remember what was added."""
        for table, added in self._added.items():
            if table == PRESENCE.name and self._generation != self._known.generation:
                continue
            known = self._known.of(table)
            if len(known) + len(added) > _REMEMBERED:
                known.clear()
            known.update(added)
        self._known.high = self._high()

    def _high(self) -> tuple[int, int]:
        """Next numbers of a thing and of an event."""
        return self._blocks.next(EPC.name), self._blocks.next(EVENT.name)

    def unwritten(self, table: str, keys: Iterable[_Item]) -> list[_Item]:
        """Keys of a table that the process has not written yet; from now on it has."""
        known = self._known.of(table)
        added = self._added.setdefault(table, {})
        new = [key for key in keys if key not in known and key not in added]
        added.update(dict.fromkeys(new, 1))
        return new

    def owner(self, firm: str) -> int:
        """Return the number of a firm."""
        return self._named(FIRM, "name", [firm])[firm]

    def words(self, words: Iterable[str]) -> dict[str, int]:
        """Numbers of vocabulary words and places, making those that are missing."""
        return self._named(VOCAB, "uri", words)

    def classes(self, prefixes: Iterable[str]) -> dict[str, int]:
        """Numbers of classes of things, ``-`` for that of names without one."""
        return self._named(EPC_CLASS, "prefix", prefixes)

    def context(self, value: object) -> int | None:
        """Return the number of a context; None when there is none."""
        if value is None:
            return None
        text = orjson.dumps(value, default=str)
        digest = hashlib.sha256(text).digest()
        known = self._known.of(CONTEXT.name)
        number = known.get(digest) or self._added.setdefault(CONTEXT.name, {}).get(digest)
        if number is None:
            asked = select(CONTEXT.c.id).where(CONTEXT.c.digest == digest)
            number = self._conn.execute(asked).scalar()
            if number is None:
                number = self._blocks.take(CONTEXT.name)
                row = {"id": number, "digest": digest, "value": value}
                self._conn.execute(CONTEXT.insert().values(row))
            self._added[CONTEXT.name][digest] = number
        return number

    def _named(self, table: Table, column: str, names: Iterable[str]) -> dict[str, int]:
        """Find names in a table with one text column, and add those that are missing."""
        known = self._known.of(table.name)
        added = self._added.setdefault(table.name, {})
        found: dict[str, int] = {}
        unknown: list[str] = []
        for name in {*names}:
            number = known.get(name) or added.get(name)
            if number is not None:
                found[name] = number
            elif name:
                unknown.append(name)
        if unknown:
            unknown.sort()
            rows = find_numbers(self._conn, table.name, f"t.{column}, t.id", column, unknown)
            found.update((row[0], row[1]) for row in rows)
            new = [name for name in unknown if name not in found]
            first = self._blocks.take(table.name, len(new))
            found.update(zip(new, range(first, first + len(new)), strict=True))
            insert_rows(self._conn, table, ("id", column), [(found[name], name) for name in new])
            added.update((name, found[name]) for name in unknown)
        return found

    def things(self, things: Iterable[str]) -> dict[str, int]:
        """Numbers of things in sorted order, so that a case's pieces lie side by side."""
        known = self._known.of(EPC.name)
        added = self._added.setdefault(EPC.name, {})
        found: dict[str, int] = {}
        unknown: list[str] = []
        for thing in things if isinstance(things, set) else {*things}:
            number = known.get(thing) or added.get(thing)
            if number is None:
                unknown.append(thing)
            else:
                found[thing] = number
        if unknown:
            unknown.sort()
            numbers = self._find_or_add(unknown)
            added.update(numbers)
            found.update(numbers)
        return found

    def _find_or_add(self, things: list[str]) -> dict[str, int]:
        """Numbers of sorted things that the process has not met."""
        next_class = self._blocks.next(EPC_CLASS.name)
        parts = [split(thing) for thing in things]
        classes = self.classes({prefix or "-" for prefix, _ in parts})
        pairs = {
            thing: (classes[prefix or "-"], serial)
            for thing, (prefix, serial) in zip(things, parts, strict=True)
        }
        # A class that this transaction made has no things yet.
        old = {thing: pair for thing, pair in pairs.items() if pair[0] < next_class}
        found = _bulk_pairs(self._conn, old) if old else {}
        new = [thing for thing in things if thing not in found]
        if new:
            first = self._blocks.take(EPC.name, len(new))
            found.update(zip(new, range(first, first + len(new)), strict=True))
            rows = [(found[thing], *pairs[thing]) for thing in new]
            insert_rows(self._conn, EPC, ("id", "class_id", "serial"), rows)
        return found


def _bulk_pairs(conn: Connection, pairs: Mapping[str, tuple[int, str]]) -> dict[str, int]:
    """Numbers of things by class and serial, many in one statement."""
    names = {pair: thing for thing, pair in pairs.items()}
    columns = "t.class_id, t.serial, t.id"
    rows = find_pairs(conn, EPC.name, columns, ("class_id", "serial"), list(names))
    return {names[row[0], row[1]]: row[2] for row in rows}


def split(thing: str) -> tuple[str, str]:
    """Split a name into the class that it shares with others and its own serial.

    Parameters
    ----------
    thing : canonical name, or any URI

    Returns
    -------
    tuple of str
        both parts joined give the name back; the class is empty for a name without separator
    """
    cut = thing.rfind("/") + 1
    tail = thing[cut:]
    # Mostly there is a slash, and nothing behind it that separates too.
    if not cut or ":" in tail or "#" in tail:
        cut = max(cut, thing.rfind(":") + 1, thing.rfind("#") + 1)
        tail = thing[cut:]
    return thing[:cut], tail


def batches(items: Iterable[_Item], size: int = _BATCH) -> Iterator[list[_Item]]:
    """Cut items into lists of at most `size`, small enough for one statement."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def owner_of(conn: Connection, firm: str) -> int:
    """Return the number of a firm, 0 for one that has captured nothing."""
    known = _KNOWN.setdefault(conn.engine, _Known()).of(FIRM.name)
    number = known.get(firm) or conn.execute(_FIND_FIRM, {"name": firm}).scalar()
    return int(number or 0)


def find_things(conn: Connection, things: Iterable[str]) -> dict[str, int]:
    """Numbers of those things that the store knows."""
    parts = {thing: split(thing) for thing in sorted(set(things))}
    classes: dict[str, int] = {}
    for batch in batches({prefix or "-" for prefix, _ in parts.values()}):
        classes.update((row[0], row[1]) for row in conn.execute(_FIND_CLASSES, {"names": batch}))
    pairs = {
        thing: (classes[prefix or "-"], serial)
        for thing, (prefix, serial) in parts.items()
        if (prefix or "-") in classes
    }
    return _bulk_pairs(conn, pairs)


def things_of(conn: Connection, ids: Iterable[int]) -> dict[int, str]:
    """Names of things by their numbers."""
    found: dict[int, str] = {}
    for batch in batches(sorted(set(ids))):
        rows = conn.execute(_READ_THINGS, {"ids": batch})
        found.update((row[0], (row[1] if row[1] != "-" else "") + row[2]) for row in rows)
    return found


def words_of(conn: Connection, ids: Iterable[int]) -> dict[int, str]:
    """Vocabulary words and places by their numbers."""
    found: dict[int, str] = {}
    for batch in batches(sorted(set(ids))):
        found.update((row[0], row[1]) for row in conn.execute(_READ_WORDS, {"ids": batch}))
    return found


def rows_of(
    conn: Connection, statement: Any, ids: Sequence[int], **others: object
) -> Iterator[Any]:
    """Run a statement with an expanding parameter ``ids`` in batches."""
    for batch in batches(ids):
        yield from conn.execute(statement, {"ids": batch} | others)
