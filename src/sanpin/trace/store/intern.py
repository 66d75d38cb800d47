"""Interning: names become integers that never change and never come back.

The first statement of every writing transaction takes ids from a block row, which also makes
writers wait for each other: two of them can never give the same name two numbers, nor hold
each other up in the middle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, bindparam, select, tuple_, update

from sanpin.trace.store.bulk import insert_rows
from sanpin.trace.store.tables import BLOCK, EPC, EPC_CLASS, VOCAB

__all__ = ["batches", "find_things", "intern_things", "intern_words", "split", "take"]
__all__ += ["rows_of", "things_of", "words_of"]

_Item = TypeVar("_Item")
# Below the oldest limit of parameters in one statement of SQLite, 999.
_BATCH = 900

_TAKE = (
    update(BLOCK)
    .where(BLOCK.c.name == bindparam("block"))
    .values(next=BLOCK.c.next + bindparam("count"))
)
_NEXT = select(BLOCK.c.next).where(BLOCK.c.name == bindparam("block"))
_FIND_WORDS = select(VOCAB.c.uri, VOCAB.c.id).where(
    VOCAB.c.uri.in_(bindparam("names", expanding=True))
)
_READ_WORDS = select(VOCAB.c.id, VOCAB.c.uri).where(
    VOCAB.c.id.in_(bindparam("ids", expanding=True))
)
_FIND_CLASSES = select(EPC_CLASS.c.prefix, EPC_CLASS.c.id).where(
    EPC_CLASS.c.prefix.in_(bindparam("names", expanding=True))
)
_FIND_SERIALS = select(EPC.c.serial, EPC.c.id).where(
    EPC.c.class_id == bindparam("class_id"), EPC.c.serial.in_(bindparam("names", expanding=True))
)
_FIND_PAIRS = select(EPC.c.class_id, EPC.c.serial, EPC.c.id).where(
    tuple_(EPC.c.class_id, EPC.c.serial).in_(bindparam("pairs", expanding=True))
)
_READ_THINGS = (
    select(EPC.c.id, EPC_CLASS.c.prefix, EPC.c.serial)
    .join(EPC_CLASS, EPC_CLASS.c.id == EPC.c.class_id)
    .where(EPC.c.id.in_(bindparam("ids", expanding=True)))
)


def batches(items: Iterable[_Item], size: int = _BATCH) -> Iterator[list[_Item]]:
    """Cut items into lists of at most `size`, small enough for one statement."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def take(conn: Connection, block: str, count: int) -> int:
    """Take `count` consecutive ids from a block; return the first."""
    conn.execute(_TAKE, {"block": block, "count": count})
    end: int = conn.execute(_NEXT, {"block": block}).scalar_one()
    return end - count


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
    cut = max(thing.rfind("/"), thing.rfind(":"), thing.rfind("#")) + 1
    return thing[:cut], thing[cut:]


def intern_words(conn: Connection, words: Iterable[str]) -> dict[str, int]:
    """Numbers of vocabulary words and places, making those that are missing."""
    return _intern(conn, VOCAB, "uri", words, _FIND_WORDS)


def _intern(
    conn: Connection, table: Table, column: str, names: Iterable[str], find: Any
) -> dict[str, int]:
    """Find names in a table with one text column, and add those that are missing."""
    wanted = sorted({name for name in names if name})
    known: dict[str, int] = {}
    for batch in batches(wanted):
        known.update((row[0], row[1]) for row in conn.execute(find, {"names": batch}))
    missing = [name for name in wanted if name not in known]
    if missing:
        first = take(conn, table.name, len(missing))
        known.update(zip(missing, range(first, first + len(missing)), strict=True))
        insert_rows(conn, table, ("id", column), [(known[name], name) for name in missing])
    return known


def intern_things(conn: Connection, things: Iterable[str]) -> dict[str, int]:
    """Numbers of things in sorted order, so that a case's pieces lie side by side."""
    wanted = sorted(set(things))
    parts = {thing: split(thing) for thing in wanted}
    prefixes = (prefix or "-" for prefix, _ in parts.values())
    classes = _intern(conn, EPC_CLASS, "prefix", prefixes, _FIND_CLASSES)
    pairs = {thing: (classes[prefix or "-"], serial) for thing, (prefix, serial) in parts.items()}
    known = _find_pairs(conn, pairs)
    missing = [thing for thing in wanted if thing not in known]
    if missing:
        first = take(conn, EPC.name, len(missing))
        known.update(zip(missing, range(first, first + len(missing)), strict=True))
        rows = [(known[thing], *pairs[thing]) for thing in missing]
        insert_rows(conn, EPC, ("id", "class_id", "serial"), rows)
    return known


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
    return _find_pairs(conn, pairs)


def _find_pairs(conn: Connection, pairs: Mapping[str, tuple[int, str]]) -> dict[str, int]:
    """Numbers of things by class and serial: by class where many share one, else by pairs."""
    by_class: dict[int, list[str]] = {}
    for thing, (number, _) in pairs.items():
        by_class.setdefault(number, []).append(thing)
    found: dict[str, int] = {}
    few: list[str] = []
    for number, things in by_class.items():
        # A few pieces of many classes would need a question for each class; pairs ask for all at
        # once.
        if len(things) < 20:
            few.extend(things)
            continue
        for batch in batches(things):
            names = {pairs[thing][1]: thing for thing in batch}
            rows = conn.execute(_FIND_SERIALS, {"class_id": number, "names": list(names)})
            found.update((names[row[0]], row[1]) for row in rows)
    for batch in batches(few, _BATCH // 2):
        wanted = {pairs[thing]: thing for thing in batch}
        for row in conn.execute(_FIND_PAIRS, {"pairs": list(wanted)}):
            found[wanted[row.class_id, row.serial]] = row.id
    return found


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
